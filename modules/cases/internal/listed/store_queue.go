package listed

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/words"
	"glas/tenant"
)

// Window is how many cases a search for words that all occur often looks through before it stops and asks whether to go on.
const Window = 2000

// Page is a page of a queue.
type Page struct {
	Rows []*stored.Case
	// Next is the cursor of what comes after it, empty at the end.
	Next string
	// Partly says that Window cases were looked through and that more are left, which Next goes on with.
	Partly bool
}

// Work is a page of a queue: one statement, another one when it is looked for words, and two more when all of them occur often. What
// is looked through is bounded, also where frequent words never stand together.
func Work(ctx context.Context, tx *tenant.Tx, f Queue) (p Page, err error) {
	if f.Limit == 0 {
		f.Limit = PageSize
	}
	asked := wordsOf(f.Text)
	ids, rare, err := words.Rare(ctx, tx, asked)
	if err != nil || rare && len(ids) == 0 {
		return p, err
	}
	q := tx.Select(&p.Rows)
	window := func() *bun.SelectQuery { // the next cases of the queue, whatever words they have
		all := f
		all.Text = ""
		return f.from(inQueue(tx.Select((*stored.Case)(nil)).Column("tenant_id", "id", "folded", "due_at", "updated_at", "created_at", "worked_at"), tx, all), false)
	}
	switch {
	case len(asked) == 0:
		q = f.from(inQueue(columns(q), tx, f), f.WatcherID != "")
	case rare: // a rare word leads to its cases
		q = f.from(inQueue(columns(q), tx, f).Where("c.id IN (?)", bun.List(ids)), true)
	default:
		found := worded(tx.Select((*stored.Case)(nil)).ModelTableExpr("(?) AS c", window().Limit(Window)).Column("id"), f.Text)
		if err := f.order(found, true).Limit(int64(f.Limit+1)).Scan(ctx, &ids); err != nil {
			return p, fmt.Errorf("look through a queue: %w", err)
		}
		q = f.order(columns(q).Where("c.id IN (?)", bun.List(append(ids, ""))), true)
	}
	if err := q.Limit(int64(f.Limit + 1)).Scan(ctx); err != nil {
		return p, fmt.Errorf("list queue: %w", err)
	}
	if len(p.Rows) > f.Limit {
		p.Rows = p.Rows[:f.Limit]
		p.Next = cursor(f.column(), p.Rows[f.Limit-1])
		return p, nil
	}
	if len(asked) == 0 || rare {
		return p, nil
	}
	var last []*stored.Case
	if err := window().Offset(Window-1).Limit(1).Scan(ctx, &last); err != nil {
		return p, fmt.Errorf("find the end of what was looked through: %w", err)
	}
	if len(last) > 0 {
		p.Next, p.Partly = cursor(f.column(), last[0]), true
	}
	return p, nil
}

// column is what a queue is sorted by.
func (f Queue) column() string {
	switch {
	case f.Fresh:
		return "updated_at"
	case !f.Idle.IsZero():
		return "worked_at"
	}
	return "due_at"
}

// from begins a queue after its cursor, in its order.
func (f Queue) from(q *bun.SelectQuery, few bool) *bun.SelectQuery {
	key, caseID, ok := place(f.column(), f.After)
	switch {
	case f.Fresh && ok:
		q = q.Where("(c.updated_at, c.id) < (?, ?)", key, caseID)
	case ok && !f.Idle.IsZero():
		q = q.Where("(c.worked_at, c.id) > (?, ?)", key, caseID)
	case ok && key != nil:
		q = q.Where("((c.due_at, c.id) > (?, ?) OR c.due_at IS NULL)", key, caseID)
	case ok:
		q = q.Where("c.due_at IS NULL AND c.id > ?", caseID)
	}
	return f.order(q, few)
}

// order sorts a queue. Few rows are sorted by expressions that are the same orders, but not those of an index: a database that knows no
// numbers would walk all cases by it.
func (f Queue) order(q *bun.SelectQuery, few bool) *bun.SelectQuery {
	switch {
	case f.Fresh && few:
		return q.OrderExpr("coalesce(c.updated_at, c.created_at) DESC, c.id DESC")
	case f.Fresh:
		return q.OrderExpr("c.updated_at DESC, c.id DESC")
	case !f.Idle.IsZero():
		return q.OrderExpr("c.worked_at, c.id")
	case few:
		return q.OrderExpr("c.due_at IS NULL, c.due_at, c.id")
	}
	return q.OrderExpr("c.due_at ASC NULLS LAST, c.id ASC")
}
