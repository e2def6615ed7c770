package answers

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/subject"
	"glas/tenant"
)

const labelled = "left join answer_labels as l on l.tenant_id = answer.tenant_id and l.id = answer.public_state"

// Published gives the published answers of things, with the municipality's own labels; one statement. The plain fields of what it
// returns are the public ones.
func Published(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]*Answer, error) {
	out := map[subject.Ref]*Answer{}
	if len(refs) == 0 {
		return out, nil
	}
	rows, err := byRefs(ctx, tx, refs, true)
	for i := range rows {
		rows[i].show()
		out[rows[i].Ref()] = &rows[i]
	}
	return out, err
}

func byRefs(ctx context.Context, tx *tenant.Tx, refs []subject.Ref, published bool) ([]Answer, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	var rows []Answer
	q := tx.Select(&rows).ColumnExpr("answer.*").ColumnExpr("l.label as label_text, l.colour as label_colour").Join(labelled).
		Where("(answer.subject_kind, answer.subject_id) in (values ?)", bun.In(subject.Pairs(refs)))
	if published {
		q = q.Where("answer.version > 0")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list answers: %w", err)
	}
	return rows, nil
}

// find is the answer to a thing, nil when there is none yet.
func find(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (*Answer, error) {
	rows, err := byRefs(ctx, tx, []subject.Ref{ref}, false)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// AllLabels gives the municipality's own labels.
func AllLabels(ctx context.Context, tx *tenant.Tx) (Labels, error) {
	var rows []AnswerLabel
	if err := tx.Select(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list labels of answers: %w", err)
	}
	out := Labels{}
	for _, r := range rows {
		out[State(r.ID)] = r
	}
	return out, nil
}

func saveLabel(ctx context.Context, tx *tenant.Tx, row *AnswerLabel) error {
	_, err := tx.Insert(row).On("conflict (tenant_id, id) do update").Set("label = excluded.label").Set("colour = excluded.colour").Exec(ctx)
	if err != nil {
		return fmt.Errorf("save label of answers: %w", err)
	}
	return nil
}

func insert(ctx context.Context, tx *tenant.Tx, a *Answer) error {
	if _, err := tx.Insert(a).Exec(ctx); err != nil {
		return fmt.Errorf("insert answer: %w", err)
	}
	return nil
}

// update stores a unless its row has changed since it was read; then it reports false.
func update(ctx context.Context, tx *tenant.Tx, a *Answer) (bool, error) {
	before := a.RowVersion
	a.RowVersion++
	res, err := tx.Update(a).WherePK().Where("row_version = ?", before).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("update answer: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func insertVersion(ctx context.Context, tx *tenant.Tx, v *AnswerVersion) error {
	if _, err := tx.Insert(v).Exec(ctx); err != nil {
		return fmt.Errorf("insert version of an answer: %w", err)
	}
	return nil
}

// versionsOf are the published versions of an answer, newest first.
func versionsOf(ctx context.Context, tx *tenant.Tx, answerID string) ([]AnswerVersion, error) {
	var rows []AnswerVersion
	if err := tx.Select(&rows).Where("answer_id = ?", answerID).OrderExpr("number desc").Limit(100).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list versions of an answer: %w", err)
	}
	return rows, nil
}

// workFilter narrows the answers that staff have begun.
type workFilter struct {
	kind, consultationID, departmentID string
	draft, overdue                     bool
	after                              string
	limit                              int64
	now                                time.Time
}

// begun lists answers that are drafts, or those that are published as they are, in the order of their ids.
func begun(ctx context.Context, tx *tenant.Tx, f workFilter) ([]Answer, error) {
	var rows []Answer
	q := tx.Select(&rows).Where("answer.subject_kind = ?", f.kind).Where("answer.draft = ?", f.draft)
	if f.consultationID != "" {
		q = q.Where("answer.consultation_id = ?", f.consultationID)
	}
	if f.departmentID != "" {
		q = q.Where("answer.department_id = ?", f.departmentID)
	}
	if f.overdue {
		q = q.Where("answer.due_at < ?", f.now)
	}
	if f.after != "" {
		q = q.Where("answer.id > ?", f.after)
	}
	if err := q.OrderExpr("answer.id").Limit(f.limit).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list begun answers: %w", err)
	}
	return rows, nil
}

// disown cuts the tie between answers and an account.
func disown(ctx context.Context, tx *tenant.Tx, accountID string) error {
	_, err := tx.Update((*Answer)(nil)).Set("changed_by = ''").Set("changed_by_name = ''").Where("changed_by = ?", accountID).Exec(ctx)
	if err == nil {
		_, err = tx.Update((*AnswerVersion)(nil)).Set("published_by = ''").Where("published_by = ?", accountID).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("disown answers: %w", err)
	}
	return nil
}
