package votes_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func TestSamePressTwiceIsOneVote(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		add(w, w.A, thing("a", votes.Support), thing("c", votes.Choice), thing("r", votes.Rating))
		ctx := citizen(w, w.A, 1)
		for range 3 {
			if r := cast(t, m, ctx, "a", "support"); r.Total.Up != 1 || r.Total.Count != 1 || r.Mine.Says() != "support" {
				t.Fatalf("after a press: %+v", r)
			}
		}
		cast(t, m, association(w, w.A, 1), "c", "for")
		cast(t, m, ctx, "c", "for")
		if r := cast(t, m, ctx, "c", "against"); r.Total.Up != 1 || r.Total.Down != 1 || r.Total.Count != 2 || r.Total.Associations != 1 {
			t.Errorf("after a change: %+v", r.Total)
		}
		cast(t, m, ctx, "r", "2")
		if r := cast(t, m, ctx, "r", "5"); r.Total.Average() != 5 || r.Mine.Number() != 5 {
			t.Errorf("after another rating: %+v", r.Total)
		}
		for range 2 {
			if r := cast(t, m, ctx, "a", votes.Withdraw); r.Total.Count != 0 || r.Mine != nil {
				t.Errorf("after a withdrawal: %+v", r)
			}
		}
		recounted(t, w, w.A)
	})
}

func TestRefusals(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		ends := thing("ends", votes.Support)
		ends.ClosesAt = w.Clock.Now().Add(time.Hour)
		add(w, w.A, thing("a", votes.Support), thing("closed", votes.Support), ends)
		blocked := w.Ctx(w.A, authz.Actor{ID: "b", Kind: authz.Citizen, Level: authz.LevelEmail, Blocked: true})
		for _, c := range []struct {
			ctx   context.Context
			ref   subject.Ref
			value string
			want  fault.Kind
		}{
			{w.Visitor(w.A), ref("a"), "support", fault.KindSignIn},
			{w.Visitor(w.A), ref("closed"), "support", fault.KindForbidden},
			{blocked, ref("a"), "support", fault.KindForbidden},
			{citizen(w, w.A, 1), ref("closed"), "support", fault.KindForbidden},
			{citizen(w, w.A, 1), ref("a"), "against", fault.KindInvalid},
			{citizen(w, w.A, 1), ref("a"), "", fault.KindInvalid},
			{citizen(w, w.A, 1), ref("nothing"), "support", fault.KindNotFound},
			{citizen(w, w.A, 1), subject.Ref{Kind: "other", ID: "a"}, "support", fault.KindNotFound},
			{citizen(w, w.B, 1), ref("a"), "support", fault.KindNotFound},
		} {
			if _, err := m.Cast(c.ctx, votes.Command{Ref: c.ref, Value: c.value}); fault.KindOf(err) != c.want {
				t.Errorf("%s %q: %v, want %s", c.ref, c.value, err, c.want)
			}
		}
		cast(t, m, citizen(w, w.A, 1), "ends", "support")
		w.Clock.Add(time.Hour)
		for _, value := range []string{"support", votes.Withdraw} {
			if _, err := m.Cast(citizen(w, w.A, 2), votes.Command{Ref: ref("ends"), Value: value}); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s at the close: %v", value, err)
			}
		}
		if got := recounted(t, w, w.A)["ends"].Count; got != 1 {
			t.Errorf("counted %d", got)
		}
	})
}

// crowd lets clients vote, change and withdraw at random and at once.
func crowd(t *testing.T, w *tenanttest.World, modules []*votes.Module, clients, each int) {
	t.Helper()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(c), 7))
			m, in := modules[c%len(modules)], w.A
			if c%3 == 0 {
				in = w.B
			}
			for range each {
				ctx := citizen(w, in, random.IntN(12))
				if random.IntN(4) == 0 {
					ctx = association(w, in, random.IntN(4))
				}
				id := []string{"s1", "s2", "c1", "r1"}[random.IntN(4)]
				kind := map[byte]votes.Kind{'s': votes.Support, 'c': votes.Choice, 'r': votes.Rating}[id[0]]
				values := append(kind.Values(), votes.Withdraw)
				if _, err := m.Cast(ctx, votes.Command{Ref: ref(id), Value: values[random.IntN(len(values))]}); err != nil {
					t.Errorf("vote on %s: %v", id, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestTotalsAreExactUnderACrowd(t *testing.T) {
	for _, alone := range []bool{false, true} {
		t.Run(fmt.Sprintf("alone=%v", alone), func(t *testing.T) {
			tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
				m := module(t, w, &host{alone: alone})
				for _, in := range []*tenant.Tenant{w.A, w.B} {
					add(w, in, thing("s1", votes.Support), thing("s2", votes.Support), thing("c1", votes.Choice), thing("r1", votes.Rating))
				}
				crowd(t, w, []*votes.Module{m}, 32, 40)
				recounted(t, w, w.A)
				recounted(t, w, w.B)
			})
		})
	}
}

func TestTotalsAreExactAcrossInstances(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		first, second := module(t, w, &host{}), module(t, w, &host{})
		for _, in := range []*tenant.Tenant{w.A, w.B} {
			add(w, in, thing("s1", votes.Support), thing("s2", votes.Support), thing("c1", votes.Choice), thing("r1", votes.Rating))
		}
		crowd(t, w, []*votes.Module{first, second}, 32, 40)
		recounted(t, w, w.A)
		recounted(t, w, w.B)
	})
}

func TestQuotaHoldsWhenEverythingIsPressedAtOnce(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		modules := []*votes.Module{module(t, w, &host{}), module(t, w, &host{})}
		for i := range 10 {
			th := thing(fmt.Sprintf("q%d", i), votes.Support)
			th.Scope, th.Quota = "budget", 3
			add(w, w.A, th)
		}
		var wg sync.WaitGroup
		var granted, refused atomic.Int64
		for voter := range 4 {
			for i := range 10 {
				wg.Go(func() {
					_, err := modules[i%2].Cast(citizen(w, w.A, voter), votes.Command{Ref: ref(fmt.Sprintf("q%d", i)), Value: "support"})
					f, _ := fault.As(err)
					switch {
					case err == nil:
						granted.Add(1)
					case fault.Is(err, fault.KindConflict) && f.Message.ID == "votes.error.quota_reached":
						refused.Add(1)
					default:
						t.Errorf("vote: %v", err)
					}
				})
			}
		}
		wg.Wait()
		if granted.Load() != 12 || refused.Load() != 28 {
			t.Errorf("%d votes were taken and %d refused, want 12 and 28", granted.Load(), refused.Load())
		}
		recounted(t, w, w.A)
		ctx := citizen(w, w.A, 0)
		w.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			if n, err := votes.Scope(ctx, tx, "voter0", "budget"); err != nil || n != 3 {
				t.Errorf("used %d (%v), want 3", n, err)
			}
			return nil
		})
	})
}

func TestQuotaIsGivenBack(t *testing.T) {
	w := tenanttest.New(t)
	m := module(t, w, &host{})
	for i := range 3 {
		th := thing(fmt.Sprintf("q%d", i), votes.Support)
		th.Scope, th.Quota = "budget", 2
		add(w, w.A, th)
	}
	ctx := citizen(w, w.A, 1)
	cast(t, m, ctx, "q0", "support")
	if r := cast(t, m, ctx, "q1", "support"); r.Used != 2 {
		t.Errorf("used %d", r.Used)
	}
	if _, err := m.Cast(ctx, votes.Command{Ref: ref("q2"), Value: "support"}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("third of two: %v", err)
	}
	if r := cast(t, m, ctx, "q0", votes.Withdraw); r.Used != 1 {
		t.Errorf("used %d after a withdrawal", r.Used)
	}
	if r := cast(t, m, ctx, "q2", "support"); r.Used != 2 {
		t.Errorf("used %d", r.Used)
	}
}

func TestOneBadVoteHarmsNobodyElse(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{broken: "bad"})
		add(w, w.A, thing("good", votes.Support), thing("bad", votes.Support))
		gone, leave := context.WithCancel(citizen(w, w.A, 99))
		leave()
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				switch {
				case i%20 == 0:
					if _, err := m.Cast(gone, votes.Command{Ref: ref("good"), Value: "support"}); err != nil && !errors.Is(err, context.Canceled) {
						t.Errorf("vote of somebody who left: %v", err)
					}
				case i%10 == 5:
					if _, err := m.Cast(citizen(w, w.A, i), votes.Command{Ref: ref("bad"), Value: "support"}); err == nil {
						t.Error("a vote that could not be counted was confirmed")
					}
				default:
					if _, err := m.Cast(citizen(w, w.A, i), votes.Command{Ref: ref("good"), Value: "support"}); err != nil {
						t.Errorf("vote beside a bad one: %v", err)
					}
				}
			})
		}
		wg.Wait()
		// Whoever left may or may not have been counted, and is waited for by the next vote of the same municipality.
		cast(t, m, citizen(w, w.A, 99), "good", "support")
		if got := recounted(t, w, w.A)["good"].Count; got != 52 {
			t.Errorf("counted %d, want 52", got)
		}
	})
}

func TestVotesOfADeletedAccountStayAsCounts(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		add(w, w.A, thing("a", votes.Support), thing("c", votes.Choice))
		add(w, w.B, thing("a", votes.Support))
		cast(t, m, citizen(w, w.A, 1), "a", "support")
		cast(t, m, citizen(w, w.A, 1), "c", "for")
		cast(t, m, citizen(w, w.A, 1), "c", "against")
		cast(t, m, citizen(w, w.A, 2), "a", "support")
		cast(t, m, citizen(w, w.B, 1), "a", "support")
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Enqueue(ctx, job.Spec{Kind: "votes.forget", Payload: map[string]string{"account_id": "voter1"}})
		})
		w.Jobs(m.Jobs())
		all := recounted(t, w, w.A)
		if all["a"].Up != 2 || all["c"].Down != 1 {
			t.Errorf("counts changed: %+v", all)
		}
		w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			var rows []*votes.Vote
			if err := tx.Select(&rows).Where("voter_id <> ?", "voter2").Scan(ctx); err != nil {
				return err
			}
			if len(rows) != 2 || rows[0].VoterID == rows[1].VoterID || strings.Contains(rows[0].VoterID+rows[1].VoterID, "voter1") {
				t.Errorf("votes can be linked: %+v %+v", rows[0], rows[1])
			}
			n, err := tx.Select((*votes.VoteChange)(nil)).Where("voter_id = ?", "voter1").Count(ctx)
			if n != 0 {
				t.Errorf("%d changes still name the account", n)
			}
			return err
		})
		w.View(w.Visitor(w.B), func(ctx context.Context, tx *tenant.Tx) error {
			n, err := tx.Select((*votes.Vote)(nil)).Where("voter_id = ?", "voter1").Count(ctx)
			if n != 1 {
				t.Error("an account of the same id elsewhere was forgotten too")
			}
			return err
		})
	})
}
