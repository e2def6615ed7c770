package calendar

import (
	"fmt"
	"time"
)

// Date is a day of the civil calendar, without a zone: 1 May is 1 May everywhere. Dates compare with == and can key a map.
type Date struct {
	Y int
	M time.Month
	D int
}

// DateOf is the day that a moment falls on in zone.
func DateOf(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

// ParseDate reads 2026-11-21.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	return DateOf(t, time.UTC), err
}

func (d Date) utc() time.Time { return time.Date(d.Y, d.M, d.D, 0, 0, 0, 0, time.UTC) }

// Add is the day n days later, or earlier for a negative n.
func (d Date) Add(n int) Date { return DateOf(d.utc().AddDate(0, 0, n), time.UTC) }

// Sub is the number of days from o to d.
func (d Date) Sub(o Date) int { return int(d.utc().Sub(o.utc()) / (24 * time.Hour)) }

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.utc().Before(o.utc()) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Start is the first moment of the day in zone, which is not always midnight: some zones change their clocks then.
func (d Date) Start(zone *time.Location) time.Time { return instant(d, 0, zone) }

// Noon is a moment of the day that every zone has, for showing the date.
func (d Date) Noon(zone *time.Location) time.Time {
	return time.Date(d.Y, d.M, d.D, 12, 0, 0, 0, zone)
}

// String is the day as 2026-11-21.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Y, d.M, d.D) }

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}

// AddMonths is the same day n months later, or the last day of that month when it has no such day: a month from 31 January ends on
// 28 or 29 February. (time.AddDate would say 3 March.)
func AddMonths(d Date, n int) Date {
	first := time.Date(d.Y, d.M+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.D, last)}
}

// EndOfDay is the last moment that still belongs to a day in zone, 23:59:59.999999: microseconds are what a database keeps. A term
// "until D inclusive" ends there, also when the clocks change on that day.
func EndOfDay(d Date, zone *time.Location) time.Time {
	return d.Add(1).Start(zone).Add(-time.Microsecond)
}

// instant is when the clocks on the wall show so many minutes of a day. A time that comes twice is the first of the two, one that is
// left out is when the clocks were moved; so the order of minutes is always the order of moments, and windows that touch keep touching.
func instant(d Date, minute int, zone *time.Location) time.Time {
	wall := d.utc().Add(time.Duration(minute) * time.Minute)
	before := offset(wall.Add(-24*time.Hour), zone)
	t := wall.Add(-before)
	after := offset(t, zone)
	if after == before {
		return t.In(zone)
	}
	if u := wall.Add(-after); offset(u, zone) == after {
		return u.In(zone)
	}
	moved, _ := t.In(zone).ZoneBounds()
	return moved
}

// offset is how far the clocks of a zone are ahead of UTC.
func offset(t time.Time, zone *time.Location) time.Duration {
	_, s := t.In(zone).Zone()
	return time.Duration(s) * time.Second
}
