package votes

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/votes/internal/lock"
	"glas/tenant"
)

// importRows is how many votes one statement brings in.
const importRows = 200

// Import brings in votes that were cast elsewhere, or before there were phases to allow them: no rule is asked, nobody is told. A
// vote of somebody who voted on the subject already is left out. The totals and the hosts follow.
func (m *Module) Import(ctx context.Context, tx *tenant.Tx, list []Vote) error {
	var refs []subject.Ref
	scopes := map[subject.Ref]string{}
	rows := make([]*Vote, 0, len(list))
	for _, v := range list {
		if v.ID == "" {
			v.ID = id.New()
		}
		if _, met := scopes[v.Ref()]; !met {
			refs, scopes[v.Ref()] = append(refs, v.Ref()), v.Scope
		}
		rows = append(rows, &v)
	}
	if err := lock.Subjects(ctx, tx, refs...); err != nil {
		return err
	}
	came, err := carried(ctx, tx, refs)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(rows, importRows) {
		if _, err := tx.Insert(&chunk).On("conflict do nothing").Exec(ctx); err != nil {
			return fmt.Errorf("import votes: %w", err)
		}
	}
	return m.recount(ctx, tx, refs, scopes, came)
}

// Uncount takes a vote back that was entered for somebody: no rule is asked. The totals and the host follow.
func (m *Module) Uncount(ctx context.Context, tx *tenant.Tx, v Vote) error {
	came, err := carried(ctx, tx, []subject.Ref{v.Ref()})
	if err != nil {
		return err
	}
	if _, err = tx.Delete((*Vote)(nil)).Where("subject_kind = ?", v.SubjectKind).Where("subject_id = ?", v.SubjectID).Where("voter_id = ?", v.VoterID).Exec(ctx); err != nil {
		return fmt.Errorf("take back a vote on %s: %w", v.Ref(), err)
	}
	return m.recount(ctx, tx, []subject.Ref{v.Ref()}, nil, came)
}

// Carry notes how votes stood elsewhere, as counts that came without voters: votes cast here are counted on from there. A subject
// that has totals already keeps them. The hosts know of the counts themselves.
func Carry(ctx context.Context, tx *tenant.Tx, totals []Total) error {
	rows := make([]*VoteTotal, 0, len(totals))
	for _, t := range totals {
		rows = append(rows, totalRow(t, "", tx.Now()))
	}
	if err := lock.Freeze(ctx, tx); err != nil { // a first vote that is cast meanwhile counts on from here
		return fmt.Errorf("carry votes over: %w", err)
	}
	for chunk := range slices.Chunk(rows, importRows) {
		if _, err := tx.Insert(&chunk).On("conflict (tenant_id, id) do nothing").Exec(ctx); err != nil {
			return fmt.Errorf("carry votes over: %w", err)
		}
	}
	return nil
}

// Join moves the votes on from to to; of those who voted on both, the vote on to stays, so nobody counts twice. Counts that came
// without voters (Carry) are added up: who they were is not known.
func (m *Module) Join(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error {
	if err := lock.Subjects(ctx, tx, from, to); err != nil {
		return err
	}
	came, err := carried(ctx, tx, []subject.Ref{from, to})
	if err != nil {
		return err
	}
	_, err = tx.Delete((*Vote)(nil)).Where("subject_kind = ?", from.Kind).Where("subject_id = ?", from.ID).
		Where("voter_id in (select voter_id from votes as other where other.tenant_id = ? and other.subject_kind = ? and other.subject_id = ?)", tx.ID(), to.Kind, to.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("join votes of %s: %w", from, err)
	}
	_, err = tx.Update((*Vote)(nil)).Set("subject_kind = ?", to.Kind).Set("subject_id = ?", to.ID).
		Where("subject_kind = ?", from.Kind).Where("subject_id = ?", from.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("join votes of %s: %w", from, err)
	}
	came[to] = came[to].plus(came[from])
	delete(came, from)
	return m.recount(ctx, tx, []subject.Ref{from, to}, nil, came)
}

// carried is what of the totals of subjects came without voters.
func carried(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]Total, error) {
	out, err := Totals(ctx, tx, refs)
	if err != nil {
		return nil, err
	}
	for kind, ids := range subject.ByKind(refs) {
		here, err := tallies(ctx, tx, kind, ids)
		if err != nil {
			return nil, err
		}
		for _, t := range here {
			out[t.Ref] = out[t.Ref].plus(t.less())
		}
	}
	return out, nil
}

// recount makes the totals of subjects from their votes and from what was carried over, and tells the hosts.
func (m *Module) recount(ctx context.Context, tx *tenant.Tx, refs []subject.Ref, scopes map[subject.Ref]string, came map[subject.Ref]Total) error {
	for kind, ids := range subject.ByKind(refs) {
		totals, err := tallies(ctx, tx, kind, ids)
		if err != nil {
			return err
		}
		rows := make([]*VoteTotal, len(totals))
		for i, t := range totals {
			t = t.plus(came[t.Ref])
			totals[i] = t
			rows[i] = totalRow(t, scopes[t.Ref], tx.Now())
		}
		q := tx.Insert(&rows).On("conflict (tenant_id, id) do update").Set("updated_at = excluded.updated_at")
		for _, c := range []string{"up", "down", "abstain", "rated1", "rated2", "rated3", "rated4", "rated5", "votes", "points", "associations"} {
			q.Set("? = excluded.?", bun.Ident(c), bun.Ident(c))
		}
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("store totals: %w", err)
		}
		if host := m.Hosts[kind]; host != nil {
			if err := hide(ctx, tx, host, ids, totals); err != nil {
				return err
			}
			if err := host.Tallied(ctx, tx, totals); err != nil {
				return fmt.Errorf("tell totals of %s: %w", kind, err)
			}
		}
	}
	return nil
}

// hide marks the totals that the public may not see yet.
func hide(ctx context.Context, tx *tenant.Tx, host Host, ids []string, totals []Total) error {
	ballots, err := host.Ballots(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("ask whether counts are hidden: %w", err)
	}
	for i, t := range totals {
		totals[i].Hidden = ballots[t.Ref.ID].Hides(tx.Now())
	}
	return nil
}

// tallies counts the votes on subjects of one kind, ordered by id.
func tallies(ctx context.Context, tx *tenant.Tx, kind string, ids []string) ([]Total, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var rows []struct {
		SubjectID, Value, VoterKind string
		N                           int64
	}
	err := tx.Select((*Vote)(nil)).Column("subject_id", "value", "voter_kind").ColumnExpr("count(*) as n").
		Where("subject_kind = ?", kind).Where("subject_id in (?)", bun.List(ids)).Group("subject_id", "value", "voter_kind").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count votes: %w", err)
	}
	totals, at := make([]Total, len(ids)), make(map[string]*Total, len(ids))
	for i, subjectID := range ids {
		totals[i].Ref = subject.Ref{Kind: kind, ID: subjectID}
		at[subjectID] = &totals[i]
	}
	for _, r := range rows {
		at[r.SubjectID].add(r.Value, r.VoterKind, r.N)
	}
	return totals, nil
}

// Supporters are the accounts that support a thing, for telling them what became of it.
func Supporters(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]string, error) {
	var ids []string
	err := tx.Select((*Vote)(nil)).Column("voter_id").Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).
		Where("voter_kind = ?", VoterCitizen).Where("value in (?)", bun.List([]string{ValueSupport, ValueFor})).OrderExpr("id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("find supporters of %s: %w", ref, err)
	}
	return ids, nil
}

// Personal is how a person voted, for what he downloads about himself.
func Personal(ctx context.Context, tx *tenant.Tx, accountID string) (any, error) {
	var rows []Vote
	if err := tx.Select(&rows).Where("voter_id = ?", accountID).OrderExpr("cast_at").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read own votes: %w", err)
	}
	return rows, nil
}
