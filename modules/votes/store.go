package votes

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/modules/votes/internal/statement"
	"glas/tenant"
)

// VoteTotal is how the votes on one subject stand; its ID is the subject as text.
type VoteTotal struct {
	tenant.Key
	SubjectKind  string
	SubjectID    string
	Scope        string
	Up           int64
	Down         int64
	Abstain      int64
	Rated1       int64
	Rated2       int64
	Rated3       int64
	Rated4       int64
	Rated5       int64
	Votes        int64
	Points       int64
	Associations int64
	UpdatedAt    time.Time
}

func (r *VoteTotal) total() Total {
	return Total{
		Ref: subject.Ref{Kind: r.SubjectKind, ID: r.SubjectID}, Up: r.Up, Down: r.Down, Abstain: r.Abstain, Count: r.Votes, Sum: r.Points,
		Associations: r.Associations, Rated: [5]int64{r.Rated1, r.Rated2, r.Rated3, r.Rated4, r.Rated5},
	}
}

func totalRow(t Total, scope string, at time.Time) *VoteTotal {
	return &VoteTotal{
		Key: tenant.Key{ID: t.Ref.String()}, SubjectKind: t.Ref.Kind, SubjectID: t.Ref.ID, Scope: scope, Up: t.Up, Down: t.Down, Abstain: t.Abstain,
		Rated1: t.Rated[0], Rated2: t.Rated[1], Rated3: t.Rated[2], Rated4: t.Rated[3], Rated5: t.Rated[4],
		Votes: t.Count, Points: t.Sum, Associations: t.Associations, UpdatedAt: at,
	}
}

// VoteChange is one step of the trail: a vote cast (OldValue ""), changed or withdrawn (NewValue "").
type VoteChange struct {
	tenant.Key
	SubjectKind string
	SubjectID   string
	VoterID     string
	VoterKind   string
	OldValue    string
	NewValue    string
	Channel     string
	ChangedAt   time.Time
}

// loaded is a row of load: a vote that is there ("v"), how much of a quota is used ("q"), or what is frozen ("f").
type loaded struct {
	Part string
	Vote
	N int
}

const (
	voteColumns = statement.VoteColumns
	sameVote    = "v.tenant_id = ? and v.subject_kind = k.column1 and v.subject_id = k.column2 and v.voter_id = k.column3"
	selectVotes = "select 'v' as part, " + voteColumns + ", 0 as n from %s join votes v on " + sameVote
	// On PostgreSQL the look-up of each pair is spelled out: without statistics, as in a table that fills up quickly, it would
	// rather read all votes of the municipality once.
	selectVotesPG = "select 'v' as part, " + voteColumns + ", 0 as n from %s cross join lateral (select * from votes v where " + sameVote + " limit 1) as v"
	selectUsed    = ` union all select 'q', '', '', '', '', k.column2, '', '', k.column1, '', null, null,
		(select count(*) from votes v where v.tenant_id = ? and v.voter_id = k.column2 and v.scope = k.column1) from %s`
	selectFrozen = ` union all select 'f', '', '', k.column1, k.column2, '', '', '', '', '', null, null, 0 from %s
		where exists (select 1 from vote_snapshots s where s.tenant_id = ? and s.id = k.column1 || ':' || k.column2 and s.frozen_at is not null)`
)

// load reads, under the locks, everything that the batch depends on, in one statement.
func (b *batch) load(ctx context.Context, tx *tenant.Tx) error {
	if tx.PG() {
		return b.loadPostgres(ctx, tx)
	}
	var pairs, quotas, frozen statement.Values
	for _, a := range b.admitted() {
		key, ballot := pairOf(a), b.ballots[a]
		pairs.Add(key.ref.Kind, key.ref.ID, key.voter)
		frozen.Add(key.ref.Kind, key.ref.ID)
		if ballot.Scope != "" {
			frozen.Add(KindScope, ballot.Scope)
		}
		if ballot.Quota > 0 {
			quotas.Add(ballot.Scope, key.voter)
		}
	}
	rows, err := look(ctx, tx, pairs, quotas, frozen)
	if err != nil {
		return err
	}
	b.before, b.used, b.frozen = rows.votes, rows.used, rows.frozen
	return nil
}

type found struct {
	votes  map[pair]*Vote
	used   map[spent]int
	frozen map[subject.Ref]bool
}

// look reads votes by kind, id and voter, used quotas by scope and voter, and what is frozen by kind and id.
func look(ctx context.Context, tx *tenant.Tx, pairs, quotas, frozen statement.Values) (found, error) {
	query := fmt.Sprintf(selectVotes, pairs.SQL())
	if tx.PG() {
		query = fmt.Sprintf(selectVotesPG, pairs.SQL())
	}
	args := append(pairs.Args, tx.ID())
	if len(quotas.Rows) > 0 {
		query += fmt.Sprintf(selectUsed, quotas.SQL())
		args = append(append(args, tx.ID()), quotas.Args...)
	}
	if len(frozen.Rows) > 0 {
		query += fmt.Sprintf(selectFrozen, frozen.SQL())
		args = append(append(args, frozen.Args...), tx.ID())
	}
	var rows []*loaded
	if err := tx.Raw(query, args...).Scan(ctx, &rows); err != nil {
		return found{}, fmt.Errorf("load votes: %w", err)
	}
	return foundIn(rows), nil
}

func foundIn(rows []*loaded) found {
	f := found{votes: map[pair]*Vote{}, used: map[spent]int{}, frozen: map[subject.Ref]bool{}}
	for _, r := range rows {
		switch r.Part {
		case "v":
			f.votes[pair{r.Ref(), r.VoterID}] = &r.Vote
		case "q":
			f.used[spent{r.Scope, r.VoterID}] = r.N
		case "f":
			f.frozen[r.Ref()] = true
		}
	}
	return f
}

// store writes what apply worked out and returns the totals of all subjects of the batch.
func (b *batch) store(ctx context.Context, tx *tenant.Tx) (map[subject.Ref]Total, error) {
	if tx.PG() {
		return b.storePostgres(ctx, tx)
	}
	if err := b.storeVotes(ctx, tx); err != nil {
		return nil, err
	}
	totals, err := b.storeTotals(ctx, tx)
	if err != nil {
		return nil, err
	}
	var rest []subject.Ref
	for _, a := range b.admitted() {
		if _, ok := totals[a.Cmd.Ref]; !ok {
			rest = append(rest, a.Cmd.Ref)
		}
	}
	others, err := Totals(ctx, tx, rest)
	for ref, t := range others {
		totals[ref] = t
	}
	return totals, err
}

// storeVotes writes the rows of votes and of their trail: one message with up to three statements, because each way to the
// database costs as much as several rows.
func (b *batch) storeVotes(ctx context.Context, tx *tenant.Tx) error {
	if len(b.changes) == 0 {
		return nil
	}
	var keep []*Vote
	var drop []string
	for key, v := range b.after {
		switch {
		case v.Value != "":
			keep = append(keep, v)
		case b.before[key] != nil:
			drop = append(drop, b.before[key].ID)
		}
	}
	statements := []string{tx.Insert(&b.changes).String()}
	if len(keep) > 0 {
		slices.SortFunc(keep, func(a, b *Vote) int { return cmp.Compare(a.ID, b.ID) })
		statements = append(statements, tx.Insert(&keep).On("conflict (tenant_id, subject_kind, subject_id, voter_id) do update").
			Set("value = excluded.value, voter_kind = excluded.voter_kind, scope = excluded.scope, channel = excluded.channel, changed_at = excluded.changed_at").String())
	}
	if len(drop) > 0 {
		statements = append(statements, tx.Delete((*Vote)(nil)).Where("id in (?)", bun.List(drop)).String())
	}
	if _, err := tx.Raw(strings.Join(statements, ";\n")).Exec(ctx); err != nil {
		return fmt.Errorf("store votes: %w", err)
	}
	return nil
}

// counters are the columns of a total that are counted, in the order of counts.
const counters = statement.Counters

func (r *VoteTotal) counts() []int64 {
	return []int64{r.Up, r.Down, r.Abstain, r.Rated1, r.Rated2, r.Rated3, r.Rated4, r.Rated5, r.Votes, r.Points, r.Associations}
}

// storeTotals moves the counters by what the batch changed: never read and written back, so nothing is lost. A subject has no row
// before its first vote.
func (b *batch) storeTotals(ctx context.Context, tx *tenant.Tx) (map[subject.Ref]Total, error) {
	totals := make(map[subject.Ref]Total, len(b.deltas))
	if len(b.deltas) == 0 {
		return totals, nil
	}
	rows := make([]*VoteTotal, 0, len(b.deltas))
	for ref, delta := range b.deltas {
		rows = append(rows, totalRow(*delta, b.scopes[ref], tx.Now()))
	}
	slices.SortFunc(rows, func(a, b *VoteTotal) int { return cmp.Compare(a.ID, b.ID) })
	after, err := moveTotals(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	for _, r := range after {
		totals[subject.Ref{Kind: r.SubjectKind, ID: r.SubjectID}] = r.total()
	}
	fresh := slices.DeleteFunc(rows, func(r *VoteTotal) bool {
		_, there := totals[subject.Ref{Kind: r.SubjectKind, ID: r.SubjectID}]
		return there
	})
	if len(fresh) == 0 {
		return totals, nil
	}
	if _, err := tx.Insert(&fresh).Exec(ctx); err != nil {
		return nil, fmt.Errorf("count first votes: %w", err)
	}
	b.fresh = map[subject.Ref]bool{}
	for _, r := range fresh {
		t := r.total()
		totals[t.Ref], b.fresh[t.Ref] = t, true
	}
	return totals, nil
}

// moveTotals adds to the rows that are there and returns them as they are then. Nobody else adds a row meanwhile: the subjects are
// locked.
func moveTotals(ctx context.Context, tx *tenant.Tx, deltas []*VoteTotal) ([]*VoteTotal, error) {
	var q strings.Builder
	names := strings.Split(counters, ", ")
	q.WriteString("update vote_totals as t set updated_at = ?, scope = k.column2")
	args := []any{tx.Now()}
	for i, c := range names {
		fmt.Fprintf(&q, ", %s = t.%s + k.column%d", c, c, i+3)
	}
	q.WriteString(" from (values ")
	for i, d := range deltas {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteString("(?, ?" + strings.Repeat(", ?", len(names)) + ")")
		args = append(args, d.ID, d.Scope)
		for _, n := range d.counts() {
			args = append(args, n)
		}
	}
	q.WriteString(") as k where t.tenant_id = ? and t.id = k.column1 returning id, subject_kind, subject_id, " + counters)
	var after []*VoteTotal
	if err := tx.Raw(q.String(), append(args, tx.ID())...).Scan(ctx, &after); err != nil {
		return nil, fmt.Errorf("count votes: %w", err)
	}
	return after, nil
}

// Totals reads how the votes on subjects stand, in one statement; a subject without votes has the zero Total.
func Totals(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]Total, error) {
	out := make(map[subject.Ref]Total, len(refs))
	if len(refs) == 0 {
		return out, nil
	}
	ids := make([]string, 0, len(refs))
	for _, ref := range refs {
		out[ref] = Total{Ref: ref}
		ids = append(ids, ref.String())
	}
	var rows []*VoteTotal
	if err := tx.Select(&rows).Where("id in (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read totals: %w", err)
	}
	for _, r := range rows {
		t := r.total()
		out[t.Ref] = t
	}
	return out, nil
}

// Mine reads the votes of who acts in ctx, in one statement; a visitor has none and costs none.
func Mine(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]*Vote, error) {
	f, err := mine(ctx, tx, refs, nil)
	return f.byRef(), err
}

func (f found) byRef() map[subject.Ref]*Vote {
	out := make(map[subject.Ref]*Vote, len(f.votes))
	for key, v := range f.votes {
		out[key.ref] = v
	}
	return out
}

func mine(ctx context.Context, tx *tenant.Tx, refs []subject.Ref, scopes []string) (found, error) {
	voter := authz.From(ctx).VoterID()
	if voter == "" || len(refs) == 0 {
		return found{}, nil
	}
	var pairs, quotas statement.Values
	for _, ref := range refs {
		pairs.Add(ref.Kind, ref.ID, voter)
	}
	for _, s := range scopes {
		quotas.Add(s, voter)
	}
	return look(ctx, tx, pairs, quotas, statement.Values{})
}

// Scope counts the votes of a voter within a scope.
func Scope(ctx context.Context, tx *tenant.Tx, voterID, scope string) (int, error) {
	if voterID == "" {
		return 0, nil
	}
	n, err := tx.Select((*Vote)(nil)).Where("voter_id = ?", voterID).Where("scope = ?", scope).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count votes of a voter: %w", err)
	}
	return int(n), nil
}

// For reads everything that a page shows about ballots, for who acts in ctx: one statement for his votes and quotas (none for a
// visitor), and one for the totals of those ballots whose host did not give them.
func For(ctx context.Context, tx *tenant.Tx, ballots []Ballot) (map[subject.Ref]View, error) {
	var refs, unknown []subject.Ref
	var scopes []string
	for _, b := range ballots {
		refs = append(refs, b.Ref)
		if b.Total == nil {
			unknown = append(unknown, b.Ref)
		}
		if b.Quota > 0 {
			scopes = append(scopes, b.Scope)
		}
	}
	f, err := mine(ctx, tx, refs, scopes)
	if err != nil {
		return nil, err
	}
	totals, err := Totals(ctx, tx, unknown)
	if err != nil {
		return nil, err
	}
	votes, voter := f.byRef(), authz.From(ctx).VoterID()
	out := make(map[subject.Ref]View, len(ballots))
	for _, b := range ballots {
		v := View{Ballot: b, Total: totals[b.Ref], Mine: votes[b.Ref], Used: f.used[spent{b.Scope, voter}]}
		if b.Total != nil {
			v.Total = *b.Total
		}
		b.Decision, b.Closed = b.decide(ctx), b.Over(tx.Now())
		v.Ballot, v.Shown = b, b.Shows(v.Mine, tx.Now())
		out[b.Ref] = v
	}
	return out, nil
}
