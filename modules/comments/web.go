package comments

import (
	"context"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/internal/web"
	"glas/modules/accounts"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	writing := web.Limit{Name: "comment", N: 20, Per: 10 * time.Minute}
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/comments/:id", Handle: m.permalink},
		{Method: fiber.MethodGet, Path: "/comments/:kind/:id", Handle: m.showThread, Cache: true},
		{Method: fiber.MethodGet, Path: "/comments/:kind/:id/new", Handle: m.showForm},
		{Method: fiber.MethodPost, Path: "/comments/:kind/:id", Handle: m.send, Limit: writing},
		{Method: fiber.MethodGet, Path: "/comments/:id/edit", Handle: m.showEdit},
		{Method: fiber.MethodPost, Path: "/comments/:id/edit", Handle: m.sendEdit, Limit: writing},
		{Method: fiber.MethodGet, Path: "/comments/:id/delete", Handle: m.showDelete},
		{Method: fiber.MethodPost, Path: "/comments/:id/delete", Handle: m.sendDelete},
		{Method: fiber.MethodGet, Path: "/comments/:id/history", Handle: m.showHistory},
		{Method: fiber.MethodGet, Path: "/comments/:id/moderate", Handle: m.showModerate, Need: "comment.moderate"},
		{Method: fiber.MethodPost, Path: "/comments/:id/moderate", Handle: m.sendModerate, Need: "comment.moderate"},
		{Method: fiber.MethodGet, Path: "/api/v1/comments", Handle: m.apiList, Cache: true, API: apiDescription()},
	}
}

// subjectOf reads the subject that an address names.
func subjectOf(c *fiber.Ctx) subject.Ref {
	return subject.Ref{Kind: c.Params("kind"), ID: c.Params("id")}
}

// permalink leads to a comment where it stands, with everything above it.
func (m *Module) permalink(c *fiber.Ctx) error {
	var to string
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		comment, err := stored.Find(ctx, tx, c.Params("id"))
		if err != nil {
			return err
		}
		t, err := m.thread(ctx, tx, comment.Subject())
		if err != nil {
			return err
		}
		to, err = landing(ctx, t, comment)
		return err
	})
	if err != nil {
		return err
	}
	return web.Redirect(c, to)
}

// landing is where a comment is seen. One that is not part of the thread is seen by its author, and by moderators elsewhere.
func landing(ctx context.Context, t Thread, c *Comment) (string, error) {
	if c.State.IsListed() && c.Listed == 1 {
		return t.Path + "?" + paramOpen + "=" + c.ID + "#" + c.Anchor(), nil
	}
	a := authz.From(ctx)
	switch {
	case authz.Can(ctx, "comment.moderate", authz.Resource{}).Allowed && a.ID != c.AuthorID:
		return c.Permalink() + "/moderate", nil
	case a.SignedIn() && a.ID == c.AuthorID:
		return t.Path + "#" + c.Anchor(), nil
	}
	return "", fault.NotFound("comments.error.not_found")
}

// showThread is a discussion on a page of its own, or the part of it that a page asks for.
func (m *Module) showThread(c *fiber.Ctx) error {
	ref := subjectOf(c)
	typed, err := web.FormFor(c, Action(ref))
	if err != nil {
		return err
	}
	var s *section
	err = m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		t, err := m.thread(ctx, tx, ref)
		if err != nil {
			return err
		}
		s, err = m.section(ctx, tx, t, QueryFrom(web.Query(c), typed))
		return err
	})
	if err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, part(s))
	}
	return web.Render(c, web.Page{Title: s.Title, NoIndex: true}, threadPageView(s))
}

// part is what a page that is already there lacks.
func part(s *section) templ.Component {
	switch {
	case s.Query.Root != "" && s.Focus != nil:
		return answers(s, s.Focus)
	case s.After != "" && len(s.Lists) == 1:
		return cards(nodeList{s, s.Lists[0]})
	default:
		return discussion(s)
	}
}

// showForm is the form for one comment, below the one that it answers or on a page of its own.
func (m *Module) showForm(c *fiber.Ctx) error {
	f, err := web.FormFor(c, Action(subjectOf(c)))
	if err != nil {
		return err
	}
	if parent := web.Query(c).Value("parent"); f.Value("parent") != parent {
		f = form.New(nil, nil) // what was typed was meant for another place
		f.Set("parent", parent)
	}
	return m.renderForm(c, f)
}

func (m *Module) renderForm(c *fiber.Ctx, f *form.Form) error {
	d := formData{Values: f, Parent: stored.Ident(f.Value("parent")), Inline: web.IsFragment(c), Errors: f.Complaints()}
	var quoted *row
	var s *section
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		t, err := m.thread(ctx, tx, subjectOf(c))
		if err != nil {
			return err
		}
		target, err := answered(ctx, tx, t, d.Parent)
		if err != nil {
			return err
		}
		d.Thread, s = t, m.frame(ctx, tx, t, Query{}, &threadPage{})
		if target != nil {
			quoted, d.Target = &row{Comment: *target}, accounts.BylineName(ctx, target.Byline)
		}
		d.Opened = openedOr(tx.Now(), f)
		return nil
	})
	if err != nil {
		return err
	}
	if d.Inline {
		return web.Fragment(c, postBox(d))
	}
	title := i18n.T(c.UserContext(), "comments.title")
	return web.Render(c, web.Page{Title: title + " · " + d.Title, NoIndex: true}, formPage(d, quoted, s))
}

// send posts a comment.
func (m *Module) send(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d := readDraft(f)
	err = f.Err()
	var posted *Comment
	if err == nil {
		posted, err = m.Post(c.UserContext(), subjectOf(c), d)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderForm(c, f) })
	}
	if posted.State == Waiting {
		web.Flash(c, "success", "comments.flash.waiting")
	} else {
		web.Flash(c, "success", "comments.flash.posted")
	}
	return web.Redirect(c, posted.Permalink())
}

func (m *Module) showEdit(c *fiber.Ctx) error {
	f, err := web.FormFor(c, "/comments/"+c.Params("id")+"/edit")
	if err != nil {
		return err
	}
	return m.renderEdit(c, f, false)
}

func (m *Module) renderEdit(c *fiber.Ctx, f *form.Form, stale bool) error {
	var comment *Comment
	var t Thread
	var minutes int
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		comment, t, err = m.Editable(ctx, tx, c.Params("id"))
		minutes = tx.Tenant().Rules.EditMinutes
		return err
	})
	if err != nil {
		return err
	}
	if !f.Has("body") {
		f.Set("body", comment.Body)
	}
	title := i18n.T(c.UserContext(), "comments.edit.title")
	return web.Render(c, web.Page{Title: title, NoIndex: true}, editPage(t, comment, f, f.Complaints(), minutes, stale))
}

func (m *Module) sendEdit(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	body, revision := readEdit(f)
	if err = f.Err(); err == nil {
		_, err = m.Edit(c.UserContext(), c.Params("id"), body, revision)
	}
	if err != nil {
		stale := fault.Is(err, fault.KindConflict)
		return web.Reshow(c, f, err, func() error { return m.renderEdit(c, f, stale) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, "/comments/"+c.Params("id"))
}

func (m *Module) showDelete(c *fiber.Ctx) error {
	var comment *Comment
	var t Thread
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		comment, t, err = m.mine(ctx, tx, c.Params("id"))
		return err
	})
	if err != nil {
		return err
	}
	title := i18n.T(c.UserContext(), "comments.delete.title")
	return web.Render(c, web.Page{Title: title, NoIndex: true}, deletePage(t, comment))
}

func (m *Module) sendDelete(c *fiber.Ctx) error {
	comment, err := m.Delete(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	web.Flash(c, "success", "comments.flash.deleted")
	var to string
	err = m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		t, err := m.thread(ctx, tx, comment.Subject())
		if to = t.Path + "#comments"; comment.Listed == 1 {
			to = t.Path + "?" + paramOpen + "=" + comment.ID + "#" + comment.Anchor()
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Redirect(c, to)
}

func (m *Module) showHistory(c *fiber.Ctx) error {
	var comment *Comment
	var t Thread
	var list []Version
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		comment, t, list, err = m.History(ctx, tx, c.Params("id"))
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(c.UserContext(), "comments.history.title"), Description: text.Excerpt(comment.Body, 160), NoIndex: true}
	return web.Render(c, page, historyPage(t, comment, list))
}

func (m *Module) showModerate(c *fiber.Ctx) error { return m.renderModerate(c, form.New(nil, nil)) }

func (m *Module) renderModerate(c *fiber.Ctx, f *form.Form) error {
	h, err := m.held(c)
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(c.UserContext(), "comments.moderate.title"), NoIndex: true}
	return web.Render(c, page, moderatePage(h, f, f.Complaints(), verdicts(h.State)))
}

func (m *Module) held(c *fiber.Ctx) (Held, error) {
	var h Held
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		h, err = m.Held(ctx, tx, c.Params("id"))
		return err
	})
	return h, err
}

func (m *Module) sendModerate(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	h, err := m.held(c)
	if err != nil {
		return err
	}
	r := readRuling(f, verdicts(h.State))
	if err = f.Err(); err == nil {
		err = m.Moderate(c.UserContext(), c.Params("id"), r)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderModerate(c, f) })
	}
	web.Flash(c, "success", "comments.flash.moderated")
	return web.Redirect(c, h.Path)
}
