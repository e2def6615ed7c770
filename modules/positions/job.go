package positions

import (
	"context"
	"fmt"

	"glas/internal/job"
	"glas/modules/accounts"
	"glas/tenant"
)

const forgetJob = "positions.forget"

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler { return map[string]job.Handler{forgetJob: m.forget} }

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {forgetJob}}
}

// forget takes a deleted account off what it entered; the positions stay those of the associations.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := tx.Update((*Position)(nil)).Set("author_id = ''").Where("author_id = ?", e.AccountID).Exec(ctx); err != nil {
			return fmt.Errorf("forget who entered positions: %w", err)
		}
		return nil
	})
}
