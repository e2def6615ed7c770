package feedback

import (
	"context"
	"fmt"
	"time"

	"glas/tenant"
)

// What numbers are told by.
const (
	ByTopic      = "topic"
	ByDepartment = "department"
)

// Number is how content citizens are with the answers of a topic or a department; Key is its id, empty for none.
type Number struct {
	Key             string
	Asked, Answered int64
	// Satisfied is how many were content. It is told only when Enough answered, otherwise 0.
	Satisfied int64
	Enough    bool
}

// Share is the part that was content, from 0 to 1, and whether it may be told.
func (n Number) Share() (float64, bool) {
	if !n.Enough {
		return 0, false
	}
	return float64(n.Satisfied) / float64(n.Answered), true
}

// Numbers count the surveys whose case was answered in a span of time; opinions written down on the phone count as asked. One statement.
func Numbers(ctx context.Context, tx *tenant.Tx, by string, from, to time.Time) ([]Number, error) {
	column := "c.topic_id"
	if by == ByDepartment {
		column = "c.department_id"
	}
	var rows []Number
	err := tx.Raw(`select coalesce(`+column+`, '') as key,
		sum(case when s.sent_at is not null or s.submitted_at is not null then 1 else 0 end) as asked,
		sum(case when s.submitted_at is not null then 1 else 0 end) as answered,
		sum(case when s.submitted_at is not null and s.satisfied = ? then 1 else 0 end) as satisfied
		from case_surveys s join cases c on c.tenant_id = s.tenant_id and c.id = s.case_id
		where s.tenant_id = ? and s.created_at >= ? and s.created_at < ? group by 1 order by 1`, true, tx.ID(), from, to).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count opinions: %w", err)
	}
	for i := range rows {
		if rows[i].Enough = rows[i].Answered >= Least; !rows[i].Enough {
			rows[i].Satisfied = 0
		}
	}
	return rows, nil
}
