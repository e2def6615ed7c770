package proposals

import (
	"context"
	"fmt"

	"glas/tenant"
)

// Personal is what a person proposed, drafts too, for what he downloads about himself.
func Personal(ctx context.Context, tx *tenant.Tx, accountID string) (any, error) {
	var rows []Proposal
	if err := tx.Select(&rows).Where("author_id = ?", accountID).OrderExpr("created_at").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read own proposals: %w", err)
	}
	return rows, nil
}
