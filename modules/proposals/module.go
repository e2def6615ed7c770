// Package proposals lets residents propose what their municipality should do, within a consultation.
//
// A resident writes a proposal with a place and photos, is shown similar ones while typing and can support one of those instead,
// sees the draft again on any device, publishes, changes it while nobody has answered to it, and takes it back with a reason.
// Everybody reads, sorts, filters, sees them on a map, supports and discusses them. Staff join those that mean the same, propose
// measures of their own, and answer; everybody concerned is told.
//
// The decision bound here: a list shows stored columns only (excerpt, counters, trend, the answer in short), each order has an
// index and pages are cut by key, so that the list of ten thousand costs what the list of ten does. Proposals plug themselves into a
// consultation as one of its methods; votes, comments, answers and moderation meet them through the Host interfaces they declare.
package proposals

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/clock"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

// Discussion shows the comments of a thread; *comments.Module satisfies it.
type Discussion interface {
	Section(ctx context.Context, tx *tenant.Tx, t comments.Thread, q comments.Query) (templ.Component, error)
}

// Joiner carries over what hangs on one subject to another when two proposals are joined.
type Joiner interface {
	// JoinVotes moves the votes on from to to; of those who voted on both one vote stays.
	JoinVotes(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error
	// MoveComments moves the discussion and tells both hosts (Commented).
	MoveComments(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error
}

// Deps is what a Module is made of. Everything but DB and Consultations may be missing; then its part is.
type Deps struct {
	DB    *tenant.DB
	Clock clock.Clock
	// Consultations draws the frame around the lists.
	Consultations *consultations.Module
	Comments      Discussion
	Files         *attachments.Module
	// Join is needed for joining proposals.
	Join Joiner
}

// Module is the proposals of all municipalities.
type Module struct {
	Deps
	names *stored.NameCache
}

// New makes the module.
func New(d Deps) *Module {
	if d.Clock == nil {
		d.Clock = clock.System
	}
	return &Module{Deps: d, names: stored.NewNameCache()}
}

// Name implements web.Module.
func (m *Module) Name() string { return "proposals" }
