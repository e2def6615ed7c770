package named

import (
	"context"
	"slices"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/tenant"
)

// Save adds a row, or changes the one with its ID. The name in the municipality's own language is required.
func (m *Module[T]) Save(ctx context.Context, row *T) error {
	return m.change(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		lang, l, f := tx.Tenant().Default(), m.list, m.list.Fields(row)
		if (*f.Name)[lang] == "" {
			return fault.InvalidField("name."+lang, "val.required")
		}
		if *f.ID != "" {
			old, err := l.Find(ctx, tx, *f.ID)
			if err != nil {
				return err
			}
			l.keep(row, old)
			if err := l.update(ctx, tx, row); err != nil {
				return err
			}
			if err := l.saved(ctx, tx, row); err != nil {
				return err
			}
			return m.record(ctx, tx, "change", row)
		}
		rows, err := l.All(ctx, tx)
		if err != nil {
			return err
		}
		*f.ID, *f.Position = id.New(), len(rows)+1
		*f.Slug = l.unique(text.Slug((*f.Name)[lang], lang), rows)
		if err := l.Insert(ctx, tx, row); err != nil {
			return err
		}
		if err := l.saved(ctx, tx, row); err != nil {
			return err
		}
		return m.record(ctx, tx, "add", row)
	})
}

// Move puts a row one place up (by -1) or down (by 1).
func (m *Module[T]) Move(ctx context.Context, rowID string, by int) error {
	return m.change(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		rows, err := m.list.All(ctx, tx)
		if err != nil {
			return err
		}
		ids := make([]string, len(rows))
		for i := range rows {
			ids[i] = m.list.id(&rows[i])
		}
		from := slices.Index(ids, rowID)
		if from < 0 {
			return m.list.unknown()
		}
		to := min(max(from+by, 0), len(ids)-1)
		ids[from], ids[to] = ids[to], ids[from]
		return m.list.move(ctx, tx, ids)
	})
}

// Archive takes a row out of all choices, or puts it back. What has it keeps it.
func (m *Module[T]) Archive(ctx context.Context, rowID string, archived bool) error {
	return m.change(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		row, err := m.list.Find(ctx, tx, rowID)
		if err != nil {
			return err
		}
		*m.list.Fields(row).Archived = archived
		if err := m.list.update(ctx, tx, row); err != nil {
			return err
		}
		return m.record(ctx, tx, "archive", row)
	})
}

// change runs fn for those who may change the list.
func (m *Module[T]) change(ctx context.Context, fn func(ctx context.Context, tx *tenant.Tx) error) error {
	if err := authz.Can(ctx, m.list.Permission(), authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.deps.DB.Update(ctx, fn)
}

func (m *Module[T]) record(ctx context.Context, tx *tenant.Tx, action string, row *T) error {
	if m.deps.Audit == nil {
		return nil
	}
	f := m.list.Fields(row)
	return m.deps.Audit(ctx, tx, m.list.One+"."+action, subject.Ref{Kind: m.list.One, ID: *f.ID}, map[string]any{"name": *f.Name, "archived": *f.Archived})
}
