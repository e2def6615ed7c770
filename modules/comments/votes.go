package comments

import (
	"context"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// Target is a comment as votes need it.
type Target struct {
	Ref subject.Ref
	// Scope is what a quota counts within.
	Scope string
	// Decision says whether the person in ctx may vote on it.
	Decision authz.Decision
	// Judge, when set, makes Decision for whoever acts in the context that it is given, without asking the database.
	Judge    func(ctx context.Context) authz.Decision
	ClosesAt time.Time
	Title    string
	Path     string
	Up, Down int64
}

// VoteTargets describes comments to the votes. Comments that cannot be read are left out.
func (m *Module) VoteTargets(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]Target, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Target, len(list))
	threads := map[subject.Ref]Thread{}
	for _, c := range list {
		if !c.Visible() {
			continue
		}
		t, ok := threads[c.Subject()]
		if !ok {
			if t, err = m.thread(ctx, tx, c.Subject()); err != nil && !fault.Is(err, fault.KindNotFound) {
				return nil, err
			}
			threads[c.Subject()] = t
		}
		if !t.Visible {
			continue
		}
		out[c.ID] = Target{Ref: c.Ref(), Scope: t.Scope, Decision: t.voteOn(ctx, c), ClosesAt: t.ClosesAt, Title: t.Title, Path: c.Permalink(),
			Up: c.Up, Down: c.Down, Judge: t.judgeOf(c)}
	}
	return out, nil
}

// voteOn says whether the person in ctx may vote on a comment: as the thread has it, but never on his own.
func (t Thread) voteOn(ctx context.Context, c *Comment) authz.Decision {
	a := authz.From(ctx)
	if a.SignedIn() && (a.ID == c.AuthorID || a.OrganisationID != "" && a.OrganisationID == c.OrganisationID) {
		return authz.Refuse("comments.vote.own")
	}
	if t.Judge != nil {
		return t.Judge(ctx)
	}
	return t.Vote
}

// judgeOf is voteOn for anybody, nil where the host of the thread can only decide about one person at a time.
func (t Thread) judgeOf(c *Comment) func(ctx context.Context) authz.Decision {
	if t.Judge == nil {
		return nil
	}
	return func(ctx context.Context) authz.Decision { return t.voteOn(ctx, c) }
}

// CountVotes stores how many people found a comment helpful and how many did not, and what follows for the order "best".
func (m *Module) CountVotes(ctx context.Context, tx *tenant.Tx, commentID string, up, down int64) error {
	return stored.SetVotes(ctx, tx, commentID, up, down)
}
