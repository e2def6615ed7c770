package cases

import (
	"context"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

const (
	listPath   = "/cases"
	reportPath = "/report"
)

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return m.wayMenu([]web.MenuItem{
		{Label: "cases.menu", Path: listPath, Area: web.AreaPublic, Order: 15},
		{Label: "cases.mine", Path: listPath + "?mine=1", Area: web.AreaAccount, Order: 30},
	})
}

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	const one, token = listPath + "/:number", "/c/:token"
	writing := web.Limit{Name: "case", N: 20, Per: 10 * time.Minute}
	typing := web.Limit{Name: "case-typing", N: 300, Per: 10 * time.Minute}
	routes := []web.Route{
		{Method: "GET", Path: reportPath, Handle: m.newForm},
		{Method: "POST", Path: reportPath, Handle: m.report, Limit: writing, Files: true},
		{Method: "GET", Path: reportPath + "/near", Handle: m.near, Limit: typing},
		{Method: "GET", Path: reportPath + "/questions", Handle: m.questions, Limit: typing},
		{Method: "POST", Path: reportPath + "/preview", Handle: m.preview, Limit: typing, Files: true},
		{Method: "GET", Path: listPath, Handle: m.index, Cache: true},
		{Method: "GET", Path: listPath + "/map.json", Handle: m.sendMap, Cache: true},
		{Method: "GET", Path: listPath + "/feed.atom", Handle: m.feed, Cache: true},
		{Method: "GET", Path: listPath + "/following/:token", Handle: m.followPage},
		{Method: "POST", Path: listPath + "/following/:token", Handle: m.follow, Limit: writing},
		{Method: "GET", Path: one, Handle: m.page},
		{Method: "POST", Path: one + "/support", Handle: m.support, Limit: writing},
		{Method: "POST", Path: one + "/follow", Handle: m.subscribe, Limit: writing},
		{Method: "POST", Path: one + "/join", Handle: m.join, Limit: writing},
		{Method: "GET", Path: token, Handle: m.page},
		{Method: "GET", Path: token + "/confirm", Handle: m.confirmPage},
		{Method: "POST", Path: token + "/confirm", Handle: m.confirm, Limit: writing},
		{Method: "GET", Path: token + "/receipt", Handle: m.receipt},
		{Method: "POST", Path: token + "/reply", Handle: m.reply, Limit: writing, Files: true},
		{Method: "POST", Path: token + "/withdraw", Handle: m.withdraw, Limit: writing},
		{Method: "POST", Path: token + "/name", Handle: m.rename, Limit: writing},
		{Method: "POST", Path: token + "/reopen", Handle: m.reopen, Limit: writing},
		{Method: "POST", Path: token + "/claim", Handle: m.claim, Limit: writing},
	}
	return append(append(routes, m.apiRoutes()...), m.wayRoutes()...)
}

// listData is the public list.
type listData struct {
	form   *form.Form
	filter listed.Filter
	names  *listed.Names
	rows   []*stored.Case
	next   string
	counts map[stored.Group]int64
	asMap  bool
	now    time.Time
	town   *tenant.Tenant
}

func (m *Module) index(c *fiber.Ctx) error {
	d := listData{form: web.Query(c)}
	d.asMap = d.form.Value("view") == "map"
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.names, err = m.names.Of(ctx, tx); err != nil {
			return err
		}
		d.now, d.town, d.filter = tx.Now(), tx.Tenant(), readFilter(ctx, d.form, d.names)
		if d.counts, err = stored.Counts(ctx, tx); err != nil || d.form.Value("mine") != "" && d.filter.Mine == "" {
			return err
		}
		d.rows, d.next, err = listed.List(ctx, tx, d.filter)
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "cases.menu"), Description: i18n.T(ctx, "cases.lead"), Current: listPath, Map: d.asMap, Feed: listPath + "/feed.atom"}, listPage(d))
}

// readFilter takes from an address what makes sense; the rest is as if it were not there.
func readFilter(ctx context.Context, f *form.Form, n *listed.Names) listed.Filter {
	out := listed.Filter{Kind: stored.Known(f.Value("kind"), stored.Kinds()...), Sort: stored.Known(f.Value("sort"), listed.Sorts()...), After: f.Value("after"),
		Group: stored.Known(f.Value("state"), stored.GroupOpen, stored.GroupPaused, stored.GroupClosed)}
	if t := n.Topic(f.Value("topic")); t != nil {
		out.TopicID, out.TopicIDs = t.ID, n.Below(t.ID)
	}
	if len(n.AreaName(f.Value("area"))) > 0 {
		out.AreaID = f.Value("area")
	}
	if b, ok := geo.ParseBox(f.Value("bbox")); ok {
		out.Box = &b
	}
	if f.Value("mine") != "" {
		out.Mine = authz.From(ctx).ID
	}
	return out
}

// pageData is the page of one case.
type pageData struct {
	*stored.Case
	sight    stored.Sight
	token    string
	names    *listed.Names
	answers  []stored.CaseAnswer
	thread   []stored.CaseMessage
	events   []stored.CaseEvent
	gallery  templ.Component
	files    templ.Component
	body     *stored.ExternalBody
	merged   *stored.Case
	children int
	supports bool
	follows  bool
	support  stored.CaseKind
	// form was sent or is to be filled in, and about says which one on the page: only there stands what is wrong with it.
	form    *form.Form
	about   string
	batch   attachments.Batch
	now     time.Time
	town    *tenant.Tenant
	reopens int
}

// page is the page of a case. Who came by its token sees it as its reporter; that one is never remembered or indexed.
func (m *Module) page(c *fiber.Ctx) error {
	d := pageData{about: aboutReply}
	err := m.load(c, &d)
	if err != nil {
		return err
	}
	if d.form, err = web.FormFor(c, d.TokenPath()+"/reply"); err != nil {
		return err
	}
	return m.renderPage(c, &d)
}

// load reads the case of an address, by its token or its number, with all that its page shows to who acts.
func (m *Module) load(c *fiber.Ctx, d *pageData) error {
	d.token = c.Params("token")
	return m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.token != "" {
			d.Case, err = stored.FindToken(ctx, tx, d.token)
		} else {
			d.Case, err = stored.FindNumber(ctx, tx, c.Params("number"))
		}
		if err != nil {
			return err
		}
		return m.fill(ctx, tx, d)
	})
}

func (m *Module) renderPage(c *fiber.Ctx, d *pageData) error {
	title, _, _ := d.words()
	if d.token != "" {
		c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
		c.Set(fiber.HeaderCacheControl, "private, no-store")
	}
	return web.Render(c, web.Page{Title: d.Number + " · " + title, Current: listPath, Map: true, NoIndex: d.token != "" || !d.sight.Listed}, casePage(*d))
}

// support and its neighbours are presses on the page of a case.
func (m *Module) support(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	return m.press(c, func(ctx context.Context, one *stored.Case) (*stored.Case, error) {
		return m.acts.Support(ctx, one.ID, f.Value("value") != "withdraw")
	}, "")
}

func (m *Module) join(c *fiber.Ctx) error {
	return m.press(c, func(ctx context.Context, one *stored.Case) (*stored.Case, error) { return m.acts.Join(ctx, one.ID) }, "cases.flash.joined")
}

// press does something to the case of an address and goes back to its page.
func (m *Module) press(c *fiber.Ctx, do func(ctx context.Context, one *stored.Case) (*stored.Case, error), flash string) error {
	ctx := c.UserContext()
	var one *stored.Case
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if token := c.Params("token"); token != "" {
			one, err = stored.FindToken(ctx, tx, token)
		} else {
			one, err = stored.FindNumber(ctx, tx, c.Params("number"))
		}
		return err
	})
	if err != nil {
		return err
	}
	if _, err = do(ctx, one); err != nil {
		return err
	}
	if flash != "" {
		web.Flash(c, "success", flash)
	}
	if c.Params("token") != "" {
		return web.Redirect(c, one.TokenPath())
	}
	return web.Redirect(c, one.Path())
}

func (m *Module) withdraw(c *fiber.Ctx) error {
	return m.press(c, func(ctx context.Context, one *stored.Case) (*stored.Case, error) {
		return m.acts.Withdraw(ctx, one.ID, c.Params("token"))
	}, "cases.flash.withdrawn")
}

// rename hides or shows the name of the reporter.
func (m *Module) rename(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	show := f.Value("value") == "show"
	flash := "cases.flash.name_hidden"
	if show {
		flash = "cases.flash.name_shown"
	}
	return m.press(c, func(ctx context.Context, one *stored.Case) (*stored.Case, error) {
		return m.acts.Name(ctx, one.ID, c.Params("token"), show)
	}, flash)
}

func (m *Module) claim(c *fiber.Ctx) error {
	return m.press(c, func(ctx context.Context, one *stored.Case) (*stored.Case, error) {
		return m.acts.Claim(ctx, one.ID, c.Params("token"))
	}, "cases.flash.claimed")
}
