package calendar_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
	_ "time/tzdata"

	"glas/internal/calendar"
	"glas/internal/i18n"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, z *time.Location, s string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05.999999"} {
		if x, err := time.ParseInLocation(layout, s, z); err == nil {
			return x
		}
	}
	t.Fatalf("no time: %q", s)
	return time.Time{}
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// office is open Monday to Friday 8-12 and 13-17.
func office(t testing.TB, z *time.Location, days map[calendar.Date]calendar.Day) *calendar.Calendar {
	t.Helper()
	var week calendar.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []calendar.Span{{13 * 60, 17 * 60}, {8 * 60, 12 * 60}}
	}
	c, err := calendar.New(z, week, days)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDueByHand(t *testing.T) {
	lj := zone(t, "Europe/Ljubljana")
	days := map[calendar.Date]calendar.Day{
		date(t, "2026-12-25"): {Label: i18n.Text{"en": "Christmas"}},
		date(t, "2026-12-24"): {Open: []calendar.Span{{8 * 60, 12 * 60}}, Label: i18n.Text{"en": "Christmas eve"}},
		date(t, "2026-11-28"): {Open: []calendar.Span{{8 * 60, 12 * 60}}}, // a Saturday that is worked
	}
	c := office(t, lj, days)
	p := func(from, to string) []calendar.Pause {
		x := calendar.Pause{From: at(t, lj, from)}
		if to != "" {
			x.To = at(t, lj, to)
		}
		return []calendar.Pause{x}
	}
	const (
		hours, business, working, all, months = calendar.Hours, calendar.BusinessHours, calendar.WorkingDays, calendar.CalendarDays, calendar.CalendarMonths
	)
	for _, x := range []struct {
		what, start string
		target      calendar.Target
		pauses      []calendar.Pause
		want        string
	}{
		{"48 hours are 48 hours", "2026-11-20 13:00", calendar.Target{Amount: 48, Unit: hours}, nil, "2026-11-22 13:00"},
		{"over the night that is an hour shorter", "2027-03-27 13:00", calendar.Target{Amount: 48, Unit: hours}, nil, "2027-03-29 14:00"},
		{"over the night that is an hour longer", "2027-10-30 13:00", calendar.Target{Amount: 48, Unit: hours}, nil, "2027-11-01 12:00"},
		{"real hours stand still in a pause", "2026-11-20 13:00", calendar.Target{Amount: 48, Unit: hours}, p("2026-11-21 00:00", "2026-11-21 06:00"), "2026-11-22 19:00"},
		{"business hours skip lunch and the night", "2026-11-19 15:00", calendar.Target{Amount: 8, Unit: business}, nil, "2026-11-20 15:00"},
		{"a start after hours waits for the next opening", "2026-11-20 18:00", calendar.Target{Amount: 3, Unit: business}, nil, "2026-11-23 11:00"},
		{"a Saturday that is worked counts", "2026-11-27 16:00", calendar.Target{Amount: 3, Unit: business}, nil, "2026-11-28 10:00"},
		{"a target ends with the window, not with the next one", "2026-11-19 08:00", calendar.Target{Amount: 4, Unit: business}, nil, "2026-11-19 12:00"},
		{"half day and holiday", "2026-12-24 10:00", calendar.Target{Amount: 4, Unit: business}, nil, "2026-12-28 10:00"},
		{"a pause over the night costs nothing", "2026-11-19 15:00", calendar.Target{Amount: 8, Unit: business}, p("2026-11-19 17:00", "2026-11-20 08:00"), "2026-11-20 15:00"},
		{"a pause costs the open time in it", "2026-11-19 15:00", calendar.Target{Amount: 8, Unit: business}, p("2026-11-19 16:00", "2026-11-20 09:00"), "2026-11-20 17:00"},
		{"the day of the start does not count", "2026-11-19 09:00", calendar.Target{Amount: 1, Unit: working}, nil, "2026-11-20 17:00"},
		{"working days skip the weekend", "2026-11-20 09:00", calendar.Target{Amount: 1, Unit: working}, p("2026-11-20 10:00", "2026-11-20 12:00"), "2026-11-23 17:00"},
		{"half days are working days and close early", "2026-12-23 09:00", calendar.Target{Amount: 1, Unit: working}, nil, "2026-12-24 12:00"},
		{"or with the end of the day", "2026-12-23 09:00", calendar.Target{Amount: 2, Unit: working, EndOfDay: true}, nil, "2026-12-28 23:59:59.999999"},
		{"a pause over the weekend costs no working day", "2026-11-19 09:00", calendar.Target{Amount: 2, Unit: working}, p("2026-11-20 17:00", "2026-11-23 08:00"), "2026-11-23 17:00"},
		{"each end of a working day in a pause costs one", "2026-11-16 09:00", calendar.Target{Amount: 3, Unit: working}, p("2026-11-17 10:00", "2026-11-19 10:00"), "2026-11-23 17:00"},
		{"30 days", "2026-11-02 09:30", calendar.Target{Amount: 30, Unit: all}, nil, "2026-12-02 09:30"},
		{"30 days to the end of the day", "2026-11-02 09:30", calendar.Target{Amount: 30, Unit: all, EndOfDay: true}, nil, "2026-12-02 23:59:59.999999"},
		{"an end on a holiday moves on", "2026-12-10 09:30", calendar.Target{Amount: 15, Unit: all, EndOfDay: true, NextWorkingDay: true}, nil, "2026-12-28 23:59:59.999999"},
		{"hours move on too", "2026-12-23 09:30", calendar.Target{Amount: 48, Unit: hours, NextWorkingDay: true}, nil, "2026-12-28 09:30"},
		{"a month is clamped", "2027-01-31 10:00", calendar.Target{Amount: 1, Unit: months, EndOfDay: true}, nil, "2027-02-28 23:59:59.999999"},
		{"in a leap year too", "2028-01-31 10:00", calendar.Target{Amount: 1, Unit: months, EndOfDay: true}, nil, "2028-02-29 23:59:59.999999"},
		{"two months", "2026-12-31 10:00", calendar.Target{Amount: 2, Unit: months, EndOfDay: true}, nil, "2027-02-28 23:59:59.999999"},
		{"months with a pause", "2026-11-10 10:00", calendar.Target{Amount: 1, Unit: months, EndOfDay: true}, p("2026-11-20 10:00", "2026-11-25 10:00"), "2026-12-15 23:59:59.999999"},
		{"the end of the night that is longer", "2027-10-01 10:00", calendar.Target{Amount: 30, Unit: all, EndOfDay: true}, nil, "2027-10-31 23:59:59.999999"},
		{"a clock that stands still goes on now", "2026-11-20 13:00", calendar.Target{Amount: 48, Unit: hours}, p("2026-11-21 13:00", ""), "2026-12-02 13:00"},
	} {
		due, _ := c.Due(at(t, lj, x.start), x.target, x.pauses, at(t, lj, "2026-12-01 13:00"))
		if want := at(t, lj, x.want); !due.Equal(want) {
			t.Errorf("%s: %v from %s is due %s, want %s", x.what, x.target, x.start, due.In(lj), want)
		}
	}
}

func TestExplained(t *testing.T) {
	lj := zone(t, "Europe/Ljubljana")
	c := office(t, lj, map[calendar.Date]calendar.Day{date(t, "2026-11-23"): {Label: i18n.Text{"en": "Feast"}}})
	say := func(lines []calendar.Line) (s string) {
		for _, l := range lines {
			s += l.From.String()[8:] + "-" + l.To.String()[8:] + " " + string(l.Why)
			for _, x := range l.Spans {
				s += " " + x.From.In(lj).Format("15:04") + "-" + x.To.In(lj).Format("15:04")
			}
			if l.Time > 0 {
				s += " " + l.Time.String()
			}
			if l.Days > 0 {
				s += " " + string(rune('0'+l.Days)) + "d"
			}
			s += "; "
		}
		return s
	}
	pause := []calendar.Pause{{From: at(t, lj, "2026-11-24 09:00"), To: at(t, lj, "2026-11-25 10:00")}}
	_, lines := c.Due(at(t, lj, "2026-11-20 11:00"), calendar.Target{Amount: 8, Unit: calendar.BusinessHours}, pause, time.Time{})
	want := "20-20 counted 11:00-12:00 13:00-17:00 5h0m0s; 21-22 closed; 23-23 holiday; 24-24 counted 08:00-09:00 1h0m0s; 25-25 counted 10:00-12:00 2h0m0s; "
	if got := say(lines); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if lines[3].Lost != 7*time.Hour || lines[2].Label["en"] != "Feast" {
		t.Errorf("%+v", lines)
	}
	_, lines = c.Due(at(t, lj, "2026-11-19 11:00"), calendar.Target{Amount: 3, Unit: calendar.CalendarDays, NextWorkingDay: true}, nil, time.Time{})
	if got, want := say(lines), "19-19 started; 20-22 counted 3d; 23-23 holiday; 24-24 moved; "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestTheLastMomentOfADay(t *testing.T) {
	for _, name := range zones {
		z := zone(t, name)
		for d := date(t, "2026-01-01"); d.Before(date(t, "2028-01-01")); d = d.Add(1) {
			end := calendar.EndOfDay(d, z)
			next := end.Add(time.Microsecond)
			if calendar.DateOf(end, z) != d || calendar.DateOf(next, z) != d.Add(1) || end.In(z).Format("15:04:05.999999") != "23:59:59.999999" {
				t.Fatalf("%s ends %s in %s", d, end.In(z), name)
			}
		}
	}
}

func TestCalendarThatNeverOpens(t *testing.T) {
	z := zone(t, "Europe/Athens")
	days := map[calendar.Date]calendar.Day{date(t, "2026-11-23"): {Open: []calendar.Span{{0, 1440}}}}
	if _, err := calendar.New(z, calendar.Week{}, days); !errors.Is(err, calendar.ErrNeverOpen) {
		t.Errorf("a week without an opening: %v", err)
	}
	for _, s := range []calendar.Span{{-1, 5}, {5, 5}, {9, 5}, {5, 1441}} {
		if _, err := calendar.New(z, calendar.Week{1: {s}}, nil); err == nil {
			t.Errorf("the window %v is taken", s)
		}
	}
	// The only window of the week falls into the hour that is left out once a year.
	c, err := calendar.New(z, calendar.Week{0: {{3 * 60, 4 * 60}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	due, _ := c.Due(at(t, z, "2027-03-27 12:00"), calendar.Target{Amount: 2, Unit: calendar.BusinessHours}, nil, time.Time{})
	if want := at(t, z, "2027-04-11 04:00"); !due.Equal(want) {
		t.Errorf("due %s, want %s", due, want)
	}
	for _, target := range []calendar.Target{{Amount: 0, Unit: calendar.Hours}, {Amount: 10_001, Unit: calendar.Hours}, {Amount: 1, Unit: "weeks"}} {
		if target.Check() == nil {
			t.Errorf("%v is taken", target)
		}
	}
}

func TestDays(t *testing.T) {
	z := zone(t, "Europe/Istanbul")
	c := office(t, z, map[calendar.Date]calendar.Day{date(t, "2026-11-23"): {}})
	friday := date(t, "2026-11-20")
	if got := c.AddWorkingDays(friday, 2); got != date(t, "2026-11-25") {
		t.Errorf("two working days after Friday: %s", got)
	}
	if got := c.AddWorkingDays(date(t, "2026-11-25"), -2); got != friday {
		t.Errorf("two working days before Wednesday: %s", got)
	}
	if c.NextWorking(friday) != friday || c.NextWorking(friday.Add(1)) != date(t, "2026-11-24") {
		t.Error("the next working day is wrong")
	}
	if got := c.Opening(at(t, z, "2026-11-20 17:00")); !got.Equal(at(t, z, "2026-11-24 08:00")) {
		t.Errorf("opens %s", got)
	}
	if got := c.Opening(at(t, z, "2026-11-20 16:59")); !got.Equal(at(t, z, "2026-11-20 16:59")) {
		t.Errorf("open already, but says %s", got)
	}
	if got := calendar.AddMonths(date(t, "2026-03-31"), -1); got != date(t, "2026-02-28") {
		t.Errorf("a month before 31 March: %s", got)
	}
	b, err := json.Marshal(map[calendar.Date]int{friday: 1})
	var back map[calendar.Date]int
	if err != nil || json.Unmarshal(b, &back) != nil || back[friday] != 1 {
		t.Errorf("%s %v", b, err)
	}
	share := c.Share(at(t, z, "2026-11-20 09:00"), calendar.Target{Amount: 10, Unit: calendar.WorkingDays}, 75, nil, time.Time{})
	if want := at(t, z, "2026-12-03 17:00"); !share.Equal(want) {
		t.Errorf("75 %% of ten days, the eighth, is %s", share)
	}
}
