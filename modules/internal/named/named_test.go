package named_test

import (
	"context"
	"slices"
	"testing"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/areas"
	"glas/modules/departments"
	"glas/modules/internal/named"
	"glas/modules/topics"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// kept is one of the lists, as its module offers it.
type kept[T any] struct {
	one     string
	module  *named.Module[T]
	row     func(name i18n.Text) *T
	core    func(T) (id, slug string)
	all     func(context.Context, *tenant.Tx) ([]T, error)
	choices func(context.Context, []T, ...string) []ui.Option
}

func TestStaffKeepsTheListsInOrder(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		var trail []string
		audit := func(_ context.Context, _ *tenant.Tx, action string, _ subject.Ref, _ map[string]any) error {
			trail = append(trail, action)
			return nil
		}
		t.Run("areas", func(t *testing.T) {
			keepInOrder(t, w, &trail, kept[areas.Area]{areas.Kind, areas.New(areas.Deps{DB: w.DB, Audit: audit}),
				func(name i18n.Text) *areas.Area { return &areas.Area{Name: name} },
				func(a areas.Area) (string, string) { return a.ID, a.Slug }, areas.All, areas.Choices})
		})
		t.Run("topics", func(t *testing.T) {
			keepInOrder(t, w, &trail, kept[topics.Topic]{topics.Kind, topics.New(topics.Deps{DB: w.DB, Audit: audit}),
				func(name i18n.Text) *topics.Topic { return &topics.Topic{Name: name} },
				func(r topics.Topic) (string, string) { return r.ID, r.Slug }, topics.All, topics.Choices})
		})
		t.Run("departments", func(t *testing.T) {
			keepInOrder(t, w, &trail, kept[departments.Department]{departments.Kind, departments.New(departments.Deps{DB: w.DB, Audit: audit}),
				func(name i18n.Text) *departments.Department { return &departments.Department{Name: name} },
				func(d departments.Department) (string, string) { return d.ID, d.Slug }, departments.All, departments.Choices})
		})
	})
}

func keepInOrder[T any](t *testing.T, w *tenanttest.World, trail *[]string, k kept[T]) {
	*trail = nil
	m := k.module
	eva, niki, ana := w.Staff(w.A, id.New(), "Eva", "administrator"), w.Staff(w.B, id.New(), "Niki", "administrator"), w.Citizen(w.A, id.New(), "Ana")
	var ids []string
	for _, name := range []string{"Šmartno", "Smartno", "Perovo"} {
		row := k.row(i18n.Text{"sl": name})
		if err := m.Save(eva, row); err != nil {
			t.Fatal(err)
		}
		rowID, _ := k.core(*row)
		ids = append(ids, rowID)
	}
	list := func(ctx context.Context) (rows []T, ids, slugs []string) {
		w.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
			rows, err = k.all(ctx, tx)
			return err
		})
		for _, row := range rows {
			rowID, slug := k.core(row)
			ids, slugs = append(ids, rowID), append(slugs, slug)
		}
		return rows, ids, slugs
	}
	if _, _, slugs := list(eva); slugs[0] != "smartno" || slugs[1] != "smartno-2" {
		t.Errorf("addresses %v", slugs)
	}
	for kind, err := range map[fault.Kind]error{
		fault.KindForbidden: m.Save(ana, k.row(i18n.Text{"sl": "x"})),
		fault.KindSignIn:    m.Move(w.Visitor(w.A), ids[0], 1),
		fault.KindInvalid:   m.Save(eva, k.row(i18n.Text{"en": "only English"})),
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
	rows, order, _ := list(eva)
	if !slices.Equal(order, []string{ids[0], ids[2], ids[1]}) {
		t.Errorf("order %v", order)
	}
	if got := len(k.choices(eva, rows)); got != 2 {
		t.Errorf("%d choices, want those that are not archived", got)
	}
	if got := len(k.choices(eva, rows, ids[1])); got != 3 {
		t.Errorf("%d choices, want the chosen one too", got)
	}
	if rows, _, _ := list(niki); len(rows) != 0 {
		t.Error("the other municipality sees them")
	}
	if want := []string{k.one + ".add", k.one + ".add", k.one + ".add", k.one + ".archive"}; !slices.Equal(*trail, want) {
		t.Errorf("trail %v", *trail)
	}
}
