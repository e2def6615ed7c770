// Package cases lets people tell their municipality what is wrong, what is good and what they wish, and learn what becomes of it.
//
// A citizen reports in five small steps or in one plain form, with or without an account; he is shown what was reported nearby and can
// join it instead; he follows his case by a link, replies, and says at the end whether he is content. Everybody reads the public cases in
// a list, on a map and by machines. The staff's desk, Open311, e-mail and figures live in packages below this one.
//
// The decision bound here: every way in and out goes through internal/acts and internal/stored. What may follow what is one table, who
// sees what is one function, and each change is one event.
package cases

import (
	"context"
	"time"

	"glas/internal/clock"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/desk"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/timed"
	"glas/modules/cases/internal/upkeep"
	"glas/modules/clocks"
	"glas/tenant"
)

// Deps is what a Module is made of. Everything but DB may be missing; then its part is.
type Deps struct {
	DB    *tenant.DB
	Clock clock.Clock
	Files *attachments.Module
	// Clocks keep the times of cases.
	Clocks *clocks.Module
	// People are those who can be given a case; nil offers none.
	People desk.Options
	// Catalogue and Base write letters.
	Catalogue *i18n.Catalogue
	Base      func(ctx context.Context) string
	// Mailboxes are the addresses at which municipalities take e-mail.
	Mailboxes Mailboxes
	// Proposals are told of to those who want to hear what is new around a place.
	Proposals AlertSource
	// Secret seals the keys of systems of others; PrivateEndpoints lets those lie in private networks.
	Secret           []byte
	PrivateEndpoints bool
}

// Module is the cases of all municipalities.
type Module struct {
	Deps
	acts  *acts.Acts
	names *listed.NameCache
	ways  []way
}

// New makes the module.
func New(d Deps) *Module {
	if d.Clock == nil {
		d.Clock = clock.System
	}
	names := listed.NewNameCache()
	m := &Module{Deps: d, names: names, acts: &acts.Acts{DB: d.DB, Names: names, Files: d.Files, Catalogue: d.Catalogue, Base: d.Base}}
	if d.Clocks != nil {
		m.acts.Clocks = timed.Clockwork{Clocks: d.Clocks}
	}
	m.ways = m.newWays()
	if d.Files != nil {
		d.Files.Guarded(Kind, m)
	}
	return m
}

// Name implements web.Module.
func (m *Module) Name() string { return "cases" }

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return m.wayJobs(map[string]job.Handler{})
}

// Periodic says which jobs are done again and again, and how often.
func (m *Module) Periodic() map[string]time.Duration {
	return m.wayPeriods(map[string]time.Duration{})
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {upkeep.ForgetJob}}
}
