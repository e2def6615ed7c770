package geo_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"glas/internal/geo"
)

const donut = `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Ring","n":7},"geometry":{"type":"MultiPolygon",
"coordinates":[[[[15,46],[16,46],[16,47],[15,47],[15,46]],[[15.4,46.4],[15.6,46.4],[15.6,46.6],[15.4,46.6],[15.4,46.4]]],
[[[17,46],[17.1,46],[17.1,46.1],[17,46.1],[17,46]]]]}},
{"type":"Feature","properties":{"name":"Pot"},"geometry":{"type":"LineString","coordinates":[[15,46,300],[15.001,46],[15.003,46]]}},
{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[15.1,46.2]}},
{"type":"Feature","properties":{},"geometry":null}]}`

func read(t *testing.T, s string) []geo.Feature {
	t.Helper()
	list, err := geo.ReadGeoJSON([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAreasHaveHolesAndParts(t *testing.T) {
	list := read(t, donut)
	if len(list) != 3 {
		t.Fatalf("%d features", len(list))
	}
	a := list[0].Area
	for _, c := range []struct {
		lat, lng float64
		in       bool
	}{{46.2, 15.2, true}, {46.5, 15.5, false}, {46.05, 17.05, true}, {46, 15.5, true}, {48, 15.5, false}, {46.5, 16.5, false}} {
		if a.Contains(c.lat, c.lng) != c.in {
			t.Errorf("%v, %v: in = %v", c.lat, c.lng, !c.in)
		}
	}
	if b := a.Box(); b != (geo.Box{West: 15, South: 46, East: 17.1, North: 47}) {
		t.Errorf("box %v", b)
	}
	if lat, lng := a.Middle(); !a.Contains(lat, lng) {
		t.Errorf("the middle %v, %v lies outside", lat, lng)
	}
	if list[0].Text("nothing", "name") != "Ring" || list[0].Text("n") != "7" {
		t.Error("properties")
	}
	if lat, lng := list[1].Line.Middle(); lat != 46 || math.Abs(lng-15.0015) > 1e-6 {
		t.Errorf("middle of the line: %v, %v", lat, lng)
	}
	raw, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back geo.Area
	if err := json.Unmarshal(raw, &back); err != nil || back.Points() != a.Points() || back.Contains(46.5, 15.5) {
		t.Errorf("written and read: %v %v", back, err)
	}
	var ring geo.Area
	if err := json.Unmarshal([]byte(`[[15,46],[16,46],[16,47]]`), &ring); err != nil || !ring.Contains(46.2, 15.8) {
		t.Errorf("a bare ring: %v %v", ring, err)
	}
}

// TestBeyondIsInMetres: how far outside a place lies decides whether it is refused.
func TestBeyondIsInMetres(t *testing.T) {
	a := geo.Ring([][2]float64{{14.5, 46.1}, {14.7, 46.1}, {14.7, 46.3}, {14.5, 46.3}})
	for _, c := range []struct{ lat, lng, metres float64 }{{46.2, 14.6, 0}, {46.3, 14.6, 0}, {46.301, 14.6, 111.2}, {46.2, 14.702, 153.9}, {46.4, 14.8, 13_540}} {
		if got := a.Beyond(c.lat, c.lng); math.Abs(got-c.metres) > 1+c.metres/100 {
			t.Errorf("%v, %v lies %.1f m outside, want %.1f", c.lat, c.lng, got, c.metres)
		}
	}
	if !math.IsInf(geo.Area(nil).Beyond(1, 1), 1) {
		t.Error("something is near an empty area")
	}
}

func TestWhatIsNotGeoJSON(t *testing.T) {
	for s, want := range map[string]error{
		`not json`: geo.ErrNotGeoJSON, `{"type":"Feature","geometry":{"type":"Circle"}}`: geo.ErrNotGeoJSON,
		`{"type":"Point","coordinates":[508611,136146]}`:                                  geo.ErrNotDegrees,
		`{"type":"Polygon","coordinates":[[[508611,136146],[508612,136146],[508612,1]]]}`: geo.ErrNotDegrees,
		`{"type":"Point","coordinates":[15]}`:                                             geo.ErrNotGeoJSON,
		`{"type":"LineString","coordinates":"x"}`:                                         geo.ErrNotGeoJSON,
	} {
		if _, err := geo.ReadGeoJSON([]byte(s)); !errors.Is(err, want) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestSimplifyKeepsTheShape(t *testing.T) {
	var ring [][2]float64
	for i := range 5000 {
		a := float64(i) / 5000 * 2 * math.Pi
		ring = append(ring, [2]float64{15 + 0.1*math.Cos(a), 46 + 0.1*math.Sin(a)})
	}
	a := geo.Ring(ring)
	thin := a.AtMost(200)
	if n := thin.Points(); n > 200 || n < 20 {
		t.Errorf("%d corners", n)
	}
	if !thin.Contains(46, 15) || thin.Contains(46.2, 15) || a.Points() != 5001 {
		t.Error("it is another shape, or the first one was changed")
	}
	if geo.Ring(ring).Simplify(1e7).IsZero() {
		t.Error("nothing is left")
	}
}

func TestBlurHidesTheDoorAndIsSteady(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		lat, lng := r.Float64()*140-70, r.Float64()*358-179
		x, y := geo.Blur(lat, lng)
		if d := geo.Distance(lat, lng, x, y); d > 75 {
			t.Fatalf("%v, %v moved by %v m", lat, lng, d)
		}
		if a, b := geo.Blur(x, y); a != x || b != y {
			t.Fatalf("the middle of a square moved: %v, %v to %v, %v", x, y, a, b)
		}
	}
	if d := geo.Distance(46.36, 15.11, 46.36, 15.12); math.Abs(d-767) > 2 {
		t.Errorf("distance %v", d)
	}
}

func TestKeysAndCells(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		lat, lng, zoom := r.Float64()*160-80, r.Float64()*360-180, r.IntN(20)
		box := geo.CellBox(geo.Cell(lat, lng, zoom), zoom)
		if !box.Contains(lat, lng) {
			t.Fatalf("zoom %d: %v, %v is not in its cell %v", zoom, lat, lng, box)
		}
		side := r.Float64() * 0.3
		around := geo.Box{West: lng, South: lat, East: min(lng+side, 180), North: lat + side/2}
		spans := geo.Spans(around)
		if len(spans) > 8 {
			t.Fatalf("%d spans", len(spans))
		}
		for range 20 {
			a, b := around.South+r.Float64()*side/2, around.West+r.Float64()*(around.East-around.West)
			k, found := geo.Key(a, b), false
			for _, s := range spans {
				found = found || k >= s.From && k <= s.To
			}
			if !found {
				t.Fatalf("%v, %v is in the box %v and in none of %v", a, b, around, spans)
			}
		}
	}
}

func TestBoxes(t *testing.T) {
	b, ok := geo.ParseBox("15.1,46.3,15.2,46.4")
	if !ok || b.String() != "15.1,46.3,15.2,46.4" || !b.Contains(46.35, 15.15) {
		t.Errorf("%v %v", b, ok)
	}
	for _, s := range []string{"", "1,2,3", "a,b,c,d", "2,0,1,1", "NaN,1,2,3", "1,1,1,1"} {
		if _, ok := geo.ParseBox(s); ok {
			t.Errorf("%q is a box", s)
		}
	}
	if z := geo.Zoom(b, 800, 600); z != 12 {
		t.Errorf("zoom %d", z)
	}
	if a := geo.Around(46.36, 15.11, 100); math.Abs(geo.Distance(46.36, 15.11, a.North, 15.11)-100) > 0.5 {
		t.Errorf("around: %v", a)
	}
}

// TestARiverIsDrawnAsWideAsItIs: the middle of the line lies in the ribbon, and what is farther than half its width does not.
func TestARiverIsDrawnAsWideAsItIs(t *testing.T) {
	r := geo.Ribbon(geo.Line{{{15, 46}, {15.01, 46}, {15.02, 46.01}}, {{15, 46}}}, 40)
	if len(r) != 1 || !r.Contains(46, 15.005) || !r.Contains(46.0001, 15.005) || r.Contains(46.0003, 15.005) || !r.Contains(46.005, 15.015) {
		t.Errorf("%v", r)
	}
	if a := geo.Ribbon(geo.Line{{{15, 46}, {15, 46}}}, 40); !a.IsZero() {
		t.Errorf("a point is no river: %v", a)
	}
}
