// Package papers lets staff enter votes that were given at a desk or on paper.
//
// Somebody without a computer comes to the desk or sends a ballot: his vote counts like any other, under its own channel, while voting is
// open and never twice.
//
// The decision bound here: a paper has a reference, which stands on it or on the list at the desk, and is the voter unless an account is
// named. The same reference on the same question is refused, and the quota of a phase holds for a reference as for a person. Who entered
// a vote is in the record; what it says is told to nobody.
package papers

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/subject"
	"glas/internal/text"
	"glas/internal/web"
	"glas/modules/votes"
	"glas/tenant"
)

// Deps is what the module is made of.
type Deps struct {
	DB    *tenant.DB
	Votes *votes.Module
	// Subject finds what staff means by a number or an address; the zero Ref when nothing is.
	Subject func(ctx context.Context, tx *tenant.Tx, typed string) (subject.Ref, error)
}

// Module is the votes on paper of all municipalities.
type Module struct{ Deps }

// New makes the module.
func New(d Deps) *Module { return &Module{d} }

// Name implements web.Module.
func (m *Module) Name() string { return "votes/papers" }

const (
	root  = "/admin/votes/papers"
	enter = "vote.enter"
)

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: root, Handle: m.page, Need: enter},
		{Method: fiber.MethodPost, Path: root, Handle: m.post, Need: enter, Limit: web.Limit{Name: "papers", N: 120, Per: time.Minute}},
		{Method: fiber.MethodPost, Path: root + "/:id/remove", Handle: m.remove, Need: enter},
	}
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "papers.menu", Path: root, Area: web.AreaStaff, Order: 72, Need: enter}}
}

// Bounds of what staff writes, in letters.
const (
	referenceMax = 60
	reasonMin    = 5
	reasonMax    = 300
)

// Channels lists how such a vote can come.
func Channels() []string { return []string{votes.ChannelPaper, votes.ChannelDesk} }

// VotePaper is a vote that staff entered. It is a row.
type VotePaper struct {
	tenant.Key
	SubjectKind string
	SubjectID   string
	Channel     string
	// Reference is what stands on the paper, folded; Shown as it was typed.
	Reference string
	Shown     string
	VoterID   string
	VoterKind string
	Value     string
	EnteredBy string
	EnteredAt time.Time
	RemovedBy string
	RemovedAt time.Time `bun:",nullzero"`
	Reason    string
}

// Ref is what was voted on.
func (p *VotePaper) Ref() subject.Ref { return subject.Ref{Kind: p.SubjectKind, ID: p.SubjectID} }

// Entry is a vote that staff wants to enter.
type Entry struct {
	Ref       subject.Ref
	Channel   string
	Reference string
	Value     string
	// Association says that an association votes; Email names the account of the voter, empty when he has none.
	Association bool
	Email       string
}

// fold makes references equal that differ only in how they were typed.
func fold(reference string) string { return text.Slug(reference, "") }
