// Package accounts keeps the people of a municipality: how they sign in, how surely they are known, which roles they hold, for
// which association they speak, and how what they write is signed.
//
// The decision bound here: nothing that a stranger can see or measure tells whether an address has an account. Every form that
// takes an address answers with the same page after the same work, and only the letter says what is the case. What a browser or a
// letter holds is a random token; the database knows its SHA-256 only.
package accounts

import (
	"context"
	"runtime"
	"time"

	"glas/internal/authz"
	"glas/internal/clock"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/limit"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/accounts/internal/recent"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

// Deps is what the module is made of. Everything but Data is needed.
type Deps struct {
	DB        *tenant.DB
	Clock     clock.Clock
	Catalogue *i18n.Catalogue
	// Secret keys pseudonyms and the hashes of addresses.
	Secret []byte
	// Base is the beginning of every address of the municipality in ctx, such as "https://velenje.si", for letters.
	Base func(ctx context.Context) string
	// Tries counts sign-ins to each address, however many senders share the guessing.
	Tries *limit.Limiter
	// Areas and Departments are offered as choices.
	Areas       func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
	Departments func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
	// Audit writes into the trail of the municipality.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
	// Table is what roles may do in the municipality in ctx.
	Table func(ctx context.Context) (*authz.Table, error)
	// Data adds what other parts keep about a person to what he downloads; nil adds nothing.
	Data func(ctx context.Context, tx *tenant.Tx, accountID string) (map[string]any, error)
}

// Module is the accounts of all municipalities.
type Module struct {
	Deps
	hasher *rows.Hasher
	actors *recent.Actors
	touch  *recent.Used
}

// New puts the module together.
func New(d Deps) *Module {
	return &Module{Deps: d, hasher: rows.NewHasher(max(2, runtime.NumCPU())), actors: recent.NewActors(), touch: recent.NewUsed()}
}

// Name implements web.Module.
func (m *Module) Name() string { return "accounts" }

// Jobs are the handlers of the module's jobs.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{"accounts.sweep": m.sweep}
}

// Periodic lists the jobs that are run for each municipality again and again.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{"accounts.sweep": time.Hour}
}

// Subscriptions lists the events that start jobs of this module.
func (m *Module) Subscriptions() map[string][]string { return nil }

// Account is a person in one municipality.
type Account = rows.Account

// Organisation is an association that takes part as itself.
type Organisation = rows.Organisation
