package consultations

import (
	"context"
	"fmt"
	"time"

	"github.com/a-h/templ"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/modules/comments"
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

// Thread is the discussion of the consultation itself for who acts in ctx.
func (c *Consultation) Thread(ctx context.Context, tx *tenant.Tx) comments.Thread {
	now := tx.Now()
	s := c.Shown(now).Switches
	t := comments.Thread{Ref: c.Ref(), Scope: c.ID, ConsultationID: c.ID, Title: c.Title.In(ctx), Path: c.Path() + "/comments", Visible: true,
		Post: c.May(ctx, ActComment, now), Vote: c.May(ctx, ActCommentVote, now), Stance: s.Stance, Columns: s.Columns,
		Pseudonyms: s.Pseudonyms, Moderation: s.ModerationOr(tx.Tenant().Rules.Moderation), ClosesAt: c.ClosesAt(now),
		Official: authz.Can(ctx, "comment.official", authz.Resource{}).Allowed}
	switch s.Sort {
	case comments.SortNewest, comments.SortOldest, comments.SortBest, comments.SortDiscussed:
		t.Sort = s.Sort
	}
	return t
}

// Commented counts comments on the consultation itself (comments.Host).
func (m *Module) Commented(ctx context.Context, tx *tenant.Tx, consultationID string, delta int) error {
	d := Delta{Comments: int64(delta)}
	if who := authz.From(ctx).ID; who != "" && delta > 0 {
		d.Participants = []string{who}
	}
	return Count(ctx, tx, consultationID, d)
}

// OwnBallot is the vote on the consultation itself, and false when no phase asks for one.
func (c *Consultation) OwnBallot(ctx context.Context, now time.Time) (votes.Ballot, bool) {
	p := c.Shown(now)
	rule := p.Switches.Votes
	if rule.Kind == "" || on(rule) != OnConsultation || !c.Visible(now) {
		return votes.Ballot{}, false
	}
	judge := func(ctx context.Context) authz.Decision { return c.May(ctx, ActVote, now) }
	return votes.Ballot{Ref: c.Ref(), Kind: votes.Kind(rule.Kind), Decision: judge(ctx), Judge: judge, HideCounts: rule.HideCounts,
		ClosesAt: c.ClosesAt(now), Closed: !c.IsOpen(now), Title: c.Title.In(ctx), Path: c.Path()}, true
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
	for _, t := range totals {
		if err := tally(ctx, tx, t); err != nil {
			return fmt.Errorf("tally on consultation: %w", err)
		}
	}
	return nil
}
