package votes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"glas/internal/fault"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/votes/internal/lock"
	"glas/modules/votes/internal/result"
	"glas/tenant"
)

// KindScope is the subject kind of a whole scope, as in ScopeRef.
const KindScope = "scope"

// ScopeRef points at everything that shares a scope, for Freeze, FreezeAt and Frozen.
func ScopeRef(scope string) subject.Ref { return subject.Ref{Kind: KindScope, ID: scope} }

// VoteSnapshot is the result of a subject or of a scope at its close; its ID is the subject as text. Body is the exact text whose
// SHA-256, in hexadecimal, is Hash. FrozenAt is zero until then.
type VoteSnapshot struct {
	tenant.Key
	SubjectKind string
	SubjectID   string
	ClosesAt    time.Time `bun:",nullzero"`
	FrozenAt    time.Time `bun:",nullzero"`
	Body        string
	Hash        string
}

// Ref is what the result is of.
func (s *VoteSnapshot) Ref() subject.Ref { return subject.Ref{Kind: s.SubjectKind, ID: s.SubjectID} }

// FrozenResult is announced when a result was frozen.
type FrozenResult struct {
	Ref  subject.Ref `json:"ref"`
	Hash string      `json:"hash"`
}

// EventName implements tenant.Event.
func (FrozenResult) EventName() string { return "votes.frozen" }

// Freeze counts the votes on a subject, or in a scope (ScopeRef), anew and keeps the result for good: from here on no vote on it
// is taken. Doing it twice changes nothing.
func Freeze(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (*VoteSnapshot, error) {
	if err := lock.Freeze(ctx, tx); err != nil {
		return nil, fmt.Errorf("freeze votes: %w", err)
	}
	s, err := snapshotRow(ctx, tx, ref)
	if err != nil || s != nil && !s.FrozenAt.IsZero() {
		return s, err
	}
	if s == nil {
		s = &VoteSnapshot{Key: tenant.Key{ID: ref.String()}, SubjectKind: ref.Kind, SubjectID: ref.ID}
	}
	counts, err := recount(ctx, tx, ref)
	if err != nil {
		return nil, err
	}
	s.FrozenAt = tx.Now()
	if s.Body, s.Hash, err = result.Seal(tx.Tenant().Slug, s.Ref(), s.FrozenAt, counts); err != nil {
		return nil, fmt.Errorf("freeze votes: %w", err)
	}
	if err := putSnapshot(ctx, tx, s); err != nil {
		return nil, err
	}
	return s, tx.Announce(ctx, FrozenResult{Ref: ref, Hash: s.Hash})
}

// Snapshot is the frozen result of a subject or scope; nil while there is none. A subject that has none of its own has that of the
// scope in which it was voted on last.
func Snapshot(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (*VoteSnapshot, error) {
	list, err := frozenRows(ctx, tx, ref)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	for _, s := range list {
		if s.Ref() == ref {
			return s, nil
		}
	}
	return list[0], nil
}

// FreezeAt lets the result of a subject or scope be frozen at a moment, usually the end of the phase. A later call moves the
// moment, also further away; the zero time calls it off. What is frozen stays so.
func FreezeAt(ctx context.Context, tx *tenant.Tx, ref subject.Ref, at time.Time) error {
	s, err := snapshotRow(ctx, tx, ref)
	if err != nil || s != nil && !s.FrozenAt.IsZero() {
		return err
	}
	if s == nil {
		s = &VoteSnapshot{Key: tenant.Key{ID: ref.String()}, SubjectKind: ref.Kind, SubjectID: ref.ID}
	}
	if s.ClosesAt.Equal(at) {
		return nil
	}
	s.ClosesAt = at
	if err := putSnapshot(ctx, tx, s); err != nil || at.IsZero() {
		return err
	}
	return tx.Enqueue(ctx, job.Spec{Kind: freezeJob, Payload: ref, RunAt: at, Unique: ref.String() + "@" + at.UTC().Format(time.RFC3339)})
}

// schedule lets the results of what was voted on for the first time be frozen when voting on it ends: all of a scope together, or
// the subject alone when it has none. Whether a comment helps is no result.
func (b *batch) schedule(ctx context.Context, tx *tenant.Tx) error {
	ends := map[subject.Ref]time.Time{}
	for _, a := range b.admitted() {
		ballot := b.ballots[a]
		if !b.fresh[a.Cmd.Ref] || ballot.ClosesAt.IsZero() || ballot.Kind == Helpful {
			continue
		}
		ends[ballot.resultRef()] = ballot.ClosesAt
	}
	for ref, at := range ends {
		if err := FreezeAt(ctx, tx, ref, at); err != nil {
			return err
		}
	}
	return nil
}

// resultRef is what the result of a ballot is frozen under.
func (b Ballot) resultRef() subject.Ref {
	if b.Scope != "" {
		return ScopeRef(b.Scope)
	}
	return b.Ref
}

// freezeDue is the job of FreezeAt. One whose moment was moved meanwhile does nothing: the later call left a job of its own. When
// the host says that voting goes on, because the phase was extended, it comes back at the new end.
func (m *Module) freezeDue(ctx context.Context, j job.Job) error {
	var ref subject.Ref
	if err := j.Decode(&ref); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := snapshotRow(ctx, tx, ref)
		if err != nil || s == nil || !s.FrozenAt.IsZero() || s.ClosesAt.IsZero() || s.ClosesAt.After(tx.Now()) {
			return err
		}
		if end, err := m.later(ctx, tx, ref); err != nil || !end.IsZero() {
			return errors.Join(err, FreezeAt(ctx, tx, ref, end))
		}
		s, err = Freeze(ctx, tx, ref)
		if err != nil || m.Audit == nil {
			return err
		}
		return m.Audit(ctx, tx, "vote.freeze", ref, map[string]any{"sha256": s.Hash})
	})
}

// later is the end of voting on ref when that lies ahead, zero when voting is over. Of a scope, a few subjects are asked, because
// some may be gone.
func (m *Module) later(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (time.Time, error) {
	refs := []subject.Ref{ref}
	if ref.Kind == KindScope {
		var err error
		if refs, err = subjectsOf(ctx, tx, ref.ID); err != nil {
			return time.Time{}, err
		}
	}
	for _, r := range refs {
		if m.Hosts[r.Kind] == nil {
			continue
		}
		all, err := m.Hosts[r.Kind].Ballots(ctx, tx, []string{r.ID})
		if err != nil {
			return time.Time{}, fmt.Errorf("ask for the end of %s: %w", r, err)
		}
		b, ok := all[r.ID]
		if b.Ref = r; ok && b.resultRef() == ref && !b.Over(tx.Now()) && !b.ClosesAt.IsZero() {
			return b.ClosesAt, nil
		}
	}
	return time.Time{}, nil
}

// Result is the exact text of a frozen result for who acts in ctx; fault.NotFound while there is none, or when he cannot see what
// it is of.
func (m *Module) Result(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (*VoteSnapshot, error) {
	if ref.Kind != KindScope {
		if _, err := m.ballot(ctx, tx, ref); err != nil {
			return nil, err
		}
	}
	s, err := Snapshot(ctx, tx, ref)
	if err == nil && s == nil {
		err = fault.NotFound("votes.error.no_result")
	}
	return s, err
}
