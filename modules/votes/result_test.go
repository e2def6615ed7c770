package votes_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"glas/internal/fault"
	"glas/internal/subject"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func snapshot(w *tenanttest.World, in *tenant.Tenant, of subject.Ref) (s *votes.VoteSnapshot) {
	w.T.Helper()
	w.View(w.Visitor(in), func(ctx context.Context, tx *tenant.Tx) (err error) {
		s, err = votes.Snapshot(ctx, tx, of)
		return err
	})
	return s
}

func TestFrozenResultKeepsItsFingerprint(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		c := thing("c", votes.Choice)
		c.Scope = "phase1"
		add(w, w.A, c, thing("other", votes.Support))
		add(w, w.B, thing("c", votes.Choice))
		cast(t, m, citizen(w, w.A, 1), "c", "for")
		cast(t, m, citizen(w, w.A, 2), "c", "against")
		cast(t, m, association(w, w.A, 1), "c", "for")
		if _, err := m.Cast(citizen(w, w.A, 3), votes.Command{Ref: ref("c"), Value: "for", Channel: votes.ChannelPaper}); err != nil {
			t.Fatal(err)
		}
		var first, again, whole *votes.VoteSnapshot
		freeze := func(of subject.Ref) (s *votes.VoteSnapshot) {
			w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
				s, err = votes.Freeze(ctx, tx, of)
				return err
			})
			return s
		}
		if snapshot(w, w.A, ref("c")) != nil {
			t.Error("a result before the close")
		}
		first, whole = freeze(ref("c")), freeze(votes.ScopeRef("phase1"))
		w.Clock.Add(time.Hour)
		again = freeze(ref("c"))
		stored := snapshot(w, w.A, ref("c"))
		for _, s := range []*votes.VoteSnapshot{again, stored} {
			if s.Hash != first.Hash || s.Body != first.Body || !s.FrozenAt.Equal(first.FrozenAt) {
				t.Errorf("the result changed: %+v, first %+v", s, first)
			}
		}
		sum := sha256.Sum256([]byte(stored.Body))
		if hex.EncodeToString(sum[:]) != stored.Hash {
			t.Error("the fingerprint is not that of the text")
		}
		for _, s := range []*votes.VoteSnapshot{first, whole} {
			var r struct {
				Subjects []struct {
					Votes                          int64
					By_value, By_channel, By_voter map[string]int64
				}
			}
			if err := json.Unmarshal([]byte(s.Body), &r); err != nil || len(r.Subjects) != 1 {
				t.Fatalf("%s: %v", s.Body, err)
			}
			got := r.Subjects[0]
			if got.Votes != 4 || got.By_value["for"] != 3 || got.By_channel["paper"] != 1 || got.By_voter["association"] != 1 {
				t.Errorf("counted %+v", got)
			}
		}
		for _, value := range []string{"for", votes.Withdraw} {
			if _, err := m.Cast(citizen(w, w.A, 2), votes.Command{Ref: ref("c"), Value: value}); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s after the freeze: %v", value, err)
			}
		}
		cast(t, m, citizen(w, w.A, 2), "other", "support")
		cast(t, m, citizen(w, w.B, 2), "c", "for")
		if snapshot(w, w.B, ref("c")) != nil {
			t.Error("another municipality's result was frozen too")
		}
		recounted(t, w, w.A)
	})
}

func TestFreezeFollowsTheEndOfThePhase(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		add(w, w.A, thing("a", votes.Support))
		cast(t, m, citizen(w, w.A, 1), "a", "support")
		at := func(when time.Time) {
			w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error { return votes.FreezeAt(ctx, tx, ref("a"), when) })
		}
		start := w.Clock.Now()
		at(start.Add(time.Hour))
		at(start.Add(2 * time.Hour)) // the phase was extended
		w.Clock.Set(start.Add(time.Hour))
		w.Jobs(m.Jobs())
		if snapshot(w, w.A, ref("a")) != nil {
			t.Fatal("frozen at the old end")
		}
		cast(t, m, citizen(w, w.A, 2), "a", "support")
		at(time.Time{})
		w.Clock.Set(start.Add(2 * time.Hour))
		w.Jobs(m.Jobs())
		if snapshot(w, w.A, ref("a")) != nil {
			t.Fatal("frozen although it was called off")
		}
		at(start.Add(3 * time.Hour))
		w.Clock.Set(start.Add(3 * time.Hour))
		w.Jobs(m.Jobs())
		if s := snapshot(w, w.A, ref("a")); s == nil || !strings.Contains(s.Body, `"votes": 2`) {
			t.Fatalf("result: %+v", s)
		}
	})
}

func TestHiddenCountsStayHidden(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		end := w.Clock.Now().Add(time.Hour)
		for _, kind := range []votes.Kind{votes.Support, votes.Choice, votes.Rating, votes.Helpful} {
			for _, hide := range []string{votes.HideUntilVoted, votes.HideUntilClosed} {
				id := string(kind) + "-" + hide
				th := thing(id, kind)
				th.HideCounts, th.ClosesAt = hide, end
				add(w, w.A, th)
				for n := range 47 {
					cast(t, m, citizen(w, w.A, n), id, kind.Values()[0])
				}
			}
		}
		sees := func(ctx context.Context, id string) bool {
			var shown bool
			w.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				v, err := m.Look(ctx, tx, ref(id))
				if err != nil {
					return err
				}
				var page bytes.Buffer
				if err := votes.Form(v).Render(ctx, &page); err != nil {
					return err
				}
				for _, f := range v.Facts(ctx) {
					page.WriteString(f.Text)
				}
				shown = strings.Contains(page.String(), "47")
				if shown != v.Shown || strings.Contains(page.String(), "⟦") || strings.Contains(page.String(), "-1") {
					t.Errorf("%s: shown %v, page %s", id, v.Shown, page.String())
				}
				return nil
			})
			return shown
		}
		check := func(when string, ctx context.Context, voted, closed bool) {
			for _, kind := range []votes.Kind{votes.Support, votes.Choice, votes.Rating, votes.Helpful} {
				if got := sees(ctx, string(kind)+"-"+votes.HideUntilVoted); got != voted {
					t.Errorf("%s, until_voted, %s: shown %v", when, kind, got)
				}
				if got := sees(ctx, string(kind)+"-"+votes.HideUntilClosed); got != closed {
					t.Errorf("%s, until_closed, %s: shown %v", when, kind, got)
				}
			}
		}
		check("visitor", w.Visitor(w.A), false, false)
		check("not voted", citizen(w, w.A, 99), false, false)
		check("voted", citizen(w, w.A, 1), true, false)
		w.Clock.Set(end)
		check("closed", w.Visitor(w.A), true, true)
	})
}

func TestAListCostsTwoStatements(t *testing.T) {
	w := tenanttest.New(t)
	m := module(t, w, &host{})
	var ballots []votes.Ballot
	for _, id := range []string{"a", "b", "c"} {
		th := thing(id, votes.Support)
		th.Scope, th.Quota = "budget", 2
		add(w, w.A, th)
		ballots = append(ballots, votes.Ballot{Ref: ref(id), Kind: votes.Support, Scope: "budget", Quota: 2})
	}
	ctx := citizen(w, w.A, 1)
	cast(t, m, ctx, "b", "support")
	ctx, counter := counting(ctx)
	w.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		views, err := votes.For(ctx, tx, ballots)
		if err != nil {
			return err
		}
		if v := views[ref("b")]; v.Mine == nil || v.Total.Up != 1 || v.Used != 1 || views[ref("a")].Mine != nil {
			t.Errorf("view %+v", v)
		}
		return nil
	})
	if counter.N() > 2 {
		t.Errorf("%d statements", counter.N())
	}
}

func TestJoinedVotesCountOnce(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		add(w, w.A, thing("from", votes.Support), thing("to", votes.Support))
		for n := range 5 {
			cast(t, m, citizen(w, w.A, n), "from", "support")
		}
		cast(t, m, citizen(w, w.A, 4), "to", "support")
		cast(t, m, citizen(w, w.A, 5), "to", "support")
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error { return m.Join(ctx, tx, ref("from"), ref("to")) })
		w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			totals, err := votes.Totals(ctx, tx, []subject.Ref{ref("from"), ref("to")})
			if totals[ref("from")].Count != 0 || totals[ref("to")].Up != 6 {
				t.Errorf("joined %+v", totals)
			}
			return err
		})
		if r := cast(t, m, citizen(w, w.A, 9), "to", "support"); r.Total.Up != 7 {
			t.Errorf("the next vote made it %d", r.Total.Up)
		}
	})
}

func TestResultIsFrozenAtTheEndByItself(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		end := w.Clock.Now().Add(time.Hour)
		one, two, alone := thing("one", votes.Support), thing("two", votes.Support), thing("alone", votes.Choice)
		one.Scope, two.Scope = "phase1", "phase1"
		for _, th := range []*VoteThing{one, two, alone} {
			th.ClosesAt = end
		}
		add(w, w.A, one, two, alone)
		for n, id := range []string{"one", "two"} {
			cast(t, m, citizen(w, w.A, n), id, "support")
		}
		cast(t, m, citizen(w, w.A, 1), "alone", "abstain")
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error { // the phase is extended, and nobody says so
			_, err := tx.Update((*VoteThing)(nil)).Set("closes_at = ?", end.Add(time.Hour)).Where("id <> ?", "alone").Exec(ctx)
			return err
		})
		w.Clock.Set(end)
		w.Jobs(m.Jobs())
		if snapshot(w, w.A, ref("alone")) == nil || snapshot(w, w.A, ref("one")) != nil {
			t.Error("at the first end only what was not extended is frozen")
		}
		cast(t, m, citizen(w, w.A, 2), "one", "support")
		w.Clock.Set(end.Add(time.Hour))
		w.Jobs(m.Jobs())
		first, second := snapshot(w, w.A, ref("one")), snapshot(w, w.A, ref("two"))
		if first == nil || second == nil || first.Hash != second.Hash || first.Ref() != votes.ScopeRef("phase1") {
			t.Fatalf("result of the phase: %+v and %+v", first, second)
		}
		if n := strings.Count(first.Body, `"votes": 2,`) + strings.Count(first.Body, `"votes": 1,`); n != 2 {
			t.Errorf("result %s", first.Body)
		}
		if snapshot(w, w.B, ref("one")) != nil {
			t.Error("another municipality sees it")
		}
	})
}
