package topics

import (
	"context"
	"slices"
	"strconv"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/tenant"
)

// Permission is what staff needs to change anything here.
const Permission = "topic.edit"

// Save adds a topic, or changes the one with its ID. The name in the municipality's own language is required.
func (m *Module) Save(ctx context.Context, row *Topic) error {
	if err := authz.Can(ctx, Permission, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		lang := tx.Tenant().Default()
		if row.Name[lang] == "" {
			return fault.InvalidField("name."+lang, "val.required")
		}
		if row.ID != "" {
			old, err := Find(ctx, tx, row.ID)
			if err != nil {
				return err
			}
			row.keep(old)
			if err := update(ctx, tx, row); err != nil {
				return err
			}
			return m.record(ctx, tx, "topic.change", row)
		}
		list, err := All(ctx, tx)
		if err != nil {
			return err
		}
		row.ID, row.Position = id.New(), len(list)+1
		row.Slug = unique(text.Slug(row.Name[lang], lang), list)
		if err := Insert(ctx, tx, row); err != nil {
			return err
		}
		return m.record(ctx, tx, "topic.add", row)
	})
}

// unique is slug, with a number when it is taken.
func unique(slug string, list []Topic) string {
	if slug == "" {
		slug = "topic"
	}
	name := slug
	for n := 2; slices.ContainsFunc(list, func(row Topic) bool { return row.Slug == name }); n++ {
		name = slug + "-" + strconv.Itoa(n)
	}
	return name
}

// Move puts a topic one place up (by -1) or down (by 1).
func (m *Module) Move(ctx context.Context, rowID string, by int) error {
	if err := authz.Can(ctx, Permission, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := All(ctx, tx)
		if err != nil {
			return err
		}
		ids := make([]string, len(list))
		for i, row := range list {
			ids[i] = row.ID
		}
		from := slices.Index(ids, rowID)
		if from < 0 {
			return fault.NotFound("topics.error.unknown")
		}
		to := min(max(from+by, 0), len(ids)-1)
		ids[from], ids[to] = ids[to], ids[from]
		return move(ctx, tx, ids)
	})
}

// Archive takes a topic out of all choices, or puts it back. What has it keeps it.
func (m *Module) Archive(ctx context.Context, rowID string, archived bool) error {
	if err := authz.Can(ctx, Permission, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		row, err := Find(ctx, tx, rowID)
		if err != nil {
			return err
		}
		row.Archived = archived
		if err := update(ctx, tx, row); err != nil {
			return err
		}
		return m.record(ctx, tx, "topic.archive", row)
	})
}

func (m *Module) record(ctx context.Context, tx *tenant.Tx, action string, row *Topic) error {
	if m.audit == nil {
		return nil
	}
	return m.audit(ctx, tx, action, subject.Ref{Kind: Kind, ID: row.ID}, map[string]any{"name": row.Name, "archived": row.Archived})
}
