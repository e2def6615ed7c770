package stored

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/id"
	"glas/internal/subject"
	"glas/tenant"
)

// Sketches are the remarks of a consultation that have to be answered, for comparing; at most most.
func Sketches(ctx context.Context, tx *tenant.Tx, consultationID string, most int) ([]Sketch, error) {
	var rows []Sketch
	err := tx.Select((*Remark)(nil)).ColumnExpr("remark.id, remark.seq, remark.block, remark.group_id, substr(remark.folded, 1, 1500) AS folded, remark.excerpt").
		Where("remark.consultation_id = ?", consultationID).Where("remark.state IN (?)", bun.List([]State{Shown, Waiting, Hidden})).
		OrderExpr("remark.seq").Limit(int64(most)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read remarks to compare: %w", err)
	}
	return rows, nil
}

// Untold are remarks whose published answer was not told to their author yet, those of one person together: n, and the rest of those of
// the last person.
func Untold(ctx context.Context, tx *tenant.Tx, n int) ([]*Remark, error) {
	open := func(rows *[]*Remark) *bun.SelectQuery {
		return tx.Select(rows).Where("remark.published_at IS NOT NULL").Where("remark.told_at IS NULL").OrderExpr("remark.author_id, remark.person_email, remark.seq")
	}
	rows, err := wholePeople(ctx, n, open)
	if err != nil {
		return nil, fmt.Errorf("find whom to tell: %w", err)
	}
	return rows, nil
}

// wholePeople are the first n rows of a query that puts the remarks of one person one after the other, and the rest of those of the last
// person: nobody gets two letters because a batch is full.
func wholePeople(ctx context.Context, n int, open func(rows *[]*Remark) *bun.SelectQuery) ([]*Remark, error) {
	var rows, rest []*Remark
	if err := open(&rows).Limit(int64(n)).Scan(ctx); err != nil || len(rows) < n {
		return rows, err
	}
	last := rows[n-1]
	if last.AuthorID+last.PersonEmail == "" {
		return rows, nil // nobody to write to
	}
	have := make([]string, len(rows))
	for i, r := range rows {
		have[i] = r.ID
	}
	err := open(&rest).Where("remark.author_id = ?", last.AuthorID).Where("remark.person_email = ?", last.PersonEmail).Where("remark.id NOT IN (?)", bun.List(have)).Scan(ctx)
	return append(rows, rest...), err
}

// Told notes that the answers to remarks were told.
func Told(ctx context.Context, tx *tenant.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := tx.Update((*Remark)(nil)).Set("told_at = ?", tx.Now()).Where("remark.id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("note who was told: %w", err)
	}
	return nil
}

// AskAll marks every live remark of a consultation as to be reconfirmed because of a document, and says how many.
func AskAll(ctx context.Context, tx *tenant.Tx, consultationID, because string) (int64, error) {
	res, err := tx.Update((*Remark)(nil)).Set("reconfirm = ?", ToAsk).Set("reconfirm_for = ?", because).Set("reconfirm_at = ?", tx.Now()).
		Set("row_version = row_version + 1").
		Where("remark.consultation_id = ?", consultationID).Where("remark.state IN (?)", bun.List([]State{Shown, Waiting})).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask to reconfirm: %w", err)
	}
	return res.RowsAffected()
}

// Authors are the accounts with a live remark on a consultation.
func Authors(ctx context.Context, tx *tenant.Tx, consultationID string) ([]string, error) {
	var ids []string
	err := tx.Select((*Remark)(nil)).ColumnExpr("DISTINCT remark.author_id").Where("remark.consultation_id = ?", consultationID).
		Where("remark.state IN (?)", bun.List([]State{Shown, Waiting})).Where("remark.author_id <> ''").OrderExpr("remark.author_id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("find authors of remarks: %w", err)
	}
	return ids, nil
}

// Unasked are remarks whose authors still have to be asked, those of one person one after the other: n, and the rest of those of the last
// person.
func Unasked(ctx context.Context, tx *tenant.Tx, n int) ([]*Remark, error) {
	open := func(rows *[]*Remark) *bun.SelectQuery {
		return tx.Select(rows).Where("remark.reconfirm = 'ask'").OrderExpr("remark.author_id, remark.person_email, remark.consultation_id, remark.seq")
	}
	rows, err := wholePeople(ctx, n, open)
	if err != nil {
		return nil, fmt.Errorf("find whom to ask: %w", err)
	}
	return rows, nil
}

// AskedAll notes that the authors of remarks were asked.
func AskedAll(ctx context.Context, tx *tenant.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := tx.Update((*Remark)(nil)).Set("reconfirm = ?", Asked).Where("remark.id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("note who was asked: %w", err)
	}
	return nil
}

// Carry notes what became of blocks of a thing in a new version of it. A block that stays as it is in this version has still changed
// since the remark when an earlier version changed it.
func Carry(ctx context.Context, tx *tenant.Tx, ref subject.Ref, fates map[string]Fate) error {
	byFate := map[Fate][]string{}
	for block, f := range fates {
		byFate[f] = append(byFate[f], block)
	}
	for f, blocks := range byFate {
		q := tx.Update((*Remark)(nil)).Set("carried = ?", f.What).Set("carried_version = ?", f.Version).Set("row_version = row_version + 1").
			Where("remark.host_kind = ?", ref.Kind).Where("remark.host_id = ?", ref.ID).Where("remark.block IN (?)", bun.List(blocks))
		if f.What == Kept {
			q.Where("remark.carried IN ('', ?)", Kept)
		}
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("carry remarks over: %w", err)
		}
	}
	return nil
}

// Assign gives remarks to a department, a person and a date; who is to be left as he is comes as nil.
func Assign(ctx context.Context, tx *tenant.Tx, ids []string, departmentID, assigneeID *string, due *time.Time) error {
	q := tx.Update((*Remark)(nil)).Set("row_version = row_version + 1").Set("updated_at = ?", tx.Now()).Where("remark.id IN (?)", bun.List(ids))
	set := func(column string, value *string) {
		if value != nil {
			q.Set("? = nullif(?, '')", bun.Ident(column), *value)
		}
	}
	set("department_id", departmentID)
	set("assignee_id", assigneeID)
	if due != nil {
		q.Set("due_at = ?", bun.NullTime{Time: *due})
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("assign remarks: %w", err)
	}
	return nil
}

// AddGroup makes a group.
func AddGroup(ctx context.Context, tx *tenant.Tx, consultationID, title string) (*RemarkGroup, error) {
	g := &RemarkGroup{Key: tenant.Key{ID: id.New()}, ConsultationID: consultationID, Title: title, CreatedAt: tx.Now()}
	if _, err := tx.Insert(g).Exec(ctx); err != nil {
		return nil, fmt.Errorf("make group: %w", err)
	}
	return g, nil
}

// Groups are the groups of a consultation, the oldest first.
func Groups(ctx context.Context, tx *tenant.Tx, consultationID string) ([]RemarkGroup, error) {
	var rows []RemarkGroup
	err := tx.Select(&rows).Where("remark_group.consultation_id = ?", consultationID).OrderExpr("remark_group.created_at, remark_group.id").Limit(500).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return rows, nil
}

// PutInGroup puts remarks into a group; an empty group takes them out of theirs.
func PutInGroup(ctx context.Context, tx *tenant.Tx, ids []string, groupID string) error {
	_, err := tx.Update((*Remark)(nil)).Set("group_id = nullif(?, '')", groupID).Set("row_version = row_version + 1").Where("remark.id IN (?)", bun.List(ids)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("group remarks: %w", err)
	}
	return nil
}

// OfGroup are the remarks of a group that have to be answered.
func OfGroup(ctx context.Context, tx *tenant.Tx, groupID string) ([]*Remark, error) {
	var rows []*Remark
	if groupID == "" {
		return nil, nil
	}
	err := tx.Select(&rows).Where("remark.group_id = ?", groupID).Where("remark.state IN (?)", bun.List([]State{Shown, Waiting, Hidden})).
		OrderExpr("remark.seq").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list group: %w", err)
	}
	return rows, nil
}
