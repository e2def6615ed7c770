package calendar

import (
	"slices"
	"time"
)

// Pause is a time in which a clock stood still; a zero To means that it still does.
type Pause struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// pauses are in order and apart from each other.
type pauses []Stretch

// settle ends a running pause now, and joins pauses that touch or overlap.
func settle(list []Pause, now time.Time) pauses {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Pause) int { return a.From.Compare(b.From) })
	var out pauses
	for _, p := range list {
		if p.To.IsZero() {
			p.To = now
		}
		n := len(out)
		switch {
		case !p.From.Before(p.To): // nothing was paused
		case n > 0 && !out[n-1].To.Before(p.From):
			out[n-1].To = latest(out[n-1].To, p.To)
		default:
			out = append(out, Stretch(p))
		}
	}
	return out
}

// cover reports whether the clock stood still until t. What is over when a pause begins is not paused.
func (ps pauses) cover(t time.Time) bool {
	for _, p := range ps {
		if t.After(p.From) && !t.After(p.To) {
			return true
		}
	}
	return false
}

// without is what remains of open time when the pauses are taken out.
func (ps pauses) without(open []Stretch) []Stretch {
	for _, p := range ps {
		var left []Stretch
		for _, s := range open {
			if before := (Stretch{s.From, earliest(s.To, p.From)}); before.Length() > 0 {
				left = append(left, before)
			}
			if after := (Stretch{latest(s.From, p.To), s.To}); after.Length() > 0 {
				left = append(left, after)
			}
		}
		open = left
	}
	return open
}
