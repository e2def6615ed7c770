package alerts

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"glas/internal/i18n"
	"glas/internal/mail"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// letterData is a letter in words. Stop is where it is ended.
type letterData struct {
	Lang, Site, Subject, Text string
	Button, Href              string
	Items                     []letterItem
	StopText, Stop            string
}

// letterItem is one case.
type letterItem struct{ Title, Where, Href string }

// letter puts a letter into the outbox; its words are casealerts.mail.<kind>.*.
func (m *Module) letter(ctx context.Context, tx *tenant.Tx, a *CaseAlert, kind string, list []*stored.Case) error {
	if m.Acts.Catalogue == nil || m.Acts.Base == nil {
		return nil
	}
	t, lang := tx.Tenant(), a.Lang
	if lang == "" {
		lang = t.Default()
	}
	base := m.Acts.Base(ctx)
	ctx = i18n.With(ctx, m.Acts.Catalogue.Localizer(lang, t.Zone(), ""))
	site, _ := t.Name.Pick(lang, t.Default())
	site = strings.Join(strings.Fields(site), " ")
	args := []any{"Site", site, "Place", placeWords(ctx, a)}
	d := letterData{Lang: lang, Site: site, Subject: i18n.T(ctx, "casealerts.mail."+kind+".subject", args...), Text: i18n.T(ctx, "casealerts.mail."+kind+".text", args...), //i18n: casealerts.mail.*
		Href: t.Link(base, lang, root+"/"+a.Token), Stop: t.Link(base, lang, root+"/"+a.Token)}
	msg := mail.Message{To: a.Email, FromName: site, Kind: "cases.alert_" + kind}
	if kind == "confirm" {
		d.Button = i18n.T(ctx, "casealerts.mail.confirm.button")
	} else {
		d.Button, d.Href, d.StopText = i18n.T(ctx, "casealerts.mail.news.button"), t.Link(base, lang, "/cases?view=map"), i18n.T(ctx, "casealerts.mail.stop")
		msg.ListUnsubscribe = t.Link(base, lang, root+"/"+a.Token+"/stop")
	}
	for _, c := range list {
		s := stored.See(c, stored.Anybody)
		d.Items = append(d.Items, letterItem{Title: c.ShownTitle(), Where: s.AddressFor(c), Href: t.Link(base, lang, c.Path())})
	}
	var html bytes.Buffer
	if err := letterPage(d).Render(ctx, &html); err != nil {
		return fmt.Errorf("write letter: %w", err)
	}
	msg.Subject, msg.Text, msg.HTML = strings.Join(strings.Fields(d.Subject), " "), d.plain(), html.String()
	return tx.Mail(ctx, msg)
}

func (d letterData) plain() string {
	parts := []string{d.Text}
	for _, i := range d.Items {
		lines := []string{i.Title}
		if i.Where != "" {
			lines = append(lines, i.Where)
		}
		parts = append(parts, strings.Join(append(lines, i.Href), "\n"))
	}
	parts = append(parts, d.Button+":\n"+d.Href)
	if d.StopText != "" {
		parts = append(parts, d.StopText+":\n"+d.Stop)
	}
	return strings.Join(append(parts, d.Site), "\n\n") + "\n"
}
