package acts

import (
	"context"
	"fmt"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/audit"
	"glas/modules/cases/internal/filing"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/cases/internal/told"
	"glas/tenant"
)

// inAll checks a final answer: it is needed in every mandatory language, unless it says that another one may stand for it.
func (a *Acts) inAll(ctx context.Context, tx *tenant.Tx, d Draft) error {
	if err := filing.Words(tx, d.Body); err != nil || d.Fallback {
		return err
	}
	n, err := a.Names.Of(ctx, tx)
	if err != nil {
		return err
	}
	if lang := filing.Missing(n.Settings, tx.Tenant(), d.Body); lang != "" {
		return fault.InvalidField("body."+lang, "cases.error.languages")
	}
	return nil
}

// Interim answers for now and promises a date. With it the first-answer clock stops, because it says something; the promised date
// becomes a clock of its own. A receipt, by contrast, stops nothing.
func (a *Acts) Interim(ctx context.Context, k Key, body i18n.Text, promise time.Time, public bool) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermDraft}, action: stored.Interim, in: stored.Input{Until: promise, Data: map[string]any{"promise": promise}},
		fill: func(ctx context.Context, tx *tenant.Tx, c *stored.Case, _ *stored.Input) error {
			c.UpdatedAt = tx.Now()
			if c.Promises > 0 && !CanAny(ctx, PermApprove) { // another date needs the head's word
				return authz.Can(ctx, PermApprove, authz.Resource{}).Err()
			}
			return filing.Words(tx, body)
		},
		change: func(c *stored.Case) {
			c.PromiseAt, c.Promise, c.Promises = promise, body, c.Promises+1
			substantive(c, c.UpdatedAt)
			if public {
				c.Answer = body
			}
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			row := a.answer(ctx, tx, c, body, public)
			row.State, row.PromiseAt, row.PublishedAt = stored.AnswerPublished, promise, tx.Now()
			if err := stored.Add(ctx, tx, row); err != nil {
				return err
			}
			if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricFirstAnswer}, Promise: promise}); err != nil {
				return err
			}
			if err := a.tellReporter(ctx, tx, c, "interim", c.TokenPath(), "Text", body, "Date", promise); err != nil {
				return err
			}
			return a.news(ctx, tx, c, "interim")
		}})
}

// substantive notes that the citizen was told something that counts; dates of joined cases are met by it too.
func substantive(c *stored.Case, at time.Time) {
	c.InheritedDue = time.Time{}
	if c.FirstAnswerAt.IsZero() {
		c.FirstAnswerAt = at
	}
}

func (a *Acts) answer(ctx context.Context, tx *tenant.Tx, c *stored.Case, body i18n.Text, public bool) *stored.CaseAnswer {
	row := &stored.CaseAnswer{CaseID: c.ID, Cycle: c.Cycle, DepartmentID: c.DepartmentID, Version: 1, Body: body, Public: public && c.Visibility.Open(), DraftedBy: authz.From(ctx).ID,
		CreatedAt: tx.Now(), UpdatedAt: tx.Now(), RowVersion: 1}
	row.ID = id.New()
	return row
}

// Draft writes the final answer and gives it to be read by a second person. Written again, it is another version of the same.
type Draft struct {
	Body    i18n.Text
	Outcome stored.State
	Public  bool
	// Fallback says that a mandatory language may be missing: readers of it get the answer in another one.
	Fallback bool
	// Reason and what else the outcome needs: why something is not accepted.
	Note string
}

// DraftAnswer keeps the final answer and moves the case to its review.
func (a *Acts) DraftAnswer(ctx context.Context, k Key, d Draft) (*stored.Case, error) {
	return a.do(ctx, k, a.drafting(d))
}

func (a *Acts) drafting(d Draft) step {
	return step{perm: []string{PermDraft}, action: stored.Draft, in: stored.Input{Answer: true},
		fill: func(ctx context.Context, tx *tenant.Tx, _ *stored.Case, _ *stored.Input) error {
			if d.Outcome != stored.Resolved && d.Outcome != stored.Answered && d.Outcome != stored.Rejected {
				return fault.InvalidField("outcome", "val.required")
			}
			return a.inAll(ctx, tx, d)
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if err := a.keepDraft(ctx, tx, c, d); err != nil {
				return err
			}
			g, err := a.governs(ctx, tx, c)
			if err != nil || !g.FourEyes {
				return err
			}
			head, err := told.Head(ctx, tx, c)
			if err != nil {
				return err
			}
			return a.tellStaff(ctx, tx, c, "to_approve", head)
		}}
}

func (a *Acts) keepDraft(ctx context.Context, tx *tenant.Tx, c *stored.Case, d Draft) error {
	row, err := stored.FinalOf(ctx, tx, c)
	if err != nil {
		return err
	}
	if row != nil {
		row.Body, row.Outcome, row.Public, row.Note, row.DraftedBy, row.Fallback = d.Body, d.Outcome, d.Public && c.Visibility.Open(), d.Note, authz.From(ctx).ID, d.Fallback
		row.Version, row.ApprovedBy, row.State, row.UpdatedAt, row.RowVersion = row.Version+1, "", stored.AnswerDraft, tx.Now(), row.RowVersion+1
		return stored.Put(ctx, tx, row)
	}
	row = a.answer(ctx, tx, c, d.Body, d.Public)
	row.Final, row.State, row.Outcome, row.Note, row.Fallback = true, stored.AnswerDraft, d.Outcome, d.Note, d.Fallback
	return stored.Add(ctx, tx, row)
}

// ReviseAnswer changes the draft while it is being reviewed. What was approved must be approved again.
func (a *Acts) ReviseAnswer(ctx context.Context, k Key, d Draft) error {
	return a.onFinal(ctx, k, PermDraft, "case.revise", func(ctx context.Context, tx *tenant.Tx, c *stored.Case, _ *stored.CaseAnswer) error {
		if err := a.inAll(ctx, tx, d); err != nil {
			return err
		}
		return a.keepDraft(ctx, tx, c, d)
	})
}

// ApproveAnswer is the second pair of eyes: not those of who wrote it.
func (a *Acts) ApproveAnswer(ctx context.Context, k Key) error {
	return a.onFinal(ctx, k, PermApprove, "case.approve", func(ctx context.Context, tx *tenant.Tx, _ *stored.Case, row *stored.CaseAnswer) error {
		if row.DraftedBy == authz.From(ctx).ID {
			return fault.Forbidden("cases.error.four_eyes")
		}
		row.State, row.ApprovedBy, row.UpdatedAt, row.RowVersion = stored.AnswerApproved, authz.From(ctx).ID, tx.Now(), row.RowVersion+1
		return stored.Put(ctx, tx, row)
	})
}

// onFinal does something to the final answer under review. It is work on the answer, not a change of the case.
func (a *Acts) onFinal(ctx context.Context, k Key, perm, action string, fn func(ctx context.Context, tx *tenant.Tx, c *stored.Case, row *stored.CaseAnswer) error) error {
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := stored.Find(ctx, tx, k.ID)
		if err != nil {
			return err
		}
		if err := allowed(ctx, tx, c, step{perm: []string{perm}}); err != nil {
			return err
		}
		if k.Version != 0 && k.Version != c.RowVersion {
			return stored.ErrStale()
		}
		row, err := stored.FinalOf(ctx, tx, c)
		if err != nil {
			return err
		}
		if row == nil || c.State != stored.AnswerReview {
			return fault.Conflict("cases.error.no_answer")
		}
		if err := fn(ctx, tx, c, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: action, Ref: c.Ref(), Data: map[string]any{"number": c.Number, "version": row.Version}})
	})
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}

// ReturnAnswer sends a draft back with a comment.
func (a *Acts) ReturnAnswer(ctx context.Context, k Key, comment string) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermApprove, PermPublish, PermClose}, action: stored.Return, in: stored.Input{Text: comment, Data: map[string]any{"comment": comment}},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if _, err := a.line(ctx, tx, c, stored.CaseMessage{Direction: stored.NoteLine, Audience: stored.ToInternal, Body: comment}); err != nil {
				return err
			}
			row, err := stored.FinalOf(ctx, tx, c)
			if err != nil || row == nil {
				return err
			}
			return a.tellStaff(ctx, tx, c, "returned", row.DraftedBy)
		}})
}

// PublishAnswer gives the final answer and closes the case. With publish mode "with answer" the case is shown from then on. despite is
// why it is closed while tasks are open.
func (a *Acts) PublishAnswer(ctx context.Context, k Key, despite string) (*stored.Case, error) {
	var row *stored.CaseAnswer
	return a.do(ctx, k, step{perm: []string{PermClose, PermPublish}, action: stored.Finish, in: stored.Input{Despite: despite, Data: map[string]any{}},
		fill: func(ctx context.Context, tx *tenant.Tx, c *stored.Case, in *stored.Input) (err error) {
			row, err = a.finishing(ctx, tx, c, in)
			return err
		},
		change: func(c *stored.Case) {
			c.AnswerState, c.AnsweredAt, c.Resolution = string(row.Outcome), c.UpdatedAt, string(row.Outcome)
			substantive(c, c.UpdatedAt)
			c.Reason = row.Note
			if row.Public {
				c.Answer = row.Body
			}
			if c.PublishMode == stored.WithAnswer && c.Visibility.Open() && row.Public {
				publish(c, c.UpdatedAt)
			}
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error { return a.finish(ctx, tx, c, row) }})
}

// finishing asks everything that the guard of the final answer wants to know.
func (a *Acts) finishing(ctx context.Context, tx *tenant.Tx, c *stored.Case, in *stored.Input) (*stored.CaseAnswer, error) {
	c.UpdatedAt = tx.Now()
	row, err := stored.FinalOf(ctx, tx, c)
	if err != nil || row == nil {
		return row, err
	}
	g, err := a.governs(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	if in.Blocking, err = stored.Blocking(ctx, tx, c.ID); err != nil {
		return nil, err
	}
	if g.Photo && row.Outcome == stored.Resolved {
		there, err := stored.Photographed(ctx, tx, c, c.RegisteredAt.Add(time.Minute))
		if err != nil {
			return nil, err
		}
		in.PhotoMissing = !there
	}
	n, err := a.Names.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	in.Untranslated = !row.Fallback && filing.Missing(n.Settings, tx.Tenant(), row.Body) != ""
	in.Answer, in.Outcome, in.FourEyes = true, row.Outcome, g.FourEyes
	in.Approved, in.SameHand = row.State == stored.AnswerApproved, row.ApprovedBy != "" && row.ApprovedBy == row.DraftedBy
	in.Data["outcome"], in.Data["answer"] = row.Outcome, row.ID
	if in.Despite != "" {
		in.Data["despite"] = in.Despite
	}
	return row, nil
}

// finish is what follows the final answer: row, clocks, survey, letters to everybody concerned, once each.
func (a *Acts) finish(ctx context.Context, tx *tenant.Tx, c *stored.Case, row *stored.CaseAnswer) error {
	row.State, row.PublishedAt, row.UpdatedAt, row.RowVersion = stored.AnswerPublished, tx.Now(), tx.Now(), row.RowVersion+1
	if err := stored.Put(ctx, tx, row); err != nil {
		return err
	}
	if err := a.turn(ctx, tx, c, Turn{All: true}); err != nil {
		return err
	}
	if _, err := a.Survey(ctx, tx, c); err != nil {
		return err
	}
	if err := a.tellReporter(ctx, tx, c, "answered", c.TokenPath(), "Text", row.Body); err != nil {
		return err
	}
	children, err := stored.Children(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, child := range children { // the words of the answer, and nobody else's
		if err := a.tellReporter(ctx, tx, child, "answered", child.TokenPath(), "Text", row.Body); err != nil {
			return err
		}
	}
	if err := tx.Announce(ctx, told.Closed{News: told.NewsOf(c)}); err != nil {
		return err
	}
	return a.news(ctx, tx, c, "answered")
}

// Survey prepares the one question of a cycle, which a letter of its own asks later; nil when the reporter cannot or does not want to be
// asked. Asked again, it is the same one.
func (a *Acts) Survey(ctx context.Context, tx *tenant.Tx, c *stored.Case) (*stored.CaseSurvey, error) {
	if have, err := stored.SurveyOf(ctx, tx, c.ID, c.Cycle); have != nil || err != nil {
		return have, err
	}
	p, err := stored.ReporterOf(ctx, tx, c.ID)
	if err != nil || p == nil || p.Refused {
		return nil, err
	}
	n, err := a.Names.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	s := &stored.CaseSurvey{CaseID: c.ID, Cycle: c.Cycle, Token: stored.NewToken(), ExpiresAt: tx.Now().AddDate(0, 0, n.Settings.SurveyDays), Reasons: []string{}, Channel: "link", CreatedAt: tx.Now()}
	s.ID = id.New()
	return s, stored.Add(ctx, tx, s)
}

// Refer passes a case to another authority and tells the citizen, which is an answer: he knows who acts now.
func (a *Acts) Refer(ctx context.Context, k Key, bodyID, reason, notice string) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermRefer}, action: stored.Refer, in: stored.Input{Text: notice, Data: map[string]any{"body": bodyID}},
		fill: func(ctx context.Context, tx *tenant.Tx, c *stored.Case, in *stored.Input) error {
			c.UpdatedAt = tx.Now()
			return body(bodyID)(ctx, tx, c, in)
		},
		change: func(c *stored.Case) {
			c.BodyID, c.AnsweredAt, c.AnswerState, c.Reason = bodyID, c.UpdatedAt, string(stored.Referred), notice
			substantive(c, c.UpdatedAt)
			if c.PublishMode == stored.WithAnswer && c.Visibility.Open() {
				publish(c, c.UpdatedAt)
			}
		},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			row := &stored.CaseReferral{CaseID: c.ID, BodyID: bodyID, Reason: reason, Notice: notice, SentAt: tx.Now(), ByID: authz.From(ctx).ID, CreatedAt: tx.Now()}
			row.ID = id.New()
			if err := stored.Add(ctx, tx, row); err != nil {
				return err
			}
			if _, err := a.line(ctx, tx, c, stored.CaseMessage{Direction: stored.Out, Audience: stored.ToReporter, Body: notice}); err != nil {
				return err
			}
			if err := a.turn(ctx, tx, c, Turn{All: true}); err != nil {
				return err
			}
			other, err := stored.FindBody(ctx, tx, bodyID)
			if err != nil {
				return err
			}
			if err := a.tellReporter(ctx, tx, c, "referred", c.TokenPath(), "Text", notice, "Body", other.Name); err != nil {
				return err
			}
			if err := told.Noticed(ctx, tx, row); err != nil {
				return err
			}
			if err := tx.Announce(ctx, told.Closed{News: told.NewsOf(c)}); err != nil {
				return err
			}
			return a.news(ctx, tx, c, "referred")
		}})
}

// Reopen takes a closed case up again: another cycle with its own clocks and its own final answer.
func (a *Acts) Reopen(ctx context.Context, k Key, why string) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermReopen}, action: stored.Reopen, in: stored.Input{Text: why, Data: map[string]any{"reason": why}},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricReopen}}); err != nil {
				return err
			}
			if err := a.begin(ctx, tx, c, tx.Now()); err != nil {
				return err
			}
			return a.tellReporter(ctx, tx, c, "reopened", c.TokenPath(), "Text", why)
		}})
}

// RefuseReopen leaves a case closed and says why.
func (a *Acts) RefuseReopen(ctx context.Context, k Key, why string) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermReopen}, action: stored.RefuseReopen, in: stored.Input{Text: why, Data: map[string]any{"reason": why}},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricReopen}}); err != nil {
				return err
			}
			return a.tellReporter(ctx, tx, c, "refused", c.TokenPath(), "Text", why)
		}})
}
