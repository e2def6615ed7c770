package attachments

import (
	"slices"
	"strconv"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/photo"
	"glas/internal/text"
)

// readForm reads the new files of a form and everything that it says about the others. Complaints go to f.
func readForm(f *form.Form, l Limits, b *Batch) []content {
	var checked []content
	photos := 0
	for _, file := range f.Files("files", l.total(), MaxBytes) {
		c, err := look(file)
		if e, ok := fault.As(err); ok {
			f.Take(e)
			continue
		}
		if err != nil {
			f.Fail("files", "attachments.error.unreadable", "Name", file.Name)
			continue
		}
		if c.kind == Photo {
			photos++
			c.alt = f.Line(altField(photos), form.Limit{Max: maxAlt})
			if !b.Placed {
				b.Lat, b.Lng, b.Placed = photo.Position(c.data)
			}
		}
		if !slices.ContainsFunc(checked, func(other content) bool { return other.sum == c.sum }) {
			checked = append(checked, c)
		}
	}
	for _, known := range f.Values("files.known") {
		if !slices.Contains(b.Gone, known) {
			b.AltOf[known] = alt(f, known, l)
		}
	}
	return checked
}

func alt(f *form.Form, id string, l Limits) string {
	name := "files.alt." + id
	s := f.Line(name, form.Limit{Max: maxAlt})
	if l.AltRequired && s == "" && f.Has(name) {
		f.Fail(name, "attachments.error.alt")
	}
	return text.CleanLine(s)
}

// altOf is the description of a staged photo: as typed beside its picture, or as sent with it.
func altOf(f *form.Form, a *Attachment, b *Batch) string {
	if f.Has("files.alt." + a.ID) {
		return alt(f, a.ID, b.Limits)
	}
	if a.Kind == Photo && b.Limits.AltRequired && a.Alt == "" {
		f.Fail("files", "attachments.error.alt_for", "Name", a.Name)
	}
	return a.Alt
}

// altField is the name of the field that describes the new photo of this number, from 1.
func altField(n int) string { return "files.alts." + strconv.Itoa(n) }

func without(list, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(gone, s) })
}
