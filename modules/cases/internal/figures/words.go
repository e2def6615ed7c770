package figures

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/counted"
)

// query is a filter as part of an address.
func query(f counted.Filter) string {
	v := url.Values{}
	for name, s := range map[string]string{"kind": f.Kind, "department": f.Scope} {
		if s != "" {
			v.Set(name, s)
		}
	}
	if f.Year != 0 {
		v.Set("year", strconv.Itoa(f.Year))
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

func (d data) narrowed() int {
	n := 0
	for _, is := range []bool{d.filter.Year != 0, d.filter.Kind != "", d.filter.Scope != "" && d.own == ""} {
		if is {
			n++
		}
	}
	return n
}

func yearText(y int) string {
	if y == 0 {
		return ""
	}
	return strconv.Itoa(y)
}

func yearOptions(d data) []ui.Option {
	var out []ui.Option
	for _, y := range d.years {
		out = append(out, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	return out
}

func kindOptions(ctx context.Context, d data) []ui.Option {
	var out []ui.Option
	for _, k := range d.names.Kinds {
		out = append(out, ui.Option{Value: k.Code, Label: d.names.KindName(ctx, k.Code)})
	}
	return out
}

func departmentOptions(ctx context.Context, d data) []ui.Option {
	var out []ui.Option
	for _, one := range d.names.Departments {
		out = append(out, ui.Option{Value: one.ID, Label: one.Name.In(ctx)})
	}
	return out
}

// stats are the numbers that stand at the top.
func stats(ctx context.Context, d data) []ui.Stat {
	within, okWithin := d.total.Share()
	content, okContent := d.total.ContentShare()
	return []ui.Stat{
		{Value: i18n.Number(ctx, d.total.Received), Label: i18n.T(ctx, "casefigures.received")},
		{Value: i18n.Number(ctx, d.total.Running), Label: i18n.T(ctx, "casefigures.open")},
		{Value: i18n.Number(ctx, d.total.Answered), Label: i18n.T(ctx, "casefigures.answered")},
		{Value: share(ctx, within, okWithin), Label: i18n.T(ctx, "casefigures.within")},
		{Value: took(ctx, d.total.Median), Label: i18n.T(ctx, "casefigures.median")},
		{Value: share(ctx, content, okContent), Label: i18n.T(ctx, "casefigures.content")},
	}
}

// chartMost is how many bars a chart has; the table has all lines.
const chartMost = 12

func chart(ctx context.Context, t table) ui.ChartData {
	c := ui.ChartData{ID: "chart-" + string(t.Dim), Title: i18n.T(ctx, "casefigures.received"), Description: i18n.T(ctx, "casefigures.chart"), LabelHead: i18n.T(ctx, "casefigures.dim."+string(t.Dim)), //i18n: casefigures.dim.*
		ValueHead: i18n.T(ctx, "casefigures.received"), HideTable: true}
	rows := t.Rows
	if len(rows) > chartMost {
		if t.Dim == counted.Quarter {
			rows = rows[len(rows)-chartMost:]
		} else {
			rows = rows[:chartMost]
		}
	}
	for _, r := range rows {
		c.Bars = append(c.Bars, ui.BarData{Label: r.Label, Text: i18n.Number(ctx, r.Received), Value: float64(r.Received)})
	}
	return c
}

func columns(ctx context.Context, t table) []ui.Column {
	out := []ui.Column{{Label: i18n.T(ctx, "casefigures.dim."+string(t.Dim))}}
	for _, id := range numberColumns() {
		out = append(out, ui.Column{Label: i18n.T(ctx, "casefigures."+id), Number: true}) //i18n: casefigures.*
	}
	return out
}

func numberColumns() []string {
	return []string{"received", "open", "answered", "within", "median", "content"}
}

// numbers are the cells of a line, in the order of numberColumns. A share has its count beside it, so that it can be checked.
func numbers(ctx context.Context, r row) []string {
	part, okWithin := r.Share()
	content, okContent := r.ContentShare()
	within := share(ctx, part, okWithin)
	if okWithin {
		within = i18n.Number(ctx, r.Within) + " (" + within + ")"
	}
	return []string{i18n.Number(ctx, r.Received), i18n.Number(ctx, r.Running), i18n.Number(ctx, r.Answered), within, took(ctx, r.Median), share(ctx, content, okContent)}
}

// age is how old something is in days.
func age(ctx context.Context, now, since time.Time) string {
	if since.IsZero() {
		return "–"
	}
	return i18n.Days(ctx, int(now.Sub(since)/(24*time.Hour)))
}

func (d data) departmentLabel(ctx context.Context, departmentID string) string {
	return d.label(ctx, counted.Line{Dim: counted.Department, Value: departmentID})
}

// fieldWords is what a column of open data means.
func fieldWords(ctx context.Context, f field) string {
	return i18n.T(ctx, "casefigures.field."+f.name) //i18n: casefigures.field.*
}

func byTitle(ctx context.Context, t table) string {
	return i18n.T(ctx, "casefigures.by."+string(t.Dim)) //i18n: casefigures.by.*
}
