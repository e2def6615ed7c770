// Package bring brings cases of another system in: with their own dates, once each by what they are called there, and again when they
// changed there. Nobody is written to, and no clock runs: what happened happened elsewhere.
package bring

import (
	"context"
	"fmt"
	"time"

	"glas/internal/id"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Channel is that of all cases that were brought in.
const Channel = "import"

// Case is one case of another system. ExternalID is what it is called there.
type Case struct {
	ExternalID, Kind, TopicID, DepartmentID, AreaID string
	Title, Body, Lang, Address                      string
	Lat, Lng                                        *float64
	State                                           stored.State
	// RegisteredAt is when it came, AnsweredAt when it was first answered, ClosedAt when it was closed; the last two may be zero.
	RegisteredAt, AnsweredAt, ClosedAt time.Time
	// Public says that it was public there; it is shown as far as the rules of its topic allow.
	Public bool
}

// Done counts what an import did.
type Done struct{ New, Changed, Same int }

// Import brings cases in within a transaction.
func Import(ctx context.Context, tx *tenant.Tx, n *listed.Names, rows []Case) (Done, error) {
	var done Done
	refs := make([]string, 0, len(rows))
	for _, r := range rows {
		refs = append(refs, r.ExternalID)
	}
	have, err := known(ctx, tx, refs)
	if err != nil {
		return done, err
	}
	for _, r := range rows {
		c := have[r.ExternalID]
		switch {
		case c == nil:
			err = add(ctx, tx, n, r)
			done.New++
		case r.differs(c):
			var ours bool
			if ours, err = touched(ctx, tx, c); err == nil && !ours {
				err = change(ctx, tx, c, r)
				done.Changed++
			} else {
				done.Same++
			}
		default:
			done.Same++
		}
		if err != nil {
			return done, fmt.Errorf("bring in %s: %w", r.ExternalID, err)
		}
	}
	return done, nil
}

func add(ctx context.Context, tx *tenant.Tx, n *listed.Names, r Case) error {
	g := n.Govern(r.Kind, r.TopicID)
	c := &stored.Case{Token: stored.NewToken(), Kind: r.Kind, TopicID: r.TopicID, DepartmentID: r.DepartmentID, AreaID: r.AreaID, Channel: Channel, ChannelRef: r.ExternalID, Lang: r.Lang,
		Title: r.Title, Body: r.Body, Address: r.Address, Lat: r.Lat, Lng: r.Lng, Visibility: g.Visibility, PublishMode: g.PublishMode, Location: g.Location, Priority: stored.Normal, Cycle: 1,
		RegisteredAt: r.RegisteredAt, ReceivedAt: r.RegisteredAt}
	c.ID = id.New()
	r.stand(c)
	if c.Published = r.Public && g.Visibility.Open() && g.PublishMode != stored.Never; c.Published {
		c.PublishedAt = r.RegisteredAt
	}
	if err := stored.TakeNumber(ctx, tx, c, n.Settings.Prefix, r.RegisteredAt); err != nil {
		return err
	}
	return stored.Insert(ctx, tx, c, &stored.CaseEvent{Action: stored.Created, ToState: c.State, Public: true, At: r.RegisteredAt, ActorKind: stored.BySystem, Data: map[string]any{"channel": Channel}})
}

// stand writes how far a case is.
func (r Case) stand(c *stored.Case) {
	c.State, c.ClosedAt, c.FirstAnswerAt, c.AnsweredAt = r.State, r.ClosedAt, r.AnsweredAt, time.Time{}
	c.StateSince = r.RegisteredAt
	if r.DepartmentID != "" && c.State.Running() && c.State != stored.Received {
		c.Responsibility = stored.Accepted
	}
	if c.State.Group() == stored.GroupClosed {
		c.StateSince = r.ClosedAt
		if !r.AnsweredAt.IsZero() {
			c.AnsweredAt, c.AnswerState, c.Resolution = r.ClosedAt, string(c.State), string(c.State)
		}
	}
}

// differs reports whether a case stands otherwise in the other system than it did when it was brought in.
func (r Case) differs(c *stored.Case) bool {
	return c.State != r.State || !c.ClosedAt.Equal(r.ClosedAt) || !c.FirstAnswerAt.Equal(r.AnsweredAt)
}

// touched reports whether people here worked on a case since it was brought in; it then stays as they made it.
func touched(ctx context.Context, tx *tenant.Tx, c *stored.Case) (bool, error) {
	events, err := stored.Events(ctx, tx, c.ID)
	for _, e := range events {
		if e.Data["channel"] != Channel {
			return true, err
		}
	}
	return false, err
}

// change follows the other system.
func change(ctx context.Context, tx *tenant.Tx, c *stored.Case, r Case) error {
	from := c.State
	r.stand(c)
	return stored.Save(ctx, tx, c, &stored.CaseEvent{Action: stored.Change, FromState: from, ToState: c.State, At: tx.Now(), ActorKind: stored.BySystem, Data: map[string]any{"channel": Channel}})
}
