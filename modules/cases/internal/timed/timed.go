// Package timed tells the clocks of the municipality what happens to cases.
//
// The decision bound here: which clocks a case needs is said in one place. A clock for moderation runs only while somebody still has to
// review, one for acceptance only from the moment at which a department was given the case until it says yes or no.
package timed

import (
	"context"
	"time"

	"glas/modules/cases/internal/stored"
	"glas/modules/clocks"
	"glas/tenant"
)

// Turn is what happened to a case as far as clocks are concerned. Several may happen at once.
type Turn struct {
	At time.Time
	// Stop are the metrics that are done (accept, first_answer, resolve ...), All stops every one; Outcome is met, cancelled or merged.
	Stop    []string
	All     bool
	Outcome string
	// Pause is why it is waited for the citizen, Resume that it no longer is.
	Pause  string
	Resume bool
	// Promise is a promised date, which becomes a clock of its own.
	Promise time.Time
	// Start are metrics that begin by name only: somebody asked to look again.
	Start []string
	// Revive is when its clocks ended because it was joined to another case: they go on, with their pauses.
	Revive time.Time
	// Tell has the nearest date of a case told again: a joined case left it.
	Tell bool
	// Rematch says that topic, kind, department or priority changed.
	Rematch bool
}

// Metrics that cases stop themselves.
const (
	MetricAcknowledge = "acknowledge"
	MetricModerate    = "moderate"
	MetricAccept      = "accept"
	MetricFirstAnswer = "first_answer"
	MetricResolve     = "resolve"
	MetricStatutory   = "statutory"
	MetricTransfer    = "transfer"
	MetricPromise     = "promise"
	MetricReopen      = "reopen_review"
)

// Outcomes of clocks.
const (
	OutcomeMet       = "met"
	OutcomeCancelled = "cancelled"
	OutcomeMerged    = "merged"
)

// Clocks keep the times of cases; nil keeps none.
type Clocks interface {
	// Begin starts the clocks of the running cycle at a moment.
	Begin(ctx context.Context, tx *tenant.Tx, c *stored.Case, at time.Time) error
	// Turn carries out what happened.
	Turn(ctx context.Context, tx *tenant.Tx, c *stored.Case, t Turn) error
}

// Clockwork is the clocks of the municipality as cases tell them what happens.
type Clockwork struct{ Clocks *clocks.Module }

// Begin implements Clocks. What was done before is not asked for; a department that has the case already is waited for from when it got it.
func (w Clockwork) Begin(ctx context.Context, tx *tenant.Tx, c *stored.Case, at time.Time) error {
	o := clocks.Opening{Ref: c.Ref(), Cycle: int(c.Cycle), Match: match(c), At: at, Without: settled(c)}
	if err := w.Clocks.Start(ctx, tx, o); err != nil || c.State != stored.Assigned || c.Responsibility != stored.Pending {
		return err
	}
	o.At, o.Metrics = later(at, c.StateSince), []string{MetricAccept}
	return w.Clocks.Start(ctx, tx, o)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// settled are the metrics whose clock a case needs no longer.
func settled(c *stored.Case) []string {
	var out []string
	if c.Cycle > 1 {
		out = append(out, MetricAcknowledge, MetricModerate)
	} else if c.DepartmentID != "" && c.Responsibility != "" || c.Published && c.PublishMode != stored.OnConfirm {
		out = append(out, MetricModerate) // it was reviewed, or went to a department without a review
	}
	if c.Responsibility == stored.Accepted {
		out = append(out, MetricTransfer) // it is the municipality's own
	}
	return out
}

// match is what policies tell cases apart by.
func match(c *stored.Case) clocks.Match {
	return clocks.Match{Kind: c.Kind, TopicID: c.TopicID, Channel: c.Channel, Priority: Priority(c.Priority), DepartmentID: c.DepartmentID, AreaID: c.AreaID}
}

// Priority is the word for a priority.
func Priority(p int64) string {
	words := []string{"low", "normal", "high", "urgent"}
	return words[min(max(p, 0), int64(len(words)-1))]
}

// Turn implements Clocks.
func (w Clockwork) Turn(ctx context.Context, tx *tenant.Tx, c *stored.Case, t Turn) error {
	ref, m, outcome := c.Ref(), w.Clocks, clocks.Outcome(t.Outcome)
	if t.All {
		return m.StopAll(ctx, tx, ref, outcome, t.At)
	}
	if t.Tell {
		return m.Tell(ctx, tx, ref)
	}
	if !t.Revive.IsZero() {
		return m.Revive(ctx, tx, ref, clocks.Merged, t.Revive)
	}
	if len(t.Start) > 0 {
		if err := m.Start(ctx, tx, clocks.Opening{Ref: ref, Cycle: int(c.Cycle), Match: match(c), At: t.At, Metrics: t.Start}); err != nil {
			return err
		}
	}
	if len(t.Stop) > 0 {
		if err := m.Stop(ctx, tx, ref, t.Stop, outcome, t.At); err != nil {
			return err
		}
	}
	if t.Rematch {
		if err := m.Rematch(ctx, tx, ref, match(c), settled(c)...); err != nil {
			return err
		}
	}
	if !t.Promise.IsZero() {
		if err := m.Promise(ctx, tx, ref, int(c.Cycle), t.Promise); err != nil {
			return err
		}
	}
	if t.Pause != "" {
		return m.Pause(ctx, tx, ref, t.Pause, t.At)
	}
	if t.Resume {
		return m.Resume(ctx, tx, ref, t.At)
	}
	return nil
}
