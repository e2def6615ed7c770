// Package texts puts the draft of an act before the people, article by article, and plans sheet by sheet.
//
// Staff bring a document in, see what was found in it, correct it and publish it. Residents read it with a table of contents, see how
// many remarks each article has, and remark on the whole, on a block, or on words of it, with a mouse, a finger or a keyboard. A new
// version carries the remarks over; what changed is shown block by block, with the remarks that led to it.
//
// The decision bound here: a block has one key for life. Versions are compared when they come in, staff correct the comparison, and
// from then on only keys count; a published version is never changed. Counters of remarks stand on the rows of the blocks, so that the
// page of an act costs the same whatever was said about it. How acts are built is known in internal/act alone.
package texts

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/consultations"
	"glas/modules/remarks"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// Remarks shows what people say about a block and takes more of it; *remarks.Module satisfies it.
type Remarks interface {
	// Form is the form for a remark at an anchor; f is what was typed, nil for a fresh one.
	Form(ctx context.Context, tx *tenant.Tx, a remarks.Anchor, f *form.Form) (templ.Component, error)
	// Beside is a page of the remarks on a block or a whole thing.
	Beside(ctx context.Context, tx *tenant.Tx, q remarks.Query) (templ.Component, error)
	// Carry tells what became of blocks in a new version.
	Carry(ctx context.Context, tx *tenant.Tx, ref subject.Ref, fates map[string]remarks.Fate) error
}

// Deps is what a Module is made of. Without Remarks acts can only be read, without Files there are no plan sheets.
type Deps struct {
	DB            *tenant.DB
	Consultations *consultations.Module
	Remarks       Remarks
	Files         *attachments.Module
}

// Module is the acts and plan sheets of all municipalities.
type Module struct{ Deps }

// New makes the module. Remarks may be set until the first request, because remarks know this module as a host.
func New(d Deps) *Module { return &Module{Deps: d} }

// The rows, by which others know them.
type (
	// Text is an act, Sheet a plan sheet.
	Text  = stored.Text
	Sheet = stored.Sheet
)

// Kind and KindSheet are the subject kinds.
const (
	Kind      = stored.Kind
	KindSheet = stored.KindSheet
)

// Permissions, and the act by which a phase opens this method.
const (
	permEdit    = "text.edit"
	permPublish = "text.publish"
	actRead     = "text.read"
)

const (
	root   = "/admin/texts"
	sheets = "/admin/sheets"
)

// Name implements web.Module.
func (m *Module) Name() string { return "texts" }

const indexJob = "texts.index"

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler { return map[string]job.Handler{indexJob: m.indexAll} }

// Subscriptions lists the jobs that events of others start: acts are found from when their consultation is public.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"consultations.published": {indexJob}}
}

// Menu implements web.Module: the public finds acts in their consultations.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "texts.menu", Path: root, Area: web.AreaStaff, Order: 14, Need: permEdit}}
}

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	const one = "/texts/:id"
	routes := []web.Route{
		{Method: "GET", Path: "/consultations/:slug/texts", Handle: m.list, Cache: true},
		{Method: "GET", Path: one, Handle: m.show, Cache: true},
		{Method: "GET", Path: one + "/blocks/:block", Handle: m.block, Cache: true},
		{Method: "GET", Path: one + "/versions/:number", Handle: m.version, Cache: true},
		{Method: "GET", Path: one + "/changes/:number", Handle: m.changes, Cache: true},
		{Method: "GET", Path: "/sheets/:id", Handle: m.showSheet, Cache: true},
		{Method: "GET", Path: "/sheets/:id/zones/:zone", Handle: m.zone, Cache: true},
	}
	return append(append(routes, m.apiRoutes()...), m.adminRoutes()...)
}

func (m *Module) adminRoutes() []web.Route {
	const one, sheet = root + "/:id", sheets + "/:id"
	r := func(method, path, need string, handle fiber.Handler) web.Route {
		return web.Route{Method: method, Path: path, Need: need, Handle: handle}
	}
	return []web.Route{
		r("GET", root, permEdit, m.adminList),
		r("POST", root, permEdit, m.adminImport).WithFiles(),
		r("GET", one, permEdit, m.adminShow),
		r("POST", one, permEdit, m.adminRename),
		r("POST", one+"/version", permEdit, m.adminVersion).WithFiles(),
		r("POST", one+"/blocks", permEdit, m.adminMerge),
		r("GET", one+"/blocks/:block", permEdit, m.adminBlock),
		r("POST", one+"/blocks/:block", permEdit, m.adminSaveBlock),
		r("POST", one+"/discard", permEdit, m.adminDiscard),
		r("POST", one+"/publish", permPublish, m.adminPublish),
		r("POST", sheets, permEdit, m.adminAddSheet).WithFiles(),
		r("GET", sheet, permEdit, m.adminSheet),
		r("POST", sheet, permEdit, m.adminSaveSheet).WithFiles(),
		r("POST", sheet+"/publish", permPublish, m.adminPublishSheet),
	}
}

func record(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{Action: action, Ref: ref, Data: data})
}
