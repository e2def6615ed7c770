package answers

import (
	"context"
	"slices"
	"time"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/tenant"
)

// State is what an answer means. A municipality may call the states as it likes; what they mean is fixed.
type State string

// The states.
const (
	Considering State = "considering"
	Accepted    State = "accepted"
	Partly      State = "partly"
	Rejected    State = "rejected"
	Noted       State = "noted"
	OutOfScope  State = "out_of_scope"
	Done        State = "done"
)

// States are all states in the order in which they are offered.
func States() []State {
	return []State{Considering, Accepted, Partly, Rejected, Noted, OutOfScope, Done}
}

// Valid reports whether s is a known state.
func (s State) Valid() bool { return slices.Contains(States(), s) }

// NeedsText reports whether an answer of this state must give its reasons before it is published.
func (s State) NeedsText() bool { return s != Considering }

// colour is how a state looks unless the municipality chose otherwise, in the kinds of ui.AnswerBlock.
func (s State) colour() string {
	switch s {
	case Considering:
		return "waiting"
	case Accepted, Done:
		return "accepted"
	case Partly:
		return "partly"
	case Rejected:
		return "rejected"
	default:
		return "explained"
	}
}

// Colours are the colour kinds that a label may have, each with its own shape.
func Colours() []string { return []string{"accepted", "partly", "rejected", "explained", "waiting"} }

// Answer is the official answer to a thing. Its plain fields are what staff work on; those with Public in front are what everybody
// reads. Published gives answers whose plain fields are the public ones.
type Answer struct {
	tenant.Key
	SubjectKind    string `json:"-"`
	SubjectID      string `json:"-"`
	ConsultationID string `json:"-"`
	// State is the internal state; nobody outside sees it before it is published.
	State State `json:"state"`
	// Text is Markdown by language.
	Text i18n.Text `bun:"type:jsonb" json:"text"`
	// CostMinor is the expected cost in hundredths of Currency (ISO 4217); nil when not said.
	CostMinor *int64 `json:"cost_minor,omitempty"`
	Currency  string `json:"currency,omitempty"`
	// Period says in words when it will be carried out.
	Period       i18n.Text `bun:"type:jsonb" json:"period,omitempty"`
	DepartmentID string    `bun:",nullzero" json:"department_id,omitempty"`
	// DueAt is until when the municipality promised to answer; zero when it did not.
	DueAt time.Time `bun:",nullzero" json:"-"`
	// Draft is set while the plain fields differ from what was published last.
	Draft bool `json:"-"`

	PublicState        State     `json:"-"`
	PublicText         i18n.Text `bun:"type:jsonb" json:"-"`
	PublicCostMinor    *int64    `json:"-"`
	PublicPeriod       i18n.Text `bun:"type:jsonb" json:"-"`
	PublicDepartmentID string    `bun:",nullzero" json:"-"`
	// Version numbers the publications, from 1; 0 before the first.
	Version int64 `json:"version"`
	// PublishedAt is when the last version was published, FirstPublishedAt when the first was.
	PublishedAt      time.Time `bun:",nullzero" json:"published_at"`
	FirstPublishedAt time.Time `bun:",nullzero" json:"first_published_at"`

	// RowVersion grows with every change: a form that was opened before the last one is refused.
	RowVersion    int64     `json:"-"`
	ChangedBy     string    `json:"-"`
	ChangedByName string    `json:"-"`
	CreatedAt     time.Time `json:"-"`
	UpdatedAt     time.Time `json:"-"`

	// LabelText and LabelColour are the municipality's own label of PublicState, joined by the queries that show answers.
	LabelText   i18n.Text `bun:"label_text,type:jsonb,scanonly" json:"-"`
	LabelColour string    `bun:"label_colour,scanonly" json:"-"`
}

// Ref is the thing that is answered.
func (a *Answer) Ref() subject.Ref { return subject.Ref{Kind: a.SubjectKind, ID: a.SubjectID} }

// FileRef is the ref under which the files of the answer are kept.
func (a *Answer) FileRef() subject.Ref { return subject.Ref{Kind: "answer", ID: a.ID} }

// Path is the address of the page with every published version.
func (a *Answer) Path() string { return "/answers/" + a.SubjectKind + "/" + a.SubjectID }

// Published reports whether anything of it is public.
func (a *Answer) Published() bool { return a.Version > 0 }

// show makes the plain fields the public ones.
func (a *Answer) show() {
	a.State, a.Text, a.CostMinor, a.Period, a.DepartmentID = a.PublicState, a.PublicText, a.PublicCostMinor, a.PublicPeriod, a.PublicDepartmentID
	a.Draft = false
}

// publish makes the plain fields public as the next version.
func (a *Answer) publish(now time.Time) {
	a.PublicState, a.PublicText, a.PublicCostMinor, a.PublicPeriod, a.PublicDepartmentID = a.State, a.Text, a.CostMinor, a.Period, a.DepartmentID
	a.Version++
	a.Draft = false
	a.PublishedAt = now
	if a.FirstPublishedAt.IsZero() {
		a.FirstPublishedAt = now
	}
}

// complete reports whether the answer can be published: one that decides something says why, in the municipality's own language.
func (a *Answer) complete(lang string) bool { return !a.State.NeedsText() || a.Text[lang] != "" }

// AnswerVersion is a published answer as it was.
type AnswerVersion struct {
	tenant.Key
	AnswerID     string
	Number       int64
	State        State
	Text         i18n.Text `bun:"type:jsonb"`
	CostMinor    *int64
	Currency     string
	Period       i18n.Text `bun:"type:jsonb"`
	DepartmentID string    `bun:",nullzero"`
	PublishedAt  time.Time
	PublishedBy  string
}

// AnswerLabel is what a municipality calls a state, and how it colours it. The ID is the state.
type AnswerLabel struct {
	tenant.Key
	Label  i18n.Text `bun:"type:jsonb"`
	Colour string
}

// Labels are the municipality's own labels by state; missing ones have the usual words.
type Labels map[State]AnswerLabel

// Label is what the municipality calls a state, in the reader's language. labels may be nil.
func Label(ctx context.Context, labels Labels, s State) string {
	return label(ctx, labels[s].Label, s)
}

func label(ctx context.Context, own i18n.Text, s State) string {
	if !own.Empty() {
		return own.In(ctx)
	}
	return i18n.T(ctx, "answers.state."+string(s))
}

// Colour is the colour kind of a state. labels may be nil.
func Colour(labels Labels, s State) string {
	if c := labels[s].Colour; c != "" {
		return c
	}
	return s.colour()
}

// StateLabel is what the municipality calls the public state of a, in the reader's language.
func (a *Answer) StateLabel(ctx context.Context) string {
	return label(ctx, a.LabelText, a.PublicState)
}

// StateColour is the colour kind of the public state of a.
func (a *Answer) StateColour() string {
	if a.LabelColour != "" {
		return a.LabelColour
	}
	return a.PublicState.colour()
}
