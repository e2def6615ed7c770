package feedback

import (
	"context"

	"glas/internal/job"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Ask writes the letters that are due: the question, and one reminder.
func (m *Module) Ask(ctx context.Context, _ job.Job) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		n, err := m.Acts.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		fresh, err := stored.Unasked(ctx, tx, atOnce)
		if err != nil {
			return err
		}
		for i := range fresh {
			s := &fresh[i]
			sent, err := m.write(ctx, tx, s, "survey")
			if err != nil {
				return err
			}
			if sent {
				s.SentAt, s.ExpiresAt = tx.Now(), tx.Now().AddDate(0, 0, n.Settings.SurveyDays)
			} else {
				s.ExpiresAt = tx.Now() // nobody to ask by letter; on the phone it can be asked as long as the answer stands
			}
			if err := stored.Put(ctx, tx, s); err != nil {
				return err
			}
		}
		late, err := stored.Unanswered(ctx, tx, tx.Now().Add(-remindAfter), atOnce)
		if err != nil {
			return err
		}
		for i := range late {
			s := &late[i]
			if _, err := m.write(ctx, tx, s, "survey_reminder"); err != nil {
				return err
			}
			s.RemindedAt = tx.Now() // also when he wants no letter any more: he is not thought of again
			if err := stored.Put(ctx, tx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// write sends the letter of a survey when its answer still stands: never of a case that was taken up again, joined to another, taken
// back or thrown out.
func (m *Module) write(ctx context.Context, tx *tenant.Tx, s *stored.CaseSurvey, kind string) (bool, error) {
	c, err := stored.Find(ctx, tx, s.CaseID)
	if err != nil {
		return false, err
	}
	if c.Cycle != s.Cycle || c.State != stored.Resolved && c.State != stored.Answered && c.State != stored.Rejected {
		return false, nil
	}
	return m.Acts.TellReporter(ctx, tx, c, kind, path(s))
}

func path(s *stored.CaseSurvey) string { return "/feedback/" + s.Token }
