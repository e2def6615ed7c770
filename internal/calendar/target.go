package calendar

import (
	"fmt"
	"slices"
	"time"

	"glas/internal/i18n"
)

// Unit is a kind of time.
type Unit string

// The five kinds of time.
const (
	// Hours are real ones, around the clock: "48 hours".
	Hours Unit = "hours"
	// BusinessHours pass only while the calendar is open.
	BusinessHours Unit = "business_hours"
	// WorkingDays are days on which the calendar opens, half days too.
	WorkingDays Unit = "working_days"
	// CalendarDays are all days.
	CalendarDays Unit = "calendar_days"
	// CalendarMonths go from a day of a month to the same day of another.
	CalendarMonths Unit = "calendar_months"
)

// Units lists the kinds of time.
func Units() []Unit { return []Unit{Hours, BusinessHours, WorkingDays, CalendarDays, CalendarMonths} }

// InDays reports whether a unit counts days and not open time.
func (u Unit) InDays() bool { return u != Hours && u != BusinessHours }

// maxAmount bounds the work of a computation: 10,000 business hours are some five years.
const maxAmount = 10_000

// Target is how long something may take.
type Target struct {
	Amount int  `json:"amount"`
	Unit   Unit `json:"unit"`
	// EndOfDay makes it due with the end of the day, 23:59:59.999999. Without it working days end when the calendar closes, and
	// calendar days and months at the time of day of the start.
	EndOfDay bool `json:"end_of_day,omitempty"`
	// NextWorkingDay moves an end on a day that is not worked to the next one that is.
	NextWorkingDay bool `json:"next_working_day,omitempty"`
}

// Check says what is wrong with a target: an unknown unit, or an amount outside of 1 to 10,000.
func (t Target) Check() error {
	if !slices.Contains(Units(), t.Unit) {
		return fmt.Errorf("calendar: unknown unit %q", t.Unit)
	}
	if t.Amount < 1 || t.Amount > maxAmount {
		return fmt.Errorf("calendar: an amount of %d is not between 1 and %d", t.Amount, maxAmount)
	}
	return nil
}

// Why says what a day did for a target.
type Why string

// What a day can be.
const (
	// Counted days have something that counted.
	Counted Why = "counted"
	// Started is the day of the start, which day targets do not count.
	Started Why = "started"
	// Closed days have no opening hours, or none that fell into the clock's time.
	Closed Why = "closed"
	// Holiday is a closed day with a name.
	Holiday Why = "holiday"
	// Paused days would have counted if the clock had run.
	Paused Why = "paused"
	// Moved is the day to which an end moved, because the day on which it fell is not worked.
	Moved Why = "moved"
)

// Line is a step of an explanation: a day, or days in a row that did the same. Time and Days of all lines come to the target.
type Line struct {
	// From and To are the first and the last day.
	From, To Date
	Why      Why
	// Label names a holiday or a half day.
	Label i18n.Text
	// Spans are the times that counted, and Time is how much that was; for targets in hours.
	Spans []Stretch
	Time  time.Duration
	// Lost is open time that a pause took.
	Lost time.Duration
	// Days is how many days counted, for targets in days and months.
	Days int
}

// Elapsed is how much of a target is used up.
type Elapsed struct {
	// Time is open time, for targets in hours.
	Time time.Duration
	// Days is for targets in days and months.
	Days int
	// Done is the part of the target, 1 when it is due.
	Done float64
}
