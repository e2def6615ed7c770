package papers

import (
	"context"
	"maps"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/votes"
	"glas/modules/votes/internal/lock"
	"glas/tenant"
)

// ballot is what can be voted on, as long as voting is open. Who may vote is for staff to see at the desk: only what closes voting for
// everybody is asked, which is what a visitor is told before he signs in.
func (m *Module) ballot(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (votes.Ballot, error) {
	host := m.Votes.Hosts[ref.Kind]
	if host == nil {
		return votes.Ballot{}, fault.NotFound("votes.error.not_found")
	}
	ctx = authz.With(ctx, authz.Actor{Kind: authz.Visitor}, nil)
	all, err := host.Ballots(ctx, tx, []string{ref.ID})
	if err != nil {
		return votes.Ballot{}, err
	}
	b, ok := all[ref.ID]
	if !ok || b.Kind == votes.Helpful {
		return votes.Ballot{}, fault.NotFound("votes.error.not_found")
	}
	b.Ref = ref
	if b.Judge != nil {
		b.Decision = b.Judge(ctx)
	}
	if !b.Decision.Allowed && !b.Decision.SignIn {
		return b, b.Decision.Err()
	}
	if b.Over(tx.Now()) {
		return b, fault.Conflict("votes.error.closed")
	}
	return b, nil
}

// Enter counts a vote from paper or from the desk. It is refused when the same reference, or the same person, voted on it already, when
// the quota is used up, and after the close.
func (m *Module) Enter(ctx context.Context, e Entry) error {
	if err := authz.Can(ctx, enter, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := lock.Subjects(ctx, tx, e.Ref); err != nil {
			return err
		}
		b, err := m.ballot(ctx, tx, e.Ref)
		if err != nil {
			return err
		}
		p, err := m.paper(ctx, tx, e, b)
		if err != nil {
			return err
		}
		if err := m.admit(ctx, tx, p, b); err != nil {
			return err
		}
		if err := keep(ctx, tx, p); err != nil {
			return err
		}
		v := votes.Vote{SubjectKind: p.SubjectKind, SubjectID: p.SubjectID, VoterID: p.VoterID, VoterKind: p.VoterKind, Value: p.Value, Scope: b.Scope, Channel: p.Channel,
			CastAt: tx.Now(), ChangedAt: tx.Now()}
		if err := m.Votes.Import(ctx, tx, []votes.Vote{v}); err != nil {
			return err
		}
		if err := trail(ctx, tx, p, "", p.Value); err != nil {
			return err
		}
		if !b.ClosesAt.IsZero() {
			of := b.Ref
			if b.Scope != "" {
				of = votes.ScopeRef(b.Scope)
			}
			if err := votes.FreezeAt(ctx, tx, of, b.ClosesAt); err != nil {
				return err
			}
		}
		return m.record(ctx, tx, "vote.enter", p, nil)
	})
}

// paper is the row of an entry. The voter is the account that was named, else the reference itself, the same in every question.
func (m *Module) paper(ctx context.Context, tx *tenant.Tx, e Entry, b votes.Ballot) (*VotePaper, error) {
	if !b.Kind.Takes(e.Value) {
		return nil, fault.InvalidField("value", "votes.error.value")
	}
	p := &VotePaper{Key: tenant.Key{ID: id.New()}, SubjectKind: e.Ref.Kind, SubjectID: e.Ref.ID, Channel: e.Channel, Reference: fold(e.Reference), Shown: e.Reference, Value: e.Value,
		VoterKind: votes.VoterCitizen, EnteredBy: authz.From(ctx).ID, EnteredAt: tx.Now()}
	if p.Reference == "" {
		return nil, fault.InvalidField("reference", "val.required")
	}
	p.VoterID = e.Channel + ":" + p.Reference
	if e.Association {
		p.VoterKind = votes.VoterAssociation
	}
	if e.Email == "" {
		return p, nil
	}
	account, err := person(ctx, tx, e.Email)
	if err != nil {
		return nil, err
	}
	if account == "" || e.Association {
		return nil, fault.InvalidField("email", "papers.error.person")
	}
	p.VoterID = account
	return p, nil
}

// admit refuses what would count twice or beyond the quota, and what comes after the result was frozen.
func (m *Module) admit(ctx context.Context, tx *tenant.Tx, p *VotePaper, b votes.Ballot) error {
	if b.Quota > 0 {
		if err := lock.Voter(ctx, tx, b.Scope, p.VoterID); err != nil {
			return err
		}
		used, err := votes.Scope(ctx, tx, p.VoterID, b.Scope)
		if err != nil {
			return err
		}
		if used >= b.Quota {
			return fault.Conflict("papers.error.quota", "Used", used, "Quota", b.Quota)
		}
	}
	before, err := voted(ctx, tx, p.Ref(), p.VoterID)
	if err != nil {
		return err
	}
	if before && p.VoterID != p.Channel+":"+p.Reference {
		return fault.Conflict("papers.error.voted")
	}
	if before {
		return fault.Conflict("papers.error.twice", "Reference", p.Shown)
	}
	frozen, err := isFrozen(ctx, tx, b)
	if err == nil && frozen {
		err = fault.Conflict("votes.error.closed")
	}
	return err
}

// Remove takes a vote back that was entered by mistake, with the reason, while voting is open.
func (m *Module) Remove(ctx context.Context, paperID, reason string) error {
	if err := authz.Can(ctx, enter, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		p, err := find(ctx, tx, paperID)
		if err != nil {
			return err
		}
		if err := lock.Subjects(ctx, tx, p.Ref()); err != nil {
			return err
		}
		b, err := m.ballot(ctx, tx, p.Ref())
		if err != nil {
			return err
		}
		if frozen, err := isFrozen(ctx, tx, b); err != nil || frozen {
			if err == nil {
				err = fault.Conflict("votes.error.closed")
			}
			return err
		}
		p.RemovedBy, p.RemovedAt, p.Reason = authz.From(ctx).ID, tx.Now(), reason
		if err := takeBack(ctx, tx, p); err != nil {
			return err
		}
		if err := m.Votes.Uncount(ctx, tx, votes.Vote{SubjectKind: p.SubjectKind, SubjectID: p.SubjectID, VoterID: p.VoterID}); err != nil {
			return err
		}
		if err := trail(ctx, tx, p, p.Value, ""); err != nil {
			return err
		}
		return m.record(ctx, tx, "vote.enter.remove", p, map[string]any{"reason": reason})
	})
}

// record notes who entered or took back which paper, and not what it says.
func (m *Module) record(ctx context.Context, tx *tenant.Tx, action string, p *VotePaper, data map[string]any) error {
	if m.Votes.Audit == nil {
		return nil
	}
	all := map[string]any{"channel": p.Channel, "reference": p.Shown}
	maps.Copy(all, data)
	return m.Votes.Audit(ctx, tx, action, p.Ref(), all)
}
