package named

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// word says a message of the list, "title" or "add".
func (l *List[T]) word(ctx context.Context, name string) string { return i18n.T(ctx, l.Many+"."+name) }

func (m *Module[T]) adminIndex(c *fiber.Ctx) error {
	ctx, l := c.UserContext(), m.list
	var rows []T
	err := m.deps.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		rows, err = l.All(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	d := listData{Root: l.root(), Words: l.Many, Rows: make([]Fields, len(rows))}
	for i := range rows {
		d.Rows[i] = l.Fields(&rows[i])
	}
	page := web.Page{Title: l.word(ctx, "title"), Staff: true, Current: l.root(), Admin: ui.AdminData{
		Lead: l.word(ctx, "lead"), Actions: ui.LinkButton(l.word(ctx, "add"), i18n.Href(ctx, l.root()+"/new"), "primary", "")}}
	return web.Render(c, page, adminList(d))
}

func (m *Module[T]) adminNew(c *fiber.Ctx) error {
	f, err := web.FormFor(c, m.list.root())
	if err != nil {
		return err
	}
	return m.renderForm(c, f, "")
}

func (m *Module[T]) adminEdit(c *fiber.Ctx) error {
	f := form.New(nil, nil)
	err := m.deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		row, err := m.list.Find(ctx, tx, c.Params("id"))
		if err == nil {
			m.list.fill(row, f)
		}
		return err
	})
	if err != nil {
		return err
	}
	return m.renderForm(c, f, c.Params("id"))
}

func (m *Module[T]) renderForm(c *fiber.Ctx, f *form.Form, rowID string) error {
	ctx, l := c.UserContext(), m.list
	people, err := m.people(ctx)
	if err != nil {
		return err
	}
	d := formData{Form: f, Languages: web.SiteOf(c).Languages, Root: l.root(), Action: l.root(), Extra: l.Extra(f, people)}
	title := l.word(ctx, "add")
	if rowID != "" {
		d.Action = l.root() + "/" + rowID
		title = l.word(ctx, "edit")
	}
	page := web.Page{Title: title, Staff: true, Current: l.root(), Admin: ui.AdminData{Crumbs: []ui.Crumb{
		{Label: l.word(ctx, "title"), Href: i18n.Href(ctx, l.root())}, {Label: title}}}}
	return web.Render(c, page, adminForm(d))
}

// people finds the accounts that a row can point at.
func (m *Module[T]) people(ctx context.Context) (people []ui.Option, err error) {
	if m.deps.People == nil {
		return nil, nil
	}
	err = m.deps.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		people, err = m.deps.People(ctx, tx)
		return err
	})
	return people, err
}

func (m *Module[T]) adminSave(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	row := m.list.read(f, web.SiteOf(c).Languages)
	*m.list.Fields(row).ID = c.Params("id")
	if err = f.Err(); err == nil {
		err = m.Save(c.UserContext(), row)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderForm(c, f, c.Params("id")) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, m.list.root())
}

func (m *Module[T]) adminMove(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	by := 1
	if f.Value("to") == "up" {
		by = -1
	}
	if err := m.Move(c.UserContext(), c.Params("id"), by); err != nil {
		return err
	}
	return web.Redirect(c, m.list.root())
}

func (m *Module[T]) adminArchive(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := m.Archive(c.UserContext(), c.Params("id"), f.Bool("archived")); err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, m.list.root())
}
