package acts

import (
	"context"
	"time"

	"glas/internal/job"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// The jobs of cases that are done again and again.
const (
	SweepJob  = "cases.sweep"
	ForgetJob = "cases.forget"
)

// sweepMax is how many cases one sweep takes of each sort; the rest waits for the next.
const sweepMax = 200

// spamDays is how long spam is kept, in days.
const spamDays = 30

// Sweep ends the waiting for citizens who did not reply, and removes what never was confirmed and old spam that had no number.
func (a *Acts) Sweep(ctx context.Context, _ job.Job) error {
	return a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		n, err := a.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		late, err := stored.Waiting(ctx, tx, stored.WaitingReporter, sweepMax)
		if err != nil {
			return err
		}
		for _, c := range late {
			if err := a.expire(ctx, tx, c); err != nil {
				return err
			}
		}
		for state, days := range map[stored.State]int{stored.Unconfirmed: n.Settings.ConfirmDays, stored.Spam: spamDays} {
			if err := a.sweepOut(ctx, tx, state, tx.Now().AddDate(0, 0, -days)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *Acts) expire(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
	return a.take(ctx, tx, c, step{free: true, action: stored.Expire, after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
		return a.turn(ctx, tx, c, Turn{Resume: true})
	}})
}

// sweepOut removes what never got a number; numbered spam stays hidden, so that numbers have no gaps, but its words and people go.
func (a *Acts) sweepOut(ctx context.Context, tx *tenant.Tx, s stored.State, since time.Time) error {
	old, err := stored.Forgotten(ctx, tx, s, since, sweepMax)
	if err != nil {
		return err
	}
	for _, c := range old {
		if c.Number != "" && c.Title == "" {
			continue
		}
		if err := attachments.Remove(ctx, tx, c.Ref()); err != nil {
			return err
		}
		if c.Number == "" {
			err = stored.Remove(ctx, tx, c)
		} else {
			err = a.erase(ctx, tx, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// erase removes the words and the people of a case for good and leaves its number.
func (a *Acts) erase(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
	if err := stored.ErasePeople(ctx, tx, c.ID); err != nil {
		return err
	}
	return a.take(ctx, tx, c, step{free: true, action: stored.Forget, change: func(c *stored.Case) {
		c.Title, c.Body, c.PublicTitle, c.PublicBody, c.ReporterName, c.Hints, c.Address = "", "", "", "", "", "", ""
		c.Answers, c.Lat, c.Lng, c.ReporterID, c.Dedupe, c.AnonymisedAt = nil, nil, nil, "", "", c.UpdatedAt
	}})
}

// Forgets takes a deleted account off its cases: what everybody reads stays, without a name.
func (a *Acts) Forgets(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.ForgetAccount(ctx, tx, e.AccountID) })
}
