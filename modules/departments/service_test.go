package departments

import (
	"context"
	"slices"
	"testing"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func TestStaffKeepsTheListInOrder(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		var trail []string
		m := New(Deps{DB: w.DB, Audit: func(_ context.Context, _ *tenant.Tx, action string, _ subject.Ref, _ map[string]any) error {
			trail = append(trail, action)
			return nil
		}})
		eva, niki, ana := w.Staff(w.A, id.New(), "Eva", "administrator"), w.Staff(w.B, id.New(), "Niki", "administrator"), w.Citizen(w.A, id.New(), "Ana")
		var ids []string
		for _, name := range []string{"Šmartno", "Smartno", "Perovo"} {
			row := &Department{Name: i18n.Text{"sl": name}}
			if err := m.Save(eva, row); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, row.ID)
		}
		list := func(ctx context.Context) (rows []Department) {
			w.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
				rows, err = All(ctx, tx)
				return err
			})
			return rows
		}
		if rows := list(eva); rows[0].Slug != "smartno" || rows[1].Slug != "smartno-2" {
			t.Errorf("addresses %s and %s", rows[0].Slug, rows[1].Slug)
		}
		for kind, err := range map[fault.Kind]error{
			fault.KindForbidden: m.Save(ana, &Department{Name: i18n.Text{"sl": "x"}}),
			fault.KindSignIn:    m.Move(w.Visitor(w.A), ids[0], 1),
			fault.KindInvalid:   m.Save(eva, &Department{Name: i18n.Text{"en": "only English"}}),
			fault.KindNotFound:  m.Archive(niki, ids[0], true),
		} {
			if fault.KindOf(err) != kind {
				t.Errorf("error %v, want %s", err, kind)
			}
		}
		if err := m.Move(eva, ids[2], -1); err != nil {
			t.Fatal(err)
		}
		if err := m.Move(eva, ids[0], -1); err != nil { // it is the first one already
			t.Fatal(err)
		}
		if err := m.Archive(eva, ids[1], true); err != nil {
			t.Fatal(err)
		}
		rows := list(eva)
		if got := []string{rows[0].ID, rows[1].ID, rows[2].ID}; !slices.Equal(got, []string{ids[0], ids[2], ids[1]}) {
			t.Errorf("order %v", got)
		}
		if got := len(Choices(eva, rows)); got != 2 {
			t.Errorf("%d choices, want those that are not archived", got)
		}
		if got := len(Choices(eva, rows, ids[1])); got != 3 {
			t.Errorf("%d choices, want the chosen one too", got)
		}
		if len(list(niki)) != 0 {
			t.Error("the other municipality sees them")
		}
		if want := []string{"department.add", "department.add", "department.add", "department.archive"}; !slices.Equal(trail, want) {
			t.Errorf("trail %v", trail)
		}
	})
}
