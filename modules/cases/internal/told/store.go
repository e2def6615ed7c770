package told

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// OpenOf is the open call of a case; nil when there is none.
func OpenOf(ctx context.Context, tx *tenant.Tx, caseID string) (*CaseCall, error) {
	return one(ctx, tx, "case_call.case_id = ? AND case_call.state = 'open'", caseID)
}

// Find is a call by its id; one that does not exist is stored.ErrUnknown.
func Find(ctx context.Context, tx *tenant.Tx, callID string) (*CaseCall, error) {
	row, err := one(ctx, tx, "case_call.id = ?", callID)
	if err == nil && row == nil {
		err = stored.ErrUnknown()
	}
	return row, err
}

func one(ctx context.Context, tx *tenant.Tx, where string, args ...any) (*CaseCall, error) {
	row := new(CaseCall)
	err := tx.Select(row).Where(where, args...).Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find call: %w", err)
	}
	return row, nil
}

// Of are all calls about a case, the oldest first.
func Of(ctx context.Context, tx *tenant.Tx, caseID string) ([]CaseCall, error) {
	var rows []CaseCall
	if err := tx.Select(&rows).Where("case_call.case_id = ?", caseID).OrderExpr("case_call.created_at, case_call.id").Limit(100).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list calls of a case: %w", err)
	}
	return rows, nil
}

// Waiting are the open calls, those due first before the others, at most limit.
func Waiting(ctx context.Context, tx *tenant.Tx, limit int) ([]CaseCall, error) {
	var rows []CaseCall
	if err := tx.Select(&rows).Where("case_call.state = 'open'").OrderExpr("case_call.due_at, case_call.id").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list calls: %w", err)
	}
	return rows, nil
}

// noticeAll notes in the referrals of a case that its reporter was told.
func noticeAll(ctx context.Context, tx *tenant.Tx, caseID string) error {
	_, err := tx.Raw("update case_referrals set noticed_at = ? where tenant_id = ? and case_id = ? and noticed_at is null", tx.Now(), tx.ID(), caseID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("note that the reporter was told: %w", err)
	}
	return nil
}
