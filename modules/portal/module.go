// Package portal is the municipality's own front: its first page, its search, its settings, what it must say about itself, and the
// pages of the deployment as a whole.
//
// A resident sees what is open and what became of earlier contributions, finds anything by a few letters, and reads how his data is
// kept and how accessible the site is. Staff see what waits for them, and an administrator changes name, colours, languages and
// rules. The operator sees all municipalities, mail that could not be sent and work that failed.
package portal

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/clock"
	"glas/internal/feed"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Front is what the first page shows, gathered from the modules that own it.
type Front struct {
	Stats []ui.Stat
	// Cards are consultations, open ones first.
	Cards []ui.CardData
	// Outcomes are the newest answers of the municipality.
	Outcomes []ui.ListRowData
	// Cases are the newest that people told; ReportPath is where something is told, empty where the municipality takes no cases.
	Cases      []ui.ListRowData
	ReportPath string
	// NewPath is where a proposal is written; empty when nothing is open for it.
	NewPath string
	// NextChange is when the page looks different by itself; zero when unknown.
	NextChange time.Time
}

// Duty is something that waits for staff.
type Duty struct {
	Label string
	Count int
	Path  string
	// Late is set when a date has passed.
	Late bool
}

// Beginnings counts what a municipality has made of itself so far. Staff counts everybody who holds a role.
type Beginnings struct{ Departments, Topics, Consultations, Staff int }

// Size is how large a municipality is, for the operator.
type Size struct{ Accounts, Consultations int }

// Deps is what the module is made of.
type Deps struct {
	DB        *tenant.DB
	Directory *tenant.Directory
	Clock     clock.Clock
	Operators Operators
	// Base is the address of the site that ctx is for, without a slash at its end.
	Base func(ctx context.Context) string
	// Front gathers the first page; Duties what waits for who acts in ctx; Beginnings what a new municipality has already.
	Front      func(ctx context.Context, tx *tenant.Tx) (Front, error)
	Duties     func(ctx context.Context, tx *tenant.Tx) ([]Duty, error)
	Beginnings func(ctx context.Context, tx *tenant.Tx) (Beginnings, error)
	// Filters are the choices of the search: areas and topics.
	Filters func(ctx context.Context, tx *tenant.Tx) (areas, topics []ui.Option, err error)
	// Title finds the title of a published thing for its picture; empty when there is none.
	Title func(ctx context.Context, tx *tenant.Tx, kind, slug string) (string, error)
	// Pages lists the public pages for search engines, the most important ones first.
	Pages func(ctx context.Context, tx *tenant.Tx) ([]SitemapPage, error)
	// News lists what was published lately, newest first.
	News func(ctx context.Context, tx *tenant.Tx) ([]feed.Entry, error)
	// Audit records an act of staff.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
	// Contexts puts where hits belong into the language of the reader.
	Contexts func(ctx context.Context, tx *tenant.Tx, hits []search.Hit) error
	// OpenAPI is the description of the interface of the municipality in ctx.
	OpenAPI func(ctx context.Context) map[string]any
	// Jobs tells the operator about work; RetryJob has failed work tried again and reports whether there was any.
	Jobs     func(ctx context.Context) (job.Stats, []job.Failure, error)
	RetryJob func(ctx context.Context, id string) (bool, error)
	// Mails lists the newest letters of one municipality, or those of the deployment itself for an empty tenantID.
	Mails func(ctx context.Context, tenantID string) ([]mail.Stored, error)
	// Sizes counts accounts and consultations by the identifier of the municipality; nil leaves the columns out.
	Sizes func(ctx context.Context) (map[string]Size, error)
}

// Module is the front of every municipality and of the deployment.
type Module struct{ Deps }

// New returns the module.
func New(d Deps) *Module { return &Module{Deps: d} }

// Name implements web.Module.
func (m *Module) Name() string { return "portal" }

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	routes := append(m.publicRoutes(), m.staffRoutes()...)
	for _, r := range m.operatorRoutes() {
		r.Deployment = true
		routes = append(routes, r)
	}
	return routes
}

func get(path string, h fiber.Handler) web.Route {
	return web.Route{Method: fiber.MethodGet, Path: path, Handle: h}
}

func cached(path string, h fiber.Handler) web.Route {
	return web.Route{Method: fiber.MethodGet, Path: path, Handle: h, Cache: true}
}

func (m *Module) publicRoutes() []web.Route {
	robots := cached("/robots.txt", m.robots)
	robots.Everywhere, robots.Suspended = true, true
	routes := []web.Route{
		cached("/", m.home), cached("/search", m.search), cached("/accessibility", m.accessibility), cached("/privacy", m.privacy),
		cached("/rules", m.rules), cached("/api", m.apiPage), cached("/sitemap.xml", m.sitemap), robots, cached("/feed.atom", m.feed),
		cached("/og.png", m.picture), cached("/og/:kind/:slug.png", m.pictureOf),
		cached("/api/v1/openapi.json", m.openAPI),
		{Method: fiber.MethodGet, Path: "/api/v1/search", Handle: m.searchAPI, Cache: true, Limit: web.Limit{Name: "search", N: 60, Per: time.Minute},
			API: &web.API{ID: "search", Summary: "Search all published content", Params: []web.Param{
				{Name: "q", Description: "Words; the beginnings of words are found", Required: true}, {Name: "kind", Description: "Kind of thing", Enum: kinds(nil)},
				{Name: "area", Description: "Identifier of an area"}, {Name: "topic", Description: "Identifier of a topic"}, {Name: "after", Description: "Cursor of the next page"}}, Result: web.List[Found]{}}},
	}
	for _, alias := range []string{"/accessibility-statement", "/izjava-o-dostopnosti", "/deklaratsiya-za-dostapnost", "/dilosi-prosvasimotitas", "/erisilebilirlik"} {
		routes = append(routes, get(alias, func(c *fiber.Ctx) error { return web.Redirect(c, "/accessibility") }))
	}
	return routes
}

func (m *Module) staffRoutes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/admin", Handle: m.dashboard, Need: "staff.enter"},
		{Method: fiber.MethodGet, Path: "/admin/settings", Handle: m.settings, Need: "settings.edit"},
		{Method: fiber.MethodPost, Path: "/admin/settings", Handle: m.saveSettings, Need: "settings.edit"},
	}
}

// townsPath is the operator's first page. It is not "/operator" itself, because the menu would mark it on every page below.
const townsPath = "/operator/municipalities"

// operatorRoutes are those of the bare host.
func (m *Module) operatorRoutes() []web.Route {
	const need = "deployment.manage"
	return []web.Route{
		cached("/", m.deployment), get("/operator/:token", m.operatorButton),
		{Method: fiber.MethodPost, Path: "/operator/:token", Handle: m.operatorEnter, Limit: web.Limit{N: 10, Per: 15 * time.Minute}},
		{Method: fiber.MethodGet, Path: "/operator", Handle: func(c *fiber.Ctx) error { return web.Redirect(c, townsPath) }, Need: need},
		{Method: fiber.MethodGet, Path: townsPath, Handle: m.console, Need: need},
		{Method: fiber.MethodPost, Path: "/operator/tenants/:slug/state", Handle: m.changeState, Need: need},
		{Method: fiber.MethodPost, Path: "/operator/jobs/:id/retry", Handle: m.retryJob, Need: need},
		{Method: fiber.MethodGet, Path: "/operator/mails", Handle: m.mails, Need: need},
		{Method: fiber.MethodPost, Path: "/sign-out", Handle: m.operatorLeave},
	}
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{
		{Label: "portal.menu.dashboard", Path: "/admin", Area: web.AreaStaff, Order: 0, Need: "staff.enter"},
		{Label: "portal.menu.settings", Path: "/admin/settings", Area: web.AreaStaff, Order: 950, Need: "settings.edit"},
		{Label: "portal.menu.work", Path: "/admin", Area: web.AreaAccount, Order: 0, Need: "staff.enter"},
		{Label: "portal.menu.municipalities", Path: townsPath, Area: web.AreaDeployment, Order: 10, Need: "deployment.manage"},
		{Label: "portal.menu.mails", Path: "/operator/mails", Area: web.AreaDeployment, Order: 20, Need: "deployment.manage"},
	}
}

// Found is a hit of the search for programs.
type Found struct {
	Kind    string    `json:"kind"`
	Title   string    `json:"title"`
	Excerpt string    `json:"excerpt"`
	URL     string    `json:"url"`
	Lang    string    `json:"lang"`
	Updated time.Time `json:"updated"`
}
