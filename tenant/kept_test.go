package tenant_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"glas/tenant"
	"glas/tenant/tenanttest"
)

func TestKeptIsReadAgainWhenOldOrForgotten(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		reads, broken := 0, error(nil)
		k := tenant.Keep(time.Minute, func(_ context.Context, tx *tenant.Tx) (string, error) {
			reads++
			return tx.ID(), broken
		})
		ask := func(of *tenant.Tenant, want int) {
			t.Helper()
			err := w.DB.View(w.Visitor(of), func(ctx context.Context, tx *tenant.Tx) error {
				got, err := k.Of(ctx, tx)
				if err == nil && got != tx.ID() {
					t.Errorf("%s was given what belongs to %s", tx.ID(), got)
				}
				return err
			})
			if !errors.Is(err, broken) || reads != want {
				t.Errorf("read %d times, want %d; %v", reads, want, err)
			}
		}
		ask(w.A, 1)
		ask(w.A, 1)
		ask(w.B, 2)
		k.Forget(w.A.ID)
		ask(w.A, 3)
		w.Clock.Add(time.Minute)
		ask(w.A, 4)
		broken = errors.New("no rows today")
		ask(w.B, 5)
		ask(w.B, 6)
		broken = nil
		ask(w.A, 6)
	})
}
