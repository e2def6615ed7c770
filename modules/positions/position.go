package positions

import (
	"slices"
	"time"

	"glas/internal/fault"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/tenant"
)

// Kind is the subject kind of a position.
const Kind = "position"

// Act is the permission, and with its first word the switch of a phase.
const Act = "position.adopt"

// Stance is what an association thinks of what is proposed.
type Stance string

// The stances.
const (
	For     Stance = "for"
	Neutral Stance = "neutral"
	Against Stance = "against"
)

// Stances lists them in order.
func Stances() []Stance { return []Stance{For, Neutral, Against} }

// Body is who adopted a position.
type Body string

// The bodies of an association.
const (
	Assembly Body = "assembly"
	Board    Body = "board"
	Members  Body = "members"
	Head     Body = "head"
)

// Bodies lists them in order.
func Bodies() []Body { return []Body{Assembly, Board, Members, Head} }

// State is whether a position is shown.
type State string

// The states. Replaced ones are the earlier wordings.
const (
	Shown     State = "shown"
	Replaced  State = "replaced"
	Withdrawn State = "withdrawn"
	Hidden    State = "hidden"
)

// Limits in letters and in number.
const (
	titleMin, titleMax = 5, 150
	textMin, textMax   = 50, 20000
	nameMax            = 80
	signatoriesMost    = 20
)

// Signatory is a person who signs for an association, with his office there.
type Signatory struct {
	Name string `json:"name"`
	Role string `json:"role,omitempty"`
}

// Position is what an association adopted.
type Position struct {
	tenant.Key
	accounts.Byline
	ConsultationID string
	Title          string
	Text           string
	Lang           string
	Stance         Stance
	// AdoptedBy and AdoptedOn (midnight UTC of the day) say how and when; Signatories who stands for it.
	AdoptedBy   Body
	AdoptedOn   time.Time
	Signatories []Signatory `bun:"type:jsonb"`
	State       State
	// Reason is why a moderator hid it.
	Reason string
	// ReplacesID is the earlier wording.
	ReplacesID string `bun:",nullzero"`
	RowVersion int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Ref is how others point at it.
func (p *Position) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: p.ID} }

// Path is its address without a language prefix.
func (p *Position) Path() string { return "/positions/" + p.ID }

// Readable reports whether everybody may read it: a wording that was replaced stays readable.
func (p *Position) Readable() bool { return p.State == Shown || p.State == Replaced }

// Check says what is wrong with a position on a day of the municipality.
func (p *Position) Check(today time.Time) fault.Fields {
	fields := fault.Fields{}
	length := func(name, s string, least, most int) {
		switch n := text.Letters(s); {
		case n < least:
			fields[name] = fault.Msg("val.min_chars", "N", least)
		case n > most:
			fields[name] = fault.Msg("val.max_chars", "N", most)
		}
	}
	length("title", p.Title, titleMin, titleMax)
	length("text", p.Text, textMin, textMax)
	if !slices.Contains(Stances(), p.Stance) {
		fields["stance"] = fault.Msg("val.required")
	}
	if !slices.Contains(Bodies(), p.AdoptedBy) {
		fields["adopted_by"] = fault.Msg("val.required")
	}
	switch {
	case p.AdoptedOn.IsZero():
		fields["adopted_on"] = fault.Msg("val.required")
	case p.AdoptedOn.After(today):
		fields["adopted_on"] = fault.Msg("positions.error.future")
	}
	switch {
	case len(p.Signatories) == 0:
		fields["signatories"] = fault.Msg("positions.error.signatories")
	case len(p.Signatories) > signatoriesMost:
		fields["signatories"] = fault.Msg("positions.error.too_many", "N", signatoriesMost)
	case slices.ContainsFunc(p.Signatories, func(s Signatory) bool { return text.Letters(s.Name) > nameMax || text.Letters(s.Role) > nameMax }):
		fields["signatories"] = fault.Msg("val.max_chars", "N", nameMax)
	}
	return fields
}
