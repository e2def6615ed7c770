package comments

import (
	"context"
	"fmt"

	"glas/tenant"
)

// Personal is what a person wrote in discussions, for what he downloads about himself.
func Personal(ctx context.Context, tx *tenant.Tx, accountID string) (any, error) {
	var rows []Comment
	if err := tx.Select(&rows).Where("author_id = ?", accountID).OrderExpr("created_at").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read own comments: %w", err)
	}
	return rows, nil
}
