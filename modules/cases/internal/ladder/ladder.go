// Package ladder is what the ladder of clocks does to cases beside telling people, and who of the municipality's own people keeps an eye on
// a case.
//
// The decision bound here: a step never takes a case out of the work. Somebody who stands higher gets it, or it goes back to the
// coordinator's desk; and who watches a case reads no more of it than his rights let him.
package ladder

import (
	"context"
	"slices"

	"glas/internal/id"
	"glas/internal/text"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/clocks"
	"glas/tenant"
)

// The acts of the ladder.
const (
	RaisePriority = "raise_priority"
	AddWatcher    = "add_watcher"
	Reassign      = "reassign"
	CreateTask    = "create_task"
)

// Escalate does one step. raise_priority raises it by one; add_watcher has everybody of the level keep an eye on the case; reassign gives
// the case to who stands at the level; create_task puts a task beside it. What is no longer possible or needed is left.
func Escalate(ctx context.Context, tx *tenant.Tx, a *acts.Acts, caseID string, s clocks.Step) error {
	c, err := stored.Find(ctx, tx, caseID)
	if err != nil || !c.State.Running() {
		return err
	}
	data := map[string]any{"escalation": s.Act, "level": s.Level}
	switch s.Act {
	case RaisePriority:
		if c.Priority >= stored.Urgent {
			return nil
		}
		return a.Do(ctx, tx, c, acts.Own{Action: stored.Change, In: stored.Input{Data: data}, Change: func(c *stored.Case) { c.Priority++ }, Turn: &acts.Turn{Rematch: true}})
	case AddWatcher:
		return watchers(ctx, tx, a, c, s, data)
	case Reassign:
		return reassign(ctx, tx, a, c, s, data)
	case CreateTask:
		return task(ctx, tx, a, c, s, data)
	}
	return nil
}

// watchers has people watch a case; who does already is not noted again.
func watchers(ctx context.Context, tx *tenant.Tx, a *acts.Acts, c *stored.Case, s clocks.Step, data map[string]any) error {
	var fresh []string
	for _, account := range s.People {
		added, err := Watch(ctx, tx, c.ID, account, s.Level)
		if err != nil {
			return err
		}
		if added {
			fresh = append(fresh, account)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	data["watchers"] = fresh
	return a.Do(ctx, tx, c, acts.Own{Action: stored.Note, In: stored.Input{Data: data}})
}

// reassign gives a case to who stands at a level: within the department to its people; to those above it, or when nobody is named, what
// no department accepted goes back to the coordinator's desk, and what is worked on goes to the person.
func reassign(ctx context.Context, tx *tenant.Tx, a *acts.Acts, c *stored.Case, s clocks.Step, data map[string]any) error {
	to := ""
	if len(s.People) > 0 {
		to = s.People[0]
	}
	if c.State == stored.Assigned && (!within(s.Level) || to == "") {
		return a.Do(ctx, tx, c, acts.Own{Action: stored.Decline, In: stored.Input{Text: "escalation: " + s.Level, Data: data},
			Change: func(c *stored.Case) {
				c.Responsibility, c.AssigneeID = stored.Declined, ""
				if to != "" {
					c.CoordinatorID = to
				}
			},
			Turn: &acts.Turn{Stop: []string{timed.MetricAccept}}, After: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error { return takenBack(ctx, tx, c, s.Level) }})
	}
	if to == "" || to == c.AssigneeID {
		return nil
	}
	data["assignee"] = to
	return a.Do(ctx, tx, c, acts.Own{Action: stored.Change, In: stored.Input{Data: data}, Change: func(c *stored.Case) {
		if c.AssigneeID = to; !within(s.Level) {
			c.CoordinatorID = to
		}
	}})
}

// task puts a task beside a case, once for each step of a ladder: for the department that the case is with, or for the person where it is
// about those above it. It holds nothing up, because an answer must not wait for a reminder of it.
func task(ctx context.Context, tx *tenant.Tx, a *acts.Acts, c *stored.Case, s clocks.Step, data map[string]any) error {
	row := &stored.CaseTask{Key: tenant.Key{ID: id.Named(c.ID + "." + s.Key)}, CaseID: c.ID, Title: text.Truncate(s.Words, stored.TitleMax), State: stored.TaskOpen, DueAt: s.DueAt, CreatedAt: tx.Now(), RowVersion: 1}
	if known, err := given(ctx, tx, row.ID); known || err != nil {
		return err
	}
	if within(s.Level) {
		row.DepartmentID = c.DepartmentID
	}
	if len(s.People) > 0 {
		row.AssigneeID = s.People[0]
	}
	data["title"], data["department"], data["assignee"] = row.Title, row.DepartmentID, row.AssigneeID
	return a.Do(ctx, tx, c, acts.Own{Action: stored.TaskAdd, In: stored.Input{Data: data}, Change: func(c *stored.Case) { c.OpenTasks++ },
		After: func(ctx context.Context, tx *tenant.Tx, _ *stored.Case) error { return stored.Add(ctx, tx, row) }})
}

// within reports whether a level is one of the department itself.
func within(level string) bool { return slices.Contains([]string{"assignee", "head", "deputy"}, level) }

// takenBack ends the stretch of the department that did not accept.
func takenBack(ctx context.Context, tx *tenant.Tx, c *stored.Case, why string) error {
	row, err := stored.CurrentAssignment(ctx, tx, c.ID)
	if err != nil || row == nil {
		return err
	}
	row.State, row.Reason, row.EndedAt, row.DeclinedAt = stored.Declined, why, tx.Now(), tx.Now()
	return stored.Put(ctx, tx, row)
}
