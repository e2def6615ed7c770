package proposals

import (
	"context"

	"glas/internal/job"
	"glas/modules/accounts"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// unseal lets the orders tell what everybody may know since the result of a vote was frozen, and counts who voted in it among the
// participants.
func (m *Module) unseal(ctx context.Context, j job.Job) error {
	var e votes.FrozenResult
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := stored.Unseal(ctx, tx, e.Ref); err != nil || e.Ref.Kind != votes.KindScope {
			return err
		}
		consultationID, err := stored.VotedIn(ctx, tx, e.Ref.ID)
		if err != nil || consultationID == "" {
			return err
		}
		return consultations.CountVoters(ctx, tx, consultationID, e.Ref)
	})
}

// forget takes the name of a deleted account off what it wrote. Proposals of associations stay theirs.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.Forget(ctx, tx, e.AccountID) })
}
