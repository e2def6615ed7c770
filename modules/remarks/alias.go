package remarks

import (
	"context"

	"glas/internal/subject"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/desk"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// What a remark is, its rules, its rows and the acts on it are in internal; these are the names by which others know them.
type (
	// Anchor is what a remark is about.
	Anchor = stored.Anchor
	// Target is a host's thing as remarks need it, BlockInfo one block of it as it reads now.
	Target    = stored.Target
	BlockInfo = stored.BlockInfo
	// Host owns things that remarks are about.
	Host = core.Host
	// Remark is one remark; Answer is what the municipality says to it.
	Remark      = stored.Remark
	Answer      = stored.Answer
	Words       = stored.Words
	Person      = stored.Person
	Totals      = stored.Totals
	Eye         = stored.Eye
	Channel     = stored.Channel
	Stance      = stored.Stance
	State       = stored.State
	Disposition = stored.Disposition
	// Fate is what became of a block in a new version.
	Fate    = stored.Fate
	Carried = stored.Carried
	// Draft is what somebody wants to say, Entry what staff enters for somebody, Work what an officer decides.
	Draft = core.Draft
	Entry = core.Entry
	Work  = core.Work
	// Filter says which remarks, Choice which of them something is done to.
	Filter = stored.Filter
	Choice = core.Choice
	// Sent and Published are announced.
	Sent      = core.Sent
	Published = core.Published
	// Pin is a remark on a place of a plan.
	Pin = stored.Pin
	// PlaceOption is something that staff can enter a remark on.
	PlaceOption = desk.PlaceOption
)

// The kind, the act, the channels, stances, states, dispositions and fates.
const (
	Kind    = stored.Kind
	ActSend = stored.ActSend

	Web     = stored.Web
	Letter  = stored.Letter
	Email   = stored.Email
	Desk    = stored.Desk
	Hearing = stored.Hearing
	Import  = stored.Import

	For     = stored.For
	Against = stored.Against
	Neutral = stored.Neutral

	Shown     = stored.Shown
	Waiting   = stored.Waiting
	Hidden    = stored.Hidden
	Refused   = stored.Refused
	Withdrawn = stored.Withdrawn
	Removed   = stored.Removed

	Accepted    = stored.Accepted
	Partly      = stored.Partly
	NotAccepted = stored.NotAccepted
	Noted       = stored.Noted
	OutOfScope  = stored.OutOfScope

	Kept     = stored.Kept
	Changed  = stored.Changed
	Vanished = stored.Vanished
)

// Dispositions, Channels and Stances list them in the order of reports.
func Dispositions() []Disposition { return stored.Dispositions() }

// Channels lists all in the order of reports.
func Channels() []Channel { return stored.Channels() }

// Stances lists all in the order of forms.
func Stances() []Stance { return stored.Stances() }

// Pins are the newest shown remarks on places of a plan that are in no zone of it.
func Pins(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]Pin, error) {
	return stored.Pins(ctx, tx, ref)
}
