package clocks

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/modules/clocks/internal/term"
	"glas/tenant"
)

// batch is how many rows one statement takes.
const batch = 500

// Of finds the clocks of things, those that ended too, in the order in which they began.
func Of(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref][]Clock, error) {
	out := map[subject.Ref][]Clock{}
	if len(refs) == 0 {
		return out, nil
	}
	var rows []Clock
	err := tx.Select(&rows).Where("(?TableAlias.subject_kind, ?TableAlias.subject_id) IN (VALUES ?)", bun.In(subject.Pairs(refs))).
		OrderExpr("?TableAlias.started_at, ?TableAlias.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read clocks: %w", err)
	}
	for _, c := range rows {
		out[c.Ref()] = append(out[c.Ref()], c)
	}
	return out, nil
}

func runningOf(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]Clock, error) {
	var rows []Clock
	err := tx.Select(&rows).Where("?TableAlias.subject_kind = ? AND ?TableAlias.subject_id = ?", ref.Kind, ref.ID).
		Where("?TableAlias.stopped_at IS NULL").OrderExpr("?TableAlias.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read running clocks: %w", err)
	}
	return rows, nil
}

func findClock(ctx context.Context, tx *tenant.Tx, clockID string) (*Clock, error) {
	c := new(Clock)
	err := tx.Select(c).Where("?TableAlias.id = ?", clockID).Scan(ctx)
	return c, found(err, "find clock")
}

func found(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound("clocks.error.unknown")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func idsOf(list []Clock) []string {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// pausesOf are the journals of clocks.
func pausesOf(ctx context.Context, tx *tenant.Tx, ids []string) (map[string][]ClockPause, error) {
	out := map[string][]ClockPause{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []ClockPause
	if err := tx.Select(&rows).Where("?TableAlias.clock_id IN (?)", bun.In(ids)).OrderExpr("?TableAlias.from_at, ?TableAlias.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read pauses of clocks: %w", err)
	}
	for _, p := range rows {
		out[p.ClockID] = append(out[p.ClockID], p)
	}
	return out, nil
}

func spans(rows []ClockPause) []calendar.Pause {
	out := make([]calendar.Pause, len(rows))
	for i, p := range rows {
		out[i] = calendar.Pause{From: p.FromAt, To: p.ToAt}
	}
	return out
}

// firingsOf are what the ladder did for clocks.
func firingsOf(ctx context.Context, tx *tenant.Tx, ids []string) ([]ClockFiring, error) {
	var rows []ClockFiring
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.Select(&rows).Where("?TableAlias.clock_id IN (?)", bun.In(ids)).OrderExpr("?TableAlias.fired_at, ?TableAlias.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read what the ladder did: %w", err)
	}
	return rows, nil
}

// policies reads all policies with targets and ladders, in three statements; those that are shipped when the municipality stored none.
func policies(ctx context.Context, tx *tenant.Tx) (all []ClockPolicy, stored bool, err error) {
	if err := tx.Select(&all).OrderExpr("?TableAlias.archived, ?TableAlias.position, ?TableAlias.id").Scan(ctx); err != nil {
		return nil, false, fmt.Errorf("read policies of clocks: %w", err)
	}
	if len(all) == 0 {
		all, err = term.Shipped(tx.Tenant().Country)
		return all, false, err
	}
	var targets []ClockTarget
	if err := tx.Select(&targets).OrderExpr("?TableAlias.id").Scan(ctx); err != nil {
		return nil, false, fmt.Errorf("read targets of clocks: %w", err)
	}
	var rules []ClockRule
	if err := tx.Select(&rules).OrderExpr("?TableAlias.target_id, ?TableAlias.position, ?TableAlias.id").Scan(ctx); err != nil {
		return nil, false, fmt.Errorf("read ladders of clocks: %w", err)
	}
	byTarget := map[string][]ClockRule{}
	for _, r := range rules {
		byTarget[r.TargetID] = append(byTarget[r.TargetID], r)
	}
	byPolicy := map[string][]ClockTarget{}
	for _, t := range targets {
		t.Rules = byTarget[t.ID]
		byPolicy[t.PolicyID] = append(byPolicy[t.PolicyID], t)
	}
	for i := range all {
		all[i].Targets = byPolicy[all[i].ID]
	}
	return all, true, nil
}

// ladders are the rules by target.
func ladders(all []ClockPolicy) map[string][]ClockRule {
	out := map[string][]ClockRule{}
	for _, p := range all {
		for _, t := range p.Targets {
			out[t.ID] = t.Rules
		}
	}
	return out
}

// insertPolicies stores policies with what belongs to them.
func insertPolicies(ctx context.Context, tx *tenant.Tx, all []ClockPolicy) error {
	for i := range all {
		p := &all[i]
		p.UpdatedAt = tx.Now()
		if _, err := tx.Insert(p).Exec(ctx); err != nil {
			return fmt.Errorf("add policy of clocks: %w", err)
		}
		for j := range p.Targets {
			t := &p.Targets[j]
			t.UpdatedAt = tx.Now()
			if _, err := tx.Insert(t).Exec(ctx); err != nil {
				return fmt.Errorf("add target of clocks: %w", err)
			}
			if err := insertRules(ctx, tx, t.Rules, tx.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

func insertRules(ctx context.Context, tx *tenant.Tx, rules []ClockRule, from time.Time) error {
	if len(rules) == 0 {
		return nil
	}
	for i := range rules {
		if rules[i].ValidFrom.IsZero() {
			rules[i].ValidFrom = from
		}
	}
	if _, err := tx.Insert(&rules).Exec(ctx); err != nil {
		return fmt.Errorf("add ladder of clocks: %w", err)
	}
	return nil
}

// column is a time of a clock that is written for many at once.
type column struct {
	name  string
	value func(c *Clock) time.Time
}

var (
	nextAt   = column{"next_at", func(c *Clock) time.Time { return c.NextAt }}
	computed = []column{
		nextAt,
		{"due_at", func(c *Clock) time.Time { return c.DueAt }},
		{"computed_at", func(c *Clock) time.Time { return c.ComputedAt }},
		{"paused_since", func(c *Clock) time.Time { return c.PausedSince }},
		{"watched_from", func(c *Clock) time.Time { return c.WatchedFrom }},
	}
)

// keep writes columns of clocks, a batch with one statement.
func keep(ctx context.Context, tx *tenant.Tx, list []Clock, columns ...column) error {
	stamp := "timestamptz"
	if !tx.PG() {
		stamp = "text"
	}
	for part := range slices.Chunk(list, batch) {
		q := tx.Update((*Clock)(nil)).Where("?TableAlias.id IN (?)", bun.In(idsOf(part)))
		for _, col := range columns {
			var b strings.Builder
			var args []any
			b.WriteString(col.name + " = CAST(CASE id")
			for i := range part {
				b.WriteString(" WHEN ? THEN ?")
				args = append(args, part[i].ID, bun.NullTime{Time: col.value(&part[i])})
			}
			b.WriteString(" END AS " + stamp + ")")
			q = q.Set(b.String(), args...)
		}
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("keep clocks: %w", err)
		}
	}
	return nil
}

// end writes a clock that ended.
func end(ctx context.Context, tx *tenant.Tx, c *Clock) error {
	if _, err := tx.Update(c).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("end clock: %w", err)
	}
	return nil
}

// closePauses ends the pauses that go on.
func closePauses(ctx context.Context, tx *tenant.Tx, ids []string, at time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Update((*ClockPause)(nil)).Set("to_at = ?", at).Where("?TableAlias.clock_id IN (?)", bun.In(ids)).Where("?TableAlias.to_at IS NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("end pauses of clocks: %w", err)
	}
	return nil
}

// reopenPauses has pauses go on that ended only because their clock did.
func reopenPauses(ctx context.Context, tx *tenant.Tx, ids []string, at time.Time) error {
	_, err := tx.Update((*ClockPause)(nil)).Set("to_at = NULL").Where("?TableAlias.clock_id IN (?)", bun.In(ids)).Where("?TableAlias.to_at = ?", at).Exec(ctx)
	if err != nil {
		return fmt.Errorf("reopen pauses of clocks: %w", err)
	}
	return nil
}

// nearest finds when each thing is due next; zero when nothing runs for it.
func nearest(ctx context.Context, tx *tenant.Tx, kind string, ids []string) (map[string]time.Time, error) {
	out := make(map[string]time.Time, len(ids))
	for _, id := range ids {
		out[id] = time.Time{}
	}
	var rows []Clock
	err := tx.Select(&rows).Column("subject_id", "due_at").Where("?TableAlias.subject_kind = ?", kind).Where("?TableAlias.subject_id IN (?)", bun.In(ids)).
		Where("?TableAlias.stopped_at IS NULL").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find what is due next: %w", err)
	}
	for _, r := range rows {
		if old := out[r.SubjectID]; old.IsZero() || r.DueAt.Before(old) {
			out[r.SubjectID] = r.DueAt
		}
	}
	return out, nil
}

// levels are the accounts by level.
func levels(ctx context.Context, tx *tenant.Tx) (map[string][]string, error) {
	var rows []ClockLevel
	if err := tx.Select(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read levels of the ladder: %w", err)
	}
	out := map[string][]string{}
	for _, r := range rows {
		out[r.ID] = r.Accounts
	}
	return out, nil
}
