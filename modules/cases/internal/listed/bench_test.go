package listed

import (
	"context"
	"fmt"
	"testing"
	"time"

	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/cases/internal/places"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/words"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

const (
	many = 100_000
	// most is how long one look may take.
	most = 50 * time.Millisecond
)

// fillTown puts n cases into a municipality: four of five are shown, a fifth of all is open.
func fillTown(w *tenanttest.World, ctx context.Context, n int) (department, topic string) {
	department, topic = id.New(), id.New()
	w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: department}, Slug: "roads", Name: i18n.Text{"sl": "Ceste"}}); err != nil {
			return err
		}
		return stored.Add(ctx, tx, &stored.CaseTopic{Key: tenant.Key{ID: topic}, Slug: "t", Name: i18n.Text{}, Hint: i18n.Text{}, Kinds: []string{}, Questions: []stored.Question{}})
	})
	states := []stored.State{stored.Resolved, stored.Answered, stored.InProgress, stored.Resolved, stored.Referred}
	for from := 0; from < n; from += 1000 {
		rows := make([]*stored.Case, 0, 1000)
		for i := from; i < min(from+1000, n); i++ {
			at := w.Clock.Now().Add(-time.Duration(i) * time.Minute)
			lat, lng := 46.2+float64(i%317)/3000, 14.5+float64(i%211)/2000
			c := &stored.Case{Key: tenant.Key{ID: id.New()}, Number: stored.NumberOf("KAM", 2026, int64(i+1)), Year: 2026, Serial: int64(i + 1), Token: stored.NewToken(), Kind: stored.Defect, TopicID: topic, Channel: "web",
				Title: fmt.Sprint("Prijava ", i), Body: "Na cesti je luknja, ki je nevarna za kolesarje.", Visibility: stored.Nameless, PublishMode: stored.AfterReview, Published: i%5 != 1, PublishedAt: at,
				State: states[i%5], StateSince: at, Lat: &lat, Lng: &lng, RegisteredAt: at, DepartmentID: department, Cycle: 1, CreatedAt: at, UpdatedAt: at, RowVersion: 1, Supports: int64(i % 7)}
			if c.State.Running() {
				c.DueAt = at.Add(48 * time.Hour)
			}
			if i%3 == 0 {
				c.Kind = stored.Praise
			}
			c.Derive()
			rows = append(rows, c)
		}
		w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			for _, c := range rows {
				if err := words.Change(ctx, tx, c.ID, "", c.Folded); err != nil {
					return err
				}
			}
			return stored.Add(ctx, tx, &rows)
		})
	}
	w.Update(ctx, places.Recount)
	return department, topic
}

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
			_, _, err := Work(ctx, tx, f)
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
		department, topic := fillTown(w, ctx, many)
		if _, err := w.Raw.Write.ExecContext(ctx, "ANALYZE"); err != nil { // as the database does by itself after a while
			b.Fatal(err)
		}
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
