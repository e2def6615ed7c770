package clocks_test

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/calendars"
	"glas/modules/clocks"
	"glas/modules/clocks/clockstest"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

var hours48 = calendar.Target{Amount: 48, Unit: calendar.Hours}

func TestPresetsOfTheCountry(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.start("1", tenanttest.Start())
		c := h.clock("1", clocks.Statutory)
		lj := h.A.Zone()
		// 15 days from 21 November end on 6 December, a Sunday.
		if want := calendar.EndOfDay(calendar.Date{Y: 2026, M: 12, D: 7}, lj); !c.DueAt.Equal(want) || c.LegalBasis["sl"] == "" {
			t.Errorf("due %s, want %s", c.DueAt.In(lj), want)
		}
		if h.clock("1", clocks.FirstAnswer).ID != "" {
			t.Error("48 hours hold without being chosen")
		}
		if got := h.due["1"]; !got.Equal(h.clock("1", clocks.Moderate).DueAt) {
			t.Errorf("the host was told %s", got)
		}
		if err := h.m.Install(h.ana, "hours48"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an officer: %v", err)
		}
		if err := h.m.Install(h.mia, "hours48"); err != nil {
			t.Fatal(err)
		}
		h.start("2", tenanttest.Start())
		if c := h.clock("2", clocks.FirstAnswer); !c.DueAt.Equal(tenanttest.Start().Add(48 * time.Hour)) {
			t.Errorf("48 hours are due %s", c.DueAt)
		}
		if h.clock("2", clocks.Statutory).TargetID != c.TargetID {
			t.Error("what was shipped changed its ids when it was stored")
		}
		if err := h.m.Install(h.mia, "information"); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("what is shipped for another country: %v", err)
		}
	})
}

func TestReceiptIsNoAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.policy(hours48, false)
		h.start("1", tenanttest.Start())
		stop := func(metric string, outcome clocks.Outcome) {
			h.do(func(ctx context.Context, tx *tenant.Tx) error {
				return h.m.Stop(ctx, tx, lamp("1"), []string{metric}, outcome, tx.Now())
			})
		}
		stop(clocks.Acknowledge, clocks.Met)
		if c := h.clock("1", clocks.FirstAnswer); !c.Running() {
			t.Fatal("a receipt stopped the clock of the answer")
		}
		h.Clock.Add(50 * time.Hour)
		stop(clocks.FirstAnswer, clocks.Met)
		c := h.clock("1", clocks.FirstAnswer)
		if c.Outcome != clocks.Missed || c.Overshoot != 2*3600 || len(c.Explanation) == 0 || !c.NextAt.IsZero() {
			t.Errorf("%+v", c)
		}
		stop(clocks.FirstAnswer, clocks.Cancelled)
		if again := h.clock("1", clocks.FirstAnswer); again.Outcome != clocks.Missed {
			t.Error("a frozen clock changed")
		}
		if got := h.due["1"]; !got.Equal(h.clock("1", clocks.Moderate).DueAt) {
			t.Errorf("the host was told %s", got)
		}
	})
}

func TestPauseMovesTheEndAndKeepsAProjection(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.policy(hours48, true)
		at := tenanttest.Start()
		h.start("1", at)
		h.Clock.Add(10 * time.Hour)
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			if err := h.m.Pause(ctx, tx, lamp("1"), "vprašanje", tx.Now()); err != nil {
				return err
			}
			return h.m.Pause(ctx, tx, lamp("1"), "še eno", tx.Now())
		})
		h.Clock.Add(5 * time.Hour)
		h.run("clocks.project")
		if c := h.clock("1", clocks.FirstAnswer); !c.DueAt.Equal(at.Add(53*time.Hour)) || c.PausedSince.IsZero() || !h.due["1"].Equal(c.DueAt) && !h.due["1"].Before(c.DueAt) {
			t.Errorf("projected %s", c.DueAt)
		}
		h.Clock.Add(time.Hour)
		h.do(func(ctx context.Context, tx *tenant.Tx) error { return h.m.Resume(ctx, tx, lamp("1"), tx.Now()) })
		c := h.clock("1", clocks.FirstAnswer)
		if !c.DueAt.Equal(at.Add(54*time.Hour)) || !c.PausedSince.IsZero() {
			t.Errorf("due %s after a pause of six hours", c.DueAt)
		}
		h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			lines, err := h.m.Explain(ctx, tx, &c)
			var sum, lost time.Duration
			for _, l := range lines {
				sum, lost = sum+l.Time, lost+l.Lost
			}
			if sum != 48*time.Hour || lost != 6*time.Hour {
				t.Errorf("the explanation comes to %s and %s lost", sum, lost)
			}
			return err
		})
	})
}

func TestLadder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.m.SavePeople(h.mia, map[string][]string{"coordinator": {"a-coordinator"}, "mayor": {"a-mayor"}}); err != nil {
			t.Fatal(err)
		}
		raise := step(clocks.AfterDue, 0, "head")
		raise.Act = "raise_priority"
		again := step(clocks.AfterDue, 24, "mayor")
		again.Repeats = 24
		h.policy(hours48, false, step(clocks.FromStart, 24, "assignee"), step(clocks.FromStart, 44, "head"), raise, step(clocks.AfterDue, 0, "coordinator"), step(clocks.AfterDue, 24, "vice_mayor"), again)
		archiveOthers(t, h)
		h.assigned["1"] = "a-worker"
		h.start("1", tenanttest.Start())
		h.start("2", tenanttest.Start())
		count := func() (n [4]int) {
			l := h.letters()
			for i, who := range []string{"worker", "head", "coordinator", "mayor"} {
				n[i] = len(l[who+"@kamnik.example"])
			}
			return n
		}
		for _, x := range []struct {
			after time.Duration
			want  [4]int
		}{
			{23 * time.Hour, [4]int{0, 0, 0, 0}},
			{24 * time.Hour, [4]int{1, 1, 0, 0}}, // nobody works on the second: its head is told
			{25 * time.Hour, [4]int{1, 1, 0, 0}},
			{44 * time.Hour, [4]int{1, 2, 0, 0}},
			{48 * time.Hour, [4]int{1, 3, 1, 0}},
			{72 * time.Hour, [4]int{1, 3, 2, 1}}, // no vice mayor is named: the coordinator
			{96 * time.Hour, [4]int{1, 3, 2, 2}},
			{96*time.Hour + time.Minute, [4]int{1, 3, 2, 2}},
		} {
			h.Clock.Set(tenanttest.Start().Add(x.after))
			h.run("clocks.check")
			h.run("clocks.check")
			if got := count(); got != x.want {
				t.Fatalf("after %s: %v letters, want %v", x.after, got, x.want)
			}
		}
		last := h.letters()["mayor@kamnik.example"][0]
		if !strings.Contains(last, "Svetilka 1") || !strings.Contains(last, "Svetilka 2") || !strings.Contains(last, "http://x/lamps/1") || strings.Contains(last, "⟦") {
			t.Errorf("the digest says %s", last)
		}
		if fmt.Sprint(h.done) != "[1 raise_priority head 2 raise_priority head]" {
			t.Errorf("the host was asked for %v", h.done)
		}
	})
}

// TestAStepIsNamed: a step that was repeated could not be told from a new one, so that each time made another task.
func TestAStepIsNamed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		give := step(clocks.AfterDue, 0, "head")
		give.Act, give.Repeats = "create_task", 24
		h.policy(hours48, false, give)
		archiveOthers(t, h)
		h.start("1", tenanttest.Start())
		for _, hours := range []int{48, 72} {
			h.Clock.Set(tenanttest.Start().Add(time.Duration(hours) * time.Hour))
			h.run("clocks.check")
		}
		if len(h.steps) != 2 || h.steps[0].Key != h.steps[1].Key || h.steps[0].Key == "" || !strings.Contains(h.steps[0].Words, "prvi odgovor") || h.steps[0].DueAt.IsZero() {
			t.Errorf("%+v", h.steps)
		}
	})
}

// archiveOthers leaves only the policy that a test made.
func archiveOthers(t *testing.T, h *house) {
	t.Helper()
	h.do(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Update((*clocks.ClockPolicy)(nil)).Set("archived = ?", true).Where("?TableAlias.id IN ('statutory', 'service')").Exec(ctx)
		return err
	})
}

// TestThePastIsNotTold: things that are registered late, rules that are new, and calendars that change do not have the ladder fire for
// moments that are over.
func TestThePastIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		target := h.policy(hours48, false, step(clocks.FromStart, 24, "head"), step(clocks.AfterDue, 0, "head"))
		archiveOthers(t, h)
		h.start("old", tenanttest.Start().AddDate(-1, 0, 0))
		h.start("late", tenanttest.Start().Add(-30*time.Hour))
		h.run("clocks.check")
		if n := len(h.letters()); n != 0 {
			t.Fatalf("%d letters about the past", n)
		}
		target.Rules = append(target.Rules, step(clocks.FromStart, 10, "head"), step(clocks.BeforeDue, 4, "head"))
		if err := h.m.SaveTarget(h.mia, target, false); err != nil {
			t.Fatal(err)
		}
		h.run("clocks.check")
		if n := len(h.letters()); n != 0 {
			t.Fatalf("a new step told of the past %d times", n)
		}
		h.Clock.Add(18 * time.Hour)
		h.run("clocks.check")
		if got := h.letters()["head@kamnik.example"]; len(got) != 1 || strings.Contains(got[0], "Svetilka old") {
			t.Errorf("when it is due: %v", got)
		}
	})
}

func TestRematch(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.policy(hours48, true)
		archiveOthers(t, h)
		urgent := &clocks.ClockPolicy{Name: i18n.Text{"sl": "Nujno"}, Fit: clocks.Fit{Priorities: []string{"urgent"}}, Position: -1}
		if err := h.m.SavePolicy(h.mia, urgent); err != nil {
			t.Fatal(err)
		}
		if err := h.m.SaveTarget(h.mia, &clocks.ClockTarget{PolicyID: urgent.ID, Metric: clocks.FirstAnswer, Term: calendar.Target{Amount: 4, Unit: calendar.Hours}, Pausable: true}, false); err != nil {
			t.Fatal(err)
		}
		at := tenanttest.Start()
		h.start("1", at)
		first := h.clock("1", clocks.FirstAnswer)
		h.Clock.Add(time.Hour)
		h.do(func(ctx context.Context, tx *tenant.Tx) error { return h.m.Pause(ctx, tx, lamp("1"), "", tx.Now()) })
		h.Clock.Add(time.Hour)
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			return h.m.Rematch(ctx, tx, lamp("1"), clocks.Match{Priority: "urgent", DepartmentID: "d1"})
		})
		c := h.clock("1", clocks.FirstAnswer)
		if c.ID == first.ID || !c.StartedAt.Equal(at) || !c.DueAt.Equal(at.Add(5*time.Hour)) || c.PausedSince.IsZero() {
			t.Errorf("%+v", c)
		}
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			if err := h.m.Resume(ctx, tx, lamp("1"), tx.Now()); err != nil {
				return err
			}
			return h.m.Rematch(ctx, tx, lamp("1"), clocks.Match{Priority: "urgent", DepartmentID: "d2"})
		})
		again := h.clock("1", clocks.FirstAnswer)
		if again.ID != c.ID || again.DepartmentID != "d2" || !again.DueAt.Equal(at.Add(5*time.Hour)) {
			t.Errorf("%+v", again)
		}
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			if err := h.m.StopAll(ctx, tx, lamp("1"), clocks.Met, tx.Now()); err != nil {
				return err
			}
			return h.m.Rematch(ctx, tx, lamp("1"), clocks.Match{})
		})
		if ended := h.clock("1", clocks.FirstAnswer); ended.Running() {
			t.Error("an answered thing has a clock again")
		}
	})
}

func TestPromises(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		promise := func(d time.Duration) {
			h.do(func(ctx context.Context, tx *tenant.Tx) error {
				return h.m.Promise(ctx, tx, lamp("1"), 1, tx.Now().Add(d))
			})
		}
		promise(100 * time.Hour)
		promise(200 * time.Hour)
		c := h.clock("1", clocks.PromiseDue)
		if !c.DueAt.Equal(tenanttest.Start().Add(200*time.Hour)) || !c.NextAt.Equal(tenanttest.Start().Add(152*time.Hour)) {
			t.Errorf("%+v", c)
		}
		h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			all, err := clocks.Of(ctx, tx, []subject.Ref{lamp("1")})
			if len(all[lamp("1")]) != 2 {
				t.Error("the first promise is not kept in the history")
			}
			return err
		})
	})
}

func TestCalendarChangeIsPreviewedAndFollowed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		target := h.policy(calendar.Target{Amount: 3, Unit: calendar.WorkingDays, EndOfDay: true}, false, step(clocks.AfterDue, 0, "head"))
		archiveOthers(t, h)
		h.start("1", tenanttest.Start())
		was := h.clock("1", clocks.FirstAnswer).DueAt
		other := *target
		other.Term.Amount = 5
		h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			p, err := h.m.PreviewTarget(ctx, tx, &other)
			if err == nil && (p.Running != 1 || p.Moved != 1 || !p.Moves[0].From.Equal(was) || !p.Moves[0].Clock.DueAt.Equal(was.AddDate(0, 0, 2)) || p.Titles["lamp:1"] == "") {
				t.Errorf("%+v", p)
			}
			return err
		})
		h.previewed(was)
		if err := h.cal.SetDays(h.mia, []calendars.CalendarDay{{Day: "2026-11-24", Kind: calendars.Closed, Source: calendars.Manual, Label: i18n.Text{"sl": "Stavka"}}}); err != nil {
			t.Fatal(err)
		}
		h.Jobs(map[string]job.Handler{"clocks.recompute": h.m.Jobs()["clocks.recompute"]})
		if got := h.clock("1", clocks.FirstAnswer).DueAt; !got.Equal(was.AddDate(0, 0, 1)) || !h.due["1"].Equal(got) {
			t.Errorf("a closed day moved it from %s to %s", was, got)
		}
		if err := h.m.SaveTarget(h.mia, &other, true); err != nil {
			t.Fatal(err)
		}
		if got := h.clock("1", clocks.FirstAnswer).DueAt; !got.Equal(was.AddDate(0, 0, 5)) {
			t.Errorf("five working days with a closed day end %s", got)
		}
	})
}

// many starts clocks behind the doors, n of them, of which late are due now.
func many(t testing.TB, h *house, target *clocks.ClockTarget, n, late int) {
	t.Helper()
	on := make([]subject.Ref, n)
	for i := range on {
		on[i] = lamp(fmt.Sprint(i))
	}
	h.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		return clockstest.Run(ctx, tx, target, tenanttest.Start(), on, late)
	})
}

// previewed asks the pages of calendars what a closed day and a shorter week would do; nothing is changed by asking.
func (h *house) previewed(was time.Time) {
	h.T.Helper()
	app := h.Serve(tenanttest.People(map[string]context.Context{"mia": h.mia}), h.m, h.cal).App()
	for path, form := range map[string]url.Values{
		"/days":  {"from": {"2026-11-24"}, "kind": {"closed"}, "action": {"preview"}},
		"/usual": {"name.sl": {"Urad"}, "day1": {"8-15"}, "day5": {"8-15"}, "default": {"1"}, "action": {"preview"}},
	} {
		r := httptest.NewRequest("POST", "http://kamnik.localhost/admin/calendars"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Cookie", "glas=mia")
		res, err := app.Test(r, -1)
		if err != nil {
			h.T.Fatal(err)
		}
		page, err := io.ReadAll(res.Body)
		if err != nil {
			h.T.Fatal(err)
		}
		if res.StatusCode != 200 || !strings.Contains(string(page), "Premaknjenih: 1") {
			h.T.Errorf("the preview of %s answers %d", path, res.StatusCode)
		}
	}
	if got := h.clock("1", clocks.FirstAnswer).DueAt; !got.Equal(was) {
		h.T.Error("a preview moved a clock")
	}
}

// TestReopenReviewBeginsOnlyWhenNamed: it began with everything else, so that every case was late for a request that nobody had made.
func TestReopenReviewBeginsOnlyWhenNamed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := &clocks.ClockPolicy{Name: i18n.Text{"sl": "Vse"}}
		if err := h.m.SavePolicy(h.mia, p); err != nil {
			t.Fatal(err)
		}
		for _, metric := range []string{clocks.FirstAnswer, clocks.Acknowledge, clocks.ReopenReview} {
			if err := h.m.SaveTarget(h.mia, &clocks.ClockTarget{PolicyID: p.ID, Metric: metric, Term: hours48}, false); err != nil {
				t.Fatal(err)
			}
		}
		open := clocks.Opening{Ref: lamp("1"), Cycle: 1, Match: clocks.Match{Kind: "defect"}, At: tenanttest.Start(), Without: []string{clocks.Acknowledge}}
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			if err := h.m.Start(ctx, tx, open); err != nil {
				return err
			}
			return h.m.Rematch(ctx, tx, lamp("1"), clocks.Match{Kind: "praise"})
		})
		if h.clock("1", clocks.ReopenReview).ID != "" {
			t.Error("it runs before anybody asked")
		}
		if h.clock("1", clocks.FirstAnswer).ID == "" {
			t.Error("the first answer has no clock")
		}
		open.Metrics, open.Without = []string{clocks.ReopenReview}, nil
		h.do(func(ctx context.Context, tx *tenant.Tx) error { return h.m.Start(ctx, tx, open) })
		if c := h.clock("1", clocks.ReopenReview); c.ID == "" || !c.Running() {
			t.Error("it does not run when it was asked for")
		}
	})
}

// TestReviveGoesOnWithPauses: clocks of a case that was joined to another and taken apart again began anew, without the time they had
// stood still.
func TestReviveGoesOnWithPauses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.policy(hours48, true)
		start := tenanttest.Start()
		h.start("1", start)
		at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
		step := func(hours int, fn func(ctx context.Context, tx *tenant.Tx) error) {
			h.Clock.Set(at(hours))
			h.do(fn)
		}
		step(2, func(ctx context.Context, tx *tenant.Tx) error {
			return h.m.Pause(ctx, tx, lamp("1"), "asked", tx.Now())
		})
		step(5, func(ctx context.Context, tx *tenant.Tx) error { return h.m.Resume(ctx, tx, lamp("1"), tx.Now()) })
		step(6, func(ctx context.Context, tx *tenant.Tx) error {
			return h.m.Pause(ctx, tx, lamp("1"), "asked", tx.Now())
		})
		step(8, func(ctx context.Context, tx *tenant.Tx) error {
			return h.m.StopAll(ctx, tx, lamp("1"), clocks.Merged, tx.Now())
		})
		step(10, func(ctx context.Context, tx *tenant.Tx) error {
			return h.m.Revive(ctx, tx, lamp("1"), clocks.Merged, at(8))
		})
		if c := h.clock("1", clocks.FirstAnswer); !c.Running() || !c.PausedSince.Equal(at(6)) {
			t.Errorf("after taking apart: running %v, paused since %v", c.Running(), c.PausedSince)
		}
		step(11, func(ctx context.Context, tx *tenant.Tx) error { return h.m.Resume(ctx, tx, lamp("1"), tx.Now()) })
		if c := h.clock("1", clocks.FirstAnswer); !c.DueAt.Equal(at(48 + 3 + 5)) {
			t.Errorf("due %v, want %v", c.DueAt, at(56))
		}
	})
}

// TestWaitingForAnotherAuthorityStopsOnlyWhatSaysSo: whoever noted that he waits for another authority stopped the 48 hours of the citizen.
func TestWaitingForAnotherAuthorityStopsOnlyWhatSaysSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		target := h.policy(hours48, true)
		h.start("1", tenanttest.Start())
		wait := func(one string) {
			t.Helper()
			h.do(func(ctx context.Context, tx *tenant.Tx) error {
				return h.m.Pause(ctx, tx, lamp(one), clocks.Outside, tx.Now())
			})
		}
		if wait("1"); !h.clock("1", clocks.FirstAnswer).PausedSince.IsZero() {
			t.Error("stands still although the citizen is not waited for")
		}
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			return h.m.Pause(ctx, tx, lamp("1"), "waiting_reporter", tx.Now())
		})
		if h.clock("1", clocks.FirstAnswer).PausedSince.IsZero() {
			t.Error("runs although the citizen is waited for")
		}
		target.PausableOutside = true
		if err := h.m.SaveTarget(h.mia, target, false); err != nil {
			t.Fatal(err)
		}
		h.start("2", h.Clock.Now())
		if wait("2"); h.clock("2", clocks.FirstAnswer).PausedSince.IsZero() {
			t.Error("runs although the municipality says that it stands still")
		}
	})
}
