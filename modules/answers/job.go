package answers

import (
	"context"
	"errors"

	"glas/internal/job"
	"glas/tenant"
)

// forget cuts the tie between answers and the account of an officer that was deleted; the answers are the municipality's and stay.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e struct {
		AccountID string `json:"account_id"`
	}
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.AccountID == "" {
		return job.Permanent(errors.New("forget who answered: no account named"))
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return disown(ctx, tx, e.AccountID) })
}
