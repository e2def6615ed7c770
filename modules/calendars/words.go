package calendars

import (
	"context"
	"strings"
	"time"

	"glas/internal/calendar"
	"glas/internal/i18n"
	"glas/internal/web/ui"
)

// TargetWords says a target, "15 working days, until the end of the day".
func TargetWords(ctx context.Context, t calendar.Target) string {
	parts := []string{i18n.N(ctx, "calendars.n."+string(t.Unit), t.Amount)} //i18n: calendars.n.*
	if t.EndOfDay {
		parts = append(parts, i18n.T(ctx, "calendars.end_of_day_short"))
	}
	if t.NextWorkingDay {
		parts = append(parts, i18n.T(ctx, "calendars.next_working_short"))
	}
	return strings.Join(parts, ", ")
}

// UnitOptions are the choices of a select of units.
func UnitOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, u := range calendar.Units() {
		out = append(out, ui.Option{Value: string(u), Label: i18n.T(ctx, "calendars.unit."+string(u))}) //i18n: calendars.unit.*
	}
	return out
}

// Explain says how a due moment came about, one sentence for each line, in the reader's language.
func Explain(ctx context.Context, lines []calendar.Line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = explain(ctx, l)
	}
	return out
}

func explain(ctx context.Context, l calendar.Line) string {
	day := dayWords(ctx, l.From)
	if l.To != l.From {
		day = i18n.T(ctx, "calendars.line.days", "From", day, "To", dayWords(ctx, l.To))
	}
	label := l.Label.In(ctx)
	switch {
	case l.Why == calendar.Counted && l.Days > 0:
		return i18n.N(ctx, "calendars.line.counted_days", l.Days, "Day", day)
	case l.Why == calendar.Counted:
		spans := make([]string, len(l.Spans))
		for i, s := range l.Spans {
			spans[i] = i18n.Clock(ctx, s.From) + "–" + until(ctx, l.From, s.To)
		}
		s := i18n.T(ctx, "calendars.line.counted", "Day", day, "Spans", strings.Join(spans, ", "), "Time", Duration(ctx, l.Time))
		if l.Lost > 0 {
			s += i18n.T(ctx, "calendars.line.lost", "Time", Duration(ctx, l.Lost))
		}
		if label != "" {
			s += " (" + label + ")"
		}
		return s
	case l.Why == calendar.Holiday:
		return i18n.T(ctx, "calendars.line.holiday", "Day", day, "Label", label)
	}
	return i18n.T(ctx, "calendars.line."+string(l.Why), "Day", day) //i18n: calendars.line.*
}

// until is the time of day of an end: the midnight after a day is its 24:00.
func until(ctx context.Context, d calendar.Date, t time.Time) string {
	if calendar.DateOf(t, i18n.Zone(ctx)) != d {
		return "24:00"
	}
	return i18n.Clock(ctx, t)
}

// dayWords is a day with its weekday, "Friday, 20 November".
func dayWords(ctx context.Context, d calendar.Date) string {
	noon := d.Noon(i18n.Zone(ctx))
	return i18n.T(ctx, "calendars.line.day", "Weekday", i18n.Weekday(ctx, noon), "Date", i18n.DayMonth(ctx, noon))
}

// Duration says hours and minutes, "3 h 20 min".
func Duration(ctx context.Context, d time.Duration) string {
	d = d.Round(time.Minute)
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case m == 0:
		return i18n.T(ctx, "calendars.hours", "H", h)
	case h == 0:
		return i18n.T(ctx, "calendars.minutes", "M", m)
	}
	return i18n.T(ctx, "calendars.hours_minutes", "H", h, "M", m)
}

// Moment says when something is due: the last moment of a day as that day, "until 30 November inclusive".
func Moment(ctx context.Context, t time.Time) string {
	local := t.In(i18n.Zone(ctx))
	if local.Hour() == 23 && local.Minute() == 59 {
		return i18n.T(ctx, "time.until_inclusive", "Date", i18n.Date(ctx, t))
	}
	return i18n.DateTime(ctx, t)
}
