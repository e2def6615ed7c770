package listed

import (
	"context"
	"fmt"
	"time"

	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Task is an open task with the number of its case.
type Task struct {
	ID, Title, Number string
	DueAt             time.Time
}

// Tasks are the open tasks of a department and of a person, the most urgent first, at most limit: one statement.
func Tasks(ctx context.Context, tx *tenant.Tx, departmentID, accountID string, limit int) ([]Task, error) {
	var rows []struct {
		ID, Title, Number string
		DueAt             time.Time `bun:",nullzero"`
	}
	// Two looks by index instead of one OR. Without a department no row has the empty one.
	const one = `select t.id, t.title, c.number, t.due_at from case_tasks as t join cases as c on c.tenant_id = t.tenant_id and c.id = t.case_id where t.tenant_id = ? and t.state = ? and `
	err := tx.Raw(one+"t.department_id = ? union "+one+"t.assignee_id = ? order by 4 asc nulls last, 1 limit ?",
		tx.ID(), stored.TaskOpen, departmentID, tx.ID(), stored.TaskOpen, accountID, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list tasks: %w", err)
	}
	out := make([]Task, len(rows))
	for i, r := range rows {
		out[i] = Task(r)
	}
	return out, nil
}
