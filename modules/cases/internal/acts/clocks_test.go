package acts

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/clocks"
	"glas/tenant"
)

// dial is cases as clocks meet them.
type dial struct{}

func (dial) Subjects(context.Context, *tenant.Tx, []string) (map[string]clocks.Subject, error) {
	return nil, nil
}

func (dial) Due(ctx context.Context, tx *tenant.Tx, due map[string]time.Time) error {
	return stored.SetDue(ctx, tx, due)
}

// withClocks gives the town the true clocks.
func (tw *town) withClocks() *clocks.Module {
	m := clocks.New(clocks.Deps{DB: tw.DB, Hosts: map[string]clocks.Host{stored.Kind: dial{}}})
	tw.a.Clocks = timed.Clockwork{Clocks: m}
	return m
}

func (tw *town) running(c *stored.Case) map[string]clocks.Clock {
	tw.T.Helper()
	out := map[string]clocks.Clock{}
	tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
		all, err := clocks.Of(ctx, tx, refsOf(c))
		for _, x := range all[c.Ref()] {
			if x.Running() {
				out[x.Metric] = x
			}
		}
		return err
	})
	return out
}

// TestReceiptAcknowledgesNothing: the clock for taking notice never stopped; it stops when a person looks, once, and not by the letter
// that the program sends.
func TestReceiptAcknowledgesNothing(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		stops := func() (n int) {
			for _, x := range tw.clocks.turns {
				if slices.Contains(x.Stop, timed.MetricAcknowledge) {
					n++
				}
			}
			return n
		}
		c := tw.tell(tw.ana, "Luč ne gori")
		if stops() != 0 || !c.AckAt.IsZero() {
			t.Error("the receipt counts as taking notice")
		}
		c = tw.must(tw.a.Triage(tw.eva, key(c)))
		c = tw.must(tw.a.Note(tw.eva, key(c), "Pogledano."))
		if stops() != 1 || c.AckAt.IsZero() {
			t.Errorf("stopped %d times, noticed at %v", stops(), c.AckAt)
		}
		r := report(tw.lamp)
		r.ForOther, r.Channel, r.Phone = true, "phone", "041 123 456"
		if c = tw.must(tw.a.Report(tw.eva, r)); c.AckAt.IsZero() || stops() != 2 {
			t.Error("who takes a call takes notice")
		}
	})
}

// TestEarliestDueStaysWithTheMaster: when the master's clocks were computed again, the sooner date of the case that was joined to it was
// lost; and apart again, the child's clocks began anew.
func TestEarliestDueStaysWithTheMaster(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.policy(tw.withClocks(), 48, clocks.FirstAnswer)
		child := tw.tell(tw.ana, "Luč ne gori")
		tw.Clock.Add(30 * time.Hour)
		master := tw.tell(tw.bor, "Temno je")
		sooner, own := child.DueAt, master.DueAt
		if sooner.IsZero() || !sooner.Before(own) {
			t.Fatalf("due %v and %v", sooner, own)
		}
		child = tw.must(tw.a.Merge(tw.eva, key(child), master.ID, ""))
		high := stored.High
		master = tw.must(tw.a.Change(tw.eva, key(tw.load(master.ID)), Changes{Priority: &high}))
		if !master.DueAt.Equal(sooner) {
			t.Errorf("due %v after its clocks were computed again, want %v", master.DueAt, sooner)
		}
		tw.Clock.Add(2 * time.Hour)
		child = tw.must(tw.a.Unmerge(tw.eva, key(tw.load(child.ID))))
		if got := tw.running(child); len(got) == 0 || !child.DueAt.Equal(sooner) {
			t.Errorf("apart again: %d clocks run, due %v, want %v", len(got), child.DueAt, sooner)
		}
		if master = tw.load(master.ID); !master.DueAt.Equal(own) {
			t.Errorf("the other is due %v, want %v", master.DueAt, own)
		}
	})
}

// TestSecondLookHasItsClockOnlyWhenAsked: the clock of a reopen request ran from the beginning or not at all.
func TestSecondLookHasItsClockOnlyWhenAsked(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		m := tw.withClocks()
		tw.policy(m, 24, clocks.FirstAnswer, clocks.ReopenReview)
		c := tw.closed(tw.tell(tw.ana, "Luč ne gori"))
		if len(tw.running(c)) != 0 {
			t.Errorf("closed, and %v run", tw.running(c))
		}
		c = tw.must(tw.a.RequestReopen(tw.ana, c.ID, "", "Spet ne gori, prosim."))
		if _, ok := tw.running(c)[clocks.ReopenReview]; !ok || c.DueAt.IsZero() {
			t.Errorf("asked to look again, and %v run, due %v", tw.running(c), c.DueAt)
		}
		c = tw.must(tw.a.RefuseReopen(tw.eva, key(c), "Preverili smo, gori."))
		if len(tw.running(c)) != 0 {
			t.Errorf("decided, and %v run", tw.running(c))
		}
	})
}

// TestHolidaysDoNotCountForTheCitizensReply: the wait for a citizen's reply ended after five days from Monday to Friday, Christmas or not.
func TestHolidaysDoNotCountForTheCitizensReply(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.Clock.Set(time.Date(2026, 12, 23, 9, 0, 0, 0, time.UTC))
		c := tw.must(tw.a.Triage(tw.eva, key(tw.tell(tw.ana, "Luč ne gori"))))
		c = tw.must(tw.a.Ask(tw.eva, key(c), "Katera svetilka je to?"))
		if got := c.WaitUntil.In(tw.A.Zone()).Format(time.DateOnly); got != "2026-12-31" {
			t.Errorf("waits until %s", got)
		}
	})
}

// TestAnotherDateNeedsTheHead: an editor could put a promised date off without the head's word, and there is an end to it.
func TestAnotherDateNeedsTheHead(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := tw.must(tw.a.Accept(tw.dan, key(tw.must(tw.a.Assign(tw.eva, key(tw.must(tw.a.Triage(tw.eva, key(tw.tell(tw.ana, "Luč ne gori"))))), tw.roads, "")))))
		words, in := i18n.Text{"sl": "Popravili bomo ta mesec."}, func(days int) time.Time { return tw.Clock.Now().AddDate(0, 0, days) }
		c = tw.must(tw.a.Interim(tw.dan, key(c), words, in(10), true))
		_, err := tw.a.Interim(tw.dan, key(c), words, in(20), true)
		want(t, err, fault.KindForbidden)
		c = tw.must(tw.a.Interim(tw.head, key(c), words, in(20), true))
		c = tw.must(tw.a.Interim(tw.head, key(c), words, in(30), true))
		_, err = tw.a.Interim(tw.head, key(c), words, in(40), true)
		want(t, err, fault.KindConflict)
	})
}

// closed answers a fresh case for good.
func (tw *town) closed(c *stored.Case) *stored.Case {
	tw.T.Helper()
	c = tw.must(tw.a.Triage(tw.eva, key(c)))
	c = tw.must(tw.a.DraftAnswer(tw.eva, key(c), Draft{Body: long("Popravljeno."), Outcome: stored.Answered, Public: true}))
	return tw.must(tw.a.PublishAnswer(tw.eva, Key{ID: c.ID}, ""))
}

// policy gives every case clocks of so many hours.
func (tw *town) policy(m *clocks.Module, n int, metrics ...string) {
	tw.T.Helper()
	p := &clocks.ClockPolicy{Name: i18n.Text{"sl": "Vse"}}
	if err := m.SavePolicy(tw.eva, p); err != nil {
		tw.T.Fatal(err)
	}
	for _, metric := range metrics {
		if err := m.SaveTarget(tw.eva, &clocks.ClockTarget{PolicyID: p.ID, Metric: metric, Term: hours(n)}, false); err != nil {
			tw.T.Fatal(err)
		}
	}
}

func refsOf(c *stored.Case) []subject.Ref { return []subject.Ref{c.Ref()} }

func hours(n int) calendar.Target { return calendar.Target{Amount: n, Unit: calendar.Hours} }

// TestFinalAnswerInEveryLanguage: a case could be closed with an answer that half of its readers cannot read.
func TestFinalAnswerInEveryLanguage(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		if len(tw.A.Languages) < 2 {
			t.Skip("the municipality has one language")
		}
		other := tw.A.Languages[1]
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			s, err := stored.Settings(ctx, tx)
			if err != nil {
				return err
			}
			s.Data[stored.LanguagesKey] = []string{other}
			return stored.PutSettings(ctx, tx, s)
		})
		tw.a.Names = listed.NewNameCache()
		c := tw.must(tw.a.Triage(tw.eva, key(tw.tell(tw.ana, "Luč ne gori"))))
		d := Draft{Body: long("Popravljeno."), Outcome: stored.Answered, Public: true}
		_, err := tw.a.DraftAnswer(tw.eva, key(c), d)
		want(t, err, fault.KindInvalid)
		d.Fallback = true
		tw.must(tw.a.DraftAnswer(tw.eva, key(c), d))
		if c = tw.must(tw.a.PublishAnswer(tw.eva, Key{ID: c.ID}, "")); c.State != stored.Answered {
			t.Errorf("with the mark %s", c.State)
		}
	})
}

// TestNobodyIsWaitedForBeforeItIsHisTurn: a case handed straight to a department was waited for by an editor who never saw it, and a
// department was late with saying yes to what it had not been given.
func TestNobodyIsWaitedForBeforeItIsHisTurn(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.policy(tw.withClocks(), 24, clocks.Moderate, clocks.Accept, clocks.FirstAnswer, clocks.Transfer)
		has := func(c *stored.Case, metrics ...string) map[string]clocks.Clock {
			t.Helper()
			got := tw.running(c)
			delete(got, clocks.Statutory) // that of the country
			if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, metrics) {
				t.Errorf("%s: %v run, want %v", c.State, names, metrics)
			}
			return got
		}
		c := tw.must(tw.a.Triage(tw.eva, key(tw.tell(tw.ana, "Luč ne gori"))))
		high := stored.High
		c = tw.must(tw.a.Change(tw.eva, key(c), Changes{Priority: &high}))
		has(c, clocks.FirstAnswer, clocks.Moderate, clocks.Transfer)
		tw.Clock.Add(5 * time.Hour)
		c = tw.must(tw.a.Assign(tw.eva, key(c), tw.parks, ""))
		if got := has(c, clocks.Accept, clocks.FirstAnswer, clocks.Transfer)[clocks.Accept]; !got.StartedAt.Equal(tw.Clock.Now()) {
			t.Errorf("to accept from %v, was given it at %v", got.StartedAt, tw.Clock.Now())
		}
		tw.Clock.Add(time.Hour)
		c = tw.must(tw.a.Assign(tw.eva, key(c), tw.roads, "")) // the wrong one: the other has its own time
		if got := has(c, clocks.Accept, clocks.FirstAnswer, clocks.Transfer)[clocks.Accept]; !got.StartedAt.Equal(tw.Clock.Now()) || got.DepartmentID != tw.roads {
			t.Errorf("another department accepts from %v for %s", got.StartedAt, got.DepartmentID)
		}
		c = tw.must(tw.a.Decline(tw.dan, key(c), "To ni naša svetilka."))
		has(c, clocks.FirstAnswer, clocks.Transfer)
		c = tw.must(tw.a.Change(tw.eva, key(c), Changes{Priority: new(int64)}))
		has(c, clocks.FirstAnswer, clocks.Transfer)
		tw.Clock.Add(time.Hour)
		c = tw.must(tw.a.Assign(tw.eva, key(c), tw.roads, ""))
		has(c, clocks.Accept, clocks.FirstAnswer, clocks.Transfer)
		c = tw.must(tw.a.Accept(tw.dan, key(c)))
		has(c, clocks.FirstAnswer)
		c = tw.must(tw.a.Change(tw.eva, key(c), Changes{Priority: &high}))
		has(c, clocks.FirstAnswer)
		outcomes := map[string][]string{}
		tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			all, err := clocks.Of(ctx, tx, refsOf(c))
			for _, x := range all[c.Ref()] {
				outcomes[x.Metric] = append(outcomes[x.Metric], string(x.Outcome))
			}
			return err
		})
		if got := outcomes[clocks.Accept]; !slices.Equal(slices.Sorted(slices.Values(got)), []string{"cancelled", "met", "met"}) {
			t.Errorf("to accept ended %v", got)
		}
	})
}

// TestStraightToADepartmentWithoutAnEditor: the clock of the review ran for nobody.
func TestStraightToADepartmentWithoutAnEditor(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.policy(tw.withClocks(), 24, clocks.Moderate, clocks.Accept, clocks.FirstAnswer)
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return stored.Add(ctx, tx, &stored.CaseRule{Key: tenant.Key{ID: id.New()}, Name: "naravnost", Active: true, DepartmentID: tw.roads, Direct: true, Priority: stored.Normal})
		})
		tw.a.Names = listed.NewNameCache()
		c := tw.tell(tw.ana, "Luč ne gori")
		want := []string{clocks.Accept, clocks.FirstAnswer, clocks.Statutory}
		if got := slices.Sorted(maps.Keys(tw.running(c))); c.State != stored.Assigned || !slices.Equal(got, want) {
			t.Errorf("%s, and %v run, want %v", c.State, got, want)
		}
		high := stored.High
		c = tw.must(tw.a.Change(tw.eva, key(c), Changes{Priority: &high}))
		if got := slices.Sorted(maps.Keys(tw.running(c))); !slices.Equal(got, want) {
			t.Errorf("after a change %v run, want %v", got, want)
		}
	})
}

// letters counts what was written to people.
func (tw *town) letters() int {
	tw.T.Helper()
	all, err := mail.Recent(context.Background(), tw.Raw.Read, tw.A.ID, 200)
	if err != nil {
		tw.T.Fatal(err)
	}
	return len(all)
}

// TestWhatTheOtherAuthorityAnsweredIsKept: the answer to a case that was passed on came by letter and stood nowhere.
func TestWhatTheOtherAuthorityAnsweredIsKept(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := tw.must(tw.a.Triage(tw.eva, key(tw.tell(tw.ana, "Puščanje vode"))))
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			p, err := stored.ReporterOf(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			p.Email = "ana@person.example"
			return stored.Put(ctx, tx, p)
		})
		c = tw.must(tw.a.Publish(tw.eva, key(c)))
		_, err := tw.a.BodyAnswer(tw.eva, key(c), Heard{At: tw.Clock.Now(), Body: "Okvara je odpravljena."})
		want(t, err, fault.KindConflict)
		c = tw.must(tw.a.Refer(tw.eva, key(c), tw.water, "ni naše", "Zadevo smo odstopili vodovodu."))
		sent := tw.Clock.Now()
		tw.Clock.Add(72 * time.Hour)
		for _, wrong := range []Heard{{At: tw.Clock.Now(), Body: "ok"}, {At: tw.Clock.Now().Add(time.Hour), Body: "Okvara je odpravljena."}, {At: sent.AddDate(0, 0, -3), Body: "Okvara je odpravljena."}} {
			_, err := tw.a.BodyAnswer(tw.eva, key(c), wrong)
			want(t, err, fault.KindInvalid)
		}
		letters := tw.letters()
		h := Heard{At: tw.Clock.Now().Add(-time.Hour), Reference: "V-12/2026", Body: "Okvara je odpravljena.", Public: true}
		c = tw.must(tw.a.BodyAnswer(tw.eva, key(c), h))
		if c.State != stored.Referred || tw.letters() != letters+1 {
			t.Errorf("%s, %d letters", c.State, tw.letters()-letters)
		}
		tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			rows, err := stored.Referrals(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			if len(rows) != 1 || !rows[0].AnsweredAt.Equal(h.At) || rows[0].Reference != h.Reference {
				t.Errorf("%+v", rows)
			}
			thread, err := stored.Thread(ctx, tx, c.ID, stored.See(c, stored.Anybody).Audiences())
			if c.Shown && (len(thread) != 1 || thread[0].AuthorName != "Vodovod") {
				t.Errorf("everybody reads %+v", thread)
			}
			return err
		})
		_, err = tw.a.BodyAnswer(tw.ana, Key{ID: c.ID}, h)
		want(t, err, fault.KindForbidden)
	})
}
