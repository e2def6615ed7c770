package proposals

import (
	"math"
	"strings"
	"testing"
	"time"

	"glas/internal/search"
	"glas/modules/proposals/internal/stored"
)

func TestWhoMayGoWhere(t *testing.T) {
	for _, c := range []struct {
		from, to State
		ok       bool
	}{
		{Draft, Published, true}, {Draft, Waiting, true}, {Draft, Withdrawn, false}, {Waiting, Published, true}, {Waiting, Hidden, true},
		{Waiting, Withdrawn, true}, {Published, Withdrawn, true}, {Published, Merged, true}, {Published, Draft, false}, {Hidden, Published, true},
		{Withdrawn, Published, false}, {Merged, Published, false}, {Withdrawn, Hidden, false},
	} {
		if got := c.from.Can(c.to); got != c.ok {
			t.Errorf("%s to %s: %v, want %v", c.from, c.to, got, c.ok)
		}
	}
}

func TestLengthsAreLetters(t *testing.T) {
	family := "👨‍👩‍👧" // one letter to a reader, many bytes
	for _, c := range []struct {
		title, body string
		least       int
		bad         []string
	}{
		{strings.Repeat(family, 15), strings.Repeat(family, 20), TitleMin, nil},
		{strings.Repeat(family, 14), strings.Repeat("ж", 20), TitleMin, []string{"title"}},
		{strings.Repeat("ж", 150), strings.Repeat("ж", 5000), TitleMin, nil},
		{strings.Repeat("ж", 151), strings.Repeat("ж", 5001), TitleMin, []string{"title", "body"}},
		{"Klopi", "Tam ni sence, poleti je vroče.", 5, nil},
		{"Klop", "Tam ni sence, poleti je vroče.", 5, []string{"title"}},
		{"", "", TitleMin, []string{"title", "body"}},
	} {
		fields := Input{Title: c.title, Body: c.body}.Check(Rules{TitleMin: c.least})
		if len(fields) != len(c.bad) {
			t.Errorf("%.20q: complaints %v, want %v", c.title, fields, c.bad)
		}
		for _, name := range c.bad {
			if fields[name].IsZero() {
				t.Errorf("%.20q: no complaint about %s", c.title, name)
			}
		}
	}
	far := 91.0
	if f := (Input{Title: strings.Repeat("ж", 20), Body: strings.Repeat("ж", 30), Lat: &far, Lng: &far}).Check(Rules{TitleMin: 5}); f["map"].IsZero() {
		t.Error("a place beyond the pole is accepted")
	}
}

func TestEditWindow(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	end := at.AddDate(0, 0, 10)
	for _, c := range []struct {
		name  string
		p     Proposal
		after time.Duration
		ok    bool
	}{
		{"fresh with supports", Proposal{SupportCount: 9}, 14 * time.Minute, true},
		{"supported, window over", Proposal{SupportCount: 1}, 15 * time.Minute, false},
		{"commented, window over", Proposal{CommentCount: 1}, 16 * time.Minute, false},
		{"untouched, phase runs", Proposal{}, 5 * 24 * time.Hour, true},
		{"untouched, phase over", Proposal{}, 11 * 24 * time.Hour, false},
		{"answered", Proposal{AnswerState: "accepted"}, time.Minute, false},
	} {
		c.p.State, c.p.PublishedAt = Published, at
		if got := c.p.Editable(at.Add(c.after), 15, end); got != c.ok {
			t.Errorf("%s: %v, want %v", c.name, got, c.ok)
		}
	}
}

func TestTrend(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	one := stored.TrendAt(at, 1)
	if got := stored.TrendAdd(one, stored.TrendAt(at.Add(stored.HalfLife), 1)); math.Abs(got-(one+math.Log2(3))) > 1e-9 {
		t.Errorf("an event one half-life later counts %v, want twice as much", math.Exp2(got-one)-1)
	}
	quiet, busy := stored.TrendOf(at.AddDate(0, -3, 0), at, 3, 0), stored.TrendOf(at.AddDate(0, -3, 0), at, 4, 0)
	if !(busy > quiet) {
		t.Error("one support more in three months makes no difference")
	}
	if new, old := stored.TrendAt(at, 1), stored.TrendOf(at.AddDate(-1, 0, 0), at, 500, 100); !(new > old) {
		t.Error("what was loved a year ago stands above what is new")
	}
	if far := stored.TrendAdd(one, stored.TrendAt(at.AddDate(300, 0, 0), 1)); math.IsInf(far, 0) || math.IsNaN(far) {
		t.Error("the score overflows")
	}
}

func TestSimilar(t *testing.T) {
	lat, lng, near := 46.2, 14.6, 46.2009
	list := []*Proposal{{Title: "Klopi in senca na Cankarjevi ulici"}, {Title: "Več klopi na Cankarjevi", Lat: &near, Lng: &lng}, {Title: "Brezplačno parkiranje ob tržnici"},
		{Title: "Pitnik", Lat: &near, Lng: &lng}}
	for _, p := range list {
		p.Folded = search.Fold(p.Title)
	}
	got := stored.RankSimilar(Wanted{Title: "klopi na cankarjevi ulici", Lat: &lat, Lng: &lng}, list)
	if len(got) < 2 || got[0].Title == "Brezplačno parkiranje ob tržnici" || got[1].Title == "Brezplačno parkiranje ob tržnici" {
		t.Errorf("found %v", got)
	}
	for _, s := range got {
		if s.Title == "Brezplačno parkiranje ob tržnici" {
			t.Error("parking is not like benches")
		}
	}
	if d := stored.Distance(46.2, 14.6, 46.2009, 14.6); math.Abs(d-100) > 1 {
		t.Errorf("distance %v, want 100 m", d)
	}
}

func TestBoxes(t *testing.T) {
	for s, ok := range map[string]bool{"14,46,15,47": true, "15,46,14,47": false, "14,46,15": false, "a,b,c,d": false, "NaN,1,2,3": false, "14,46,15,147": false, "": false} {
		if got := stored.ParseBox(s) != nil; got != ok {
			t.Errorf("%q: %v", s, got)
		}
	}
}
