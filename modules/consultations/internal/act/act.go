// Package act does what staff does to a consultation: may he, load, change, store, record, keep files and search in step, and tell.
// Every act of the packages around it runs through Run, so that none of these steps is forgotten.
package act

import (
	"context"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/job"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/consultations/internal/stored"
	"glas/modules/documents"
	"glas/tenant"
)

// Change is one act of staff on a consultation.
type Change struct {
	ID string
	// Action is the permission and the name in the record.
	Action string
	// Version is that of the form; 0 for acts that need none.
	Version int64
	Data    map[string]any
	Do      func(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error
}

// Run carries a change out in one transaction.
func Run(ctx context.Context, db *tenant.DB, ch Change) error {
	if err := authz.Can(ctx, ch.Action, authz.Resource{}).Err(); err != nil {
		return err
	}
	return db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := stored.Load(ctx, tx, ch.ID)
		if err != nil {
			return err
		}
		if ch.Version != 0 && ch.Version != c.RowVersion {
			return fault.Conflict("consultations.error.stale")
		}
		if err := ch.Do(ctx, tx, c); err != nil {
			return err
		}
		if err := stored.Save(ctx, tx, c); err != nil {
			return err
		}
		if err := Index(ctx, tx, c); err != nil {
			return err
		}
		return Record(ctx, tx, c, ch.Action, ch.Data)
	})
}

// Record notes an act.
func Record(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, action string, data map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{Action: action, Ref: c.Ref(), Data: data})
}

// Event is something that happened to a consultation that those who follow it want to know. Its name is What with the module
// before it: consultations.published, extended, restarted, opened, closed_soon, closed_early, answered.
type Event struct {
	What     string   `json:"what"`
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Path     string   `json:"path"`
	TopicIDs []string `json:"topic_ids,omitempty"`
	AreaID   string   `json:"area_id,omitempty"`
	// Reason is why, in the municipality's own language, for what was extended or restarted.
	Reason string `json:"reason,omitempty"`
	// DocumentID is the document whose replacement began the term anew, Until the new end.
	DocumentID string    `json:"document_id,omitempty"`
	Until      time.Time `json:"until,omitzero"`
}

// What happened.
const (
	EventPublished   = "published"
	EventExtended    = "extended"
	EventRestarted   = "restarted"
	EventOpened      = "opened"
	EventClosedSoon  = "closed_soon"
	EventClosedEarly = "closed_early"
	EventAnswered    = "answered"
)

// EventName is consultations.<what>.
func (e Event) EventName() string { return "consultations." + e.What }

// Announce tells what happened, with the title in the municipality's own language; more, which may be nil, adds to it.
func Announce(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, what string, more func(e *Event)) error {
	title, _ := c.Title.Pick(tx.Tenant().Default(), "")
	e := Event{What: what, ID: c.ID, Title: title, Path: c.Path(), TopicIDs: c.TopicIDs, AreaID: c.AreaID}
	if more != nil {
		more(&e)
	}
	return tx.Announce(ctx, e)
}

// Index makes a public consultation findable, with all that belongs to it, and its files readable, and does the contrary for one that
// is not.
func Index(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error {
	visible := c.Visible(tx.Now())
	if err := tx.Conceal(ctx, c.ID, !visible); err != nil {
		return err
	}
	for _, ref := range []subject.Ref{c.Ref(), c.CoverRef()} {
		if err := attachments.Show(ctx, tx, ref, visible); err != nil {
			return err
		}
	}
	if err := documents.Show(ctx, tx, c.Ref(), visible); err != nil {
		return err
	}
	if !visible {
		return tx.Unindex(ctx, c.Ref())
	}
	lang := tx.Tenant().Default()
	title, in := c.Title.Pick(lang, "")
	doc := search.Document{Ref: c.Ref(), Title: title, Path: c.Path(), Lang: in, Area: c.AreaID, ConsultationID: c.ID, Updated: tx.Now()}
	if len(c.TopicIDs) > 0 {
		doc.Topic = c.TopicIDs[0]
	}
	doc.Versions = map[string]search.Version{}
	for _, l := range tx.Tenant().Languages { // found in every language it is written in
		var body string
		for _, part := range []string{c.Summary[l], text.Plain(c.Plain[l]), text.Plain(c.Decides[l]), text.Plain(c.Body[l])} {
			if part != "" {
				body += part + "\n"
			}
		}
		doc.Body += c.Title[l] + "\n" + body
		if c.Title[l] != "" {
			doc.Versions[l] = search.Version{Title: c.Title[l], Body: body}
		}
	}
	return tx.Index(ctx, doc)
}

// NoticeJob tells something at a date; its payload is Notice.
const NoticeJob = "consultations.notice"

// LastCall is how long before the end those who follow are told that it closes.
const LastCall = 24 * time.Hour

// Notice is what is told at a date, if the date is still that.
type Notice struct {
	ID   string    `json:"id"`
	What string    `json:"what"`
	At   time.Time `json:"at"`
}

// RemindDates orders the notices of the beginning and of the last day.
func RemindDates(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error {
	if c.StartsAt.After(tx.Now()) {
		if err := Remind(ctx, tx, c, EventOpened, c.StartsAt); err != nil {
			return err
		}
	}
	if at := c.EndsAt.Add(-LastCall); at.After(tx.Now()) {
		return Remind(ctx, tx, c, EventClosedSoon, at)
	}
	return nil
}

// Remind orders a notice for a moment. Each moment has its own job: one whose date has moved finds so when it runs.
func Remind(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, what string, at time.Time) error {
	return tx.Enqueue(ctx, job.Spec{Kind: NoticeJob, Payload: Notice{ID: c.ID, What: what, At: at}, RunAt: at,
		Unique: c.ID + " " + what + " " + at.UTC().Format(time.RFC3339)})
}
