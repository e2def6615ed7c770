// Package clock is the one place of the product that asks the machine what
// time it is. Everything else receives a Clock, so that a test can decide the
// time and nothing has to sleep.
package clock

import (
	"sync"
	"time"
)

// Clock tells the present moment, always in UTC.
type Clock interface {
	Now() time.Time
}

// System is the clock of the machine. Its times are in UTC and cut to
// microseconds, the precision PostgreSQL keeps, so that a time read back from
// the database equals the one that was written.
var System Clock = system{}

type system struct{}

func (system) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Fixed is a clock that stands still until it is told otherwise. It is safe
// for use by several goroutines.
type Fixed struct {
	mu  sync.Mutex
	now time.Time
}

// NewFixed returns a clock that shows t.
func NewFixed(t time.Time) *Fixed {
	return &Fixed{now: t.UTC()}
}

// Now returns the time last set.
func (f *Fixed) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t, forwards or backwards.
func (f *Fixed) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t.UTC()
}

// Add moves the clock by d and returns the new time.
func (f *Fixed) Add(d time.Duration) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	return f.now
}
