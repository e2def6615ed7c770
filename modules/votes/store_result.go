package votes

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/votes/internal/result"
	"glas/tenant"
)

func snapshotRow(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (*VoteSnapshot, error) {
	s := new(VoteSnapshot)
	err := tx.Select(s).Where("id = ?", ref.String()).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read result: %w", err)
	}
	return s, nil
}

// frozenRows are the frozen results of a subject and of the scope in which it was voted on last.
func frozenRows(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]*VoteSnapshot, error) {
	var list []*VoteSnapshot
	err := tx.Select(&list).Where("frozen_at is not null").
		Where("(id = ? or id = (select ? || t.scope from vote_totals t where t.tenant_id = ? and t.id = ?))", ref.String(), KindScope+":", tx.ID(), ref.String()).
		Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read result: %w", err)
	}
	return list, nil
}

// witnesses is how many subjects of a scope are asked whether voting is over.
const witnesses = 20

func subjectsOf(ctx context.Context, tx *tenant.Tx, scope string) ([]subject.Ref, error) {
	var rows []*VoteTotal
	if err := tx.Select(&rows).Where("scope = ?", scope).OrderExpr("updated_at desc").Limit(witnesses).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find subjects of a scope: %w", err)
	}
	refs := make([]subject.Ref, 0, len(rows))
	for _, r := range rows {
		refs = append(refs, subject.Ref{Kind: r.SubjectKind, ID: r.SubjectID})
	}
	return refs, nil
}

func putSnapshot(ctx context.Context, tx *tenant.Tx, s *VoteSnapshot) error {
	_, err := tx.Insert(s).On("conflict (tenant_id, id) do update").
		Set("closes_at = excluded.closes_at, frozen_at = excluded.frozen_at, body = excluded.body, hash = excluded.hash").
		Where("vote_snapshot.frozen_at is null").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep result: %w", err)
	}
	return nil
}

// recount counts the votes themselves.
func recount(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]result.Count, error) {
	q := tx.Select((*Vote)(nil)).ColumnExpr("subject_kind, subject_id, value, channel, voter_kind, count(*) as n").
		GroupExpr("subject_kind, subject_id, value, channel, voter_kind").OrderExpr("subject_kind, subject_id, value, channel, voter_kind")
	if ref.Kind == KindScope {
		q.Where("scope = ?", ref.ID).Where("(subject_kind, subject_id) in (select t.subject_kind, t.subject_id from vote_totals t where t.tenant_id = ? and t.scope = ?)", tx.ID(), ref.ID)
	} else {
		q.Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID)
	}
	var rows []result.Count
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("recount votes: %w", err)
	}
	return withCarried(ctx, tx, ref, rows)
}

// withCarried adds the counts that came without voters, under a channel of their own, each after the votes on the same subject.
func withCarried(ctx context.Context, tx *tenant.Tx, ref subject.Ref, rows []result.Count) ([]result.Count, error) {
	var totals []*VoteTotal
	q := tx.Select(&totals).OrderExpr("subject_kind, subject_id")
	if ref.Kind == KindScope {
		q.Where("scope = ?", ref.ID)
	} else {
		q.Where("id = ?", ref.String())
	}
	if err := q.Scan(ctx, &totals); err != nil {
		return nil, fmt.Errorf("recount votes: %w", err)
	}
	here, choice := map[subject.Ref]Total{}, false
	for _, r := range rows {
		of := subject.Ref{Kind: r.SubjectKind, ID: r.SubjectID}
		t := here[of]
		t.add(r.Value, r.VoterKind, r.N)
		here[of] = t
		choice = choice || Choice.Takes(r.Value)
	}
	for _, row := range totals {
		rest := row.total().plus(here[row.total().Ref].less())
		rows = append(rows, rest.carriedCounts(choice || rest.Down > 0 || rest.Abstain > 0)...)
	}
	slices.SortStableFunc(rows, func(a, b result.Count) int {
		return cmp.Or(cmp.Compare(a.SubjectKind, b.SubjectKind), cmp.Compare(a.SubjectID, b.SubjectID))
	})
	return rows, nil
}

// carriedCounts are the counts of a total whose voters are not known; choice says that people voted for and against.
func (t Total) carriedCounts(choice bool) []result.Count {
	var out []result.Count
	put := func(value string, n int64) {
		if n > 0 {
			out = append(out, result.Count{SubjectKind: t.Ref.Kind, SubjectID: t.Ref.ID, Value: value, Channel: ChannelCarried, VoterKind: VoterCitizen, N: n})
		}
	}
	up := ValueSupport
	if choice {
		up = ValueFor
	}
	put(up, t.Up)
	put(ValueAgainst, t.Down)
	put(ValueAbstain, t.Abstain)
	for i, n := range t.Rated {
		put(strconv.Itoa(i+1), n)
	}
	return out
}

// days counts votes by day. The database groups by hour in UTC; every zone of the product is whole hours away from it.
func days(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]line, error) {
	hour := "substr(cast_at, 1, 13)"
	if tx.PG() {
		hour = "to_char(cast_at at time zone 'UTC', 'YYYY-MM-DD HH24')"
	}
	var rows []struct {
		Hour string
		N    int64
	}
	q := tx.Select((*Vote)(nil)).ColumnExpr(hour + " as hour, count(*) as n").GroupExpr("1").OrderExpr("1")
	if err := q.Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("count votes by day: %w", err)
	}
	var out []line
	for _, r := range rows {
		at, err := time.ParseInLocation("2006-01-02 15", r.Hour, time.UTC)
		if err != nil {
			return nil, fmt.Errorf("count votes by day: %w", err)
		}
		label := i18n.DateShort(ctx, at.In(tx.Tenant().Zone()))
		if n := len(out); n > 0 && out[n-1].Label == label {
			out[n-1].N += r.N
			continue
		}
		out = append(out, line{label, r.N})
	}
	return out, nil
}

// recent are the subjects that were voted on last.
func recent(ctx context.Context, tx *tenant.Tx) ([]Total, error) {
	var rows []*VoteTotal
	if err := tx.Select(&rows).OrderExpr("updated_at desc").Limit(recentRows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list totals: %w", err)
	}
	out := make([]Total, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.total())
	}
	return out, nil
}

// touched lists what a voter ever voted on: votes that were joined to others or came by import have no trail of that subject.
func touched(ctx context.Context, tx *tenant.Tx, voterID string) ([]subject.Ref, error) {
	var refs []subject.Ref
	for _, model := range []any{(*Vote)(nil), (*VoteChange)(nil)} {
		var rows []result.Count
		if err := tx.Select(model).ColumnExpr("distinct subject_kind, subject_id").Where("voter_id = ?", voterID).Scan(ctx, &rows); err != nil {
			return nil, fmt.Errorf("find what a voter voted on: %w", err)
		}
		for _, r := range rows {
			if ref := (subject.Ref{Kind: r.SubjectKind, ID: r.SubjectID}); !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	return refs, nil
}
