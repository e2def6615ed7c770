package demo

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"glas/cmd/glas/demo/content"
	"glas/internal/geo"
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

// seedWater draws the rivers and lakes of a municipality.
func (s *seeder) seedWater(ctx context.Context) error {
	var all geo.Area
	for _, path := range s.m.Map.Water {
		var points [][2]float64
		for _, p := range path {
			points = append(points, [2]float64{p[1], p[0]})
		}
		if path[0] == path[len(path)-1] {
			all = append(all, geo.Ring(points)...)
		} else {
			all = append(all, geo.Ribbon(geo.Line{smooth(points)}, riverWidth)...)
		}
	}
	if all.IsZero() {
		return nil
	}
	return streets.SetWater(ctx, s.tx, all)
}

// riverWidth is how wide rivers of the demo are, in metres.
const riverWidth = 34

// smooth rounds the corners of a line off, twice.
func smooth(line [][2]float64) [][2]float64 {
	for range 2 {
		out := [][2]float64{line[0]}
		for i := range len(line) - 1 {
			a, b := line[i], line[i+1]
			out = append(out, [2]float64{a[0]*0.75 + b[0]*0.25, a[1]*0.75 + b[1]*0.25}, [2]float64{a[0]*0.25 + b[0]*0.75, a[1]*0.25 + b[1]*0.75})
		}
		line = append(out, line[len(line)-1])
	}
	return line
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
