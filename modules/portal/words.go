package portal

import (
	"context"
	"slices"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/theme"
	"glas/internal/web/ui"
	"glas/tenant"
)

// kinds are what the search can be narrowed to.
func kinds() []string { return []string{"consultation", "proposal", "comment"} }

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func activeFilters(f found) int {
	n := 0
	for _, v := range []string{first(f.Query.Kinds), f.Query.Area, f.Query.Topic} {
		if v != "" {
			n++
		}
	}
	return n
}

// heroOf is the top of the first page: the municipality's own words, or plain ones.
func heroOf(ctx context.Context, t *tenant.Tenant, f Front) ui.HeroData {
	d := ui.HeroData{Title: t.Hero.Heading.In(ctx), Lead: t.Hero.Text.In(ctx), Pattern: theme.Motif(t.Theme.Pattern)}
	if d.Title == "" {
		d.Title = i18n.T(ctx, "portal.home.heading")
	}
	if d.Lead == "" {
		d.Lead = i18n.T(ctx, "portal.home.lead")
	}
	d.Actions = []ui.Action{{Label: i18n.T(ctx, "portal.home.see"), Href: i18n.Href(ctx, "/consultations")}}
	if f.NewPath != "" {
		d.Actions = append(d.Actions, ui.Action{Label: i18n.T(ctx, "portal.home.propose"), Href: i18n.Href(ctx, f.NewPath)})
	}
	return d
}

// nameOf is the name of a municipality for a reader of any language.
func nameOf(ctx context.Context, t town) string {
	s, _ := t.Name.Pick(i18n.Lang(ctx), t.Default())
	return s
}

func taglineOf(ctx context.Context, t town) string {
	s, _ := t.Tagline.Pick(i18n.Lang(ctx), t.Default())
	return s
}

// languages are the choices of languages, those of the municipality first.
func languages(t *tenant.Tenant) []ui.Option {
	var out []ui.Option
	for _, l := range []string{"sl", "bg", "el", "tr", "en"} {
		selected := false
		for _, own := range t.Languages {
			selected = selected || own == l
		}
		out = append(out, ui.Option{Value: l, Label: i18n.LangName(l), Selected: selected})
	}
	return out
}

func langNames(t *tenant.Tenant) []ui.LangName {
	out := make([]ui.LangName, len(t.Languages))
	for i, l := range t.Languages {
		out[i] = ui.LangName{Code: l, Name: i18n.LangName(l)}
	}
	return out
}

// fieldsOf are the complaints about a form by field.
func fieldsOf(f *form.Form) fault.Fields {
	out := fault.Fields{}
	for _, p := range f.Errors() {
		out[p.Name] = p.Message
	}
	return out
}

// chosen selects the options with the given values.
func chosen(options []ui.Option, values []string) []ui.Option {
	for i := range options {
		options[i].Selected = slices.Contains(values, options[i].Value)
	}
	return options
}

// valuesOf are what a form holds of a text in several languages.
func valuesOf(f *form.Form, t *tenant.Tenant, name string) i18n.Text {
	out := i18n.Text{}
	for _, l := range t.Languages {
		out[l] = f.Value(name + "." + l)
	}
	return out
}

func requiredLang(t *tenant.Tenant, required bool) string {
	if required {
		return t.Default()
	}
	return ""
}
