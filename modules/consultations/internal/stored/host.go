package stored

import (
	"context"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/modules/comments"
	"glas/modules/votes"
	"glas/tenant"
)

// Thread is the discussion of the consultation itself for who acts in ctx.
func (c *Consultation) Thread(ctx context.Context, tx *tenant.Tx) comments.Thread {
	now := tx.Now()
	s := c.Shown(now).Switches
	t := comments.Thread{Ref: c.Ref(), Scope: c.ID, ConsultationID: c.ID, Title: c.Title.In(ctx), Path: c.Path() + "/comments", Visible: true,
		Post: c.May(ctx, ActComment, now), Vote: c.May(ctx, ActCommentVote, now), Stance: s.Stance, Columns: s.Columns,
		Pseudonyms: s.Pseudonyms, Moderation: s.ModerationOr(tx.Tenant().Rules.Moderation), ClosesAt: c.ClosesAt(now),
		Official: authz.Can(ctx, "comment.official", authz.Resource{}).Allowed}
	t.Judge = func(ctx context.Context) authz.Decision { return c.May(ctx, ActCommentVote, now) }
	switch s.Sort {
	case comments.SortNewest, comments.SortOldest, comments.SortBest, comments.SortDiscussed:
		t.Sort = s.Sort
	}
	return t
}

// OwnBallot is the vote on the consultation itself, and false when no phase asks for one. Once its phase is over it stays, closed, so
// that the result can be read.
func (c *Consultation) OwnBallot(ctx context.Context, now time.Time) (votes.Ballot, bool) {
	p := c.ownVotePhase(now)
	if p == nil || !c.Visible(now) {
		return votes.Ballot{}, false
	}
	rule := p.Switches.Votes
	judge := func(ctx context.Context) authz.Decision { return c.May(ctx, ActVote, now) }
	b := votes.Ballot{Ref: c.Ref(), Kind: votes.Kind(rule.Kind), Decision: judge(ctx), Judge: judge, HideCounts: rule.HideCounts,
		ClosesAt: c.ClosesAt(now), Closed: !c.IsOpen(now), Title: c.Title.In(ctx), Path: c.Path()}
	if c.Shown(now) != p {
		b.ClosesAt, b.Closed = p.EndsAt, true
	}
	return b, true
}

// ownVotePhase is the phase whose vote on the consultation itself is shown: the one that decides how things look when it asks for a
// vote, else the last before it that did; nil when there is none.
func (c *Consultation) ownVotePhase(now time.Time) *Phase {
	asks := func(p *Phase) bool {
		return p.Switches.Votes.Kind != "" && p.Switches.Votes.Subject() == OnConsultation
	}
	if p := c.Shown(now); asks(p) {
		return p
	}
	for _, p := range slices.Backward(c.Phases) {
		if !p.StartsAt.After(now) && asks(p) {
			return p
		}
	}
	return nil
}
