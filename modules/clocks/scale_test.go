package clocks_test

import (
	"context"
	"testing"
	"time"

	"glas/internal/db"
	"glas/internal/job"
	"glas/modules/clocks"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// TestCheckLooksOnlyAtWhatIsDue counts statements: as many for 10,000 running clocks as for 600, and one when nothing is due.
func TestCheckLooksOnlyAtWhatIsDue(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		target := h.policy(hours48, false, step(clocks.FromStart, 24, "head"), step(clocks.AfterDue, 0, "head"))
		check := func() int {
			ctx, counter := db.Counting(h.Visitor(h.A))
			if err := h.m.Jobs()["clocks.check"](ctx, job.Job{}); err != nil {
				t.Fatal(err)
			}
			return counter.N()
		}
		many(t, h, target, 600, 0)
		if n := check(); n > 3 {
			t.Errorf("%d statements when nothing is due", n)
		}
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Delete((*clocks.Clock)(nil)).Where("1 = 1").Exec(ctx)
			return err
		})
		many(t, h, target, 10_000, 300)
		n := check()
		if n > 24 {
			t.Errorf("%d statements for 300 clocks that are due", n)
		}
		if got := h.letters()["head@kamnik.example"]; len(got) != 1 {
			t.Errorf("%d letters to one person", len(got))
		}
		h.Clock.Set(tenanttest.Start().Add(48 * time.Hour))
		check() // half of them
		check() // the other half
		if got := h.letters()["head@kamnik.example"]; len(got) != 3 {
			t.Errorf("%d letters to one person", len(got))
		}
		if m := check(); m > 3 {
			t.Errorf("%d statements when everything was told", m)
		}
	})
}

// TestMoreDueThanOneRunDoes: a run takes five thousand at most, and the next ones take the rest, each once.
func TestMoreDueThanOneRunDoes(t *testing.T) {
	w := tenanttest.New(t)
	h := open(t, w)
	target := h.policy(hours48, false, step(clocks.AfterDue, 0, "head"))
	many(t, h, target, 5_600, 0)
	h.Clock.Set(tenanttest.Start().Add(48 * time.Hour))
	fired := func() (n int64) {
		h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) (err error) {
			n, err = tx.Select((*clocks.ClockFiring)(nil)).Count(ctx)
			return err
		})
		return n
	}
	for i, want := range []int64{5_000, 5_600, 5_600} {
		h.run("clocks.check")
		if got := fired(); got != want {
			t.Errorf("after run %d the ladder acted %d times, want %d", i+1, got, want)
		}
	}
}

// BenchmarkCheck measures a run of the check over 10,000 running clocks: none due, 300 due, and all due at once; and the recomputation
// of all when a calendar changed.
func BenchmarkCheck(b *testing.B) {
	for _, x := range []struct {
		name string
		late int
		job  string
	}{{"none_due", 0, "clocks.check"}, {"300_due", 300, "clocks.check"}, {"all_due", 10_000, "clocks.check"}, {"recompute_all", 0, "clocks.recompute"}} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				h := open(b, tenanttest.New(b))
				target := h.policy(hours48, false, step(clocks.FromStart, 24, "head"), step(clocks.FromStart, 44, "head"), step(clocks.AfterDue, 0, "head"))
				many(b, h, target, 10_000, x.late)
				b.StartTimer()
				h.run(x.job)
			}
			if each := b.Elapsed() / time.Duration(b.N); x.job == "clocks.check" && each > 2*time.Second {
				b.Errorf("%v, at most 2 s are allowed", each)
			}
		})
	}
}
