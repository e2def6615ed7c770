package clocks

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/calendars"
	"glas/modules/clocks/internal/term"
	"glas/tenant"
)

// change runs fn for those who may change policies and records it. What is shipped is stored first, so that it can be changed.
func (m *Module) change(ctx context.Context, action, id string, data map[string]any, fn func(ctx context.Context, tx *tenant.Tx, all []ClockPolicy) error) error {
	if err := authz.Can(ctx, edit, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		all, stored, err := policies(ctx, tx)
		if err != nil {
			return err
		}
		if !stored {
			if err := insertPolicies(ctx, tx, all); err != nil {
				return err
			}
		}
		if err := fn(ctx, tx, all); err != nil || m.Audit == nil {
			return err
		}
		return m.Audit(ctx, tx, action, subject.Ref{Kind: "clock_policy", ID: id}, data)
	})
}

// SavePolicy adds a policy or changes the one with its ID. It decides about clocks that begin from now on.
func (m *Module) SavePolicy(ctx context.Context, p *ClockPolicy) error {
	fresh := p.ID == ""
	if fresh {
		p.ID = id.New()
	}
	was := *p
	return m.change(ctx, "clock.policy", p.ID, map[string]any{"name": p.Name, "fit": p.Fit, "archived": p.Archived}, func(ctx context.Context, tx *tenant.Tx, _ []ClockPolicy) error {
		*p = was // of an attempt before nothing stays
		if p.Name[tx.Tenant().Default()] == "" {
			return fault.InvalidField("name."+tx.Tenant().Default(), "val.required")
		}
		p.RowVersion, p.UpdatedAt = was.RowVersion+1, tx.Now()
		if fresh {
			_, err := tx.Insert(p).Exec(ctx)
			return wrap(err, "add policy of clocks")
		}
		res, err := tx.Update(p).WherePK().Where("?TableAlias.row_version = ?", was.RowVersion).Exec(ctx)
		if err != nil {
			return fmt.Errorf("change policy of clocks: %w", err)
		}
		return changedOne(res.RowsAffected())
	})
}

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func changedOne(n int64, err error) error {
	if err != nil || n == 0 {
		return errors.Join(fault.Conflict("clocks.error.changed"), err)
	}
	return nil
}

// Install adds a policy that is shipped for the country and not there yet, before all others.
func (m *Module) Install(ctx context.Context, key string) error {
	return m.change(ctx, "clock.install", key, nil, func(ctx context.Context, tx *tenant.Tx, all []ClockPolicy) error {
		if slices.ContainsFunc(all, func(p ClockPolicy) bool { return p.ID == key }) {
			return fault.Conflict("clocks.error.installed")
		}
		list, err := term.Presets(tx.Tenant().Country, func(p term.Preset) bool { return p.Key == key })
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return fault.NotFound("clocks.error.unknown")
		}
		list[0].Position = 0
		return insertPolicies(ctx, tx, list[:1])
	})
}

// SaveTarget adds a target to a policy or changes the one with its ID, with its ladder. A step that stays as it was stays what it was,
// a new one holds from now on. With apply, clocks that run are computed by it too.
func (m *Module) SaveTarget(ctx context.Context, t *ClockTarget, apply bool) error {
	if err := t.Check(); err != nil {
		return err
	}
	fresh := t.ID == ""
	if fresh {
		t.ID = id.New()
	}
	was := *t
	return m.change(ctx, "clock.target", t.PolicyID, map[string]any{"metric": t.Metric, "term": t.Term, "apply": apply}, func(ctx context.Context, tx *tenant.Tx, all []ClockPolicy) error {
		*t = was // of an attempt before nothing stays
		policy, old := find(all, t.PolicyID, t.ID)
		if policy == nil || old == nil && !fresh {
			return fault.NotFound("clocks.error.unknown")
		}
		if slices.ContainsFunc(policy.Targets, func(x ClockTarget) bool { return x.Metric == t.Metric && x.ID != t.ID }) {
			return fault.InvalidField("metric", "clocks.error.twice")
		}
		if err := writeTarget(ctx, tx, t, old); err != nil {
			return err
		}
		return m.follow(ctx, tx, t, apply)
	})
}

func find(all []ClockPolicy, policyID, targetID string) (*ClockPolicy, *ClockTarget) {
	for i := range all {
		if all[i].ID != policyID {
			continue
		}
		for j := range all[i].Targets {
			if all[i].Targets[j].ID == targetID {
				return &all[i], &all[i].Targets[j]
			}
		}
		return &all[i], nil
	}
	return nil, nil
}

func writeTarget(ctx context.Context, tx *tenant.Tx, t, old *ClockTarget) error {
	version := t.RowVersion
	t.RowVersion, t.UpdatedAt = version+1, tx.Now()
	if old == nil {
		if _, err := tx.Insert(t).Exec(ctx); err != nil {
			return fmt.Errorf("add target of clocks: %w", err)
		}
	} else {
		res, err := tx.Update(t).WherePK().Where("?TableAlias.row_version = ?", version).Exec(ctx)
		if err != nil {
			return fmt.Errorf("change target of clocks: %w", err)
		}
		if err := changedOne(res.RowsAffected()); err != nil {
			return err
		}
		if _, err := tx.Delete((*ClockRule)(nil)).Where("?TableAlias.target_id = ?", t.ID).Exec(ctx); err != nil {
			return fmt.Errorf("clear ladder of clocks: %w", err)
		}
	}
	for i := range t.Rules {
		r := &t.Rules[i]
		r.ID, r.TargetID, r.Position, r.ValidFrom = id.New(), t.ID, i+1, tx.Now()
		if old == nil {
			continue
		}
		for _, o := range old.Rules {
			if o.Point == r.Point && o.Amount == r.Amount && o.Repeats == r.Repeats && o.Level == r.Level && o.Act == r.Act {
				r.ID, r.ValidFrom = o.ID, o.ValidFrom
			}
		}
	}
	return insertRules(ctx, tx, t.Rules, tx.Now())
}

// follow has the running clocks of a target follow its ladder, and with apply its term.
func (m *Module) follow(ctx context.Context, tx *tenant.Tx, t *ClockTarget, apply bool) error {
	d, err := load(ctx, tx)
	if err != nil {
		return err
	}
	for after := ""; ; {
		list, err := runningAfter(ctx, tx, after, t.ID)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].ID
		if apply {
			for i := range list {
				t.Give(&list[i])
				if err := end(ctx, tx, &list[i]); err != nil {
					return err
				}
			}
		}
		if err := m.refresh(ctx, tx, d, list, apply); err != nil {
			return err
		}
	}
}

// RemoveTarget takes a target away. Clocks that run by it run on as they are, without a ladder.
func (m *Module) RemoveTarget(ctx context.Context, policyID, targetID string) error {
	return m.change(ctx, "clock.target.remove", policyID, map[string]any{"target": targetID}, func(ctx context.Context, tx *tenant.Tx, _ []ClockPolicy) error {
		if _, err := tx.Delete((*ClockRule)(nil)).Where("?TableAlias.target_id = ?", targetID).Exec(ctx); err != nil {
			return fmt.Errorf("remove ladder of clocks: %w", err)
		}
		res, err := tx.Delete((*ClockTarget)(nil)).Where("?TableAlias.id = ?", targetID).Where("?TableAlias.policy_id = ?", policyID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("remove target of clocks: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(fault.NotFound("clocks.error.unknown"), err)
		}
		return nil
	})
}

// SavePeople says who stands at the levels of the ladder.
func (m *Module) SavePeople(ctx context.Context, people map[string][]string) error {
	return m.change(ctx, "clock.people", "levels", map[string]any{"people": people}, func(ctx context.Context, tx *tenant.Tx, _ []ClockPolicy) error {
		for _, level := range term.Levels() {
			accounts, given := people[level]
			if !given {
				continue
			}
			row := &ClockLevel{Key: tenant.Key{ID: level}, Accounts: accounts, UpdatedAt: tx.Now()}
			if row.Accounts == nil {
				row.Accounts = []string{}
			}
			_, err := tx.Insert(row).On("CONFLICT (tenant_id, id) DO UPDATE").Set("accounts = EXCLUDED.accounts, updated_at = EXCLUDED.updated_at").Exec(ctx)
			if err != nil {
				return fmt.Errorf("keep who stands at %s: %w", level, err)
			}
		}
		return nil
	})
}

// Preview is what a change would do to clocks that run.
type Preview struct {
	// Running is how many were looked at, Moved how many would be due at another time, Late how many of these are then late.
	Running, Moved, Late int
	// Moves are the first of them by their new due moment.
	Moves []Move
	// Titles are those of the things, by the text of their ref.
	Titles map[string]string
}

// previewMoves is how many moves a preview names.
const previewMoves = 20

// PreviewTarget says what changing a target would do to the clocks that run by it.
func (m *Module) PreviewTarget(ctx context.Context, tx *tenant.Tx, t *ClockTarget) (*Preview, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	set, err := calendars.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	return m.preview(ctx, tx, term.NewEngine(set), t.ID, t.Give)
}

// PreviewCalendars says what calendars as in set would do to all clocks that run.
func (m *Module) PreviewCalendars(ctx context.Context, tx *tenant.Tx, set *calendars.Set) (*Preview, error) {
	return m.preview(ctx, tx, term.NewEngine(set), "", func(*Clock) {})
}

func (m *Module) preview(ctx context.Context, tx *tenant.Tx, e *term.Engine, targetID string, alter func(*Clock)) (*Preview, error) {
	p := &Preview{Titles: map[string]string{}}
	for after := ""; ; {
		list, err := runningAfter(ctx, tx, after, targetID)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			break
		}
		after = list[len(list)-1].ID
		pauses, err := pausesOf(ctx, tx, idsOf(list))
		if err != nil {
			return nil, err
		}
		for i := range list {
			c, was := &list[i], list[i].DueAt
			alter(c)
			if _, err := e.Compute(c, spans(pauses[c.ID]), tx.Now()); err != nil {
				return nil, err
			}
			p.Running++
			if c.DueAt.Equal(was) || !c.PausedSince.IsZero() && c.DueAt.Sub(was).Abs() <= tx.Now().Sub(c.PausedSince) {
				continue
			}
			p.Moved++
			if c.Late(tx.Now()) {
				p.Late++
			}
			p.Moves = append(p.Moves, Move{Clock: *c, From: was})
		}
	}
	slices.SortFunc(p.Moves, func(a, b Move) int { return a.Clock.DueAt.Compare(b.Clock.DueAt) })
	p.Moves = p.Moves[:min(len(p.Moves), previewMoves)]
	var list []Clock
	for _, x := range p.Moves {
		list = append(list, x.Clock)
	}
	subjects, err := m.subjects(ctx, tx, list)
	for ref, s := range subjects {
		p.Titles[ref] = s.Title
	}
	return p, err
}
