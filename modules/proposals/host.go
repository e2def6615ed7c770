package proposals

import (
	"context"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// off reports whether the municipality switched proposals off: then nothing leads to them, and what hangs on them is not there either.
func off(tx *tenant.Tx) bool { return !tx.Tenant().Offers(Kind) }

// Thread makes a proposal a place for comments (comments.Host).
func (m *Module) Thread(ctx context.Context, tx *tenant.Tx, proposalID string) (comments.Thread, error) {
	p, c, err := stored.Seen(ctx, tx, proposalID)
	if err != nil {
		return comments.Thread{}, err
	}
	return stored.Thread(ctx, tx, c, p), nil
}

// Commented counts comments on a proposal (comments.Host).
func (m *Module) Commented(ctx context.Context, tx *tenant.Tx, proposalID string, delta int) error {
	if delta == 0 {
		return nil
	}
	consultationID, err := stored.CountComments(ctx, tx, proposalID, delta)
	if err != nil {
		return err
	}
	d := consultations.Delta{Comments: int64(delta)}
	if who := authz.From(ctx).ID; who != "" && delta > 0 {
		d.Participants = []string{who}
	}
	return consultations.Count(ctx, tx, consultationID, d)
}

// Tallied stores how the votes on proposals stand (votes.Host).
func (m *Module) Tallied(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	return stored.Tally(ctx, tx, totals)
}

// Ballots lets proposals be voted on (votes.Host).
func (m *Module) Ballots(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]votes.Ballot, error) {
	return stored.Ballots(ctx, tx, ids)
}

// Cards are how others show proposals (follows.Kind, search); those that who acts in ctx may not open are left out.
func (m *Module) Cards(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	found, err := stored.ConsultationsOf(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	out := make(map[string]subject.Card, len(list))
	for _, p := range list {
		if c := found[p.ConsultationID]; c != nil && p.State != Draft && stored.Visible(ctx, tx, c, p) {
			out[p.ID] = stored.Card(ctx, tx, c, p)
		}
	}
	return out, nil
}

// Fresh are the published proposals around a place that appeared in a time, of consultations that everybody may see.
func Fresh(ctx context.Context, tx *tenant.Tx, n Near) ([]*Proposal, error) {
	return stored.Fresh(ctx, tx, n)
}

// Walk gives the proposals of a consultation that everybody may open to fn, by number and in batches: published ones, and withdrawn ones,
// of which only that they exist may be told. It reads by keyset, so that memory does not grow.
func Walk(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(batch []*Proposal) error) error {
	return stored.Walk(ctx, tx, consultationID, fn)
}
