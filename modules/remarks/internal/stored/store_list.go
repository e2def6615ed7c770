package stored

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"glas/internal/subject"
	"glas/tenant"
)

// List is a page of remarks for the eye of the filter, by number; next is the cursor of the page after it, 0 at the end.
func List(ctx context.Context, tx *tenant.Tx, f Filter) (rows []*Remark, next int64, err error) {
	limit := f.Limit
	if limit <= 0 {
		limit = PageSize
	}
	q := f.where(tx, tx.Select(&rows))
	if f.Newest {
		q.OrderExpr("remark.seq DESC")
		if f.After > 0 {
			q.Where("remark.seq < ?", f.After)
		}
	} else {
		q.OrderExpr("remark.seq")
		if f.After > 0 {
			q.Where("remark.seq > ?", f.After)
		}
	}
	if err := q.Limit(int64(limit + 1)).Scan(ctx); err != nil {
		return nil, 0, fmt.Errorf("list remarks: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Seq
	}
	return Seen(rows, f.Eye, false), next, nil
}

// Pin is a shown remark on a place of a plan sheet, from 0 to 1 of its width and height.
type Pin struct {
	Year   int
	Number int64
	X, Y   float64
}

// Name is the number of the remark.
func (p Pin) Name() string { return fmt.Sprintf("%d/%d", p.Year, p.Number) }

// Path is the address of the remark without a language prefix.
func (p Pin) Path() string { return "/remarks/" + p.Name() }

// mostPins is how many places are drawn on one sheet: more could not be told apart.
const mostPins = 300

// Pins are the newest shown remarks on places of a thing that are in no block of it; one statement.
func Pins(ctx context.Context, tx *tenant.Tx, host subject.Ref) ([]Pin, error) {
	var pins []Pin
	err := tx.Select((*Remark)(nil)).Column("year", "number", "x", "y").Where("remark.host_kind = ?", host.Kind).Where("remark.host_id = ?", host.ID).Where("remark.state = ?", Shown).
		Where("remark.block = ''").Where("(remark.x > 0 OR remark.y > 0)").OrderExpr("remark.seq DESC").Limit(mostPins).Scan(ctx, &pins)
	if err != nil {
		return nil, fmt.Errorf("find remarks on places: %w", err)
	}
	return pins, nil
}

// Number counts what a filter finds.
func Number(ctx context.Context, tx *tenant.Tx, f Filter) (int64, error) {
	var n int64
	if err := f.where(tx, tx.Select((*Remark)(nil))).ColumnExpr("count(*)").Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("count remarks: %w", err)
	}
	return n, nil
}

// IDs are the ids of everything that a filter finds, by number, at most most.
func IDs(ctx context.Context, tx *tenant.Tx, f Filter, most int) ([]string, error) {
	var ids []string
	err := f.where(tx, tx.Select((*Remark)(nil))).ColumnExpr("remark.id").OrderExpr("remark.seq").Limit(int64(most)).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list remarks: %w", err)
	}
	return ids, nil
}

// where narrows a statement. The states that an eye may see are part of it, so that pages are full; Remark.For still decides on each row.
func (f Filter) where(tx *tenant.Tx, q *bun.SelectQuery) *bun.SelectQuery {
	eq := func(column, value string) {
		if value != "" {
			q.Where("remark.? = ?", bun.Ident(column), value)
		}
	}
	eq("consultation_id", f.ConsultationID)
	if f.Host.Kind != "" {
		eq("host_kind", f.Host.Kind)
		eq("host_id", f.Host.ID)
	}
	switch f.Block {
	case "":
	case TheWhole:
		q.Where("remark.block = ''")
	default:
		eq("block", f.Block)
	}
	if !f.Eye.Staff {
		q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q.Where("remark.state = ?", Shown)
			if f.Eye.AccountID != "" {
				q.WhereOr("remark.state = ? AND remark.author_id = ?", Waiting, f.Eye.AccountID)
			}
			return q
		})
		eq("public_disposition", string(f.Disposition))
	} else {
		eq("state", string(f.State))
		eq("disposition", string(f.Disposition))
		f.staffOnly(tx, q)
	}
	eq("channel", string(f.Channel))
	eq("stance", string(f.Stance))
	eq("author_kind", f.Kind)
	if len(f.IDs) > 0 {
		q.Where("remark.id IN (?)", bun.List(f.IDs))
	}
	switch year, number := f.number(); {
	case number > 0 && year > 0:
		q.Where("remark.seq = ?", SeqOf(year, number))
	case number > 0:
		q.Where("remark.number = ?", number)
	default:
		for _, t := range f.terms() {
			q.Where("remark.folded LIKE ? ESCAPE '!'", "%"+escape(t)+"%")
		}
	}
	return q
}

// staffOnly are the filters on what the office does.
func (f Filter) staffOnly(tx *tenant.Tx, q *bun.SelectQuery) {
	switch f.DepartmentID {
	case "":
	case "-":
		q.Where("remark.department_id IS NULL")
	default:
		q.Where("remark.department_id = ?", f.DepartmentID)
	}
	if f.AssigneeID != "" {
		q.Where("remark.assignee_id = ?", f.AssigneeID)
	}
	if f.GroupID != "" {
		q.Where("remark.group_id = ?", f.GroupID)
	}
	live := []State{Shown, Waiting, Hidden}
	switch f.Work {
	case WorkOpen:
		q.Where("remark.disposition = ''").Where("remark.state IN (?)", bun.List(live))
	case WorkDecided:
		q.Where("remark.disposition <> ''")
	case WorkUnpublished:
		q.Where("remark.disposition <> ''").Where("remark.state = ?", Shown).Where("(remark.published_at IS NULL OR remark.published_at < remark.decided_at)")
	case WorkPublished:
		q.Where("remark.published_at IS NOT NULL")
	case WorkOverdue:
		q.Where("remark.disposition = ''").Where("remark.state IN (?)", bun.List(live)).Where("remark.due_at < ?", tx.Now())
	}
}

// escape keeps signs of patterns from meaning anything.
func escape(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '%' || r == '_' || r == '!' {
			out = append(out, '!')
		}
		out = append(out, r)
	}
	return string(out)
}

// Totals is how the remarks of a consultation stand. All but States count those that have to be answered (Remark.Counts).
type Totals struct {
	All, Answered, Published, Overdue int64
	// ByStates counts every remark that ever came.
	ByState       map[State]int64
	ByChannel     map[Channel]int64
	ByDisposition map[Disposition]int64
	// Citizens and Associations are always counted apart.
	Citizens, Associations int64
}

// TotalsOf counts the remarks of a consultation that an eye sees, in one statement. Answers that are not published are counted for staff
// only.
func TotalsOf(ctx context.Context, tx *tenant.Tx, consultationID string, e Eye) (Totals, error) {
	t := Totals{ByState: map[State]int64{}, ByChannel: map[Channel]int64{}, ByDisposition: map[Disposition]int64{}}
	var rows []struct {
		State       State
		Channel     Channel
		Disposition Disposition
		AuthorKind  string
		N           int64
		Published   int64
		Overdue     int64
	}
	column := "disposition"
	if !e.Staff {
		column = "public_disposition"
	}
	q := tx.Select((*Remark)(nil)).
		ColumnExpr("remark.state, remark.channel, remark.? AS disposition, remark.author_kind, count(*) AS n", bun.Ident(column)).
		ColumnExpr("sum(CASE WHEN remark.published_at IS NULL THEN 0 ELSE 1 END) AS published").
		ColumnExpr("sum(CASE WHEN remark.disposition = '' AND remark.due_at < ? THEN 1 ELSE 0 END) AS overdue", tx.Now()).
		Where("remark.consultation_id = ?", consultationID).
		GroupExpr("remark.state, remark.channel, remark.?, remark.author_kind", bun.Ident(column))
	if !e.Staff {
		q.Where("remark.state = ?", Shown)
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return t, fmt.Errorf("count remarks: %w", err)
	}
	for _, r := range rows {
		t.ByState[r.State] += r.N
		if !(&Remark{State: r.State}).Counts() {
			continue
		}
		t.All += r.N
		t.Published += r.Published
		t.Overdue += r.Overdue
		t.ByChannel[r.Channel] += r.N
		if r.Disposition != "" {
			t.Answered += r.N
			t.ByDisposition[r.Disposition] += r.N
		}
		if r.AuthorKind == "association" {
			t.Associations += r.N
		} else {
			t.Citizens += r.N
		}
	}
	return t, nil
}

// Place is something that remarks of a consultation are about.
type Place struct {
	HostKind, HostID, Block, Label string
	N                              int64
}

// Places are what the remarks of a consultation are about, with how many each has, for filters.
func Places(ctx context.Context, tx *tenant.Tx, consultationID string, e Eye) ([]Place, error) {
	var rows []Place
	q := tx.Select((*Remark)(nil)).ColumnExpr("remark.host_kind, remark.host_id, remark.block, min(remark.label) AS label, count(*) AS n").
		Where("remark.consultation_id = ?", consultationID).Where("remark.block <> ''").GroupExpr("remark.host_kind, remark.host_id, remark.block").
		OrderExpr("min(remark.seq)").Limit(500)
	if !e.Staff {
		q.Where("remark.state = ?", Shown)
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list what remarks are about: %w", err)
	}
	return rows, nil
}

// walkStep is how many remarks Walk reads at once.
const walkStep = 500

// Walk gives all remarks of a consultation that an eye sees to fn, by number. It reads by keyset, so that memory does not grow.
func Walk(ctx context.Context, tx *tenant.Tx, consultationID string, e Eye, fn func(r *Remark) error) error {
	return WalkFilter(ctx, tx, Filter{ConsultationID: consultationID, Eye: e}, fn)
}

// WalkFilter is Walk over what a filter finds.
func WalkFilter(ctx context.Context, tx *tenant.Tx, f Filter, fn func(r *Remark) error) error {
	f.Limit, f.After = walkStep, 0
	for {
		rows, next, err := List(ctx, tx, f)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := fn(r); err != nil {
				return err
			}
		}
		if next == 0 {
			return nil
		}
		f.After = next
	}
}

// TotalsOfAll is how the remarks of every consultation stand, by its id: only All, Answered and Published.
func TotalsOfAll(ctx context.Context, tx *tenant.Tx) (map[string]Totals, error) {
	var rows []struct {
		ConsultationID         string
		N, Answered, Published int64
	}
	err := tx.Select((*Remark)(nil)).ColumnExpr("remark.consultation_id, count(*) AS n").
		ColumnExpr("sum(CASE WHEN remark.disposition = '' THEN 0 ELSE 1 END) AS answered").
		ColumnExpr("sum(CASE WHEN remark.published_at IS NULL THEN 0 ELSE 1 END) AS published").
		Where("remark.state IN (?)", bun.List([]State{Shown, Waiting, Hidden})).GroupExpr("remark.consultation_id").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count remarks: %w", err)
	}
	out := make(map[string]Totals, len(rows))
	for _, r := range rows {
		out[r.ConsultationID] = Totals{All: r.N, Answered: r.Answered, Published: r.Published}
	}
	return out, nil
}
