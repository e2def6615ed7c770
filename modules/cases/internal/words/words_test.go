package words

import (
	"context"
	"slices"
	"testing"

	"glas/internal/id"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// TestAWordLeadsToItsCases: staff waited for a look at every case; and what was forgotten must not be found by its words.
func TestAWordLeadsToItsCases(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		one, two := id.New(), id.New()
		find := func(tx *tenant.Tx, ctx context.Context, asked ...string) []string {
			ids, rare, err := Rare(ctx, tx, asked)
			if err != nil || !rare {
				t.Fatalf("%v: %v %v", asked, rare, err)
			}
			return ids
		}
		w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
			if err := Change(ctx, tx, one, "", "luknja na cesti luknja"); err != nil {
				return err
			}
			if err := Change(ctx, tx, two, "", "svetilka na cesti"); err != nil {
				return err
			}
			if got := find(tx, ctx, "cest"); len(got) != 2 {
				t.Errorf("a beginning leads to %v", got)
			}
			if got := find(tx, ctx, "na", "lukn"); !slices.Equal(got, []string{one}) {
				t.Errorf("the rarer word leads to %v", got)
			}
			if err := Change(ctx, tx, one, "luknja na cesti luknja", "cesti"); err != nil {
				return err
			}
			if got := find(tx, ctx, "luknja"); len(got) != 0 {
				t.Errorf("what was forgotten is found: %v", got)
			}
			_, rare, err := Rare(ctx, tx, []string{"x"})
			if rare {
				t.Error("a single letter was looked up")
			}
			return err
		})
		w.View(w.Visitor(w.B), func(ctx context.Context, tx *tenant.Tx) error {
			if got := find(tx, ctx, "svetilka"); len(got) != 0 {
				t.Errorf("found in another municipality: %v", got)
			}
			return nil
		})
	})
}
