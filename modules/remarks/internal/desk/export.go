package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"glas/internal/i18n"
	"glas/internal/sheet"
	"glas/internal/subject"
	"glas/modules/departments"
	"glas/modules/remarks/internal/show"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

func parseRef(s string) (subject.Ref, bool) {
	ref, err := subject.Parse(s)
	return ref, err == nil
}

func extension(format string) string {
	switch format {
	case "xlsx", "json":
		return format
	}
	return "csv"
}

func contentType(format string) string {
	switch format {
	case "json":
		return "application/json; charset=utf-8"
	case "xlsx":
		return sheet.XLSX.ContentType()
	}
	return sheet.CSV.ContentType()
}

// column is one column of the exported table. Key is its message id, and its name in JSON.
type column struct {
	key  string
	cell func(r *stored.Remark) any
}

func columns(ctx context.Context, names map[string]i18n.Text, people bool) []column {
	local := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		return t.In(i18n.Zone(ctx))
	}
	out := []column{
		{"number", func(r *stored.Remark) any { return r.Name() }},
		{"channel", func(r *stored.Remark) any { return show.Channel(ctx, r.Channel) }},
		{"source", func(r *stored.Remark) any { return r.Source }},
		{"received", func(r *stored.Remark) any { return local(r.ReceivedAt) }},
		{"state", func(r *stored.Remark) any { return show.StateLabel(ctx, r.State) }},
		{"where", func(r *stored.Remark) any { return show.Where(ctx, r) }},
		{"quote", func(r *stored.Remark) any { return r.Quote }},
		{"author", func(r *stored.Remark) any { return show.Author(ctx, r) }},
		{"kind", func(r *stored.Remark) any { return r.AuthorKind }},
		{"stance", func(r *stored.Remark) any { return show.StanceLabel(ctx, r.Stance) }},
		{"text", func(r *stored.Remark) any { return r.Body }},
		{"wording", func(r *stored.Remark) any { return r.Wording }},
		{"effects", func(r *stored.Remark) any { return r.Effects }},
		{"disposition", func(r *stored.Remark) any {
			if r.Disposition == "" {
				return ""
			}
			return show.Disposition(ctx, r.Disposition)
		}},
		{"reason", func(r *stored.Remark) any { return r.AnswerReason.In(ctx) }},
		{"change", func(r *stored.Remark) any { return r.ChangeLabel }},
		{"department", func(r *stored.Remark) any { return names[r.DepartmentID].In(ctx) }},
		{"due", func(r *stored.Remark) any { return local(r.DueAt) }},
		{"decided_by", func(r *stored.Remark) any { return r.DecidedByName }},
		{"decided_at", func(r *stored.Remark) any { return local(r.DecidedAt) }},
		{"published", func(r *stored.Remark) any { return local(r.PublishedAt) }},
	}
	if people {
		out = append(out,
			column{"person_name", func(r *stored.Remark) any { return r.PersonName }},
			column{"person_email", func(r *stored.Remark) any { return r.PersonEmail }},
			column{"person_address", func(r *stored.Remark) any { return r.PersonAddress }})
	}
	return out
}

// writeTable writes what a filter finds, as CSV, XLSX or JSON.
func writeTable(ctx context.Context, tx *tenant.Tx, w io.Writer, format string, f stored.Filter, people bool) error {
	all, err := departments.All(ctx, tx)
	if err != nil {
		return err
	}
	names := map[string]i18n.Text{}
	for _, d := range all {
		names[d.ID] = d.Name
	}
	cols := columns(ctx, names, people)
	if format == "json" {
		return writeJSON(ctx, tx, w, f, cols)
	}
	header := make([]string, len(cols))
	for i, c := range cols {
		header[i] = i18n.T(ctx, "remarks.export."+c.key) //i18n: remarks.export.*
	}
	book := sheet.Book{Title: i18n.T(ctx, "remarks.table.title"), Lang: i18n.Lang(ctx), Created: tx.Now(), Sheets: []sheet.Sheet{{Name: i18n.T(ctx, "remarks.menu"), Header: header,
		Rows: rowsOf(ctx, tx, f, cols)}}}
	if err := sheet.Write(w, book, sheet.Format(extension(format))); err != nil {
		return fmt.Errorf("write remarks: %w", err)
	}
	return nil
}

func rowsOf(ctx context.Context, tx *tenant.Tx, f stored.Filter, cols []column) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		err := stored.WalkFilter(ctx, tx, f, func(r *stored.Remark) error {
			row := make([]any, len(cols))
			for i, c := range cols {
				row[i] = c.cell(r)
			}
			if !yield(row, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(nil, err)
		}
	}
}

// errStop ends a walk whose reader wants no more.
var errStop = fmt.Errorf("stop")

func writeJSON(ctx context.Context, tx *tenant.Tx, w io.Writer, f stored.Filter, cols []column) error {
	list := []map[string]any{}
	err := stored.WalkFilter(ctx, tx, f, func(r *stored.Remark) error {
		one := map[string]any{"id": r.ID, "about": r.Host().String(), "block": r.Block, "version": r.VersionID}
		for _, c := range cols {
			one[c.key] = c.cell(r)
		}
		list = append(list, one)
		return nil
	})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(w).Encode(map[string]any{"items": list}); err != nil {
		return fmt.Errorf("write remarks: %w", err)
	}
	return nil
}
