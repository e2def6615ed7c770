package follows

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"glas/internal/i18n"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/tenant"
)

// entry is one piece of news as one person gets it.
type entry struct {
	News *FollowNews
	Via  subject.Ref
}

// digestEntries is how much one digest tells; the rest is on the person's page.
const digestEntries = 30

// reader asks for cards once for each language, and whether they can be read.
type reader struct {
	m     *Module
	tx    *tenant.Tx
	cards map[string]map[subject.Ref]subject.Card
}

func (m *Module) reader(tx *tenant.Tx) *reader {
	return &reader{m: m, tx: tx, cards: map[string]map[subject.Ref]subject.Card{}}
}

// card describes a thing in the language of ctx; false says that it is gone or of a kind that nobody knows.
func (r *reader) card(ctx context.Context, ref subject.Ref) (subject.Card, bool, error) {
	if err := r.load(ctx, []subject.Ref{ref}); err != nil {
		return subject.Card{}, false, err
	}
	c := r.cards[i18n.Lang(ctx)][ref]
	return c, !c.IsZero(), nil
}

// load asks for the cards that are not known yet, with one question for each kind.
func (r *reader) load(ctx context.Context, refs []subject.Ref) error {
	known := r.cards[i18n.Lang(ctx)]
	if known == nil {
		known = map[subject.Ref]subject.Card{}
		r.cards[i18n.Lang(ctx)] = known
	}
	missing := map[string][]string{}
	for _, ref := range refs {
		if _, asked := known[ref]; asked {
			continue
		}
		known[ref] = subject.Card{} // gone, unless its kind says otherwise
		if ref == Municipality() {
			known[ref] = subject.Card{Ref: ref, Title: r.tx.Tenant().Name.In(ctx), Path: "/", Visible: true}
			continue
		}
		missing[ref.Kind] = append(missing[ref.Kind], ref.ID)
	}
	for kind, ids := range missing {
		k, known := r.m.Kinds[kind]
		if !known || k.Cards == nil {
			continue
		}
		cards, err := k.Cards(ctx, r.tx, ids)
		if err != nil {
			return fmt.Errorf("describe what is followed: %w", err)
		}
		for thing, c := range cards {
			c.Ref = subject.Ref{Kind: kind, ID: thing}
			r.cards[i18n.Lang(ctx)][c.Ref] = c
		}
	}
	return nil
}

// mayRead reports whether an account may read a thing at this moment.
func (r *reader) mayRead(ctx context.Context, accountID string, ref subject.Ref) (bool, error) {
	c, found, err := r.card(ctx, ref)
	if err != nil || !found {
		return false, err
	}
	if ask := r.m.Kinds[ref.Kind].Visible; ask != nil {
		return ask(ctx, r.tx, accountID, ref)
	}
	return c.Visible, nil
}

// line is one piece of news in words.
type line struct {
	Text, Excerpt, Title, Href, Day string
}

// letterData is a letter in words.
type letterData struct {
	Lang, Site, Subject, Greeting, Intro, Open string
	Lines                                      []line
	More, MoreHref                             string
	Why                                        string
	Stop, StopHref                             string
	StopAll, StopAllHref                       string
	Settings, SettingsHref                     string
}

// words puts news into words, in the language of ctx.
func (r *reader) words(ctx context.Context, n *FollowNews) (subjectLine string, l line, err error) {
	title := n.Title
	if n.Titled {
		c, found, err := r.card(ctx, n.Ref())
		if err != nil {
			return "", line{}, err
		}
		if found && c.Title != "" {
			title = c.Title
		}
	}
	name := n.ActorName
	if name == "" {
		name = i18n.T(ctx, "follows.somebody")
	}
	args := []any{"Title", title, "Name", name, "Excerpt", n.Excerpt}
	return i18n.T(ctx, n.Event+".subject", args...), //i18n: follows.news.*
		line{Text: i18n.T(ctx, n.Event+".text", args...), Excerpt: n.Excerpt, Title: title, Href: n.Path, Day: i18n.DateTime(ctx, n.CreatedAt)}, nil
}

// post writes a letter to one person, in his language: one piece of news, or a digest of many.
func (m *Module) post(ctx context.Context, tx *tenant.Tx, r *reader, who string, to accounts.Recipient, list []entry, digest bool) error {
	t := tx.Tenant()
	base := m.Base(ctx)
	ctx = i18n.With(ctx, m.Catalogue.Localizer(to.Lang, t.Zone(), ""))
	link := func(path string) string { return t.Link(base, to.Lang, path) }
	site, _ := t.Name.Pick(to.Lang, t.Default())
	all := link(unsubscribePath(m.token(t.ID, who, everything)))
	d := letterData{Lang: to.Lang, Site: site, Greeting: i18n.T(ctx, "follows.mail.greeting", "Name", to.Name), Open: i18n.T(ctx, "follows.mail.open"),
		Why: i18n.T(ctx, "follows.mail.why", "Site", site), StopAll: i18n.T(ctx, "follows.mail.stop_all"), StopAllHref: all,
		Settings: i18n.T(ctx, "follows.mail.settings"), SettingsHref: link(followingPath)}
	for i, e := range list {
		subjectLine, l, err := r.words(ctx, e.News)
		if err != nil {
			return err
		}
		l.Href = link(l.Href)
		if i < digestEntries {
			d.Lines = append(d.Lines, l)
		}
		d.Subject = subjectLine
	}
	kind, leave := "follows.digest", all
	if digest {
		d.Subject = i18n.N(ctx, "follows.mail.digest.subject", len(list), "Site", site)
		d.Intro = i18n.N(ctx, "follows.mail.digest.intro", len(list))
		if more := len(list) - len(d.Lines); more > 0 {
			d.More, d.MoreHref = i18n.N(ctx, "follows.mail.digest.more", more), link(noticesPath)
		}
	} else {
		kind = list[0].News.Event
		if err := m.offerStop(ctx, r, &d, list[0].Via, link(unsubscribePath(m.token(t.ID, who, list[0].Via.String())))); err != nil {
			return err
		}
		leave = d.StopHref
	}
	var html bytes.Buffer
	if err := letterPage(d).Render(ctx, &html); err != nil {
		return fmt.Errorf("write letter: %w", err)
	}
	return tx.Mail(ctx, mail.Message{To: to.Email, FromName: headerLine(site), Subject: headerLine(d.Subject), Text: d.plain(), HTML: html.String(),
		Kind: kind, ListUnsubscribe: leave})
}

// offerStop says what a letter came through, with the link that ends it.
func (m *Module) offerStop(ctx context.Context, r *reader, d *letterData, via subject.Ref, href string) error {
	c, found, err := r.card(ctx, via)
	if err != nil {
		return err
	}
	d.StopHref, d.Stop = href, i18n.T(ctx, "follows.mail.stop")
	if found && c.Title != "" {
		d.Stop = i18n.T(ctx, "follows.mail.stop_title", "Title", c.Title)
	}
	return nil
}

// plain is the letter without HTML.
func (d letterData) plain() string {
	parts := []string{d.Greeting}
	if d.Intro != "" {
		parts = append(parts, d.Intro)
	}
	for _, l := range d.Lines {
		p := l.Text
		if l.Excerpt != "" {
			p += "\n\n    " + strings.ReplaceAll(l.Excerpt, "\n", "\n    ")
		}
		parts = append(parts, p+"\n\n"+l.Href)
	}
	if d.More != "" {
		parts = append(parts, d.More+":\n"+d.MoreHref)
	}
	foot := d.Why
	if d.Stop != "" {
		foot += "\n\n" + d.Stop + ":\n" + d.StopHref
	}
	foot += "\n\n" + d.StopAll + ":\n" + d.StopAllHref + "\n\n" + d.Settings + ":\n" + d.SettingsHref
	return strings.Join(append(parts, "-- ", foot, d.Site), "\n\n") + "\n"
}

// headerLine keeps what people named from breaking a header of a letter.
func headerLine(s string) string { return strings.Join(strings.Fields(s), " ") }
