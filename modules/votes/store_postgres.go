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
	if err := tx.Prepare(ctx, statement.StoreName, statement.StoreText); err != nil {
		return nil, err
	}
	return totals, b.writePostgres(ctx, tx)
}

func (b *batch) writePostgres(ctx context.Context, tx *tenant.Tx) error {
	var drop []string
	for key, v := range b.after {
		if v.Value == "" && b.before[key] != nil {
			drop = append(drop, b.before[key].ID)
		}
	}
	if len(drop) > 0 {
		if err := tx.Last(ctx, tx.Delete((*Vote)(nil)).Where("id in (?)", bun.List(drop)).String()); err != nil {
			return err
		}
	}
	all := b.changed()
	var counted db.Columns
	rows := make([]*VoteTotal, 0, len(b.deltas))
	for ref, delta := range b.deltas {
		rows = append(rows, totalRow(*delta, b.scopes[ref], tx.Now()))
	}
	slices.SortFunc(rows, func(a, b *VoteTotal) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range rows {
		counted.Add(r.ID, r.SubjectKind, r.SubjectID, r.Scope)
		counted.Count(r.counts()...)
	}
	all.Text, all.Numbers = append(all.Text, counted.Text...), counted.Numbers
	query, args := all.Execute(statement.StoreName, tx.ID(), tx.Now())
	return tx.Last(ctx, query, args...)
}

// changed are the changes as statement.StoreText wants them. Of several by one voter on one subject, the last one says how the vote
// stands.
func (b *batch) changed() db.Columns {
	var rows db.Columns
	said := map[pair]bool{}
	for _, c := range slices.Backward(b.changes) {
		key := pair{subject.Ref{Kind: c.SubjectKind, ID: c.SubjectID}, c.VoterID}
		kept, v := "", b.after[key]
		if !said[key] && v.Value != "" {
			kept = v.ID
		}
		said[key] = true
		rows.Add(c.ID, c.SubjectKind, c.SubjectID, c.VoterID, c.VoterKind, c.OldValue, c.NewValue, v.Scope, c.Channel, kept)
	}
	return rows
}
