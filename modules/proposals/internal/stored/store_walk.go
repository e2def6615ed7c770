package stored

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"glas/tenant"
)

// walkStep is how many proposals Walk reads at once.
const walkStep = 500

// Walk gives the public proposals of a consultation to fn, by number, in batches.
func Walk(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(batch []*Proposal) error) error {
	for last := int64(0); ; {
		var rows []*Proposal
		err := tx.Select(&rows).Where("proposal.consultation_id = ?", consultationID).Where("proposal.state in (?)", bun.List([]State{Published, Withdrawn})).
			Where("proposal.number > ?", last).OrderExpr("proposal.number").Limit(walkStep).Scan(ctx)
		if err != nil {
			return fmt.Errorf("walk over proposals: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		if err := fn(rows); err != nil {
			return err
		}
		last = rows[len(rows)-1].Number
	}
}
