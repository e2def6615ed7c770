package consultations

import (
	"context"
	"fmt"

	"glas/internal/id"
	"glas/modules/consultations/internal/act"
	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// Add stores a consultation as it is given, under the name in its address when it has one, and makes it findable. It is for
// demonstration and import: no rule is asked and nobody is told.
func Add(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
	wanted := c.Slug
	if c.ID == "" {
		c.ID = id.New()
	}
	if err := stored.Insert(ctx, tx, c); err != nil {
		return err
	}
	if wanted != "" && wanted != c.Slug {
		c.Slug = wanted
		if err := stored.Save(ctx, tx, c); err != nil {
			return err
		}
	}
	return act.Index(ctx, tx, c)
}

// AddResult stores the published outcome of a consultation that was added.
func AddResult(ctx context.Context, tx *tenant.Tx, r *Result) error {
	return stored.PutResult(ctx, tx, r)
}

// Sums is how much was said in all public consultations together.
type Sums struct{ Open, Proposals, Comments, Votes int64 }

// SumAll adds the stored counters of all public consultations up, in one statement.
func SumAll(ctx context.Context, tx *tenant.Tx) (Sums, error) {
	var s Sums
	err := tx.Select((*Consultation)(nil)).
		ColumnExpr("coalesce(sum(case when starts_at <= ? and (ends_at is null or ends_at >= ?) then 1 else 0 end), 0) as open", tx.Now(), tx.Now()).
		ColumnExpr("coalesce(sum(proposal_count), 0) as proposals").ColumnExpr("coalesce(sum(comment_count), 0) as comments").
		ColumnExpr("coalesce(sum(vote_count), 0) as votes").
		Where("state in (?, ?)", Published, Archived).Where("deleted_at is null").Scan(ctx, &s.Open, &s.Proposals, &s.Comments, &s.Votes)
	if err != nil {
		return Sums{}, fmt.Errorf("add up consultations: %w", err)
	}
	return s, nil
}
