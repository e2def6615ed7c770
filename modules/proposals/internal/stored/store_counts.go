package stored

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/subject"
	"glas/modules/consultations"
	"glas/modules/votes"
	"glas/tenant"
)

// voted are all votes of a row, whatever their kind.
const voted = "(support_count + against_count + abstain_count + rating_count)"

// trendSQL is the trend after n more (or, below zero, fewer) events of a weight now, in the words of the database; trend.go has
// the formula. n is SQL for a floating number. It is computed there and not here, so that two changes at once both count. Terms
// that differ by more than 2^50 are left out, because PostgreSQL refuses to underflow.
func trendSQL(tx *tenant.Tx, n string, weight float64) string {
	return trendFrom(number(TrendAt(tx.Now(), weight)), n, weight)
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// trendFrom is trendSQL with the trend of a single event now as SQL.
func trendFrom(event, n string, weight float64) string {
	const ln2 = "0.6931471805599453"
	add := "(" + event + " + ln(" + n + ") / " + ln2 + ")"
	before := "(" + number(OwnWeight) + " + " + voted + " * " + number(voteWeight) + " + comment_count * " + number(commentWeight) + ")"
	after := "(" + before + " + " + n + " * " + number(weight) + ")"
	return "case when " + n + " > 0 then case when trend - " + add + " > 50 then trend when " + add + " - trend > 50 then " + add +
		" when trend >= " + add + " then trend + ln(1 + exp((" + add + " - trend) * " + ln2 + ")) / " + ln2 +
		" else " + add + " + ln(1 + exp((trend - " + add + ") * " + ln2 + ")) / " + ln2 + " end" +
		" when " + n + " < 0 and " + after + " > 0 then trend + ln(" + after + " / " + before + ") / " + ln2 + " else trend end"
}

func SetTrend(ctx context.Context, tx *tenant.Tx, proposalID string, trend float64) error {
	_, err := tx.Update((*Proposal)(nil)).Set("trend = ?", trend).Where("proposal.id = ?", proposalID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("set trend: %w", err)
	}
	return rerank(ctx, tx, proposalID)
}

// rank takes rows over into what "most supported" and "trending" are read from. Sealed places stay.
func rank(ctx context.Context, tx *tenant.Tx, ids ...string) error {
	_, err := tx.Raw(`insert into proposal_ranks (tenant_id, id, consultation_id, state, popular, trend)
		select tenant_id, id, consultation_id, state, popular, trend from proposals where tenant_id = ? and id in (?)
		on conflict (tenant_id, id) do update set consultation_id = excluded.consultation_id, state = excluded.state,
		popular = case when proposal_ranks.sealed then proposal_ranks.popular else excluded.popular end,
		trend = case when proposal_ranks.sealed then proposal_ranks.trend else excluded.trend end`, tx.ID(), bun.List(ids)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("rank proposals: %w", err)
	}
	return nil
}

// rerank is rank for rows of which only a count changed. Sealed places stay.
func rerank(ctx context.Context, tx *tenant.Tx, ids ...string) error {
	_, err := tx.Raw(`update proposal_ranks as r set popular = p.popular, trend = p.trend from proposals p
		where r.tenant_id = ? and p.tenant_id = r.tenant_id and p.id = r.id and r.id in (?) and not r.sealed`, tx.ID(), bun.List(ids)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("rank proposals: %w", err)
	}
	return nil
}

// seal keeps the places of some rows, so that they do not tell how hidden votes stand; the places of the others are brought up to date.
func seal(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	var hidden, open []string
	for _, t := range totals {
		if t.Hidden {
			hidden = append(hidden, t.Ref.ID)
		} else {
			open = append(open, t.Ref.ID)
		}
	}
	for _, part := range []struct {
		ids    []string
		sealed bool
	}{{hidden, true}, {open, false}} {
		if len(part.ids) == 0 {
			continue
		}
		_, err := tx.Raw(`update proposal_ranks set sealed = ? where tenant_id = ? and id in (?) and sealed <> ?`, part.sealed, tx.ID(), bun.List(part.ids), part.sealed).Exec(ctx)
		if err != nil {
			return fmt.Errorf("seal places of proposals: %w", err)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return rerank(ctx, tx, open...)
}

// Hide marks the totals that the public may not see yet.
func Hide(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	ids := make([]string, len(totals))
	for i, t := range totals {
		ids[i] = t.Ref.ID
	}
	ballots, err := Ballots(ctx, tx, ids)
	for i, t := range totals {
		totals[i].Hidden = ballots[t.Ref.ID].Hides(tx.Now())
	}
	return err
}

// Unseal brings the places of what was voted on up to date when a result was frozen: that of one proposal, or those of a whole scope.
func Unseal(ctx context.Context, tx *tenant.Tx, ref subject.Ref) error {
	var ids []string
	switch ref.Kind {
	case Kind:
		ids = []string{ref.ID}
	case votes.KindScope:
		err := tx.Raw(`select subject_id from vote_totals where tenant_id = ? and scope = ? and subject_kind = ?`, tx.ID(), ref.ID, Kind).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("find what was voted on: %w", err)
		}
	}
	for some := range slices.Chunk(ids, walkStep) {
		open := make([]votes.Total, len(some))
		for i, proposalID := range some {
			open[i].Ref = subject.Ref{Kind: Kind, ID: proposalID}
		}
		if err := seal(ctx, tx, open); err != nil {
			return err
		}
	}
	return nil
}

// Settle does what follows from a frozen result: Unseal, and whoever voted in the scope counts among the participants.
func Settle(ctx context.Context, tx *tenant.Tx, ref subject.Ref) error {
	if err := Unseal(ctx, tx, ref); err != nil || ref.Kind != votes.KindScope {
		return err
	}
	var ids []string
	err := tx.Raw(`select p.consultation_id from proposals p where p.tenant_id = ? and p.id in
		(select t.subject_id from vote_totals t where t.tenant_id = ? and t.scope = ? and t.subject_kind = ?) limit 1`, tx.ID(), tx.ID(), ref.ID, Kind).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("find the consultation of a vote: %w", err)
	}
	for _, consultationID := range ids {
		if err := consultations.CountVoters(ctx, tx, consultationID, ref); err != nil {
			return err
		}
	}
	return nil
}

// Tally stores how the votes on proposals stand, in two statements however many there are, and one for each consultation.
func Tally(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	if len(totals) == 0 {
		return nil
	}
	if tx.PG() {
		return tallyPostgres(ctx, tx, totals)
	}
	grown, err := growth(ctx, tx, totals)
	if err != nil {
		return err
	}
	values, args := make([]string, len(totals)), make([]any, 0, 8*len(totals)+2)
	for i, t := range totals {
		values[i] = "(?, ?, ?, ?, ?, ?, ?, ?)"
		args = append(args, t.Ref.ID)
		for _, n := range tallied(t) {
			args = append(args, n)
		}
	}
	args = append(args, tx.ID())
	more := "((k.up + k.down + k.neither + k.rated - " + voted + ") * 1.0)"
	_, err = tx.Raw(`with k(pid, up, down, neither, rated, total, assoc, pop) as (values `+strings.Join(values, ", ")+`)
		update proposals set support_count = k.up, against_count = k.down, abstain_count = k.neither, rating_count = k.rated, rating_sum = k.total,
		association_count = k.assoc, popular = k.pop, trend = `+trendSQL(tx, more, voteWeight)+`
		from k where proposals.tenant_id = ? and proposals.id = k.pid`, args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("tally on proposals: %w", err)
	}
	if err := seal(ctx, tx, totals); err != nil {
		return err
	}
	for _, consultationID := range slices.Sorted(maps.Keys(grown)) {
		if err := consultations.Count(ctx, tx, consultationID, consultations.Delta{Votes: grown[consultationID]}); err != nil {
			return err
		}
	}
	return nil
}

// tallied are the counters of a row: for, against, neither, ratings, their sum, associations, and what "most supported" sorts by.
func tallied(t votes.Total) [7]int64 {
	rated := t.Count - t.Up - t.Down - t.Abstain
	sum, popular := int64(0), t.Up
	if rated > 0 {
		sum, popular = t.Sum, t.Sum
	}
	return [7]int64{t.Up, t.Down, t.Abstain, rated, sum, t.Associations, popular}
}

const tallyName = "glas_proposals_tally_2"

// tallyText is Tally in one statement: rows, ranks, and by how much the votes of each consultation grew.
func tallyText() string {
	more := "((k.up + k.down + k.neither + k.rated - " + voted + ") * 1.0)::float8"
	return `(text, timestamptz, float8, text[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) as
		with k as materialized (select * from unnest($4, $5, $6, $7, $8, $9, $10, $11, $12) as k(pid, up, down, neither, rated, total, assoc, pop, hid)),
		old as (select p.consultation_id, k.up + k.down + k.neither + k.rated - ` + voted + ` as n from k join proposals p on p.tenant_id = $1 and p.id = k.pid),
		moved as (update proposals set support_count = k.up, against_count = k.down, abstain_count = k.neither, rating_count = k.rated, rating_sum = k.total,
			association_count = k.assoc, popular = k.pop, trend = ` + trendFrom("$3", more, voteWeight) + `
			from k where proposals.tenant_id = $1 and proposals.id = k.pid returning proposals.id, proposals.popular, proposals.trend, k.hid),
		ranked as (update proposal_ranks r set sealed = moved.hid = 1, popular = case moved.hid when 1 then r.popular else moved.popular end,
			trend = case moved.hid when 1 then r.trend else moved.trend end from moved
			where r.tenant_id = $1 and r.id = moved.id and not (moved.hid = 1 and r.sealed)),
		grown as (select consultation_id as id, sum(n)::bigint as n from old group by 1)
		` + consultations.GrowSQL("grown", "$1", "$2")
}

// tallyPostgres is Tally, sent with the commit.
func tallyPostgres(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	if err := tx.Prepare(ctx, tallyName, tallyText()); err != nil {
		return err
	}
	var rows db.Columns
	for _, t := range totals {
		n := tallied(t)
		rows.Add(t.Ref.ID)
		hidden := int64(0)
		if t.Hidden {
			hidden = 1
		}
		rows.Count(append(n[:], hidden)...)
	}
	query, args := rows.Execute(tallyName, tx.ID(), tx.Now(), TrendAt(tx.Now(), voteWeight))
	return tx.Last(ctx, query, args...)
}

// growth is how many more votes each consultation has with the new totals. The caller holds the totals' rows until the commit, so
// nobody else changes these counters meanwhile.
func growth(ctx context.Context, tx *tenant.Tx, totals []votes.Total) (map[string]int64, error) {
	count := make(map[string]int64, len(totals))
	ids := make([]string, len(totals))
	for i, t := range totals {
		ids[i], count[t.Ref.ID] = t.Ref.ID, t.Count
	}
	var rows []struct {
		ID, ConsultationID string
		N                  int64
	}
	err := tx.Select((*Proposal)(nil)).Column("id", "consultation_id").ColumnExpr(voted+" AS n").Where("proposal.id IN (?)", bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("tally on proposals: %w", err)
	}
	grown := map[string]int64{}
	for _, r := range rows {
		if d := count[r.ID] - r.N; d != 0 {
			grown[r.ConsultationID] += d
		}
	}
	return grown, nil
}

// CountComments changes the number of comments, and gives the consultation.
func CountComments(ctx context.Context, tx *tenant.Tx, proposalID string, delta int) (string, error) {
	var consultationID string
	n := "(" + strconv.Itoa(delta) + " * 1.0)"
	err := tx.Raw(`update proposals set comment_count = comment_count + ?, trend = `+trendSQL(tx, n, commentWeight)+`
		where tenant_id = ? and id = ? returning consultation_id`, delta, tx.ID(), proposalID).Scan(ctx, &consultationID)
	if err != nil {
		return "", fmt.Errorf("count comments on proposal: %w", err)
	}
	return consultationID, rerank(ctx, tx, proposalID)
}
