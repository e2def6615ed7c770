package open311

import (
	"context"
	"strings"

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
		{Method: "POST", Path: adminPath + "/endpoints", Handle: s.makeOut, Need: need},
		{Method: "POST", Path: adminPath + "/endpoints/:id/:what", Handle: s.setOut, Need: need},
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
	// out are systems of others, handed how many cases they got and how many of those have a problem.
	out    []endpoint
	handed map[string][2]int64
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
		if d.clients, err = clients(ctx, tx); err != nil {
			return err
		}
		if d.out, err = endpoints(ctx, tx); err != nil {
			return err
		}
		d.handed, err = handed(ctx, tx)
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

// makeOut keeps a system of others to which cases are handed.
func (s *Server) makeOut(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	e := endpoint{Name: f.Line("out_name", form.Limit{Min: 2, Max: 100}), ServiceCode: f.Line("out_service", form.Limit{Min: 1, Max: 100}), Jurisdiction: f.Line("out_jurisdiction", form.Limit{Max: 100}),
		DepartmentID: f.Value("out_department"), TopicID: f.Value("out_topic"), BodyID: f.Value("out_body")}
	key := f.Line("out_key", form.Limit{Max: 300})
	var ok bool
	e.URL, ok = s.outsideAddress(f.Value("out_url"))
	f.Check("out_url", ok, "open311.error.url")
	f.Check("out_department", e.DepartmentID+e.TopicID+e.BodyID != "", "open311.error.whose")
	if err = f.Err(); err == nil {
		err = s.makeEndpoint(c.UserContext(), e, key)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return s.renderAdmin(c, adminData{form: f}) })
	}
	web.Flash(c, "success", "open311.flash.saved")
	return web.Redirect(c, adminPath)
}

func (s *Server) setOut(c *fiber.Ctx) error {
	what := c.Params("what")
	if what != "stop" && what != "start" {
		return fiber.ErrNotFound
	}
	if err := s.setEndpoint(c.UserContext(), c.Params("id"), what == "start"); err != nil {
		return err
	}
	web.Flash(c, "success", "open311.flash.saved")
	return web.Redirect(c, adminPath)
}

func departmentOptions(ctx context.Context, n *listed.Names) (out []ui.Option) {
	for _, one := range n.Departments {
		out = append(out, ui.Option{Value: one.ID, Label: one.Name.In(ctx)})
	}
	return out
}

func topicOptions(ctx context.Context, n *listed.Names) (out []ui.Option) {
	for i := range n.Topics {
		if t := &n.Topics[i]; offered(n, t) {
			out = append(out, ui.Option{Value: t.ID, Label: t.Name.In(ctx)})
		}
	}
	return out
}

func bodyOptions(ctx context.Context, n *listed.Names) (out []ui.Option) {
	for _, b := range n.Bodies {
		if !b.Archived {
			out = append(out, ui.Option{Value: b.ID, Label: b.Name.In(ctx)})
		}
	}
	return out
}

// whose says which cases a system of others gets.
func whose(ctx context.Context, n *listed.Names, e endpoint) string {
	var parts []string
	for _, s := range []string{n.DepartmentName(e.DepartmentID).In(ctx), n.TopicName(e.TopicID).In(ctx)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if b := n.Body(e.BodyID); b != nil {
		parts = append(parts, b.Name.In(ctx))
	}
	return strings.Join(parts, " · ")
}

// problemWords say what is wrong with a system of others.
func problemWords(ctx context.Context, d adminData, e endpoint) string {
	if e.Problem != "" {
		return e.Problem
	}
	if bad := d.handed[e.ID][1]; bad > 0 {
		return i18n.N(ctx, "open311.bad", bad)
	}
	return i18n.T(ctx, "open311.fine")
}
