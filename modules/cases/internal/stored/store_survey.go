package stored

import (
	"context"
	"fmt"
	"time"

	"glas/tenant"
)

// Submit stores an opinion, once: false says that another one was there before.
func Submit(ctx context.Context, tx *tenant.Tx, s *CaseSurvey) (bool, error) {
	res, err := tx.Update(s).WherePK().Where("submitted_at is null").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("submit opinion: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Unasked are surveys whose letter was not written and that are not over, at most limit, the oldest first.
func Unasked(ctx context.Context, tx *tenant.Tx, limit int) ([]CaseSurvey, error) {
	var rows []CaseSurvey
	err := tx.Select(&rows).Where("case_survey.sent_at is null").Where("case_survey.submitted_at is null").Where("case_survey.expires_at > ?", tx.Now()).
		OrderExpr("case_survey.created_at").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list surveys: %w", err)
	}
	return rows, nil
}

// Unanswered are surveys that were asked before a moment and never answered or reminded of, at most limit.
func Unanswered(ctx context.Context, tx *tenant.Tx, asked time.Time, limit int) ([]CaseSurvey, error) {
	var rows []CaseSurvey
	err := tx.Select(&rows).Where("case_survey.sent_at < ?", asked).Where("case_survey.submitted_at is null").Where("case_survey.reminded_at is null").
		Where("case_survey.expires_at > ?", tx.Now()).OrderExpr("case_survey.sent_at").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list surveys: %w", err)
	}
	return rows, nil
}

// SurveyReasons are those of the municipality in the order that staff chose, archived ones too.
func SurveyReasons(ctx context.Context, tx *tenant.Tx) ([]CaseSurveyReason, error) {
	return all[CaseSurveyReason](ctx, tx, "1 = 1", "case_survey_reason.position, case_survey_reason.id")
}
