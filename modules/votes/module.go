// Package votes lets residents say what they think of anything with one press: support, for and against, a rating.
//
// A resident votes, changes his mind and takes his vote back until the phase closes; every press is saved at once, and the same
// press twice is one vote. At the close the result is frozen with its fingerprint, which everybody can check.
//
// The decision bound here: totals are stored and exact at every commit, and yet no press waits for the press before it. Votes that
// arrive while others are being written are gathered and written together: one transaction, many rows, one counter update for each
// subject. Nobody is told "saved" before the commit. Votes know what they are about only as a subject.Ref: whoever owns that
// subject is its Host.
package votes

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/clock"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/votes/internal/gather"
	"glas/tenant"
)

// Host owns subjects of one kind and lets them be voted on.
type Host interface {
	// Ballots describes those subjects that may be seen to the person in ctx, by id; others are left out.
	Ballots(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]Ballot, error)
	// Tallied stores new totals on the host's own rows, in the transaction of the votes. Nobody in particular acts in ctx. Totals
	// come ordered by id, each once.
	Tallied(ctx context.Context, tx *tenant.Tx, totals []Total) error
}

// Audit keeps a record of what was done to a result.
type Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error

// Deps is what a Module is made of.
type Deps struct {
	DB    *tenant.DB
	Clock clock.Clock
	// Hosts own the subjects, by kind.
	Hosts map[string]Host
	// Audit may be nil.
	Audit Audit
}

// Module is the votes of all municipalities.
type Module struct {
	Deps
	gather *gather.Gatherer[Command, Result]
}

// New makes the module. Hosts may be added to the map until the first request.
func New(d Deps) *Module {
	if d.Hosts == nil {
		d.Hosts = map[string]Host{}
	}
	if d.Clock == nil {
		d.Clock = clock.System
	}
	m := &Module{Deps: d}
	m.gather = gather.New(func(ctx context.Context) context.Context { return tenant.With(context.Background(), tenant.From(ctx)) }, m.write)
	return m
}

// Name implements web.Module.
func (m *Module) Name() string { return "votes" }

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodPost, Path: "/votes/:kind/:id", Handle: m.cast, Limit: web.Limit{Name: "votes", N: perMinute, Per: limitSpan}},
		{Method: fiber.MethodGet, Path: "/votes/:kind/:id", Handle: m.page},
		{Method: fiber.MethodGet, Path: "/votes/:kind/:id/result.json", Handle: m.result, API: apiResult()},
		{Method: fiber.MethodGet, Path: "/api/v1/votes", Handle: m.apiTotals, API: apiTotals()},
		{Method: fiber.MethodGet, Path: adminPath, Handle: m.adminPage, Need: permission},
	}
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "votes.menu", Path: adminPath, Area: web.AreaStaff, Order: 70, Need: permission}}
}

const (
	freezeJob = "votes.freeze"
	forgetJob = "votes.forget"
)

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{freezeJob: m.freezeDue, forgetJob: m.forget}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {forgetJob}}
}
