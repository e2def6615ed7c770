// Package attachments keeps the photos and documents that belong to things.
//
// A resident adds up to five photos and some documents to what he writes, describes them for people who cannot see, and does
// not have to choose them again when the form is refused for another reason. Everybody sees small, upright copies.
//
// The decision bound here: nothing that a stranger sent is ever shown as it came. Photos are drawn anew without metadata by a job,
// and the original, which may say where somebody lives, is thrown away; documents are only offered for saving. What a file is,
// is told by its content and not by its name.
package attachments

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/job"
	"glas/internal/web"
	"glas/tenant"
)

// Deps is what a Module is made of.
type Deps struct {
	DB    *tenant.DB
	Store blob.Store
	// DayBytes is how much one account may send on a day, StaffDayBytes the same for those who may manage files;
	// 0 takes 200 MB and 2 GB.
	DayBytes, StaffDayBytes int64
	// VisitorBytes is how much all people without an account together may send on a day before they are asked to sign in; 0 takes 1 GB.
	VisitorBytes int64
}

// Module is the files of all municipalities.
type Module struct {
	db                  *tenant.DB
	store               blob.Store
	day, staff, visitor int64
	guards              map[string]Guard
}

// New makes the module.
func New(d Deps) *Module {
	m := &Module{db: d.DB, store: d.Store, day: d.DayBytes, staff: d.StaffDayBytes, visitor: d.VisitorBytes, guards: map[string]Guard{}}
	if m.day == 0 {
		m.day = 200 << 20
	}
	if m.staff == 0 {
		m.staff = 2 << 30
	}
	if m.visitor == 0 {
		m.visitor = 1 << 30
	}
	return m
}

// Name implements web.Module.
func (m *Module) Name() string { return "attachments" }

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	return []web.Route{{Method: fiber.MethodGet, Path: "/files/:id/:variant", Handle: m.serve}}
}

// Menu implements web.Module: files are found where their things are.
func (m *Module) Menu() []web.MenuItem { return nil }

const (
	renderJob = "attachments.render"
	sweepJob  = "attachments.sweep"
	forgetJob = "attachments.forget"
)

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{renderJob: m.render, sweepJob: m.sweep, forgetJob: m.forget}
}

// Periodic says which jobs are done again and again, and how often.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{sweepJob: time.Hour}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {forgetJob}}
}
