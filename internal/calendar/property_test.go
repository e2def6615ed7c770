package calendar_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"glas/internal/calendar"
)

// zones has two that change their clocks by an hour in the night, one that never does, one that changes at midnight and one that
// changes by half an hour.
var zones = []string{"Europe/Ljubljana", "Europe/Sofia", "Europe/Istanbul", "Asia/Beirut", "Australia/Lord_Howe"}

// world makes calendars, targets and pauses by chance, always the same ones.
type world struct {
	*rand.Rand
	zone *time.Location
}

// each runs a property over many worlds, with starts around both nights of the clock change, around New Year and in the middle of it.
func each(t *testing.T, property func(t *testing.T, w world, c *calendar.Calendar, start time.Time, target calendar.Target)) {
	t.Helper()
	for i, name := range zones {
		w := world{rand.New(rand.NewPCG(uint64(i), 7)), zone(t, name)}
		for range 250 {
			near := []string{"2027-03-28", "2027-10-31", "2027-12-31", "2027-06-15", "2027-04-04"}[w.IntN(5)]
			start := date(t, near).Start(w.zone).Add(time.Duration(w.Int64N(int64(12*24*time.Hour))) - 9*24*time.Hour).Truncate(time.Microsecond)
			target := calendar.Target{Unit: calendar.Units()[w.IntN(5)], Amount: 1 + w.IntN(30), EndOfDay: w.IntN(3) == 0, NextWorkingDay: w.IntN(3) == 0}
			if target.Unit == calendar.CalendarMonths {
				target.Amount = 1 + w.IntN(4)
			}
			if property(t, w, w.calendar(t, start), start, target); t.Failed() {
				t.Logf("in %s: %+v from %s", name, target, start.In(w.zone))
				return
			}
		}
	}
}

// calendar has up to three windows on each day of the week, closed days, half days, and windows until midnight.
func (w world) calendar(t *testing.T, start time.Time) *calendar.Calendar {
	t.Helper()
	for {
		var week calendar.Week
		for d := range week {
			for range w.IntN(4) {
				week[d] = append(week[d], w.span())
			}
		}
		days := map[calendar.Date]calendar.Day{}
		for range w.IntN(12) {
			d := calendar.DateOf(start, w.zone).Add(w.IntN(40))
			day := calendar.Day{}
			if w.IntN(2) == 0 {
				day.Open = []calendar.Span{w.span()}
			}
			days[d] = day
		}
		if c, err := calendar.New(w.zone, week, days); err == nil {
			return c
		}
	}
}

func (w world) span() calendar.Span {
	if w.IntN(4) == 0 {
		return calendar.Span{From: w.IntN(1440), To: 1440}
	}
	from := w.IntN(1439)
	return calendar.Span{From: from, To: from + 1 + w.IntN(1440-from)}
}

// pauses touch, overlap, lie within each other and may be empty.
func (w world) pauses(start time.Time) []calendar.Pause {
	var out []calendar.Pause
	t := start.Add(-time.Hour)
	for range w.IntN(6) {
		p := calendar.Pause{From: t.Add(time.Duration(w.Int64N(int64(60 * time.Hour)))).Truncate(time.Microsecond)}
		p.To = p.From.Add(time.Duration(w.Int64N(int64(70 * time.Hour)))).Truncate(time.Microsecond)
		out = append(out, p)
		t = p.To
		if w.IntN(2) == 0 {
			t = p.From
		}
		if w.IntN(3) == 0 {
			out = append(out, calendar.Pause{From: p.To, To: p.To.Add(time.Hour)})
		}
	}
	w.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func TestDueAndElapsedAreInverse(t *testing.T) {
	each(t, func(t *testing.T, w world, c *calendar.Calendar, start time.Time, target calendar.Target) {
		ps := w.pauses(start)
		far := start.AddDate(10, 0, 0)
		bare := target
		bare.NextWorkingDay, bare.EndOfDay = false, target.EndOfDay && target.Unit.InDays()
		reached, _ := c.Due(start, bare, ps, far)
		if e := c.Elapsed(start, reached, bare, ps); e.Done != 1 {
			t.Errorf("when it is due, %v of it is used up", e)
		}
		if e := c.Elapsed(start, reached.Add(-time.Microsecond), bare, ps); e.Done >= 1 {
			t.Errorf("a moment before it is due, %v is used up", e)
		}
		due, _ := c.Due(start, target, ps, far)
		if due.Before(reached.Add(-time.Microsecond)) { // an end at midnight is the end of the day before
			t.Errorf("due %s, before it is reached at %s", due, reached)
		}
		if target.NextWorkingDay && !c.IsWorking(calendar.DateOf(due.Add(-time.Microsecond), w.zone)) {
			t.Errorf("due on a day that is not worked: %s", due.In(w.zone))
		}
		if half := c.Share(start, target, 50, ps, far); half.After(due) || half.Before(start) {
			t.Errorf("half of it is used up at %s, and all of it at %s", half, due)
		}
	})
}

func TestElapsedOnlyGrows(t *testing.T) {
	each(t, func(t *testing.T, w world, c *calendar.Calendar, start time.Time, target calendar.Target) {
		ps := w.pauses(start)
		last := calendar.Elapsed{}
		for now := start; now.Before(start.AddDate(0, 0, 5)); now = now.Add(47 * time.Minute) {
			e := c.Elapsed(start, now, target, ps)
			if e.Time < last.Time || e.Days < last.Days || e.Time > now.Sub(start) {
				t.Fatalf("from %v to %v at %s", last, e, now)
			}
			last = e
		}
	})
}

// TestMinuteByMinute compares open time with a walk through every minute that looks at the clock on the wall.
func TestMinuteByMinute(t *testing.T) {
	each(t, func(t *testing.T, w world, c *calendar.Calendar, start time.Time, _ calendar.Target) {
		start = start.Truncate(time.Minute)
		ps := w.pauses(start)
		for i := range ps {
			ps[i].From, ps[i].To = ps[i].From.Truncate(time.Minute), ps[i].To.Truncate(time.Minute)
		}
		end := start.AddDate(0, 0, 4)
		var want time.Duration
		for m := start; m.Before(end); m = m.Add(time.Minute) {
			local := m.In(w.zone)
			if _, o := local.Zone(); o != offsetAt(m.Add(6*time.Hour), w.zone) || o != offsetAt(m.Add(-6*time.Hour), w.zone) {
				return // in that night the clock on the wall is not enough to tell; the other properties hold there
			}
			minute := local.Hour()*60 + local.Minute()
			open := slices.ContainsFunc(c.Open(calendar.DateOf(m, w.zone)), func(s calendar.Span) bool { return s.From <= minute && minute < s.To })
			paused := slices.ContainsFunc(ps, func(p calendar.Pause) bool { return !m.Before(p.From) && m.Before(p.To) })
			if open && !paused {
				want += time.Minute
			}
		}
		if got := c.Elapsed(start, end, calendar.Target{Amount: 1, Unit: calendar.BusinessHours}, ps).Time; got != want {
			t.Errorf("%s counted, want %s", got, want)
		}
	})
}

func offsetAt(t time.Time, z *time.Location) int {
	_, o := t.In(z).Zone()
	return o
}

func TestExplanationComesToTheTarget(t *testing.T) {
	each(t, func(t *testing.T, w world, c *calendar.Calendar, start time.Time, target calendar.Target) {
		due, lines := c.Due(start, target, w.pauses(start), start.AddDate(10, 0, 0))
		var sum, spans time.Duration
		days := 0
		for i, l := range lines {
			sum, days = sum+l.Time, days+l.Days
			for _, s := range l.Spans {
				spans += s.Length()
			}
			if l.To.Before(l.From) || i > 0 && l.From != lines[i-1].To.Add(1) {
				t.Errorf("the days of %v do not follow those before", l)
			}
		}
		first := calendar.DateOf(start, w.zone)
		switch target.Unit {
		case calendar.Hours, calendar.BusinessHours:
			if want := time.Duration(target.Amount) * time.Hour; sum != want || spans != want {
				t.Errorf("the lines come to %s and their times to %s", sum, spans)
			}
		case calendar.CalendarMonths:
			if want := calendar.AddMonths(first, target.Amount).Sub(first); days != want {
				t.Errorf("the lines come to %d days, want %d", days, want)
			}
		default:
			if days != target.Amount {
				t.Errorf("the lines come to %d days", days)
			}
		}
		if lines[0].From != first || lines[len(lines)-1].To != calendar.DateOf(due.Add(-time.Microsecond), w.zone) {
			t.Errorf("from %s to %s, but due %s", lines[0].From, lines[len(lines)-1].To, due.In(w.zone))
		}
	})
}

func TestPausesThatTouchOrOverlapAreOne(t *testing.T) {
	each(t, func(t *testing.T, w world, c *calendar.Calendar, start time.Time, target calendar.Target) {
		from := start.Add(time.Duration(w.Int64N(int64(48 * time.Hour)))).Truncate(time.Microsecond)
		to := from.Add(time.Duration(w.Int64N(int64(96 * time.Hour)))).Truncate(time.Microsecond)
		mid := from.Add(to.Sub(from) / 2).Truncate(time.Microsecond)
		far := start.AddDate(10, 0, 0)
		one, _ := c.Due(start, target, []calendar.Pause{{From: from, To: to}}, far)
		touching, _ := c.Due(start, target, []calendar.Pause{{From: mid, To: to}, {From: from, To: mid}}, far)
		overlapping, _ := c.Due(start, target, []calendar.Pause{{From: from, To: to}, {From: mid, To: to}, {From: from, To: mid}}, far)
		if !one.Equal(touching) || !one.Equal(overlapping) {
			t.Errorf("one pause %s, two that touch %s, three that overlap %s", one, touching, overlapping)
		}
		running, _ := c.Due(start, target, []calendar.Pause{{From: from}}, to)
		if !one.Equal(running) {
			t.Errorf("a pause until now %s, one without an end %s", one, running)
		}
		if !target.Unit.InDays() && target.NextWorkingDay && !target.EndOfDay {
			return // an end that moves on keeps its time of day, one that comes later may fall on the same day at an earlier time
		}
		if none, _ := c.Due(start, target, nil, far); one.Before(none) {
			t.Errorf("a pause made it earlier: %s, without %s", one, none)
		}
	})
}

func TestClosedTimeCostsNothing(t *testing.T) {
	each(t, func(t *testing.T, w world, c *calendar.Calendar, start time.Time, target calendar.Target) {
		if target.Unit != calendar.BusinessHours {
			return
		}
		far := start.AddDate(10, 0, 0)
		due, _ := c.Due(start, target, nil, far)
		if later, _ := c.Due(c.Opening(start), target, nil, far); !later.Equal(due) {
			t.Errorf("started when closed %s, at the next opening %s", due, later)
		}
		// Pauses exactly over the time in which it is closed.
		var ps []calendar.Pause
		for t := start; t.Before(due.Add(72 * time.Hour)); {
			open := c.Opening(t)
			if open.After(t) {
				ps = append(ps, calendar.Pause{From: t, To: open})
			}
			t = open.Add(time.Minute)
		}
		bare := target
		bare.EndOfDay, bare.NextWorkingDay = false, false
		want, _ := c.Due(start, bare, nil, far)
		if got, _ := c.Due(start, bare, ps, far); !got.Equal(want) {
			t.Errorf("pauses over closed time moved it from %s to %s", want, got)
		}
	})
}

func TestRealHoursAreRealHours(t *testing.T) {
	each(t, func(t *testing.T, w world, c *calendar.Calendar, start time.Time, target calendar.Target) {
		target = calendar.Target{Amount: target.Amount, Unit: calendar.Hours}
		want := start.Add(time.Duration(target.Amount) * time.Hour)
		if due, _ := c.Due(start, target, nil, start); !due.Equal(want) {
			t.Errorf("due %s, want %s", due, want)
		}
		target.Unit = calendar.BusinessHours
		if due, _ := calendar.Always(w.zone).Due(start, target, nil, start); !due.Equal(want) {
			t.Errorf("on a calendar that never closes due %s, want %s", due, want)
		}
	})
}

func BenchmarkDue(b *testing.B) {
	c := office(b, zone(b, "Europe/Ljubljana"), nil)
	start := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, target := range []calendar.Target{{Amount: 48, Unit: calendar.Hours}, {Amount: 40, Unit: calendar.BusinessHours}, {Amount: 15, Unit: calendar.WorkingDays, EndOfDay: true}} {
		b.Run(string(target.Unit), func(b *testing.B) {
			for b.Loop() {
				c.Due(start, target, nil, start)
			}
		})
	}
}
