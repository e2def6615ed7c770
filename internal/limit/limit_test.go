package limit_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"glas/internal/cache"
	"glas/internal/clock"
	"glas/internal/limit"
)

var start = time.Date(2026, 3, 1, 8, 0, 20, 0, time.UTC) // 40 seconds before the full minute

func TestAllowLetsThroughExactlyN(t *testing.T) {
	now := clock.NewFixed(start)
	c := cache.NewMemory(1<<20, now)
	// Two limiters on one cache stand for two instances.
	limiters := []*limit.Limiter{limit.New(c, now), limit.New(c, now)}
	var through atomic.Int64
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			ok, _, err := limiters[i%2].Allow(context.Background(), "signin:1.2.3.4", 10, time.Minute)
			if err != nil {
				t.Error(err)
			}
			if ok {
				through.Add(1)
			}
		})
	}
	all.Wait()
	if through.Load() != 10 {
		t.Errorf("let through %d, want 10", through.Load())
	}
}

func TestAllowSaysHowLongToWaitAndForgetsAfterTheWindow(t *testing.T) {
	ctx := context.Background()
	now := clock.NewFixed(start)
	l := limit.New(cache.NewMemory(1<<20, now), now)
	for _, step := range []struct {
		pass  time.Duration
		key   string
		ok    bool
		after time.Duration
	}{
		{0, "a", true, 0},
		{0, "a", false, 40 * time.Second},
		{0, "b", true, 0},
		{30 * time.Second, "a", false, 10 * time.Second},
		{10 * time.Second, "a", true, 0},
		{0, "a", false, time.Minute},
	} {
		now.Add(step.pass)
		ok, after, err := l.Allow(ctx, step.key, 1, time.Minute)
		if ok != step.ok || after != step.after || err != nil {
			t.Errorf("%s at %v: %v, %v, %v", step.key, now.Now(), ok, after, err)
		}
	}
	// Another window is another count.
	if ok, _, _ := l.Allow(ctx, "a", 1, time.Hour); !ok {
		t.Error("the hour was counted with the minute")
	}
	if ok, after, err := l.Allow(ctx, "closed", 0, time.Minute); ok || after != time.Minute || err != nil {
		t.Errorf("limit of zero: %v, %v, %v", ok, after, err)
	}
	for _, err := range []error{second(l.Allow(ctx, "", 1, time.Minute)), second(l.Allow(ctx, "a", 1, 0))} {
		if err == nil {
			t.Error("a wrong call was taken")
		}
	}
}

func second(_ bool, _ time.Duration, err error) error { return err }

// lost is a cache that cannot be reached.
type lost struct{ cache.Cache }

func (lost) Incr(context.Context, string, time.Duration) (int64, error) {
	return 0, errors.New("gone")
}

func TestAllowWhenTheCacheIsLostWarnsOnce(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	defer slog.SetDefault(before)
	now := clock.NewFixed(start)
	l := limit.New(lost{}, now)
	for range 5 {
		if ok, _, err := l.Allow(context.Background(), "a", 1, time.Minute); !ok || err != nil {
			t.Errorf("Allow = %v, %v", ok, err)
		}
	}
	if n := strings.Count(out.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings, want 1:\n%s", n, out.String())
	}
	now.Add(time.Minute)
	if _, _, err := l.Allow(context.Background(), "a", 1, time.Minute); err != nil {
		t.Error(err)
	}
	if n := strings.Count(out.String(), "level=WARN"); n != 2 {
		t.Errorf("%d warnings after a minute, want 2", n)
	}
}
