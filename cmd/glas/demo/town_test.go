package demo

import (
	"math"
	"reflect"
	"testing"

	"glas/cmd/glas/demo/content"
	"glas/internal/geo"
)

// TestTheTownIsDrawn: streets were short strokes that met nothing. Each has a line near its place, nearly all meet another one, and the same
// content gives the same town.
func TestTheTownIsDrawn(t *testing.T) {
	for _, slug := range []string{"velenje", "bornova"} {
		c, err := content.CasesOf(slug)
		if err != nil {
			t.Fatal(err)
		}
		centre, spots := [2]float64{46.36, 15.11}, map[string][2]float64{}
		for i, name := range c.Streets {
			angle, far := float64(i)*2.4, 0.002+0.0008*float64(i)
			spots[name] = [2]float64{centre[0] + math.Sin(angle)*far*0.7, centre[1] + math.Cos(angle)*far}
		}
		a, b := newTown(slug, centre, c.Streets, spots), newTown(slug, centre, c.Streets, spots)
		if !reflect.DeepEqual(a.spots, b.spots) {
			t.Errorf("%s: another town the second time", slug)
		}
		corners := map[[2]float64]int{}
		for _, s := range a.spots {
			for _, p := range s.trunk {
				corners[p]++
			}
		}
		alone := 0
		for _, s := range a.spots {
			met := false
			for _, p := range s.trunk {
				met = met || corners[p] > 1
			}
			if !met {
				alone++
			}
			if line := a.line(s); len(line) == 0 || len(line[0]) < 2 {
				t.Fatalf("%s: %s has no line", slug, s.name)
			}
			lat, lng := a.along(s, 0.5, 0)
			if far := geo.Distance(lat, lng, centre[0], centre[1]); math.IsNaN(far) || far > 3000 {
				t.Errorf("%s: %s lies %f m away", slug, s.name, far)
			}
			if by, on := a.along(s, 0.5, 14); geo.Distance(lat, lng, by, on) > 20 {
				t.Errorf("%s: a house stands far from %s", slug, s.name)
			}
		}
		if alone > len(a.spots)/2 { // the ring, roads out and squares have no corner of the grid
			t.Errorf("%s: %d of %d streets meet no other", slug, alone, len(a.spots))
		}
	}
}
