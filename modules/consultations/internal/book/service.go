package book

import (
	"context"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/modules/calendars"
	"glas/modules/consultations/internal/act"
	"glas/modules/consultations/internal/stored"
	"glas/modules/documents"
	"glas/modules/terms"
	"glas/tenant"
)

// place is where the documents of a consultation belong.
func place(c *stored.Consultation, now time.Time) documents.Place {
	return documents.Place{Ref: c.Ref(), Path: c.Path() + "/documents", ConsultationID: c.ID, Public: c.Visible(now)}
}

// SetLaw changes what a consultation is held to and what it says about that. After publishing rules may be corrected, but what was
// promised by them stays.
func (d *Desk) SetLaw(ctx context.Context, consultationID string, l stored.Law, version int64) error {
	return act.Run(ctx, d.DB, act.Change{ID: consultationID, Action: "consultation.edit", Version: version, Data: map[string]any{"law": true, "rules": l.RuleSetID},
		Do: func(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error {
			r, err := d.For(ctx, tx, l.RuleSetID)
			if err != nil {
				return err
			}
			set := r.Set
			l.Act, l.RuleSetID = set.Act, set.ID
			if l.ReportBy.IsZero() && c.Visible(tx.Now()) {
				l.ReportBy = set.DueAfter(set.Report, c.EndsAt, r.Cal)
			}
			l.Overrides, l.PublishedDays = c.Overrides, c.PublishedDays
			if l.RuleSetID != c.RuleSetID && !c.Visible(tx.Now()) {
				l.Overrides = nil // they set other rules aside
			}
			if l.LegalBasis.Empty() && l.RuleSetID != c.RuleSetID {
				l.LegalBasis = set.LegalBasis
			}
			c.Law = l
			return d.remindDue(ctx, tx, c, set)
		}})
}

// Override sets a broken rule aside, with a reason that everybody reads. A firm rule cannot be.
func (d *Desk) Override(ctx context.Context, consultationID, rule string, reason i18n.Text) error {
	return act.Run(ctx, d.DB, act.Change{ID: consultationID, Action: "term.override", Data: map[string]any{"rule": rule, "reason": reason},
		Do: func(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error {
			if reason[tx.Tenant().Default()] == "" {
				return fault.InvalidField("reason."+tx.Tenant().Default(), "val.required")
			}
			r, err := d.Rules(ctx, tx, c)
			if err != nil {
				return err
			}
			broken := func(f terms.Finding) bool { return f.Rule == rule && !f.OK && f.Required && f.Override }
			if !slices.ContainsFunc(r.Findings(ctx, c, tx.Now()), broken) {
				return fault.Conflict("consultations.error.firm")
			}
			c.Overrides = slices.DeleteFunc(c.Overrides, func(o stored.Override) bool { return o.Rule == rule })
			c.Overrides = append(c.Overrides, stored.Override{Rule: rule, Reason: reason, By: authz.From(ctx).ID, At: tx.Now()})
			return nil
		}})
}

// Uphold takes an override back, as long as the consultation is not public.
func (d *Desk) Uphold(ctx context.Context, consultationID, rule string) error {
	return act.Run(ctx, d.DB, act.Change{ID: consultationID, Action: "term.override", Data: map[string]any{"rule": rule, "upheld": true},
		Do: func(_ context.Context, tx *tenant.Tx, c *stored.Consultation) error {
			if c.Visible(tx.Now()) {
				return fault.Conflict("consultations.error.state")
			}
			c.Overrides = slices.DeleteFunc(c.Overrides, func(o stored.Override) bool { return o.Rule == rule })
			return nil
		}})
}

// Published refuses what breaks a rule, notes on the public page which rules were set aside, and orders the reminders. It belongs to the
// act of publishing at a moment; again says that it was scheduled before, and its notes stand already.
func (d *Desk) Published(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, at time.Time, again bool) error {
	r, err := d.Rules(ctx, tx, c)
	if err != nil {
		return err
	}
	if err := r.Refuse(ctx, c, tx.Tenant(), at); err != nil {
		return err
	}
	broken := map[string]bool{}
	for _, f := range r.Findings(ctx, c, at) {
		broken[f.Rule] = !f.OK
	}
	c.Overrides = slices.DeleteFunc(c.Overrides, func(o stored.Override) bool { return !broken[o.Rule] }) // kept after all
	r.Settle(c, tx.Tenant().Zone())
	for _, o := range c.Overrides {
		if again {
			break
		}
		if err := d.note(ctx, tx, c, stored.ChangeOverridden, o.Reason, d.inEveryLanguage(ctx, tx, r, o.Rule)); err != nil {
			return err
		}
	}
	return d.remindDue(ctx, tx, c, r.Set)
}

func (d *Desk) note(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, kind string, reason, about i18n.Text) error {
	return stored.InsertChange(ctx, tx, &stored.Change{ConsultationID: c.ID, Kind: kind, Reason: reason, About: about, NewAt: c.EndsAt})
}

// inEveryLanguage is the name of a rule in every language of the municipality.
func (d *Desk) inEveryLanguage(ctx context.Context, tx *tenant.Tx, r Rules, rule string) i18n.Text {
	t := tx.Tenant()
	out := i18n.Text{}
	for _, lang := range t.Languages {
		in := ctx
		if d.Catalogue != nil {
			in = i18n.With(ctx, d.Catalogue.Localizer(lang, t.Zone(), ""))
		}
		out[lang] = r.RuleWords(in, rule)
	}
	return out
}

// Extended settles an extended end by the rules: on a working day, with the report due later. It belongs to the act of extending.
func (d *Desk) Extended(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, until time.Time) (time.Time, error) {
	r, err := d.Rules(ctx, tx, c)
	if err != nil {
		return until, err
	}
	return r.Set.Settle(until, r.Cal), nil
}

// Moved puts until when the report is due after the end of c has moved, and orders the reminders anew.
func (d *Desk) Moved(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error {
	r, err := d.Rules(ctx, tx, c)
	if err != nil {
		return err
	}
	r.moved(c)
	return d.remindDue(ctx, tx, c, r.Set)
}

// Add puts a document beside a consultation.
func (d *Desk) Add(ctx context.Context, consultationID string, s *documents.Sent) error {
	err := act.Run(ctx, d.DB, act.Change{ID: consultationID, Action: "consultation.edit", Data: map[string]any{"document": s.Title},
		Do: func(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error {
			if _, err := d.Docs.Add(ctx, tx, place(c, tx.Now()), s); err != nil {
				return err
			}
			return stored.CountDocuments(ctx, tx, c.ID, 1)
		}})
	return d.kept(ctx, s, err)
}

// kept throws the file of a refused act away.
func (d *Desk) kept(ctx context.Context, s *documents.Sent, err error) error {
	if err == nil {
		return nil
	}
	if lost := d.Docs.Discard(ctx, s); lost != nil {
		return fmt.Errorf("%w (and its file stays: %w)", err, lost)
	}
	return err
}

// Remove takes a document away from a consultation that was never public.
func (d *Desk) Remove(ctx context.Context, consultationID, documentID string) error {
	return act.Run(ctx, d.DB, act.Change{ID: consultationID, Action: "consultation.edit", Data: map[string]any{"document_removed": documentID},
		Do: func(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error {
			if err := d.Docs.Remove(ctx, tx, c.Ref(), documentID); err != nil {
				return err
			}
			return stored.CountDocuments(ctx, tx, c.ID, -1)
		}})
}

// Replace puts another version in the place of a document. While the term runs and its rules say so, the term begins anew: the end is
// computed by the rule, everybody reads why, and consultations.restarted tells those who took part.
func (d *Desk) Replace(ctx context.Context, consultationID, documentID string, s *documents.Sent) error {
	data := map[string]any{"document_replaced": documentID, "reason": s.Reason}
	err := act.Run(ctx, d.DB, act.Change{ID: consultationID, Action: "consultation.edit", Data: data,
		Do: func(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) error {
			fresh, _, err := d.Docs.Replace(ctx, tx, place(c, tx.Now()), documentID, s)
			if err != nil || !c.Visible(tx.Now()) {
				return err
			}
			set, err := terms.Find(ctx, tx, c.RuleSetID)
			if err != nil {
				return err
			}
			if !set.Restart || !restarts(fresh.Kind) || !c.IsOpen(tx.Now()) || c.EndsAt.IsZero() {
				return d.note(ctx, tx, c, stored.ChangeReplaced, s.Reason, fresh.Title)
			}
			data["restarted"] = true
			return d.restart(ctx, tx, c, set, fresh)
		}})
	return d.kept(ctx, s, err)
}

// restarts reports whether another version of a document of this kind changes what people are asked about. What comes of a consultation
// does not.
func restarts(kind string) bool {
	return !slices.Contains([]string{documents.Protocol, documents.Report, documents.Decision}, kind)
}

func (d *Desk) restart(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, set terms.RuleSet, fresh *documents.Document) error {
	cal, err := calendars.Of(ctx, tx, "")
	if err != nil {
		return err
	}
	now, old := tx.Now(), c.EndsAt
	end, days := c.TermAt(now)
	c.Prolong(now, set.RestartEnd(now, end, days, cal), tx.Tenant().Zone())
	Rules{Set: set, Cal: cal}.moved(c)
	err = stored.InsertChange(ctx, tx, &stored.Change{ConsultationID: c.ID, Kind: stored.ChangeRestarted, Reason: fresh.ReplaceReason, About: fresh.Title, OldAt: old, NewAt: c.EndsAt})
	if err != nil {
		return err
	}
	err = act.Announce(ctx, tx, c, act.EventRestarted, func(e *act.Event) {
		e.Reason, _ = fresh.ReplaceReason.Pick(tx.Tenant().Default(), "")
		e.DocumentID, e.Until = fresh.ID, c.EndsAt
	})
	if err != nil {
		return err
	}
	if err := act.RemindDates(ctx, tx, c); err != nil {
		return err
	}
	return d.remindDue(ctx, tx, c, set)
}

// RemindJob reminds the responsible staff of a due date; its payload is reminder.
const RemindJob = "consultations.remind"

// What is due.
const (
	dueReport = "report"
	dueAnswer = "answer"
)

// reminder is what staff is reminded of, if the date is still that.
type reminder struct {
	ID   string    `json:"id"`
	What string    `json:"what"`
	Due  time.Time `json:"due"`
}

// morning is when staff is reminded, by the clock on the wall.
const morning = 8

// remindDue orders the reminders of what is due after the end. One whose date has moved finds so when it runs.
func (d *Desk) remindDue(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, set terms.RuleSet) error {
	zone := tx.Tenant().Zone()
	for what, due := range map[string]time.Time{dueReport: c.ReportBy, dueAnswer: c.AnswerBy} {
		if due.IsZero() || c.State == stored.Draft {
			continue
		}
		for _, days := range set.Reminders {
			y, m, day := due.In(zone).Date()
			at := time.Date(y, m, day-days, morning, 0, 0, 0, zone)
			if !at.After(tx.Now()) {
				continue
			}
			err := tx.Enqueue(ctx, job.Spec{Kind: RemindJob, Payload: reminder{ID: c.ID, What: what, Due: due}, RunAt: at.UTC(),
				Unique: c.ID + " " + what + " " + due.UTC().Format(time.RFC3339) + " " + at.UTC().Format(time.DateOnly)})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
