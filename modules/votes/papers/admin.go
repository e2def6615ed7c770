package papers

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/votes"
	"glas/tenant"
)

// pageData is the page: a question that was chosen, the form for it, and what was entered last.
type pageData struct {
	form   *form.Form
	typed  string
	ballot *votes.Ballot
	// refused is why no vote on the question that was typed can be entered.
	refused string
	list    []*VotePaper
	titles  map[subject.Ref]string
}

func (m *Module) page(c *fiber.Ctx) error {
	return m.render(c, form.New(nil, nil), web.Query(c).Value("subject"))
}

func (m *Module) render(c *fiber.Ctx, f *form.Form, typed string) error {
	ctx := c.UserContext()
	d := pageData{form: f, typed: strings.TrimSpace(typed), titles: map[subject.Ref]string{}}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if err := m.choose(ctx, tx, &d); err != nil {
			return err
		}
		if d.list, err = last(ctx, tx); err != nil {
			return err
		}
		return m.name(ctx, tx, &d)
	})
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "papers.title")
	return web.Render(c, web.Page{Title: title, Staff: true, Current: root, Admin: ui.AdminData{Title: title, Lead: i18n.T(ctx, "papers.lead")}}, papersPage(d))
}

// choose finds what was typed; what cannot be voted on is said in words beside the field.
func (m *Module) choose(ctx context.Context, tx *tenant.Tx, d *pageData) error {
	if d.typed == "" {
		return nil
	}
	ref, err := m.find(ctx, tx, d.typed)
	if err == nil {
		var b votes.Ballot
		if b, err = m.ballot(ctx, tx, ref); err == nil {
			d.ballot = &b
		}
	}
	if e, ok := fault.As(err); ok && !e.Message.IsZero() {
		d.refused = i18n.Message(ctx, e.Message)
		return nil
	}
	return err
}

// find is what staff means by a number, an address of a page, or kind:id.
func (m *Module) find(ctx context.Context, tx *tenant.Tx, typed string) (subject.Ref, error) {
	if ref, err := subject.Parse(typed); err == nil && m.Votes.Hosts[ref.Kind] != nil {
		return ref, nil
	}
	ref, err := m.Subject(ctx, tx, typed)
	if err == nil && ref.IsZero() {
		err = fault.NotFound("votes.error.not_found")
	}
	return ref, err
}

// name asks the hosts, once for each kind, what the questions of the list are called.
func (m *Module) name(ctx context.Context, tx *tenant.Tx, d *pageData) error {
	ids := map[string][]string{}
	for _, p := range d.list {
		ids[p.SubjectKind] = append(ids[p.SubjectKind], p.SubjectID)
	}
	for kind, list := range ids {
		if m.Votes.Hosts[kind] == nil {
			continue
		}
		found, err := m.Votes.Hosts[kind].Ballots(ctx, tx, list)
		if err != nil {
			return err
		}
		for subjectID, b := range found {
			d.titles[subject.Ref{Kind: kind, ID: subjectID}] = b.Title
		}
	}
	return nil
}

// here is the address of the page with a question chosen.
func here(typed string) string { return root + "?subject=" + url.QueryEscape(typed) }

func (m *Module) post(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	typed := f.Text("subject", form.Limit{Min: 1, Max: 300})
	e := Entry{Channel: f.OneOf("channel", Channels()...), Reference: f.Text("reference", form.Limit{Min: 1, Max: referenceMax}), Value: f.Text("value", form.Limit{Min: 1, Max: 20}),
		Association: f.Bool("association"), Email: strings.ToLower(f.Email("email"))}
	if err = f.Err(); err == nil {
		err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
			e.Ref, err = m.find(ctx, tx, typed)
			return err
		})
	}
	if err == nil {
		err = m.Enter(ctx, e)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, f, typed) })
	}
	web.Flash(c, "success", "papers.entered", "Reference", e.Reference)
	return web.Redirect(c, here(typed))
}

func (m *Module) remove(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	reason := f.Text("reason", form.Limit{Min: reasonMin, Max: reasonMax})
	if err = f.Err(); err == nil {
		err = m.Remove(c.UserContext(), c.Params("id"), reason)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, f, "") })
	}
	web.Flash(c, "success", "papers.removed")
	return web.Redirect(c, root)
}

// options are the answers that a ballot takes.
func options(ctx context.Context, b *votes.Ballot) []ui.Option {
	var out []ui.Option
	for _, v := range b.Kind.Values() {
		out = append(out, ui.Option{Value: v, Label: i18n.T(ctx, "votes.value."+v)}) //i18n: votes.value.*
	}
	return out
}

func channelOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, ch := range Channels() {
		out = append(out, ui.Option{Value: ch, Label: i18n.T(ctx, "votes.channel."+ch)}) //i18n: votes.channel.*
	}
	return out
}

// titleOf is what a question is called, or its id where no host shows it any more.
func (d pageData) titleOf(p *VotePaper) string {
	if t := d.titles[p.Ref()]; t != "" {
		return t
	}
	return p.Ref().String()
}
