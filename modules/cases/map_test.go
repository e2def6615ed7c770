package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// TestTheMapHasMarkers: the list's map asked for places in words that the script of maps did not know, so that it stayed empty; one that
// stood alone was a number, and nothing said what had become of it.
func TestTheMapHasMarkers(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		s := newScene(t, w)
		body := id.New()
		w.Update(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return stored.Add(ctx, tx, &stored.ExternalBody{Key: tenant.Key{ID: body}, Name: i18n.Text{"sl": "Komunalno podjetje"}})
		})
		ana := w.Citizen(w.A, id.New(), "Ana Novak")
		for i, at := range [][2]float64{{46.2259, 14.6121}, {46.2260, 14.6122}, {46.30, 14.70}} {
			c, err := s.m.acts.Report(ana, acts.Report{Kind: stored.Defect, Title: fmt.Sprintf("Luknja %d", i), Body: "Globoka luknja na cesti.", Lat: &at[0], Lng: &at[1]})
			if err == nil {
				c, err = s.m.acts.Publish(s.eva, acts.Key{ID: c.ID})
			}
			if err == nil && i == 2 {
				_, err = s.m.acts.Refer(s.eva, acts.Key{ID: c.ID}, body, "ni naše", "Za to skrbi komunalno podjetje.")
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		visitor := s.site.As("")
		for _, q := range []string{"?zoom=12&bbox=14,46,15,47", "?zoom=12&bbox=14,46,15,47&kind=defect", "?zoom=16&bbox=14,46,15,47"} {
			var marks geo.Marks
			if err := json.Unmarshal([]byte(visitor.Get("/cases/map.json"+q).Body), &marks); err != nil {
				t.Fatal(err)
			}
			if len(marks.Cells) != 1 || marks.Cells[0].Count != 2 || len(marks.Points) != 1 {
				t.Fatalf("%s: %+v", q, marks)
			}
			if b := marks.Cells[0].Box; b[0] >= b[2] || b[1] >= b[3] {
				t.Errorf("%s: box %v", q, b)
			}
			if p := marks.Points[0]; p.Title != "Luknja 2" || !strings.HasPrefix(p.Href, "/cases/") || !strings.Contains(p.Text, "Komunalno podjetje") {
				t.Errorf("%s: %+v", q, p)
			}
		}
		for path, words := range map[string][]string{
			"/cases":                        {"Za to skrbi komunalno podjetje.", "Odstopljeno: Komunalno podjetje", `href="/alerts"`},
			"/cases?view=map":               {"g-map--beside", `data-list-url="/cases?view=map"`, `href="/alerts"`},
			"/api/v1/cases":                 {`"referred_to":{"sl":"Komunalno podjetje"}`, `"notice":"Za to skrbi komunalno podjetje."`},
			"/api/v1/cases.geojson?zoom=16": {`"outcome":"Odstopljeno: Komunalno podjetje`},
		} {
			page := visitor.Get(path).Body
			for _, word := range words {
				if !strings.Contains(page, word) {
					t.Errorf("%s lacks %q", path, word)
				}
			}
		}
	})
}
