package demo

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"glas/cmd/glas/demo/content"
	"glas/modules/streets"
)

// seedStreets brings in the register of a municipality whose streets do not come with its cases.
func (s *seeder) seedStreets(ctx context.Context) error {
	r, err := content.RegisterOf(s.m.Slug)
	if r == nil || err != nil {
		return err
	}
	centre, spots := s.m.Map.Centre, map[string][2]float64{}
	var names []string
	for _, one := range s.m.Streets {
		names, spots[one.Name] = append(names, one.Name), one.At
	}
	for i, name := range r.Names {
		if _, known := spots[name]; known {
			continue
		}
		sin, cos := math.Sincos(float64(i) * 2.4)
		far := r.Reach * math.Sqrt(float64(i+1)/float64(len(r.Names))) * metre
		names, spots[name] = append(names, name), [2]float64{centre[0] + sin*far, centre[1] + cos*far/math.Cos(centre[0]*math.Pi/180)}
	}
	rows := []streets.Row{{Settlement: r.Town, Lat: &centre[0], Lng: &centre[1]}}
	for _, a := range s.m.Areas {
		if village(a.Name) {
			rows = append(rows, streets.Row{Settlement: a.Name, Lat: &a.At[0], Lng: &a.At[1]})
		}
	}
	layout := newTown(s.m.Slug, centre, names, spots)
	for _, one := range layout.spots {
		name, town := one.name, r.Town
		if before, after, ok := strings.Cut(one.name, ", "); ok && village(after) {
			name, town = before, after
		}
		rows = append(rows, layout.houses(one, town, name)...)
	}
	return new(streets.Importer).Bring(ctx, s.tx, rows)
}

// village reports whether a name is that of a village, as Bulgarian addresses write it.
func village(name string) bool { return strings.HasPrefix(name, "с. ") }

// houses are a street with its line and a few house numbers, the odd ones on one side.
func (t *town) houses(s *spot, settlement, name string) []streets.Row {
	lat, lng := t.along(s, 0.5, 0)
	rows := []streets.Row{{Settlement: settlement, Street: name, Lat: &lat, Lng: &lng, Path: t.line(s)}}
	for n := 1; n <= 24; n += 1 + int(hashOf(s.name, strconv.Itoa(n))%3) {
		lat, lng := t.along(s, float64(n)/25, 14*float64(1-2*(n%2)))
		rows = append(rows, streets.Row{Settlement: settlement, Street: name, Number: strconv.Itoa(n), Lat: &lat, Lng: &lng})
	}
	return rows
}

// reachOf is how many blocks the roads through go from the middle: a little further than everything in the town.
func (t *town) reachOf() int {
	far := slices.MaxFunc(t.spots, func(a, b *spot) int { return int(a.far() - b.far()) }).far()
	return min(19, int(far/block)+2)
}
