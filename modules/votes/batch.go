package votes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/votes/internal/gather"
	"glas/modules/votes/internal/lock"
	"glas/tenant"
)

// pair is one voter on one subject, spent one voter within one scope.
type pair struct {
	ref   subject.Ref
	voter string
}

type spent struct{ scope, voter string }

// ask is one vote that waits to be written.
type ask = gather.Ask[Command, Result]

// batch is what one transaction does.
type batch struct {
	asks    []*ask
	ballots map[*ask]Ballot
	// votes are those that were there before, and as they become; a vote with an empty value is none.
	before, after map[pair]*Vote
	used          map[spent]int
	frozen        map[subject.Ref]bool
	deltas        map[subject.Ref]*Total
	scopes        map[subject.Ref]string
	changes       []*VoteChange
	// stood are the totals before, on PostgreSQL; a subject without votes has none.
	stood map[subject.Ref]Total
	// fresh are the subjects that nobody voted on before.
	fresh map[subject.Ref]bool
}

// errNothing ends a transaction in which nothing was to be written.
var errNothing = errors.New("nothing to write")

// write carries out a batch in one transaction. An error is that of the whole batch; each refusal stands in its ask.
func (m *Module) write(ctx context.Context, asks []*ask, t *gather.Turn) error {
	b := &batch{asks: asks, ballots: map[*ask]Ballot{}}
	var pg bool
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		pg = tx.PG()
		return m.admit(ctx, tx, b)
	})
	if err != nil {
		return fmt.Errorf("write votes: %w", err)
	}
	if len(b.ballots) == 0 {
		return nil
	}
	if !pg { // PostgreSQL waits itself, for the locks of the subjects, and goes on the moment the batch before is stored
		t.Wait()
	}
	err = m.DB.UpdateAfter(ctx, b.locks(pg, tenant.From(ctx).ID), func(ctx context.Context, tx *tenant.Tx) error {
		if err := b.load(ctx, tx); err != nil {
			return err
		}
		b.after, b.deltas, b.scopes, b.changes = map[pair]*Vote{}, map[subject.Ref]*Total{}, map[subject.Ref]string{}, nil
		b.apply(tx)
		totals, err := b.store(ctx, tx)
		if err != nil {
			return err
		}
		b.hide(totals, tx.Now())
		if err := m.tell(ctx, tx, b, totals); err != nil {
			return err
		}
		if err := b.schedule(ctx, tx); err != nil {
			return err
		}
		b.answer(totals)
		if len(b.changes) == 0 {
			return errNothing
		}
		t.Pass()
		return nil
	})
	if err == nil || errors.Is(err, errNothing) {
		return nil
	}
	return fmt.Errorf("write votes: %w", err)
}

// admit asks the hosts what may be voted on and by whom; those who may not are left out of the batch with the reason.
func (m *Module) admit(ctx context.Context, tx *tenant.Tx, b *batch) error {
	kinds := map[string][]*ask{}
	for _, a := range b.asks {
		kinds[a.Cmd.Ref.Kind] = append(kinds[a.Cmd.Ref.Kind], a)
	}
	for kind, asks := range kinds {
		host := m.Hosts[kind]
		shared, err := host.Ballots(gather.Together{Context: ctx, Person: asks[0].Ctx}, tx, idsOf(asks))
		if err != nil {
			return fmt.Errorf("ballots of %s: %w", kind, err)
		}
		for i, a := range asks {
			who := gather.Together{Context: ctx, Person: a.Ctx}
			ballot, ok := shared[a.Cmd.Ref.ID]
			if ok && i > 0 && ballot.Judge == nil {
				own, err := host.Ballots(who, tx, []string{a.Cmd.Ref.ID})
				if err != nil {
					return fmt.Errorf("ballot of %s: %w", a.Cmd.Ref, err)
				}
				ballot, ok = own[a.Cmd.Ref.ID]
			}
			if !ok {
				a.Err = fault.NotFound("votes.error.not_found")
				continue
			}
			ballot.Ref, ballot.Decision = a.Cmd.Ref, ballot.decide(who)
			if a.Err = ballot.check(ballot.Decision, a.Cmd.Value, tx.Now()); a.Err == nil {
				b.ballots[a] = ballot
			}
		}
	}
	return nil
}

func idsOf(asks []*ask) []string {
	var ids []string
	for _, a := range asks {
		ids = append(ids, a.Cmd.Ref.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// locks keeps other instances from the subjects and quotas of the batch until the commit; empty on SQLite, which has one writer.
func (b *batch) locks(pg bool, tenantID string) string {
	if !pg {
		return ""
	}
	var ids []int64
	for _, a := range b.admitted() {
		key, ballot := pairOf(a), b.ballots[a]
		ids = append(ids, lock.Subject(tenantID, key.ref))
		if ballot.Quota > 0 {
			ids = append(ids, lock.Quota(tenantID, ballot.Scope, key.voter))
		}
	}
	return lock.All(tenantID, ids)
}

// admitted are the asks that are still in, in the order in which they came.
func (b *batch) admitted() []*ask {
	in := make([]*ask, 0, len(b.asks))
	for _, a := range b.asks {
		if _, ok := b.ballots[a]; ok {
			in = append(in, a)
		}
	}
	return in
}

func pairOf(a *ask) pair { return pair{a.Cmd.Ref, authz.From(a.Ctx).VoterID()} }

func voterKind(a *ask) string {
	if authz.From(a.Ctx).OrganisationID != "" {
		return VoterAssociation
	}
	return VoterCitizen
}

// apply works out in memory what the batch changes, one vote after the other.
func (b *batch) apply(tx *tenant.Tx) {
	for _, a := range b.admitted() {
		ballot, key := b.ballots[a], pairOf(a)
		a.Err = nil // of an attempt before
		if b.frozen[a.Cmd.Ref] || ballot.Scope != "" && b.frozen[ScopeRef(ballot.Scope)] {
			a.Err = fault.Forbidden("votes.error.closed")
			continue
		}
		old := b.now(key)
		value := a.Cmd.Value
		if value == Withdraw {
			value = ""
		}
		if old.Says() == value {
			continue // the same press twice is one vote
		}
		quota := spent{ballot.Scope, key.voter}
		if old.Says() == "" && ballot.Quota > 0 && b.used[quota] >= ballot.Quota {
			a.Err = fault.Conflict(quotaReached, "Used", b.used[quota], "Quota", ballot.Quota)
			continue
		}
		b.change(tx, a, old, value)
	}
}

// now is the vote of a pair as it stands at this point of the batch.
func (b *batch) now(key pair) *Vote {
	if v, ok := b.after[key]; ok {
		return v
	}
	return b.before[key]
}

// change moves the vote of one pair from old to value.
func (b *batch) change(tx *tenant.Tx, a *ask, old *Vote, value string) {
	ballot, key := b.ballots[a], pairOf(a)
	next := &Vote{
		Key: tenant.Key{ID: id.New()}, SubjectKind: key.ref.Kind, SubjectID: key.ref.ID, VoterID: key.voter, VoterKind: voterKind(a),
		Scope: ballot.Scope, CastAt: tx.Now(),
	}
	if old != nil {
		*next = *old
	}
	next.Value, next.Channel, next.ChangedAt, next.VoterKind, next.Scope = value, a.Cmd.Channel, tx.Now(), voterKind(a), ballot.Scope
	b.after[key] = next
	delta := b.deltas[key.ref]
	if delta == nil {
		delta = &Total{Ref: key.ref}
		b.deltas[key.ref] = delta
		b.scopes[key.ref] = ballot.Scope
	}
	if old != nil {
		delta.add(old.Value, old.VoterKind, -1)
		b.used[spent{old.Scope, key.voter}] -= held(old.Value)
	}
	delta.add(value, next.VoterKind, 1)
	b.used[spent{ballot.Scope, key.voter}] += held(value)
	b.changes = append(b.changes, &VoteChange{
		Key: tenant.Key{ID: id.New()}, SubjectKind: key.ref.Kind, SubjectID: key.ref.ID, VoterID: key.voter, VoterKind: next.VoterKind,
		OldValue: old.Says(), NewValue: value, Channel: a.Cmd.Channel, ChangedAt: tx.Now(),
	})
}

func held(value string) int {
	if value == "" {
		return 0
	}
	return 1
}

// hide marks the totals that the public may not see yet.
func (b *batch) hide(totals map[subject.Ref]Total, now time.Time) {
	for a, ballot := range b.ballots {
		if t, ok := totals[a.Cmd.Ref]; ok && ballot.Hides(now) {
			t.Hidden = true
			totals[a.Cmd.Ref] = t
		}
	}
}

// tell hands the new totals to the hosts, in a fixed order.
func (m *Module) tell(ctx context.Context, tx *tenant.Tx, b *batch, totals map[subject.Ref]Total) error {
	kinds := map[string][]Total{}
	for ref := range b.deltas {
		kinds[ref.Kind] = append(kinds[ref.Kind], totals[ref])
	}
	var order []string
	for kind := range kinds {
		order = append(order, kind)
	}
	slices.Sort(order)
	for _, kind := range order {
		slices.SortFunc(kinds[kind], func(a, b Total) int { return cmp.Compare(a.Ref.ID, b.Ref.ID) })
		if err := m.Hosts[kind].Tallied(ctx, tx, kinds[kind]); err != nil {
			return fmt.Errorf("hand on totals of %s: %w", kind, err)
		}
	}
	return nil
}

// answer fills in what everybody is told after the commit.
func (b *batch) answer(totals map[subject.Ref]Total) {
	for _, a := range b.admitted() {
		if a.Err != nil {
			continue
		}
		key, ballot := pairOf(a), b.ballots[a]
		a.Result = Result{Ballot: ballot, Total: totals[key.ref]}
		if v := b.now(key); v.Says() != "" {
			a.Result.Mine = v
		}
		if ballot.Quota > 0 {
			a.Result.Used = b.used[spent{ballot.Scope, key.voter}]
		}
	}
}
