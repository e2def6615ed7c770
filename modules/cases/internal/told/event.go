// Package told is how those who should know hear what happened to a case: events for other parts of the program, and calls and letters on
// paper for reporters who have no e-mail.
//
// The decision bound here: who cannot be written to by e-mail is never silently left out. What he should hear waits in a list until a
// person has told him, and one open line of it is enough for a case.
package told

import (
	"glas/internal/subject"
	"glas/modules/cases/internal/stored"
)

// News is what events tell of a case. Title and Path are only of cases that everybody may see.
type News struct {
	Ref          subject.Ref  `json:"ref"`
	Number       string       `json:"number"`
	Kind         string       `json:"kind"`
	TopicID      string       `json:"topic_id,omitempty"`
	AreaID       string       `json:"area_id,omitempty"`
	DepartmentID string       `json:"department_id,omitempty"`
	State        stored.State `json:"state"`
	Shown        bool         `json:"shown"`
	Title        string       `json:"title,omitempty"`
	Path         string       `json:"path,omitempty"`
}

// NewsOf is what events tell of a case.
func NewsOf(c *stored.Case) News {
	n := News{Ref: c.Ref(), Number: c.Number, Kind: c.Kind, TopicID: c.TopicID, AreaID: c.AreaID, DepartmentID: c.DepartmentID, State: c.State, Shown: c.Shown}
	if c.Shown {
		n.Title, n.Path = c.ShownTitle(), c.Path()
	}
	return n
}

// Received is announced when a case was received.
type Received struct{ News }

// EventName implements tenant.Event.
func (Received) EventName() string { return "cases.received" }

// Published is announced when everybody may see a case for the first time.
type Published struct{ News }

// EventName implements tenant.Event.
func (Published) EventName() string { return "cases.published" }

// Closed is announced when a case got its final answer, or was passed to another authority.
type Closed struct{ News }

// EventName implements tenant.Event.
func (Closed) EventName() string { return "cases.closed" }
