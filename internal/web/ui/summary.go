package ui

import (
	"bytes"
	"sort"
)

// Marks of our own components, between which ArrangeErrors looks.
var (
	summaryOpen  = []byte(`data-error-summary>`)
	summaryClose = []byte(`</ul>`)
	labelOpen    = []byte(`class="ds-label"`)
)

// ArrangeErrors puts the entries of the error summary of a finished page into the order of the fields on that page, each with the
// name of its field, so that a form with twenty fields is mended from top to bottom. A form cannot know this while it lists its
// errors, because its fields are drawn after them. Everything it reads was written, and escaped, by the components of this package.
func ArrangeErrors(page []byte) []byte {
	start := bytes.Index(page, summaryOpen)
	if start < 0 {
		return page
	}
	from := bytes.Index(page[start:], []byte("<ul>"))
	to := bytes.Index(page[start:], summaryClose)
	if from < 0 || to < from {
		return page
	}
	from, to = start+from+len("<ul>"), start+to
	entries := errorEntries(page[from:to], page[to:])
	if len(entries) == 0 {
		return page
	}
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].at < entries[j].at })
	out := append([]byte(nil), page[:from]...)
	for _, e := range entries {
		out = append(out, e.html...)
	}
	return append(out, page[to:]...)
}

type errorEntry struct {
	at   int
	html []byte
}

// errorEntries reads the list and finds each field in the rest of the page; what stands nowhere (a complaint about the whole form)
// comes first.
func errorEntries(list, rest []byte) []errorEntry {
	var out []errorEntry
	for _, item := range bytes.SplitAfter(list, []byte("</li>")) {
		_, href, ok := bytes.Cut(item, []byte(`href="#`))
		if !ok {
			continue
		}
		id, text, _ := bytes.Cut(href, []byte(`"`))
		e := errorEntry{at: bytes.Index(rest, []byte(`id="`+string(id)+`-error"`)), html: item}
		if e.at < 0 {
			e.at = bytes.Index(rest, []byte(`id="`+string(id)+`"`))
		} else if name := nameBefore(rest[:e.at]); len(name) > 0 && !bytes.Contains(text, name) {
			if i := bytes.IndexByte(text, '>'); i >= 0 {
				e.html = bytes.Join([][]byte{item[:len(item)-len(text)+i+1], name, []byte(": "), text[i+1:]}, nil)
			}
		}
		out = append(out, e)
	}
	return out
}

// nameBefore is the label or legend that stands right before the error of a field, without another field between them.
func nameBefore(before []byte) []byte {
	i := bytes.LastIndex(before, labelOpen)
	if i < 0 {
		return nil
	}
	label := before[i:]
	for _, other := range []string{"<input", "<textarea", "<select", "</fieldset>"} {
		if bytes.Contains(label, []byte(other)) {
			return nil
		}
	}
	_, label, _ = bytes.Cut(label, []byte(">"))
	if end := bytes.IndexByte(label, '<'); end >= 0 {
		label = label[:end]
	}
	return bytes.TrimSpace(label)
}
