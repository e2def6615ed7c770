package areas

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

const root = "/admin/areas"

func (m *Module) adminIndex(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var list []Area
	err := m.db.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = All(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "areas.title"), Staff: true, Current: root, Admin: ui.AdminData{
		Lead: i18n.T(ctx, "areas.lead"), Actions: ui.LinkButton(i18n.T(ctx, "areas.add"), i18n.Href(ctx, root+"/new"), "primary", "")}}
	return web.Render(c, page, adminList(list))
}

func (m *Module) adminNew(c *fiber.Ctx) error {
	f, err := web.FormFor(c, root)
	if err != nil {
		return err
	}
	return m.renderForm(c, f, "")
}

func (m *Module) adminEdit(c *fiber.Ctx) error {
	f := form.New(nil, nil)
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		row, err := Find(ctx, tx, c.Params("id"))
		if err == nil {
			row.fill(f)
		}
		return err
	})
	if err != nil {
		return err
	}
	return m.renderForm(c, f, c.Params("id"))
}

func (m *Module) renderForm(c *fiber.Ctx, f *form.Form, rowID string) error {
	ctx := c.UserContext()
	d := formData{Form: f, ID: rowID, Languages: web.SiteOf(c).Languages, Action: root}
	title := i18n.T(ctx, "areas.add")
	if rowID != "" {
		d.Action = root + "/" + rowID
		title = i18n.T(ctx, "areas.edit")
	}
	if err := m.choices(ctx, &d); err != nil {
		return err
	}
	page := web.Page{Title: title, Staff: true, Current: root, Admin: ui.AdminData{Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "areas.title"), Href: i18n.Href(ctx, root)}, {Label: title}}}}
	return web.Render(c, page, adminForm(d))
}

func (m *Module) adminSave(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	row := read(f, web.SiteOf(c).Languages)
	row.ID = c.Params("id")
	if err = f.Err(); err == nil {
		err = m.Save(c.UserContext(), row)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderForm(c, f, c.Params("id")) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root)
}

func (m *Module) adminMove(c *fiber.Ctx) error {
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
	return web.Redirect(c, root)
}

func (m *Module) adminArchive(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := m.Archive(c.UserContext(), c.Params("id"), f.Bool("archived")); err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root)
}

// choices has nothing to add: an area points at nothing else.
func (m *Module) choices(context.Context, *formData) error { return nil }
