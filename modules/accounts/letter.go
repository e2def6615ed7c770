package accounts

import (
	"context"
	"fmt"
	"strings"

	"glas/internal/i18n"
	"glas/internal/letter"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

// notice is something told by mail. Its words are the messages accounts.mail.<kind>.subject, .text and, with a Path, .button.
type notice struct {
	Kind string
	To   string
	Lang string
	// Name is whom it addresses; empty for an address without an account.
	Name string
	// Path is where its button leads, without a language prefix; empty for none.
	Path string
	Args []any
}

// post puts a letter into the outbox, in the language of whom it is for.
func (m *Module) post(ctx context.Context, tx *tenant.Tx, l notice) error {
	t := tx.Tenant()
	lang := rows.Language(t, l.Lang)
	ctx, site := t.Writes(ctx, m.Catalogue, lang)
	args := append([]any{"Site", site}, l.Args...)
	d := letter.Letter{Lang: lang, Site: site, Theme: t.Theme,
		Subject:    i18n.T(ctx, "accounts.mail."+l.Kind+".subject", args...), //i18n: accounts.mail.*
		Greeting:   i18n.T(ctx, "accounts.mail.greeting"),
		Paragraphs: strings.Split(i18n.T(ctx, "accounts.mail."+l.Kind+".text", args...), "\n\n"), //i18n: accounts.mail.*
		Notes:      []letter.Note{{Text: i18n.T(ctx, "accounts.mail.footer", "Site", site)}},
	}
	if l.Name != "" {
		d.Greeting = i18n.T(ctx, "accounts.mail.greeting_name", "Name", l.Name)
	}
	if l.Path != "" {
		d.Button = i18n.T(ctx, "accounts.mail."+l.Kind+".button", args...) //i18n: accounts.mail.*
		d.Href = t.Link(m.Base(ctx), lang, l.Path)
	}
	message, err := d.Message(l.To, "accounts."+l.Kind)
	if err != nil {
		return err
	}
	if err := tx.Mail(ctx, message); err != nil {
		return fmt.Errorf("post letter %s: %w", l.Kind, err)
	}
	return nil
}
