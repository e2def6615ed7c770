package acts

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/tenant"
)

// Merge joins a case to another that means the same. Nothing of the child is moved: its supporters and followers are copied, the sooner
// date counts for both, its reporter gets the master's answer. A private child stays private.
func (a *Acts) Merge(ctx context.Context, child Key, masterID, reason string) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if c, err = stored.Find(ctx, tx, child.ID); err != nil {
			return err
		}
		if child.Version != 0 && child.Version != c.RowVersion {
			return stored.ErrStale()
		}
		master, err := stored.Find(ctx, tx, masterID)
		if err != nil {
			return err
		}
		others, err := stored.Children(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if err := stored.Mergeable(c, master, len(others) > 0, reason); err != nil {
			return err
		}
		return a.merge(ctx, tx, c, master, reason)
	})
	if err != nil {
		return nil, fmt.Errorf("merge cases: %w", err)
	}
	return c, nil
}

func (a *Acts) merge(ctx context.Context, tx *tenant.Tx, c, master *stored.Case, reason string) error {
	snapshot, err := json.Marshal(stored.SnapshotOf(c, master))
	if err != nil {
		return fmt.Errorf("keep what the case was: %w", err)
	}
	due := c.DueAt
	data := map[string]any{"into": master.Number, "reason": reason}
	err = a.take(ctx, tx, c, step{perm: []string{PermMerge}, action: stored.Merge, in: stored.Input{Data: data}, change: func(c *stored.Case) { c.MergedInto = master.ID },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			row := &stored.CaseMerge{ChildID: c.ID, MasterID: master.ID, ByID: authz.From(ctx).ID, Snapshot: snapshot, CreatedAt: tx.Now()}
			row.ID = id.New()
			if err := stored.Add(ctx, tx, row); err != nil {
				return err
			}
			if err := a.turn(ctx, tx, c, Turn{All: true, Outcome: timed.OutcomeMerged}); err != nil {
				return err
			}
			path := c.TokenPath()
			return a.tellReporter(ctx, tx, c, "merged", path)
		}})
	if err != nil {
		return err
	}
	supports, err := stored.CopySupports(ctx, tx, c.ID, master.ID)
	if err != nil {
		return err
	}
	followers, err := stored.CopyFollowers(ctx, tx, c.ID, master.ID)
	if err != nil {
		return err
	}
	err = a.take(ctx, tx, master, step{perm: []string{PermMerge}, action: stored.Master, in: stored.Input{Data: map[string]any{"child": c.Number}},
		change: func(m *stored.Case) {
			if m.State.Running() && m.FirstAnswerAt.IsZero() {
				m.InheritedDue = stored.Earliest(m.InheritedDue, due)
			}
		}})
	if err != nil {
		return err
	}
	if master.State.Running() { // the sooner date counts for both
		if err := stored.SetDue(ctx, tx, map[string]time.Time{master.ID: stored.Earliest(master.DueAt, due)}); err != nil {
			return err
		}
	}
	return stored.Bump(ctx, tx, master, supports, followers, 0)
}

// Unmerge takes two joined cases apart again, exactly: within thirty days the child is what it was.
func (a *Acts) Unmerge(ctx context.Context, k Key) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if c, err = stored.Find(ctx, tx, k.ID); err != nil {
			return err
		}
		if k.Version != 0 && k.Version != c.RowVersion {
			return stored.ErrStale()
		}
		row, err := stored.LastMerge(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if row == nil {
			return fault.Conflict("cases.error.state")
		}
		if tx.Now().After(row.CreatedAt.AddDate(0, 0, stored.UnmergeDays)) {
			return fault.Gone("cases.error.unmerge_late", "N", stored.UnmergeDays)
		}
		return a.unmerge(ctx, tx, c, row)
	})
	if err != nil {
		return nil, fmt.Errorf("unmerge case: %w", err)
	}
	return c, nil
}

func (a *Acts) unmerge(ctx context.Context, tx *tenant.Tx, c *stored.Case, row *stored.CaseMerge) error {
	var was stored.Snapshot
	if err := json.Unmarshal(row.Snapshot, &was); err != nil {
		return fmt.Errorf("read what the case was: %w", err)
	}
	master, err := stored.Find(ctx, tx, row.MasterID)
	if err != nil {
		return err
	}
	err = a.take(ctx, tx, c, step{perm: []string{PermMerge}, action: stored.Unmerge, in: stored.Input{Back: was.State, Data: map[string]any{"from": master.Number}},
		change: func(c *stored.Case) { c.MergedInto = "" }})
	if err != nil {
		return err
	}
	if err := stored.PutBack(ctx, tx, c, was); err != nil {
		return err
	}
	if err := a.turn(ctx, tx, c, Turn{Revive: row.CreatedAt}); err != nil { // the clocks that the joining ended go on as they were
		return err
	}
	left, err := stored.MergedDue(ctx, tx, master.ID, c.ID)
	if err != nil {
		return err
	}
	supports, followers, err := stored.DropCopied(ctx, tx, master.ID, c.ID)
	if err != nil {
		return err
	}
	err = a.take(ctx, tx, master, step{perm: []string{PermMerge}, action: stored.Unmaster, in: stored.Input{Data: map[string]any{"child": c.Number}},
		change: func(m *stored.Case) { m.InheritedDue = left }})
	if err != nil {
		return err
	}
	if master.State.Running() && master.DueAt.Equal(stored.Earliest(was.MasterDue, was.DueAt)) {
		if err := stored.SetDue(ctx, tx, map[string]time.Time{master.ID: was.MasterDue}); err != nil {
			return err
		}
	}
	if err := a.turn(ctx, tx, master, Turn{Tell: true}); err != nil {
		return err
	}
	if err := stored.Bump(ctx, tx, master, -supports, -followers, 0); err != nil {
		return err
	}
	row.UndoneAt, row.UndoneBy = tx.Now(), authz.From(ctx).ID
	return stored.Put(ctx, tx, row)
}
