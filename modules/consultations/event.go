package consultations

import (
	"context"

	"glas/modules/consultations/internal/act"
	"glas/tenant"
)

// Event is something that happened to a consultation: consultations.published, extended, restarted, opened, closed_soon, closed_early,
// answered.
type Event = act.Event

// What happened.
const (
	EventPublished   = act.EventPublished
	EventExtended    = act.EventExtended
	EventRestarted   = act.EventRestarted
	EventOpened      = act.EventOpened
	EventClosedSoon  = act.EventClosedSoon
	EventClosedEarly = act.EventClosedEarly
	EventAnswered    = act.EventAnswered
)

// announce tells what happened, with the title in the municipality's own language.
func (m *Module) announce(ctx context.Context, tx *tenant.Tx, c *Consultation, what string) error {
	return act.Announce(ctx, tx, c, what, nil)
}
