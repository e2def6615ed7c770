package stored

import (
	"context"
	"fmt"

	"glas/tenant"
)

// walkStep is how many comments Walk reads at once.
const walkStep = 500

// Walk gives the shown comments of a consultation to fn, by their ids.
func Walk(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(c *Comment) error) error {
	for last := ""; ; {
		var rows []*Comment
		err := tx.Select(&rows).Where("?TableAlias.consultation_id = ?", consultationID).Where("?TableAlias.state = ?", Shown).
			Where("?TableAlias.id > ?", last).OrderExpr("?TableAlias.id").Limit(walkStep).Scan(ctx)
		if err != nil {
			return fmt.Errorf("walk over comments: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		for _, c := range rows {
			if err := fn(c); err != nil {
				return err
			}
		}
		last = rows[len(rows)-1].ID
	}
}
