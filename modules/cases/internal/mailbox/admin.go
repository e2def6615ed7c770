package mailbox

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// inboxData is a page of the inbox.
type inboxData struct {
	box      Box
	has      bool
	state    *CaseMailbox
	rows     []CaseMail
	cases    map[string]*stored.Case
	returned []CaseMail
	show     string
	next     string
}

func (m *Module) index(c *fiber.Ctx) error {
	d := inboxData{show: web.Query(c).Value("show")}
	if d.show != Unclear && !slices.Contains(Outcomes(), Outcome(d.show)) {
		d.show = ""
	}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		d.box, d.has = m.box(tx.Tenant())
		return d.load(ctx, tx, web.Query(c).Value("before"))
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "casemail.title"), Staff: true, Current: root, Admin: ui.AdminData{Lead: lead(ctx, d)}}, inboxPage(d))
}

// load reads a page of the inbox: four statements at most.
func (d *inboxData) load(ctx context.Context, tx *tenant.Tx, before string) (err error) {
	if !id.Valid(before) {
		before = ""
	}
	if d.state, err = state(ctx, tx); err != nil {
		return err
	}
	if d.rows, d.next, err = list(ctx, tx, d.show, before); err != nil {
		return err
	}
	if d.show == string(Bounce) {
		if d.returned, err = returned(ctx, tx); err != nil {
			return err
		}
	}
	d.cases, err = casesOf(ctx, tx, append(slices.Clone(d.rows), d.returned...))
	return err
}

// casesOf are the cases that messages belong to or hint at.
func casesOf(ctx context.Context, tx *tenant.Tx, rows []CaseMail) (map[string]*stored.Case, error) {
	var ids []string
	for _, r := range rows {
		for _, one := range []string{r.CaseID, r.HintID} {
			if one != "" && !slices.Contains(ids, one) {
				ids = append(ids, one)
			}
		}
	}
	found, err := stored.FindMany(ctx, tx, ids)
	out := make(map[string]*stored.Case, len(found))
	for _, c := range found {
		out[c.ID] = c
	}
	return out, err
}

// mailData is the page of one message.
type mailData struct {
	*CaseMail
	cases map[string]*stored.Case
	form  *form.Form
}

func (m *Module) show(c *fiber.Ctx) error {
	f, err := web.FormFor(c, root+"/"+c.Params("id"))
	if err != nil {
		return err
	}
	return m.render(c, f)
}

func (m *Module) render(c *fiber.Ctx, f *form.Form) error {
	d := mailData{form: f}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.CaseMail, err = find(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		d.cases, err = casesOf(ctx, tx, []CaseMail{*d.CaseMail})
		return err
	})
	if err != nil {
		return err
	}
	if !f.Has("number") {
		f.Set("number", hintNumber(d))
	}
	ctx := c.UserContext()
	title := d.Subject
	if title == "" {
		title = i18n.T(ctx, "casemail.no_subject")
	}
	return web.Render(c, web.Page{Title: title, Staff: true, Current: root,
		Admin: ui.AdminData{Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "casemail.title"), Href: i18n.Href(ctx, root)}, {Label: title}}, Pill: pill(ctx, d.Outcome)}}, mailPage(d))
}

func (m *Module) decide(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	action := f.OneOf("action", Seen, Move, Throw, Make)
	if err = f.Err(); err == nil {
		err = m.Decide(c.UserContext(), c.Params("id"), action, f.Value("number"))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, f) })
	}
	web.Flash(c, "success", "casemail.done."+action) //i18n: casemail.done.*
	return web.Redirect(c, root+"/"+c.Params("id"))
}
