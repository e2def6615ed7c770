package consultations

import (
	"context"
	"maps"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/consultations/internal/act"
	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// change is one act of staff on a consultation: may he, load, change, store, record, keep the search in step.
type change = act.Change

func (m *Module) change(ctx context.Context, ch change) error { return act.Run(ctx, m.DB, ch) }

func record(ctx context.Context, tx *tenant.Tx, c *Consultation, action string, data map[string]any) error {
	return act.Record(ctx, tx, c, action, data)
}

// Start is what a consultation is begun with. Start and End are days in the municipality's zone, both included; a zero End is computed
// by the rules.
type Start struct {
	Blueprint string
	// Rules are those of its kind of act; empty takes the ones for any matter.
	Rules string
	Title i18n.Text
	Start time.Time
	End   time.Time
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
	if !s.End.IsZero() && s.End.Before(s.Start) {
		return "", fault.InvalidField("ends", "val.date_order")
	}
	var created string
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		r, err := m.desk.For(ctx, tx, s.Rules)
		if err != nil {
			return err
		}
		if s.End.IsZero() {
			s.End = r.Set.EndOf(r.Set.Normal, s.Start, r.Cal)
		}
		if s.End.IsZero() {
			return fault.InvalidField("ends", "val.required")
		}
		c, err := b.Build(s.Title, s.Start, s.End, tx.Tenant())
		if err != nil {
			return err
		}
		r.Begin(c)
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
	Alternatives, Plain                                            i18n.Text
	DepartmentID, ContactName, ContactEmail, ContactPhone          string
	AreaID, Pattern                                                string
	StartsAt, EndsAt, AnswerBy                                     time.Time
	TopicIDs, LinkedIDs                                            []string
	Milestones                                                     []Milestone
	Version                                                        int64
}

// Edit changes what a consultation says. Once it is public its dates are changed by Extend and CloseEarly only.
func (m *Module) Edit(ctx context.Context, consultationID string, b Basics) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.edit", Version: b.Version, Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		if !c.Visible(tx.Now()) {
			c.StartsAt, c.EndsAt = b.StartsAt, b.EndsAt
		}
		c.Title, c.Summary, c.Body, c.Decides, c.InputUse, c.Audience = b.Title, b.Summary, b.Body, b.Decides, b.InputUse, b.Audience
		c.Pattern, c.ShortReason, c.Alternatives, c.Plain = b.Pattern, b.ShortReason, b.Alternatives, b.Plain
		c.DepartmentID, c.ContactName, c.ContactEmail, c.ContactPhone = b.DepartmentID, b.ContactName, b.ContactEmail, b.ContactPhone
		c.AreaID, c.TopicIDs, c.Milestones, c.AnswerBy = b.AreaID, b.TopicIDs, b.Milestones, b.AnswerBy
		c.LinkedIDs = slices.DeleteFunc(b.LinkedIDs, func(other string) bool { return other == c.ID })
		if c.State == Scheduled {
			return act.RemindDates(ctx, tx, c)
		}
		return nil
	}})
}

// SetCover carries out what was chosen for the cover picture. A picture needs a description in the municipality's own language.
func (m *Module) SetCover(ctx context.Context, consultationID string, b attachments.Batch, alt i18n.Text) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.edit", Data: map[string]any{"cover": true}, Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
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

// SetDocuments carries out what was chosen for pictures and other files beside the official documents.
func (m *Module) SetDocuments(ctx context.Context, consultationID string, b attachments.Batch) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.edit", Data: map[string]any{"documents": true}, Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		before, err := attachments.Of(ctx, tx, []subject.Ref{c.Ref()})
		if err != nil {
			return err
		}
		if err := m.Files.Add(ctx, tx, c.Ref(), b); err != nil {
			return err
		}
		after, err := attachments.Of(ctx, tx, []subject.Ref{c.Ref()})
		if err != nil {
			return err
		}
		return stored.CountDocuments(ctx, tx, c.ID, len(after[c.Ref()])-len(before[c.Ref()]))
	}})
}

// SavePhase adds a phase (without ID) or changes one. From the first vote on, what would change a running count is only tightened,
// and the page says so.
func (m *Module) SavePhase(ctx context.Context, consultationID string, p *Phase, version int64) error {
	data := map[string]any{"phase": p.Title}
	return m.change(ctx, change{ID: consultationID, Action: "consultation.edit", Version: version, Data: data, Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
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
			if err := m.noteTightened(ctx, tx, c, old, p, data); err != nil {
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
func (m *Module) noteTightened(ctx context.Context, tx *tenant.Tx, c *Consultation, old, p *Phase, data map[string]any) error {
	labels := map[string]string{}
	for _, s := range m.switches(ctx) {
		labels[s.Key], labels[s.Action] = s.Label, s.Label
	}
	changed := old.Switches.Differences(p.Switches, labels)
	if len(changed) == 0 {
		return nil
	}
	data["rules"] = changed
	return stored.InsertChange(ctx, tx, &Change{ConsultationID: c.ID, Kind: ChangeTightened, Reason: p.Title})
}

// RemovePhase takes a phase away, unless votes were cast in it.
func (m *Module) RemovePhase(ctx context.Context, consultationID, phaseID string) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.edit", Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
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

// Publish makes a consultation public at a moment, now when it is zero or past. What the check-list requires must be there, and the rules
// of its term must be kept or set aside; what is not is named in the refusal.
func (m *Module) Publish(ctx context.Context, consultationID string, at time.Time) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.publish", Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		if c.State == Published || !c.DeletedAt.IsZero() {
			return fault.Conflict("consultations.error.state")
		}
		later := at.After(tx.Now())
		if !later {
			at = tx.Now()
		}
		again := c.State == Scheduled
		c.State, c.PublishAt = Scheduled, at // for the reminders, which drafts have none of
		if err := m.desk.Published(ctx, tx, c, at, again); err != nil {
			return err
		}
		if later {
			if err := act.Remind(ctx, tx, c, EventPublished, at); err != nil {
				return err
			}
			return act.RemindDates(ctx, tx, c)
		}
		c.State, c.PublishAt = Published, time.Time{}
		if c.PublishedAt.IsZero() {
			c.PublishedAt = tx.Now()
			if err := m.announce(ctx, tx, c, EventPublished); err != nil {
				return err
			}
		}
		return act.RemindDates(ctx, tx, c)
	}})
}

// Withdraw makes a consultation a draft again, as long as nobody took part.
func (m *Module) Withdraw(ctx context.Context, consultationID string) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.publish", Data: map[string]any{"withdrawn": true}, Do: func(_ context.Context, _ *tenant.Tx, c *Consultation) error {
		if c.ProposalCount+c.CommentCount+c.VoteCount+c.ParticipantCount > 0 || c.Frozen() {
			return fault.Conflict("consultations.error.contributions")
		}
		c.State, c.PublishAt = Draft, time.Time{}
		return nil
	}})
}

// Archive closes a consultation for good but leaves it readable, or takes it back.
func (m *Module) Archive(ctx context.Context, consultationID string, archived bool) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.archive", Data: map[string]any{"archived": archived}, Do: func(_ context.Context, _ *tenant.Tx, c *Consultation) error {
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
	return m.change(ctx, change{ID: consultationID, Action: "consultation.close", Data: map[string]any{"until": until}, Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
		if reason[tx.Tenant().Default()] == "" {
			return fault.InvalidField("reason."+tx.Tenant().Default(), "val.required")
		}
		end, err := m.desk.Extended(ctx, tx, c, EndOfDay(until, tx.Tenant().Zone()))
		if err != nil {
			return err
		}
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
		if err := m.desk.Moved(ctx, tx, c); err != nil {
			return err
		}
		err = stored.InsertChange(ctx, tx, &Change{ConsultationID: c.ID, Kind: ChangeExtended, Reason: reason, OldAt: old, NewAt: end})
		if err != nil {
			return err
		}
		err = act.Announce(ctx, tx, c, EventExtended, func(e *Event) { e.Reason, e.Until = reason[tx.Tenant().Default()], end })
		if err != nil {
			return err
		}
		return act.RemindDates(ctx, tx, c)
	}})
}

// CloseEarly ends a consultation now, with a reason that everybody reads.
func (m *Module) CloseEarly(ctx context.Context, consultationID string, reason i18n.Text) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.close", Data: map[string]any{"reason": reason}, Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
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
	return m.change(ctx, change{ID: consultationID, Action: "consultation.publish", Data: map[string]any{"answer": true}, Do: func(ctx context.Context, tx *tenant.Tx, c *Consultation) error {
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
	return m.change(ctx, change{ID: consultationID, Action: "consultation.delete", Do: func(_ context.Context, tx *tenant.Tx, c *Consultation) error {
		c.DeletedAt = tx.Now()
		return nil
	}})
}

// Restore brings a deleted consultation back.
func (m *Module) Restore(ctx context.Context, consultationID string) error {
	return m.change(ctx, change{ID: consultationID, Action: "consultation.delete", Data: map[string]any{"restored": true}, Do: func(_ context.Context, _ *tenant.Tx, c *Consultation) error {
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
	token = id.Token(24)
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := Load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		p := &Preview{ConsultationID: c.ID, TokenHash: id.Hash(token), ExpiresAt: tx.Now().AddDate(0, 0, min(max(days, 1), previewDays)),
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
