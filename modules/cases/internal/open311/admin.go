package open311

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
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
		{Method: "GET", Path: adminPath + "/endpoints/:id", Handle: s.editOut, Need: need},
		{Method: "POST", Path: adminPath + "/endpoints/:id", Handle: s.saveOut, Need: need},
		{Method: "POST", Path: adminPath + "/endpoints/:id/:what", Handle: s.setOut, Need: need},
		{Method: "POST", Path: adminPath + "/handovers/:id", Handle: s.settleOut, Need: need},
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
	bad    []troubled
	// edit is the one that is changed, nil on the page of all.
	edit *endpoint
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
		if d.handed, err = handed(ctx, tx); err != nil {
			return err
		}
		d.bad, err = problems(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if d.edit != nil {
		return web.Render(c, web.Page{Title: d.edit.Name, Staff: true, Current: adminPath, Admin: ui.AdminData{Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "open311.title"), Href: i18n.Href(ctx, adminPath)}, {Label: d.edit.Name}}}}, editPage(d))
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
	e, key := s.readOut(f)
	if err = f.Err(); err == nil {
		err = s.makeEndpoint(c.UserContext(), e, key)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return s.renderAdmin(c, adminData{form: f}) })
	}
	web.Flash(c, "success", "open311.flash.saved")
	return web.Redirect(c, adminPath)
}

// readOut is a system of others as a form describes it, and the key that was typed.
func (s *Server) readOut(f *form.Form) (endpoint, string) {
	e := endpoint{Name: f.Line("out_name", form.Limit{Min: 2, Max: 100}), ServiceCode: f.Line("out_service", form.Limit{Min: 1, Max: 100}), Jurisdiction: f.Line("out_jurisdiction", form.Limit{Max: 100}),
		DepartmentID: f.Value("out_department"), TopicID: f.Value("out_topic"), BodyID: f.Value("out_body"), Entrusted: f.Bool("out_entrusted")}
	key := f.Line("out_key", form.Limit{Max: 300})
	var ok bool
	e.URL, ok = s.outsideAddress(f.Value("out_url"))
	f.Check("out_url", ok, "open311.error.url")
	f.Check("out_department", e.DepartmentID+e.TopicID+e.BodyID != "", "open311.error.whose")
	return e, key
}

// out finds the system of an address.
func (s *Server) out(c *fiber.Ctx) (e *endpoint, err error) {
	err = s.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if e, err = endpointBy(ctx, tx, c.Params("id")); err == nil && e == nil {
			err = fault.NotFound("open311.error.unknown")
		}
		return err
	})
	return e, err
}

// editOut shows the form of one system; its key is never shown.
func (s *Server) editOut(c *fiber.Ctx) error {
	e, err := s.out(c)
	if err != nil {
		return err
	}
	f := form.New(nil, nil)
	for name, v := range map[string]string{"out_name": e.Name, "out_url": e.URL, "out_service": e.ServiceCode, "out_jurisdiction": e.Jurisdiction, "out_department": e.DepartmentID, "out_topic": e.TopicID, "out_body": e.BodyID,
		"version": strconv.FormatInt(e.RowVersion, 10)} {
		f.Set(name, v)
	}
	if e.Entrusted {
		f.Set("out_entrusted", "1")
	}
	return s.renderAdmin(c, adminData{form: f, edit: e})
}

func (s *Server) saveOut(c *fiber.Ctx) error {
	old, err := s.out(c)
	if err != nil {
		return err
	}
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	e, key := s.readOut(f)
	e.ID = old.ID
	if err = f.Err(); err == nil {
		err = s.editEndpoint(c.UserContext(), e, key, f.Value("version"))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error {
			f.Set("version", strconv.FormatInt(old.RowVersion, 10)) // sending it once more is a decision
			return s.renderAdmin(c, adminData{form: f, edit: old})
		})
	}
	web.Flash(c, "success", "open311.flash.saved")
	return web.Redirect(c, adminPath)
}

// settleOut takes what staff decided about a case of which nobody knows whether it arrived.
func (s *Server) settleOut(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d := decision{ID: c.Params("id"), Remote: f.Line("remote", form.Limit{Max: 200}), Sure: f.Bool("sure")}
	remote := ""
	if err = f.Err(); err == nil {
		remote, err = s.settle(c.UserContext(), d)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return s.renderAdmin(c, adminData{form: f}) })
	}
	if remote != "" {
		web.Flash(c, "success", "open311.flash.found", "Remote", remote)
	} else {
		web.Flash(c, "success", "open311.flash.again")
	}
	return web.Redirect(c, adminPath)
}

// problemOf says what is wrong with a handover.
func problemOf(ctx context.Context, h troubled) string {
	if h.Problem == unclear {
		return i18n.T(ctx, "open311.unclear")
	}
	return h.Problem
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
