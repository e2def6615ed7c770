// Package clocks says until when something must be done, and sees to it that nobody is forgotten.
//
// Policies give a thing one or several targets: 48 hours to a first answer, 30 days by law, a promised date. Each target becomes a
// clock that runs by real hours, opening hours or days, stands still while the citizen is asked, is explained in words, and climbs a
// ladder of people when it comes near its end or passes it.
//
// The decision bound here: a clock is computed from its start, its target and the journal of its pauses, never counted up. What is
// stored (when it is due, when the ladder acts next) is a projection that sorts lists and finds by index what has to be done now; it
// can be computed again at any time, and it is frozen when the clock ends.
package clocks

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

const (
	root  = "/admin/clocks"
	rules = root + "/policies"
	read  = "clock.read"
	edit  = "clock.edit"
)

// Subject is a thing with clocks, as the ladder and the board need it.
type Subject struct {
	subject.Card
	DepartmentID string
	// AssigneeID is the account that works on it; empty when nobody does.
	AssigneeID string
}

// Host owns things of one kind that have clocks.
type Host interface {
	// Subjects describes things; those that are gone are left out.
	Subjects(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]Subject, error)
	// Due tells when things are due next (zero when nothing runs), in the same transaction.
	Due(ctx context.Context, tx *tenant.Tx, due map[string]time.Time) error
}

// Step is what the ladder has done to a thing: an act beside telling people, the level that it is for, and the accounts that stand there.
type Step struct {
	Act, Level string
	People     []string
	// Key names the step of this ladder for this thing: however often the step is repeated, or its clock computed anew, it stays the same.
	Key string
	// Words say in the municipality's own language what is due, and DueAt when.
	Words string
	DueAt time.Time
}

// Doer is a Host that can do more at a step of the ladder than have people told.
type Doer interface {
	Escalate(ctx context.Context, tx *tenant.Tx, id string, s Step) error
}

// Vocabulary are the choices by which policies tell things apart; nil leaves one out.
type Vocabulary struct {
	Kinds, Channels, Priorities func(ctx context.Context) []ui.Option
}

// Deps is what the module needs. All but DB may be nil or empty.
type Deps struct {
	DB *tenant.DB
	// Hosts by kind of thing; they may be entered until the first request.
	Hosts     map[string]Host
	Catalogue *i18n.Catalogue
	// Base is the address of the municipality in ctx, for mails.
	Base func(ctx context.Context) string
	// Audit keeps what staff did.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
	// Staff are the accounts that can stand at a level of the ladder.
	Staff      func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
	Vocabulary Vocabulary
}

// Module is the clocks of all municipalities.
type Module struct{ Deps }

// New makes the module.
func New(d Deps) *Module {
	if d.Hosts == nil {
		d.Hosts = map[string]Host{}
	}
	return &Module{Deps: d}
}

// Name is that of the package.
func (m *Module) Name() string { return "clocks" }

// PartOf implements web.Belonging: cases are what has clocks.
func (m *Module) PartOf() string { return "cases" }

// Menu has an entry for staff.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "clocks.title", Path: root, Area: web.AreaStaff, Order: 320, Need: read}}
}

// Routes are the pages for staff.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: root, Handle: m.board, Need: read},
		{Method: fiber.MethodGet, Path: rules, Handle: m.index, Need: read},
		{Method: fiber.MethodPost, Path: rules + "/install", Handle: m.install, Need: edit},
		{Method: fiber.MethodGet, Path: rules + "/:id", Handle: m.policy, Need: edit},
		{Method: fiber.MethodPost, Path: rules + "/:id", Handle: m.savePolicy, Need: edit},
		{Method: fiber.MethodGet, Path: rules + "/:id/:target", Handle: m.target, Need: edit},
		{Method: fiber.MethodPost, Path: rules + "/:id/:target", Handle: m.saveTarget, Need: edit},
		{Method: fiber.MethodPost, Path: rules + "/:id/:target/remove", Handle: m.removeTarget, Need: edit},
		{Method: fiber.MethodGet, Path: root + "/people", Handle: m.people, Need: edit},
		{Method: fiber.MethodPost, Path: root + "/people", Handle: m.savePeople, Need: edit},
		{Method: fiber.MethodGet, Path: root + "/:id", Handle: m.why, Need: read},
	}
}

// The jobs.
const (
	checkJob     = "clocks.check"
	projectJob   = "clocks.project"
	recomputeJob = "clocks.recompute"
)

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{checkJob: m.check, projectJob: m.project, recomputeJob: m.recompute}
}

// Periodic says how often the jobs are done that nothing else starts.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{checkJob: time.Minute, projectJob: time.Hour}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"calendars.changed": {recomputeJob}}
}
