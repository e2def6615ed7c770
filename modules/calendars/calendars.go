package calendars

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"glas/internal/calendar"
	"glas/internal/i18n"
	"glas/tenant"
)

// Calendar is a week of opening hours with a name.
type Calendar struct {
	tenant.Key
	Name i18n.Text `bun:"type:jsonb"`
	// Week are the windows by time.Weekday, Sunday first: a calendar.Week as a slice, which a database can read.
	Week [][]calendar.Span `bun:"type:jsonb"`
	// Always calendars never close, and know no holidays.
	Always bool
	// Holidays follows the shipped holidays of the country.
	Holidays bool
	// IsDefault is set on the one that holds wherever none is named.
	IsDefault bool
	Archived  bool
	// RowVersion grows with every change.
	RowVersion int64
	UpdatedAt  time.Time
}

// Kind is how a day differs from the week.
type Kind string

// The kinds of days.
const (
	// Closed days have no windows.
	Closed Kind = "closed"
	// Open days have windows of their own.
	Open Kind = "open"
	// Until days close early.
	Until Kind = "until"
	// Ordinary days are as the week says: a holiday that is none here.
	Ordinary Kind = "ordinary"
)

// Kinds are the kinds that staff can choose.
func Kinds() []Kind { return []Kind{Closed, Until, Open, Ordinary} }

// The sources of a day, what staff say above what a file brought above what is shipped.
const (
	Manual = "manual"
	ICal   = "ical"
	Preset = "preset"
)

// CalendarDay is a day that staff or a file said something about.
type CalendarDay struct {
	tenant.Key
	// CalendarID is empty for a day of all calendars.
	CalendarID string
	Day        string // 2026-12-24
	Kind       Kind
	Windows    []calendar.Span `bun:"type:jsonb"`
	Until      int             // minutes after midnight
	Label      i18n.Text       `bun:"type:jsonb"`
	Source     string
	UpdatedAt  time.Time
}

// CalendarDepartment says by which calendar a department works. Its ID is that of the department.
type CalendarDepartment struct {
	tenant.Key
	CalendarID string
}

// special is what is particular about a day.
type special struct {
	kind    Kind
	windows []calendar.Span
	until   int
	label   i18n.Text
}

// on is the day as it is in a week; false for an ordinary one.
func (s special) on(windows []calendar.Span) (calendar.Day, bool) {
	day := calendar.Day{Label: s.label}
	switch s.kind {
	case Ordinary:
		return day, false
	case Open:
		day.Open = s.windows
	case Until:
		for _, w := range windows {
			if w.To = min(w.To, s.until); w.From < w.To {
				day.Open = append(day.Open, w)
			}
		}
	}
	return day, true
}

// Set is all calendars of a municipality.
type Set struct {
	zone        *time.Location
	country     string
	rows        []Calendar
	days        []CalendarDay
	departments map[string]string
}

// with is the set as it would be with a calendar changed or added, and with days said.
func (s *Set) with(row *Calendar, departments []string, days []CalendarDay) *Set {
	out := &Set{zone: s.zone, country: s.country, rows: slices.Clone(s.rows), days: slices.Clone(s.days), departments: maps.Clone(s.departments)}
	for _, d := range days {
		out.days = slices.DeleteFunc(out.days, func(x CalendarDay) bool {
			return x.CalendarID == d.CalendarID && x.Day == d.Day && x.Source == d.Source
		})
		out.days = append(out.days, d)
	}
	if row == nil {
		return out
	}
	changed := *row
	row = &changed
	row.IsDefault = row.IsDefault || s.Find(row.ID).ID == row.ID && s.Find(row.ID).IsDefault
	out.rows = slices.DeleteFunc(out.rows, func(x Calendar) bool { return x.ID == row.ID || x.IsDefault && row.IsDefault && x.ID == "" })
	if row.IsDefault {
		out.rows = slices.Insert(out.rows, 0, *row)
	} else {
		out.rows = append(out.rows, *row)
	}
	for _, d := range departments {
		out.departments[d] = row.ID
	}
	return out
}

// Rows lists the calendars, the default one first; a municipality that stored none has one as is usual in its country.
func (s *Set) Rows() []Calendar { return s.rows }

// Find is the calendar with an ID, or the default one when there is none.
func (s *Set) Find(calendarID string) *Calendar {
	for i := range s.rows {
		if s.rows[i].ID == calendarID {
			return &s.rows[i]
		}
	}
	return &s.rows[0]
}

// Department is the ID of the calendar that a department works by, empty for the default one.
func (s *Set) Department(departmentID string) string { return s.departments[departmentID] }

// Of makes the calendar with an ID, the default one for an empty or unknown ID.
func (s *Set) Of(calendarID string) (*calendar.Calendar, error) {
	c, err := s.make(s.Find(calendarID))
	if err != nil {
		return nil, fmt.Errorf("make calendar %s: %w", calendarID, err)
	}
	return c, nil
}

func (s *Set) make(row *Calendar) (*calendar.Calendar, error) {
	if row.Always {
		return calendar.Always(s.zone), nil
	}
	days := map[calendar.Date]calendar.Day{}
	for date, x := range s.specials(row) {
		if day, ok := x.on(row.Week[date.Weekday()]); ok {
			days[date] = day
		}
	}
	return calendar.New(s.zone, calendar.Week(row.Week), days)
}

// said is what is said about a date, and by whom.
type said struct {
	special
	source     string
	calendarID string
	id         string
}

// specials are the days that differ for a calendar: what was said for it alone counts before what was said for all, and in each what
// staff said before what a file brought; shipped holidays come last.
func (s *Set) specials(row *Calendar) map[calendar.Date]said {
	out := map[calendar.Date]said{}
	if row.Holidays {
		for date, x := range presets[s.country] {
			out[date] = said{special: x, source: Preset}
		}
	}
	for _, layer := range []struct{ calendarID, source string }{{"", ICal}, {"", Manual}, {row.ID, ICal}, {row.ID, Manual}} {
		for _, d := range s.days {
			date, err := calendar.ParseDate(d.Day)
			if err != nil || d.CalendarID != layer.calendarID || d.Source != layer.source {
				continue
			}
			x := said{special: special{d.Kind, d.Windows, d.Until, d.Label}, source: d.Source, calendarID: d.CalendarID, id: d.ID}
			if x.label.Empty() {
				x.label = out[date].label // a half day made of a holiday keeps its name
			}
			out[date] = x
		}
	}
	return out
}

// Day is a day of a year's list.
type Day struct {
	Date  calendar.Date
	Kind  Kind
	Open  []calendar.Span
	Label i18n.Text
	// Source says where it comes from, ID is set on a stored one.
	Source, ID, CalendarID string
}

// Year lists the days of a year that differ, in order.
func (s *Set) Year(row *Calendar, year int) []Day {
	var out []Day
	for date, x := range s.specials(row) {
		if date.Y != year {
			continue
		}
		day, ok := x.on(row.Week[date.Weekday()])
		if !ok {
			day.Open = row.Week[date.Weekday()]
		}
		out = append(out, Day{date, x.kind, day.Open, x.label, x.source, x.id, x.calendarID})
	}
	slices.SortFunc(out, func(a, b Day) int { return a.Date.Sub(b.Date) })
	return out
}
