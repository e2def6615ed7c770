package figures

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/text"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Under what others may use the data.
const (
	licenceName = "Creative Commons Attribution 4.0 International (CC BY 4.0)"
	licenceURL  = "https://creativecommons.org/licenses/by/4.0/legalcode"
)

// openData is the page of open data.
type openData struct{ years []int }

func formats() []string { return []string{"csv", "json", "geojson"} }

// formatName is what a format is called.
func formatName(f string) string {
	if f == "geojson" {
		return "GeoJSON"
	}
	return strings.ToUpper(f)
}

// entry is a case as open data gives it, with what its row is read with.
type entry struct {
	c     *stored.Case
	sight stored.Sight
	names *listed.Names
	base  string
}

// field is one column: those of the Open311 bulk format first, then our own.
type field struct {
	name string
	cell func(ctx context.Context, e entry) any
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Second)
}

func degrees(e entry, lat bool) any {
	a, b, ok := e.sight.PlaceFor(e.c)
	switch {
	case !ok:
		return nil
	case lat:
		return a
	}
	return b
}

// fields are the columns. Nothing personal is among them: no name, and texts and places only as everybody reads them on the page.
func fields() []field {
	return []field{
		{"service_request_id", func(_ context.Context, e entry) any { return e.c.Number }},
		{"requested_datetime", func(_ context.Context, e entry) any { return moment(e.c.RegisteredAt) }},
		{"updated_datetime", func(_ context.Context, e entry) any { return moment(e.c.UpdatedAt) }},
		{"closed_date", func(_ context.Context, e entry) any { return moment(e.c.ClosedAt) }},
		{"status_description", func(_ context.Context, e entry) any { return string(e.c.State.PublicState()) }},
		{"status_notes", func(ctx context.Context, e entry) any { return text.Plain(e.c.Answer.In(ctx)) }},
		{"source", func(_ context.Context, e entry) any { return e.c.Channel }},
		{"service_name", func(ctx context.Context, e entry) any { return e.names.TopicName(e.c.TopicID).In(ctx) }},
		{"service_subtype", func(_ context.Context, e entry) any { return e.c.Kind }},
		{"description", func(_ context.Context, e entry) any { return e.c.ShownTitle() + "\n\n" + e.c.ShownBody() }},
		{"agency_responsible", func(ctx context.Context, e entry) any { return e.names.DepartmentName(e.c.DepartmentID).In(ctx) }},
		{"address", func(_ context.Context, e entry) any { return e.sight.AddressFor(e.c) }},
		{"lat", func(_ context.Context, e entry) any { return degrees(e, true) }},
		{"long", func(_ context.Context, e entry) any { return degrees(e, false) }},
		{"area", func(ctx context.Context, e entry) any { return e.names.AreaName(e.c.AreaID).In(ctx) }},
		{"status", func(_ context.Context, e entry) any { return string(e.c.Grp) }},
		{"first_answer_datetime", func(_ context.Context, e entry) any { return moment(e.c.FirstAnswerAt) }},
		{"attributes", func(ctx context.Context, e entry) any { return replies(ctx, e) }},
		{"supports", func(_ context.Context, e entry) any { return e.c.Supports }},
		{"url", func(_ context.Context, e entry) any { return e.base + e.c.Path() }},
	}
}

// replies are the answers to questions of the topic that everybody may read, one to a line.
func replies(ctx context.Context, e entry) string {
	var out []string
	for _, r := range e.names.OpenReplies(e.c) {
		out = append(out, r.Label+": "+e.names.ReplyWords(ctx, e.c.TopicID, r))
	}
	return strings.Join(out, "\n")
}

// span is a year, or a month of it, in local time; false when the year makes no sense.
func span(year, month string, zone *time.Location) (from, to time.Time, ok bool) {
	y, err := strconv.Atoi(year)
	if err != nil || y < 1900 || y > 2999 {
		return from, to, false
	}
	m, err := strconv.Atoi(month)
	if month == "" {
		return time.Date(y, 1, 1, 0, 0, 0, 0, zone), time.Date(y+1, 1, 1, 0, 0, 0, 0, zone), true
	}
	return time.Date(y, time.Month(m), 1, 0, 0, 0, 0, zone), time.Date(y, time.Month(m)+1, 1, 0, 0, 0, 0, zone), err == nil && m >= 1 && m <= 12
}

// entries walks over the published cases of a span by small reads, so that a file of any size takes the same memory.
func (m *Module) entries(ctx context.Context, base string, from, to time.Time) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		var after *stored.Case
		for {
			var rows []*stored.Case
			var names *listed.Names
			err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
				if names, err = m.Names.Of(ctx, tx); err != nil {
					return err
				}
				rows, err = published(ctx, tx, from, to, after)
				return err
			})
			if err != nil {
				yield(entry{}, err)
				return
			}
			for _, c := range rows {
				s := stored.See(c, stored.Anybody)
				if s.Listed && !yield(entry{c, s, names, base}, nil) {
					return
				}
			}
			if len(rows) < pageRows {
				return
			}
			after = rows[len(rows)-1]
		}
	}
}

// title is what a file is called: "cases-2026-03".
func title(ctx context.Context, from, to time.Time) string {
	local := from.In(i18n.Zone(ctx))
	if to.Sub(from) > 32*24*time.Hour {
		return "cases-" + local.Format("2006")
	}
	return "cases-" + local.Format("2006-01")
}
