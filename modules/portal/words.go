package portal

import (
	"context"
	"slices"
	"sort"
	"strings"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/search"
	"glas/internal/theme"
	"glas/internal/web/ui"
	"glas/tenant"
)

// kinds are what the search can be narrowed to in a municipality; in all that there are when t is nil.
func kinds(t *tenant.Tenant) []string {
	all := []string{"consultation", "proposal", "comment", "text_block", "remark", "position", "document", "sheet", "report", "case"}
	if t == nil {
		return all
	}
	return slices.DeleteFunc(all, func(kind string) bool { return !t.Offers(kind) })
}

// states are what a municipality can be used for, as the operator chooses.
//
// i18n: portal.operator.states.*
func states() []string {
	return []string{string(tenant.Active), string(tenant.ReadOnly), string(tenant.Suspended)}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// narrowed counts the filters of a search that are set.
func narrowed(f found) int {
	n := 0
	for _, v := range []string{first(f.Query.Kinds), f.Query.Area, f.Query.Topic} {
		if v != "" {
			n++
		}
	}
	return n
}

// options makes choices of message ids below a prefix.
func options(ctx context.Context, prefix string, values []string, chosen string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: v, Label: i18n.T(ctx, prefix+v), Selected: v == chosen}
	}
	return out
}

// hitMeta says what a hit is, where it belongs, and from when it is.
func hitMeta(ctx context.Context, h search.Hit) []ui.MetaItem {
	var out []ui.MetaItem
	if slices.Contains(kinds(nil), h.Ref.Kind) {
		out = append(out, ui.MetaItem{Text: i18n.T(ctx, "portal.search.kinds."+h.Ref.Kind)})
	}
	if h.Context != "" && h.Context != h.Title {
		out = append(out, ui.MetaItem{Text: h.Context})
	}
	return append(out, ui.MetaItem{Text: i18n.Date(ctx, h.Updated)})
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

// townOf names the municipality that a job is for.
func townOf(ctx context.Context, towns []town, failure job.Failure) string {
	for _, t := range towns {
		if t.ID == failure.TenantID {
			return nameOf(ctx, t)
		}
	}
	return i18n.T(ctx, "portal.operator.whole")
}

// townColumns are the heads of the operator's table of municipalities.
func townColumns(ctx context.Context, s state) []ui.Column {
	cols := []ui.Column{{Label: i18n.T(ctx, "portal.operator.name")}, {Label: i18n.T(ctx, "portal.operator.address")}, {Label: i18n.T(ctx, "portal.operator.languages")}}
	if s.Sizes != nil {
		cols = append(cols, ui.Column{Label: i18n.T(ctx, "portal.operator.accounts"), Number: true}, ui.Column{Label: i18n.T(ctx, "portal.operator.consultations"), Number: true})
	}
	return append(cols, ui.Column{Label: i18n.T(ctx, "portal.operator.state")})
}

func failureColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "portal.operator.work")}, {Label: i18n.T(ctx, "portal.operator.name")}, {Label: i18n.T(ctx, "portal.operator.when")},
		{Label: i18n.T(ctx, "portal.operator.cause")}, {Label: i18n.T(ctx, "common.actions"), Hidden: true}}
}

// toneOf marks municipalities that are not fully open.
func toneOf(s tenant.State) string {
	switch s {
	case tenant.ReadOnly:
		return "warning"
	case tenant.Suspended:
		return "danger"
	}
	return ""
}

// townOptions are the choices of whose letters are shown.
func townOptions(ctx context.Context, towns []town, slug string) []ui.Option {
	out := make([]ui.Option, len(towns))
	for i, t := range towns {
		out[i] = ui.Option{Value: t.Slug, Label: nameOf(ctx, t), Selected: t.Slug == slug}
	}
	return out
}

// languageNames are the languages of a municipality, each in its own words.
func languageNames(ctx context.Context, t town) string {
	names := make([]string, len(t.Languages))
	for i, l := range t.Languages {
		names[i] = i18n.LangName(l)
	}
	return i18n.List(ctx, names)
}

// languages are the choices of languages.
func languages(chosen []string) []ui.Option {
	var out []ui.Option
	for _, l := range siteLanguages() {
		out = append(out, ui.Option{Value: l, Label: i18n.LangName(l), Selected: slices.Contains(chosen, l)})
	}
	return out
}

// gapWords says what is missing in a language.
func gapWords(ctx context.Context, g gap) string {
	names := make([]string, len(g.fields))
	for i, id := range g.fields {
		names[i] = i18n.T(ctx, id)
	}
	return i18n.T(ctx, "portal.settings.missing_in", "Language", i18n.LangName(g.lang), "Fields", strings.Join(names, ", "))
}

// requiredLang is the language in which a text must be written, empty when it may be left out.
func requiredLang(t *tenant.Tenant, required bool) string {
	if required {
		return t.Default()
	}
	return ""
}

// basis is the law by which personal data are processed.
func basis(t *tenant.Tenant) string {
	if t.Country == "tr" {
		return "portal.privacy.basis.tr"
	}
	return "portal.privacy.basis.eu"
}

// enforcementSite is where the authority for accessibility of a country is reached.
func enforcementSite(country string) string {
	return map[string]string{"si": "https://www.gov.si/", "bg": "https://egov.government.bg/", "gr": "https://www.synigoros.gr/", "tr": "https://www.aile.gov.tr/"}[country]
}

// privacySite is where the authority for personal data of a country is reached.
func privacySite(country string) string {
	return map[string]string{"si": "https://www.ip-rs.si/", "bg": "https://www.cpdp.bg/", "gr": "https://www.dpa.gr/", "tr": "https://www.kvkk.gov.tr/"}[country]
}

// line is an address of the interface with what it gives.
type line struct{ path, summary string }

// operations lists the addresses of the described interface by path.
func operations(doc map[string]any) []line {
	var out []line
	paths, _ := doc["paths"].(map[string]any)
	for path, item := range paths {
		ops, _ := item.(map[string]any)
		op, _ := ops["get"].(map[string]any)
		if summary, ok := op["summary"].(string); ok {
			out = append(out, line{path, summary})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].path < out[j].path })
	return out
}
