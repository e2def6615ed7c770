package proposals

import (
	"context"

	"glas/internal/job"
	"glas/modules/accounts"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// unseal lets the orders and the number of participants tell what everybody may know since the result of a vote was frozen.
func (m *Module) unseal(ctx context.Context, j job.Job) error {
	var e votes.FrozenResult
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.Settle(ctx, tx, e.Ref) })
}

// forget takes the name of a deleted account off what it wrote. Proposals of associations stay theirs.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.Forget(ctx, tx, e.AccountID) })
}
