package acts

import (
	"context"
	"fmt"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/text"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Opinion is what a citizen says about the final answer.
type Opinion struct {
	Satisfied bool
	// Reasons are the ids of those that he ticked.
	Reasons []string
	Text    string
	// NoContact wants no further letter. Why is what asks to look again, Reopen says that Text does; without them nothing does.
	NoContact bool
	Why       string
	Reopen    bool
	// Channel is phone when staff write it down; empty is the link.
	Channel string
}

// OpinionMax is the longest text of an opinion in letters.
const OpinionMax = 1000

// Rate takes the one opinion about a final answer, within its days; token is that of the letter. Who is not content and says why has the
// case put before staff again, who decide.
func (a *Acts) Rate(ctx context.Context, token string, o Opinion) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := stored.SurveyByToken(ctx, tx, token)
		if err != nil {
			return err
		}
		if c, err = stored.Find(ctx, tx, s.CaseID); err != nil {
			return err
		}
		return a.rate(ctx, tx, c, s, o)
	})
	if err != nil {
		return nil, fmt.Errorf("rate answer: %w", err)
	}
	return c, nil
}

// RateByPhone writes down what a citizen said on the phone about the final answer of a case: the same question, once.
func (a *Acts) RateByPhone(ctx context.Context, k Key, o Opinion) (*stored.Case, error) {
	o.Channel = "phone"
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if c, err = stored.Find(ctx, tx, k.ID); err != nil {
			return err
		}
		if err := allowed(ctx, tx, c, step{perm: []string{PermEnter, PermWork, PermReview}}); err != nil {
			return err
		}
		if !c.State.Can(stored.Rate) {
			return fault.Conflict("cases.error.state")
		}
		s, err := a.Survey(ctx, tx, c)
		if err != nil {
			return err
		}
		if s == nil {
			return fault.Conflict("cases.error.state")
		}
		return a.rate(ctx, tx, c, s, o)
	})
	if err != nil {
		return nil, fmt.Errorf("rate answer: %w", err)
	}
	return c, nil
}

func (a *Acts) rate(ctx context.Context, tx *tenant.Tx, c *stored.Case, s *stored.CaseSurvey, o Opinion) error {
	if o.Channel != "" && s.SentAt.IsZero() {
		s.ExpiresAt = tx.Now().AddDate(0, 0, 1) // nobody could write to him; a call has no days
	}
	if o.Reopen && o.Why == "" {
		o.Why = o.Text
	}
	switch {
	case text.Letters(o.Text) > OpinionMax:
		return fault.InvalidField("text", "val.max_chars", "N", OpinionMax)
	case !s.SubmittedAt.IsZero():
		return fault.Gone("cases.error.rated")
	case tx.Now().After(s.ExpiresAt):
		return fault.Gone("cases.error.rate_late")
	}
	s.SubmittedAt, s.Satisfied, s.Reasons, s.Body, s.NoContact = tx.Now(), &o.Satisfied, o.Reasons, o.Text, o.NoContact
	if s.Reasons == nil {
		s.Reasons = []string{}
	}
	if o.Channel != "" {
		s.Channel, s.RecordedBy = o.Channel, authz.From(ctx).ID
	}
	if fresh, err := stored.Submit(ctx, tx, s); err != nil || !fresh {
		if err == nil {
			err = fault.Gone("cases.error.rated")
		}
		return err
	}
	if o.NoContact {
		if err := refuse(ctx, tx, c); err != nil {
			return err
		}
	}
	if s.Cycle != c.Cycle || !c.State.Can(stored.Rate) {
		return nil // it was taken up again meanwhile
	}
	word := "satisfied"
	if !o.Satisfied {
		word = "unsatisfied"
	}
	err := a.take(ctx, tx, c, step{free: true, action: stored.Rate, in: stored.Input{Data: map[string]any{"satisfied": o.Satisfied}}, change: func(c *stored.Case) { c.Satisfaction = word }})
	if err != nil || o.Satisfied || text.Letters(o.Why) < stored.ReasonMin || !c.State.Can(stored.RequestReopen) {
		return err
	}
	again := a.reopening("", o.Why)
	// The question is asked for as long as its letter says, also where a citizen could no longer ask by himself.
	again.free, again.fill = true, func(_ context.Context, tx *tenant.Tx, c *stored.Case, in *stored.Input) error {
		in.ReopenDays = 1 + int(tx.Now().Sub(c.ClosedAt).Hours()/24)
		return nil
	}
	return a.take(ctx, tx, c, again)
}

// refuse notes that the reporter wants no letter any more.
func refuse(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
	p, err := stored.ReporterOf(ctx, tx, c.ID)
	if err != nil || p == nil {
		return err
	}
	p.Refused = true
	return stored.Put(ctx, tx, p)
}
