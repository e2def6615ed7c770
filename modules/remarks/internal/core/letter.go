package core

import (
	"context"

	"glas/internal/i18n"
	"glas/internal/letter"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/remarks/internal/show"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// shownLetters bounds how much of a remark a letter repeats.
const shownLetters = 1500

// recipient is where the author of a remark gets mail; ok is false when no address is known.
func recipient(tx *tenant.Tx, r *stored.Remark, people map[string]accounts.Recipient) (to accounts.Recipient, ok bool) {
	if r.AuthorID != "" {
		to, ok = people[r.AuthorID]
		return to, ok
	}
	if r.PersonEmail == "" {
		return to, false
	}
	return accounts.Recipient{Email: r.PersonEmail, Name: r.PersonName, Lang: tx.Tenant().Default()}, true
}

func recipients(ctx context.Context, tx *tenant.Tx, list []*stored.Remark) (map[string]accounts.Recipient, error) {
	var ids []string
	for _, r := range list {
		if r.AuthorID != "" {
			ids = append(ids, r.AuthorID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return accounts.Addresses(ctx, tx, ids)
}

// write puts a letter into the outbox, in the language of whom it is for.
func (m *Core) write(ctx context.Context, tx *tenant.Tx, kind string, to accounts.Recipient, fill func(ctx context.Context, l *letter.Letter)) error {
	if m.Catalogue == nil {
		return nil
	}
	t, base := tx.Tenant(), ""
	if m.Base != nil {
		base = m.Base(ctx)
	}
	ctx, site := t.Writes(ctx, m.Catalogue, to.Lang)
	l := letter.Letter{Lang: to.Lang, Site: site, Theme: t.Theme, Notes: []letter.Note{{Text: i18n.T(ctx, "remarks.mail.footer", "Site", site)}}}
	if to.Name != "" {
		l.Greeting = i18n.T(ctx, "remarks.mail.greeting", "Name", to.Name)
	}
	fill(ctx, &l)
	if l.Href != "" {
		l.Href = t.Link(base, to.Lang, l.Href)
	}
	for i := range l.Sections {
		l.Sections[i].Href = t.Link(base, to.Lang, l.Sections[i].Href)
	}
	message, err := l.Message(to.Email, kind)
	if err != nil {
		return err
	}
	message.ReplyTo = t.ReplyTo()
	return tx.Mail(ctx, message)
}

// mailReceipt sends the receipt of a remark to its author, where an address is known.
func (m *Core) mailReceipt(ctx context.Context, tx *tenant.Tx, r *stored.Remark, title string) error {
	people, err := recipients(ctx, tx, []*stored.Remark{r})
	if err != nil {
		return err
	}
	to, ok := recipient(tx, r, people)
	if !ok {
		return nil
	}
	return m.write(ctx, tx, "remarks.receipt", to, func(ctx context.Context, l *letter.Letter) {
		l.Subject = i18n.T(ctx, "remarks.mail.receipt.subject", "Number", r.Name())
		l.Paragraphs = []string{i18n.T(ctx, "remarks.mail.receipt.text", "Number", r.Name(), "When", i18n.DateTime(ctx, r.ReceivedAt), "Title", title)}
		if r.State == stored.Waiting {
			l.Paragraphs = append(l.Paragraphs, i18n.T(ctx, "remarks.sent.waiting"))
		}
		l.Sections = []letter.Section{{Title: subjectWords(ctx, r, title), Href: r.Path(), Facts: said(ctx, r)}}
		l.Button, l.Href = i18n.T(ctx, "remarks.receipt.open"), r.ReceiptPath()
	})
}

// subjectWords say what a remark is about: the block and the thing.
func subjectWords(ctx context.Context, r *stored.Remark, title string) string {
	where := show.Where(ctx, r)
	if title == "" {
		return r.Name() + " · " + where
	}
	return r.Name() + " · " + where + " · " + title
}

// said repeats what an author wrote.
func said(ctx context.Context, r *stored.Remark) []letter.Fact {
	var out []letter.Fact
	add := func(id, words string) {
		if words != "" {
			out = append(out, letter.Fact{Term: i18n.T(ctx, id), Text: text.Truncate(words, shownLetters)})
		}
	}
	add("remarks.mail.said", text.Plain(r.Body))
	add("remarks.field.wording", r.Wording)
	add("remarks.field.effects", r.Effects)
	return out
}

// decided is what the municipality says to a remark, for its author.
func decided(ctx context.Context, r *stored.Remark) []letter.Fact {
	a := r.PublicAnswer
	if a == nil {
		return nil
	}
	out := []letter.Fact{{Term: i18n.T(ctx, "remarks.mail.decided"), Text: i18n.T(ctx, "remarks.disposition."+string(a.Disposition))}} //i18n: remarks.disposition.*
	if words, _ := a.ReasonIn(ctx); words != "" {
		out = append(out, letter.Fact{Term: i18n.T(ctx, "remarks.mail.why"), Text: text.Plain(words)})
	}
	if a.ChangeLabel != "" {
		out = append(out, letter.Fact{Term: i18n.T(ctx, "remarks.answer.change"), Text: a.ChangeLabel})
	}
	return out
}
