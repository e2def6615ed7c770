package stored

import (
	"context"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/votes"
	"glas/tenant"
)

// The permissions of this module.
const (
	PermSubmit = consultations.ActSubmit
	PermManage = "proposal.manage"
	PermMerge  = "proposal.merge"
	permReview = "moderation.review"
)

// Visible reports whether who acts in ctx may open the page of p, a proposal of c.
func Visible(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) bool {
	if !c.Visible(tx.Now()) && !authz.Can(ctx, "consultation.preview", authz.Resource{}).Allowed {
		return false
	}
	return p.State.Public() || p.State != Draft && Mine(ctx, p) || p.State != Draft && Staff(ctx)
}

// Mine reports whether who acts in ctx wrote p, alone or as the association that he acts for.
func Mine(ctx context.Context, p *Proposal) bool {
	a := authz.From(ctx)
	return a.SignedIn() && a.ID == p.AuthorID && p.AuthorKind != accounts.AuthorDeleted
}

// Staff reports whether who acts in ctx looks after proposals.
func Staff(ctx context.Context) bool {
	return authz.Can(ctx, PermManage, authz.Resource{}).Allowed || authz.Can(ctx, permReview, authz.Resource{}).Allowed
}

// Seen loads a proposal that who acts in ctx may open, with its consultation: three statements.
func Seen(ctx context.Context, tx *tenant.Tx, proposalID string) (*Proposal, *consultations.Consultation, error) {
	p, err := Find(ctx, tx, proposalID)
	if err != nil {
		return nil, nil, err
	}
	return inSight(ctx, tx, p)
}

// SeenNumber is seen by the number in an address.
func SeenNumber(ctx context.Context, tx *tenant.Tx, number int64) (*Proposal, *consultations.Consultation, error) {
	p, err := FindNumber(ctx, tx, number)
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
	if !Visible(ctx, tx, c, p) && p.State != Merged {
		return nil, nil, ErrUnknown()
	}
	return p, c, nil
}

// Thread is the discussion of a proposal for who acts in ctx: under the rules of the consultation, and closed with the proposal.
func Thread(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) comments.Thread {
	t := c.Thread(ctx, tx)
	t.Ref, t.Title, t.Path, t.OwnerID, t.Visible = p.Ref(), p.Title, p.Path(), p.AuthorID, true
	if p.State != Published {
		t.Post, t.Vote, t.Judge = authz.Refuse("proposals.closed"), authz.Refuse("proposals.closed"), nil
	}
	return t
}

// ConsultationsOf loads the consultations of a list: two statements.
func ConsultationsOf(ctx context.Context, tx *tenant.Tx, list []*Proposal) (map[string]*consultations.Consultation, error) {
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

// Ballot is the vote on a proposal, and false when no phase of its consultation asks for one.
func Ballot(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) (votes.Ballot, bool) {
	now := tx.Now()
	phase := VotePhase(c, c.Shown(now))
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
		HideCounts: rule.HideCounts, ClosesAt: ClosesAt(c, phase), Closed: !c.IsOpen(now) || p.State != Published, Title: p.Title, Path: p.Path(), Total: &total}, true
}

func Card(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Proposal) subject.Card {
	return subject.Card{Ref: p.Ref(), Title: p.Title, Path: p.Path(), Context: c.Title.In(ctx), Visible: p.State.Public() && c.Visible(tx.Now()),
		OwnerID: p.AuthorID, Lang: p.Lang}
}
