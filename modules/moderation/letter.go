package moderation

import (
	"context"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/letter"
	"glas/modules/accounts"
	"glas/tenant"
)

// ruleWords says a rule in the language of the municipality, as hosts keep it.
func (m *Module) ruleWords(tx *tenant.Tx, rule string) string {
	if rule == "" {
		return ""
	}
	return m.Catalogue.Localizer(tx.Tenant().Default(), tx.Tenant().Zone(), "").T("moderation.rule." + rule) //i18n: moderation.rule.*
}

// tellAuthor gives the author of a thing the reasons of a decision, with the way to answer; of good news it tells in short. waited says
// that the thing had not been shown before.
func (m *Module) tellAuthor(ctx context.Context, tx *tenant.Tx, d *ModerationDecision, waited bool) error {
	if d.Act == ActDismiss || d.Act == ActRestore && waited || d.AuthorID == authz.From(ctx).ID {
		return nil // an author who never heard of the reports need not
	}
	return m.write(ctx, tx, d.AuthorID, func(ctx context.Context, l *letter.Letter) {
		args := []any{"Title", d.Title, "Site", l.Site}
		l.Subject = i18n.T(ctx, "moderation.mail."+string(d.Act)+".subject", args...) //i18n: moderation.mail.*
		l.Paragraphs = []string{i18n.T(ctx, "moderation.mail."+string(d.Act)+".text", args...)}
		if !d.Act.against() {
			l.Button, l.Href = i18n.T(ctx, "moderation.mail.open"), d.Path
			return
		}
		if d.Reason != "" {
			l.Paragraphs = append(l.Paragraphs, i18n.T(ctx, "moderation.mail.reason", "Reason", d.Reason))
		}
		l.Paragraphs = append(l.Paragraphs, i18n.T(ctx, "moderation.mail.rule", "Rule", i18n.T(ctx, "moderation.rule."+d.Rule)),
			i18n.T(ctx, "moderation.mail.human"), i18n.T(ctx, "moderation.mail.answer"))
		l.Button, l.Href = i18n.T(ctx, "moderation.mail.appeal"), "/appeal/"+d.ID
	})
}

// tellSettled tells an author what became of an appeal.
func (m *Module) tellSettled(ctx context.Context, tx *tenant.Tx, d *ModerationDecision) error {
	return m.write(ctx, tx, d.AuthorID, func(ctx context.Context, l *letter.Letter) {
		args := []any{"Title", d.Title, "Site", l.Site}
		l.Subject = i18n.T(ctx, "moderation.mail.appeal_"+d.Appeal+".subject", args...) //i18n: moderation.mail.*
		l.Paragraphs = []string{i18n.T(ctx, "moderation.mail.appeal_"+d.Appeal+".text", args...), i18n.T(ctx, "moderation.mail.reason", "Reason", d.SettledReason)}
		l.Button, l.Href = i18n.T(ctx, "moderation.mail.open"), "/appeal/"+d.ID
	})
}

// write puts a letter into the outbox, in the language of whom it is for. Somebody without an address gets none.
func (m *Module) write(ctx context.Context, tx *tenant.Tx, who string, fill func(ctx context.Context, l *letter.Letter)) error {
	if who == "" {
		return nil
	}
	to, err := accounts.Addresses(ctx, tx, []string{who})
	if err != nil {
		return err
	}
	r, reachable := to[who]
	if !reachable {
		return nil
	}
	t, base := tx.Tenant(), m.Base(ctx)
	ctx, site := t.Writes(ctx, m.Catalogue, r.Lang)
	l := letter.Letter{Lang: r.Lang, Site: site, Theme: t.Theme, Greeting: i18n.T(ctx, "moderation.mail.greeting", "Name", r.Name),
		Notes: []letter.Note{{Text: i18n.T(ctx, "moderation.mail.footer", "Site", site)}}}
	fill(ctx, &l)
	l.Href = t.Link(base, r.Lang, l.Href)
	message, err := l.Message(r.Email, "moderation.decision")
	if err != nil {
		return err
	}
	message.ReplyTo = t.ReplyTo()
	return tx.Mail(ctx, message)
}
