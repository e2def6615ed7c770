package terms

import (
	"slices"
	"time"

	"glas/internal/calendar"
	"glas/internal/fault"
)

// The rules by name, as they stand in the record and in overrides. A missing document is "document.<kind>".
const (
	RuleMinimum  = "minimum"
	RuleReason   = "reason"
	RuleNotice   = "notice"
	RuleHearing  = "hearing"
	RuleDocument = "document."
)

// Plan is what is asked about: a consultation as it would be published.
type Plan struct {
	// Published is when it becomes public.
	Published    time.Time
	Starts, Ends time.Time
	// Reason reports whether a reason for a short term is published.
	Reason bool
	// Documents are the kinds that are there.
	Documents []string
	// Meetings are the dates of hearings.
	Meetings []time.Time
}

// Finding says how a plan stands to one rule.
type Finding struct {
	Rule    string
	Message fault.Message
	OK      bool
	// Required findings stop publishing while they are not OK.
	Required bool
	// Override reports whether somebody with the permission may set the rule aside with a published reason.
	Override bool
}

// Judge says of each rule of a set how a plan stands to it. The argument Document of the message about a missing document is the
// key of its kind; who shows it puts the name there.
func Judge(set RuleSet, p Plan, cal *calendar.Calendar) []Finding {
	var out []Finding
	add := func(rule string, ok, required, override bool, id string, args ...any) {
		out = append(out, Finding{rule, fault.Msg(id, args...), ok, required, override})
	}
	open := p.Starts.IsZero() || p.Ends.IsZero()
	if !set.Minimum.IsZero() && !open {
		first := calendar.EndOfDay(set.Minimum.from(calendar.DateOf(p.Starts, cal.Zone()), cal), cal.Zone())
		add(RuleMinimum, !p.Ends.Before(first), true, !set.Firm, "terms.rule.minimum", "Term", set.Minimum.Words(), "Date", set.EndOf(set.Minimum, p.Starts, cal))
	}
	if !open && set.ReasonBelow > 0 && days(p.Starts, p.Ends, cal.Zone()) < set.ReasonBelow {
		add(RuleReason, p.Reason, set.ReasonNeeded, false, "terms.rule.reason", "Term", Amount{set.ReasonBelow, calendar.CalendarDays}.Words())
	}
	if set.NoticeDays > 0 && !p.Starts.IsZero() {
		ahead := calendar.DateOf(p.Starts, cal.Zone()).Sub(calendar.DateOf(p.Published, cal.Zone()))
		add(RuleNotice, ahead >= set.NoticeDays, true, true, "terms.rule.notice", "Term", Amount{set.NoticeDays, calendar.CalendarDays}.Words())
	}
	for _, kind := range set.Documents {
		add(RuleDocument+kind, slices.Contains(p.Documents, kind), true, true, "terms.rule.document", "Document", kind)
	}
	if set.Hearing {
		within := func(at time.Time) bool { return !at.Before(p.Starts) && (p.Ends.IsZero() || !at.After(p.Ends)) }
		add(RuleHearing, slices.ContainsFunc(p.Meetings, within), true, true, "terms.rule.hearing")
	}
	return out
}

// days counts the calendar days of a term, first and last included.
func days(a, b time.Time, zone *time.Location) int {
	return calendar.DateOf(b, zone).Sub(calendar.DateOf(a, zone)) + 1
}
