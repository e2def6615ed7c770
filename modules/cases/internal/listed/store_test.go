package listed

import (
	"context"
	"slices"
	"testing"
	"time"

	"glas/internal/id"
	"glas/modules/cases/casestest"
	"glas/modules/cases/internal/places"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// TestMapsOfAPartAddUpToTheWhole: a map narrowed by kind, topic or state looked at every case; its counts must be those of the cases, as
// they come, change and go, and as they are counted anew.
func TestMapsOfAPartAddUpToTheWhole(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := w.Staff(w.A, id.New(), "Eva", "administrator")
		var list []*stored.Case
		w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			for i := range 40 {
				lat, lng := 46.2+float64(i%7)/300, 14.6+float64(i%5)/200
				c := &stored.Case{Key: tenant.Key{ID: id.New()}, Number: stored.NumberOf("KAM", 2026, int64(i+1)), Token: stored.NewToken(), Kind: stored.Kinds()[i%3], Channel: "web", Title: "Prijava", Body: "Na cesti je luknja.",
					Visibility: stored.Nameless, PublishMode: stored.AfterReview, Published: i%4 != 0, PublishedAt: tx.Now(), State: stored.InProgress, Lat: &lat, Lng: &lng, RegisteredAt: tx.Now(), Cycle: 1}
				if err := stored.Insert(ctx, tx, c, &stored.CaseEvent{Action: stored.Created}); err != nil {
					return err
				}
				list = append(list, c)
			}
			for i, c := range list[:20] { // some are hidden, some change their kind
				e, err := stored.Apply(c, stored.Change, stored.Input{Now: tx.Now()})
				if err != nil {
					return err
				}
				if c.Kind = stored.Kinds()[(i+1)%3]; i%5 == 0 {
					c.Published = false
				}
				if err := stored.Save(ctx, tx, c, e); err != nil {
					return err
				}
			}
			return nil
		})
		compare := func(when string) {
			w.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				for _, kind := range stored.Kinds()[:3] {
					want := int64(0)
					for _, c := range list {
						if c.Shown && c.Kind == kind {
							want++
						}
					}
					for _, zoom := range []int{6, 10, 11, 14, 16} {
						got := int64(0)
						spots, err := Spots(ctx, tx, Filter{Kind: kind, Group: stored.GroupOpen}, zoom)
						if err != nil {
							return err
						}
						for _, s := range spots {
							got += s.N
						}
						if got != want {
							t.Errorf("%s: %d of %s at zoom %d, want %d", when, got, kind, zoom, want)
						}
					}
				}
				return nil
			})
		}
		compare("as they came")
		w.Update(ctx, places.Recount)
		compare("counted anew")
	})
}

// TestFrequentWordsThatNeverStandTogether: a search for them looked through every case of the municipality.
func TestFrequentWordsThatNeverStandTogether(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := w.Staff(w.A, id.New(), "Eva", "administrator")
		casestest.Fill(t, ctx, w.DB, w.Clock.Now(), Window+700)
		w.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			for name, f := range map[string]Queue{"by change": {Fresh: true}, "by date": {}} {
				f.Text = "kolesarje pesce"
				p, err := Work(ctx, tx, f)
				if err != nil || len(p.Rows) != 0 || !p.Partly || p.Next == "" {
					t.Fatalf("%s: %d found, partly %v, next %q, %v", name, len(p.Rows), p.Partly, p.Next, err)
				}
				f.After = p.Next
				if p, err = Work(ctx, tx, f); err != nil || len(p.Rows) != 0 || p.Partly || p.Next != "" {
					t.Fatalf("%s, the rest: %d found, partly %v, next %q, %v", name, len(p.Rows), p.Partly, p.Next, err)
				}
				f.After, f.Text = "", "luknja pesce"
				seen := map[string]bool{}
				for f.Limit = 1000; ; f.After = p.Next {
					if p, err = Work(ctx, tx, f); err != nil {
						return err
					}
					for _, c := range p.Rows {
						seen[c.ID] = true
					}
					if p.Next == "" {
						break
					}
				}
				if len(seen) != (Window+700)/2 {
					t.Errorf("%s: %d found page by page", name, len(seen))
				}
			}
			return nil
		})
	})
}

// TestWhatWaitsStandsAmongWhatIsOpen: a queue of what is not done yet holds two groups of cases, which must come in one order, page by
// page, each case once: those with a due date by it, then those without.
func TestWhatWaitsStandsAmongWhatIsOpen(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := w.Staff(w.A, id.New(), "Eva", "administrator")
		states := []stored.State{stored.InProgress, stored.WaitingReporter, stored.InProgress, stored.WaitingExternal, stored.Resolved}
		var want []string
		w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			for i := range 50 {
				c := &stored.Case{Key: tenant.Key{ID: id.New()}, Number: stored.NumberOf("KAM", 2026, int64(i+1)), Token: stored.NewToken(), Kind: stored.Defect, Channel: "web", Title: "Prijava", Body: "Na cesti je luknja.",
					Visibility: stored.Nameless, PublishMode: stored.AfterReview, State: states[i%5], RegisteredAt: tx.Now(), Cycle: 1}
				if i < 40 {
					c.DueAt = tx.Now().Add(time.Duration(i-30) * time.Hour)
				}
				if err := stored.Insert(ctx, tx, c, &stored.CaseEvent{Action: stored.Created}); err != nil {
					return err
				}
				if c.State.Running() {
					want = append(want, c.ID)
				}
			}
			return nil
		})
		w.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			for name, one := range map[string]struct {
				of   Queue
				want []string
			}{"all": {Queue{Running: true}, want}, "overdue": {Queue{Running: true, Overdue: true}, want[:24]}, "watched by nobody": {Queue{Running: true, WatcherID: id.New()}, nil}} {
				n, err := Waits(ctx, tx, one.of, 1000)
				if err != nil || n != len(one.want) {
					t.Errorf("%s: %d are counted, want %d, %v", name, n, len(one.want), err)
				}
				var got []string
				for f := one.of; ; {
					f.Limit = 7
					p, err := Work(ctx, tx, f)
					if err != nil {
						return err
					}
					for _, c := range p.Rows {
						got = append(got, c.ID)
					}
					if f.After = p.Next; p.Next == "" {
						break
					}
				}
				if !slices.Equal(got, one.want) {
					t.Errorf("%s: %d cases in another order or number than %d", name, len(got), len(one.want))
				}
			}
			return nil
		})
	})
}
