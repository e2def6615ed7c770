// Package letters words the letters about cases in the language of who reads them.
package letters

import (
	"context"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/letter"
	"glas/internal/mail"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// To is whom a letter is for.
type To struct{ Email, Lang, Name string }

// Answerable reports whether a letter of a kind goes to the reporter, whose reply belongs to the case.
func Answerable(kind string) bool { return kind != "follow" && !strings.HasPrefix(kind, "news_") }

// Write words a letter about a case: cases.mail.<kind>.subject and .text, given Site, Number, Title and args. Who only follows a case
// reads its public title. base is the address of the site, path leads from there.
func Write(ctx context.Context, all *i18n.Catalogue, base string, t *tenant.Tenant, c *stored.Case, to To, kind, path string, args ...any) (mail.Message, error) {
	lang := to.Lang
	if lang == "" {
		lang = t.Default()
	}
	ctx, site := t.Writes(ctx, all, lang)
	title := c.Title
	if !Answerable(kind) {
		title = c.ShownTitle()
	}
	words := append([]any{"Site", site, "Number", c.Number, "Title", title}, spoken(ctx, args, t.Default())...)
	d := letter.Letter{Lang: lang, Site: site, Theme: t.Theme, Subject: i18n.T(ctx, "cases.mail."+kind+".subject", words...), //i18n: cases.mail.*
		Greeting: i18n.T(ctx, "cases.mail.greeting", "Name", to.Name), Button: i18n.T(ctx, "cases.mail.open"), Href: t.Link(base, lang, path),
		Paragraphs: strings.Split(i18n.T(ctx, "cases.mail."+kind+".text", words...), "\n\n"), //i18n: cases.mail.*
		Notes:      []letter.Note{{Text: i18n.T(ctx, "cases.mail.footer", "Site", site)}}}
	if to.Name == "" {
		d.Greeting = i18n.T(ctx, "cases.mail.greeting_plain")
	}
	m, err := d.Message(to.Email, "cases."+kind)
	m.ReplyTo = t.ReplyTo()
	return m, err
}

// spoken puts texts and moments of a letter into the reader's language.
func spoken(ctx context.Context, args []any, fallback string) []any {
	out := make([]any, len(args))
	for i, v := range args {
		switch x := v.(type) {
		case i18n.Text:
			out[i], _ = x.Pick(i18n.Lang(ctx), fallback)
		case time.Time:
			out[i] = i18n.Date(ctx, x)
		default:
			out[i] = v
		}
	}
	return out
}
