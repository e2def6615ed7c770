package figures

import (
	"context"
	"fmt"
	"time"

	"glas/internal/job"
	"glas/modules/audit"
	"glas/modules/cases/internal/counted"
	"glas/tenant"
)

// CountJob counts the cases that no figure knows yet.
const CountJob = "cases.figures"

// countBatch is how many cases one transaction counts.
const countBatch = 500

// Jobs are the handlers of this part's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler { return map[string]job.Handler{CountJob: m.count} }

// Periodic says which jobs are done again and again.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{CountJob: 10 * time.Minute}
}

func (m *Module) count(ctx context.Context, _ job.Job) error { return m.CatchUp(ctx, nil) }

// CatchUp counts what no figure knows yet, in batches, and says after each how many it was so far.
func (m *Module) CatchUp(ctx context.Context, progress func(done int)) error {
	for done := 0; ; {
		var n int
		err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			left, err := waitingToCount(ctx, tx)
			n = int(left)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
			n, err = countSome(ctx, tx, countBatch)
			return err
		})
		if err != nil {
			return fmt.Errorf("count cases: %w", err)
		}
		if done += n; progress != nil {
			progress(done)
		}
		if n < countBatch {
			return nil
		}
	}
}

// rebuild forgets the figures and lets a job make them anew; pages say how far it is.
func (m *Module) rebuild(ctx context.Context) error {
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := counted.Clear(ctx, tx); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, audit.Entry{Action: "case.figures"}); err != nil {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{Kind: CountJob})
	})
	if err != nil {
		return fmt.Errorf("rebuild figures: %w", err)
	}
	return nil
}
