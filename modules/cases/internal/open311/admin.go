package open311

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

const (
	adminPath = "/admin/open311"
	need      = "settings.edit"
)

func (s *Server) adminRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: adminPath, Handle: s.admin, Need: need},
		{Method: "POST", Path: adminPath + "/keys", Handle: s.make, Need: need},
		{Method: "POST", Path: adminPath + "/keys/:id/:what", Handle: s.set, Need: need},
		{Method: "POST", Path: adminPath + "/mode", Handle: s.mode, Need: need},
	}
}

// Menu is the entry of the staff page.
func (s *Server) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "open311.menu", Path: adminPath, Area: web.AreaStaff, Order: 82, Need: need}}
}

// adminData is the staff page. key is a new key, shown this once.
type adminData struct {
	form    *form.Form
	clients []stored.CaseClient
	names   *listed.Names
	base    string
	key     string
	batch   bool
}

func (s *Server) admin(c *fiber.Ctx) error {
	return s.renderAdmin(c, adminData{form: form.New(nil, nil)})
}

func (s *Server) renderAdmin(c *fiber.Ctx, d adminData) error {
	ctx := c.UserContext()
	d.base = web.SiteOf(c).Base
	err := s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.names, err = s.Names.Of(ctx, tx); err != nil {
			return err
		}
		d.batch = batched(d.names)
		d.clients, err = clients(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "open311.title"), Staff: true, Current: adminPath, Admin: ui.AdminData{Lead: i18n.T(ctx, "open311.lead")}}, adminPage(d))
}

func (s *Server) make(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	name, contact := f.Line("name", form.Limit{Min: 2, Max: 100}), f.Line("contact", form.Limit{Min: 3, Max: 200})
	if err = f.Err(); err == nil {
		var key string
		if key, err = s.makeClient(c.UserContext(), name, contact); err == nil {
			c.Set(fiber.HeaderCacheControl, "no-store")
			return s.renderAdmin(c, adminData{form: form.New(nil, nil), key: key})
		}
	}
	return web.Reshow(c, f, err, func() error { return s.renderAdmin(c, adminData{form: f}) })
}

func (s *Server) set(c *fiber.Ctx) error {
	what := c.Params("what")
	if what != "revoke" && what != "restore" {
		return fiber.ErrNotFound
	}
	if err := s.setClient(c.UserContext(), c.Params("id"), what == "restore"); err != nil {
		return err
	}
	web.Flash(c, "success", "open311.flash.saved")
	return web.Redirect(c, adminPath)
}

func (s *Server) mode(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := s.setBatch(c.UserContext(), f.Bool("batch")); err != nil {
		return err
	}
	web.Flash(c, "success", "open311.flash.saved")
	return web.Redirect(c, adminPath)
}
