package topics

import (
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web/ui"
)

// nameLimit is the longest name in letters.
const nameLimit = 80

func languages(codes []string) []ui.LangName {
	out := make([]ui.LangName, len(codes))
	for i, code := range codes {
		out[i] = ui.LangName{Code: code, Name: i18n.LangName(code)}
	}
	return out
}

func texts(f *form.Form, name string, codes []string) map[string]string {
	out := make(map[string]string, len(codes))
	for _, code := range codes {
		out[code] = f.Value(name + "." + code)
	}
	return out
}

func complaints(f *form.Form) fault.Fields {
	fields := fault.Fields{}
	for _, p := range f.Errors() {
		fields[p.Name] = p.Message
	}
	return fields
}

func fillName(f *form.Form, name i18n.Text) {
	for code, s := range name {
		f.Set("name."+code, s)
	}
}

// Colours are the tones of the theme that a topic can have; a topic without one is neutral.
func Colours() []string { return []string{"", "accent", "info", "success", "warning", "danger"} }

func (t *Topic) fill(f *form.Form) {
	fillName(f, t.Name)
	f.Set("colour", t.Colour)
}

func read(f *form.Form, codes []string) *Topic {
	return &Topic{Name: f.Texts("name", codes, form.Limit{Min: 2, Max: nameLimit}), Colour: f.OneOf("colour", Colours()...)}
}

// keep takes over what the form does not change.
func (t *Topic) keep(old *Topic) {
	t.Slug, t.Position, t.Archived, t.Icon = old.Slug, old.Position, old.Archived, old.Icon
}
