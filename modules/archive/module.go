// Package archive makes one file of a whole consultation, to be kept and to be given on as open data.
//
// Staff starts it, sees how far it is, fetches it, and may let everybody fetch it. In it are what was asked, said, voted and answered, the
// texts in every version, the files and the reports, with a dictionary of all columns, a licence, and fingerprints.
//
// The decision bound here: an archive is taken as a visitor. What he could not read at that moment is in no file, and once something of
// it is taken out of the site, the archive is given to nobody any more and is made anew where everybody could fetch it.
package archive

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/tenant"
)

// ReportFile is a file of a published report.
type ReportFile struct {
	Name    string
	Version int
	BlobKey string
}

// Files reads what is attached to things.
type Files interface {
	Bytes(ctx context.Context, a *attachments.Attachment, variant string) ([]byte, error)
}

// Deps is what the module is made of. Reports may be nil: then there are none.
type Deps struct {
	DB        *tenant.DB
	Store     blob.Store
	Files     Files
	Catalogue *i18n.Catalogue
	// Base is how addresses of the municipality in ctx begin.
	Base func(ctx context.Context) string
	// Reports lists the published files of the report of a consultation.
	Reports func(ctx context.Context, tx *tenant.Tx, consultationID string) ([]ReportFile, error)
}

// Module is the archives of all municipalities.
type Module struct{ Deps }

// New makes the module.
func New(d Deps) *Module { return &Module{d} }

// Name implements web.Module.
func (m *Module) Name() string { return "archive" }

const (
	root   = "/admin/archive"
	export = "archive.export"
)

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	r := func(method, path string, handle fiber.Handler) web.Route {
		return web.Route{Method: method, Path: path, Need: export, Handle: handle}
	}
	const one = root + "/:consultation"
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/consultations/:slug/archive.zip", Handle: m.fetchPublic, Limit: web.Limit{Name: "archive", N: 30, Per: time.Minute}},
		r(fiber.MethodGet, root, m.adminIndex),
		r(fiber.MethodGet, one, m.adminShow),
		r(fiber.MethodPost, one, m.adminMake),
		r(fiber.MethodPost, one+"/:archive/public", m.adminPublic),
		r(fiber.MethodPost, one+"/:archive/delete", m.adminDelete),
		r(fiber.MethodGet, one+"/:archive/file", m.adminFile),
	}
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "archive.menu", Path: root, Area: web.AreaStaff, Order: 320, Need: export}}
}

const (
	makeJob   = "archive.make"
	renewJob  = "archive.renew"
	forgetJob = "archive.forget"
)

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{makeJob: m.make, renewJob: m.renew, forgetJob: m.forget}
}

// Periodic says which jobs are done again and again, and how often.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{renewJob: 15 * time.Minute}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {forgetJob}, "comments.hidden": {renewJob}, "proposals.withdrawn": {renewJob}, "proposals.merged": {renewJob}}
}
