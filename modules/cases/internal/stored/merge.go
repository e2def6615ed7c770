package stored

import (
	"time"

	"glas/internal/fault"
	"glas/internal/text"
)

// Mergeable says why a child cannot be joined to a master. masterOfOthers says that the child already is one: chains are refused, and
// with them circles. A closed master needs a reason.
func Mergeable(child, master *Case, masterOfOthers bool, reason string) error {
	switch {
	case child.ID == master.ID || child.TenantID != master.TenantID:
		return fault.Conflict("cases.error.merge_self")
	case master.State == Merged || masterOfOthers:
		return fault.Conflict("cases.error.merge_chain")
	case master.State.Group() == GroupHidden || master.State == Withdrawn:
		return fault.Conflict("cases.error.merge_hidden")
	case master.State.Group() == GroupClosed && text.Letters(reason) < ReasonMin:
		return fault.Conflict("cases.error.merge_closed")
	}
	return nil
}

// SnapshotOf is what unmerging needs of a child that is about to be joined to a master.
func SnapshotOf(child, master *Case) Snapshot {
	return Snapshot{State: child.State, StateBefore: child.StateBefore, StateSince: child.StateSince, WaitUntil: child.WaitUntil, ClosedAt: child.ClosedAt, DueAt: child.DueAt, MasterDue: master.DueAt}
}

// Restore puts a child back to what it was.
func (s Snapshot) Restore(c *Case) {
	c.State, c.StateBefore, c.StateSince, c.WaitUntil, c.ClosedAt, c.DueAt, c.MergedInto = s.State, s.StateBefore, s.StateSince, s.WaitUntil, s.ClosedAt, s.DueAt, ""
}

// Earliest is the sooner of two dates, of which the zero one is none.
func Earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
