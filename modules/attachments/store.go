package attachments

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/authz"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/tenant"
)

// AttachmentDay is how much an account sent on a day.
type AttachmentDay struct {
	tenant.Key
	Bytes int64
	At    time.Time
}

// Of gives the attachments of many things that the person in ctx may see by the usual rule, in the order in which they were added; one
// statement. Hosts with a rule of their own take Every.
func Of(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref][]Attachment, error) {
	rows, err := listed(ctx, tx, refs)
	out := map[subject.Ref][]Attachment{}
	for _, a := range rows {
		if a.visible(ctx) {
			out[a.Ref()] = append(out[a.Ref()], a)
		}
	}
	return out, err
}

// listed are the files of many things, whoever may see them.
func listed(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) ([]Attachment, error) {
	refs = slices.DeleteFunc(slices.Clone(refs), subject.Ref.IsZero) // what belongs to nothing yet is nobody's to list
	if len(refs) == 0 {
		return nil, nil
	}
	var rows []Attachment
	err := tx.Select(&rows).Where("deleted_at is null").Where("(subject_kind, subject_id) in (values ?)", bun.In(subject.Pairs(refs))).
		OrderExpr("position, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list attachments: %w", err)
	}
	return rows, nil
}

// visible reports whether the person in ctx may see the file.
func (a *Attachment) visible(ctx context.Context) bool {
	if a.Public {
		return true
	}
	actor := authz.From(ctx)
	return actor.SignedIn() && (actor.ID == a.OwnerID || authz.Can(ctx, "attachment.manage", authz.Resource{}).Allowed)
}

// anyOne is an attachment, whoever may see it; nil when there is none.
func anyOne(ctx context.Context, tx *tenant.Tx, fileID string) (*Attachment, error) {
	var rows []Attachment
	if !id.Valid(fileID) {
		return nil, nil
	}
	if err := tx.Select(&rows).Where("id = ?", fileID).Limit(1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find attachment: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &rows[0], nil
}

// Show makes the files of a thing public, or hides them from everybody but their owner and staff.
func Show(ctx context.Context, tx *tenant.Tx, ref subject.Ref, visible bool) error {
	_, err := on(tx.Update((*Attachment)(nil)).Set("public = ?", visible), ref).Exec(ctx)
	if err != nil {
		return fmt.Errorf("show attachments of %s: %w", ref, err)
	}
	return nil
}

func on(q *bun.UpdateQuery, ref subject.Ref) *bun.UpdateQuery {
	return q.Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).Where("deleted_at is null")
}

// Remove takes the files with these ids from a thing, or all of them when none is named. Nobody sees them from the commit on; a
// job then deletes what is stored.
func Remove(ctx context.Context, tx *tenant.Tx, ref subject.Ref, ids ...string) error {
	q := on(tx.Update((*Attachment)(nil)).Set("deleted_at = ?", tx.Now()), ref)
	if len(ids) > 0 {
		q = q.Where("id in (?)", bun.In(ids))
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("remove attachments of %s: %w", ref, err)
	}
	return tx.Enqueue(ctx, job.Spec{Kind: sweepJob, Unique: "sweep"})
}

func insert(ctx context.Context, tx *tenant.Tx, rows []Attachment) error {
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("insert attachments: %w", err)
	}
	return nil
}

// stagedOf gives the files that an account sent and that belong to nothing yet.
func stagedOf(ctx context.Context, tx *tenant.Tx, ownerID string, ids []string) ([]Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []Attachment
	err := tx.Select(&rows).Where("id in (?)", bun.In(ids)).Where("owner_id = ?", ownerID).Where("subject_kind = ''").
		Where("deleted_at is null").OrderExpr("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find sent files: %w", err)
	}
	return rows, nil
}

// every gives all files of a thing, whoever may see it.
func every(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]Attachment, error) {
	var rows []Attachment
	err := tx.Select(&rows).Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).Where("deleted_at is null").
		OrderExpr("position, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list attachments of %s: %w", ref, err)
	}
	return rows, nil
}

// put gives a staged file to a thing.
func put(ctx context.Context, tx *tenant.Tx, id string, ref subject.Ref, position int, public bool) error {
	_, err := tx.Update((*Attachment)(nil)).Set("subject_kind = ?", ref.Kind).Set("subject_id = ?", ref.ID).
		Set("position = ?", position).Set("public = ?", public).Set("owner_id = CASE WHEN owner_id LIKE ? THEN '' ELSE owner_id END", visitor+"%").Where("id = ?", id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("put attachment to %s: %w", ref, err)
	}
	return nil
}

// describe changes the words of a photo of a thing.
func describe(ctx context.Context, tx *tenant.Tx, ref subject.Ref, id, alt string) error {
	if _, err := on(tx.Update((*Attachment)(nil)).Set("alt = ?", alt), ref).Where("id = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("describe attachment: %w", err)
	}
	return nil
}

// count adds to what an account sent today and gives the sum.
func count(ctx context.Context, tx *tenant.Tx, accountID string, bytes int64) (int64, error) {
	row := &AttachmentDay{Key: tenant.Key{ID: accountID + ":" + tx.Now().Format(time.DateOnly)}, Bytes: bytes, At: tx.Now()}
	err := tx.Insert(row).On("conflict (tenant_id, id) do update").Set("bytes = attachment_day.bytes + excluded.bytes").
		Returning("bytes").Scan(ctx)
	if err != nil {
		return 0, fmt.Errorf("count sent bytes: %w", err)
	}
	return row.Bytes, nil
}

// rendered notes what became of a photo.
func rendered(ctx context.Context, tx *tenant.Tx, a *Attachment) error {
	_, err := tx.Update(a).Column("rendered_at", "width", "height", "size", "broken").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("note copies of a photo: %w", err)
	}
	return nil
}

// leftovers are files that were removed, or that nobody used within a day.
func leftovers(ctx context.Context, tx *tenant.Tx, limit int64) ([]Attachment, error) {
	var rows []Attachment
	err := tx.Select(&rows).WhereGroup(" and ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("deleted_at is not null").WhereOr("subject_kind = '' and created_at < ?", tx.Now().Add(-stagedFor))
	}).OrderExpr("id").Limit(limit).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find unused files: %w", err)
	}
	return rows, nil
}

// erase removes rows whose files are gone, and counts of past days.
func erase(ctx context.Context, tx *tenant.Tx, ids []string) error {
	if _, err := tx.Delete((*AttachmentDay)(nil)).Where("at < ?", tx.Now().Add(-48*time.Hour)).Exec(ctx); err != nil {
		return fmt.Errorf("forget old counts: %w", err)
	}
	if len(ids) == 0 {
		return nil
	}
	if _, err := tx.Delete((*Attachment)(nil)).Where("id in (?)", bun.In(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("erase attachments: %w", err)
	}
	return nil
}

// disown cuts the tie between files and a deleted account; what belongs to nothing yet is removed.
func disown(ctx context.Context, tx *tenant.Tx, accountID string) error {
	_, err := tx.Update((*Attachment)(nil)).Set("deleted_at = ?", tx.Now()).Where("owner_id = ?", accountID).Where("subject_kind = ''").Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove unused files of an account: %w", err)
	}
	if _, err := tx.Update((*Attachment)(nil)).Set("owner_id = ''").Where("owner_id = ?", accountID).Exec(ctx); err != nil {
		return fmt.Errorf("disown files: %w", err)
	}
	if _, err := tx.Delete((*AttachmentDay)(nil)).Where("id like ?", accountID+":%").Exec(ctx); err != nil {
		return fmt.Errorf("forget counts of an account: %w", err)
	}
	return nil
}
