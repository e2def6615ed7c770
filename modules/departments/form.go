package departments

import (
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
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

func (d *Department) fill(f *form.Form) {
	fillName(f, d.Name)
	f.Set("email", d.Email)
	f.Set("head", d.HeadID)
}

func read(f *form.Form, codes []string) *Department {
	head := f.Value("head")
	f.Check("head", head == "" || id.Valid(head), "val.choose")
	return &Department{Name: f.Texts("name", codes, form.Limit{Min: 2, Max: nameLimit}), Email: f.Email("email"), HeadID: head}
}

// keep takes over what the form does not change.
func (d *Department) keep(old *Department) {
	d.Slug, d.Position, d.Archived = old.Slug, old.Position, old.Archived
}
