// Package book holds a consultation to the rules of its term: what must be there before it is published, who may set a rule aside and
// why, what happens when a document is replaced, and until when a report is due.
//
// A clerk sees each rule by name with the date it comes to; the service refuses by the same rules, so that nothing depends on a screen.
package book

import (
	"context"
	"slices"
	"time"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/modules/calendars"
	"glas/modules/consultations/internal/stored"
	"glas/modules/documents"
	"glas/modules/terms"
	"glas/tenant"
)

// Desk is where staff works by the book.
type Desk struct {
	DB        *tenant.DB
	Docs      *documents.Module
	Catalogue *i18n.Catalogue
	// Base is the address of the deployment that links in letters begin with.
	Base func(ctx context.Context) string
	// Reported says whether the report of a consultation is there, so that nobody is reminded of it; nil knows of none.
	Reported func(ctx context.Context, tx *tenant.Tx, consultationID string) (bool, error)
}

// Rules are what one consultation is held to.
type Rules struct {
	Set   terms.RuleSet
	Cal   *calendar.Calendar
	Docs  []documents.Document
	Names documents.Names
}

// For loads rules by their id, with the calendar.
func (d *Desk) For(ctx context.Context, tx *tenant.Tx, setID string) (r Rules, err error) {
	if r.Set, err = terms.Find(ctx, tx, setID); err != nil {
		return r, err
	}
	r.Cal, err = calendars.Of(ctx, tx, "")
	return r, err
}

// Begin puts a new draft under the rules.
func (r Rules) Begin(c *stored.Consultation) {
	c.Act, c.RuleSetID, c.LegalBasis = r.Set.Act, r.Set.ID, r.Set.LegalBasis
	if !c.RulesAreGeneral() && !c.AnswerBy.IsZero() {
		c.AnswerBy = r.Set.DueAfter(r.Set.Answer, c.EndsAt, r.Cal)
	}
}

// Rules loads what c is held to: its rules, the calendar, its documents.
func (d *Desk) Rules(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) (r Rules, err error) {
	if r, err = d.For(ctx, tx, c.RuleSetID); err != nil {
		return r, err
	}
	if r.Docs, err = documents.Of(ctx, tx, c.Ref()); err != nil {
		return r, err
	}
	r.Names, err = documents.KindNames(ctx, tx)
	return r, err
}

// Findings say how c stands to each of its rules if it were published at a moment.
func (r Rules) Findings(ctx context.Context, c *stored.Consultation, at time.Time) []terms.Finding {
	p := terms.Plan{Published: at, Starts: c.StartsAt, Ends: c.EndsAt, Reason: !c.ShortReason.Empty(), Documents: documents.KindsOf(r.Docs)}
	if c.State == stored.Published || c.State == stored.Archived {
		p.Published = c.PublishedAt
	}
	for _, m := range c.Meetings {
		p.Meetings = append(p.Meetings, m.At)
	}
	if !c.EndsAt.IsZero() {
		p.Ends = r.Set.Settle(c.EndsAt, r.Cal)
	}
	out := terms.Judge(r.Set, p, r.Cal)
	for i := range out {
		out[i].Message = r.named(ctx, out[i].Message)
	}
	return out
}

// named puts the name of a kind of documents into the message about a missing one.
func (r Rules) named(ctx context.Context, msg fault.Message) fault.Message {
	args := slices.Clone(msg.Args)
	for i := 0; i+1 < len(args); i += 2 {
		if kind, ok := args[i+1].(string); ok && args[i] == "Document" {
			args[i+1] = r.Names.Of(ctx, kind)
		}
	}
	return fault.Message{ID: msg.ID, Args: args}
}

// Checklist is everything that staff sees before publishing at a moment.
func (r Rules) Checklist(ctx context.Context, c *stored.Consultation, t *tenant.Tenant, at time.Time) []stored.Item {
	items := stored.Checklist(c, t)
	for _, f := range r.Findings(ctx, c, at) {
		aside := !f.OK && f.Override && c.Overridden(f.Rule)
		part, field := where(f.Rule, t.Default())
		items = append(items, stored.Item{Message: f.Message, Done: f.OK || aside, Required: f.Required, Part: part, Field: field, Rule: f.Rule,
			Override: f.Override && f.Required && !f.OK, Aside: aside})
	}
	if !c.EndsAt.IsZero() {
		if end := r.Set.Settle(c.EndsAt, r.Cal); end.After(c.EndsAt) {
			msg := fault.Msg("consultations.check.moves", "Old", c.EndsAt, "New", end)
			items = append(items, stored.Item{Message: msg, Done: true, Part: "basics", Field: "ends"})
		}
	}
	return items
}

// where is the screen and the field on which a rule is kept.
func where(rule, lang string) (part, field string) {
	switch rule {
	case terms.RuleMinimum:
		return "basics", "ends"
	case terms.RuleReason:
		return "basics", "short_reason." + lang
	case terms.RuleNotice:
		return "basics", "starts"
	case terms.RuleHearing:
		return "law", "meeting0.day"
	}
	return "documents", ""
}

// Refuse names the first thing that c may not be published without, or is nil.
func (r Rules) Refuse(ctx context.Context, c *stored.Consultation, t *tenant.Tenant, at time.Time) error {
	for _, item := range r.Checklist(ctx, c, t, at) {
		switch {
		case !item.Required || item.Done:
		case item.Rule == "":
			return fault.Conflict("consultations.error.checklist")
		default:
			return fault.Conflict("consultations.error.rule", "Rule", item.Message)
		}
	}
	return nil
}

// Settle puts into c what follows from its rules when it is published: an end on a working day, and until when answer and report are due.
func (r Rules) Settle(c *stored.Consultation, zone *time.Location) {
	if c.EndsAt.IsZero() {
		return
	}
	if end := r.Set.Settle(c.EndsAt, r.Cal); end.After(c.EndsAt) {
		if n := len(c.Phases); n > 0 && c.Phases[n-1].EndsAt.Equal(c.EndsAt) {
			c.Phases[n-1].EndsAt = end
		}
		c.EndsAt = end
	}
	c.PublishedDays = c.TermDays(zone)
	if c.AnswerBy.IsZero() && !c.RulesAreGeneral() {
		c.AnswerBy = r.Set.DueAfter(r.Set.Answer, c.EndsAt, r.Cal)
	}
	if c.ReportBy.IsZero() {
		c.ReportBy = r.Set.DueAfter(r.Set.Report, c.EndsAt, r.Cal)
	}
}

// moved puts until when the report is due after the end has moved.
func (r Rules) moved(c *stored.Consultation) {
	if !c.ReportBy.IsZero() {
		if due := r.Set.DueAfter(r.Set.Report, c.EndsAt, r.Cal); due.After(c.ReportBy) {
			c.ReportBy = due
		}
	}
}

// RuleWords is the name of a rule for everybody, also when it is no longer asked for.
func (r Rules) RuleWords(ctx context.Context, rule string) string {
	if len(rule) > len(terms.RuleDocument) && rule[:len(terms.RuleDocument)] == terms.RuleDocument {
		return i18n.T(ctx, "terms.rule.document", "Document", r.Names.Of(ctx, rule[len(terms.RuleDocument):]))
	}
	return i18n.T(ctx, "consultations.rule."+rule) //i18n: consultations.rule.*
}
