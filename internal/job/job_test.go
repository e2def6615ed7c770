package job_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/job"
	"glas/internal/testenv"
)

var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

type bench struct {
	db    *db.DB
	clock *clock.Fixed
	ran   []string
	mu    sync.Mutex
}

func newBench(d *db.DB) *bench { return &bench{db: d, clock: clock.NewFixed(start)} }

// handlers: "note" writes its payload down, "fail" writes it down and fails.
func (b *bench) handlers() map[string]job.Handler {
	note := func(_ context.Context, j job.Job) error {
		var what string
		if err := j.Decode(&what); err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.ran = append(b.ran, j.TenantID+"/"+what)
		return nil
	}
	return map[string]job.Handler{
		"note": note,
		"fail": func(ctx context.Context, j job.Job) error {
			return errors.Join(errors.New("the server is away"), note(ctx, j))
		},
		"refuse": func(context.Context, job.Job) error { return job.Permanent(errors.New("no such address")) },
		"panic":  func(context.Context, job.Job) error { panic("bad luck") },
	}
}

func (b *bench) runner(handlers map[string]job.Handler) *job.Runner {
	return job.New(b.db.Write, b.db.PG, b.clock, slog.New(slog.DiscardHandler), handlers)
}

func (b *bench) enqueue(t *testing.T, specs ...job.Spec) {
	t.Helper()
	if err := job.Enqueue(context.Background(), b.db.Write, b.clock.Now(), specs...); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) stats(t *testing.T) job.Stats {
	t.Helper()
	s, err := job.ReadStats(context.Background(), b.db.Read, b.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (b *bench) runDue(t *testing.T, r *job.Runner) int {
	t.Helper()
	n, err := r.RunDue(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (b *bench) expect(t *testing.T, want ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if diff := cmp.Diff(want, b.ran); diff != "" {
		t.Errorf("jobs that ran (-want +got):\n%s", diff)
	}
}

func TestJobsRunInOrderOfTheirTimeAndAreGoneAfterwards(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		r := b.runner(b.handlers())
		b.enqueue(t,
			job.Spec{Kind: "note", Payload: "later", RunAt: start.Add(time.Hour)},
			job.Spec{Kind: "note", TenantID: "kranj", Payload: "second"},
			job.Spec{Kind: "note", Payload: "first", RunAt: start.Add(-time.Minute)},
			job.Spec{Kind: "of a newer version", Payload: "?"},
		)
		if n := b.runDue(t, r); n != 2 {
			t.Errorf("ran %d, want 2", n)
		}
		b.expect(t, "/first", "kranj/second")
		b.clock.Add(time.Hour)
		b.runDue(t, r)
		b.expect(t, "/first", "kranj/second", "/later")
		want := job.Stats{Waiting: 1, Oldest: time.Hour} // nobody here knows its kind
		if diff := cmp.Diff(want, b.stats(t)); diff != "" {
			t.Errorf("stats (-want +got):\n%s", diff)
		}
	})
}

func TestJobOfARolledBackTransactionNeverRuns(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		undo := errors.New("undo")
		err := d.Write.RunInTx(context.Background(), nil, func(ctx context.Context, tx bun.Tx) error {
			if err := job.Enqueue(ctx, tx, start, job.Spec{Kind: "note", Payload: "x"}); err != nil {
				return err
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		if n := b.runDue(t, b.runner(b.handlers())); n != 0 {
			t.Errorf("ran %d", n)
		}
	})
}

func TestUniqueJobIsStoredOnceWhileItWaits(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		r := b.runner(b.handlers())
		same := job.Spec{Kind: "note", TenantID: "kranj", Payload: "a", Unique: "u"}
		other := same
		other.TenantID = "bled"
		b.enqueue(t, same, same)
		b.enqueue(t, same, other)
		b.runDue(t, r)
		b.expect(t, "kranj/a", "bled/a")
		b.enqueue(t, same) // the first has run: this is a new one
		b.runDue(t, r)
		b.expect(t, "kranj/a", "bled/a", "kranj/a")
	})
}

func TestUniqueJobEnqueuedWhileItsTwinRunsIsNotLost(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		ctx := context.Background()
		runs, inside := 0, 0
		var r *job.Runner
		spec := job.Spec{Kind: "count", TenantID: "kranj", Unique: "u"}
		r = b.runner(map[string]job.Handler{"count": func(ctx context.Context, _ job.Job) error {
			runs++
			if runs > 1 {
				return nil
			}
			b.enqueue(t, spec)
			var err error
			inside, err = r.RunDue(ctx) // must wait for its twin
			return errors.Join(err, errors.New("once more"))
		}})
		b.enqueue(t, spec)
		if _, err := r.RunDue(ctx); err == nil || !strings.Contains(err.Error(), "once more") {
			t.Fatalf("err = %v", err)
		}
		if inside != 0 {
			t.Error("a job ran beside its twin")
		}
		// The first wanted another attempt; the one that waited does the work for both.
		if runs != 2 {
			t.Errorf("ran %d times, want 2", runs)
		}
		if s := b.stats(t); s != (job.Stats{}) {
			t.Errorf("left over: %+v", s)
		}
	})
}

func TestFailingJobIsTriedAgainEverLaterAndThenKept(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		r := b.runner(b.handlers())
		ctx := context.Background()
		b.enqueue(t, job.Spec{Kind: "fail", Payload: "x", MaxAttempts: 3, Unique: "u"})
		for _, wait := range []time.Duration{0, 13 * time.Second, 26 * time.Second} {
			b.clock.Add(wait)
			if n, err := r.RunDue(ctx); n != 0 || err == nil {
				t.Fatalf("RunDue = %d, %v", n, err)
			}
			if n, err := r.RunDue(ctx); n != 0 || err != nil {
				t.Fatalf("did not wait before the next attempt: %d, %v", n, err)
			}
		}
		b.expect(t, "/x", "/x", "/x")
		b.clock.Add(24 * time.Hour)
		b.runDue(t, r)
		b.expect(t, "/x", "/x", "/x")

		failures, err := job.Failures(ctx, d.Read, 10)
		if err != nil || len(failures) != 1 {
			t.Fatalf("Failures = %v, %v", failures, err)
		}
		f := failures[0]
		if f.Attempt != 3 || f.LastError != "the server is away" || f.Kind != "fail" || !f.FailedAt.Equal(start.Add(39*time.Second)) {
			t.Errorf("failure = %+v", f)
		}
		// It does not stand in the way of a new one, and can be given another chance.
		b.enqueue(t, job.Spec{Kind: "fail", Payload: "y", Unique: "u"})
		if s := b.stats(t); s.Waiting != 1 || s.Failed != 1 {
			t.Errorf("stats = %+v", s)
		}
		if ok, err := job.Retry(ctx, d.Write, b.clock.Now(), f.ID); !ok || err != nil {
			t.Errorf("Retry = %v, %v", ok, err)
		}
		if ok, err := job.Retry(ctx, d.Write, b.clock.Now(), f.ID); ok || err != nil {
			t.Errorf("second Retry = %v, %v", ok, err)
		}
		if s := b.stats(t); s.Waiting != 2 || s.Failed != 0 {
			t.Errorf("stats after Retry = %+v", s)
		}
	})
}

func TestPermanentErrorAndPanic(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		r := b.runner(b.handlers())
		b.enqueue(t, job.Spec{Kind: "refuse"}, job.Spec{Kind: "panic"}, job.Spec{Kind: "note", Payload: "still here"})
		n, err := r.RunDue(context.Background())
		if n != 1 || err == nil || !strings.Contains(err.Error(), "bad luck") || !strings.Contains(err.Error(), "no such address") {
			t.Errorf("RunDue = %d, %v", n, err)
		}
		b.expect(t, "/still here")
		if s := b.stats(t); s.Failed != 1 || s.Waiting != 1 {
			t.Errorf("stats = %+v, want the refused one failed and the panicked one waiting", s)
		}
	})
	if job.Permanent(nil) != nil {
		t.Error("Permanent(nil) is an error")
	}
}

func TestJobOfADeadInstanceIsTakenOverAfterTheLease(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		ctx := context.Background()
		b.enqueue(t, job.Spec{Kind: "note", Payload: "x", MaxAttempts: 2})
		// What a dead instance leaves behind.
		if _, err := d.Write.NewRaw("update jobs set lease_owner = 'dead', attempts = 1, lease_until = ?", start.Add(time.Minute)).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		r := b.runner(b.handlers())
		if n := b.runDue(t, r); n != 0 {
			t.Error("ran a job that belongs to another")
		}
		if s := b.stats(t); s.Running != 1 || s.Waiting != 0 {
			t.Errorf("stats = %+v", s)
		}
		b.clock.Add(time.Minute)
		if n := b.runDue(t, r); n != 1 {
			t.Errorf("ran %d after the lease", n)
		}
		// One that takes every instance with it ends, too.
		b.enqueue(t, job.Spec{Kind: "note", Payload: "deadly", MaxAttempts: 2})
		if _, err := d.Write.NewRaw("update jobs set attempts = 2").Exec(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := r.RunDue(ctx); err == nil {
			t.Error("no error for a job that never ends")
		}
		b.expect(t, "/x")
		if s := b.stats(t); s.Failed != 1 {
			t.Errorf("stats = %+v", s)
		}
	})
}

func TestPeriodicJobRunsAgainAfterItsIntervalWhateverHappens(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		ctx := context.Background()
		runs, fail := 0, false
		handlers := map[string]job.Handler{"sweep": func(context.Context, job.Job) error {
			runs++
			if fail {
				return job.Permanent(errors.New("broken"))
			}
			return nil
		}}
		r, second := b.runner(handlers), b.runner(handlers)
		r.Every("sweep", time.Hour)
		second.Every("sweep", time.Hour)
		b.runDue(t, r)
		b.runDue(t, second)
		if runs != 1 {
			t.Fatalf("ran %d times at the start, want once for both instances", runs)
		}
		for range 3 {
			b.clock.Add(time.Hour)
			fail = !fail
			if _, err := r.RunDue(ctx); (err != nil) != fail {
				t.Errorf("err = %v", err)
			}
			b.clock.Add(-time.Second)
			b.runDue(t, second)
			b.clock.Add(time.Second)
		}
		if runs != 4 {
			t.Errorf("ran %d times, want 4", runs)
		}
		if s := b.stats(t); s.Waiting != 1 || s.Failed != 1 {
			t.Errorf("stats = %+v, want the next one and only the last failure", s)
		}
	})
}

type tenantKey struct{}

func TestWrapPreparesTheContext(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		var got any
		r := b.runner(map[string]job.Handler{"look": func(ctx context.Context, _ job.Job) error {
			got = ctx.Value(tenantKey{})
			return nil
		}})
		r.Wrap = func(ctx context.Context, j job.Job) (context.Context, error) {
			if j.TenantID == "gone" {
				return nil, job.Permanent(errors.New("tenant was removed"))
			}
			return context.WithValue(ctx, tenantKey{}, j.TenantID), nil
		}
		b.enqueue(t, job.Spec{Kind: "look", TenantID: "kranj"}, job.Spec{Kind: "look", TenantID: "gone"})
		if _, err := r.RunDue(context.Background()); err == nil {
			t.Error("the error of Wrap was lost")
		}
		if got != "kranj" {
			t.Errorf("handler saw %v", got)
		}
	})
}

func TestSeveralRunnersDoEveryJobExactlyOnce(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		const jobs = 200
		left := make(chan string, 2*jobs)
		handlers := map[string]job.Handler{"one": func(_ context.Context, j job.Job) error {
			left <- j.ID
			return nil
		}}
		specs := make([]job.Spec, jobs)
		for i := range specs {
			specs[i].Kind = "one"
		}
		b.enqueue(t, specs...)
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		for range 3 {
			r := b.runner(handlers)
			running.Go(func() { r.Run(ctx) })
		}
		seen := map[string]int{}
		for range jobs {
			select {
			case done := <-left:
				seen[done]++
			case <-time.After(time.Minute):
				t.Fatal("the jobs do not end")
			}
		}
		cancel()
		running.Wait()
		if len(seen) != jobs || len(left) != 0 {
			t.Errorf("%d different jobs ran and %d more than once", len(seen), len(left))
		}
		if s := b.stats(t); s != (job.Stats{}) {
			t.Errorf("left over: %+v", s)
		}
	})
}

func TestRunIsWokenAndStopsWithoutBreakingOffAJob(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		begun, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
		r := b.runner(map[string]job.Handler{"slow": func(ctx context.Context, _ job.Job) error {
			close(begun)
			<-goOn
			return ctx.Err()
		}})
		r.Poll = time.Hour // only a wake-up can bring it to look
		ctx, cancel := context.WithCancel(context.Background())
		go func() { r.Run(ctx); close(ended) }()
		b.enqueue(t, job.Spec{Kind: "slow"})
		r.Wake()
		<-begun
		cancel()
		close(goOn)
		<-ended
		if s := b.stats(t); s != (job.Stats{}) {
			t.Errorf("left over: %+v, want the job finished", s)
		}
	})
}

func TestJobThatOutlastsTheGraceIsGivenBackUncounted(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(d)
		begun, ended := make(chan struct{}), make(chan struct{})
		endless := true
		handlers := map[string]job.Handler{"endless": func(ctx context.Context, j job.Job) error {
			if !endless {
				if j.Attempt != 1 {
					t.Errorf("attempt %d, want 1", j.Attempt)
				}
				return nil
			}
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}}
		r := b.runner(handlers)
		r.Grace = time.Millisecond
		ctx, cancel := context.WithCancel(context.Background())
		b.enqueue(t, job.Spec{Kind: "endless"})
		go func() { r.Run(ctx); close(ended) }()
		<-begun
		cancel()
		<-ended
		endless = false
		if n := b.runDue(t, b.runner(handlers)); n != 1 {
			t.Errorf("ran %d after the restart", n)
		}
	})
}

func TestEnqueueRefusesWhatCannotBeStored(t *testing.T) {
	d := testenv.Open(t, testenv.SQLite(t))
	ctx := context.Background()
	if err := job.Enqueue(ctx, d.Write, start, job.Spec{}); err == nil {
		t.Error("a job without kind was taken")
	}
	if err := job.Enqueue(ctx, d.Write, start, job.Spec{Kind: "x", Payload: func() {}}); err == nil {
		t.Error("a payload that is no JSON was taken")
	}
	if err := job.Enqueue(ctx, d.Write, start); err != nil {
		t.Errorf("nothing to enqueue: %v", err)
	}
}
