package alerts

import (
	"context"
	"strings"

	"glas/internal/i18n"
	"glas/internal/letter"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// write puts a letter into the outbox; its words are casealerts.mail.<kind>.*.
func (m *Module) write(ctx context.Context, tx *tenant.Tx, a *CaseAlert, kind string, found news) error {
	if m.Acts.Catalogue == nil || m.Acts.Base == nil {
		return nil
	}
	t, lang := tx.Tenant(), a.Lang
	if lang == "" {
		lang = t.Default()
	}
	base := m.Acts.Base(ctx)
	ctx, site := t.Writes(ctx, m.Acts.Catalogue, lang)
	site = strings.Join(strings.Fields(site), " ")
	args := []any{"Site", site, "Place", placeWords(ctx, a)}
	end := root + "/" + a.Token
	d := letter.Letter{Lang: lang, Site: site, Theme: t.Theme, Subject: i18n.T(ctx, "casealerts.mail."+kind+".subject", args...), //i18n: casealerts.mail.*
		Paragraphs: []string{i18n.T(ctx, "casealerts.mail."+kind+".text", args...)}} //i18n: casealerts.mail.*
	if kind == "confirm" {
		d.Button, d.Href = i18n.T(ctx, "casealerts.mail.confirm.button"), t.Link(base, lang, end)
	} else {
		d.Button, d.Href = i18n.T(ctx, "casealerts.mail.news.button"), t.Link(base, lang, "/cases?view=map")
		if len(found.cases) == 0 {
			d.Button, d.Href = i18n.T(ctx, "casealerts.mail.news.proposals"), t.Link(base, lang, "/proposals")
		}
		d.Notes = []letter.Note{{Text: i18n.T(ctx, "casealerts.mail.stop"), Href: t.Link(base, lang, end)}}
	}
	for _, c := range found.cases {
		one := letter.Section{Title: c.ShownTitle(), Href: t.Link(base, lang, c.Path())}
		if where := stored.See(c, stored.Anybody).AddressFor(c); where != "" {
			one.Facts = []letter.Fact{{Text: where}}
		}
		d.Sections = append(d.Sections, one)
	}
	for _, f := range found.proposals {
		one := letter.Section{Title: f.Title, Href: t.Link(base, lang, f.Path), Facts: []letter.Fact{{Text: i18n.T(ctx, "casealerts.mail.news.proposal", "About", f.About)}}}
		if f.Place != "" {
			one.Facts = append(one.Facts, letter.Fact{Text: f.Place})
		}
		d.Sections = append(d.Sections, one)
	}
	message, err := d.Message(a.Email, "cases.alert_"+kind)
	if err != nil {
		return err
	}
	if kind != "confirm" {
		message.ListUnsubscribe = t.Link(base, lang, end+"/stop")
	}
	return tx.Mail(ctx, message)
}
