package consultations

import (
	"context"
	"time"

	"glas/internal/fault"
	"glas/internal/job"
	"glas/modules/consultations/internal/act"
	"glas/modules/consultations/internal/book"
	"glas/modules/consultations/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// lastCall is how long before the end those who follow are told that it closes.
const lastCall = act.LastCall

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{act.NoticeJob: m.notify, book.RemindJob: m.desk.Remind, votersJob: m.voters}
}

const votersJob = "consultations.voters"

// voters counts those who voted on a consultation itself among the participants, as soon as the result is frozen and nobody can
// withdraw any more.
func (m *Module) voters(ctx context.Context, j job.Job) error {
	var e votes.FrozenResult
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.Ref.Kind != Kind {
		return nil
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return CountVoters(ctx, tx, e.Ref.ID, e.Ref) })
}

// notify announces that a date has come, once, and only if the date is still that.
func (m *Module) notify(ctx context.Context, j job.Job) error {
	var n act.Notice
	if err := j.Decode(&n); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := Load(ctx, tx, n.ID)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil || !c.Visible(tx.Now()) || c.State == Archived {
			return err
		}
		switch n.What {
		case EventPublished:
			return m.appear(ctx, tx, c)
		case EventOpened:
			if c.StartsAt.Equal(n.At) && c.IsOpen(tx.Now()) {
				return m.tellOnce(ctx, tx, c, n.What, "told_opened_at", c.StartsAt)
			}
		case EventClosedSoon:
			if c.EndsAt.Add(-lastCall).Equal(n.At) && c.IsOpen(tx.Now()) {
				return m.tellOnce(ctx, tx, c, n.What, "told_closing_at", c.EndsAt)
			}
		}
		return nil
	})
}

// appear makes a scheduled consultation findable and announces it. It has been public since its moment came, with or without this.
func (m *Module) appear(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
	if !c.PublishedAt.IsZero() {
		return nil
	}
	c.PublishedAt = c.PublishAt
	if err := stored.Save(ctx, tx, c); err != nil {
		return err
	}
	if err := act.Index(ctx, tx, c); err != nil {
		return err
	}
	return m.announce(ctx, tx, c, EventPublished)
}

func (m *Module) tellOnce(ctx context.Context, tx *tenant.Tx, c *Consultation, what, column string, at time.Time) error {
	fresh, err := stored.Told(ctx, tx, c.ID, column, at)
	if err != nil || !fresh {
		return err
	}
	return m.announce(ctx, tx, c, what)
}
