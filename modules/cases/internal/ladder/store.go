package ladder

import (
	"context"
	"fmt"

	"glas/internal/id"
	"glas/modules/cases/internal/around"
	"glas/tenant"
)

// Watch has an account keep an eye on a case and reports whether it did not before. level is that of the ladder, empty for who wants to.
func Watch(ctx context.Context, tx *tenant.Tx, caseID, accountID, level string) (bool, error) {
	row := &around.CaseWatcher{Key: tenant.Key{ID: id.New()}, CaseID: caseID, AccountID: accountID, Level: level, CreatedAt: tx.Now()}
	res, err := tx.Insert(row).On("CONFLICT (tenant_id, case_id, account_id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("watch case: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Unwatch ends it.
func Unwatch(ctx context.Context, tx *tenant.Tx, caseID, accountID string) error {
	_, err := tx.Delete((*around.CaseWatcher)(nil)).Where("case_watcher.case_id = ?", caseID).Where("case_watcher.account_id = ?", accountID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("watch case no longer: %w", err)
	}
	return nil
}

// given reports whether a task is there, whatever became of it.
func given(ctx context.Context, tx *tenant.Tx, taskID string) (bool, error) {
	n, err := tx.Select((*around.CaseTask)(nil)).Where("case_task.id = ?", taskID).Count(ctx)
	if err != nil {
		return false, fmt.Errorf("look for task: %w", err)
	}
	return n > 0, nil
}

// Watchers are who keeps an eye on a case, the longest first.
func Watchers(ctx context.Context, tx *tenant.Tx, caseID string) ([]around.CaseWatcher, error) {
	var rows []around.CaseWatcher
	if err := tx.Select(&rows).Where("case_watcher.case_id = ?", caseID).OrderExpr("case_watcher.created_at, case_watcher.id").Limit(100).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list watchers: %w", err)
	}
	return rows, nil
}
