// Package calendar says when something is due.
//
// A target such as "15 working days" runs from a start over a calendar of opening hours and holidays, with pauses, to a due moment,
// and says in lines how it got there. Everything is computed, nothing is counted up: the same facts always give the same answer.
//
// There are five kinds of time, because law and promises use five (48 hours; 8 business hours; 15 working days; 30 days; 1 month),
// and they come down to two ways of counting. Hours count open time, and real hours are those of a calendar that never closes. Days
// count ends of days: a day counts when its end passes while the clock runs. Months are so many days.
//
//   - The day of the start does not count (SI ZUP 100, BG civil procedure 60, GR civil code 241, TR law 2577 art. 8).
//   - Hours that start outside opening hours start with the next opening.
//   - A pause costs what would have counted: nothing over closed time, one day for each end of a day that counts. Units never mix.
//   - A month ends on the day of the same number, or on the last day of a shorter month.
//   - An end on a day that is not worked moves to the next that is, where the target says so (SI ZUP 101, BG civil procedure 60,
//     GR administrative procedure 10, TR law 2577 art. 8).
//
// Due is the first moment at which Elapsed is the whole target.
package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"glas/internal/i18n"
)

// dayMinutes is the length of a local day on the wall clock.
const dayMinutes = 24 * 60

// ErrNeverOpen says that a week has no opening at all, so that nothing could ever become due.
var ErrNeverOpen = errors.New("calendar: no weekday has opening hours")

// Span is a window of a local day in minutes after midnight; To is at most 1440, the midnight after.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Day is what is particular about a date: no window when it is closed, fewer on a half day, some on a Saturday that is worked.
type Day struct {
	Open  []Span
	Label i18n.Text
}

// Week holds the windows by time.Weekday, Sunday first.
type Week [7][]Span

// Calendar knows when a municipality or a department is open. It is not changed once made and may be shared.
type Calendar struct {
	zone *time.Location
	week Week
	days map[Date]Day
}

// New makes a calendar of weekly windows and of days that differ from the week. Windows may touch and overlap. A week that never
// opens is ErrNeverOpen, because one that opens at all reaches every target.
func New(zone *time.Location, week Week, days map[Date]Day) (*Calendar, error) {
	c := &Calendar{zone: zone, days: make(map[Date]Day, len(days))}
	open := false
	for i, spans := range week {
		tidy, err := tidy(spans)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", time.Weekday(i), err)
		}
		c.week[i] = tidy
		open = open || len(tidy) > 0
	}
	for date, day := range days {
		tidy, err := tidy(day.Open)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", date, err)
		}
		c.days[date] = Day{Open: tidy, Label: day.Label}
	}
	if !open {
		return nil, ErrNeverOpen
	}
	return c, nil
}

// Always is the calendar that never closes.
func Always(zone *time.Location) *Calendar {
	c := &Calendar{zone: zone}
	for i := range c.week {
		c.week[i] = []Span{{0, dayMinutes}}
	}
	return c
}

// tidy sorts windows and joins those that touch or overlap.
func tidy(spans []Span) ([]Span, error) {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return a.From - b.From })
	var out []Span
	for _, s := range spans {
		if s.From < 0 || s.From >= s.To || s.To > dayMinutes {
			return nil, fmt.Errorf("calendar: a window from minute %d to minute %d is not within a day", s.From, s.To)
		}
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

// Zone is where the calendar's days begin and end.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Open lists the windows of a date, none when it is closed. They are not to be changed.
func (c *Calendar) Open(d Date) []Span {
	if day, ok := c.days[d]; ok {
		return day.Open
	}
	return c.week[d.Weekday()]
}

// Label names what is particular about a date; empty for an ordinary one.
func (c *Calendar) Label(d Date) i18n.Text { return c.days[d].Label }

// IsWorking reports whether a date is open at all; half days are.
func (c *Calendar) IsWorking(d Date) bool { return len(c.Open(d)) > 0 }

// NextWorking is d, or the first working day after it.
func (c *Calendar) NextWorking(d Date) Date {
	for !c.IsWorking(d) {
		d = d.Add(1)
	}
	return d
}

// AddWorkingDays is the n-th working day after d, or before it for a negative n; 0 is d itself.
func (c *Calendar) AddWorkingDays(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		if d = d.Add(step); c.IsWorking(d) {
			n--
		}
	}
	return d
}

// Opening is t when it falls into a window, or else the beginning of the next one.
func (c *Calendar) Opening(t time.Time) time.Time {
	for d := DateOf(t, c.zone); ; d = d.Add(1) {
		for _, s := range c.stretches(d) {
			if t.Before(s.To) {
				return latest(t, s.From)
			}
		}
	}
}

// Stretch is time from a moment up to another one.
type Stretch struct{ From, To time.Time }

// Length is how long it is.
func (s Stretch) Length() time.Duration { return s.To.Sub(s.From) }

// stretches are the windows of a date as moments. On the day of a clock change they are shorter or longer than the wall clock says.
func (c *Calendar) stretches(d Date) []Stretch {
	var out []Stretch
	for _, s := range c.Open(d) {
		if x := (Stretch{instant(d, s.From, c.zone), instant(d, s.To, c.zone)}); x.From.Before(x.To) {
			out = append(out, x)
		}
	}
	return out
}

// closing is the end of the last window of a working date; midnight still belongs to the day.
func (c *Calendar) closing(d Date) time.Time {
	spans := c.Open(d)
	if last := spans[len(spans)-1].To; last < dayMinutes {
		return instant(d, last, c.zone)
	}
	return EndOfDay(d, c.zone)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
