package calendar

import (
	"maps"
	"time"
)

// Due is when a target that started at start is reached, with the explanation. A clock that stands still now is shown as if it went
// on now. The target must pass Check.
func (c *Calendar) Due(start time.Time, t Target, pauses []Pause, now time.Time) (time.Time, []Line) {
	return c.run(start, t, pauses, now).reach(100)
}

// Share is when so many percent of a target are used up, in targets of days rounded up to the end of a day.
func (c *Calendar) Share(start time.Time, t Target, percent int, pauses []Pause, now time.Time) time.Time {
	t.NextWorkingDay, t.EndOfDay = false, t.EndOfDay && t.Unit.InDays()
	due, _ := c.run(start, t, pauses, now).reach(percent)
	return due
}

// Elapsed is how much of a target that started at start is used up now.
func (c *Calendar) Elapsed(start, now time.Time, t Target, pauses []Pause) Elapsed {
	r := c.run(start, t, pauses, now)
	var used Line
	for d := r.first; !DateOf(now, c.zone).Before(d); d = d.Add(1) {
		l := r.day(d)
		for _, s := range l.Spans {
			used.Time += max(0, Stretch{s.From, earliest(s.To, now)}.Length())
		}
		if l.Days > 0 && !r.end(d).After(now) {
			used.Days++
		}
	}
	return Elapsed{Time: used.Time, Days: used.Days, Done: float64(r.worth(used)) / float64(r.goal)}
}

// run is a target on its way through a calendar.
type run struct {
	*Calendar
	Target
	// hours is the calendar whose open time counts: for real hours the one that never closes.
	hours  *Calendar
	start  time.Time
	first  Date
	pauses pauses
	// goal is the target in what worth counts.
	goal int64
	// clock is the time of day at which a day ends, where nothing else says so.
	clock time.Duration
}

func (c *Calendar) run(start time.Time, t Target, list []Pause, now time.Time) run {
	r := run{Calendar: c, Target: t, hours: c, start: start, first: DateOf(start, c.zone), pauses: settle(list, now), goal: int64(t.Amount)}
	r.clock = clockOf(start.In(c.zone))
	switch t.Unit {
	case Hours:
		r.hours = Always(c.zone)
		r.goal *= int64(time.Hour)
	case BusinessHours:
		r.goal *= int64(time.Hour)
	case CalendarMonths:
		r.goal = int64(AddMonths(r.first, t.Amount).Sub(r.first))
	}
	return r
}

// clockOf is what the clock on the wall shows.
func clockOf(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

// end is the moment at which a day is over for the target. Working days must be worked.
func (r *run) end(d Date) time.Time {
	switch {
	case r.EndOfDay:
		return EndOfDay(d, r.zone)
	case r.Unit == WorkingDays:
		return r.closing(d)
	}
	return instant(d, int(r.clock/time.Minute), r.zone).Add(r.clock % time.Minute)
}

// day says what a day does for the target.
func (r *run) day(d Date) Line {
	if !r.Unit.InDays() {
		return r.openDay(d)
	}
	switch {
	case d == r.first:
		return Line{From: d, To: d, Why: Started}
	case r.Unit == WorkingDays && !r.IsWorking(d):
		return r.closed(d)
	case r.pauses.cover(r.end(d)):
		return Line{From: d, To: d, Why: Paused}
	}
	return Line{From: d, To: d, Why: Counted, Days: 1}
}

// openDay is a day of a target in hours.
func (r *run) openDay(d Date) Line {
	var open []Stretch
	for _, s := range r.hours.stretches(d) {
		if s.From = latest(s.From, r.start); s.Length() > 0 {
			open = append(open, s)
		}
	}
	l := Line{From: d, To: d, Why: Counted, Label: r.hours.Label(d), Spans: r.pauses.without(open)}
	l.Time = length(l.Spans)
	if l.Lost = length(open) - l.Time; l.Time > 0 {
		return l
	}
	if l.Lost > 0 {
		l.Why = Paused
		return l
	}
	return r.hours.closed(d)
}

func length(list []Stretch) (sum time.Duration) {
	for _, s := range list {
		sum += s.Length()
	}
	return sum
}

func (c *Calendar) closed(d Date) Line {
	l := Line{From: d, To: d, Why: Closed, Label: c.Label(d)}
	if !l.Label.Empty() && !c.IsWorking(d) {
		l.Why = Holiday
	}
	return l
}

// worth is what a line adds towards the goal: nanoseconds or days.
func (r *run) worth(l Line) int64 {
	if r.Unit.InDays() {
		return int64(l.Days)
	}
	return int64(l.Time)
}

// reach walks from day to day until so many percent of the goal are reached.
func (r run) reach(percent int) (time.Time, []Line) {
	left := (r.goal*int64(percent) + 99) / 100
	var lines []Line
	for d := r.first; ; d = d.Add(1) {
		l := r.day(d)
		if r.worth(l) < left {
			left -= r.worth(l)
			lines = r.add(lines, l)
			continue
		}
		if r.Unit.InDays() {
			return r.move(d, r.add(lines, l))
		}
		l = l.cut(time.Duration(left))
		lines, end := r.add(lines, l), l.Spans[len(l.Spans)-1].To
		if !r.EndOfDay && (!r.NextWorkingDay || r.IsWorking(d)) {
			return end, lines
		}
		if r.clock = clockOf(end.In(r.zone)); d != DateOf(end, r.zone) {
			r.clock = dayMinutes * time.Minute
		}
		return r.move(d, lines)
	}
}

// cut leaves so much of the time that counted.
func (l Line) cut(left time.Duration) Line {
	l.Time = left
	for i, s := range l.Spans {
		if s.Length() >= left {
			l.Spans[i].To = s.From.Add(left)
			l.Spans = l.Spans[:i+1]
			break
		}
		left -= s.Length()
	}
	return l
}

// move finds the day of the end: the one on which the goal was reached, or where the target says so the next working day, and never
// one at whose end the clock stands still.
func (r *run) move(reached Date, lines []Line) (time.Time, []Line) {
	for d := reached; ; d = d.Add(1) {
		l := Line{From: d, To: d, Why: Moved}
		switch {
		case r.NextWorkingDay && !r.IsWorking(d):
			l = r.closed(d)
		case r.pauses.cover(r.end(d)):
			l.Why = Paused
		}
		if d != reached {
			lines = r.add(lines, l)
		}
		if l.Why == Moved {
			return r.end(d), lines
		}
	}
}

// add puts a line after the others, or into the last one when it says the same of the next day.
func (r *run) add(lines []Line, l Line) []Line {
	if n := len(lines); n > 0 {
		last := &lines[n-1]
		whole := l.Why != Counted || r.Unit.InDays() // hours that counted are shown day by day
		if whole && last.Why == l.Why && maps.Equal(last.Label, l.Label) {
			last.To, last.Days, last.Lost = l.To, last.Days+l.Days, last.Lost+l.Lost
			return lines
		}
	}
	return append(lines, l)
}
