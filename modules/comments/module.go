// Package comments lets residents talk about anything that the municipality puts before them.
//
// A resident reads a discussion in the order that suits him, writes, answers, says whether he is for or against, changes what he
// wrote within the first minutes with the change in sight, takes it back, and finds any comment again by its own address. The
// municipality answers in its own name, and a moderator can hide a text while the discussion around it stays.
//
// The decision bound here: everything that a page shows comes from stored counters and indexes, so that the first page of a
// discussion costs the same whether it has a hundred comments or ten thousand, and takes three statements at most. Comments know
// what they are about only as a subject.Ref: whoever owns that subject is its Host.
package comments

import (
	"context"

	"glas/internal/authz"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

// Host owns subjects of one kind and lets them be commented on.
type Host interface {
	// Thread describes the place of comments on a subject to the person in ctx. A subject that does not exist is fault.NotFound.
	Thread(ctx context.Context, tx *tenant.Tx, id string) (Thread, error)
	// Commented tells that the number of shown comments changed by delta, in the same transaction.
	Commented(ctx context.Context, tx *tenant.Tx, id string, delta int) error
}

// Gate decides what must wait for a moderator.
type Gate interface {
	// Wait reports whether a new comment of actor waits, in a thread with this mode of moderation.
	Wait(ctx context.Context, tx *tenant.Tx, actor authz.Actor, mode string) (bool, error)
	// Waiting puts a comment before the moderators.
	Waiting(ctx context.Context, tx *tenant.Tx, ref subject.Ref, authorID string) error
}

// Ballots tells how a person voted on comments.
type Ballots interface {
	// Mine gives, for those comments that the person in ctx voted on, 1 for helpful and -1 for not helpful.
	Mine(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]int, error)
}

// Trail keeps what staff did.
type Trail interface {
	Record(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
}

// Deps is what a Module is made of. Gate, Ballots, Hints and Trail may be nil: then nothing waits, nobody's votes are known, no
// word is pointed out and nothing is recorded.
type Deps struct {
	DB *tenant.DB
	// Hosts own the subjects, by kind.
	Hosts   map[string]Host
	Gate    Gate
	Ballots Ballots
	// Hints lists the words of a text that a moderator may want to look at.
	Hints func(lang, text string) []string
	Trail Trail
	// ReportPath gives the page on which a subject is reported to the moderators; nil means none.
	ReportPath func(ref subject.Ref) string
}

// Module is the discussions of all municipalities.
type Module struct {
	db *tenant.DB
	Deps
}

// New makes the module. Hosts may be added to the map until the first request.
func New(d Deps) *Module {
	if d.Hosts == nil {
		d.Hosts = map[string]Host{}
	}
	return &Module{db: d.DB, Deps: d}
}

// Name implements web.Module.
func (m *Module) Name() string { return "comments" }

// Menu implements web.Module: discussions are found where their subjects are.
func (m *Module) Menu() []web.MenuItem { return nil }

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{forgetJob: m.forget}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {forgetJob}}
}
