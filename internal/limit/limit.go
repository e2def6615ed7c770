// Package limit counts how often something was done in a window of time and
// refuses what goes beyond. It counts by one atomic increment in the shared
// cache, so that any number of instances together let through exactly as many as
// one would.
package limit

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"glas/internal/cache"
	"glas/internal/clock"
)

// quiet is how long a warning about a lost cache is not repeated.
const quiet = 10 * time.Second

// Limiter refuses what is done too often. It is safe for use by several goroutines.
type Limiter struct {
	cache cache.Cache
	clock clock.Clock

	mu     sync.Mutex
	warned time.Time
}

// New returns a limiter that counts in c.
func New(c cache.Cache, now clock.Clock) *Limiter {
	return &Limiter{cache: c, clock: now}
}

// Allow counts one use of key and reports whether it is among the first n of the
// current window. Windows are fixed and aligned to the clock (a window of one hour
// begins at the full hour, UTC), so that across the edge of two windows up to 2n
// uses may follow each other. When refused, retryAfter is how long the
// window still lasts.
//
// When the cache cannot be reached, the use is allowed, a warning is logged and err
// is nil: losing the cache must not lock everybody out. err is only about a
// wrong call: a key that is empty, or a window that is not positive.
func (l *Limiter) Allow(ctx context.Context, key string, n int, window time.Duration) (ok bool, retryAfter time.Duration, err error) {
	if key == "" || window <= 0 {
		return false, 0, fmt.Errorf("limit %q: needs a key and a positive window, got %v", key, window)
	}
	now := l.clock.Now()
	start := now.Truncate(window)
	left := start.Add(window).Sub(now)
	if n <= 0 {
		return false, left, nil
	}
	// The start of the window is part of the key: the count is right even
	// when an instance's clock and the cache's expiry disagree a little.
	counter := fmt.Sprintf("limit:%s:%d:%d", key, int64(window), start.UnixNano())
	used, err := l.cache.Incr(ctx, counter, window)
	if err != nil {
		l.warn(ctx, now, key, err)
		return true, 0, nil
	}
	if used > int64(n) {
		return false, left, nil
	}
	return true, 0, nil
}

func (l *Limiter) warn(ctx context.Context, now time.Time, key string, err error) {
	l.mu.Lock()
	recent := !l.warned.IsZero() && now.Sub(l.warned) < quiet
	if !recent {
		l.warned = now
	}
	l.mu.Unlock()
	if !recent {
		slog.WarnContext(ctx, "rate limit not counted, allowed", "limit", key, "error", err)
	}
}
