package acts

import (
	"context"
	"slices"

	"glas/internal/authz"
	"glas/internal/job"
	"glas/modules/accounts"
	"glas/modules/cases/internal/letters"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/told"
	"glas/tenant"
)

// tellReporter writes to the reporter of a case, by the address that he gave or that of his account. Who reached the municipality by
// phone only gets no letter: he is put on the list of those whom the desk calls. path is where the letter leads.
func (a *Acts) tellReporter(ctx context.Context, tx *tenant.Tx, c *stored.Case, kind, path string, args ...any) error {
	_, err := a.TellReporter(ctx, tx, c, kind, path, args...)
	return err
}

// TellReporter is the same and says whether a letter was written: there is none for who gave no address, who
// is called instead, or wants none.
func (a *Acts) TellReporter(ctx context.Context, tx *tenant.Tx, c *stored.Case, kind, path string, args ...any) (bool, error) {
	p, err := stored.ReporterOf(ctx, tx, c.ID)
	if err != nil || p == nil || p.Refused || !p.Consent || c.Visibility == stored.Internal {
		return false, err
	}
	to := letters.To{Email: p.Email, Lang: p.Lang, Name: p.Name}
	if to.Email == "" && p.AccountID != "" {
		found, err := accounts.Addresses(ctx, tx, []string{p.AccountID})
		if err != nil {
			return false, err
		}
		if r, ok := found[p.AccountID]; ok {
			to = letters.To{Email: r.Email, Lang: r.Lang, Name: r.Name}
		}
	}
	if to.Email == "" {
		return false, told.Instead(ctx, tx, c, p, kind, args...)
	}
	return true, a.Letter(ctx, tx, c, to, kind, path, args...)
}

// Letter puts a letter about a case into the outbox; its words are cases.mail.<kind>.
func (a *Acts) Letter(ctx context.Context, tx *tenant.Tx, c *stored.Case, to letters.To, kind, path string, args ...any) error {
	if a.Catalogue == nil || a.Base == nil {
		return nil
	}
	m, err := letters.Write(ctx, a.Catalogue, a.Base(ctx), tx.Tenant(), c, to, kind, path, args...)
	if err != nil {
		return err
	}
	if a.Post != nil && letters.Answerable(kind) {
		if m, err = a.Post(ctx, tx, c, m); err != nil {
			return err
		}
	}
	return tx.Mail(ctx, m)
}

// NewsJob tells the followers of a case.
const NewsJob = "cases.news"

// NewsTask is what that job is given.
type NewsTask struct {
	CaseID string `json:"case_id"`
	Kind   string `json:"kind"`
	Actor  string `json:"actor"`
	// Inside is news for the municipality's own people only, To for these of them.
	Inside bool     `json:"inside,omitempty"`
	To     []string `json:"to,omitempty"`
	// Version is that of the case: the same news of the same version is told once.
	Version int64 `json:"version,omitempty"`
}

// news has those told who follow a case or watch it, soon and not while somebody waits. Whom it concerns and what he may read is asked then.
func (a *Acts) news(ctx context.Context, tx *tenant.Tx, c *stored.Case, kind string) error {
	return a.newsFor(ctx, tx, c, kind, false)
}

// tellStaff has people of the municipality told what concerns them by name, as each of them wants to be told. Who did it himself is not.
func (a *Acts) tellStaff(ctx context.Context, tx *tenant.Tx, c *stored.Case, kind string, people ...string) error {
	me := authz.From(ctx).ID
	people = slices.DeleteFunc(people, func(one string) bool { return one == "" || one == me })
	if len(people) == 0 {
		return nil
	}
	return tx.Enqueue(ctx, job.Spec{Kind: NewsJob, Payload: NewsTask{CaseID: c.ID, Kind: kind, Actor: me, Inside: true, To: people, Version: c.RowVersion}})
}

// newsFor is the same; with inside, those who follow as citizens are not told, because they could not read it.
func (a *Acts) newsFor(ctx context.Context, tx *tenant.Tx, c *stored.Case, kind string, inside bool) error {
	return tx.Enqueue(ctx, job.Spec{Kind: NewsJob, Payload: NewsTask{CaseID: c.ID, Kind: kind, Actor: authz.From(ctx).ID, Inside: inside}})
}
