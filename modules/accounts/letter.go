package accounts

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"glas/internal/i18n"
	"glas/internal/mail"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

// letter is something told by mail. Its words are the messages accounts.mail.<kind>.subject, .text and, with a Path, .button.
type letter struct {
	Kind string
	To   string
	Lang string
	// Name is whom it addresses; empty for an address without an account.
	Name string
	// Path is where its button leads, without a language prefix; empty for none.
	Path string
	Args []any
}

// letterData is a letter in words.
type letterData struct {
	Lang, Site, Subject, Greeting string
	Paragraphs                    []string
	Button, Href                  string
	Footer                        string
}

// post puts a letter into the outbox, in the language of whom it is for.
func (m *Module) post(ctx context.Context, tx *tenant.Tx, l letter) error {
	t := tx.Tenant()
	lang := rows.Language(t, l.Lang)
	ctx = i18n.With(ctx, m.Catalogue.Localizer(lang, t.Zone(), ""))
	site, _ := t.Name.Pick(lang, t.Default())
	args := append([]any{"Site", site}, l.Args...)
	d := letterData{Lang: lang, Site: site,
		Subject:  i18n.T(ctx, "accounts.mail."+l.Kind+".subject", args...), //i18n: accounts.mail.*
		Greeting: i18n.T(ctx, "accounts.mail.greeting"), Footer: i18n.T(ctx, "accounts.mail.footer", "Site", site),
		Paragraphs: strings.Split(i18n.T(ctx, "accounts.mail."+l.Kind+".text", args...), "\n\n"), //i18n: accounts.mail.*
	}
	if l.Name != "" {
		d.Greeting = i18n.T(ctx, "accounts.mail.greeting_name", "Name", l.Name)
	}
	if l.Path != "" {
		d.Button = i18n.T(ctx, "accounts.mail."+l.Kind+".button", args...) //i18n: accounts.mail.*
		d.Href = t.Link(m.Base(ctx), lang, l.Path)
	}
	var html bytes.Buffer
	if err := letterPage(d).Render(ctx, &html); err != nil {
		return fmt.Errorf("write letter %s: %w", l.Kind, err)
	}
	err := tx.Mail(ctx, mail.Message{To: l.To, FromName: headerLine(site), Subject: headerLine(d.Subject), Text: d.plain(), HTML: html.String(), Kind: "accounts." + l.Kind})
	if err != nil {
		return fmt.Errorf("post letter %s: %w", l.Kind, err)
	}
	return nil
}

// plain is the letter without HTML.
func (d letterData) plain() string {
	parts := append([]string{d.Greeting}, d.Paragraphs...)
	if d.Href != "" {
		parts = append(parts, d.Button+":\n"+d.Href)
	}
	parts = append(parts, d.Footer, d.Site)
	return strings.Join(parts, "\n\n") + "\n"
}

// headerLine keeps what people named from breaking a header of a letter.
func headerLine(s string) string { return strings.Join(strings.Fields(s), " ") }
