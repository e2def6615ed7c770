package terms

import (
	"time"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/tenant"
)

// The kinds of act that rules are made for. Others are named by a municipality in the name of its own rules.
const (
	General  = "general"
	Bylaw    = "bylaw"
	Spatial  = "spatial"
	Budget   = "budget"
	Strategy = "strategy"
)

// Acts lists the kinds of act in the order in which they are offered.
func Acts() []string { return []string{General, Bylaw, Spatial, Budget, Strategy} }

// Amount is a length of time; the zero Amount asks for nothing.
type Amount struct {
	N    int           `json:"n,omitempty" toml:"n"`
	Unit calendar.Unit `json:"unit,omitempty" toml:"unit"`
}

// Units lists those that a term can be counted in.
func Units() []calendar.Unit {
	return []calendar.Unit{calendar.CalendarDays, calendar.WorkingDays, calendar.CalendarMonths}
}

// IsZero reports whether nothing is asked for.
func (a Amount) IsZero() bool { return a.N == 0 }

// Words is the amount as it is read: "30 days", "1 month".
func (a Amount) Words() fault.Message {
	switch a.Unit {
	case calendar.WorkingDays:
		return fault.Msg("terms.amount.working_days", "N", a.N)
	case calendar.CalendarMonths:
		return fault.Msg("terms.amount.calendar_months", "N", a.N)
	}
	return fault.Msg("terms.amount.calendar_days", "N", a.N)
}

// after is the day on which the amount has passed since a day that is not counted; a month ends on the day of the same number, or on
// the last one of a shorter month.
func (a Amount) after(d calendar.Date, cal *calendar.Calendar) calendar.Date {
	switch a.Unit {
	case calendar.WorkingDays:
		return cal.AddWorkingDays(d, a.N)
	case calendar.CalendarMonths:
		return calendar.AddMonths(d, a.N)
	}
	return d.Add(a.N)
}

// from is the last day of a term that begins with the first moment of a day. That day counts as one of its days; a term of months
// ends on the day of the same number all the same, as the codes of procedure of the four countries reckon.
func (a Amount) from(first calendar.Date, cal *calendar.Calendar) calendar.Date {
	if a.Unit == calendar.CalendarMonths {
		return a.after(first, cal)
	}
	return a.after(first.Add(-1), cal)
}

// RuleSet is what a consultation about one kind of act must hold to. The numbers are the municipality's to change: none of them is
// certain for every municipality.
type RuleSet struct {
	tenant.Key
	Act  string
	Name i18n.Text `bun:"type:jsonb"`
	// Normal is how long the term usually lasts, Minimum the least.
	Normal  Amount `bun:"type:jsonb"`
	Minimum Amount `bun:"type:jsonb"`
	// Report is until when after the end the report is due, Answer until when the municipality answers.
	Report Amount `bun:"type:jsonb"`
	Answer Amount `bun:"type:jsonb"`
	// ReasonBelow is the number of calendar days below which a reason is published; ReasonNeeded makes that a duty and not advice.
	ReasonBelow  int
	ReasonNeeded bool
	// NoticeDays is how many calendar days before the start it must be public.
	NoticeDays int
	// Documents are the kinds that must be there before publishing.
	Documents []string `bun:"type:jsonb"`
	// Hearing asks for a meeting within the term.
	Hearing bool
	// Restart begins the term anew when a document is replaced after the start.
	Restart bool
	// Reminders are how many calendar days before the report is due the responsible staff is reminded.
	Reminders []int `bun:"type:jsonb"`
	// NextWorking moves an end on a day that is not worked to the next one that is.
	NextWorking bool
	// Firm leaves no way around the minimum.
	Firm       bool
	LegalBasis i18n.Text `bun:"type:jsonb"`
	// Archived rules are not offered for new consultations.
	Archived   bool
	RowVersion int64
	UpdatedAt  time.Time
	// Shipped marks a preset that the municipality has not changed.
	Shipped bool `bun:"-"`
}

// ActWords names a kind of act.
func ActWords(act string) fault.Message {
	return fault.Msg("terms.act." + act) //i18n: terms.act.*
}

// settle moves a day to the next working one where the rule says so.
func (s *RuleSet) settle(d calendar.Date, cal *calendar.Calendar) calendar.Date {
	if s.NextWorking && !cal.IsWorking(d) {
		return cal.NextWorking(d)
	}
	return d
}

// Settle is the end of the day of t, or of the next working day where the rule says so.
func (s *RuleSet) Settle(t time.Time, cal *calendar.Calendar) time.Time {
	if t.IsZero() {
		return t
	}
	return calendar.EndOfDay(s.settle(calendar.DateOf(t, cal.Zone()), cal), cal.Zone())
}

// EndOf is the last moment of a term of this length that begins on the day of starts, "until D inclusive".
func (s *RuleSet) EndOf(a Amount, starts time.Time, cal *calendar.Calendar) time.Time {
	if a.IsZero() || starts.IsZero() {
		return time.Time{}
	}
	d := a.from(calendar.DateOf(starts, cal.Zone()), cal)
	return calendar.EndOfDay(s.settle(d, cal), cal.Zone())
}

// DueAfter is the last moment of what is due so long after an event; the day of the event is not counted.
func (s *RuleSet) DueAfter(a Amount, event time.Time, cal *calendar.Calendar) time.Time {
	if a.IsZero() || event.IsZero() {
		return time.Time{}
	}
	d := a.after(calendar.DateOf(event, cal.Zone()), cal)
	return calendar.EndOfDay(s.settle(d, cal), cal.Zone())
}

// RestartEnd is when a term ends that begins anew at a moment. It lasts as long as the usual one, or as short as it was published with
// (termDays) when that was less; the day of the replacement is not counted, and the old end is never brought forward.
func (s *RuleSet) RestartEnd(at, oldEnd time.Time, termDays int, cal *calendar.Calendar) time.Time {
	zone := cal.Zone()
	today := calendar.DateOf(at, zone)
	last := today.Add(termDays)
	if !s.Normal.IsZero() {
		if usual := s.Normal.after(today, cal); usual.Before(last) || termDays == 0 {
			last = usual
		}
	}
	end := calendar.EndOfDay(s.settle(last, cal), zone)
	if end.Before(oldEnd) {
		return oldEnd
	}
	return end
}
