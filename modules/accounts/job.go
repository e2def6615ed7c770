package accounts

import (
	"context"
	"fmt"
	"time"

	"glas/internal/job"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

// unverifiedFor is how long an account waits to be confirmed.
const unverifiedFor = 7 * 24 * time.Hour

// sweep deletes accounts that were never confirmed, and sessions and links that are over.
func (m *Module) sweep(ctx context.Context, _ job.Job) error {
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := rows.ForgetUnverified(ctx, tx, tx.Now().Add(-unverifiedFor)); err != nil {
			return err
		}
		return rows.ForgetExpired(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("sweep accounts: %w", err)
	}
	return nil
}
