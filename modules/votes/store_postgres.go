package votes

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/subject"
	"glas/tenant"
)

// On PostgreSQL a batch is a few ways there and back, whatever its size: the locks go with the begin of the transaction, one
// statement reads everything, and all that is written goes with the commit. The statements are prepared and get their rows as
// arrays, because understanding and planning a long list of values takes longer than carrying it out.

// stoodColumns are the counters of a total in one text, in the order of counts.
const stoodColumns = "concat_ws(' ', t.up, t.down, t.abstain, t.rated1, t.rated2, t.rated3, t.rated4, t.rated5, t.votes, t.points, t.associations)"

// The look-up of each vote is spelled out: without statistics, as in a table that fills up quickly, PostgreSQL would rather read
// all votes of the municipality once.
const (
	lookName = "glas_votes_look_1"
	lookText = `(text, text[], text[], text[], text[], text[], text[], text[], text[]) as
select 'v' as part, ` + voteColumns + `, 0 as n from unnest($2, $3, $4) as k(column1, column2, column3)
	cross join lateral (select * from votes v where v.tenant_id = $1 and v.subject_kind = k.column1 and v.subject_id = k.column2 and v.voter_id = k.column3 limit 1) as v
union all select 'q', '', '', '', '', k.voter, '', '', k.scope, '', null, null,
	(select count(*)::int from votes v where v.tenant_id = $1 and v.voter_id = k.voter and v.scope = k.scope) from unnest($5, $6) as k(scope, voter)
union all select 'f', '', '', k.kind, k.id, '', '', '', '', '', null, null, 0 from unnest($7, $8) as k(kind, id)
	cross join lateral (select 1 from vote_snapshots s where s.tenant_id = $1 and s.id = k.kind || ':' || k.id and s.frozen_at is not null limit 1) as s
union all select 't', '', '', t.subject_kind, t.subject_id, '', '', ` + stoodColumns + `, '', '', null, null, 0 from unnest($9) as k(id)
	cross join lateral (select * from vote_totals t where t.tenant_id = $1 and t.id = k.id limit 1) as t`

	keepName = "glas_votes_keep_1"
	keepText = `(text, timestamptz, text[], text[], text[], text[], text[], text[], text[], text[]) as
insert into votes (tenant_id, id, subject_kind, subject_id, voter_id, voter_kind, value, scope, channel, cast_at, changed_at)
select $1, k.*, $2, $2 from unnest($3, $4, $5, $6, $7, $8, $9, $10) as k
on conflict (tenant_id, subject_kind, subject_id, voter_id) do update set value = excluded.value, voter_kind = excluded.voter_kind,
	scope = excluded.scope, channel = excluded.channel, changed_at = excluded.changed_at`

	trailName = "glas_votes_trail_1"
	trailText = `(text, timestamptz, text[], text[], text[], text[], text[], text[], text[], text[]) as
insert into vote_changes (tenant_id, id, subject_kind, subject_id, voter_id, voter_kind, old_value, new_value, channel, changed_at)
select $1, k.*, $2 from unnest($3, $4, $5, $6, $7, $8, $9, $10) as k`

	countName = "glas_votes_count_1"
	countText = `(text, timestamptz, text[], text[], text[], text[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) as
insert into vote_totals as t (tenant_id, updated_at, id, subject_kind, subject_id, scope, ` + counters + `)
select $1, $2, k.* from unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as k
on conflict (tenant_id, id) do update set updated_at = excluded.updated_at, scope = excluded.scope, up = t.up + excluded.up, down = t.down + excluded.down,
	abstain = t.abstain + excluded.abstain, rated1 = t.rated1 + excluded.rated1, rated2 = t.rated2 + excluded.rated2, rated3 = t.rated3 + excluded.rated3,
	rated4 = t.rated4 + excluded.rated4, rated5 = t.rated5 + excluded.rated5, votes = t.votes + excluded.votes, points = t.points + excluded.points,
	associations = t.associations + excluded.associations`
)

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
	if err := tx.Prepare(ctx, lookName, lookText); err != nil {
		return err
	}
	all := db.Columns{Text: slices.Concat(pairs.Text, quotas.Text, frozen.Text, totals.Text)}
	query, args := all.Execute(lookName, tx.ID())
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
		t, err := readTotal(r.Ref(), r.Value)
		if err != nil {
			return fmt.Errorf("load votes: %w", err)
		}
		b.stood[r.Ref()] = t
	}
	return nil
}

// readTotal reads stoodColumns.
func readTotal(ref subject.Ref, text string) (Total, error) {
	fields := strings.Fields(text)
	n := make([]int64, len(strings.Split(counters, ", ")))
	if len(fields) != len(n) {
		return Total{}, fmt.Errorf("totals of %s: %q", ref, text)
	}
	for i, f := range fields {
		var err error
		if n[i], err = strconv.ParseInt(f, 10, 64); err != nil {
			return Total{}, fmt.Errorf("totals of %s: %w", ref, err)
		}
	}
	return Total{Ref: ref, Up: n[0], Down: n[1], Abstain: n[2], Rated: [5]int64(n[3:8]), Count: n[8], Sum: n[9], Associations: n[10]}, nil
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
	for name, text := range map[string]string{keepName: keepText, trailName: trailText, countName: countText} {
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
	}{{keepName, &keep}, {trailName, &trail}, {countName, &counted}} {
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

// plus is t with d counted in.
func (t Total) plus(d Total) Total {
	t.Up, t.Down, t.Abstain, t.Count, t.Sum, t.Associations = t.Up+d.Up, t.Down+d.Down, t.Abstain+d.Abstain, t.Count+d.Count, t.Sum+d.Sum, t.Associations+d.Associations
	for i := range t.Rated {
		t.Rated[i] += d.Rated[i]
	}
	return t
}
