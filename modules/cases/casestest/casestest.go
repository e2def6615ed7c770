// Package casestest makes municipalities with many cases, for tests and benchmarks.
package casestest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/cases/internal/places"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/words"
	"glas/modules/departments"
	"glas/tenant"
)

// Fill puts n cases into the municipality of ctx, behind the doors of the module, one a minute back from now: four of five are shown, a
// fifth of all is open, and all lie in an area of about ten kilometres.
func Fill(t testing.TB, ctx context.Context, db *tenant.DB, now time.Time, n int) (department, topic string) {
	t.Helper()
	update := func(fn func(ctx context.Context, tx *tenant.Tx) error) {
		t.Helper()
		if err := db.Update(ctx, fn); err != nil {
			t.Fatal(err)
		}
	}
	department, topic = id.New(), id.New()
	update(func(ctx context.Context, tx *tenant.Tx) error {
		if err := departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: department}, Slug: "roads", Name: i18n.Text{"sl": "Ceste"}}); err != nil {
			return err
		}
		return stored.Add(ctx, tx, &stored.CaseTopic{Key: tenant.Key{ID: topic}, Slug: "t", Name: i18n.Text{}, Hint: i18n.Text{}, Kinds: []string{}, Questions: []stored.Question{}})
	})
	states := []stored.State{stored.Resolved, stored.Answered, stored.InProgress, stored.Resolved, stored.Referred}
	for from := 0; from < n; from += 1000 {
		rows := make([]*stored.Case, 0, 1000)
		for i := from; i < min(from+1000, n); i++ {
			at := now.Add(-time.Duration(i) * time.Minute)
			lat, lng := 46.2+float64(i%317)/3000, 14.5+float64(i%211)/2000
			c := &stored.Case{Key: tenant.Key{ID: id.New()}, Number: stored.NumberOf("KAM", 2026, int64(i+1)), Year: 2026, Serial: int64(i + 1), Token: stored.NewToken(), Kind: stored.Defect, TopicID: topic, Channel: "web",
				Title: fmt.Sprint("Prijava ", i), Body: "Na cesti je luknja, ki je nevarna za kolesarje.", Visibility: stored.Nameless, PublishMode: stored.AfterReview, Published: i%5 != 1, PublishedAt: at,
				State: states[i%5], StateSince: at, Lat: &lat, Lng: &lng, RegisteredAt: at, DepartmentID: department, Cycle: 1, CreatedAt: at, UpdatedAt: at, RowVersion: 1, Supports: int64(i % 7)}
			if c.State.Running() {
				c.DueAt = at.Add(48 * time.Hour)
			}
			if i%2 == 1 { // two words that occur often and never together
				c.Body = "Na cesti je luknja, ki je nevarna za pešce."
			}
			if i%3 == 0 {
				c.Kind = stored.Praise
			}
			c.Derive()
			rows = append(rows, c)
		}
		update(func(ctx context.Context, tx *tenant.Tx) error {
			folded := make(map[string]string, len(rows))
			for _, c := range rows {
				folded[c.ID] = c.Folded
			}
			if err := words.Enter(ctx, tx, folded); err != nil {
				return err
			}
			return stored.Add(ctx, tx, &rows)
		})
	}
	update(places.Recount)
	update(places.Learn)
	return department, topic
}
