package consultations

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// change is one act of staff on a consultation: may he, load, change, store, record, keep the search in step.
type change struct {
	id string
	// action is the permission and the name in the record.
	action string
	// version is that of the form; 0 for acts that need none.
	version int64
	data    map[string]any
	do      func(ctx context.Context, tx *tenant.Tx, c *Consultation) error
}

func (m *Module) change(ctx context.Context, ch change) error {
	if err := authz.Can(ctx, ch.action, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := Load(ctx, tx, ch.id)
		if err != nil {
			return err
		}
		if ch.version != 0 && ch.version != c.RowVersion {
			return fault.Conflict("consultations.error.stale")
		}
		if err := ch.do(ctx, tx, c); err != nil {
			return err
		}
		if err := stored.Save(ctx, tx, c); err != nil {
			return err
		}
		if err := index(ctx, tx, c); err != nil {
			return err
		}
		return record(ctx, tx, c, ch.action, ch.data)
	})
}

func record(ctx context.Context, tx *tenant.Tx, c *Consultation, action string, data map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{Action: action, Ref: c.Ref(), Data: data})
}

// Start is what a consultation is begun with. Start and End are days in the municipality's zone, both included.
type Start struct {
	Blueprint string
	Title     i18n.Text
	Start     time.Time
	End       time.Time
}

// Create begins a draft from a blueprint and gives its id.
func (m *Module) Create(ctx context.Context, s Start) (string, error) {
	if err := authz.Can(ctx, "consultation.create", authz.Resource{}).Err(); err != nil {
		return "", err
	}
	b, err := FindBlueprint(s.Blueprint)
	if err != nil {
		return "", err
	}
	if s.End.Before(s.Start) {
		return "", fault.InvalidField("ends", "val.date_order")
	}
	var created string
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := b.Build(s.Title, s.Start, s.End, tx.Tenant())
		if err != nil {
			return err
		}
		created, c.CreatedBy = c.ID, authz.From(ctx).ID
		if err := stored.Insert(ctx, tx, c); err != nil {
			return err
		}
		return record(ctx, tx, c, "consultation.create", map[string]any{"blueprint": b.Key})
	})
	return created, err
}

// Clone makes a draft like another consultation that begins on the day of start, every date moved by the same number of days.
func (m *Module) Clone(ctx context.Context, consultationID string, start time.Time) (string, error) {
	if err := authz.Can(ctx, "consultation.create", authz.Resource{}).Err(); err != nil {
		return "", err
	}
	var created string
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := Load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		if c.StartsAt.IsZero() {
			return fault.Conflict("consultations.error.no_dates")
		}
		n := c.Shifted(start, tx.Tenant().Zone())
		created, n.CreatedBy = n.ID, authz.From(ctx).ID
		if err := stored.Insert(ctx, tx, n); err != nil {
			return err
		}
		return record(ctx, tx, n, "consultation.create", map[string]any{"cloned_from": c.ID})
	})
	return created, err
}

// Basics is what one screen edits: everything but phases and state.
type Basics struct {
	Title, Summary, Body, Decides, InputUse, Audience, ShortReason i18n.Text
	DepartmentID, ContactName, ContactEmail, ContactPhone          string
	AreaID, Pattern                                                string
	StartsAt, EndsAt, AnswerBy                                     time.Time
	TopicIDs, LinkedIDs                                            []string
	Milestones                                                     []Milestone
	Version                                                        int64
}

// Edit changes what a consultation says. Once it is public its dates are changed by Extend and CloseEarly only.
func (m *Module) Edit(ctx context.Context, consultationID string, b Basics) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.edit", version: b.Version, do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		if !c.Visible(tx.Now()) {
			c.StartsAt, c.EndsAt = b.StartsAt, b.EndsAt
		}
		c.Title, c.Summary, c.Body, c.Decides, c.InputUse, c.Audience = b.Title, b.Summary, b.Body, b.Decides, b.InputUse, b.Audience
		c.Pattern, c.ShortReason = b.Pattern, b.ShortReason
		c.DepartmentID, c.ContactName, c.ContactEmail, c.ContactPhone = b.DepartmentID, b.ContactName, b.ContactEmail, b.ContactPhone
		c.AreaID, c.TopicIDs, c.Milestones, c.AnswerBy = b.AreaID, b.TopicIDs, b.Milestones, b.AnswerBy
		c.LinkedIDs = slices.DeleteFunc(b.LinkedIDs, func(other string) bool { return other == c.ID })
		if c.State == Scheduled {
			return m.remindDates(ctx, tx, c)
		}
		return nil
	}})
}

// SetCover carries out what was chosen for the cover picture. A picture needs a description in the municipality's own language.
func (m *Module) SetCover(ctx context.Context, consultationID string, b attachments.Batch, alt i18n.Text) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.edit", data: map[string]any{"cover": true}, do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		if err := m.Files.Add(ctx, tx, c.CoverRef(), b); err != nil {
			return err
		}
		files, err := attachments.Of(ctx, tx, []subject.Ref{c.CoverRef()})
		if err != nil {
			return err
		}
		c.CoverID, c.CoverAlt = "", alt
		if list := files[c.CoverRef()]; len(list) > 0 {
			c.CoverID = list[len(list)-1].ID
		}
		if lang := tx.Tenant().Default(); c.CoverID != "" && alt[lang] == "" {
			return fault.InvalidField("cover_alt."+lang, "consultations.error.cover_alt")
		}
		return nil
	}})
}

// SetDocuments carries out what was chosen for the documents.
func (m *Module) SetDocuments(ctx context.Context, consultationID string, b attachments.Batch) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.edit", data: map[string]any{"documents": true}, do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		if err := m.Files.Add(ctx, tx, c.Ref(), b); err != nil {
			return err
		}
		files, err := attachments.Of(ctx, tx, []subject.Ref{c.Ref()})
		if err != nil {
			return err
		}
		return stored.SetDocuments(ctx, tx, c.ID, len(files[c.Ref()]))
	}})
}

// SavePhase adds a phase (without ID) or changes one. From the first vote on, what would change a running count is only tightened,
// and the page says so.
func (m *Module) SavePhase(ctx context.Context, consultationID string, p *Phase, version int64) error {
	data := map[string]any{"phase": p.Title}
	return m.change(ctx, change{id: consultationID, action: "consultation.edit", version: version, data: data, do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		old := c.Phase(p.ID)
		switch {
		case p.ID == "":
			p.ID = id.New()
		case old == nil:
			return fault.NotFound("consultations.error.phase")
		case c.Frozen():
			if fields := stored.CheckFrozen(old, p, tx.Now()); len(fields) > 0 {
				return fault.Invalid(fields)
			}
			if err := noteTightened(ctx, tx, c, old, p, data); err != nil {
				return err
			}
		}
		rest := slices.DeleteFunc(slices.Clone(c.Phases), func(q *Phase) bool { return q.ID == p.ID })
		next := *c
		next.Phases = append(rest, p)
		stored.SortPhases(next.Phases)
		if fields := stored.CheckPhases(&next); len(fields) > 0 {
			return fault.Invalid(fault.Fields{"starts": first(fields, p.ID)})
		}
		c.Phases = next.Phases
		return nil
	}})
}

// first is the complaint about a phase, or else the one about any other in a stable order.
func first(fields fault.Fields, phaseID string) fault.Message {
	if msg, ok := fields[phaseID]; ok {
		return msg
	}
	return fields[slices.Sorted(maps.Keys(fields))[0]]
}

// noteTightened tells everybody that rules changed after the first vote.
func noteTightened(ctx context.Context, tx *tenant.Tx, c *Consultation, old, p *Phase, data map[string]any) error {
	was, is := fmt.Sprintf("%+v", old.Switches), fmt.Sprintf("%+v", p.Switches)
	if was == is {
		return nil
	}
	data["frozen"], data["old"], data["new"] = true, was, is
	return stored.InsertChange(ctx, tx, &Change{ConsultationID: c.ID, Kind: ChangeTightened, Reason: p.Title})
}

// RemovePhase takes a phase away, unless votes were cast in it.
func (m *Module) RemovePhase(ctx context.Context, consultationID, phaseID string) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.edit", do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		p := c.Phase(phaseID)
		if p == nil {
			return fault.NotFound("consultations.error.phase")
		}
		if c.Frozen() {
			if fields := stored.CheckFrozen(p, nil, tx.Now()); len(fields) > 0 {
				return fault.Conflict(fields[""].ID)
			}
		}
		c.Phases = slices.DeleteFunc(c.Phases, func(q *Phase) bool { return q == p })
		return nil
	}})
}

// Publish makes a consultation public at a moment, now when it is zero or past. What the check-list requires must be there.
func (m *Module) Publish(ctx context.Context, consultationID string, at time.Time) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.publish", do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		if c.State == Published || !c.DeletedAt.IsZero() {
			return fault.Conflict("consultations.error.state")
		}
		if !stored.Publishable(stored.Checklist(c, tx.Tenant())) {
			return fault.Conflict("consultations.error.checklist")
		}
		if at.After(tx.Now()) {
			c.State, c.PublishAt = Scheduled, at
			if err := m.remind(ctx, tx, c, EventPublished, at); err != nil {
				return err
			}
			return m.remindDates(ctx, tx, c)
		}
		c.State = Published
		if c.PublishedAt.IsZero() {
			c.PublishedAt = tx.Now()
			if err := m.announce(ctx, tx, c, EventPublished); err != nil {
				return err
			}
		}
		return m.remindDates(ctx, tx, c)
	}})
}

// Withdraw makes a consultation a draft again, as long as nobody took part.
func (m *Module) Withdraw(ctx context.Context, consultationID string) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.publish", data: map[string]any{"withdrawn": true}, do: func(_ context.Context, _ *tenant.Tx, c *Consultation) error {
		if c.ProposalCount+c.CommentCount+c.VoteCount > 0 || c.Frozen() {
			return fault.Conflict("consultations.error.contributions")
		}
		c.State, c.PublishAt = Draft, time.Time{}
		return nil
	}})
}

// Archive closes a consultation for good but leaves it readable, or takes it back.
func (m *Module) Archive(ctx context.Context, consultationID string, archived bool) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.archive", data: map[string]any{"archived": archived}, do: func(_ context.Context, _ *tenant.Tx, c *Consultation) error {
		switch {
		case archived && c.State == Published, archived && c.State == Scheduled:
			c.State = Archived
		case !archived && c.State == Archived:
			c.State = Published
		default:
			return fault.Conflict("consultations.error.state")
		}
		return nil
	}})
}

// Extend moves the end of a public consultation to the end of a later day, with a notice that says why.
func (m *Module) Extend(ctx context.Context, consultationID string, until time.Time, reason i18n.Text) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.close", data: map[string]any{"until": until}, do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		end := EndOfDay(until, tx.Tenant().Zone())
		if c.EndsAt.IsZero() || !end.After(c.EndsAt) || !end.After(tx.Now()) {
			return fault.InvalidField("until", "consultations.error.later")
		}
		if n := len(c.Phases); n > 0 && !c.Phases[n-1].EndsAt.IsZero() {
			c.Phases[n-1].EndsAt = end
		}
		old := c.EndsAt
		if !c.AnswerBy.IsZero() { // the promise keeps its distance
			c.AnswerBy = AddDays(c.AnswerBy, stored.DaysBetween(old, end, tx.Tenant().Zone()), tx.Tenant().Zone())
		}
		c.EndsAt = end
		err := stored.InsertChange(ctx, tx, &Change{ConsultationID: c.ID, Kind: ChangeExtended, Reason: reason, OldAt: old, NewAt: end})
		if err != nil {
			return err
		}
		if err := m.announce(ctx, tx, c, EventExtended); err != nil {
			return err
		}
		return m.remindDates(ctx, tx, c)
	}})
}

// CloseEarly ends a consultation now, with a reason that everybody reads.
func (m *Module) CloseEarly(ctx context.Context, consultationID string, reason i18n.Text) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.close", data: map[string]any{"reason": reason}, do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		if reason.Empty() {
			return fault.InvalidField("reason."+tx.Tenant().Default(), "val.required")
		}
		now := tx.Now()
		if !c.Visible(now) || !c.IsOpen(now) {
			return fault.Conflict("consultations.error.state")
		}
		old := c.EndsAt
		c.EndsAt = now.Add(-time.Microsecond)
		for _, p := range c.Phases {
			if p.Contains(now) {
				p.EndsAt = c.EndsAt
			}
		}
		err := stored.InsertChange(ctx, tx, &Change{ConsultationID: c.ID, Kind: ChangeClosed, Reason: reason, OldAt: old, NewAt: c.EndsAt})
		if err != nil {
			return err
		}
		return m.announce(ctx, tx, c, EventClosedEarly)
	}})
}

// Answer publishes what came of a consultation, or changes what was published.
func (m *Module) Answer(ctx context.Context, consultationID string, text i18n.Text) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.publish", data: map[string]any{"answer": true}, do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		now := tx.Now()
		if !c.Visible(now) || c.StateAt(now) == Upcoming || c.IsOpen(now) {
			return fault.Conflict("consultations.error.still_open")
		}
		if text[tx.Tenant().Default()] == "" {
			return fault.InvalidField("text."+tx.Tenant().Default(), "val.required")
		}
		r := &Result{ConsultationID: c.ID, Text: text, PublishedAt: now, UpdatedAt: now}
		r.ID = id.New()
		if err := stored.PutResult(ctx, tx, r); err != nil {
			return err
		}
		if !c.AnsweredAt.IsZero() {
			return nil
		}
		c.AnsweredAt = now
		return m.announce(ctx, tx, c, EventAnswered)
	}})
}

// Delete hides a consultation from everybody; Restore brings it back as it was.
func (m *Module) Delete(ctx context.Context, consultationID string) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.delete", do: func(_ context.Context, tx *tenant.Tx, c *Consultation) error {
		c.DeletedAt = tx.Now()
		return nil
	}})
}

// Restore brings a deleted consultation back.
func (m *Module) Restore(ctx context.Context, consultationID string) error {
	return m.change(ctx, change{id: consultationID, action: "consultation.delete", data: map[string]any{"restored": true}, do: func(_ context.Context, _ *tenant.Tx, c *Consultation) error {
		c.DeletedAt = time.Time{}
		return nil
	}})
}

// previewDays is how long a preview link may be good at most.
const previewDays = 30

// NewPreview makes a link that shows a draft to whoever holds it, for some days. The token is given once and stored as a hash.
func (m *Module) NewPreview(ctx context.Context, consultationID string, days int) (token string, err error) {
	if err := authz.Can(ctx, "consultation.preview", authz.Resource{}).Err(); err != nil {
		return "", err
	}
	raw := make([]byte, 24)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make a preview token: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := Load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		p := &Preview{ConsultationID: c.ID, TokenHash: hash(token), ExpiresAt: tx.Now().AddDate(0, 0, min(max(days, 1), previewDays)),
			CreatedBy: authz.From(ctx).ID, CreatedAt: tx.Now()}
		p.ID = id.New()
		if err := stored.InsertPreview(ctx, tx, p); err != nil {
			return err
		}
		return record(ctx, tx, c, "consultation.preview", map[string]any{"expires": p.ExpiresAt})
	})
	return token, err
}

// RevokePreview ends a preview link at once.
func (m *Module) RevokePreview(ctx context.Context, consultationID, previewID string) error {
	if err := authz.Can(ctx, "consultation.preview", authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return stored.DeletePreview(ctx, tx, consultationID, previewID)
	})
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// remindDates orders the notices of the beginning and of the last day.
func (m *Module) remindDates(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
	if c.StartsAt.After(tx.Now()) {
		if err := m.remind(ctx, tx, c, EventOpened, c.StartsAt); err != nil {
			return err
		}
	}
	if at := c.EndsAt.Add(-lastCall); at.After(tx.Now()) {
		return m.remind(ctx, tx, c, EventClosedSoon, at)
	}
	return nil
}

// remind orders a notice for a moment. Each moment has its own job: one whose date has moved finds so when it runs.
func (m *Module) remind(ctx context.Context, tx *tenant.Tx, c *Consultation, what string, at time.Time) error {
	return tx.Enqueue(ctx, job.Spec{Kind: noticeJob, Payload: notice{ID: c.ID, What: what, At: at}, RunAt: at,
		Unique: c.ID + " " + what + " " + at.UTC().Format(time.RFC3339)})
}
