package acts

import (
	"context"

	"glas/modules/cases/internal/filing"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Own is an act of the program itself.
type Own struct {
	Action stored.Action
	In     stored.Input
	// Change writes into the case before it is saved.
	Change func(c *stored.Case)
	// Turn is what clocks are told; nil tells them nothing.
	Turn *Turn
	// After does what belongs to it in the same transaction.
	After func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error
	// Letter is which one the reporter gets, with its words; empty sends none.
	Letter string
	Words  []any
	// News is of which To are told, people of the municipality.
	News string
	To   []string
}

// Do carries out an act of the program itself on a loaded case.
func (a *Acts) Do(ctx context.Context, tx *tenant.Tx, c *stored.Case, o Own) error {
	return a.take(ctx, tx, c, step{free: true, action: o.Action, in: o.In, change: o.Change, after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
		if o.Turn != nil {
			if err := a.turn(ctx, tx, c, *o.Turn); err != nil {
				return err
			}
		}
		if o.After != nil {
			if err := o.After(ctx, tx, c); err != nil {
				return err
			}
		}
		if err := a.tellStaff(ctx, tx, c, o.News, o.To...); err != nil {
			return err
		}
		if o.Letter == "" {
			return nil
		}
		return a.tellReporter(ctx, tx, c, o.Letter, c.TokenPath(), o.Words...)
	}})
}

// Preview is a report as it would be if it were shown at once: what everybody may see of it is said by stored.See. Nothing is stored.
func (a *Acts) Preview(ctx context.Context, tx *tenant.Tx, r Report) (*stored.Case, error) {
	n, err := a.Names.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	c := filing.Compose(ctx, tx, n, n.Topic(r.TopicID), r, false)
	c.TenantID, c.State, c.Published, c.RegisteredAt, c.PublishedAt = tx.ID(), stored.Received, true, tx.Now(), tx.Now()
	c.Derive()
	return c, nil
}
