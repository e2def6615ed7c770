// Package figures shows what becomes of cases in numbers: to everybody, to the staff by department, and as open data.
//
// The decision bound here: numbers are sums that package counted keeps with every change of a case, so that a page of figures costs
// the same in the largest municipality; only what is still to be done is asked of the cases themselves, by an index of those alone.
package figures

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"glas/internal/clock"
	"glas/internal/i18n"
	"glas/modules/cases/internal/counted"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Module is the figures of all municipalities.
type Module struct {
	DB    *tenant.DB
	Names *listed.NameCache
	Clock clock.Clock
}

// leastRated is how many opinions are needed before a share of content citizens is told: fewer could point at persons.
const leastRated = 5

// row is a line of a table: its name and its numbers. Late is how many of Counting are still within their 48 hours.
type row struct {
	Key, Label string
	counted.Sums
	Fresh  int64
	Median float64 // in hours; below zero for none
}

// Due are the cases that should have an answer by now: those answered, and those whose 48 hours are over.
func (r row) Due() int64 { return r.Counting - r.Fresh }

// Share is the part of the due ones that were answered within 48 hours; false when there is none.
func (r row) Share() (float64, bool) {
	if r.Due() <= 0 {
		return 0, false
	}
	return float64(r.Within) / float64(r.Due()), true
}

// ContentShare is the part of content citizens; false below the least number of opinions.
func (r row) ContentShare() (float64, bool) {
	if r.Rated < leastRated {
		return 0, false
	}
	return float64(r.Content) / float64(r.Rated), true
}

// table is the numbers by one property.
type table struct {
	Dim  counted.Dim
	Rows []row
}

// data is what a page of figures shows.
type data struct {
	filter counted.Filter
	years  []int
	names  *listed.Names
	total  row
	tables []table
	// backlog is what is still to be done by department, waiting how many cases are not counted yet; both only for staff.
	backlog []backlog
	waiting int64
	staff   bool
	// own is the department to which a member of staff is bound.
	own string
	now time.Time
}

func dims() []counted.Dim {
	return []counted.Dim{counted.Topic, counted.Kind, counted.Quarter, counted.Channel, counted.Area}
}

// load reads the figures of a filter: the sums, their times, and the few cases of the last 48 hours.
func (m *Module) load(ctx context.Context, tx *tenant.Tx, f counted.Filter, staff bool) (data, error) {
	d := data{filter: f, now: tx.Now(), staff: staff}
	var err error
	if d.names, err = m.Names.Of(ctx, tx); err != nil {
		return d, err
	}
	if d.years, err = counted.Years(ctx, tx); err != nil {
		return d, err
	}
	lines, err := counted.Read(ctx, tx, f)
	if err != nil {
		return d, err
	}
	fresh, err := freshFacts(ctx, tx)
	if err != nil {
		return d, err
	}
	young := tally(fresh, f)
	list := dims()
	if f.Scope == "" {
		list = append(list, counted.Department)
	}
	rows := map[counted.Dim][]row{}
	for _, l := range lines {
		key := l.Value
		if l.Dim == counted.Quarter {
			key = strconv.Itoa(l.Year) + "-" + l.Value
		}
		r := row{Key: key, Label: d.label(ctx, l), Sums: l.Sums, Fresh: young[dimKey{l.Dim, key}], Median: -1}
		if median, ok := l.Times.Median(); ok {
			r.Median = median
		}
		rows[l.Dim] = append(rows[l.Dim], r)
	}
	d.total = row{Median: -1}
	if all := rows[counted.All]; len(all) == 1 {
		d.total = all[0]
	}
	for _, dim := range list {
		sortRows(dim, rows[dim])
		d.tables = append(d.tables, table{dim, rows[dim]})
	}
	return d, nil
}

// sortRows puts quarters in order of time and everything else the most frequent first.
func sortRows(dim counted.Dim, rows []row) {
	slices.SortFunc(rows, func(a, b row) int {
		if dim == counted.Quarter {
			return cmp.Compare(a.Key, b.Key)
		}
		return cmp.Or(cmp.Compare(b.Received, a.Received), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Key, b.Key))
	})
}

type dimKey struct {
	dim counted.Dim
	key string
}

// tally counts cases that are still within their 48 hours, by every property.
func tally(fresh []counted.Fact, f counted.Filter) map[dimKey]int64 {
	out := map[dimKey]int64{}
	for _, one := range fresh {
		if f.Year != 0 && one.Year != f.Year || f.Kind != "" && one.Kind != f.Kind || f.Scope != "" && one.Department != f.Scope {
			continue
		}
		for _, k := range []dimKey{{counted.All, ""}, {counted.Topic, one.Topic}, {counted.Kind, one.Kind}, {counted.Channel, one.Channel}, {counted.Area, one.Area}, {counted.Department, one.Department},
			{counted.Quarter, strconv.Itoa(one.Year) + "-" + strconv.Itoa(one.Quarter)}} {
			out[k]++
		}
	}
	return out
}

// label is what a line is called in the reader's language.
func (d data) label(ctx context.Context, l counted.Line) string {
	name := ""
	switch l.Dim {
	case counted.Topic:
		name = d.names.TopicName(l.Value).In(ctx)
	case counted.Kind:
		if slices.Contains(stored.Kinds(), l.Value) {
			name = i18n.T(ctx, "cases.kind."+l.Value) //i18n: cases.kind.*
		}
		if own := d.names.Kind(l.Value).Name; len(own) > 0 {
			name = own.In(ctx)
		}
	case counted.Area:
		name = d.names.AreaName(l.Value).In(ctx)
	case counted.Department:
		name = d.names.DepartmentName(l.Value).In(ctx)
	case counted.Channel:
		if slices.Contains(stored.Channels(), l.Value) {
			name = i18n.T(ctx, "casefigures.channel."+l.Value) //i18n: casefigures.channel.*
		}
	case counted.Quarter:
		name = i18n.T(ctx, "casefigures.quarter", "N", l.Value, "Year", strconv.Itoa(l.Year))
	}
	if name == "" {
		name = i18n.T(ctx, "casefigures.without")
	}
	return name
}

// took is a median as a reader reads it: in hours below two days, in days from there on.
func took(ctx context.Context, hours float64) string {
	switch {
	case hours < 0:
		return "–"
	case hours < 1:
		return i18n.T(ctx, "casefigures.hours", "N", "< 1")
	case hours < 48:
		return i18n.T(ctx, "casefigures.hours", "N", i18n.Number(ctx, int(hours+0.5)))
	}
	return i18n.Days(ctx, int(hours/24+0.5))
}

// share is a part in per cent, a dash without any.
func share(ctx context.Context, part float64, ok bool) string {
	if !ok {
		return "–"
	}
	return i18n.Percent(ctx, part)
}
