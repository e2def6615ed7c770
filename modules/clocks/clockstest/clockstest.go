// Package clockstest starts many clocks at once, for tests and benchmarks.
package clockstest

import (
	"context"
	"fmt"
	"time"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/clocks"
	"glas/tenant"
)

// Run starts a clock of a target of 48 hours on each of the things, behind the doors: an hour ago, and on the first late of them a day ago,
// so that the step at 24 hours is due now.
func Run(ctx context.Context, tx *tenant.Tx, target *clocks.ClockTarget, now time.Time, on []subject.Ref, late int) error {
	for from := 0; from < len(on); from += 500 {
		var rows []clocks.Clock
		for i := from; i < min(len(on), from+500); i++ {
			c := clocks.Clock{SubjectKind: on[i].Kind, SubjectID: on[i].ID, Cycle: 1, Metric: target.Metric, TargetID: target.ID, PolicyID: target.PolicyID, Term: target.Term,
				LegalBasis: i18n.Text{}, StartedAt: now.Add(-time.Hour), DueAt: now.Add(47 * time.Hour), ComputedAt: now, WatchedFrom: now.Add(-30 * time.Hour), NextAt: now.Add(23 * time.Hour)}
			if i < late {
				c.StartedAt, c.DueAt, c.NextAt = now.Add(-24*time.Hour), now.Add(24*time.Hour), now
			}
			c.ID = id.New()
			rows = append(rows, c)
		}
		if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
			return fmt.Errorf("start many clocks: %w", err)
		}
	}
	return nil
}
