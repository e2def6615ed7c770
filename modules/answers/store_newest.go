package answers

import (
	"context"
	"fmt"

	"glas/tenant"
)

// Newest are the ids of the things of one kind whose answers were published last, newest first.
func Newest(ctx context.Context, tx *tenant.Tx, kind string, n int) ([]string, error) {
	var ids []string
	err := tx.Select((*Answer)(nil)).Column("subject_id").Where("subject_kind = ?", kind).Where("published_at is not null").
		OrderExpr("published_at desc, id desc").Limit(int64(n)).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("find newest answers: %w", err)
	}
	return ids, nil
}
