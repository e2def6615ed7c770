package acts

import (
	"context"
	"fmt"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/text"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/cases/internal/told"
	"glas/tenant"
)

// Assign gives a case to a department, or to a person of one. The citizen's clock does not stop by it.
func (a *Acts) Assign(ctx context.Context, k Key, departmentID, assigneeID string) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermAssign}, action: stored.Assign, in: stored.Input{Department: departmentID, Data: map[string]any{"department": departmentID, "assignee": assigneeID}},
		change: func(c *stored.Case) {
			c.DepartmentID, c.AssigneeID, c.Responsibility = departmentID, assigneeID, stored.Pending
			if c.CoordinatorID == "" {
				c.CoordinatorID = authz.From(ctx).ID
			}
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if err := a.assignment(ctx, tx, c, authz.From(ctx).ID); err != nil {
				return err
			}
			return a.entrust(ctx, tx, c)
		}})
}

// entrust tells the clocks that a department was given a case: from now on it is waited for, and no longer for who had it before or for
// the review. An initiative that still waits for supports has no clocks yet.
func (a *Acts) entrust(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
	if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricAccept}, Outcome: timed.OutcomeCancelled}); err != nil {
		return err
	}
	t := Turn{Stop: []string{timed.MetricModerate}, Rematch: true}
	if c.ThresholdMet {
		t.Start = []string{timed.MetricAccept}
	}
	return a.turn(ctx, tx, c, t)
}

// assignment ends the assignment that runs and begins another.
func (a *Acts) assignment(ctx context.Context, tx *tenant.Tx, c *stored.Case, by string) error {
	if err := endAssignment(ctx, tx, c, "", ""); err != nil {
		return err
	}
	row := &stored.CaseAssignment{CaseID: c.ID, DepartmentID: c.DepartmentID, AssigneeID: c.AssigneeID, ByID: by, RuleID: c.RuleID, State: stored.Pending, CreatedAt: tx.Now()}
	row.ID = id.New()
	if err := stored.Add(ctx, tx, row); err != nil {
		return err
	}
	who := c.AssigneeID
	if who == "" && c.Priority > stored.Normal { // what cannot wait until somebody looks into the list
		head, err := told.Head(ctx, tx, c)
		if err != nil {
			return err
		}
		who = head
	}
	return a.tellStaff(ctx, tx, c, "assigned", who)
}

func endAssignment(ctx context.Context, tx *tenant.Tx, c *stored.Case, state, reason string) error {
	row, err := stored.CurrentAssignment(ctx, tx, c.ID)
	if err != nil || row == nil {
		return err
	}
	row.EndedAt = tx.Now()
	if state == stored.Declined {
		row.State, row.Reason, row.DeclinedAt = state, reason, tx.Now()
	}
	return stored.Put(ctx, tx, row)
}

// Accept takes responsibility for a case that was assigned to the department.
func (a *Acts) Accept(ctx context.Context, k Key) (*stored.Case, error) {
	return a.do(ctx, k, a.accepting(ctx))
}

func (a *Acts) accepting(ctx context.Context) step {
	return step{perm: []string{PermAccept}, action: stored.Accept, change: func(c *stored.Case) {
		c.Responsibility = stored.Accepted
		if c.AssigneeID == "" {
			c.AssigneeID = authz.From(ctx).ID
		}
	}, after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
		row, err := stored.CurrentAssignment(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if row != nil {
			row.State, row.AcceptedAt = stored.Accepted, tx.Now()
			if err := stored.Put(ctx, tx, row); err != nil {
				return err
			}
		}
		if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricTransfer}, Outcome: timed.OutcomeCancelled}); err != nil {
			return err // it is the municipality's own and passed on to nobody
		}
		return a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricAccept}})
	}}
}

// Decline gives a case back to the coordinator with a reason; the citizen's clock goes on.
func (a *Acts) Decline(ctx context.Context, k Key, reason string) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermAccept}, action: stored.Decline, in: stored.Input{Text: reason, Data: map[string]any{"reason": reason}},
		change: func(c *stored.Case) { c.Responsibility, c.AssigneeID = stored.Declined, "" },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if err := endAssignment(ctx, tx, c, stored.Declined, reason); err != nil {
				return err
			}
			n, err := a.Names.Of(ctx, tx)
			if err != nil {
				return err
			}
			coordinator := c.CoordinatorID
			if coordinator == "" {
				coordinator = n.Settings.CoordinatorID
			}
			if err := a.tellStaff(ctx, tx, c, "declined", coordinator); err != nil {
				return err
			}
			return a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricAccept}}) // it has said what it thinks of it
		}})
}

// Task is work for another department.
type Task struct {
	Title, Body, DepartmentID, AssigneeID string
	Blocking                              bool
	DueAt                                 time.Time
}

// AddTask gives a part of the work to a department. The citizen never hears of it.
func (a *Acts) AddTask(ctx context.Context, k Key, t Task) (*stored.CaseTask, error) {
	if n := text.Letters(t.Title); n < stored.TitleMin || n > stored.TitleMax {
		return nil, fault.InvalidField("title", "val.required")
	}
	row := &stored.CaseTask{Title: t.Title, Body: t.Body, DepartmentID: t.DepartmentID, AssigneeID: t.AssigneeID, Blocking: t.Blocking, DueAt: t.DueAt, State: stored.TaskOpen, RowVersion: 1}
	_, err := a.do(ctx, k, step{perm: []string{PermWork, PermAssign}, action: stored.TaskAdd, in: stored.Input{Data: map[string]any{"title": t.Title, "department": t.DepartmentID}},
		change: func(c *stored.Case) { c.OpenTasks++ },
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			row.ID, row.CaseID, row.ByID, row.CreatedAt = id.New(), c.ID, authz.From(ctx).ID, tx.Now()
			if err := stored.Add(ctx, tx, row); err != nil {
				return err
			}
			return a.tellStaff(ctx, tx, c, "task", row.AssigneeID)
		}})
	if err != nil {
		return nil, err
	}
	return row, nil
}

// DoneTask closes a task with what came of it; dropped ones were not needed.
func (a *Acts) DoneTask(ctx context.Context, taskID, result string, dropped bool) error {
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		t, err := stored.FindTask(ctx, tx, taskID)
		if err != nil {
			return err
		}
		if t.State != stored.TaskOpen {
			return fault.Conflict("cases.error.state")
		}
		c, err := stored.Find(ctx, tx, t.CaseID)
		if err != nil {
			return err
		}
		return a.take(ctx, tx, c, step{perm: []string{PermWork, PermAssign}, action: stored.TaskDone, in: stored.Input{Data: map[string]any{"title": t.Title, "result": result}},
			change: func(c *stored.Case) { c.OpenTasks = max(0, c.OpenTasks-1) },
			after: func(ctx context.Context, tx *tenant.Tx, _ *stored.Case) error {
				t.State, t.Result, t.DoneAt, t.RowVersion = stored.TaskDoneNow, result, tx.Now(), t.RowVersion+1
				if dropped {
					t.State = stored.TaskDropped
				}
				return stored.Put(ctx, tx, t)
			}})
	})
	if err != nil {
		return fmt.Errorf("task: %w", err)
	}
	return nil
}
