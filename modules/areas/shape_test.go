package areas_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"glas/modules/areas"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

const square = `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[14.5,46.1],[14.7,46.1],[14.7,46.3],[14.5,46.3],[14.5,46.1]],[[14.55,46.15],[14.56,46.15],[14.56,46.16],[14.55,46.16],[14.55,46.15]]]}}`
const inner = `{"type":"Polygon","coordinates":[[[14.6,46.2],[14.62,46.2],[14.62,46.22],[14.6,46.22],[14.6,46.2]]]}`

func TestBoundariesOfAreas(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := areas.New(areas.Deps{DB: w.DB})
		eva := w.Staff(w.A, "eva", "Eva", "editor")
		editor := w.Serve(tenanttest.People(map[string]context.Context{"eva": eva}), m).As("eva")
		list := func() (rows []areas.Area) {
			if err := w.DB.View(eva, func(ctx context.Context, tx *tenant.Tx) (err error) { rows, err = areas.All(ctx, tx); return err }); err != nil {
				t.Fatal(err)
			}
			return rows
		}
		at := func(ctx context.Context, lat, lng float64) string {
			name := ""
			err := w.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				a, err := areas.At(ctx, tx, lat, lng)
				if a != nil {
					name = a.Name["sl"]
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return name
		}
		if r := editor.Post("/admin/areas", url.Values{"name.sl": {"Občina"}, "boundary": {square}}); r.Status != 303 {
			t.Fatal(r.Status, r.Body)
		}
		if r := editor.Upload("/admin/areas", url.Values{"name.sl": {"Jedro"}}, map[string][2]string{"boundary_file": {"j.geojson", inner}}); r.Status != 303 {
			t.Fatal(r.Status, r.Body)
		}
		if r := editor.Post("/admin/areas", url.Values{"name.sl": {"Napaka"}, "boundary": {`{"type":"Point","coordinates":[508611,136146]}`}}); r.Status != 422 || !strings.Contains(r.Body, "v stopinjah") {
			t.Error(r.Status)
		}
		for _, c := range []struct {
			lat, lng float64
			name     string
		}{{46.21, 14.61, "Jedro"}, {46.25, 14.65, "Občina"}, {46.155, 14.555, ""}, {47, 14.6, ""}} {
			if got := at(eva, c.lat, c.lng); got != c.name {
				t.Errorf("%v, %v lies in %q, wanted %q", c.lat, c.lng, got, c.name)
			}
		}
		if got := at(w.Visitor(w.B), 46.21, 14.61); got != "" {
			t.Error("another municipality's area was found")
		}
		for _, a := range list() {
			if a.Name["sl"] == "Jedro" {
				if a.Lat == nil || *a.Lat != 46.21 {
					t.Errorf("the middle is %v", a.Lat)
				}
				// A form that says nothing about the boundary leaves it; one that says so takes it away.
				editor.Post("/admin/areas/"+a.ID, url.Values{"name.sl": {"Jedro"}})
				if got := at(eva, 46.21, 14.61); got != "Jedro" {
					t.Errorf("after a change: %q", got)
				}
				editor.Post("/admin/areas/"+a.ID, url.Values{"name.sl": {"Jedro"}, "boundary_remove": {"1"}})
			}
		}
		if got := at(eva, 46.21, 14.61); got != "Občina" {
			t.Errorf("after taking it away: %q", got)
		}
		err := w.DB.View(eva, func(ctx context.Context, tx *tenant.Tx) error {
			shapes, err := areas.Shapes(ctx, tx)
			if len(shapes) != 1 || shapes[0].Properties["name"] != "Občina" {
				t.Errorf("%+v", shapes)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
