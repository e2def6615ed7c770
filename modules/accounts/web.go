package accounts

import (
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/tenant"
)

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	quarter := 15 * time.Minute
	signIn := web.Limit{Name: "sign-in", N: 10, Per: quarter}
	letters := web.Limit{Name: "letters", N: 10, Per: quarter}
	links := web.Limit{Name: "links", N: 30, Per: quarter}
	own := web.Limit{Name: "me", N: 60, Per: time.Hour}
	get := func(path string, h fiber.Handler, need string) web.Route {
		return web.Route{Method: fiber.MethodGet, Path: path, Handle: h, Need: need}
	}
	post := func(path string, h fiber.Handler, need string, l web.Limit) web.Route {
		return web.Route{Method: fiber.MethodPost, Path: path, Handle: h, Need: need, Limit: l}
	}
	routes := []web.Route{
		get("/register", m.showRegister, ""), post("/register", m.doRegister, "", letters),
		get("/sign-in", m.showSignIn, ""), post("/sign-in", m.doSignIn, "", signIn),
		post("/sign-in/link", m.doAskLink, "", letters),
		get("/sign-in/link", func(c *fiber.Ctx) error { return web.Redirect(c, "/sign-in") }, ""),
		get("/sign-in/link/:token", m.showLink, ""), post("/sign-in/link/:token", m.useLink, "", links),
		get("/verify/:token", m.showVerify, ""), post("/verify/:token", m.useVerify, "", links),
		get("/forgot", m.showForgot, ""), post("/forgot", m.doForgot, "", letters),
		get("/reset/:token", m.showReset, ""), post("/reset/:token", m.doReset, "", links),
		post("/sign-out", m.doSignOut, "", web.Limit{}),
		get("/me", m.showMe, web.SignedIn), post("/me", m.saveMe, web.SignedIn, own),
		get("/me/password", m.showPassword, web.SignedIn), post("/me/password", m.savePassword, web.SignedIn, signIn),
		get("/me/email", m.showEmail, web.SignedIn), post("/me/email", m.saveEmail, web.SignedIn, signIn),
		get("/me/sessions", m.showSessions, web.SignedIn), post("/me/sessions", m.endSessions, web.SignedIn, own),
		get("/me/associations", m.showAssociations, web.SignedIn), post("/me/associations", m.doApply, web.SignedIn, own),
		post("/me/associations/act", m.doAct, web.SignedIn, own),
		get("/me/data", m.showData, web.SignedIn),
		get("/me/delete", m.showDelete, web.SignedIn), post("/me/delete", m.doDelete, web.SignedIn, signIn),
	}
	return append(routes, m.staffRoutes()...)
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{
		{Label: "accounts.menu.me", Path: "/me", Area: web.AreaAccount, Order: 10},
		{Label: "accounts.menu.associations", Path: "/me/associations", Area: web.AreaAccount, Order: 60},
		{Label: "accounts.menu.people", Path: "/admin/people", Area: web.AreaStaff, Order: 710, Need: "account.block"},
		{Label: "accounts.menu.admin_associations", Path: "/admin/associations", Area: web.AreaStaff, Order: 720, Need: "association.verify"},
	}
}

// page is a page of this module: never for search engines.
func (m *Module) page(c *fiber.Ctx, title string, body templ.Component) error {
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), title), NoIndex: true}, body)
}

// local keeps a path of this site and drops everything else.
func local(path string) string {
	if web.Local(path) {
		return path
	}
	return ""
}

// withNext keeps where a reader wants to go.
func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

// enter gives the browser its session and sends it on.
func enter(c *fiber.Ctx, token, next string) error {
	web.SetSession(c, token, cookieLifetime)
	if next = local(next); next == "" {
		next = "/"
	}
	return web.Redirect(c, next)
}

func (m *Module) showRegister(c *fiber.Ctx) error {
	if authz.From(c.UserContext()).SignedIn() {
		return web.Redirect(c, "/me")
	}
	return m.renderRegister(c, form.New(nil, nil), local(c.Query("next")))
}

func (m *Module) renderRegister(c *fiber.Ctx, f *form.Form, next string) error {
	age := tenant.From(c.UserContext()).Rules.ConsentAge
	return m.page(c, "accounts.register.title", registerPage(f, next, age))
}

func (m *Module) doRegister(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, next := c.UserContext(), local(f.Value("next"))
	r := readRegistration(f, i18n.Lang(ctx))
	r.Next = next
	if err = f.Err(); err == nil && f.Value(trap) == "" {
		err = m.register(ctx, r)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderRegister(c, f, next) })
	}
	return m.page(c, "accounts.sent.title", sentPage(r.Email, "accounts.sent.register"))
}

func (m *Module) showSignIn(c *fiber.Ctx) error {
	next := local(c.Query("next"))
	if authz.From(c.UserContext()).SignedIn() {
		if next == "" {
			next = "/me"
		}
		return web.Redirect(c, next)
	}
	return m.renderSignIn(c, form.New(nil, nil), next)
}

func (m *Module) renderSignIn(c *fiber.Ctx, f *form.Form, next string) error {
	return m.page(c, "accounts.sign_in.title", signInPage(f, next))
}

func (m *Module) doSignIn(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	email, password, next := readAddress(f), f.Required("password"), local(f.Value("next"))
	token := ""
	if err = f.Err(); err == nil {
		token, err = m.signIn(c.UserContext(), email, password, c.Get(fiber.HeaderUserAgent))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderSignIn(c, f, next) })
	}
	return enter(c, token, next)
}

func (m *Module) doAskLink(c *fiber.Ctx) error {
	return m.askLetter(c, forSignIn, "accounts.sent.sign_in", m.renderSignIn)
}

// askLetter sends a letter about an account, whether there is one or not.
func (m *Module) askLetter(c *fiber.Ctx, purpose, words string, again func(*fiber.Ctx, *form.Form, string) error) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, email, next := c.UserContext(), readAddress(f), local(f.Value("next"))
	if err = f.Err(); err == nil && f.Value(trap) == "" {
		err = m.askForLink(ctx, purpose, email, i18n.Lang(ctx), next)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return again(c, f, next) })
	}
	return m.page(c, "accounts.sent.title", sentPage(email, words))
}

func (m *Module) showForgot(c *fiber.Ctx) error {
	return m.renderForgot(c, form.New(nil, nil), local(c.Query("next")))
}

func (m *Module) renderForgot(c *fiber.Ctx, f *form.Form, next string) error {
	return m.page(c, "accounts.forgot.title", forgotPage(f, next))
}

func (m *Module) doForgot(c *fiber.Ctx) error {
	return m.askLetter(c, forReset, "accounts.sent.reset", m.renderForgot)
}

// dead answers a link that opens nothing any more, with the way to another one.
func (m *Module) dead(c *fiber.Ctx, err error) error {
	if !fault.Is(err, fault.KindGone) {
		return err
	}
	c.Status(fiber.StatusGone)
	return m.page(c, "accounts.dead.title", deadPage())
}

// button shows the button that uses a link; looking at the page uses nothing.
func (m *Module) button(c *fiber.Ctx, purposes ...string) error {
	t, err := m.peek(c.UserContext(), c.Params("token"), purposes...)
	if err != nil {
		return m.dead(c, err)
	}
	return m.page(c, "accounts.use."+t.Purpose+".title", usePage(t.Purpose, web.PathOf(c))) //i18n: accounts.use.*
}

func (m *Module) showLink(c *fiber.Ctx) error   { return m.button(c, forSignIn, forAdmin) }
func (m *Module) showVerify(c *fiber.Ctx) error { return m.button(c, forVerify, forChangeEmail) }

func (m *Module) useLink(c *fiber.Ctx) error   { return m.use(c, forSignIn, forAdmin) }
func (m *Module) useVerify(c *fiber.Ctx) error { return m.use(c, forVerify, forChangeEmail) }

func (m *Module) use(c *fiber.Ctx, purposes ...string) error {
	out, err := m.open(c.UserContext(), c.Params("token"), c.Get(fiber.HeaderUserAgent), purposes...)
	if err != nil {
		return m.dead(c, err)
	}
	switch {
	case out.Purpose == forChangeEmail:
		web.Flash(c, "success", "accounts.flash.email_changed")
		return web.Redirect(c, "/me")
	case out.Purpose == forVerify:
		web.Flash(c, "success", "accounts.flash.verified")
	}
	return enter(c, out.Session, out.Next)
}

func (m *Module) showReset(c *fiber.Ctx) error {
	if _, err := m.peek(c.UserContext(), c.Params("token"), forReset); err != nil {
		return m.dead(c, err)
	}
	return m.renderReset(c, form.New(nil, nil))
}

func (m *Module) renderReset(c *fiber.Ctx, f *form.Form) error {
	return m.page(c, "accounts.reset.title", resetPage(f, web.PathOf(c)))
}

func (m *Module) doReset(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	password := readPassword(f, "new_password", "", "")
	var out opened
	if err = f.Err(); err == nil {
		out, err = m.reset(c.UserContext(), c.Params("token"), password, c.Get(fiber.HeaderUserAgent))
	}
	if fault.Is(err, fault.KindGone) {
		return m.dead(c, err)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderReset(c, f) })
	}
	web.Flash(c, "success", "accounts.flash.password")
	return enter(c, out.Session, out.Next)
}

func (m *Module) doSignOut(c *fiber.Ctx) error {
	if err := m.signOut(c.UserContext()); err != nil {
		return err
	}
	web.DropSession(c)
	return web.Redirect(c, "/")
}
