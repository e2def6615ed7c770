package moderation

import (
	"context"
	"fmt"

	"glas/tenant"
)

// logMonths is how far back the public record goes.
const logMonths = 24

// monthCount is one number of the public record.
type monthCount struct {
	Month, What string
	N           int64
}

// logOf reads the numbers of the public record: reports by reason, decisions by act and by rule, appeals by what became of them.
func logOf(ctx context.Context, tx *tenant.Tx, since string) (reports, acts, rules, appeals []monthCount, err error) {
	err = tx.Select((*ModerationReport)(nil)).ColumnExpr("month, reason AS what, count(*) AS n").Where("month >= ?", since).
		GroupExpr("month, reason").Scan(ctx, &reports)
	if err != nil {
		return nil, nil, nil, nil, fmt.Errorf("count reports: %w", err)
	}
	for column, out := range map[string]*[]monthCount{"act": &acts, "rule": &rules, "appeal": &appeals} {
		err = tx.Select((*ModerationDecision)(nil)).ColumnExpr("month, "+column+" AS what, count(*) AS n").Where("month >= ?", since).
			Where(column+" <> ''").GroupExpr("month, "+column).Scan(ctx, out)
		if err != nil {
			return nil, nil, nil, nil, fmt.Errorf("count decisions: %w", err)
		}
	}
	return reports, acts, rules, appeals, nil
}
