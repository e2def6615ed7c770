// Package counted keeps the figures of cases: how many came, are open, were answered and how fast, by year, kind, department and one
// more property. A change of a case moves it from where it was counted to where it belongs, in the same transaction; the case itself
// remembers where it was counted. A page of figures therefore reads sums, never cases.
package counted

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Dim is the property by which figures are given.
type Dim string

// The dims. All is everything together.
const (
	All        Dim = "all"
	Topic      Dim = "topic"
	Channel    Dim = "channel"
	Area       Dim = "area"
	Department Dim = "department"
	Quarter    Dim = "quarter"
	// Kind is read from All, because every count is kept by kind anyway.
	Kind Dim = "kind"
)

// Fast is within which time from its arrival a case should have a substantive answer: 48 real hours.
const Fast = 48 * time.Hour

// Fact is what the figures know of one case. The zero Fact is not counted.
type Fact struct {
	Year, Quarter                          int
	Kind, Topic, Department, Channel, Area string
	// Running cases are still to be done; Aside were merged or withdrawn, so that nobody owes an answer.
	Running, Aside bool
	// Answered cases have a first substantive answer; Within says that it came in time, Hours is its Class.
	Answered, Within bool
	Hours            int
	// Rated cases have the citizen's opinion; Content that he is.
	Rated, Content bool
}

// Of computes the years and times of a fact from when a case came and when it was first answered (zero: not yet), in local time.
func (f Fact) Of(registered, answered time.Time, zone *time.Location) Fact {
	local := registered.In(zone)
	f.Year, f.Quarter = local.Year(), (int(local.Month())+2)/3
	if !answered.IsZero() {
		took := max(0, answered.Sub(registered))
		f.Answered, f.Within, f.Hours = true, took <= Fast, Class(took)
	}
	return f
}

// Class rounds a time down, the longer the coarser: to hours in the first half day, to 3 in the first two days, to 6 in the first four, to
// days after. It is in hours. So few classes stand for all times that a median stays cheap.
func Class(took time.Duration) int {
	h := int(took / time.Hour)
	return h / width(h) * width(h)
}

// width is how many hours the class has in which an hour lies.
func width(hour int) int {
	switch {
	case hour < 12:
		return 1
	case hour < 48:
		return 3
	case hour < 96:
		return 6
	}
	return 24
}

// String is the fact in one line, as the case remembers it; Parse reads it.
func (f Fact) String() string {
	if f.Year == 0 {
		return ""
	}
	flags := ""
	for _, one := range []struct {
		is   bool
		mark string
	}{{f.Running, "r"}, {f.Aside, "a"}, {f.Answered, "d"}, {f.Within, "w"}, {f.Rated, "o"}, {f.Content, "c"}} {
		if one.is {
			flags += one.mark
		}
	}
	return strings.Join([]string{strconv.Itoa(f.Year), strconv.Itoa(f.Quarter), f.Kind, f.Topic, f.Department, f.Channel, f.Area, flags, strconv.Itoa(f.Hours)}, "|")
}

// Parse reads what String wrote.
func Parse(s string) (Fact, error) {
	if s == "" {
		return Fact{}, nil
	}
	p := strings.Split(s, "|")
	if len(p) != 9 {
		return Fact{}, fmt.Errorf("fact of a case: %q", s)
	}
	f := Fact{Kind: p[2], Topic: p[3], Department: p[4], Channel: p[5], Area: p[6]}
	var e1, e2, e3 error
	f.Year, e1 = strconv.Atoi(p[0])
	f.Quarter, e2 = strconv.Atoi(p[1])
	f.Hours, e3 = strconv.Atoi(p[8])
	if e1 != nil || e2 != nil || e3 != nil {
		return Fact{}, fmt.Errorf("fact of a case: %q", s)
	}
	has := func(mark string) bool { return strings.Contains(p[7], mark) }
	f.Running, f.Aside, f.Answered, f.Within, f.Rated, f.Content = has("r"), has("a"), has("d"), has("w"), has("o"), has("c")
	return f, nil
}

// Cell is one count: what is counted (year, kind, department as scope, one property) and the numbers.
type Cell struct {
	Year               int
	Kind, Scope, Value string
	Dim                Dim
	Sums
}

// Sums are the numbers of a cell. Counting are those to whom an answer is owed: all but the merged and withdrawn.
type Sums struct {
	Received, Running, Counting, Answered, Within, Rated, Content int64
}

// Add adds the numbers of another.
func (s *Sums) Add(o Sums) {
	s.Received, s.Running, s.Counting, s.Answered = s.Received+o.Received, s.Running+o.Running, s.Counting+o.Counting, s.Answered+o.Answered
	s.Within, s.Rated, s.Content = s.Within+o.Within, s.Rated+o.Rated, s.Content+o.Content
}

func (c Cell) key() string {
	return strings.Join([]string{strconv.Itoa(c.Year), c.Kind, c.Scope, string(c.Dim), c.Value}, "|")
}

// sums are the numbers of one fact. Whoever is aside has no part in the times of answers.
func (f Fact) sums() Sums {
	one := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	owed := f.Answered && !f.Aside
	return Sums{1, one(f.Running), one(!f.Aside), one(owed), one(owed && f.Within), one(f.Rated), one(f.Content)}
}

// cells are those in which a fact is counted.
func (f Fact) cells() []Cell {
	if f.Year == 0 {
		return nil
	}
	base := []Cell{{Dim: All}, {Dim: Topic, Value: f.Topic}, {Dim: Channel, Value: f.Channel}, {Dim: Area, Value: f.Area}, {Dim: Quarter, Value: strconv.Itoa(f.Quarter)}}
	out := append(slices.Clone(base), Cell{Dim: Department, Value: f.Department})
	if f.Department != "" {
		for _, c := range base {
			c.Scope = f.Department
			out = append(out, c)
		}
	}
	for i := range out {
		out[i].Year, out[i].Kind, out[i].Sums = f.Year, f.Kind, f.sums()
	}
	return out
}

// Ledger gathers changes, so that many cases move by few statements.
type Ledger struct {
	cells map[string]*Cell
	times map[string]*timeCell
}

type timeCell struct {
	Cell
	hours int
	n     int64
}

// NewLedger makes an empty one.
func NewLedger() *Ledger { return &Ledger{map[string]*Cell{}, map[string]*timeCell{}} }

// Move takes a case from where it was to where it is.
func (l *Ledger) Move(was, is Fact) {
	l.count(was, -1)
	l.count(is, 1)
}

func (l *Ledger) count(f Fact, by int64) {
	for _, c := range f.cells() {
		key := c.key()
		have := l.cells[key]
		if have == nil {
			empty := c
			empty.Sums = Sums{}
			have = &empty
			l.cells[key] = have
		}
		have.Add(Sums{by * c.Received, by * c.Running, by * c.Counting, by * c.Answered, by * c.Within, by * c.Rated, by * c.Content})
		if c.Answered == 0 {
			continue
		}
		key += "|" + strconv.Itoa(f.Hours)
		if l.times[key] == nil {
			l.times[key] = &timeCell{Cell: c, hours: f.Hours}
		}
		l.times[key].n += by
	}
}

// changed are the keys of cells that really change, in order, so that two who write at once never wait for each other in a circle.
func changed[T any](m map[string]T, zero func(T) bool) []string {
	keys := slices.Sorted(maps.Keys(m))
	return slices.DeleteFunc(keys, func(k string) bool { return zero(m[k]) })
}

// Times is how many first answers took how long, by the class in hours.
type Times map[int]int64

// Median is the middle time, in hours; the mean of the two middle ones when there is no single one. False without any. The times of a
// class are taken as spread evenly over it, the usual estimate from classes, so that it is at most a class beside the exact one.
func (t Times) Median() (float64, bool) {
	var total int64
	for _, n := range t {
		total += n
	}
	if total == 0 {
		return 0, false
	}
	at := func(i int64) float64 {
		for _, h := range slices.Sorted(maps.Keys(t)) {
			if i < t[h] {
				return float64(h) + float64(width(h))*(float64(i)+0.5)/float64(t[h])
			}
			i -= t[h]
		}
		return 0
	}
	return (at((total-1)/2) + at(total/2)) / 2, true
}
