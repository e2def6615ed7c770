package clocks

import (
	"context"
	"fmt"
	"time"

	"glas/internal/job"
	"glas/modules/calendars"
	"glas/tenant"
)

// Move is a clock that is computed to be due at another time than From.
type Move struct {
	Clock Clock
	From  time.Time
}

// check has the ladder do what is due, once a minute. It finds clocks by the index of what is due next, however many run.
func (m *Module) check(ctx context.Context, _ job.Job) error {
	return m.DB.Update(ctx, m.climb)
}

// project computes clocks that stand still once more when that was an hour ago, so that lists sort by what is true about now.
func (m *Module) project(ctx context.Context, _ job.Job) error {
	return m.walk(ctx, func(ctx context.Context, tx *tenant.Tx, _ string) ([]Clock, error) {
		var list []Clock
		err := tx.Select(&list).Where("?TableAlias.paused_since IS NOT NULL").Where("?TableAlias.computed_at <= ?", tx.Now().Add(-55*time.Minute)).
			OrderExpr("?TableAlias.computed_at, ?TableAlias.id").Limit(batch).Scan(ctx)
		return list, err
	}, false)
}

// recompute follows a change of calendars. What lay before the change is not told: the ladder looks at these clocks from now on.
func (m *Module) recompute(ctx context.Context, j job.Job) error {
	var e calendars.Changed
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.walk(ctx, func(ctx context.Context, tx *tenant.Tx, after string) ([]Clock, error) {
		return runningAfter(ctx, tx, after, "")
	}, true)
}

// runningAfter is a batch of running clocks in the order of their ids, only those of a target when one is named.
func runningAfter(ctx context.Context, tx *tenant.Tx, after, targetID string) ([]Clock, error) {
	var list []Clock
	q := tx.Select(&list).Where("?TableAlias.stopped_at IS NULL").Where("?TableAlias.id > ?", after).OrderExpr("?TableAlias.id").Limit(batch)
	if targetID != "" {
		q = q.Where("?TableAlias.target_id = ?", targetID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read running clocks: %w", err)
	}
	return list, nil
}

// walk computes clocks batch by batch.
func (m *Module) walk(ctx context.Context, next func(ctx context.Context, tx *tenant.Tx, after string) ([]Clock, error), fresh bool) error {
	after := ""
	for {
		n := 0
		err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			list, err := next(ctx, tx, after)
			if n = len(list); err != nil || n == 0 {
				return err
			}
			after = list[n-1].ID
			d, err := load(ctx, tx)
			if err != nil {
				return err
			}
			return m.refresh(ctx, tx, d, list, fresh)
		})
		if err != nil || n < batch {
			return err
		}
	}
}

// refresh computes a batch; with fresh, the ladder looks at clocks that moved from now on.
func (m *Module) refresh(ctx context.Context, tx *tenant.Tx, d *data, list []Clock, fresh bool) error {
	moves, err := d.again(ctx, tx, list)
	if err != nil {
		return err
	}
	if fresh && len(moves) > 0 {
		moved := map[string]bool{}
		for _, x := range moves {
			moved[x.Clock.ID] = true
		}
		for i := range list {
			if moved[list[i].ID] {
				list[i].WatchedFrom = tx.Now()
			}
		}
		if _, err := d.again(ctx, tx, list); err != nil {
			return err
		}
	}
	if err := keep(ctx, tx, list, computed...); err != nil {
		return err
	}
	return m.tell(ctx, tx, list)
}
