package moderation

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/fault"
	"glas/internal/subject"
	"glas/tenant"
)

// ModerationPost is one of the first published posts of an account; ID is "kind:id" of the thing.
type ModerationPost struct {
	tenant.Key
	AuthorID  string
	CreatedAt time.Time
}

// ModerationReport is what one person reported.
type ModerationReport struct {
	tenant.Key
	CaseID   string
	Reporter string
	Visitor  bool
	Reason   Reason
	Text     string
	Weight   float64
	// Outcome is upheld or dismissed, empty while it is open.
	Outcome   string
	Month     string
	CreatedAt time.Time
}

// ModerationWord is the municipality's own words to look at; ID is always ownWords.
type ModerationWord struct {
	tenant.Key
	Words     string
	UpdatedAt time.Time
}

const ownWords = "own"

// published counts the published posts of an account, up to those that matter.
func published(ctx context.Context, tx *tenant.Tx, accountID string) (int64, error) {
	n, err := tx.Select((*ModerationPost)(nil)).Where("author_id = ?", accountID).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count published posts: %w", err)
	}
	return int64(n), nil
}

// addPost remembers one of the first published posts of an account.
func addPost(ctx context.Context, tx *tenant.Tx, ref subject.Ref, authorID string) error {
	if authorID == "" {
		return nil
	}
	n, err := published(ctx, tx, authorID)
	if err != nil || n >= 2*firstPosts {
		return err
	}
	p := &ModerationPost{Key: tenant.Key{ID: ref.String()}, AuthorID: authorID, CreatedAt: tx.Now()}
	if _, err := tx.Insert(p).On("conflict (tenant_id, id) do nothing").Exec(ctx); err != nil {
		return fmt.Errorf("remember a published post: %w", err)
	}
	return nil
}

func dropPost(ctx context.Context, tx *tenant.Tx, ref subject.Ref) error {
	if _, err := tx.Delete((*ModerationPost)(nil)).Where("id = ?", ref.String()).Exec(ctx); err != nil {
		return fmt.Errorf("forget a published post: %w", err)
	}
	return nil
}

// one reads a single row; false when there is none.
func one(ctx context.Context, q *bun.SelectQuery, what string) (bool, error) {
	err := q.Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", what, err)
	}
	return true, nil
}

// caseOf finds the case of a thing; nil when there is none.
func caseOf(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (*ModerationCase, error) {
	c := new(ModerationCase)
	found, err := one(ctx, tx.Select(c).Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID), "case")
	if err != nil || !found {
		return nil, err
	}
	return c, nil
}

// caseByID finds a case for staff.
func caseByID(ctx context.Context, tx *tenant.Tx, caseID string) (*ModerationCase, error) {
	c := new(ModerationCase)
	found, err := one(ctx, tx.Select(c).Where("id = ?", caseID), "case")
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.NotFound("moderation.error.unknown")
	}
	return c, nil
}

// saveCase stores a case, new or not.
func saveCase(ctx context.Context, tx *tenant.Tx, c *ModerationCase) error {
	q := tx.Insert(c).On("conflict (tenant_id, id) do update")
	for _, column := range []string{"author_id", "open", "waiting", "hints", "reports", "top_reason", "weight", "opened_at", "closed_at"} {
		q = q.Set(column + " = excluded." + column)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("store case: %w", err)
	}
	return nil
}

// Filter narrows the queue.
type Filter struct {
	// Show is empty for everything open, or reported, waiting, words, decided or appeals.
	Show   string
	Kind   string
	Reason Reason
	// Oldest puts what waits longest first instead of what weighs most.
	Oldest bool
	// Page begins with 0.
	Page int
}

const pageSize = 30

// casesOf lists a page of the queue and one more, by which the next page is known.
func casesOf(ctx context.Context, tx *tenant.Tx, f Filter) ([]ModerationCase, error) {
	var rows []ModerationCase
	q := tx.Select(&rows).Limit(pageSize + 1).Offset(int64(f.Page) * pageSize)
	if f.Show == "decided" {
		q = q.Where("open = ?", false).OrderExpr("closed_at DESC, id DESC")
	} else {
		q = q.Where("open")
	}
	switch f.Show {
	case "reported":
		q = q.Where("reports > 0")
	case "waiting":
		q = q.Where("waiting")
	case "words":
		q = q.Where("hints <> ''")
	}
	if f.Kind != "" {
		q = q.Where("subject_kind = ?", f.Kind)
	}
	if away := tx.Tenant().Missing(); len(away) > 0 { // kept for when they are switched on again
		q = q.Where("subject_kind NOT IN (?)", bun.List(away))
	}
	if f.Reason != "" {
		q = q.Where("top_reason = ?", f.Reason)
	}
	if !f.Oldest {
		q = q.OrderExpr("weight DESC")
	}
	if err := q.OrderExpr("opened_at, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return rows, nil
}

// numbers counts what is open, for the tabs.
type numbers struct{ Open, Reported, Waiting, Words, Appeals int64 }

func countOpen(ctx context.Context, tx *tenant.Tx) (n numbers, err error) {
	err = tx.Select((*ModerationCase)(nil)).Where("open").Where("subject_kind NOT IN (?)", bun.List(append(tx.Tenant().Missing(), ""))).ColumnExpr(`count(*) AS open,
		coalesce(sum(CASE WHEN reports > 0 THEN 1 ELSE 0 END), 0) AS reported, coalesce(sum(CASE WHEN waiting THEN 1 ELSE 0 END), 0) AS waiting,
		coalesce(sum(CASE WHEN hints <> '' THEN 1 ELSE 0 END), 0) AS words`).Scan(ctx, &n.Open, &n.Reported, &n.Waiting, &n.Words)
	if err != nil {
		return n, fmt.Errorf("count cases: %w", err)
	}
	appeals, err := tx.Select((*ModerationDecision)(nil)).Where("appeal = ?", appealOpen).Count(ctx)
	if err != nil {
		return n, fmt.Errorf("count appeals: %w", err)
	}
	n.Appeals = int64(appeals)
	return n, nil
}

// addReport stores a report; false says that the same person reported the thing before.
func addReport(ctx context.Context, tx *tenant.Tx, r *ModerationReport) (bool, error) {
	res, err := tx.Insert(r).On("conflict (tenant_id, case_id, reporter) do nothing").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("store report: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("store report: %w", err)
	}
	return n > 0, nil
}

// reportsOf lists the reports of a case, the newest first.
func reportsOf(ctx context.Context, tx *tenant.Tx, caseID string) ([]ModerationReport, error) {
	var rows []ModerationReport
	if err := tx.Select(&rows).Where("case_id = ?", caseID).OrderExpr("created_at DESC, id DESC").Limit(200).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return rows, nil
}

// recordOf is how the earlier reports of somebody were judged.
func recordOf(ctx context.Context, tx *tenant.Tx, reporter string) (r record, err error) {
	err = tx.Select((*ModerationReport)(nil)).Where("reporter = ?", reporter).
		ColumnExpr("coalesce(sum(CASE WHEN outcome = ? THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN outcome = ? THEN 1 ELSE 0 END), 0)", upheld, dismissed).
		Scan(ctx, &r.Upheld, &r.Dismissed)
	if err != nil {
		return r, fmt.Errorf("read earlier reports: %w", err)
	}
	return r, nil
}

// judge closes the open reports of a case, or with from judges those that were judged so before.
func judge(ctx context.Context, tx *tenant.Tx, caseID, from, to string) error {
	if to == "" {
		return nil
	}
	_, err := tx.Update((*ModerationReport)(nil)).Set("outcome = ?", to).Where("case_id = ?", caseID).Where("outcome = ?", from).Exec(ctx)
	if err != nil {
		return fmt.Errorf("judge reports: %w", err)
	}
	return nil
}

func addDecision(ctx context.Context, tx *tenant.Tx, d *ModerationDecision) error {
	if _, err := tx.Insert(d).Exec(ctx); err != nil {
		return fmt.Errorf("store decision: %w", err)
	}
	return nil
}

func saveDecision(ctx context.Context, tx *tenant.Tx, d *ModerationDecision) error {
	if _, err := tx.Update(d).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("store decision: %w", err)
	}
	return nil
}

// decisionByID finds a decision.
func decisionByID(ctx context.Context, tx *tenant.Tx, decisionID string) (*ModerationDecision, error) {
	d := new(ModerationDecision)
	found, err := one(ctx, tx.Select(d).Where("id = ?", decisionID), "decision")
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.NotFound("moderation.error.unknown")
	}
	return d, nil
}

// decisionsOn lists what was decided about a thing, the newest first.
func decisionsOn(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]ModerationDecision, error) {
	var rows []ModerationDecision
	err := tx.Select(&rows).Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).OrderExpr("created_at DESC, id DESC").Limit(50).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	return rows, nil
}

// appealsWaiting lists open appeals, the oldest first.
func appealsWaiting(ctx context.Context, tx *tenant.Tx, page int) ([]ModerationDecision, error) {
	var rows []ModerationDecision
	err := tx.Select(&rows).Where("appeal = ?", appealOpen).OrderExpr("appealed_at, id").Limit(pageSize + 1).Offset(int64(page) * pageSize).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list appeals: %w", err)
	}
	return rows, nil
}

// words reads the municipality's own words, one to a line.
func words(ctx context.Context, tx *tenant.Tx) (string, error) {
	w := new(ModerationWord)
	if _, err := one(ctx, tx.Select(w).Where("id = ?", ownWords), "words"); err != nil {
		return "", err
	}
	return w.Words, nil
}

func storeWords(ctx context.Context, tx *tenant.Tx, list string) error {
	w := &ModerationWord{Key: tenant.Key{ID: ownWords}, Words: list, UpdatedAt: tx.Now()}
	_, err := tx.Insert(w).On("conflict (tenant_id, id) do update").Set("words = excluded.words").Set("updated_at = excluded.updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("store words: %w", err)
	}
	return nil
}

// forgetAccount takes a deleted account out of everything that is kept; numbers stay.
func forgetAccount(ctx context.Context, tx *tenant.Tx, accountID string) error {
	if _, err := tx.Delete((*ModerationPost)(nil)).Where("author_id = ?", accountID).Exec(ctx); err != nil {
		return fmt.Errorf("forget posts: %w", err)
	}
	if _, err := tx.Update((*ModerationCase)(nil)).Set("author_id = ''").Where("author_id = ?", accountID).Exec(ctx); err != nil {
		return fmt.Errorf("forget author: %w", err)
	}
	if _, err := tx.Update((*ModerationDecision)(nil)).Set("author_id = '', appeal_text = ''").Where("author_id = ?", accountID).Exec(ctx); err != nil {
		return fmt.Errorf("forget author: %w", err)
	}
	_, err := tx.Update((*ModerationReport)(nil)).Set("reporter = 'deleted ' || id, text = ''").Where("reporter = ?", accountID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget reporter: %w", err)
	}
	return nil
}
