package comments

import (
	"context"
	"fmt"

	"glas/internal/job"
	"glas/modules/accounts"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

const forgetJob = "comments.forget"

// forget takes the name of a deleted account off what it wrote. An official comment keeps its badge.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.AccountID == "" {
		return job.Permanent(fmt.Errorf("%s: no account is named", j.Kind))
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.ForgetAuthor(ctx, tx, e.AccountID) })
}
