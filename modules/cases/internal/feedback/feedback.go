// Package feedback asks citizens once whether they are content with the final answer, and counts what they say.
//
// The decision bound here: the question is neutral and asked once for each final answer, by a letter of its own with one reminder, or on
// the phone. Who is not content and says why has the case put before staff again; nothing is opened by itself. Numbers of fewer than five
// answers are told to nobody.
package feedback

import (
	"context"
	"slices"
	"time"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/web"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Module asks in all municipalities.
type Module struct {
	DB   *tenant.DB
	Acts *acts.Acts
}

const (
	// AskJob writes the letters.
	AskJob = "cases.survey"
	// atOnce is how many letters one run writes of each sort.
	atOnce = 200
	// remindAfter is how long is waited for an answer before the only reminder.
	remindAfter = 7 * 24 * time.Hour
)

// Routes are the pages of the letter's link.
func (m *Module) Routes() []web.Route {
	const path = "/feedback/:token"
	return []web.Route{
		{Method: "GET", Path: path, Handle: m.ask},
		{Method: "POST", Path: path, Handle: m.submit, Limit: web.Limit{Name: "case", N: 20, Per: 10 * time.Minute}},
	}
}

// Jobs are the handlers of this package's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler { return map[string]job.Handler{AskJob: m.Ask} }

// Periodic says how often they are done.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{AskJob: 10 * time.Minute}
}

// Reason can be ticked. Satisfied ones are for who is content; Reopens puts the case before staff again.
type Reason struct {
	ID        string
	Text      i18n.Text
	Satisfied bool
	Reopens   bool
}

// Label is the reason in the reader's language; the usual ones are among the messages of the program.
func (r Reason) Label(ctx context.Context) string {
	if len(r.Text) > 0 {
		return r.Text.In(ctx)
	}
	return i18n.T(ctx, "casefeedback.reason."+r.ID) //i18n: casefeedback.reason.*
}

// Usual are the reasons of a municipality that wrote none down.
func Usual() []Reason {
	return []Reason{
		{ID: "solved", Satisfied: true}, {ID: "quick", Satisfied: true}, {ID: "clear", Satisfied: true}, {ID: "kind", Satisfied: true},
		{ID: "not_solved", Reopens: true}, {ID: "not_answered", Reopens: true}, {ID: "slow"}, {ID: "unclear"}, {ID: "unkind"},
	}
}

// Of is a reason as it is stored.
func Of(r *stored.CaseSurveyReason) Reason {
	return Reason{ID: r.ID, Text: r.Text, Satisfied: r.Satisfied, Reopens: r.Reopens}
}

// Reasons are those of the municipality.
func Reasons(ctx context.Context, tx *tenant.Tx) ([]Reason, error) {
	rows, err := stored.SurveyReasons(ctx, tx)
	if err != nil || len(rows) == 0 {
		return Usual(), err
	}
	var out []Reason
	for i := range rows {
		if !rows[i].Archived {
			out = append(out, Of(&rows[i]))
		}
	}
	return out, nil
}

// Opinion makes what was ticked and written into an opinion: reasons of the other side are dropped, and why the case is to be looked at
// again is his own text, or the reason that he ticked.
func Opinion(ctx context.Context, list []Reason, satisfied bool, ticked []string, words string, noContact bool) acts.Opinion {
	o := acts.Opinion{Satisfied: satisfied, Text: words, NoContact: noContact}
	for _, r := range list {
		if r.Satisfied != satisfied || !slices.Contains(ticked, r.ID) {
			continue
		}
		o.Reasons = append(o.Reasons, r.ID)
		if r.Reopens && o.Why == "" {
			o.Why = r.Label(ctx)
		}
	}
	if !satisfied && words != "" {
		o.Why = words
	}
	return o
}

// Record writes down what a citizen said on the phone about the final answer of a case. Who may is decided by the case.
func (m *Module) Record(ctx context.Context, k acts.Key, satisfied bool, ticked []string, words string, noContact bool) (*stored.Case, error) {
	var list []Reason
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = Reasons(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return m.Acts.RateByPhone(ctx, k, Opinion(ctx, list, satisfied, ticked, words, noContact))
}
