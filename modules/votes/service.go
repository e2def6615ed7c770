package votes

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/tenant"
)

// Cast votes for who acts in ctx and returns after the vote is durable. Many may call it at once: their votes share a commit, and
// a refusal is only that of the vote that it is about.
//
// Errors: fault.NotFound for what cannot be seen, the ballot's Decision, fault.Forbidden after the close, fault.Invalid for another
// value than those of the kind, fault.Conflict "votes.error.quota_reached" when the quota of the scope is used up.
func (m *Module) Cast(ctx context.Context, cmd Command) (Result, error) {
	if tenant.From(ctx) == nil {
		return Result{}, tenant.ErrNone
	}
	if _, err := m.host(tenant.From(ctx), cmd.Ref.Kind); err != nil {
		return Result{}, err
	}
	if authz.From(ctx).VoterID() == "" {
		return Result{}, m.refuse(ctx, cmd)
	}
	// A caller may give up and reuse what his strings are made of while the batch still works.
	cmd.Ref = subject.Ref{Kind: strings.Clone(cmd.Ref.Kind), ID: strings.Clone(cmd.Ref.ID)}
	cmd.Value, cmd.Channel = strings.Clone(cmd.Value), strings.Clone(cmd.Channel)
	if cmd.Channel == "" {
		cmd.Channel = ChannelWeb
	}
	r, err := m.gather.Do(ctx, tenant.From(ctx).ID, cmd)
	if _, refused := fault.As(err); err != nil && !refused {
		return r, fmt.Errorf("vote: %w", err)
	}
	return r, err
}

// quotaReached is what somebody is told who has no vote left.
const quotaReached = "votes.error.quota_reached"

// chosen is what who acts in ctx voted for within the quota of a ballot, by title; what he may no longer see is left out.
func (m *Module) chosen(ctx context.Context, tx *tenant.Tx, of Ballot) ([]Ballot, error) {
	var own []*Vote
	if err := tx.Select(&own).Where("voter_id = ?", authz.From(ctx).VoterID()).Where("scope = ?", of.Scope).Limit(int64(of.Quota)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("own votes: %w", err)
	}
	ids := map[string][]string{}
	for _, v := range own {
		ids[v.SubjectKind] = append(ids[v.SubjectKind], v.SubjectID)
	}
	var out []Ballot
	for kind, list := range ids {
		found, err := m.Hosts[kind].Ballots(ctx, tx, list)
		if err != nil {
			return nil, err
		}
		out = slices.AppendSeq(out, maps.Values(found))
	}
	slices.SortFunc(out, func(a, b Ballot) int { return cmp.Compare(a.Title+a.Path, b.Title+b.Path) })
	return out, nil
}

// refuse says why a visitor cannot vote: that it is closed, or that he must sign in.
func (m *Module) refuse(ctx context.Context, cmd Command) error {
	return m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		b, err := m.ballot(ctx, tx, cmd.Ref)
		if err != nil {
			return err
		}
		if err := b.check(b.Decision, cmd.Value, tx.Now()); err != nil {
			return err
		}
		return fault.SignIn(fault.Msg("authz.sign_in")) // allowed, but nobody whose vote it would be
	})
}

// host is who knows a kind of subject, where the municipality offers it.
func (m *Module) host(t *tenant.Tenant, kind string) (Host, error) {
	if h := m.Hosts[kind]; h != nil && t.Offers(kind) {
		return h, nil
	}
	return nil, fault.NotFound("votes.error.not_found")
}

// ballot asks the host of ref for its ballot, for who acts in ctx.
func (m *Module) ballot(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (Ballot, error) {
	host, err := m.host(tx.Tenant(), ref.Kind)
	if err != nil {
		return Ballot{}, err
	}
	all, err := host.Ballots(ctx, tx, []string{ref.ID})
	if err != nil {
		return Ballot{}, err
	}
	b, ok := all[ref.ID]
	if !ok {
		return Ballot{}, fault.NotFound("votes.error.not_found")
	}
	b.Ref, b.Decision = ref, b.decide(ctx)
	return b, nil
}

// Look is everything that a page shows about one subject, for who acts in ctx.
func (m *Module) Look(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (View, error) {
	b, err := m.ballot(ctx, tx, ref)
	if err != nil {
		return View{}, err
	}
	views, err := For(ctx, tx, []Ballot{b})
	return views[ref], err
}
