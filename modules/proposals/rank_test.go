package proposals

import (
	"context"
	"slices"
	"testing"
	"time"

	"glas/internal/fault"
	"glas/internal/job"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

func TestOrderLostSightOfWhatChanged(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		a, b, c := w.propose(w.ana, "Klopi na Cankarjevi ulici"), w.propose(w.bor, "Pitnik na glavnem trgu"), w.propose(w.bor, "Drevored ob reki Paki")
		for i := range 5 {
			w.vote(w.citizen(i), b, votes.ValueSupport)
			if i < 3 {
				w.vote(w.citizen(i), c, votes.ValueSupport)
			}
		}
		order := func(sort string, want ...string) {
			t.Helper()
			w.View(w.ana, func(ctx context.Context, tx *tenant.Tx) error {
				var got []string
				for after := ""; ; { // a page for each
					list, next, err := stored.List(ctx, tx, stored.Filter{ConsultationID: w.c.ID, Sort: sort, After: after, Limit: 1})
					if err != nil {
						return err
					}
					for _, p := range list {
						got = append(got, p.ID)
					}
					if after = next; after == "" {
						break
					}
				}
				if len(got) != len(want) {
					t.Fatalf("%s: %d are listed, want %d", sort, len(got), len(want))
				}
				for i := range want {
					if got[i] != want[i] {
						t.Errorf("%s: place %d has another one", sort, i+1)
					}
				}
				return nil
			})
		}
		order(stored.SortSupported, b.ID, c.ID, a.ID)
		order(stored.SortTrending, b.ID, c.ID, a.ID)
		for i := range 5 {
			w.vote(w.citizen(i), b, votes.Withdraw)
		}
		order(stored.SortSupported, c.ID, b.ID, a.ID)
		if _, err := w.m.Withdraw(w.bor, c.Number, "Občina je drevje že posadila."); err != nil {
			t.Fatal(err)
		}
		order(stored.SortSupported, b.ID, a.ID)
		order(stored.SortTrending, b.ID, a.ID)
	})
}

func TestVotesWentOnByOldRules(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		p := w.propose(w.ana, "Klopi na Cankarjevi ulici")
		w.vote(w.citizen(1), p, votes.ValueSupport)
		w.rules(func(s *consultations.Switches) { s.Votes = consultations.VoteRule{} })
		_, err := w.votes.Cast(w.citizen(2), votes.Command{Ref: p.Ref(), Value: votes.ValueSupport})
		if err == nil {
			t.Error("a vote was taken after voting was switched off")
		}
		w.rules(func(s *consultations.Switches) { s.Votes = consultations.VoteRule{Kind: "support"} })
		w.vote(w.citizen(2), p, votes.ValueSupport)
		w.Clock.Add(40 * 24 * time.Hour)
		_, err = w.votes.Cast(w.citizen(3), votes.Command{Ref: p.Ref(), Value: votes.ValueSupport})
		wantKind(t, err, fault.KindForbidden)
	})
}

func TestHiddenCountsDoNotMoveAPlace(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.rules(func(s *consultations.Switches) {
			s.Votes = consultations.VoteRule{Kind: "support", HideCounts: votes.HideUntilClosed}
		})
		list := []*Proposal{w.propose(w.ana, "Klopi na Cankarjevi ulici"), w.propose(w.bor, "Pitnik na glavnem trgu"), w.propose(w.bor, "Drevored ob reki Paki")}
		order := func(sort string) (out []string) {
			w.View(w.ana, func(ctx context.Context, tx *tenant.Tx) error {
				for after := ""; ; { // a page for each, over all consultations
					page, next, err := stored.List(ctx, tx, stored.Filter{Sort: sort, After: after, Limit: 1})
					if err != nil {
						return err
					}
					for _, p := range page {
						out = append(out, p.ID)
					}
					if after = next; after == "" {
						return nil
					}
				}
			})
			return out
		}
		sorts := []string{stored.SortSupported, stored.SortTrending}
		before := map[string][]string{}
		for _, s := range sorts {
			before[s] = order(s)
		}
		last := before[stored.SortSupported][2]
		for _, p := range list {
			if p.ID == last {
				for i := range 5 {
					w.vote(w.citizen(i), p, votes.ValueSupport)
				}
				w.vote(w.citizen(1), p, votes.Withdraw)
			}
		}
		for _, s := range sorts {
			if got := order(s); !slices.Equal(got, before[s]) {
				t.Errorf("%s: hidden votes moved a place", s)
			}
		}
		// A place is not brought up to date by another change either.
		if _, err := w.m.Withdraw(w.bor, list[1].Number, "Pitnik je občina že postavila."); err != nil {
			t.Fatal(err)
		}
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := stored.CountComments(ctx, tx, last, 1)
			return err
		})
		for _, s := range sorts {
			want := slices.DeleteFunc(slices.Clone(before[s]), func(id string) bool { return id == list[1].ID })
			if got := order(s); !slices.Equal(got, want) {
				t.Errorf("%s: a place told hidden votes after another change", s)
			}
		}
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := votes.Freeze(ctx, tx, votes.ScopeRef(w.phase.ID))
			if err != nil {
				return err
			}
			return tx.Enqueue(ctx, job.Spec{Kind: w.m.Subscriptions()[votes.FrozenResult{}.EventName()][0], Payload: votes.FrozenResult{Ref: votes.ScopeRef(w.phase.ID)}})
		})
		w.Jobs(w.m.Jobs())
		if last != list[1].ID {
			for _, s := range sorts {
				if got := order(s); got[0] != last {
					t.Errorf("%s: the result is frozen, and its place is not that of four supports", s)
				}
			}
		}
	})
}
