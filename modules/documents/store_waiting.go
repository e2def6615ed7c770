package documents

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/id"
	"glas/tenant"
)

func insertWaiting(ctx context.Context, tx *tenant.Tx, w *WaitingDocument) error {
	if _, err := tx.Insert(w).Exec(ctx); err != nil {
		return fmt.Errorf("keep file of a form: %w", err)
	}
	return nil
}

// findWaiting is a file that its owner may still use; nil when there is none.
func findWaiting(ctx context.Context, tx *tenant.Tx, waitingID, owner string) (*WaitingDocument, error) {
	if !id.Valid(waitingID) || owner == "" {
		return nil, nil
	}
	var rows []*WaitingDocument
	err := tx.Select(&rows).Where("id = ?", waitingID).Where("owner_id = ?", owner).Where("created_at > ?", tx.Now().Add(-waitsFor)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find file of a form: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return rows[0], nil
}

// takeWaiting removes a waiting file from the list and says whether it was there.
func takeWaiting(ctx context.Context, tx *tenant.Tx, waitingID string) (bool, error) {
	res, err := tx.Delete((*WaitingDocument)(nil)).Where("id = ?", waitingID).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("use file of a form: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// takeOldWaiting removes files that came before a moment from the list and gives them.
func takeOldWaiting(ctx context.Context, tx *tenant.Tx, before time.Time, limit int) ([]*WaitingDocument, error) {
	var rows []*WaitingDocument
	if err := tx.Select(&rows).Where("created_at <= ?", before).OrderExpr("created_at, id").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list files of forms: %w", err)
	}
	ids := make([]string, len(rows))
	for i, w := range rows {
		ids[i] = w.ID
	}
	if len(ids) == 0 {
		return nil, nil
	}
	if _, err := tx.Delete((*WaitingDocument)(nil)).Where("id in (?)", bun.In(ids)).Exec(ctx); err != nil {
		return nil, fmt.Errorf("forget files of forms: %w", err)
	}
	return rows, nil
}
