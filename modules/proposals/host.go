package proposals

import (
	"context"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// visible reports whether who acts in ctx may open the page of p, a proposal of c.
func visible(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) bool {
	if !c.Visible(tx.Now()) && !authz.Can(ctx, "consultation.preview", authz.Resource{}).Allowed {
		return false
	}
	return p.State.Public() || p.State != Draft && mine(ctx, p) || p.State != Draft && staff(ctx)
}

// mine reports whether who acts in ctx wrote p, alone or as the association that he acts for.
func mine(ctx context.Context, p *Proposal) bool {
	a := authz.From(ctx)
	return a.SignedIn() && a.ID == p.AuthorID && p.AuthorKind != accounts.AuthorDeleted
}

// staff reports whether who acts in ctx looks after proposals.
func staff(ctx context.Context) bool {
	return authz.Can(ctx, permManage, authz.Resource{}).Allowed || authz.Can(ctx, permReview, authz.Resource{}).Allowed
}

// seen loads a proposal that who acts in ctx may open, with its consultation: three statements.
func seen(ctx context.Context, tx *tenant.Tx, proposalID string) (*Proposal, *consultations.Consultation, error) {
	p, err := stored.Find(ctx, tx, proposalID)
	if err != nil {
		return nil, nil, err
	}
	return inSight(ctx, tx, p)
}

// seenNumber is seen by the number in an address.
func seenNumber(ctx context.Context, tx *tenant.Tx, number int64) (*Proposal, *consultations.Consultation, error) {
	p, err := stored.FindNumber(ctx, tx, number)
	if err != nil {
		return nil, nil, err
	}
	return inSight(ctx, tx, p)
}

func inSight(ctx context.Context, tx *tenant.Tx, p *Proposal) (*Proposal, *consultations.Consultation, error) {
	c, err := consultations.Load(ctx, tx, p.ConsultationID)
	if err != nil {
		return nil, nil, err
	}
	if !visible(ctx, tx, c, p) && p.State != Merged {
		return nil, nil, stored.ErrUnknown()
	}
	return p, c, nil
}

// Thread makes a proposal a place for comments (comments.Host).
func (m *Module) Thread(ctx context.Context, tx *tenant.Tx, proposalID string) (comments.Thread, error) {
	p, c, err := seen(ctx, tx, proposalID)
	if err != nil {
		return comments.Thread{}, err
	}
	return thread(ctx, tx, c, p), nil
}

// thread is the discussion of a proposal for who acts in ctx: under the rules of the consultation, and closed with the proposal.
func thread(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) comments.Thread {
	t := c.Thread(ctx, tx)
	t.Ref, t.Title, t.Path, t.OwnerID, t.Visible = p.Ref(), p.Title, p.Path(), p.AuthorID, true
	if p.State != Published {
		t.Post, t.Vote = authz.Refuse("proposals.closed"), authz.Refuse("proposals.closed")
	}
	return t
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
	list, err := stored.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	found, err := consultationsOf(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	out := make(map[string]votes.Ballot, len(list))
	for _, p := range list {
		c := found[p.ConsultationID]
		if c == nil || p.State != Published || !c.Visible(tx.Now()) {
			continue
		}
		if b, ok := ballot(ctx, tx, c, p); ok {
			b.Total = nil // the votes themselves know better than a counter that is about to change
			out[p.ID] = b
		}
	}
	return out, nil
}

// consultationsOf loads the consultations of a list: two statements.
func consultationsOf(ctx context.Context, tx *tenant.Tx, list []*Proposal) (map[string]*consultations.Consultation, error) {
	var ids []string
	have := map[string]bool{}
	for _, p := range list {
		if !have[p.ConsultationID] {
			have[p.ConsultationID] = true
			ids = append(ids, p.ConsultationID)
		}
	}
	return consultations.LoadMany(ctx, tx, ids)
}

// ballot is the vote on a proposal, and false when no phase of its consultation asks for one.
func ballot(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) (votes.Ballot, bool) {
	now := tx.Now()
	phase := stored.VotePhase(c, c.Shown(now))
	if phase == nil {
		return votes.Ballot{}, false
	}
	rule, total := phase.Switches.Votes, p.Total()
	judge := func(ctx context.Context) authz.Decision {
		if p.State != Published {
			return authz.Refuse("proposals.closed")
		}
		return c.May(ctx, consultations.ActVote, now)
	}
	return votes.Ballot{Ref: p.Ref(), Kind: votes.Kind(rule.Kind), Scope: phase.ID, Quota: rule.Quota, Min: rule.Min, Decision: judge(ctx), Judge: judge,
		HideCounts: rule.HideCounts, ClosesAt: stored.ClosesAt(c, phase), Closed: !c.IsOpen(now) || p.State != Published, Title: p.Title, Path: p.Path(), Total: &total}, true
}

// Cards are how others show proposals (follows.Kind, search); those that who acts in ctx may not open are left out.
func (m *Module) Cards(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	found, err := consultationsOf(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	out := make(map[string]subject.Card, len(list))
	for _, p := range list {
		if c := found[p.ConsultationID]; c != nil && p.State != Draft && visible(ctx, tx, c, p) {
			out[p.ID] = card(ctx, tx, c, p)
		}
	}
	return out, nil
}

func card(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) subject.Card {
	return subject.Card{Ref: p.Ref(), Title: p.Title, Path: p.Path(), Context: c.Title.In(ctx), Visible: p.State.Public() && c.Visible(tx.Now()),
		OwnerID: p.AuthorID, Lang: p.Lang}
}
