package follows

import (
	"context"
	"fmt"

	"glas/internal/i18n"
	"glas/internal/letter"
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
		if !known || k.Cards == nil || !r.tx.Tenant().Offers(kind) {
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
	said := i18n.T(ctx, n.Event+".text", args...) //i18n: follows.news.*
	if (n.Event == extended || n.Event == restarted) && !n.UntilAt.IsZero() {
		said += " " + i18n.T(ctx, "follows.until", "Date", i18n.DateTime(ctx, n.UntilAt))
	}
	return i18n.T(ctx, n.Event+".subject", args...), //i18n: follows.news.*
		line{Text: said, Excerpt: n.Excerpt, Title: title, Href: n.Path, Day: i18n.DateTime(ctx, n.CreatedAt)}, nil
}

// post writes a letter to one person, in his language: one piece of news, or a digest of many.
func (m *Module) post(ctx context.Context, tx *tenant.Tx, r *reader, who string, to accounts.Recipient, list []entry, digest bool) error {
	t := tx.Tenant()
	base := m.Base(ctx)
	ctx, site := t.Writes(ctx, m.Catalogue, to.Lang)
	link := func(path string) string { return t.Link(base, to.Lang, path) }
	all := link(unsubscribePath(m.token(t.ID, who, everything)))
	d := letter.Letter{Lang: to.Lang, Site: site, Theme: t.Theme, Greeting: i18n.T(ctx, "follows.mail.greeting", "Name", to.Name),
		Notes: []letter.Note{{Text: i18n.T(ctx, "follows.mail.why", "Site", site)}}}
	open := i18n.T(ctx, "follows.mail.open")
	for i, e := range list {
		subjectLine, l, err := r.words(ctx, e.News)
		if err != nil {
			return err
		}
		if i < digestEntries {
			d.Lines = append(d.Lines, letter.Line{Text: l.Text, Excerpt: l.Excerpt, Open: open, Href: link(l.Href)})
		}
		d.Subject = subjectLine
	}
	kind, leave := "follows.digest", all
	if digest {
		d.Subject = i18n.N(ctx, "follows.mail.digest.subject", len(list), "Site", site)
		d.Paragraphs = []string{i18n.N(ctx, "follows.mail.digest.intro", len(list))}
		if more := len(list) - len(d.Lines); more > 0 {
			d.Button, d.Href = i18n.N(ctx, "follows.mail.digest.more", more), link(noticesPath)
		}
	} else {
		kind = list[0].News.Event
		d.Button, d.Href, d.Lines[0].Href = open, d.Lines[0].Href, ""
		leave = link(unsubscribePath(m.token(t.ID, who, list[0].Via.String())))
		words, err := stopWords(ctx, r, list[0].Via)
		if err != nil {
			return err
		}
		d.Notes = append(d.Notes, letter.Note{Text: words, Href: leave})
	}
	d.Notes = append(d.Notes, letter.Note{Text: i18n.T(ctx, "follows.mail.stop_all"), Href: all},
		letter.Note{Text: i18n.T(ctx, "follows.mail.settings"), Href: link(followingPath)})
	message, err := d.Message(to.Email, kind)
	if err != nil {
		return err
	}
	message.ListUnsubscribe = leave
	return tx.Mail(ctx, message)
}

// stopWords says what a letter came through, for the link that ends it.
func stopWords(ctx context.Context, r *reader, via subject.Ref) (string, error) {
	c, found, err := r.card(ctx, via)
	if err != nil || !found || c.Title == "" {
		return i18n.T(ctx, "follows.mail.stop"), err
	}
	return i18n.T(ctx, "follows.mail.stop_title", "Title", c.Title), nil
}
