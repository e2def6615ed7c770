package portal

import (
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/theme"
	"glas/tenant"
)

// siteLanguages are those that the product speaks.
func siteLanguages() []string { return []string{"sl", "bg", "el", "tr", "en"} }

// moderationModes are what may wait for a moderator.
func moderationModes() []string { return []string{"none", "first_posts", "reported", "all"} }

// ownCrest stands in the form for a mark that is not one of the drawn ones; it is kept as it is.
const ownCrest = "own"

// rule is one of the legal numbers in the form, with what it may be.
type rule struct {
	name     string
	min, max int
	of       func(*tenant.Rules) *int
}

// rules lists the legal numbers in the order of the page.
func rules() []rule {
	return []rule{
		{"consultation_days", 1, 365, func(r *tenant.Rules) *int { return &r.ConsultationDays }},
		{"consultation_minimum", 1, 365, func(r *tenant.Rules) *int { return &r.ConsultationMinimum }},
		{"answer_days", 1, 365, func(r *tenant.Rules) *int { return &r.AnswerDays }},
		{"consent_age", 13, 18, func(r *tenant.Rules) *int { return &r.ConsentAge }},
		{"vote_age", 10, 21, func(r *tenant.Rules) *int { return &r.VoteAge }},
		{"edit_minutes", 0, 1440, func(r *tenant.Rules) *int { return &r.EditMinutes }},
		{"log_days", 0, 730, func(r *tenant.Rules) *int { return &r.LogDays }},
	}
}

// fill puts the settings into the form.
func fill(f *form.Form, t *tenant.Tenant) {
	for _, l := range t.Languages {
		f.Set("name."+l, t.Name[l])
		f.Set("tagline."+l, t.Tagline[l])
		f.Set("heading."+l, t.Hero.Heading[l])
		f.Set("text."+l, t.Hero.Text[l])
	}
	f.Set("languages", t.Languages...)
	f.Set("default", t.Default())
	f.Set("email", t.Contact.Email)
	f.Set("phone", t.Contact.Phone)
	f.Set("address", t.Contact.Address)
	f.Set("brand", brandOf(t.Theme))
	f.Set("crest", crests(t.Theme)[0])
	f.Set("pattern", t.Theme.Pattern)
	if !slices.Contains(theme.Patterns(), t.Theme.Pattern) {
		f.Set("pattern", theme.Patterns()[0])
	}
	f.Set("tiles", t.Map.Tiles)
	f.Set("attribution", t.Map.Attribution)
	f.Set("layers", t.Map.Layers)
	f.Set("moderation", t.Rules.Moderation)
	for _, r := range rules() {
		f.Set(r.name, strconv.Itoa(*r.of(&t.Rules)))
	}
	tick := func(name string, on bool) {
		if on {
			f.Set(name, "1")
		}
	}
	tick("short_reason", t.Rules.ShortReason)
	tick("listed", t.Listed)
	for _, part := range tenant.Parts() {
		tick("part."+part.Name, t.Has(part.Name))
	}
	f.Set("since", t.UpdatedAt.Format(time.RFC3339Nano))
}

// brandOf is the colour as browsers want it: six figures.
func brandOf(in theme.Input) string {
	switch {
	case in.Valid() != nil:
		return theme.DefaultBrand
	case len(in.Brand) == 4:
		b := in.Brand
		return string([]byte{'#', b[1], b[1], b[2], b[2], b[3], b[3]})
	}
	return in.Brand
}

// crests are the marks to choose from, the present one first.
func crests(in theme.Input) []string {
	all := theme.Crests()
	present := in.Crest
	switch {
	case present == "":
		present = all[0]
	case !slices.Contains(all, present):
		present = ownCrest
	}
	return append([]string{present}, slices.DeleteFunc(all, func(s string) bool { return s == present })...)
}

// read makes changed settings of what was sent, and says which version they were made from.
func read(f *form.Form, old *tenant.Tenant) (*tenant.Tenant, time.Time, error) {
	t := *old
	readTexts(f, &t)
	readLanguages(f, &t)
	readLook(f, &t)
	t.Contact = tenant.Contact{Email: f.Email("email"), Phone: f.Line("phone", form.Limit{Max: 40}), Address: f.Line("address", form.Limit{Max: 200})}
	readRules(f, &t)
	t.Listed, t.Off = f.Bool("listed"), nil
	for _, part := range tenant.Parts() {
		if !f.Bool("part." + part.Name) {
			t.Off = append(t.Off, part.Name)
		}
	}
	since, err := time.Parse(time.RFC3339Nano, f.Value("since"))
	f.Check("", err == nil, "common.error.form_expired")
	return &t, since, f.Err()
}

// readTexts reads what is written in several languages. Texts in languages that are not offered at the moment are kept.
func readTexts(f *form.Form, t *tenant.Tenant) {
	texts := func(name string, old i18n.Text, min, max int) i18n.Text {
		out := f.Texts(name, t.Languages, form.Limit{Min: min, Max: max})
		for lang, s := range old {
			if !slices.Contains(t.Languages, lang) {
				out[lang] = s
			}
		}
		return out
	}
	t.Name = texts("name", t.Name, 2, 120)
	t.Tagline = texts("tagline", t.Tagline, 0, 120)
	t.Hero = tenant.Hero{Heading: texts("heading", t.Hero.Heading, 0, 120), Text: texts("text", t.Hero.Text, 0, 300)}
}

func readLanguages(f *form.Form, t *tenant.Tenant) {
	chosen := f.Many("languages", siteLanguages()...)
	first := f.OneOf("default", siteLanguages()...)
	if !f.Check("languages", len(chosen) > 0, "val.choose") || first == "" {
		return
	}
	if f.Check("default", slices.Contains(chosen, first), "portal.settings.default_missing") && f.Error("name."+first).IsZero() {
		f.Check("default", t.Name[first] != "", "portal.settings.name_missing")
	}
	t.Languages = append([]string{first}, slices.DeleteFunc(chosen, func(l string) bool { return l == first })...)
}

// palest is the contrast with white below which a colour is refused: it would be darkened so much that nobody would know it again.
const palest = 1.25

func readLook(f *form.Form, t *tenant.Tenant) {
	brand := strings.ToLower(f.Line("brand", form.Limit{Max: 20}))
	in := theme.Input{Brand: brand, Crest: f.OneOf("crest", crests(t.Theme)...), Pattern: f.OneOf("pattern", theme.Patterns()...)}
	if in.Crest == ownCrest {
		in.Crest = t.Theme.Crest
	}
	if f.Check("brand", len(brand) == 7 && brand[0] == '#' && in.Valid() == nil, "portal.settings.brand_invalid") {
		f.Check("brand", theme.Contrast(brand, "#ffffff") >= palest, "portal.settings.brand_unreadable")
	}
	t.Theme = in
	t.Map.Tiles, t.Map.Attribution = f.Line("tiles", form.Limit{Max: 300}), f.Line("attribution", form.Limit{Max: 200})
	t.Map.Layers = f.Line("layers", form.Limit{Max: 200})
	f.Check("tiles", t.Map.ValidTiles(), "portal.settings.tiles_invalid")
}

func readRules(f *form.Form, t *tenant.Tenant) {
	for _, r := range rules() {
		*r.of(&t.Rules) = f.Int(r.name, r.min, r.max)
	}
	if f.Error("consultation_days").IsZero() {
		f.Check("consultation_minimum", t.Rules.ConsultationMinimum <= t.Rules.ConsultationDays, "portal.settings.minimum_above")
	}
	t.Rules.ShortReason = f.Bool("short_reason")
	t.Rules.Moderation = f.OneOf("moderation", moderationModes()...)
}

// changes names the fields in which two versions of the settings differ, for the record; what they hold is not recorded.
func changes(old, next *tenant.Tenant) []string {
	fields := func(t *tenant.Tenant) url.Values {
		f := form.New(nil, nil)
		fill(f, t)
		values, err := url.ParseQuery(f.Encode())
		if err != nil { // what Encode writes can be read
			return nil
		}
		values.Del("since")
		return values
	}
	before, after := fields(old), fields(next)
	names := map[string]bool{}
	for _, side := range []url.Values{before, after} {
		for name := range side {
			if !slices.Equal(before[name], after[name]) {
				names[name] = true
			}
		}
	}
	out := make([]string, 0, len(names))
	for name := range names {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// gap is a language of the site in which the municipality's own texts are missing, and which: message ids.
type gap struct {
	lang   string
	fields []string
}

// gaps lists what readers of a language see in another one. A text that is written in no language is not missing.
func gaps(t *tenant.Tenant) []gap {
	var out []gap
	for _, l := range t.Languages {
		g := gap{lang: l}
		for _, field := range []struct {
			id   string
			text i18n.Text
		}{{"portal.settings.name", t.Name}, {"portal.settings.tagline", t.Tagline}, {"portal.settings.heading", t.Hero.Heading}, {"portal.settings.text", t.Hero.Text}} {
			if !field.text.Empty() && strings.TrimSpace(field.text[l]) == "" {
				g.fields = append(g.fields, field.id)
			}
		}
		if len(g.fields) > 0 {
			out = append(out, g)
		}
	}
	return out
}
