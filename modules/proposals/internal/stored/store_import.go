package stored

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"glas/tenant"
)

func ByExternal(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]*Proposal, error) {
	var rows []*Proposal
	if err := tx.Select(&rows).Where("proposal.external_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find imported proposals: %w", err)
	}
	out := make(map[string]*Proposal, len(rows))
	for _, p := range rows {
		out[p.ExternalID] = p
	}
	return out, nil
}

func insertMany(ctx context.Context, tx *tenant.Tx, rows []*Proposal) error {
	if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("insert proposals: %w", err)
	}
	ids := make([]string, len(rows))
	for i, p := range rows {
		ids[i] = p.ID
	}
	return rank(ctx, tx, ids...)
}

// Externals are the ids of what was imported into a consultation, by external id.
func Externals(ctx context.Context, tx *tenant.Tx, consultationID string) (map[string]string, error) {
	var rows []struct{ ID, ExternalID string }
	err := tx.Select((*Proposal)(nil)).Column("id", "external_id").Where("proposal.consultation_id = ?", consultationID).
		Where("proposal.external_id is not null").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list imported proposals: %w", err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.ExternalID] = r.ID
	}
	return out, nil
}

// NewestAnswered are the proposals whose answers were published last.
func NewestAnswered(ctx context.Context, tx *tenant.Tx, n int) ([]*Proposal, error) {
	var rows []*Proposal
	err := ofPublic(tx, tx.Select(&rows).Column(listed()...)).Where("proposal.state = ?", Published).Where("proposal.answered_at is not null").
		OrderExpr("proposal.answered_at DESC, proposal.id").Limit(int64(n)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list answered proposals: %w", err)
	}
	return rows, nil
}
