package follows

import (
	"context"
	"fmt"

	"glas/internal/job"
	"glas/modules/accounts"
	"glas/tenant"
)

// forget removes what is kept about a deleted account.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.AccountID == "" {
		return job.Permanent(fmt.Errorf("%s: no account is named", j.Kind))
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return forgetAccount(ctx, tx, e.AccountID) })
}
