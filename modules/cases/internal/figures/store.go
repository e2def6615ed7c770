package figures

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/modules/cases/internal/counted"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// freshFacts are the cases of the last 48 hours that nobody answered yet.
func freshFacts(ctx context.Context, tx *tenant.Tx) ([]counted.Fact, error) {
	var lines []string
	err := tx.Select((*stored.Case)(nil)).Column("counted").Where("c.registered_at >= ?", tx.Now().Add(-counted.Fast)).Where("c.first_answer_at IS NULL").Where("c.counted <> ''").Scan(ctx, &lines)
	if err != nil {
		return nil, fmt.Errorf("read cases of two days: %w", err)
	}
	out := make([]counted.Fact, 0, len(lines))
	for _, l := range lines {
		f, err := counted.Parse(l)
		if err != nil {
			return nil, err
		}
		if !f.Aside {
			out = append(out, f)
		}
	}
	return out, nil
}

// backlog is what a department has still to do.
type backlog struct {
	DepartmentID string
	N, Overdue   int64
	Oldest       time.Time
}

// running is what is still to be done, by department: read from an index of the running cases alone.
func running(ctx context.Context, tx *tenant.Tx, scope string) ([]backlog, error) {
	where, args := "", []any{tx.Now(), tx.ID(), stored.GroupOpen, stored.GroupPaused}
	if scope != "" {
		where, args = " and department_id = ?", append(args, scope)
	}
	var rows []backlog
	err := tx.Raw(`select coalesce(department_id, '') as department_id, count(*) as n, cast(sum(case when due_at < ? then 1 else 0 end) as bigint) as overdue, min(registered_at) as oldest
		from cases where tenant_id = ? and grp in (?, ?)`+where+` group by 1 order by 3 desc, 2 desc`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count what is to be done: %w", err)
	}
	return rows, nil
}

func uncounted(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("c.counted = ''").Where("c.grp <> 'hidden'").Where("c.registered_at IS NOT NULL").Where("c.parent_id IS NULL")
}

// waitingToCount is how many cases no figure knows yet: those from before there were figures, or while they are made anew.
func waitingToCount(ctx context.Context, tx *tenant.Tx) (int64, error) {
	n, err := uncounted(tx.Select((*stored.Case)(nil))).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count what is not counted: %w", err)
	}
	return int64(n), nil
}

// countSome counts cases that no figure knows yet, at most limit, and says how many it was.
func countSome(ctx context.Context, tx *tenant.Tx, limit int) (int, error) {
	var rows []*stored.Case
	err := uncounted(tx.Select(&rows).Column("tenant_id", "id", "kind", "topic_id", "department_id", "channel", "area_id", "state", "satisfaction", "registered_at", "first_answer_at", "row_version")).
		OrderExpr("c.id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return 0, fmt.Errorf("list what is not counted: %w", err)
	}
	l := counted.NewLedger()
	for _, c := range rows {
		fact := c.Fact(tx.Tenant().Zone())
		res, err := tx.Update((*stored.Case)(nil)).Set("counted = ?", fact.String()).Where("c.id = ?", c.ID).Where("c.row_version = ?", c.RowVersion).Where("c.counted = ''").Exec(ctx)
		if err != nil {
			return 0, fmt.Errorf("count case: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return 0, fmt.Errorf("count case: %w", err)
		}
		if n == 1 { // otherwise somebody changed it meanwhile, and counted it
			l.Move(counted.Fact{}, fact)
		}
	}
	return len(rows), l.Flush(ctx, tx)
}

// pageRows is how many cases open data reads at once.
const pageRows = 500

// published are cases that everybody may see that came in a span, after a place in the order, the oldest first.
func published(ctx context.Context, tx *tenant.Tx, from, to time.Time, after *stored.Case) ([]*stored.Case, error) {
	var rows []*stored.Case
	q := tx.Select(&rows).Where("c.shown = ?", true).Where("c.registered_at >= ? AND c.registered_at < ?", from.UTC(), to.UTC())
	if after != nil {
		q = q.Where("(c.registered_at, c.id) > (?, ?)", after.RegisteredAt, after.ID)
	}
	if err := q.OrderExpr("c.registered_at, c.id").Limit(pageRows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list published cases: %w", err)
	}
	return rows, nil
}
