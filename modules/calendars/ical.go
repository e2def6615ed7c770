package calendars

import (
	"strconv"
	"strings"
	"time"

	"glas/internal/calendar"
	"glas/internal/i18n"
)

// readICal finds the days off in a calendar file (RFC 5545): whole-day events, also those that last several days or come every year
// (which are taken for the years that holidays are shipped for). Events with a time of day are left out and counted.
func readICal(data, lang string) (days []CalendarDay, left int) {
	unfolded := strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "").Replace(data)
	var first, last calendar.Date
	var label string
	var yearly, inside, whole bool
	for _, line := range strings.FieldsFunc(unfolded, func(r rune) bool { return r == '\n' || r == '\r' }) {
		head, value, _ := strings.Cut(line, ":")
		name, _, _ := strings.Cut(strings.ToUpper(head), ";")
		switch {
		case name == "BEGIN" && strings.EqualFold(value, "VEVENT"):
			first, last, label, yearly, inside, whole = calendar.Date{}, calendar.Date{}, "", false, true, false
		case name == "END" && strings.EqualFold(value, "VEVENT") && inside:
			inside = false
			if !whole {
				left++
				continue
			}
			days = append(days, eventDays(first, last, yearly, i18n.Text{lang: label})...)
		case !inside:
		case name == "DTSTART":
			first, whole = icalDate(value)
		case name == "DTEND":
			if d, ok := icalDate(value); ok {
				last = d.Add(-1) // the end is not included
			}
		case name == "DURATION":
			if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(value, "P"), "D")); err == nil && n > 0 && n <= longest {
				last = first.Add(n - 1)
			}
		case name == "SUMMARY":
			label = strings.NewReplacer(`\,`, ",", `\;`, ";", `\n`, " ", `\\`, `\`).Replace(value)
		case name == "RRULE":
			yearly = strings.Contains(strings.ToUpper(value), "FREQ=YEARLY")
		}
	}
	return days, left
}

func icalDate(s string) (calendar.Date, bool) {
	t, err := time.Parse("20060102", strings.TrimSpace(s))
	return calendar.DateOf(t, time.UTC), err == nil
}

func eventDays(first, last calendar.Date, yearly bool, label i18n.Text) []CalendarDay {
	if last.Before(first) {
		last = first
	}
	length := min(last.Sub(first), longest-1)
	starts := []calendar.Date{first}
	if yearly {
		starts = nil
		for y := max(first.Y, FirstYear); y <= LastYear; y++ {
			starts = append(starts, calendar.DateOf(time.Date(y, first.M, first.D, 0, 0, 0, 0, time.UTC), time.UTC))
		}
	}
	var out []CalendarDay
	for _, start := range starts {
		for i := range length + 1 {
			out = append(out, CalendarDay{Day: start.Add(i).String(), Kind: Closed, Label: label, Source: ICal})
		}
	}
	return out
}
