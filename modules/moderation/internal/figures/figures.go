// Package figures counts what was reported and decided, by month, without names.
package figures

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"glas/tenant"
)

// months is how far back the public record goes.
const months = 24

// Count is one number of the public record.
type Count struct {
	Month, What string
	N           int64
}

// Both name tables only.
type (
	moderationReport   struct{ tenant.Key }
	moderationDecision struct{ tenant.Key }
)

// Of reads the numbers of the public record: reports by reason, decisions by act and by rule, appeals by what became of them.
func Of(ctx context.Context, tx *tenant.Tx) (reports, acts, rules, appeals []Count, err error) {
	since := firstMonth(tx)
	err = tx.Select((*moderationReport)(nil)).ColumnExpr("month, reason AS what, count(*) AS n").Where("month >= ?", since).
		GroupExpr("month, reason").Scan(ctx, &reports)
	if err != nil {
		return nil, nil, nil, nil, fmt.Errorf("count reports: %w", err)
	}
	for column, out := range map[string]*[]Count{"act": &acts, "rule": &rules, "appeal": &appeals} {
		err = tx.Select((*moderationDecision)(nil)).ColumnExpr("month, "+column+" AS what, count(*) AS n").Where("month >= ?", since).
			Where(column+" <> ''").GroupExpr("month, "+column).Scan(ctx, out)
		if err != nil {
			return nil, nil, nil, nil, fmt.Errorf("count decisions: %w", err)
		}
	}
	return reports, acts, rules, appeals, nil
}

// Month is what the public record says about one month, for programs; the keys are codes.
type Month struct {
	Month     string           `json:"month"`
	Reports   map[string]int64 `json:"reports"`
	Decisions map[string]int64 `json:"decisions"`
	Rules     map[string]int64 `json:"rules"`
	Appeals   map[string]int64 `json:"appeals"`
}

// Months are the figures for programs, the newest month first.
func Months(ctx context.Context, tx *tenant.Tx) ([]Month, error) {
	reports, acts, rules, appeals, err := Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	byName := map[string]*Month{}
	for part, rows := range [][]Count{reports, acts, rules, appeals} {
		for _, r := range rows {
			of := byName[r.Month]
			if of == nil {
				of = &Month{r.Month, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}}
				byName[r.Month] = of
			}
			[]map[string]int64{of.Reports, of.Decisions, of.Rules, of.Appeals}[part][r.What] += r.N
		}
	}
	out := []Month{}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(byName))) {
		out = append(out, *byName[name])
	}
	return out, nil
}

// firstMonth is the first month that the public record tells about.
func firstMonth(tx *tenant.Tx) string {
	zone := tx.Tenant().Zone()
	now := tx.Now().In(zone)
	return time.Date(now.Year(), now.Month()-months+1, 1, 0, 0, 0, 0, zone).Format("2006-01")
}
