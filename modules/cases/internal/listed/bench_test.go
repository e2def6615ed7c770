package listed

import (
	"context"
	"testing"
	"time"

	"glas/internal/geo"
	"glas/internal/id"
	"glas/modules/cases/casestest"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

const (
	many = 100_000
	// most is how long one look may take.
	most = 50 * time.Millisecond
)

// looks are what people look at, each by one statement.
func looks(department, topic string) map[string]func(ctx context.Context, tx *tenant.Tx) error {
	list := func(f Filter) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			rows, next, err := List(ctx, tx, f)
			if err == nil && len(rows) == PageSize {
				f.After = next
				_, _, err = List(ctx, tx, f)
			}
			return err
		}
	}
	queue := func(f Queue) func(ctx context.Context, tx *tenant.Tx) error {
		return func(ctx context.Context, tx *tenant.Tx) error {
			_, err := Work(ctx, tx, f)
			return err
		}
	}
	box := geo.Box{West: 14.52, South: 46.22, East: 14.53, North: 46.23}
	return map[string]func(ctx context.Context, tx *tenant.Tx) error{
		"list, two pages": list(Filter{}), "list of a kind": list(Filter{Kind: stored.Praise}), "list of a topic, open": list(Filter{TopicID: topic, Group: stored.GroupOpen}),
		"list by supports": list(Filter{Sort: SortSupported}),
		"part of the map": func(ctx context.Context, tx *tenant.Tx) error {
			_, err := Spots(ctx, tx, Filter{Box: &box}, 16)
			return err
		},
		"near a place": func(ctx context.Context, tx *tenant.Tx) error {
			_, err := Near(ctx, tx, 46.25, 14.55, 250, tx.Now().AddDate(0, 0, -21), 5)
			return err
		},
		"queue of a department": queue(Queue{DepartmentID: department, Group: stored.GroupOpen}), "overdue": queue(Queue{Group: stored.GroupOpen, Overdue: true}),
		"staff look for common words that never stand together": queue(Queue{Text: "kolesarje pesce", Fresh: true}), "the same in a department": queue(Queue{Text: "kolesarje pesce", DepartmentID: department, Group: stored.GroupOpen}),
		"staff look for common words": queue(Queue{Text: "luknja kolesarje", Fresh: true}), "staff look for a rare word": queue(Queue{Text: "prijava 99123", Fresh: true}),
		"staff look for what is not there": queue(Queue{Text: "vodomet", Fresh: true}), "staff look for a word among what is open": queue(Queue{Text: "99123", Running: true}),
		"staff look for a number": queue(Queue{Text: "KAM-2026-099123", Fresh: true}), "what somebody watches": queue(Queue{WatcherID: id.New(), Running: true}),
		"to review": queue(Queue{States: []stored.State{stored.Received, stored.InReview}}),
		"whole map": func(ctx context.Context, tx *tenant.Tx) error { _, err := Spots(ctx, tx, Filter{}, 12); return err },
		"whole map of a kind": func(ctx context.Context, tx *tenant.Tx) error {
			_, err := Spots(ctx, tx, Filter{Kind: stored.Praise}, 12)
			return err
		},
		"whole map of a topic, open": func(ctx context.Context, tx *tenant.Tx) error {
			_, err := Spots(ctx, tx, Filter{TopicID: topic, Group: stored.GroupOpen}, 11)
			return err
		},
		"count of work": func(ctx context.Context, tx *tenant.Tx) error {
			_, err := Waits(ctx, tx, Queue{Group: stored.GroupOpen}, 100)
			return err
		},
	}
}

// BenchmarkLimits measures what people look at in a municipality with a hundred thousand cases.
func BenchmarkLimits(b *testing.B) {
	tenanttest.EachBench(b, func(b *testing.B, w *tenanttest.World) {
		ctx := w.Staff(w.A, id.New(), "Eva", "administrator")
		department, topic := casestest.Fill(b, ctx, w.DB, w.Clock.Now(), many)
		for name, look := range looks(department, topic) {
			b.Run(name, func(b *testing.B) {
				w.View(ctx, look) // once to warm up
				for b.Loop() {
					w.View(ctx, look)
				}
				if each := b.Elapsed() / time.Duration(b.N); each > most {
					b.Errorf("%v, at most %v are allowed", each, most)
				}
			})
		}
	})
}
