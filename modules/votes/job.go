package votes

import (
	"context"
	"crypto/rand"
	"fmt"

	"glas/internal/job"
	"glas/tenant"
)

// accountDeleted is what this module reads of the event of the same name.
type accountDeleted struct {
	AccountID string `json:"account_id"`
}

// forget leaves the votes of a deleted account as counts. Each gets a random id of its own, shared only with the trail of the same
// vote: neither the account nor what else it voted on can be told from it.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accountDeleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.AccountID == "" {
		return nil
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		refs, err := touched(ctx, tx, e.AccountID)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			nobody := rand.Text()
			for _, model := range []any{(*Vote)(nil), (*VoteChange)(nil)} {
				_, err := tx.Update(model).Set("voter_id = ?", nobody).Where("voter_id = ?", e.AccountID).
					Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).Exec(ctx)
				if err != nil {
					return fmt.Errorf("forget a voter: %w", err)
				}
			}
		}
		return nil
	})
}
