package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/clock"
	"glas/internal/id"
	"glas/internal/text"
)

// everyName is the unique name of the one waiting job of a periodic kind.
const everyName = "every"

// Runner runs the jobs it has handlers for. The exported fields may be changed before
// the first Run or RunDue, not later.
type Runner struct {
	// Wrap prepares the context of a handler, for example by putting the tenant in. An
	// error counts as one of the handler.
	Wrap func(ctx context.Context, j Job) (context.Context, error)
	// Workers is how many jobs run at the same time in this instance.
	Workers int
	// Lease is how long a job may take; then its context ends and another
	// instance may take it.
	Lease time.Duration
	// Poll is how often the table is looked at without being woken.
	Poll time.Duration
	// Grace is how long running jobs may go on after Run was told to stop.
	Grace time.Duration

	db       *bun.DB
	pg       bool
	clock    clock.Clock
	log      *slog.Logger
	handlers map[string]Handler
	kinds    []string
	periodic map[string]time.Duration
	owner    string
	wake     chan struct{}
}

// New returns a runner on the writing connection of a database; pg tells PostgreSQL
// from SQLite. Jobs of kinds without a handler are left for other instances,
// which may be of a newer version.
func New(db *bun.DB, pg bool, c clock.Clock, log *slog.Logger, handlers map[string]Handler) *Runner {
	r := &Runner{
		Wrap:    func(ctx context.Context, _ Job) (context.Context, error) { return ctx, nil },
		Workers: 2, Lease: 5 * time.Minute, Poll: time.Second, Grace: 10 * time.Second,
		db: db, pg: pg, clock: c, log: log, handlers: handlers,
		periodic: map[string]time.Duration{}, owner: id.New(), wake: make(chan struct{}, 1),
	}
	for kind := range handlers {
		r.kinds = append(r.kinds, kind)
	}
	slices.Sort(r.kinds)
	return r
}

// Every has the job kind run at once and then again and again, interval after it
// ended, by one instance at a time. It has no tenant and no payload. To be
// called before Run.
func (r *Runner) Every(kind string, interval time.Duration) {
	r.periodic[kind] = interval
}

// Wake makes Run look for jobs now. It never waits; call it after a commit.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Stats counts the jobs of all tenants.
func (r *Runner) Stats(ctx context.Context) (Stats, error) {
	return ReadStats(ctx, r.db, r.clock.Now())
}

// RunDue runs everything that is due now, one after the other, what became due
// by that included, and returns how many jobs succeeded. err joins the
// errors of the handlers, whose jobs will be tried again as usual, and of the
// database.
func (r *Runner) RunDue(ctx context.Context) (n int, err error) {
	if err := r.plan(ctx); err != nil {
		return 0, err
	}
	var errs []error
	for ctx.Err() == nil {
		rows, err := r.claim(ctx, 1)
		if err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		if len(rows) == 0 {
			return n, errors.Join(errs...)
		}
		if err := r.run(ctx, &rows[0]); err != nil {
			errs = append(errs, err)
			continue
		}
		n++
	}
	return n, errors.Join(append(errs, ctx.Err())...)
}

// Run runs jobs until ctx ends, and returns when the running ones are done or
// have been given back. Errors of the database are logged and tried again.
func (r *Runner) Run(ctx context.Context) {
	// Handlers outlive ctx by the grace period, so that a restart does not break off
	// what is nearly done.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stopped := context.AfterFunc(ctx, func() { time.AfterFunc(r.Grace, cancel) })
	defer stopped()

	poll := time.NewTicker(r.Poll)
	defer poll.Stop()
	slots := make(chan struct{}, r.Workers)
	var running sync.WaitGroup
	defer running.Wait()
	planned := false
	for ctx.Err() == nil {
		if !planned {
			planned = r.logged(ctx, r.plan(ctx))
		}
		if r.start(ctx, work, slots, &running) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-poll.C:
		}
	}
}

// start takes as many jobs as there are free slots. It reports whether there may be
// more to take at once.
func (r *Runner) start(ctx, work context.Context, slots chan struct{}, running *sync.WaitGroup) bool {
	free := cap(slots) - len(slots)
	if free == 0 {
		return false // a worker that becomes free wakes the loop
	}
	rows, err := r.claim(ctx, free)
	if !r.logged(ctx, err) {
		return false
	}
	for i := range rows {
		slots <- struct{}{}
		running.Go(func() {
			r.logged(work, r.run(work, &rows[i]))
			<-slots
			r.Wake()
		})
	}
	return len(rows) == free
}

func (r *Runner) claim(ctx context.Context, n int) ([]row, error) {
	if len(r.kinds) == 0 {
		return nil, nil
	}
	return claim(ctx, r.db, r.pg, r.clock.Now(), r.Lease, r.owner, r.kinds, n)
}

// logged reports whether err is nil, and logs it when not.
func (r *Runner) logged(ctx context.Context, err error) bool {
	if err == nil {
		return true
	}
	if ctx.Err() == nil {
		r.log.ErrorContext(ctx, "job", "error", err)
	}
	return false
}

// plan makes sure that every periodic kind has its waiting job.
func (r *Runner) plan(ctx context.Context) error {
	for _, kind := range r.kinds {
		if _, ok := r.periodic[kind]; !ok {
			continue
		}
		if err := planOnce(ctx, r.db, r.clock.Now(), kind); err != nil {
			return err
		}
	}
	return nil
}

// run runs one leased job and stores the outcome. The error is that of the handler or of
// storing the outcome.
func (r *Runner) run(ctx context.Context, one *row) error {
	var err error
	if one.Attempts > one.MaxAttempts {
		// It was begun that often and never ended: it takes the process with it.
		err = Permanent(errors.New("instances died or its lease ended during every attempt"))
	} else {
		err = r.handle(ctx, one.job())
	}
	// The outcome is stored even when the process is being stopped.
	store, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if stored := r.settle(store, one, err, ctx.Err() != nil); stored != nil {
		return errors.Join(err, stored)
	}
	if err != nil {
		return fmt.Errorf("job %s (tenant %q, attempt %d of %d): %w", one.Kind, one.TenantID, one.Attempts, one.MaxAttempts, err)
	}
	return nil
}

func (r *Runner) settle(ctx context.Context, one *row, err error, stopping bool) error {
	now := r.clock.Now()
	interval, periodic := r.periodic[one.Kind]
	periodic = periodic && one.UniqueName == everyName && one.TenantID == ""
	var wait *later
	final := err != nil && (isPermanent(err) || one.Attempts >= one.MaxAttempts)
	switch {
	case err != nil && stopping:
		// Not the job's fault: the attempt does not count.
		return retry(ctx, r.db, one, now, one.Attempts-1, "stopped with the instance")
	case errors.As(err, &wait):
		return retry(ctx, r.db, one, now.Add(wait.after), one.Attempts-1, text.Head(err.Error(), maxError))
	case err != nil && !final:
		return retry(ctx, r.db, one, now.Add(delay(one.Attempts, rand.Float64())), one.Attempts, text.Head(err.Error(), maxError))
	case err == nil && !periodic:
		return remove(ctx, r.db, one)
	case !periodic:
		return fail(ctx, r.db, one, now, text.Head(err.Error(), maxError))
	}
	return r.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if err == nil {
			if err := remove(ctx, tx, one); err != nil {
				return err
			}
		} else if err := failPeriodic(ctx, tx, one, now, text.Head(err.Error(), maxError)); err != nil {
			return err
		}
		next := Spec{Kind: one.Kind, Unique: everyName, RunAt: now.Add(interval)}
		return Enqueue(ctx, tx, now, next)
	})
}

// handle calls the handler within the lease and turns a panic into an error.
func (r *Runner) handle(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			r.log.ErrorContext(ctx, "job panicked", "kind", j.Kind, "tenant", j.TenantID, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	// A little less than the lease, so that the outcome is stored before another
	// instance takes the job.
	ctx, cancel := context.WithTimeout(ctx, r.Lease*9/10)
	defer cancel()
	ctx, err = r.Wrap(ctx, j)
	if err != nil {
		return err
	}
	return r.handlers[j.Kind](ctx, j)
}

// maxError is how many bytes of an error are kept.
const maxError = 2000
