package acts

import (
	"context"
	"time"

	"glas/internal/fault"
	"glas/modules/attachments"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/tenant"
)

// Heard is what another authority answered about a case that was passed on to it.
type Heard struct {
	// At is the day of its answer, Reference what the case is called there.
	At        time.Time
	Reference string
	Body      string
	// Public shows the answer to everybody who sees the case; the reporter reads it always.
	Public bool
	// Files are its documents: for the reporter and the municipality until an editor lets them through.
	Files attachments.Batch
}

// BodyAnswer records what the other authority answered and tells the citizen. It ends the waiting for that authority's answer; a case
// that was taken up again goes on as it is.
func (a *Acts) BodyAnswer(ctx context.Context, k Key, h Heard) (*stored.Case, error) {
	var row *stored.CaseReferral
	return a.do(ctx, k, step{perm: []string{PermRefer, PermWork}, action: stored.BodyAnswer, in: stored.Input{Text: h.Body, Data: map[string]any{"reference": h.Reference, "at": h.At}},
		fill: func(ctx context.Context, tx *tenant.Tx, c *stored.Case, in *stored.Input) error {
			in.Data["body"] = c.BodyID
			if err := body(c.BodyID)(ctx, tx, c, in); err != nil {
				return err
			}
			list, err := stored.Referrals(ctx, tx, c.ID)
			for i := range list {
				if list[i].BodyID == c.BodyID {
					row = &list[i]
				}
			}
			if err == nil && h.At.After(tx.Now()) {
				err = fault.InvalidField("at", "cases.error.not_ahead")
			}
			if err == nil && row != nil && h.At.AddDate(0, 0, 1).Before(row.SentAt) {
				err = fault.InvalidField("at", "cases.error.before_sent")
			}
			return err
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error { return a.heard(ctx, tx, c, row, h) }})
}

func (a *Acts) heard(ctx context.Context, tx *tenant.Tx, c *stored.Case, row *stored.CaseReferral, h Heard) error {
	if row != nil {
		row.AnsweredAt, row.Reference = h.At, h.Reference
		if err := stored.Put(ctx, tx, row); err != nil {
			return err
		}
	}
	other, err := stored.FindBody(ctx, tx, c.BodyID)
	if err != nil {
		return err
	}
	name, _ := other.Name.Pick(c.Lang, tx.Tenant().Default())
	m := stored.CaseMessage{Direction: stored.Out, Audience: stored.ToReporter, AuthorKind: "body", AuthorName: name, Body: h.Body}
	if h.Public && c.Visibility.Open() {
		m.Audience = stored.ToPublic
	}
	if _, err := a.line(ctx, tx, c, m); err != nil {
		return err
	}
	if a.Files != nil && len(h.Files.Files)+len(h.Files.Staged) > 0 {
		h.Files.Public, h.Files.Limits = false, attachments.Limits{}
		if err := a.Files.Add(ctx, tx, c.Ref(), h.Files); err != nil {
			return err
		}
	}
	if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricTransfer}}); err != nil {
		return err
	}
	if err := a.newsFor(ctx, tx, c, "body_answer", m.Audience != stored.ToPublic); err != nil {
		return err
	}
	return a.tellReporter(ctx, tx, c, "body_answer", c.TokenPath()+"#thread", "Text", h.Body, "Body", other.Name)
}
