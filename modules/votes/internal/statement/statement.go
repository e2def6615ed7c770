// Package statement holds the prepared statements by which PostgreSQL takes a batch of votes. A name stands for its text for ever.
package statement

import (
	"fmt"
	"strconv"
	"strings"
)

// The columns of a vote, and those of a total that are counted.
const (
	VoteColumns = "v.tenant_id, v.id, v.subject_kind, v.subject_id, v.voter_id, v.voter_kind, v.value, v.scope, v.channel, v.cast_at, v.changed_at"
	Counters    = "up, down, abstain, rated1, rated2, rated3, rated4, rated5, votes, points, associations"
)

// stoodColumns are the Counters of a total in one text, in the order of counts.
const stoodColumns = "concat_ws(' ', t.up, t.down, t.abstain, t.rated1, t.rated2, t.rated3, t.rated4, t.rated5, t.votes, t.points, t.associations)"

// The look-up of each vote is spelled out: without statistics, as in a table that fills up quickly, PostgreSQL would rather read
// all votes of the municipality once.
const (
	LookName = "glas_votes_look_1"
	LookText = `(text, text[], text[], text[], text[], text[], text[], text[], text[]) as
select 'v' as part, ` + VoteColumns + `, 0 as n from unnest($2, $3, $4) as k(column1, column2, column3)
	cross join lateral (select * from votes v where v.tenant_id = $1 and v.subject_kind = k.column1 and v.subject_id = k.column2 and v.voter_id = k.column3 limit 1) as v
union all select 'q', '', '', '', '', k.voter, '', '', k.scope, '', null, null,
	(select count(*)::int from votes v where v.tenant_id = $1 and v.voter_id = k.voter and v.scope = k.scope) from unnest($5, $6) as k(scope, voter)
union all select 'f', '', '', k.kind, k.id, '', '', '', '', '', null, null, 0 from unnest($7, $8) as k(kind, id)
	cross join lateral (select 1 from vote_snapshots s where s.tenant_id = $1 and s.id = k.kind || ':' || k.id and s.frozen_at is not null limit 1) as s
union all select 't', '', '', t.subject_kind, t.subject_id, '', '', ` + stoodColumns + `, '', '', null, null, 0 from unnest($9) as k(id)
	cross join lateral (select * from vote_totals t where t.tenant_id = $1 and t.id = k.id limit 1) as t`

	// StoreText is one statement and not three, because PostgreSQL understands and begins each by itself. c are the changes; kept is the
	// id of the vote that stays after the last change of a voter on a subject, and empty at all others.
	StoreName = "glas_votes_store_1"
	StoreText = `(text, timestamptz, text[], text[], text[], text[], text[], text[], text[], text[], text[], text[],
	text[], text[], text[], text[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) as
with c as materialized (select * from unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as c(id, kind, subject, voter, voter_kind, was, value, scope, channel, kept)),
stored as (insert into votes (tenant_id, id, subject_kind, subject_id, voter_id, voter_kind, value, scope, channel, cast_at, changed_at)
	select $1, kept, kind, subject, voter, voter_kind, value, scope, channel, $2, $2 from c where kept <> ''
	on conflict (tenant_id, subject_kind, subject_id, voter_id) do update set value = excluded.value, voter_kind = excluded.voter_kind,
		scope = excluded.scope, channel = excluded.channel, changed_at = excluded.changed_at),
trail as (insert into vote_changes (tenant_id, id, subject_kind, subject_id, voter_id, voter_kind, old_value, new_value, channel, changed_at)
	select $1, id, kind, subject, voter, voter_kind, was, value, channel, $2 from c)
insert into vote_totals as t (tenant_id, updated_at, id, subject_kind, subject_id, scope, ` + Counters + `)
select $1, $2, k.* from unnest($13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27) as k
on conflict (tenant_id, id) do update set updated_at = excluded.updated_at, scope = excluded.scope, up = t.up + excluded.up, down = t.down + excluded.down,
	abstain = t.abstain + excluded.abstain, rated1 = t.rated1 + excluded.rated1, rated2 = t.rated2 + excluded.rated2, rated3 = t.rated3 + excluded.rated3,
	rated4 = t.rated4 + excluded.rated4, rated5 = t.rated5 + excluded.rated5, votes = t.votes + excluded.votes, points = t.points + excluded.points,
	associations = t.associations + excluded.associations`
)

// Stood reads the counters of a total as Look gives them, in the order of Counters.
func Stood(text string) (n [11]int64, err error) {
	fields := strings.Fields(text)
	if len(fields) != len(n) {
		return n, fmt.Errorf("totals %q", text)
	}
	for i, f := range fields {
		if n[i], err = strconv.ParseInt(f, 10, 64); err != nil {
			return n, err
		}
	}
	return n, nil
}
