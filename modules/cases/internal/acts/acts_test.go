package acts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"glas/internal/fault"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/areas"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/streets"
	"glas/tenant"
)

func long(s string) i18n.Text { return i18n.Text{"sl": s + " Hvala za sporočilo in lep pozdrav."} }

func TestTheWholeWay(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := tw.tell(tw.ana, "Luč ne gori")
		if c.Number != "KAM-2026-000001" || c.State != stored.Received || c.DepartmentID != tw.roads || c.Shown || tw.clocks.begun != 1 {
			t.Fatalf("received %+v", c)
		}
		if again := tw.tell(tw.ana, "Luč ne gori"); again.ID != c.ID {
			t.Fatal("the same words twice are two cases")
		}
		c = tw.must(tw.a.Triage(tw.eva, key(c)))
		_, err := tw.a.Publish(tw.eva, Key{c.ID, c.RowVersion - 1})
		want(t, err, fault.KindConflict)
		c = tw.must(tw.a.EditPublic(tw.eva, key(c), Edit{Title: "Svetilka pred šolo", Body: "Svetilka pred šolo ne gori.", Lang: "sl", Location: stored.Blurred}))
		c = tw.must(tw.a.Publish(tw.eva, key(c)))
		if !c.Shown || c.Title != "Luč ne gori" || c.ShownTitle() != "Svetilka pred šolo" || *c.PublicLat == *c.Lat {
			t.Fatalf("published %+v", c)
		}
		_, err = tw.a.Triage(tw.bor, key(c))
		want(t, err, fault.KindForbidden)
		c = tw.must(tw.a.Assign(tw.eva, key(c), tw.roads, ""))
		c = tw.must(tw.a.Accept(tw.dan, key(c)))
		c = tw.must(tw.a.Ask(tw.dan, key(c), "Katera luč točno?"))
		if c.State != stored.WaitingReporter || c.WaitUntil.IsZero() {
			t.Fatalf("waits %+v", c)
		}
		_, err = tw.a.Reply(tw.bor, c.ID, Incoming{Body: "To nisem jaz"})
		want(t, err, fault.KindForbidden)
		c = tw.must(tw.a.Reply(tw.visitor, c.ID, Incoming{Body: "Tista pri vratih", Token: c.Token, MessageID: "<1@x>"}))
		if c.State != stored.InProgress {
			t.Fatalf("after the reply %s", c.State)
		}
		same := tw.must(tw.a.Reply(tw.visitor, c.ID, Incoming{Body: "Tista pri vratih", Token: c.Token, MessageID: "<1@x>"}))
		if same.RowVersion != c.RowVersion {
			t.Fatal("a letter that came twice changed the case")
		}
		c = tw.must(tw.a.Interim(tw.dan, key(c), long("Naročili smo del."), tw.Clock.Now().AddDate(0, 0, 5), true))
		if c.FirstAnswerAt.IsZero() {
			t.Fatal("a promised date is an answer")
		}
		task, err := tw.a.AddTask(tw.dan, key(c), Task{Title: "Pripeljite lestev", DepartmentID: tw.parks, Blocking: true})
		if err != nil {
			t.Fatal(err)
		}
		c = tw.must(tw.a.DraftAnswer(tw.dan, Key{ID: c.ID}, Draft{Body: long("Zamenjali smo jo."), Outcome: stored.Resolved, Public: true}))
		_, err = tw.a.PublishAnswer(tw.head, key(c), "")
		want(t, err, fault.KindConflict)
		if err := tw.a.DoneTask(tw.eva, task.ID, "Pripeljano", false); err != nil {
			t.Fatal(err)
		}
		c = tw.must(tw.a.PublishAnswer(tw.head, Key{ID: c.ID}, ""))
		if c.State != stored.Resolved || c.AnsweredAt.IsZero() || c.ClosedAt.IsZero() || c.Answer["sl"] == "" {
			t.Fatalf("closed %+v", c)
		}
		tw.oneEventEach(t, c)
		last := tw.clocks.turns[len(tw.clocks.turns)-1]
		if !last.All || last.Outcome != timed.OutcomeMet {
			t.Errorf("the clocks were told %+v", last)
		}
		tw.reopened(t, c)
	})
}

// oneEventEach checks that the history has exactly one event for each version of the row, and that they follow on each other.
func (tw *town) oneEventEach(t *testing.T, c *stored.Case) {
	t.Helper()
	list := tw.history(c.ID)
	if int64(len(list)) != c.RowVersion {
		t.Errorf("%d events for %d changes", len(list), c.RowVersion)
	}
	for i, e := range list {
		if e.Seq != int64(i+1) || i > 0 && e.FromState != list[i-1].ToState {
			t.Errorf("event %d: %s from %s to %s", e.Seq, e.Action, e.FromState, e.ToState)
		}
	}
}

func (tw *town) reopened(t *testing.T, c *stored.Case) {
	t.Helper()
	var token string
	tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := stored.SurveyOf(ctx, tx, c.ID, 1)
		if s != nil {
			token = s.Token
		}
		return err
	})
	c = tw.must(tw.a.Rate(tw.visitor, token, Opinion{Text: "Spet ne gori.", Why: "Spet ne gori.", NoContact: true}))
	if c.State != stored.ReopenRequested || c.Satisfaction != "unsatisfied" {
		t.Fatalf("rated %+v", c)
	}
	_, err := tw.a.Rate(tw.visitor, token, Opinion{Satisfied: true})
	want(t, err, fault.KindGone)
	c = tw.must(tw.a.RefuseReopen(tw.eva, key(c), "Luč gori, preverili smo."))
	if c.State != stored.Resolved {
		t.Fatalf("refused %s", c.State)
	}
	c = tw.must(tw.a.RequestReopen(tw.ana, c.ID, "", "Danes spet ne gori."))
	c = tw.must(tw.a.Reopen(tw.eva, key(c), "Pogledali bomo še enkrat."))
	if c.Cycle != 2 || c.State != stored.InProgress || !c.ClosedAt.IsZero() {
		t.Fatalf("reopened %+v", c)
	}
	tw.oneEventEach(t, c)
}

func TestWithoutAnAccount(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		r := report(tw.lamp)
		_, err := tw.a.Report(tw.visitor, r)
		want(t, err, fault.KindInvalid)
		r.Email, r.Answers = "Vid@Person.example", map[string][]string{"pole": {"x"}}
		_, err = tw.a.Report(tw.visitor, r)
		want(t, err, fault.KindInvalid)
		r.Answers = map[string][]string{"pole": {"a"}}
		c := tw.must(tw.a.Report(tw.visitor, r))
		if c.State != stored.Unconfirmed || c.Number != "" || tw.clocks.begun != 0 {
			t.Fatalf("unconfirmed %+v", c)
		}
		done := tw.must(tw.a.Confirm(tw.visitor, c.ConfirmToken))
		if done.State != stored.Received || done.Number == "" || tw.must(tw.a.Confirm(tw.visitor, c.ConfirmToken)).RowVersion != done.RowVersion {
			t.Fatalf("confirmed %+v", done)
		}
		_, err = tw.a.Claim(tw.bor, c.ID, stored.NewToken())
		want(t, err, fault.KindNotFound)
		if got := tw.must(tw.a.Claim(tw.bor, c.ID, c.Token)); got.ReporterID == "" {
			t.Error("not claimed")
		}
		_, err = tw.a.Claim(tw.ana, c.ID, c.Token)
		want(t, err, fault.KindConflict)
		r.Title, r.Kind = "Nov park", stored.Initiative
		_, err = tw.a.Report(tw.visitor, r)
		want(t, err, fault.KindSignIn)
		tw.oneEventEach(t, tw.load(c.ID))
	})
}

func TestNumbersHaveNoGaps(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		const n = 24
		var wg sync.WaitGroup
		numbers, mu := []string{}, sync.Mutex{}
		for i := range n {
			wg.Go(func() {
				r := report(tw.lamp)
				r.Title = fmt.Sprint("Prijava ", i)
				if i%4 == 3 {
					r.Title = "" // refused: it takes no number
				}
				c, err := tw.a.Report(tw.ana, r)
				if i%4 == 3 {
					if !fault.Is(err, fault.KindInvalid) {
						t.Error(err)
					}
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				numbers = append(numbers, c.Number)
			})
		}
		wg.Wait()
		slices.Sort(numbers)
		for i, got := range numbers {
			if got != stored.NumberOf("KAM", 2026, int64(i+1)) {
				t.Fatalf("numbers %v", numbers)
			}
		}
	})
}

func TestMergeAndBack(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		master, child := tw.tell(tw.ana, "Prva prijava"), tw.tell(tw.bor, "Druga prijava")
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return stored.SetDue(ctx, tx, map[string]time.Time{master.ID: tw.Clock.Now().Add(48 * time.Hour), child.ID: tw.Clock.Now().Add(24 * time.Hour)})
		})
		for _, c := range []*stored.Case{master, child} {
			tw.must(tw.a.Triage(tw.eva, Key{ID: c.ID}))
			tw.must(tw.a.Publish(tw.eva, Key{ID: c.ID}))
		}
		tw.must(tw.a.Join(tw.bor, master.ID))
		tw.must(tw.a.Support(tw.bor, child.ID, true))
		tw.must(tw.a.Support(tw.ana, child.ID, true))
		master, child = tw.load(master.ID), tw.load(child.ID)
		merged := tw.must(tw.a.Merge(tw.eva, key(child), master.ID, ""))
		if merged.State != stored.Merged || merged.MergedInto != master.ID {
			t.Fatalf("merged %+v", merged)
		}
		got := tw.load(master.ID)
		if got.Supports != 2 || !got.DueAt.Equal(tw.Clock.Now().Add(24*time.Hour)) {
			t.Fatalf("the one that stays has %d supports, due %v", got.Supports, got.DueAt)
		}
		third := tw.tell(tw.ana, "Tretja prijava")
		_, err := tw.a.Merge(tw.eva, key(third), child.ID, "")
		want(t, err, fault.KindConflict)
		_, err = tw.a.Merge(tw.eva, key(got), third.ID, "")
		want(t, err, fault.KindConflict)
		_, err = tw.a.Merge(tw.eva, key(third), third.ID, "")
		want(t, err, fault.KindConflict)
		before := got.RowVersion
		tw.must(tw.a.Reply(tw.bor, child.ID, Incoming{Body: "Še vedno je tako."}))
		if tw.load(master.ID).RowVersion != before+1 {
			t.Error("the reply was not told to the one that stays")
		}
		back := tw.must(tw.a.Unmerge(tw.eva, Key{ID: child.ID}))
		back.RowVersion, back.UpdatedAt, back.Messages = child.RowVersion, child.UpdatedAt, child.Messages
		if a, b := fmt.Sprintf("%+v", *deref(child)), fmt.Sprintf("%+v", *deref(back)); a != b {
			t.Errorf("before\n%s\nafter\n%s", a, b)
		}
		if again := tw.load(master.ID); again.Supports != 1 || !again.DueAt.Equal(master.DueAt) {
			t.Errorf("after taking apart %d supports, due %v", again.Supports, again.DueAt)
		}
		tw.must(tw.a.Merge(tw.eva, Key{ID: child.ID}, master.ID, ""))
		tw.Clock.Add(31 * 24 * time.Hour)
		_, err = tw.a.Unmerge(tw.eva, Key{ID: child.ID})
		want(t, err, fault.KindGone)
	})
}

// deref replaces pointers by nothing, so that two rows can be compared as text.
func deref(c *stored.Case) *stored.Case {
	out := *c
	out.Lat, out.Lng, out.PublicLat, out.PublicLng, out.Cell = nil, nil, nil, nil, nil
	return &out
}

func TestPrivateMatters(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		r := report(tw.secret)
		r.Answers = nil
		c := tw.must(tw.a.Report(tw.ana, r))
		if c.Visibility != stored.ReporterOnly || c.PublishMode != stored.Never {
			t.Fatalf("private %+v", c)
		}
		c = tw.must(tw.a.Triage(tw.eva, key(c)))
		_, err := tw.a.Publish(tw.eva, key(c))
		want(t, err, fault.KindConflict)
		_, err = tw.a.Note(tw.dan, key(c), "Kaj je to?")
		want(t, err, fault.KindNotFound)
		c = tw.must(tw.a.DraftAnswer(tw.eva, key(c), Draft{Body: long("Uredili smo."), Outcome: stored.Answered, Public: true}))
		_, err = tw.a.PublishAnswer(tw.eva, key(c), "")
		want(t, err, fault.KindForbidden)
		want(t, tw.a.ApproveAnswer(tw.eva, key(c)), fault.KindForbidden)
		other := tw.Staff(tw.A, "00000000-0000-7000-8000-000000000009", "Druga", "manager")
		if err := tw.a.ApproveAnswer(other, key(c)); err != nil {
			t.Fatal(err)
		}
		c = tw.must(tw.a.PublishAnswer(other, key(c), ""))
		if c.Shown || c.Answer["sl"] != "" {
			t.Errorf("a private answer is public: %+v", c)
		}
	})
}

func TestReferIsAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := tw.tell(tw.ana, "Voda teče")
		_, err := tw.a.Refer(tw.eva, key(c), "", "ni naše", "Predali smo vodovodu.")
		want(t, err, fault.KindInvalid)
		c = tw.must(tw.a.Refer(tw.eva, key(c), tw.water, "ni naše", "Predali smo vodovodu, odgovoril bo v 15 dneh."))
		if c.State != stored.Referred || c.FirstAnswerAt.IsZero() || c.BodyID != tw.water {
			t.Fatalf("referred %+v", c)
		}
		tw.oneEventEach(t, c)
	})
}

func TestSupportThreshold(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			k := &stored.CaseKind{Code: stored.Initiative, Support: true, Threshold: 2, PublishMode: stored.OnConfirm, Visibility: stored.Public, Name: i18n.Text{}, Hint: i18n.Text{}}
			k.ID = "00000000-0000-7000-8000-000000000001"
			return stored.Add(ctx, tx, k)
		})
		tw.a.Names.Forget(tw.A.ID)
		r := report("")
		r.Kind, r.TopicID = stored.Initiative, tw.lamp
		c := tw.must(tw.a.Report(tw.ana, r))
		if !c.Shown || c.ThresholdMet || tw.clocks.begun != 0 {
			t.Fatalf("initiative %+v", c)
		}
		tw.must(tw.a.Support(tw.ana, c.ID, true))
		tw.must(tw.a.Support(tw.ana, c.ID, true))
		_, err := tw.a.Support(tw.visitor, c.ID, true)
		want(t, err, fault.KindSignIn)
		c = tw.must(tw.a.Support(tw.bor, c.ID, true))
		if c.Supports != 2 || !c.ThresholdMet || tw.clocks.begun != 1 {
			t.Errorf("%d supports, met %v, %d begun", c.Supports, c.ThresholdMet, tw.clocks.begun)
		}
		if c = tw.must(tw.a.Support(tw.bor, c.ID, false)); c.Supports != 1 {
			t.Errorf("%d supports", c.Supports)
		}
		tw.oneEventEach(t, c)
	})
}

func TestListsAndPlaces(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		for i := range 5 {
			c := tw.tell(tw.ana, fmt.Sprint("Prijava ", i))
			tw.must(tw.a.Publish(tw.eva, key(c)))
		}
		hidden := tw.tell(tw.bor, "Skrito")
		tw.View(tw.visitor, func(ctx context.Context, tx *tenant.Tx) error {
			var got []string
			f := listed.Filter{Limit: 2}
			for {
				rows, next, err := listed.List(ctx, tx, f)
				if err != nil {
					return err
				}
				for _, c := range rows {
					got = append(got, c.Title)
				}
				if next == "" {
					break
				}
				f.After = next
			}
			if len(got) != 5 || strings.Contains(strings.Join(got, " "), "Skrito") {
				t.Errorf("list %v", got)
			}
			spots, err := listed.Spots(ctx, tx, listed.Filter{}, 12)
			if err != nil || len(spots) != 1 || spots[0].N != 5 {
				t.Errorf("places %+v %v", spots, err)
			}
			near, err := listed.Near(ctx, tx, 46.2259, 14.6122, 250, tw.Clock.Now().AddDate(0, 0, -21), 10)
			if err != nil || len(near) != 5 {
				t.Errorf("near %d %v", len(near), err)
			}
			counts, err := stored.Counts(ctx, tx)
			if err != nil || counts[stored.GroupOpen] != 5 {
				t.Errorf("counts %v %v", counts, err)
			}
			page, err := listed.Work(ctx, tx, listed.Queue{DepartmentID: tw.roads, Group: stored.GroupOpen, Limit: 4})
			if err != nil || len(page.Rows) != 4 {
				t.Errorf("queue %d %v", len(page.Rows), err)
			}
			rest, err := listed.Work(ctx, tx, listed.Queue{DepartmentID: tw.roads, Group: stored.GroupOpen, Limit: 4, After: page.Next})
			if err != nil || len(rest.Rows) != 2 {
				t.Errorf("rest of the queue %d %v", len(rest.Rows), err)
			}
			n, err := listed.Waits(ctx, tx, listed.Queue{States: []stored.State{stored.Received}}, 3)
			if err != nil || n != 3 {
				t.Errorf("waits %d %v", n, err)
			}
			return nil
		})
		tw.View(tw.bor, func(ctx context.Context, tx *tenant.Tx) error {
			mine, _, err := listed.List(ctx, tx, listed.Filter{Mine: hidden.ReporterID})
			if err != nil || len(mine) != 1 {
				t.Errorf("mine %d %v", len(mine), err)
			}
			return nil
		})
	})
}

func TestAreaOfAPlaceIsFoundWhenNobodyChoseOne(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		square, err := geo.ReadGeoJSON([]byte(`{"type":"Polygon","coordinates":[[[14.6,46.2],[14.7,46.2],[14.7,46.3],[14.6,46.3],[14.6,46.2]]]}`))
		if err != nil {
			t.Fatal(err)
		}
		centre, other := id.New(), id.New()
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			for _, a := range []string{centre, other} {
				if err := areas.Insert(ctx, tx, &areas.Area{Key: tenant.Key{ID: a}, Slug: a, Name: i18n.Text{"sl": a}}); err != nil {
					return err
				}
			}
			return areas.SetShape(ctx, tx, centre, square[0].Area)
		})
		if c := tw.tell(tw.ana, "Brez območja"); c.AreaID != centre {
			t.Errorf("area %q", c.AreaID)
		}
		r := report(tw.lamp)
		r.Title, r.AreaID = "Z izbranim območjem", other
		if c := tw.must(tw.a.Report(tw.ana, r)); c.AreaID != other {
			t.Errorf("the chosen area became %q", c.AreaID)
		}
	})
}

// TestAPlaceFarOutsideIsRefused: reports about other municipalities were taken, and nobody could do anything with them.
func TestAPlaceFarOutsideIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		at := func(lat float64, staff bool) Report {
			r, lng := report(w.lamp), 14.6
			r.Lat, r.Lng, r.ForOther, r.Title = &lat, &lng, staff, fmt.Sprint("Luč ", lat, staff)
			return r
		}
		w.must(w.a.Report(w.ana, at(48, false))) // no boundary, nothing outside
		if err := streets.New(streets.Deps{DB: w.DB}).KeepBoundary(w.eva, geo.Ring([][2]float64{{14.5, 46.1}, {14.7, 46.1}, {14.7, 46.3}, {14.5, 46.3}})); err != nil {
			t.Fatal(err)
		}
		_, err := w.a.Report(w.ana, at(46.4, false))
		if f, ok := fault.As(err); !ok || f.Fields["place"].ID != "streets.pick.beyond" {
			t.Errorf("far outside: %v", err)
		}
		w.must(w.a.Report(w.ana, at(46.3015, false))) // on the other side of a road on the boundary
		w.must(w.a.Report(w.eva, at(46.4, true)))
	})
}

// TestTheReporterHidesHisName: a name that was once shown could only be taken away by staff.
func TestTheReporterHidesHisName(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		c := w.tell(w.ana, "Luč pred šolo")
		c = w.must(w.a.EditPublic(w.eva, key(c), Edit{Title: c.Title, Body: c.Body, Lang: "sl", Visibility: stored.Public}))
		c = w.must(w.a.Publish(w.eva, key(c)))
		for _, show := range []bool{true, false} {
			_, err := w.a.Name(w.bor, c.ID, "", show)
			want(t, err, fault.KindForbidden)
			c = w.must(w.a.Name(w.ana, c.ID, "", show))
			if got := stored.See(c, stored.Anybody).Name; got != show {
				t.Errorf("shown is %v, want %v", got, show)
			}
		}
		if list := w.history(c.ID); list[len(list)-1].Action != stored.Byline || list[len(list)-1].Public {
			t.Errorf("history ends with %+v", list[len(list)-1])
		}
	})
}
