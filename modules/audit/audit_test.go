package audit_test

import (
	"context"
	"testing"

	"glas/internal/subject"
	"glas/modules/audit"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func TestChangedOrMissingEntryShows(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := w.Staff(w.A, "a", "Ana", "administrator")
		ref := subject.Ref{Kind: "consultation", ID: "c"}
		for range 5 {
			w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				return audit.Record(ctx, tx, audit.Entry{Action: "consultation.publish", Ref: ref, Data: map[string]any{"title": "Žička"}})
			})
		}
		check := func(t *tenant.Tenant) (n, broken int64) {
			w.View(w.Visitor(t), func(ctx context.Context, tx *tenant.Tx) (err error) {
				n, broken, err = audit.Check(ctx, tx)
				return err
			})
			return n, broken
		}
		if n, broken := check(w.A); n != 5 || broken != 0 {
			t.Fatalf("whole record: %d entries, broken at %d", n, broken)
		}
		if n, _ := check(w.B); n != 0 {
			t.Fatalf("another municipality sees %d entries", n)
		}
		w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Update((*audit.AuditEntry)(nil)).Set("data = ?", "{}").Where("seq = 3").Exec(ctx)
			return err
		})
		if _, broken := check(w.A); broken != 3 {
			t.Errorf("a changed entry was found at %d, want 3", broken)
		}
		w.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Delete((*audit.AuditEntry)(nil)).Where("seq = 2").Exec(ctx)
			return err
		})
		if _, broken := check(w.A); broken != 2 {
			t.Errorf("a missing entry was found at %d, want 2", broken)
		}
	})
}
