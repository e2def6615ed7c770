// Package documents keeps the official documents of things: drafts, reasons, assessments, protocols, each with its versions.
//
// A clerk adds a document with kind, language and title, replaces it with a reason, and is warned when a screen reader cannot read it.
// A citizen reads the version in force, sees its checksum, and finds every earlier version marked as replaced.
//
// The decision bound here: a version is never changed and never taken away once it was public; another one takes its place, and says
// why. What a file is, is told by its content. Text is taken out by a job and only for the search.
package documents

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

// Deps is what the module needs. Audit may be nil.
type Deps struct {
	DB    *tenant.DB
	Store blob.Store
	// Look tells by its content what a file is.
	Look Look
	// Audit keeps what staff did.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
}

// Module is the documents of all municipalities.
type Module struct{ Deps }

// New makes the module.
func New(d Deps) *Module { return &Module{Deps: d} }

// Name is that of the package.
func (m *Module) Name() string { return "documents" }

const root = "/admin/documents"

// Routes are the files, and the kinds that a municipality names.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/documents/:id/:name", Handle: m.serve},
		{Method: fiber.MethodGet, Path: root, Handle: m.kinds, Need: "document.edit"},
		{Method: fiber.MethodPost, Path: root, Handle: m.addKind, Need: "document.edit"},
		{Method: fiber.MethodPost, Path: root + "/:id/remove", Handle: m.removeKind, Need: "document.edit"},
	}
}

// Menu has an entry for staff: the kinds of documents.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "documents.kinds", Path: root, Area: web.AreaStaff, Order: 645, Need: "document.edit"}}
}

const (
	readJob = "documents.read"
	dropJob = "documents.drop"
	// sweepJob removes files of forms that were given up.
	sweepJob = "documents.sweep"
)

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{readJob: m.read, dropJob: m.drop, sweepJob: m.sweep}
}

// Periodic says which jobs are done again and again, and how often.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{sweepJob: time.Hour}
}

// Subscriptions lists the jobs that events of others start: none.
func (m *Module) Subscriptions() map[string][]string { return map[string][]string{} }

// Replaced is announced when another version took the place of a public document.
type Replaced struct {
	Ref   subject.Ref `json:"ref"`
	ID    string      `json:"id"`
	OldID string      `json:"old_id"`
	Kind  string      `json:"kind"`
}

// EventName is that of the event.
func (Replaced) EventName() string { return "documents.replaced" }
