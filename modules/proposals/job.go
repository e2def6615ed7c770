package proposals

import (
	"context"

	"glas/internal/job"
	"glas/modules/accounts"
	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

// forget takes the name of a deleted account off what it wrote. Proposals of associations stay theirs.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.Forget(ctx, tx, e.AccountID) })
}
