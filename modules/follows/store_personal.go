package follows

import (
	"context"
	"fmt"

	"glas/tenant"
)

// Personal is what a person follows, for what he downloads about himself.
func Personal(ctx context.Context, tx *tenant.Tx, accountID string) (any, error) {
	var rows []Follows
	if err := tx.Select(&rows).Where("account_id = ?", accountID).OrderExpr("created_at").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read own subscriptions: %w", err)
	}
	return rows, nil
}
