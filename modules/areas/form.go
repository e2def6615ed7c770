package areas

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

func (a *Area) fill(f *form.Form) {
	fillName(f, a.Name)
	f.Set("lat", number(a.Lat))
	f.Set("lng", number(a.Lng))
}

func read(f *form.Form, codes []string) *Area {
	a := &Area{Name: f.Texts("name", codes, form.Limit{Min: 2, Max: nameLimit})}
	if f.Value("lat") != "" || f.Value("lng") != "" {
		lat, lng := f.Float("lat", -90, 90), f.Float("lng", -180, 180)
		a.Lat, a.Lng = &lat, &lng
	}
	return a
}

// keep takes over what the form does not change.
func (a *Area) keep(old *Area) {
	a.Slug, a.Position, a.Archived, a.Boundary = old.Slug, old.Position, old.Archived, old.Boundary
}
