package roles

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

func (m *Module) index(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var list []role
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, _, err = m.load(ctx, tx, Editable()...)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "roles.title"), Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "roles.lead")}}, indexPage(list))
}

func (m *Module) show(c *fiber.Ctx) error {
	f, err := web.FormFor(c, root+"/"+c.Params("role"))
	if err != nil {
		return err
	}
	return m.render(c, f)
}

// render shows what a role may do, or what somebody was about to change.
func (m *Module) render(c *fiber.Ctx, f *form.Form) error {
	ctx, name := c.UserContext(), c.Params("role")
	if !slices.Contains(Editable(), name) {
		return fault.NotFound("roles.error.unknown")
	}
	var list []role
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, _, err = m.load(ctx, tx, name)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: roleWord(ctx, name), Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "roles.edit.lead")}}, editPage(f, list[0]))
}

func (m *Module) save(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	name := c.Params("role")
	if err := m.Set(c.UserContext(), name, f.Value("version"), f.Values("may")); err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, f) })
	}
	web.Flash(c, "success", "roles.flash.saved")
	return web.Redirect(c, root+"/"+name)
}

func (m *Module) reset(c *fiber.Ctx) error {
	name := c.Params("role")
	if err := m.Reset(c.UserContext(), name); err != nil {
		return err
	}
	web.Flash(c, "success", "roles.flash.reset")
	return web.Redirect(c, root+"/"+name)
}
