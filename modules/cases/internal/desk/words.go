package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Variables are what templates may name in braces.
func Variables() []string { return []string{"number", "title", "name", "link", "department", "date"} }

var braces = regexp.MustCompile(`\{[^{}\n]*\}`)

// Unknown are the names in braces of a text that no template knows.
func Unknown(s string) []string {
	var out []string
	for _, m := range braces.FindAllString(s, -1) {
		if !slices.Contains(Variables(), strings.Trim(m, "{}")) {
			out = append(out, m)
		}
	}
	return out
}

func firstOf(t i18n.Text, lang, fallback string) string {
	s, _ := t.Pick(lang, fallback)
	return s
}

// add puts a text behind what stands in a field.
func add(f *form.Form, name, s string) {
	if s == "" {
		return
	}
	if was := strings.TrimSpace(f.Value(name)); was != "" {
		s = was + "\n\n" + s
	}
	f.Set(name, s)
}

// values are what stands for the variables of a case. The name of the reporter is there only for who may read it.
func (d *Desk) values(ctx context.Context, tx *tenant.Tx, c *stored.Case) (map[string]i18n.Text, error) {
	n, err := d.Names.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := func(s string) i18n.Text { return i18n.Text{"": s} }
	out := map[string]i18n.Text{"number": all(c.Number), "title": all(c.ShownTitle()), "department": n.DepartmentName(c.DepartmentID), "name": all(""), "link": all(c.TokenPath()), "date": all("")}
	if d.Base != nil {
		out["link"] = all(tx.Tenant().Link(d.Base(ctx), c.Lang, c.TokenPath()))
	}
	when := tx.Now()
	if !c.PlannedAt.IsZero() {
		when = c.PlannedAt
	}
	if !c.PromiseAt.IsZero() {
		when = c.PromiseAt
	}
	out["date"] = all(i18n.Date(ctx, when))
	s, err := acts.Sight(ctx, tx, c, "")
	if err != nil {
		return nil, err
	}
	p, err := stored.ReporterOf(ctx, tx, c.ID)
	if err == nil && p != nil && acts.CanContact(ctx, s, p) {
		out["name"] = all(p.Name)
	}
	return out, err
}

// fill puts values into the words of a template, in one language.
func fill(s string, with map[string]i18n.Text, lang string) string {
	return braces.ReplaceAllStringFunc(s, func(m string) string {
		t, ok := with[strings.Trim(m, "{}")]
		if !ok {
			return m
		}
		if plain, ok := t[""]; ok {
			return plain
		}
		words, _ := t.Pick(lang, lang)
		return words
	})
}
