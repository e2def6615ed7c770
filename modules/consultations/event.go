package consultations

import (
	"context"

	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/tenant"
)

// Event is something that happened to a consultation that those who follow it want to know. Its name is What with the module
// before it: consultations.published, extended, opened, closing, closed_early, answered.
type Event struct {
	What     string   `json:"what"`
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Path     string   `json:"path"`
	TopicIDs []string `json:"topic_ids,omitempty"`
	AreaID   string   `json:"area_id,omitempty"`
}

// What happened.
const (
	EventPublished   = "published"
	EventExtended    = "extended"
	EventOpened      = "opened"
	EventClosedSoon  = "closed_soon"
	EventClosedEarly = "closed_early"
	EventAnswered    = "answered"
)

// EventName is consultations.<what>.
func (e Event) EventName() string { return "consultations." + e.What }

// announce tells what happened, with the title in the municipality's own language.
func (m *Module) announce(ctx context.Context, tx *tenant.Tx, c *Consultation, what string) error {
	title, _ := c.Title.Pick(tx.Tenant().Default(), "")
	return tx.Announce(ctx, Event{What: what, ID: c.ID, Title: title, Path: c.Path(), TopicIDs: c.TopicIDs, AreaID: c.AreaID})
}

// index makes a public consultation findable and its files readable, and does the contrary for one that is not.
func index(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
	for _, ref := range []subject.Ref{c.Ref(), c.CoverRef()} {
		if err := attachments.Show(ctx, tx, ref, c.Visible(tx.Now())); err != nil {
			return err
		}
	}
	if !c.Visible(tx.Now()) {
		return tx.Unindex(ctx, c.Ref())
	}
	lang := tx.Tenant().Default()
	title, in := c.Title.Pick(lang, "")
	doc := search.Document{Ref: c.Ref(), Title: title, Path: c.Path(), Lang: in, Area: c.AreaID, ConsultationID: c.ID, Updated: tx.Now()}
	if len(c.TopicIDs) > 0 {
		doc.Topic = c.TopicIDs[0]
	}
	for _, l := range tx.Tenant().Languages { // found in every language it is written in
		for _, part := range []string{c.Title[l], c.Summary[l], text.Plain(c.Decides[l]), text.Plain(c.Body[l])} {
			if part != "" {
				doc.Body += part + "\n"
			}
		}
	}
	return tx.Index(ctx, doc)
}
