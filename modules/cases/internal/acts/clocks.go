package acts

import (
	"context"
	"time"

	"glas/modules/cases/internal/stored"
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

func (a *Acts) begin(ctx context.Context, tx *tenant.Tx, c *stored.Case, at time.Time) error {
	if a.Clocks == nil {
		return nil
	}
	return a.Clocks.Begin(ctx, tx, c, at)
}

func (a *Acts) turn(ctx context.Context, tx *tenant.Tx, c *stored.Case, t Turn) error {
	if a.Clocks == nil {
		return nil
	}
	if t.At.IsZero() {
		t.At = tx.Now()
	}
	if t.Outcome == "" {
		t.Outcome = OutcomeMet
	}
	return a.Clocks.Turn(ctx, tx, c, t)
}
