package votes

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/subject"
	"glas/modules/votes/internal/statement"
	"glas/tenant"
)

// On PostgreSQL a batch is a few ways there and back, whatever its size: the locks go with the begin of the transaction, one
// statement reads everything, and all that is written goes with the commit. The statements are prepared and get their rows as
// arrays, because understanding and planning a long list of values takes longer than carrying it out.

// loadPostgres is load, and reads the totals of the subjects too: under their locks nobody else changes them.
func (b *batch) loadPostgres(ctx context.Context, tx *tenant.Tx) error {
	var pairs, quotas, frozen, totals db.Columns
	pairs.Text, quotas.Text, frozen.Text, totals.Text = make([][]string, 3), make([][]string, 2), make([][]string, 2), make([][]string, 1)
	seen := map[string]bool{}
	once := func(c *db.Columns, fields ...string) {
		if key := fmt.Sprintf("%p", c) + strings.Join(fields, "\x00"); !seen[key] {
			seen[key] = true
			c.Add(fields...)
		}
	}
	for _, a := range b.admitted() {
		key, ballot := pairOf(a), b.ballots[a]
		once(&pairs, key.ref.Kind, key.ref.ID, key.voter)
		once(&frozen, key.ref.Kind, key.ref.ID)
		once(&totals, key.ref.String())
		if ballot.Scope != "" {
			once(&frozen, KindScope, ballot.Scope)
		}
		if ballot.Quota > 0 {
			once(&quotas, ballot.Scope, key.voter)
		}
	}
	if err := tx.Prepare(ctx, statement.LookName, statement.LookText); err != nil {
		return err
	}
	all := db.Columns{Text: slices.Concat(pairs.Text, quotas.Text, frozen.Text, totals.Text)}
	query, args := all.Execute(statement.LookName, tx.ID())
	var rows []*loaded
	if err := tx.Raw(query, args...).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("load votes: %w", err)
	}
	f := foundIn(rows)
	b.before, b.used, b.frozen, b.stood = f.votes, f.used, f.frozen, map[subject.Ref]Total{}
	for _, r := range rows {
		if r.Part != "t" {
			continue
		}
		n, err := statement.Stood(r.Value)
		if err != nil {
			return fmt.Errorf("load votes: %w", err)
		}
		b.stood[r.Ref()] = Total{Ref: r.Ref(), Up: n[0], Down: n[1], Abstain: n[2], Rated: [5]int64(n[3:8]), Count: n[8], Sum: n[9], Associations: n[10]}
	}
	return nil
}

// storePostgres is store; what it writes goes out with the commit.
func (b *batch) storePostgres(ctx context.Context, tx *tenant.Tx) (map[subject.Ref]Total, error) {
	totals := make(map[subject.Ref]Total, len(b.deltas))
	for _, a := range b.admitted() {
		t := b.stood[a.Cmd.Ref]
		t.Ref = a.Cmd.Ref
		totals[t.Ref] = t
	}
	b.fresh = map[subject.Ref]bool{}
	for ref, delta := range b.deltas {
		_, stood := b.stood[ref]
		b.fresh[ref] = !stood
		totals[ref] = totals[ref].plus(*delta)
	}
	if len(b.changes) == 0 {
		return totals, nil
	}
	for name, text := range map[string]string{statement.KeepName: statement.KeepText, statement.TrailName: statement.TrailText, statement.CountName: statement.CountText} {
		if err := tx.Prepare(ctx, name, text); err != nil {
			return nil, err
		}
	}
	return totals, b.writePostgres(ctx, tx)
}

func (b *batch) writePostgres(ctx context.Context, tx *tenant.Tx) error {
	var keep, trail, counted db.Columns
	var drop []string
	for key, v := range b.after {
		switch {
		case v.Value != "":
			keep.Add(v.ID, v.SubjectKind, v.SubjectID, v.VoterID, v.VoterKind, v.Value, v.Scope, v.Channel)
		case b.before[key] != nil:
			drop = append(drop, b.before[key].ID)
		}
	}
	for _, c := range b.changes {
		trail.Add(c.ID, c.SubjectKind, c.SubjectID, c.VoterID, c.VoterKind, c.OldValue, c.NewValue, c.Channel)
	}
	rows := make([]*VoteTotal, 0, len(b.deltas))
	for ref, delta := range b.deltas {
		rows = append(rows, totalRow(*delta, b.scopes[ref], tx.Now()))
	}
	slices.SortFunc(rows, func(a, b *VoteTotal) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range rows {
		counted.Add(r.ID, r.SubjectKind, r.SubjectID, r.Scope)
		counted.Count(r.counts()...)
	}
	if len(drop) > 0 {
		if err := tx.Last(ctx, tx.Delete((*Vote)(nil)).Where("id in (?)", bun.List(drop)).String()); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		name string
		rows *db.Columns
	}{{statement.KeepName, &keep}, {statement.TrailName, &trail}, {statement.CountName, &counted}} {
		if len(part.rows.Text) == 0 {
			continue
		}
		query, args := part.rows.Execute(part.name, tx.ID(), tx.Now())
		if err := tx.Last(ctx, query, args...); err != nil {
			return fmt.Errorf("store votes: %w", err)
		}
	}
	return nil
}
