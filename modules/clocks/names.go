package clocks

import "glas/modules/clocks/internal/term"

// What clocks are made of.
type (
	Clock       = term.Clock
	ClockPause  = term.ClockPause
	ClockFiring = term.ClockFiring
	ClockLevel  = term.ClockLevel
	ClockPolicy = term.ClockPolicy
	ClockTarget = term.ClockTarget
	ClockRule   = term.ClockRule
	Fit         = term.Fit
	// Match is what decides which policy a thing gets.
	Match = term.Match
	// Outcome is how a clock ended.
	Outcome = term.Outcome
)

// The outcomes. A clock that is stopped with Met is Missed when that was too late.
const (
	Met       = term.Met
	Missed    = term.Missed
	Cancelled = term.Cancelled
	Merged    = term.Merged
)

// The metrics. What a metric means is decided by who stops it; a receipt is not an answer, so FirstAnswer is stopped by nothing but
// an answer.
const (
	Acknowledge  = term.Acknowledge
	Moderate     = term.Moderate
	Accept       = term.Accept
	FirstAnswer  = term.FirstAnswer
	Resolve      = term.Resolve
	Statutory    = term.Statutory
	Transfer     = term.Transfer
	PromiseDue   = term.PromiseDue
	Department   = term.Department
	ReopenReview = term.ReopenReview
)

// Points at which a rule of a ladder acts, and what it does unless it does more.
const (
	FromStart = term.FromStart
	Percent   = term.Percent
	BeforeDue = term.BeforeDue
	AfterDue  = term.AfterDue
	Notify    = term.Notify
	// ByDepartment as the calendar of a target is that of the department.
	ByDepartment = term.ByDepartment
)

// Metrics lists the metrics in the order in which they are offered.
func Metrics() []string { return term.Metrics() }
