package acts

import (
	"context"

	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/tenant"
)

// MoveMessage takes a message that came by e-mail out of the thread of its case and puts it into that of another, with an event in the
// history of both. A message that is not there moves nothing.
func (a *Acts) MoveMessage(ctx context.Context, tx *tenant.Tx, messageID string, to *stored.Case) error {
	m, err := stored.FindMessage(ctx, tx, messageID)
	if err != nil || m == nil || m.CaseID == to.ID {
		return err
	}
	was, err := stored.Find(ctx, tx, m.CaseID)
	if err != nil {
		return err
	}
	move := func(c *stored.Case, key, number string, by int64) error {
		return a.take(ctx, tx, c, step{perm: []string{PermReview}, action: stored.Note, in: stored.Input{Data: map[string]any{key: number}},
			after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
				return stored.Bump(ctx, tx, c, 0, 0, by)
			}})
	}
	if err := move(was, "moved_to", to.Number, -1); err != nil {
		return err
	}
	m.CaseID = to.ID
	if err := stored.Put(ctx, tx, m); err != nil {
		return err
	}
	return move(to, "moved_from", was.Number, 1)
}

// Spam takes a case away as not meant seriously; Unspam brings it back to review.
func (a *Acts) Spam(ctx context.Context, k Key) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermReview}, action: stored.MarkSpam, after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
		return a.turn(ctx, tx, c, Turn{All: true, Outcome: timed.OutcomeCancelled})
	}})
}

// Unspam brings a case back to review.
func (a *Acts) Unspam(ctx context.Context, k Key) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermReview}, action: stored.Unspam,
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if c.Number != "" {
				return a.begin(ctx, tx, c, c.RegisteredAt)
			}
			return nil
		}})
}
