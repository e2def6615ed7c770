package consultations

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/modules/comments"
	"glas/modules/consultations/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// Thread makes a consultation a place for comments (comments.Host).
func (m *Module) Thread(ctx context.Context, tx *tenant.Tx, consultationID string) (comments.Thread, error) {
	c, err := Load(ctx, tx, consultationID)
	if err != nil {
		return comments.Thread{}, err
	}
	if !c.Visible(tx.Now()) {
		return comments.Thread{}, fault.NotFound("consultations.error.unknown")
	}
	return c.Thread(ctx, tx), nil
}

// Commented counts comments on the consultation itself (comments.Host).
func (m *Module) Commented(ctx context.Context, tx *tenant.Tx, consultationID string, delta int) error {
	d := Delta{Comments: int64(delta)}
	if who := authz.From(ctx).ID; who != "" && delta > 0 {
		d.Participants = []string{who}
	}
	return Count(ctx, tx, consultationID, d)
}

// ownBallot shows the vote on the consultation itself, nil when there is none.
func (m *Module) ownBallot(ctx context.Context, tx *tenant.Tx, c *Consultation) (templ.Component, error) {
	b, ok := c.OwnBallot(ctx, tx.Now())
	if !ok || m.Vote == nil {
		return nil, nil
	}
	return m.Vote(ctx, tx, b)
}

// Ballots lets consultations be voted on themselves (votes.Host).
func (m *Module) Ballots(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]votes.Ballot, error) {
	found, err := LoadMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]votes.Ballot, len(found))
	for consultationID, c := range found {
		if b, ok := c.OwnBallot(ctx, tx.Now()); ok {
			out[consultationID] = b
		}
	}
	return out, nil
}

// Tallied stores how the votes on consultations themselves stand (votes.Host).
func (m *Module) Tallied(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	return stored.Tally(ctx, tx, totals)
}
