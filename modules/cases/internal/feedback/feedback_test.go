package feedback_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/web"
	"glas/internal/web/webtest"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/feedback"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

type world struct {
	*tenanttest.World
	a        *acts.Acts
	m        *feedback.Module
	eva      context.Context
	visitor  context.Context
	client   *webtest.Client
	serial   int
	lettered int
}

type served struct{ *feedback.Module }

func (served) Name() string         { return "feedback" }
func (served) Menu() []web.MenuItem { return nil }

func newWorld(w *tenanttest.World) *world {
	a := &acts.Acts{DB: w.DB, Names: listed.NewNameCache(), Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }}
	x := &world{World: w, a: a, m: &feedback.Module{DB: w.DB, Acts: a}, eva: w.Staff(w.A, id.New(), "Eva Vidmar", "manager"), visitor: w.Visitor(w.A)}
	x.client = w.Serve(tenanttest.People(nil), served{x.m}).As("")
	return x
}

// answered is a case with a final answer, of somebody with an address.
func (x *world) answered(email string) *stored.Case {
	x.T.Helper()
	x.serial++
	c, err := x.a.Report(x.visitor, acts.Report{Kind: stored.Query, Title: "Kdaj bo odprto", Body: "Kdaj bo odprt bazen, prosim? " + strings.Repeat("x", x.serial), Email: email, Phone: "041 000 111", Trusted: true, Channel: "email"})
	if err != nil {
		x.T.Fatal(err)
	}
	x.finish(c.ID)
	return x.load(c.ID)
}

func (x *world) finish(caseID string) {
	x.T.Helper()
	steps := []func(k acts.Key) error{
		func(k acts.Key) error { _, err := x.a.Triage(x.eva, k); return err },
		func(k acts.Key) error {
			_, err := x.a.DraftAnswer(x.eva, k, acts.Draft{Body: i18n.Text{"sl": "Bazen bo odprt v ponedeljek."}, Outcome: stored.Answered})
			return err
		},
		func(k acts.Key) error { return x.a.ApproveAnswer(x.Staff(x.A, id.New(), "Hana", "manager"), k) },
		func(k acts.Key) error { _, err := x.a.PublishAnswer(x.eva, k, ""); return err },
	}
	if x.load(caseID).State != stored.Received {
		steps = steps[1:]
	}
	for i, step := range steps {
		if err := step(acts.Key{ID: caseID}); err != nil {
			x.T.Fatalf("step %d: %v", i, err)
		}
	}
}

func (x *world) load(caseID string) (c *stored.Case) {
	x.View(x.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = stored.Find(ctx, tx, caseID)
		return err
	})
	return c
}

func (x *world) ask() {
	x.T.Helper()
	if err := x.m.Ask(x.visitor, job.Job{}); err != nil {
		x.T.Fatal(err)
	}
}

func (x *world) letters(kind string) (n int) {
	x.T.Helper()
	all, err := mail.Recent(context.Background(), x.Raw.Read, x.A.ID, 200)
	if err != nil {
		x.T.Fatal(err)
	}
	for _, m := range all {
		if m.Kind == kind {
			n++
		}
	}
	return n
}

func (x *world) token(c *stored.Case, cycle int64) (token string) {
	x.View(x.eva, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := stored.SurveyOf(ctx, tx, c.ID, cycle)
		if s != nil {
			token = s.Token
		}
		return err
	})
	return token
}

func want(t *testing.T, r webtest.Response, status int) {
	t.Helper()
	if r.Status != status {
		t.Errorf("status %d, want %d: %.300s", r.Status, status, r.Body)
	}
}

// TestTheQuestionIsAskedOnce goes through letters, the page, the one answer and the way back to staff.
func TestTheQuestionIsAskedOnce(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		x := newWorld(w)
		c := x.answered("ana@person.example")
		if n := x.letters("cases.survey"); n != 0 {
			t.Fatalf("%d letters before the job ran", n)
		}
		x.ask()
		x.ask()
		if n := x.letters("cases.survey"); n != 1 {
			t.Fatalf("%d letters, want one", n)
		}
		x.Clock.Add(8 * 24 * time.Hour)
		x.ask()
		x.ask()
		if n := x.letters("cases.survey_reminder"); n != 1 {
			t.Fatalf("%d reminders, want one", n)
		}
		path := "/feedback/" + x.token(c, 1)
		page := x.client.Get(path)
		want(t, page, 200)
		if !strings.Contains(page.Body, "Težava še obstaja") {
			t.Error("no reasons to tick")
		}
		want(t, x.client.Post(path, url.Values{}), 422)
		want(t, x.client.Post(path, url.Values{"satisfied": {"no"}, "reasons": {"not_solved", "kind"}, "contact": {"no"}}), 303)
		want(t, x.client.Post(path, url.Values{"satisfied": {"yes"}}), 410)
		want(t, x.client.Get(path), 410)
		if c = x.load(c.ID); c.State != stored.ReopenRequested || c.Satisfaction != "unsatisfied" {
			t.Errorf("state %s, %s", c.State, c.Satisfaction)
		}
		want(t, x.client.Get("/feedback/AAAAAAAAAAAAAAAAAAAAAA"), 404)
		// He wants no letter any more: the next cycle does not ask.
		if _, err := x.a.Reopen(x.eva, acts.Key{ID: c.ID}, "Pogledamo še enkrat."); err != nil {
			t.Fatal(err)
		}
		x.finish(c.ID)
		x.ask()
		if n := x.letters("cases.survey"); n != 1 {
			t.Errorf("asked again after he wanted no letter: %d", n)
		}
	})
}

func TestWhoIsNeverAsked(t *testing.T) {
	w := tenanttest.New(t)
	x := newWorld(w)
	reopened := x.answered("bor@person.example")
	if _, err := x.a.Reopen(x.eva, acts.Key{ID: reopened.ID}, "Pogledamo še enkrat."); err != nil {
		t.Fatal(err)
	}
	phone := x.answered("")
	late := x.answered("cene@person.example")
	x.ask()
	if n := x.letters("cases.survey"); n != 1 {
		t.Errorf("%d letters, only the last case is to be asked about", n)
	}
	x.Clock.Add(15 * 24 * time.Hour)
	want(t, x.client.Get("/feedback/"+x.token(late, 1)), 410)
	// On the phone it is asked all the same, by who may, once.
	if _, err := x.m.Record(x.visitor, acts.Key{ID: phone.ID}, true, nil, "", false); err == nil {
		t.Error("a visitor wrote an opinion down")
	}
	if c, err := x.m.Record(x.eva, acts.Key{ID: phone.ID}, false, []string{"slow"}, "", false); err != nil || c.State != stored.Answered || c.Satisfaction != "unsatisfied" {
		t.Errorf("by phone: %v", err)
	}
	if _, err := x.m.Record(x.eva, acts.Key{ID: phone.ID}, true, nil, "", false); err == nil {
		t.Error("written down twice")
	}
}
