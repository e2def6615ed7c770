package reports

import (
	"context"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/audit"
	"glas/modules/consultations"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// Bounds of what staff writes, in letters.
const (
	maxText   = 20000
	minReason = 10
	maxReason = 2000
)

// Words is what staff writes for a report.
type Words struct {
	Introduction, Conclusions, NextStep, GroupsMissing i18n.Text
	Evaluation                                         bool
	RowVersion                                         int64
}

// PublishedEvent is announced when everybody can read a version.
type PublishedEvent struct {
	ReportID       string `json:"report_id"`
	ConsultationID string `json:"consultation_id"`
	Version        int    `json:"version"`
	SHA256         string `json:"sha256"`
}

// EventName implements tenant.Event.
func (PublishedEvent) EventName() string { return "reports.published" }

// newest are the versions of a consultation's report; the first may be a draft.
type newest []*stored.Report

// open is the version that is not published yet, or nil.
func (n newest) open() *stored.Report {
	if len(n) > 0 && n[0].State != stored.Published {
		return n[0]
	}
	return nil
}

// public is the newest published version, or nil.
func (n newest) public() *stored.Report {
	for _, r := range n {
		if r.State == stored.Published {
			return r
		}
	}
	return nil
}

// Save keeps the words of a draft; the first time it begins one.
func (m *Module) Save(ctx context.Context, consultationID string, w Words) error {
	if err := authz.Can(ctx, "report.edit", authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, versions, err := load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		r := versions.open()
		switch {
		case r == nil && len(versions) > 0:
			return fault.Conflict("reports.error.published")
		case r == nil:
			r = &stored.Report{ConsultationID: c.ID, Version: 1, State: stored.Draft, CreatedBy: authz.From(ctx).ID}
			w.put(r)
			err = stored.Insert(ctx, tx, r)
		case r.State == stored.Making:
			return fault.Conflict("reports.error.making")
		case r.RowVersion != w.RowVersion:
			return fault.Conflict("reports.error.changed")
		default:
			w.put(r)
			err = stored.Save(ctx, tx, r)
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "report.edit", Ref: c.Ref(), Data: map[string]any{"version": r.Version}})
	})
}

func (w Words) put(r *stored.Report) {
	r.Introduction, r.Conclusions, r.NextStep, r.GroupsMissing, r.Evaluation = w.Introduction, w.Conclusions, w.NextStep, w.GroupsMissing, w.Evaluation
}

// load reads a consultation with the versions of its report.
func load(ctx context.Context, tx *tenant.Tx, consultationID string) (*consultations.Consultation, newest, error) {
	c, err := consultations.Load(ctx, tx, consultationID)
	if err != nil {
		return nil, nil, err
	}
	versions, err := stored.Versions(ctx, tx, c.ID)
	return c, versions, err
}

// Publish freezes the draft: a job then makes its formats, and when all stand everybody can read it. It is refused while the
// consultation runs, and while remarks are not decided on unless that is wanted expressly.
func (m *Module) Publish(ctx context.Context, consultationID string, undecided bool) error {
	if err := authz.Can(ctx, "report.publish", authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, versions, err := load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		if !c.Visible(tx.Now()) || c.EndsAt.IsZero() || !tx.Now().After(c.EndsAt) {
			return fault.Conflict("reports.error.running")
		}
		r := versions.open()
		if r == nil && len(versions) > 0 {
			return fault.Conflict("reports.error.published")
		}
		if r == nil {
			r = &stored.Report{ConsultationID: c.ID, Version: 1, State: stored.Draft, CreatedBy: authz.From(ctx).ID}
			if err := stored.Insert(ctx, tx, r); err != nil {
				return err
			}
		}
		if r.State == stored.Making && r.Failure == "" {
			return fault.Conflict("reports.error.making")
		}
		open, err := stored.Open(ctx, tx, []string{c.ID})
		if err != nil {
			return err
		}
		waiting := int64(0)
		for _, o := range open {
			waiting += o.N
		}
		if waiting > 0 && !undecided {
			return fault.Conflict("reports.error.undecided", "N", waiting)
		}
		if err := countVoters(ctx, tx, c); err != nil {
			return err
		}
		r.State, r.Progress, r.Failure, r.PublishedBy, r.FrozenAt = stored.Making, 0, "", authz.From(ctx).ID, tx.Now()
		if err := stored.Save(ctx, tx, r); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, job.Spec{Kind: makeJob, Payload: making{ReportID: r.ID}}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "report.publish", Ref: c.Ref(), Data: map[string]any{"version": r.Version, "undecided": waiting}, Public: true})
	})
}

// countVoters sees to it that whoever voted is among the participants before their number is published.
func countVoters(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) error {
	var phases []string
	for _, p := range c.Phases {
		phases = append(phases, p.ID)
	}
	results, err := stored.Results(ctx, tx, c.ID, phases)
	if err != nil {
		return err
	}
	for _, r := range results {
		if err := consultations.CountVoters(ctx, tx, c.ID, subject.Ref{Kind: r.SubjectKind, ID: r.SubjectID}); err != nil {
			return err
		}
	}
	return nil
}

// Correct begins another version beside a published one, with the reason that everybody will read.
func (m *Module) Correct(ctx context.Context, consultationID string, reason i18n.Text) error {
	if err := authz.Can(ctx, "report.publish", authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, versions, err := load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		if versions.open() != nil || len(versions) == 0 {
			return fault.Conflict("reports.error.open")
		}
		last := versions[0]
		r := &stored.Report{ConsultationID: c.ID, Version: last.Version + 1, State: stored.Draft, Correction: reason, ReplacesID: last.ID, CreatedBy: authz.From(ctx).ID,
			Introduction: last.Introduction, Conclusions: last.Conclusions, NextStep: last.NextStep, GroupsMissing: last.GroupsMissing, Evaluation: last.Evaluation}
		if err := stored.Insert(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "report.correct", Ref: c.Ref(), Data: map[string]any{"version": r.Version}})
	})
}

// Drop removes a draft.
func (m *Module) Drop(ctx context.Context, consultationID string) error {
	if err := authz.Can(ctx, "report.edit", authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, versions, err := load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		r := versions.open()
		if r == nil || r.State != stored.Draft {
			return fault.Conflict("reports.error.open")
		}
		if err := stored.Delete(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "report.drop", Ref: c.Ref(), Data: map[string]any{"version": r.Version}})
	})
}

// preview collects the report that the draft would be now.
func (m *Module) preview(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, versions newest) (*record.Report, error) {
	r := versions.open()
	if r == nil {
		r = &stored.Report{Version: len(versions) + 1}
	}
	return m.gather.Report(ctx, tx, c, r, versions.public(), tx.Now())
}
