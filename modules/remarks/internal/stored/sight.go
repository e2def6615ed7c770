package stored

import (
	"context"
	"time"

	"glas/internal/authz"
)

// Eye is who looks at a remark.
type Eye struct {
	// AccountID is that of the reader, empty for a visitor.
	AccountID string
	// Staff may read all remarks of the municipality.
	Staff bool
	// Bearer holds the receipt of this remark.
	Bearer bool
}

// Public is everybody: what the public, feeds, search, the open interface and the report see.
func Public() Eye { return Eye{} }

// EyeOf is who acts in ctx.
func EyeOf(ctx context.Context) Eye {
	return Eye{AccountID: authz.From(ctx).ID, Staff: authz.Can(ctx, "remark.read", authz.Resource{}).Allowed}
}

// Sight is how much somebody sees of a remark.
type Sight int

// The degrees: as if it did not exist; that there was one, its number and nothing else; all that is public; everything.
const (
	Nothing Sight = iota
	Mark
	Open
	Whole
)

// Sight decides how much an eye sees of a remark. It depends on nothing but its arguments.
func (r *Remark) Sight(e Eye) Sight {
	if e.Staff {
		return Whole
	}
	author := e.Bearer || e.AccountID != "" && e.AccountID == r.AuthorID
	switch r.State {
	case Shown:
		return Open
	case Waiting, Hidden, Refused, Withdrawn:
		if author {
			return Open
		}
	}
	switch r.State {
	case Hidden, Withdrawn, Removed:
		return Mark
	}
	return Nothing
}

// For is what an eye sees of a remark, as a copy without anything else; nil when it must not know that there is one. Of a Mark only
// number, channel, date and state are left.
func (r *Remark) For(e Eye) *Remark {
	switch r.Sight(e) {
	case Whole:
		c := *r
		return &c
	case Open:
		return r.open()
	case Mark:
		m := &Remark{Key: r.Key, Seq: r.Seq, Year: r.Year, Number: r.Number, ConsultationID: r.ConsultationID, HostKind: r.HostKind, HostID: r.HostID,
			Channel: r.Channel, ReceivedAt: r.ReceivedAt, State: r.State, CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt}
		m.AuthorKind = r.AuthorKind
		return m
	default:
		return nil
	}
}

// open is a copy without what is the office's own: the person behind the name, unpublished answers, who deals with it, the receipt.
func (r *Remark) open() *Remark {
	c := *r
	c.Token, c.PersonName, c.PersonEmail, c.PersonAddress, c.Source = "", "", "", "", ""
	c.Hints, c.Folded, c.Dedupe, c.ExternalID = "", "", "", ""
	c.Disposition, c.AnswerReason, c.DepartmentID, c.AssigneeID = "", nil, "", ""
	c.ChangeBlock, c.ChangeLabel, c.ChangeVersion, c.ChangePath = "", "", "", ""
	c.DecidedBy, c.DecidedByName = "", ""
	c.DueAt, c.DecidedAt, c.ToldAt, c.ReconfirmAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	c.ReconfirmFor, c.GroupID = "", ""
	if c.State != Shown {
		c.PublicAnswer, c.PublicDisposition, c.PublishedAt = nil, "", time.Time{}
	}
	return &c
}

// Seen filters a list for an eye. Marks are left out unless wanted.
func Seen(list []*Remark, e Eye, marks bool) []*Remark {
	out := make([]*Remark, 0, len(list))
	for _, r := range list {
		if s := r.For(e); s != nil && (marks || r.Sight(e) != Mark) {
			out = append(out, s)
		}
	}
	return out
}
