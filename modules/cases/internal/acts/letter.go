package acts

import (
	"context"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/letter"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/modules/cases/internal/stored"
	"glas/modules/follows"
	"glas/tenant"
)

// letterTo is whom a letter is for.
type letterTo struct{ Email, Lang, Name string }

// tellReporter writes to the reporter of a case, by the address that he gave or that of his account. Who reached the municipality by
// phone only gets no letter; the desk calls him. path is where the letter leads.
func (a *Acts) tellReporter(ctx context.Context, tx *tenant.Tx, c *stored.Case, kind, path string, args ...any) error {
	_, err := a.TellReporter(ctx, tx, c, kind, path, args...)
	return err
}

// TellReporter is the same and says whether a letter was written: there is none for who gave no address or wants none.
func (a *Acts) TellReporter(ctx context.Context, tx *tenant.Tx, c *stored.Case, kind, path string, args ...any) (bool, error) {
	p, err := stored.ReporterOf(ctx, tx, c.ID)
	if err != nil || p == nil || p.Refused || !p.Consent || c.Visibility == stored.Internal {
		return false, err
	}
	to := letterTo{Email: p.Email, Lang: p.Lang, Name: p.Name}
	if to.Email == "" && p.AccountID != "" {
		found, err := accounts.Addresses(ctx, tx, []string{p.AccountID})
		if err != nil {
			return false, err
		}
		if r, ok := found[p.AccountID]; ok {
			to = letterTo{Email: r.Email, Lang: r.Lang, Name: r.Name}
		}
	}
	if to.Email == "" {
		return false, nil
	}
	return true, a.letter(ctx, tx, c, to, kind, path, args...)
}

// letter puts a letter about a case into the outbox. Its words are cases.mail.<kind>.subject and .text.
func (a *Acts) letter(ctx context.Context, tx *tenant.Tx, c *stored.Case, to letterTo, kind, path string, args ...any) error {
	if a.Catalogue == nil || a.Base == nil {
		return nil
	}
	t := tx.Tenant()
	lang := to.Lang
	if lang == "" {
		lang = t.Default()
	}
	base := a.Base(ctx)
	ctx = i18n.With(ctx, a.Catalogue.Localizer(lang, t.Zone(), ""))
	site, _ := t.Name.Pick(lang, t.Default())
	title := c.Title
	if kind == "follow" || strings.HasPrefix(kind, "news_") {
		title = c.ShownTitle()
	}
	all := append([]any{"Site", site, "Number", c.Number, "Title", title}, spoken(ctx, args, t.Default())...)
	d := letter.Letter{Lang: lang, Site: site, Subject: i18n.T(ctx, "cases.mail."+kind+".subject", all...), //i18n: cases.mail.*
		Greeting: i18n.T(ctx, "cases.mail.greeting", "Name", to.Name), Button: i18n.T(ctx, "cases.mail.open"), Href: t.Link(base, lang, path),
		Paragraphs: strings.Split(i18n.T(ctx, "cases.mail."+kind+".text", all...), "\n\n"), //i18n: cases.mail.*
		Notes:      []letter.Note{{Text: i18n.T(ctx, "cases.mail.footer", "Site", site)}}}
	if to.Name == "" {
		d.Greeting = i18n.T(ctx, "cases.mail.greeting_plain")
	}
	m, err := d.Message(to.Email, "cases."+kind)
	if err != nil {
		return err
	}
	m.ReplyTo = contact(t)
	if a.Post != nil && kind != "follow" && !strings.HasPrefix(kind, "news_") {
		if m, err = a.Post(ctx, tx, c, m); err != nil {
			return err
		}
	}
	return tx.Mail(ctx, m)
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

// contact is where an answer to a letter goes: the municipality's own address, if that is one.
func contact(t *tenant.Tenant) string {
	address, err := mail.Address(t.Contact.Email)
	if err != nil {
		return ""
	}
	return address
}

// NewsJob tells the followers of a case.
const NewsJob = "cases.news"

type newsTask struct {
	CaseID string `json:"case_id"`
	Kind   string `json:"kind"`
	Actor  string `json:"actor"`
}

// news has the followers of a case told, soon and not while somebody waits; only of what everybody may see.
func (a *Acts) news(ctx context.Context, tx *tenant.Tx, c *stored.Case, kind string) error {
	if c.Followers == 0 || !c.Shown {
		return nil
	}
	return tx.Enqueue(ctx, job.Spec{Kind: NewsJob, Payload: newsTask{CaseID: c.ID, Kind: kind, Actor: authz.From(ctx).ID}})
}

// Tell is the job that writes to the followers. What they may see is asked again: the case may have been hidden meanwhile.
func (a *Acts) Tell(ctx context.Context, j job.Job) error {
	var n newsTask
	if err := j.Decode(&n); err != nil {
		return job.Permanent(err)
	}
	return a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := stored.Find(ctx, tx, n.CaseID)
		if err != nil || !stored.See(c, stored.Anybody).Page {
			return err
		}
		list, err := stored.Followers(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		var ids []string
		for _, f := range list {
			if f.AccountID != "" && f.AccountID != n.Actor && f.AccountID != c.ReporterID {
				ids = append(ids, f.AccountID)
			}
		}
		if len(ids) > 0 { // people with accounts are told as they chose to be told of everything
			err := follows.Tell(ctx, tx, follows.News{Event: "cases.news." + n.Kind, Refs: []subject.Ref{c.Ref()}, Also: ids, Direct: true, Title: c.ShownTitle(), Path: c.Path(), Actor: n.Actor, Ref: c.Ref()}) //i18n: cases.news.*
			if err != nil {
				return err
			}
		}
		for _, f := range list {
			if f.AccountID != "" || f.Email == "" {
				continue
			}
			if err := a.letter(ctx, tx, c, letterTo{Email: f.Email, Lang: f.Lang}, "news_"+n.Kind, "/cases/following/"+f.Token); err != nil {
				return err
			}
		}
		return nil
	})
}
