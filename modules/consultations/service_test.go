package consultations

import (
	"context"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/search"
	"glas/modules/attachments"
	"glas/modules/consultations/internal/stored"
	"glas/modules/departments"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// heard keeps the events that were announced.
type heard struct{ events []Event }

func (h *heard) handlers(m *Module) map[string]job.Handler {
	all := m.Jobs()
	all["test.heard"] = func(_ context.Context, j job.Job) error {
		var e Event
		if err := j.Decode(&e); err != nil {
			return err
		}
		h.events = append(h.events, e)
		return nil
	}
	return all
}

func (h *heard) take() []string {
	var names []string
	for _, e := range h.events {
		names = append(names, e.What)
	}
	h.events = nil
	return names
}

// desk is a municipality in which Eva runs consultations and Ana takes part.
type desk struct {
	*tenanttest.World
	m        *Module
	heard    *heard
	eva, ana context.Context
	dept     string
}

func each(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	subscriptions := map[string][]string{}
	for _, what := range []string{EventPublished, EventExtended, EventOpened, EventClosedSoon, EventClosedEarly, EventAnswered} {
		subscriptions["consultations."+what] = []string{"test.heard"}
	}
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newDesk(w)) }, subscriptions)
}

func newDesk(w *tenanttest.World) *desk {
	d := &desk{World: w, heard: &heard{}, dept: id.New()}
	d.m = New(Deps{DB: w.DB, Files: attachments.New(attachments.Deps{DB: w.DB})})
	d.eva = w.Staff(w.A, id.New(), "Eva", "manager", "administrator")
	d.ana = w.Citizen(w.A, id.New(), "Ana")
	w.Update(d.eva, func(ctx context.Context, tx *tenant.Tx) error {
		row := &departments.Department{Name: i18n.Text{"sl": "Urad za okolje"}, Slug: "okolje"}
		row.ID = d.dept
		return departments.Insert(ctx, tx, row)
	})
	return d
}

// create begins a consultation from a blueprint, from a day in so many days, for so many days, with everything that is required.
func (d *desk) create(blueprint string, in, days int) string {
	d.T.Helper()
	zone := d.A.Zone()
	start := AddDays(d.Clock.Now(), in, zone)
	made, err := d.m.Create(d.eva, Start{Blueprint: blueprint, Title: i18n.Text{"sl": "Promet v središču", "en": "Traffic"}, Start: start, End: AddDays(start, days-1, zone)})
	if err != nil {
		d.T.Fatal(err)
	}
	c := d.load(made)
	sl := func(s string) i18n.Text { return i18n.Text{"sl": s} }
	err = d.m.Edit(d.eva, made, Basics{Title: c.Title, Summary: sl("Povzetek"), Decides: sl("O cesti"), InputUse: sl("V odlok"), DepartmentID: d.dept,
		ContactEmail: "promet@example.org", StartsAt: c.StartsAt, EndsAt: c.EndsAt, AnswerBy: c.AnswerBy, Version: c.RowVersion})
	if err != nil {
		d.T.Fatal(err)
	}
	return made
}

func (d *desk) publish(blueprint string, in, days int) string {
	d.T.Helper()
	made := d.create(blueprint, in, days)
	if err := d.m.Publish(d.eva, made, time.Time{}); err != nil {
		d.T.Fatal(err)
	}
	return made
}

func (d *desk) load(consultationID string) (c *Consultation) {
	d.T.Helper()
	d.View(d.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = Load(ctx, tx, consultationID)
		return err
	})
	return c
}

func (d *desk) jobs() []string {
	d.T.Helper()
	d.Jobs(d.heard.handlers(d.m))
	d.Jobs(d.heard.handlers(d.m)) // what the first round enqueued
	return d.heard.take()
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Fatalf("error %v, want %s", err, kind)
	}
}

func TestLifeOfAConsultation(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.create("thematic", 3, 20)
		may := func(act string) authz.Decision { return d.load(made).May(d.ana, act, d.Clock.Now()) }
		if got := may(ActSubmit).Reason.ID; got != "consultations.closed.draft" {
			t.Errorf("a draft says %s", got)
		}
		if err := d.m.Publish(d.eva, made, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if got := d.jobs(); len(got) != 1 || got[0] != EventPublished {
			t.Errorf("heard %v after publishing", got)
		}
		if got := may(ActSubmit).Reason.ID; got != "consultations.closed.upcoming" {
			t.Errorf("before it begins it says %s", got)
		}
		d.Clock.Add(3 * 24 * time.Hour)
		if got := d.jobs(); len(got) != 1 || got[0] != EventOpened {
			t.Errorf("heard %v when it began", got)
		}
		if !may(ActSubmit).Allowed || !may(ActComment).Allowed || !may(ActVote).Allowed {
			t.Error("what the phase opens is not allowed")
		}
		if got := may("text.comment").Reason.ID; got != "consultations.closed.off" {
			t.Errorf("a method that is not there says %s", got)
		}
		c := d.load(made)
		d.Clock.Set(c.EndsAt.Add(-lastCall))
		if got := d.jobs(); len(got) != 1 || got[0] != EventClosedSoon {
			t.Errorf("heard %v a day before the end", got)
		}
		wantKind(t, d.m.Answer(d.eva, made, i18n.Text{"sl": "Cesta bo zaprta za tranzit."}), fault.KindConflict)
		d.Clock.Set(c.EndsAt.Add(time.Microsecond))
		if got := d.load(made).StateAt(d.Clock.Now()); got != Waiting {
			t.Errorf("after the end it is %s", got)
		}
		if got := may(ActVote).Reason.ID; got != "consultations.closed.ended" {
			t.Errorf("after the end it says %s", got)
		}
		for range 2 { // a change of what is published is told nobody
			if err := d.m.Answer(d.eva, made, i18n.Text{"sl": "Cesta bo zaprta za tranzit."}); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.jobs(); len(got) != 1 || got[0] != EventAnswered {
			t.Errorf("heard %v after the answer", got)
		}
		if got := d.load(made).StateAt(d.Clock.Now()); got != Answered {
			t.Errorf("after the answer it is %s", got)
		}
	})
}

func TestScheduledIsPublicFromItsMomentWithoutAnyJob(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.create("draft_act", 5, 30)
		moment := d.Clock.Now().Add(48 * time.Hour)
		if err := d.m.Publish(d.eva, made, moment); err != nil {
			t.Fatal(err)
		}
		if d.load(made).Visible(d.Clock.Now()) || len(d.found("promet")) != 0 || len(d.jobs()) != 0 {
			t.Error("it is public before its moment")
		}
		d.Clock.Set(moment)
		if !d.load(made).Visible(d.Clock.Now()) {
			t.Error("it is not public at its moment")
		}
		if got := d.jobs(); len(got) != 1 || got[0] != EventPublished {
			t.Errorf("heard %v", got)
		}
		if len(d.found("promet")) != 1 {
			t.Error("it cannot be found")
		}
		if err := d.m.Withdraw(d.eva, made); err != nil {
			t.Fatal(err)
		}
		if len(d.found("promet")) != 0 {
			t.Error("a withdrawn one is still found")
		}
	})
}

func (d *desk) found(words string) (hits []search.Hit) {
	d.T.Helper()
	d.View(d.ana, func(ctx context.Context, tx *tenant.Tx) (err error) {
		hits, _, err = tx.Search(ctx, search.Query{Text: words})
		return err
	})
	return hits
}

func TestNothingIsPublishedWithoutWhatIsRequired(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		start := d.Clock.Now()
		made, err := d.m.Create(d.eva, Start{Blueprint: "thematic", Title: i18n.Text{"sl": "Promet"}, Start: start, End: start.AddDate(0, 0, 20)})
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, d.m.Publish(d.eva, made, time.Time{}), fault.KindConflict)
		wantKind(t, d.m.Publish(d.ana, made, time.Time{}), fault.KindForbidden)
		wantKind(t, d.m.Publish(d.Visitor(d.A), made, time.Time{}), fault.KindSignIn)
		_, err = d.m.Create(d.eva, Start{Blueprint: "thematic", Title: i18n.Text{"sl": "Promet"}, Start: start, End: start.AddDate(0, 0, -1)})
		wantKind(t, err, fault.KindInvalid)
		_, err = d.m.Create(d.eva, Start{Blueprint: "nonsense", Title: i18n.Text{"sl": "Promet"}, Start: start, End: start})
		wantKind(t, err, fault.KindInvalid)
	})
}

func TestExtendingMovesTheEndAndThePromise(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("thematic", 0, 10)
		d.jobs()
		before := d.load(made)
		zone := d.A.Zone()
		reason := i18n.Text{"sl": "Na željo krajevne skupnosti."}
		wantKind(t, d.m.Extend(d.eva, made, AddDays(before.EndsAt, -1, zone), reason), fault.KindInvalid)
		if err := d.m.Extend(d.eva, made, AddDays(before.EndsAt, 7, zone), reason); err != nil {
			t.Fatal(err)
		}
		c := d.load(made)
		if stored.DaysBetween(before.EndsAt, c.EndsAt, zone) != 7 || !c.Phases[0].EndsAt.Equal(c.EndsAt) || stored.DaysBetween(before.AnswerBy, c.AnswerBy, zone) != 7 {
			t.Errorf("end %s, phase %s, answer %s", c.EndsAt, c.Phases[0].EndsAt, c.AnswerBy)
		}
		if got := d.jobs(); len(got) != 1 || got[0] != EventExtended {
			t.Errorf("heard %v", got)
		}
		d.Clock.Set(before.EndsAt.Add(-lastCall)) // the notice of the old end finds that it has moved
		if got := d.jobs(); len(got) != 0 {
			t.Errorf("heard %v for the old end", got)
		}
		d.Clock.Set(c.EndsAt.Add(-lastCall))
		if got := d.jobs(); len(got) != 1 || got[0] != EventClosedSoon {
			t.Errorf("heard %v for the new end", got)
		}
		wantKind(t, d.m.CloseEarly(d.eva, made, nil), fault.KindInvalid)
		if err := d.m.CloseEarly(d.eva, made, i18n.Text{"sl": "Zemljišče je prodano."}); err != nil {
			t.Fatal(err)
		}
		if d.load(made).IsOpen(d.Clock.Now()) {
			t.Error("closed early, it is still open")
		}
		var list []Change
		d.View(d.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			list, err = stored.Changes(ctx, tx, made)
			return err
		})
		if len(list) != 2 || list[0].Kind != ChangeExtended || list[1].Kind != ChangeClosed {
			t.Errorf("changes that everybody reads: %+v", list)
		}
	})
}

func TestStaleEditIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.create("thematic", 3, 20)
		c := d.load(made)
		b := Basics{Title: i18n.Text{"sl": "Drugačen naslov"}, StartsAt: c.StartsAt, EndsAt: c.EndsAt, Version: c.RowVersion}
		if err := d.m.Edit(d.eva, made, b); err != nil {
			t.Fatal(err)
		}
		wantKind(t, d.m.Edit(d.eva, made, b), fault.KindConflict)
		p := *c.Phases[0]
		wantKind(t, d.m.SavePhase(d.eva, made, &p, c.RowVersion), fault.KindConflict)
	})
}

func TestCountersSurviveSavingAForm(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("thematic", 0, 20)
		who := id.New()
		c := d.load(made)
		d.Update(d.ana, func(ctx context.Context, tx *tenant.Tx) error {
			for range 2 {
				if err := Count(ctx, tx, made, Delta{Proposals: 1, Comments: 2, Participants: []string{who}}); err != nil {
					return err
				}
			}
			return nil
		})
		err := d.m.Edit(d.eva, made, Basics{Title: c.Title, Summary: c.Summary, Decides: c.Decides, InputUse: c.InputUse, DepartmentID: d.dept, Version: c.RowVersion})
		if err != nil {
			t.Fatal(err)
		}
		c = d.load(made)
		if c.ProposalCount != 2 || c.CommentCount != 4 || c.ParticipantCount != 1 {
			t.Errorf("%d proposals, %d comments, %d people", c.ProposalCount, c.CommentCount, c.ParticipantCount)
		}
		if c.StartsAt.IsZero() || c.EndsAt.IsZero() {
			t.Error("saving the texts of a public consultation changed its dates")
		}
		wantKind(t, d.m.Withdraw(d.eva, made), fault.KindConflict)
	})
}

func TestFirstVoteFreezesTheRules(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("plan_chapter", -10, 12) // the second phase, the vote, has begun
		c := d.load(made)
		vote := func(n int64) {
			d.Update(d.ana, func(ctx context.Context, tx *tenant.Tx) error {
				return d.m.Tallied(ctx, tx, []votes.Total{{Ref: c.Ref(), Up: n, Count: n}})
			})
		}
		p := *c.Phases[1]
		p.Switches.Votes.Kind = "rating"
		if err := d.m.SavePhase(d.eva, made, &p, 0); err != nil {
			t.Fatalf("before the first vote: %v", err)
		}
		p.Switches.Votes.Kind = "choice"
		if err := d.m.SavePhase(d.eva, made, &p, 0); err != nil {
			t.Fatal(err)
		}
		vote(3)
		vote(1)
		vote(0) // all withdrawn: the rules stay frozen
		if c = d.load(made); c.VoteCount != 0 || !c.Frozen() {
			t.Errorf("%d votes, frozen %v", c.VoteCount, c.Frozen())
		}
		p.Switches.Votes.Kind = "rating"
		wantKind(t, d.m.SavePhase(d.eva, made, &p, 0), fault.KindInvalid)
		p.Switches.Votes.Kind, p.Switches.Votes.HideCounts = "choice", "until_closed"
		if err := d.m.SavePhase(d.eva, made, &p, 0); err != nil {
			t.Fatalf("tightening: %v", err)
		}
		wantKind(t, d.m.RemovePhase(d.eva, made, p.ID), fault.KindConflict)
		d.View(d.ana, func(ctx context.Context, tx *tenant.Tx) error {
			list, err := stored.Changes(ctx, tx, made)
			if len(list) != 1 || list[0].Kind != ChangeTightened {
				t.Errorf("changes: %+v", list)
			}
			return err
		})
	})
}

func TestCloneShiftsEveryDate(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("ideas_vote", -300, 30) // begun in winter, cloned into summer time
		zone := d.A.Zone()
		start := time.Date(2027, 6, 1, 0, 0, 0, 0, zone)
		cloned, err := d.m.Clone(d.eva, made, start)
		if err != nil {
			t.Fatal(err)
		}
		old, c := d.load(made), d.load(cloned)
		if !c.StartsAt.Equal(StartOfDay(start, zone)) || c.TermDays(zone) != 30 || c.State != Draft || c.Slug == old.Slug || len(c.Phases) != len(old.Phases) {
			t.Errorf("clone %s to %s, %s %s", c.StartsAt, c.EndsAt, c.State, c.Slug)
		}
		if fields := stored.CheckPhases(c); len(fields) > 0 {
			t.Errorf("phases of the clone: %v", fields)
		}
		for i, p := range c.Phases {
			if p.ID == old.Phases[i].ID {
				t.Error("a phase has the id of the old one")
			}
			if !p.EndsAt.Equal(EndOfDay(p.EndsAt, zone)) {
				t.Errorf("phase %d does not end with its day: %s", i, p.EndsAt.In(zone))
			}
		}
	})
}

func TestMunicipalitiesKnowNothingOfEachOther(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("thematic", 0, 20)
		other := d.Staff(d.B, id.New(), "Niki", "administrator")
		wantKind(t, d.m.Archive(other, made, true), fault.KindNotFound)
		_, err := d.m.Clone(other, made, d.Clock.Now())
		wantKind(t, err, fault.KindNotFound)
		d.View(other, func(ctx context.Context, tx *tenant.Tx) error {
			rows, _, err := List(ctx, tx, Filter{Staff: true})
			if len(rows) != 0 {
				t.Errorf("sees %d consultations of the other", len(rows))
			}
			return err
		})
		d.Update(other, func(ctx context.Context, tx *tenant.Tx) error { return Count(ctx, tx, made, Delta{Votes: 7}) })
		if c := d.load(made); c.VoteCount != 0 || c.Frozen() {
			t.Error("another municipality counted votes here")
		}
	})
}

func TestListGoesByPagesInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		soon, late := d.publish("thematic", -2, 10), d.publish("thematic", -2, 20)
		upcoming, past := d.publish("thematic", 5, 10), d.publish("thematic", -60, 20)
		older := d.publish("thematic", -90, 20)
		d.create("thematic", 0, 20) // a draft
		var got []string
		after := ""
		for range 10 {
			d.View(d.ana, func(ctx context.Context, tx *tenant.Tx) error {
				rows, next, err := List(ctx, tx, Filter{Limit: 2, After: after})
				for _, c := range rows {
					got = append(got, c.ID)
				}
				after = next
				return err
			})
			if after == "" {
				break
			}
		}
		want := []string{soon, late, upcoming, past, older}
		if len(got) != len(want) {
			t.Fatalf("%d listed, want %d", len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("place %d is another one", i)
			}
		}
		for status, n := range map[Status]int{Open: 2, Upcoming: 1, Waiting: 2, Answered: 0, Closed: 2} {
			d.View(d.ana, func(ctx context.Context, tx *tenant.Tx) error {
				rows, _, err := List(ctx, tx, Filter{Status: status})
				if len(rows) != n {
					t.Errorf("%d are %s, want %d", len(rows), status, n)
				}
				return err
			})
		}
		d.View(d.eva, func(ctx context.Context, tx *tenant.Tx) error {
			rows, _, err := List(ctx, tx, Filter{Staff: true, Text: "SREDISCU", State: Draft})
			if len(rows) != 1 {
				t.Errorf("staff finds %d drafts by folded words", len(rows))
			}
			return err
		})
	})
}

func TestPreviewLinkEnds(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.create("thematic", 3, 20)
		_, err := d.m.NewPreview(d.ana, made, 7)
		wantKind(t, err, fault.KindForbidden)
		token, err := d.m.NewPreview(d.eva, made, 7)
		if err != nil {
			t.Fatal(err)
		}
		use := func(ctx context.Context, token string) error {
			return d.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				_, err := stored.UsePreview(ctx, tx, id.Hash(token))
				return err
			})
		}
		if err := use(d.Visitor(d.A), token); err != nil {
			t.Fatal(err)
		}
		wantKind(t, use(d.Visitor(d.B), token), fault.KindNotFound)
		wantKind(t, use(d.Visitor(d.A), token+"x"), fault.KindNotFound)
		d.Clock.Add(8 * 24 * time.Hour)
		wantKind(t, use(d.Visitor(d.A), token), fault.KindGone)
	})
}

func TestDeletedComesBackAsItWas(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("thematic", 0, 20)
		if err := d.m.Delete(d.eva, made); err != nil {
			t.Fatal(err)
		}
		if d.load(made).Visible(d.Clock.Now()) || len(d.found("promet")) != 0 {
			t.Error("deleted, it can be seen")
		}
		if err := d.m.Restore(d.eva, made); err != nil {
			t.Fatal(err)
		}
		if !d.load(made).Visible(d.Clock.Now()) || len(d.found("promet")) != 1 {
			t.Error("restored, it cannot be seen")
		}
	})
}
