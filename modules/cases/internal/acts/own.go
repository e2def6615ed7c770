package acts

import (
	"context"

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
	// Letter is which one the reporter gets, with its words; empty sends none.
	Letter string
	Words  []any
}

// Do carries out an act of the program itself on a loaded case.
func (a *Acts) Do(ctx context.Context, tx *tenant.Tx, c *stored.Case, o Own) error {
	return a.take(ctx, tx, c, step{free: true, action: o.Action, in: o.In, change: o.Change, after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
		if o.Turn != nil {
			if err := a.turn(ctx, tx, c, *o.Turn); err != nil {
				return err
			}
		}
		if o.Letter == "" {
			return nil
		}
		return a.tellReporter(ctx, tx, c, o.Letter, c.TokenPath(), o.Words...)
	}})
}
