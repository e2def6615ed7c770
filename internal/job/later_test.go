package job_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/job"
	"glas/internal/testenv"
)

func TestWorkThatMustWaitUsesNoAttempts(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		now := clock.NewFixed(time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC))
		closed, done := true, 0
		r := job.New(d.Write, d.PG, now, slog.New(slog.NewTextHandler(io.Discard, nil)), map[string]job.Handler{"tell": func(context.Context, job.Job) error { done++; return nil }})
		r.Wrap = func(ctx context.Context, _ job.Job) (context.Context, error) {
			if closed {
				return ctx, job.Later(errors.New("closed"), time.Hour)
			}
			return ctx, nil
		}
		if err := job.Enqueue(t.Context(), d.Write, now.Now(), job.Spec{Kind: "tell"}); err != nil {
			t.Fatal(err)
		}
		for range 50 {
			if _, err := r.RunDue(t.Context()); err == nil {
				t.Fatal("work that must wait was done")
			}
			now.Add(time.Hour)
		}
		closed = false
		if _, err := r.RunDue(t.Context()); err != nil || done != 1 {
			t.Fatalf("afterwards: done %d times, %v", done, err)
		}
	})
}
