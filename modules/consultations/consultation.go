package consultations

import (
	"context"
	"time"

	"glas/internal/subject"
	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// What a consultation is, its rules and its rows are in internal/stored; these are the names by which others know them.
type (
	// Consultation is one consultation with its phases in order.
	Consultation = stored.Consultation
	// Phase is a part of a consultation with its own switches.
	Phase = stored.Phase
	// Switches say what may be done in a phase.
	Switches = stored.Switches
	// VoteRule is how votes are cast and counted in a phase.
	VoteRule = stored.VoteRule
	// Milestone is a promised event that is no phase.
	Milestone = stored.Milestone
	// State is what staff decided, Status what the dates make of a published consultation.
	State  = stored.State
	Status = stored.Status
	// Filter narrows a list.
	Filter = stored.Filter
	// Delta is by how much counters change.
	Delta = stored.Delta
	// Result is the published outcome.
	Result = stored.Result
	// Change is something that staff changed while the consultation was public.
	Change = stored.Change
	// Preview is a link to a draft.
	Preview = stored.Preview
	// Meeting is a hearing or another meeting, Override a rule that was set aside, Law what a consultation is held to.
	Meeting  = stored.Meeting
	Override = stored.Override
	Law      = stored.Law
	// Item is a line of the check-list before publishing.
	Item = stored.Item
	// Blueprint is a ready-made consultation.
	Blueprint = stored.Blueprint
)

// Kind is the subject kind of a consultation.
const Kind = stored.Kind

// The states, the statuses, what votes are cast on, the acts that phases open, and the changes that everybody is told of.
const (
	Draft     = stored.Draft
	Scheduled = stored.Scheduled
	Published = stored.Published
	Archived  = stored.Archived

	Upcoming     = stored.Upcoming
	Open         = stored.Open
	ClosingToday = stored.ClosingToday
	Waiting      = stored.Waiting
	Answered     = stored.Answered
	Closed       = stored.Closed

	OnProposals    = stored.OnProposals
	OnConsultation = stored.OnConsultation

	ActSubmit      = stored.ActSubmit
	ActComment     = stored.ActComment
	ActCommentVote = stored.ActCommentVote
	ActVote        = stored.ActVote

	ChangeExtended  = stored.ChangeExtended
	ChangeClosed    = stored.ChangeClosed
	ChangeTightened = stored.ChangeTightened
	ChangeRestarted = stored.ChangeRestarted
)

// Load finds a consultation by its id, in any state, with its phases, in one statement.
func Load(ctx context.Context, tx *tenant.Tx, consultationID string) (*Consultation, error) {
	return stored.Load(ctx, tx, consultationID)
}

// LoadSlug finds a consultation by the name in its address.
func LoadSlug(ctx context.Context, tx *tenant.Tx, slug string) (*Consultation, error) {
	return stored.LoadSlug(ctx, tx, slug)
}

// LoadMany finds consultations by their ids, in any state; unknown ones are left out. One statement.
func LoadMany(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]*Consultation, error) {
	return stored.LoadMany(ctx, tx, ids)
}

// List is a page of consultations: what is open now by the nearest end, then what begins soonest, then what ended last. next is
// the cursor of the page after it.
func List(ctx context.Context, tx *tenant.Tx, f Filter) (rows []*Consultation, next string, err error) {
	return stored.List(ctx, tx, f)
}

// Count changes the counters of a consultation. The first vote ever freezes its rules.
func Count(ctx context.Context, tx *tenant.Tx, consultationID string, d Delta) error {
	return stored.Count(ctx, tx, consultationID, d)
}

// CountVoters counts those whose votes are in a frozen result, on a consultation itself or in one scope, among its participants. It may
// be said again.
func CountVoters(ctx context.Context, tx *tenant.Tx, consultationID string, result subject.Ref) error {
	return stored.CountVoters(ctx, tx, consultationID, result)
}

// Participants are the accounts that took part in a consultation, in order of their ids.
func Participants(ctx context.Context, tx *tenant.Tx, consultationID string) ([]string, error) {
	return stored.Participants(ctx, tx, consultationID)
}

// ResultOf is the published outcome of a consultation, or nil.
func ResultOf(ctx context.Context, tx *tenant.Tx, consultationID string) (*Result, error) {
	return stored.ResultOf(ctx, tx, consultationID)
}

// Blueprints are the ready-made consultations.
func Blueprints() ([]Blueprint, error) { return stored.Blueprints() }

// FindBlueprint is the blueprint with a key.
func FindBlueprint(key string) (Blueprint, error) { return stored.FindBlueprint(key) }

// Actions lists the acts whose eligibility staff sets.
func Actions() []string { return stored.Actions() }

// StartOfDay is the first moment of the day of t in zone.
func StartOfDay(t time.Time, zone *time.Location) time.Time { return stored.StartOfDay(t, zone) }

// EndOfDay is the last moment of the day of t in zone: "until D inclusive".
func EndOfDay(t time.Time, zone *time.Location) time.Time { return stored.EndOfDay(t, zone) }

// AddDays moves a moment by calendar days in zone and keeps its time of day.
func AddDays(t time.Time, days int, zone *time.Location) time.Time {
	return stored.AddDays(t, days, zone)
}
