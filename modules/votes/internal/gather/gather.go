// Package gather lets many ask at once and answers them together: what arrives while a batch is being written is the next batch, so
// that nobody waits when nothing else is happening, and a crowd shares one commit.
package gather

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// Max is how many one batch carries at most.
const Max = 200

// few is how many go together even when others could go with the next batch.
const few = 4

// batchTime is how long one batch may take.
const batchTime = 15 * time.Second

// Ask is one command that waits to be carried out. Result and Err belong to the gatherer until Do returns.
type Ask[C, R any] struct {
	Ctx    context.Context
	Cmd    C
	Result R
	Err    error
	done   chan struct{}
}

// lane is one queue.
type lane[C, R any] struct {
	mu      sync.Mutex
	waiting []*Ask[C, R]
	running bool
	// flying is how many are in batches that are not yet written.
	flying int
	// written is closed when the batch before is; nil before the first.
	written chan struct{}
}

// Turn is the place of a batch in its queue.
type Turn struct {
	before, written, next chan struct{}
	once                  sync.Once
}

// Wait blocks until the batch before is written.
func (t *Turn) Wait() {
	if t.before != nil {
		<-t.before
	}
}

// Pass lets the next batch be looked at: this one has only its commit before it.
func (t *Turn) Pass() { t.once.Do(func() { close(t.next) }) }

// Gatherer has a queue for each name.
type Gatherer[C, R any] struct {
	// write carries out a batch; an error is that of the whole batch, each refusal stands in its Ask. It waits for its turn before it
	// writes. ctx is made of that of one who asks.
	write func(ctx context.Context, batch []*Ask[C, R], t *Turn) error
	base  func(ctx context.Context) context.Context

	mu    sync.Mutex
	lanes map[string]*lane[C, R]
}

// New makes a gatherer that carries out batches by write, in a context that base makes of that of one who asks and that must not
// end with it.
func New[C, R any](base func(ctx context.Context) context.Context, write func(ctx context.Context, batch []*Ask[C, R], t *Turn) error) *Gatherer[C, R] {
	return &Gatherer[C, R]{write: write, base: base, lanes: map[string]*lane[C, R]{}}
}

func (g *Gatherer[C, R]) lane(name string) *lane[C, R] {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.lanes[name]
	if l == nil {
		l = &lane[C, R]{}
		g.lanes[name] = l
	}
	return l
}

// Do hands a command to a queue and waits until it is carried out. A caller that gives up harms nobody; his command may still be
// carried out.
func (g *Gatherer[C, R]) Do(ctx context.Context, queue string, cmd C) (R, error) {
	a := &Ask[C, R]{Ctx: ctx, Cmd: cmd, done: make(chan struct{})}
	l := g.lane(queue)
	l.mu.Lock()
	l.waiting = append(l.waiting, a)
	start := !l.running
	l.running = true
	l.mu.Unlock()
	if start {
		go g.drain(l)
	}
	select {
	case <-a.done:
		return a.Result, a.Err
	case <-ctx.Done():
		var none R
		return none, ctx.Err()
	}
}

// drain writes batches until nobody waits. While one is being committed, the next is looked at, unless few wait: then they and
// those who come until the commit share one. A batch is at most half of the crowd, because those who were just answered come again
// together: in one batch they would all wait for the database, and then it for all of them. Nothing is held back when nothing is
// being written: measured with 32 clients over HTTP on PostgreSQL, waiting until everybody who was just answered is there again
// costs a third of the votes, because then the database rests while pages are made, and the other way round.
func (g *Gatherer[C, R]) drain(l *lane[C, R]) {
	for batch, t := l.take(); batch != nil; batch, t = l.take() {
		go g.settle(l, batch, t)
		<-t.next
		if l.fewer(len(batch) / 2) {
			<-t.written
		}
	}
}

// fewer reports whether fewer than n wait.
func (l *lane[C, R]) fewer(n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting) < n
}

// take removes a batch from the queue; nil ends the work, and the next who comes starts it again.
func (l *lane[C, R]) take() ([]*Ask[C, R], *Turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.waiting), Max, max(few, (len(l.waiting)+l.flying+1)/2))
	if n == 0 {
		l.running = false
		l.waiting = nil
		return nil, nil
	}
	batch := l.waiting[:n:n]
	l.waiting = l.waiting[n:]
	l.flying += n
	t := &Turn{before: l.written, written: make(chan struct{}), next: make(chan struct{})}
	l.written = t.written
	return batch, t
}

// settle carries out a batch, or each command alone when it fails as a whole, and answers everybody.
func (g *Gatherer[C, R]) settle(l *lane[C, R], batch []*Ask[C, R], t *Turn) {
	defer func() {
		t.Pass()
		l.mu.Lock()
		l.flying -= len(batch)
		l.mu.Unlock()
		close(t.written)
	}()
	err := g.attempt(batch, t)
	t.Wait() // a batch of refusals did not
	for _, a := range batch {
		switch {
		case err == nil:
		case len(batch) == 1:
			a.Err = err
		default:
			var none R
			a.Err, a.Result = nil, none
			if err := g.attempt([]*Ask[C, R]{a}, t); err != nil {
				a.Err = err
			}
		}
		close(a.done)
	}
}

func (g *Gatherer[C, R]) attempt(batch []*Ask[C, R], t *Turn) (err error) {
	ctx, cancel := context.WithTimeout(g.base(batch[len(batch)-1].Ctx), batchTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil { // one bad command must not take the program with it
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return g.write(ctx, batch, t)
}
