package votes

import (
	"context"
	"fmt"

	"glas/tenant"
)

// Personal is how a person voted, for what he downloads about himself.
func Personal(ctx context.Context, tx *tenant.Tx, accountID string) (any, error) {
	var rows []Vote
	if err := tx.Select(&rows).Where("voter_id = ?", accountID).OrderExpr("cast_at").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read own votes: %w", err)
	}
	return rows, nil
}
