// Package reports tells everybody what became of a consultation, for good.
//
// A clerk writes an introduction, conclusions and the next step, sees the report as it will be, and publishes it. From that moment it
// never changes: its text is frozen with its fingerprint, its formats are made from that text alone, and everybody can check a file
// against them. A correction is another version beside the old one, with its reason. Whoever took part gets one letter: what you said,
// what we decided, why. The board shows what must be answered and reported by when, the register what was done in a year.
//
// The decision bound here: a report is collected once, as the public may see it, into one canonical text. No format, page, register
// line or check ever asks the other parts again.
package reports

import (
	"context"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/web"
	"glas/modules/consultations"
	"glas/modules/reports/internal/gather"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// What a report says, for those who give it to us.
type (
	// Article is a block of a text; its numbers of remarks are counted here.
	Article = record.Article
	// Change is a change of a text.
	Change = record.Change
	// Remark is a remark as published.
	Remark = record.Remark
	// Report is one version of a report as it is kept.
	Report = stored.Report
)

// Contribution is what somebody said and what became of it, for his letter.
type Contribution struct {
	Said, Decision, Why string
	// Path is its address without a language prefix.
	Path string
}

// Frame is everything around a part of the page of a consultation.
type Frame interface {
	Frame(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, key string) (templ.Component, error)
}

// Deps is what the module is made of. Texts, Remarks and Mine may be nil: then a report says nothing of them.
type Deps struct {
	DB            *tenant.DB
	Store         blob.Store
	Catalogue     *i18n.Catalogue
	Base          func(ctx context.Context) string
	Consultations Frame
	Texts         gather.Texts
	Remarks       gather.Remarks
	// Mine gives the remarks of some accounts on a consultation with their published answers, in the language of the context of each
	// letter: texts in several languages are given whole.
	Mine func(ctx context.Context, tx *tenant.Tx, consultationID string, accountIDs []string) (map[string][]Remark, error)
}

// Module is the reports of all municipalities.
type Module struct {
	Deps
	gather *gather.Gatherer
}

// New makes the module.
func New(d Deps) *Module {
	return &Module{Deps: d, gather: &gather.Gatherer{Base: d.Base, Catalogue: d.Catalogue, Texts: d.Texts, Remarks: d.Remarks}}
}

// Name implements web.Module.
func (m *Module) Name() string { return "reports" }

const (
	root       = "/admin/reports"
	duePath    = "/admin/due"
	censusPath = "/admin/census"
	register   = "/participation" // "/register" is where people open an account
	verifyPath = "/verify"
	// registerPart is what a municipality switches off to be without the yearly register; reports of consultations stay.
	registerPart = "register"
)

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	r := func(method, path, need string, handle fiber.Handler) web.Route {
		return web.Route{Method: method, Path: path, Need: need, Handle: handle}
	}
	const one = root + "/:consultation"
	return []web.Route{
		{Method: "GET", Path: "/consultations/:slug/report", Handle: m.latest, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/report/:version", Handle: m.show, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/report/:version/remarks/:part", Handle: m.part, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/report/:version/files/:name", Handle: m.file},
		{Method: "GET", Path: verifyPath, Handle: m.verify},
		{Method: "POST", Path: verifyPath, Handle: m.verifyFile, Limit: web.Limit{Name: "verify", N: 30, Per: time.Minute}, Files: true},
		{Method: "GET", Path: register, Handle: m.registerIndex, Cache: true, Part: registerPart},
		{Method: "GET", Path: register + "/:year", Handle: m.registerYear, Cache: true, Part: registerPart},
		{Method: "GET", Path: register + "/:year/:file", Handle: m.registerFile, Part: registerPart},
		{Method: "GET", Path: "/api/v1/register", Handle: m.apiRegister, API: apiRegister(), Part: registerPart},
		{Method: "GET", Path: "/api/v1/consultations/:slug/report", Handle: m.apiReport, API: apiReport()},
		r("GET", root, "report.read", m.adminIndex),
		r("GET", one, "report.read", m.adminShow),
		r("POST", one, "report.edit", m.adminSave),
		r("POST", one+"/publish", "report.publish", m.adminPublish),
		r("POST", one+"/correct", "report.publish", m.adminCorrect),
		r("POST", one+"/drop", "report.edit", m.adminDrop),
		r("GET", one+"/preview", "report.read", m.adminPreview),
		r("GET", one+"/progress", "report.read", m.adminProgress),
		r("GET", duePath, "due.read", m.due),
		{Method: "GET", Path: censusPath, Need: "census.edit", Handle: m.census, Part: registerPart},
		{Method: "POST", Path: censusPath, Need: "census.edit", Handle: m.saveCensus, Part: registerPart},
	}
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{
		{Label: "reports.register.menu", Path: register, Area: web.AreaFooter, Order: 60, Part: registerPart},
		{Label: "reports.due.menu", Path: duePath, Area: web.AreaStaff, Order: 20, Need: "due.read"},
		{Label: "reports.menu", Path: root, Area: web.AreaStaff, Order: 310, Need: "report.read"},
		{Label: "reports.census.menu", Path: censusPath, Area: web.AreaStaff, Order: 640, Need: "census.edit", Part: registerPart},
	}
}

const (
	makeJob    = "reports.make"
	lettersJob = "reports.letters"
	forgetJob  = "reports.forget"
)

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{makeJob: m.make, lettersJob: m.letters, forgetJob: m.forget}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {forgetJob}}
}

// Key is the name of the tab (consultations.Method).
func (m *Module) Key() string { return "report" }

// Tab leads to the report when there is one. It asks only for consultations that are over.
func (m *Module) Tab(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) (consultations.Tab, bool, error) {
	if c.EndsAt.IsZero() || !tx.Now().After(c.EndsAt) {
		return consultations.Tab{}, false, nil
	}
	r, err := stored.Latest(ctx, tx, c.ID)
	if err != nil || r == nil {
		return consultations.Tab{}, false, err
	}
	return consultations.Tab{Label: i18n.T(ctx, "reports.tab"), Href: c.Path() + "/report", Count: -1}, true, nil
}

// Panel shows nothing on the first page of a consultation.
func (m *Module) Panel(context.Context, *tenant.Tx, *consultations.Consultation) (templ.Component, error) {
	return nil, nil
}
