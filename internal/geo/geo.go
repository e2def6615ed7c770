// Package geo holds what maps are computed with: points, boxes, areas with holes, distances, cells for clusters, and GeoJSON.
//
// Everything is in degrees of WGS 84. Areas are tested on the plain of longitude and latitude, which is exact enough for
// municipalities and would not be for countries.
package geo

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"
)

// earth is the mean radius of the earth in metres (IUGG).
const earth = 6_371_008.8

// degree is how many metres a degree of latitude has.
const degree = earth * math.Pi / 180

// Valid reports whether a point is on the earth at all.
func Valid(lat, lng float64) bool {
	return math.Abs(lat) <= 90 && math.Abs(lng) <= 180 // false for NaN too
}

// Distance is how far two points are from each other in metres, along the great circle.
func Distance(lat1, lng1, lat2, lng2 float64) float64 {
	a, b := lat1*math.Pi/180, lat2*math.Pi/180
	h := hav(b-a) + math.Cos(a)*math.Cos(b)*hav((lng2-lng1)*math.Pi/180)
	return 2 * earth * math.Asin(math.Sqrt(min(1, h)))
}

func hav(x float64) float64 { s := math.Sin(x / 2); return s * s }

// Blur moves a point to the middle of its square of about 100 m, so that it tells the street and not the door. Everybody gets the same
// answer for the same point: asking often tells no more.
func Blur(lat, lng float64) (float64, float64) {
	const side = 100 / degree
	row := math.Floor(lat / side)
	lat = (row + 0.5) * side
	// The width is that of the row and not of the point, so that all points of a square agree about it.
	width := side / max(math.Cos(lat*math.Pi/180), 0.01)
	lng = (math.Floor(lng/width) + 0.5) * width
	return round(lat), round(lng)
}

// round keeps six decimals, some ten centimetres.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// Box is a part of a map.
type Box struct{ West, South, East, North float64 }

// ParseBox reads "west,south,east,north", as GeoJSON orders it.
func ParseBox(s string) (Box, bool) {
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return Box{}, false
	}
	var v [4]float64
	for i, p := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return Box{}, false
		}
		v[i] = n
	}
	b := Box{max(v[0], -180), max(v[1], -90), min(v[2], 180), min(v[3], 90)}
	return b, b.West < b.East && b.South < b.North
}

// String is what ParseBox reads.
func (b Box) String() string {
	var parts [4]string
	for i, v := range b.Array() {
		parts[i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strings.Join(parts[:], ",")
}

// Array is the box as GeoJSON writes it.
func (b Box) Array() [4]float64 { return [4]float64{b.West, b.South, b.East, b.North} }

// Contains reports whether a point lies in the box or on its edge.
func (b Box) Contains(lat, lng float64) bool {
	return lat >= b.South && lat <= b.North && lng >= b.West && lng <= b.East
}

// Around is the box whose sides are so many metres from a point.
func Around(lat, lng, metres float64) Box {
	h := metres / degree
	w := h / max(math.Cos(lat*math.Pi/180), 0.01)
	return Box{lng - w, lat - h, lng + w, lat + h}
}

// Area is a part of the earth: polygons, each an outer ring and its holes, of points of longitude and latitude. It is written to JSON
// as the coordinates of a GeoJSON MultiPolygon; a single polygon or a single ring is read too. The zero Area is nowhere.
type Area orb.MultiPolygon

// IsZero reports whether there is nothing in it.
func (a Area) IsZero() bool { return len(a) == 0 }

// Contains reports whether a point lies in the area; its edge belongs to it, its holes do not.
func (a Area) Contains(lat, lng float64) bool {
	return planar.MultiPolygonContains(orb.MultiPolygon(a), orb.Point{lng, lat})
}

// Beyond is how many metres a point lies outside of the area: 0 for one in it or on its edge, and nothing is near an empty area.
func (a Area) Beyond(lat, lng float64) float64 {
	if a.Contains(lat, lng) {
		return 0
	}
	// On a plain around the point, in metres: exact enough near it, and far away only the order of size counts.
	wide := degree * math.Cos(lat*math.Pi/180)
	at := func(p orb.Point) orb.Point { return orb.Point{(p[0] - lng) * wide, (p[1] - lat) * degree} }
	best := math.Inf(1)
	for _, polygon := range a {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				best = min(best, planar.DistanceFromSegment(at(ring[i-1]), at(ring[i]), orb.Point{}))
			}
		}
	}
	return best
}

// Box is the smallest box around the area.
func (a Area) Box() Box {
	b := orb.MultiPolygon(a).Bound()
	return Box{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

// Middle is a point in the area for its name to stand at.
func (a Area) Middle() (lat, lng float64) {
	p, _ := planar.CentroidArea(orb.MultiPolygon(a))
	if a.Contains(p[1], p[0]) || a.IsZero() {
		return round(p[1]), round(p[0])
	}
	return round(a[0][0][0][1]), round(a[0][0][0][0]) // a crescent: some corner is better than a place outside
}

// Points counts its corners.
func (a Area) Points() int {
	n := 0
	for _, p := range a {
		for _, ring := range p {
			n += len(ring)
		}
	}
	return n
}

// Simplify leaves out corners that change the edge by less than so many metres (Douglas and Peucker). Rings that would vanish do,
// except that the largest polygon keeps its outer ring.
func (a Area) Simplify(metres float64) Area {
	if a.IsZero() || metres <= 0 {
		return a
	}
	s := simplify.DouglasPeucker(metres / degree)
	out := make(Area, 0, len(a))
	for _, p := range a {
		var kept orb.Polygon
		for i, ring := range p {
			thin := s.Ring(ring.Clone())
			if len(thin) >= 4 {
				kept = append(kept, thin)
			} else if i == 0 {
				break
			}
		}
		if len(kept) > 0 {
			out = append(out, kept)
		}
	}
	if len(out) == 0 {
		return Area{{a.largest()[0]}}
	}
	return out
}

// AtMost simplifies until there are at most n corners.
func (a Area) AtMost(n int) Area {
	out := a
	for metres := 1.0; out.Points() > n && metres < 1e6; metres *= 2 {
		out = a.Simplify(metres)
	}
	return out
}

// largest is the polygon with the widest box.
func (a Area) largest() orb.Polygon {
	best, size := a[0], -1.0
	for _, p := range a {
		b := p.Bound()
		if s := (b.Max[0] - b.Min[0]) * (b.Max[1] - b.Min[1]); s > size {
			best, size = p, s
		}
	}
	return best
}

// Outline is the outer ring of the largest polygon.
func (a Area) Outline() [][2]float64 {
	if a.IsZero() {
		return nil
	}
	ring := a.largest()[0]
	out := make([][2]float64, len(ring))
	for i, p := range ring {
		out[i] = p
	}
	return out
}

// Ring makes an area of one ring of longitude and latitude pairs; it need not be closed.
func Ring(points [][2]float64) Area {
	if len(points) < 3 {
		return nil
	}
	ring := make(orb.Ring, 0, len(points)+1)
	for _, p := range points {
		ring = append(ring, p)
	}
	if !ring.Closed() {
		ring = append(ring, ring[0])
	}
	return Area{{ring}}
}

// Line is one or several lines of points of longitude and latitude, written to JSON as the coordinates of a GeoJSON MultiLineString.
type Line [][][2]float64

// Box is the smallest box around the line.
func (l Line) Box() Box {
	b := Box{180, 90, -180, -90}
	for _, part := range l {
		for _, p := range part {
			b.West, b.East, b.South, b.North = min(b.West, p[0]), max(b.East, p[0]), min(b.South, p[1]), max(b.North, p[1])
		}
	}
	return b
}

// Middle is the point half way along the longest of the lines.
func (l Line) Middle() (lat, lng float64) {
	var longest orb.LineString
	most := -1.0
	for _, part := range l {
		line := make(orb.LineString, len(part))
		for i, p := range part {
			line[i] = p
		}
		if n := planar.Length(line); n > most && len(line) > 0 {
			longest, most = line, n
		}
	}
	left := most / 2
	for i := 1; i < len(longest); i++ {
		a, b := longest[i-1], longest[i]
		if step := planar.Distance(a, b); step < left {
			left -= step
		} else if step > 0 {
			return round(a[1] + (b[1]-a[1])*left/step), round(a[0] + (b[0]-a[0])*left/step)
		}
	}
	if len(longest) > 0 {
		return round(longest[0][1]), round(longest[0][0])
	}
	return 0, 0
}

// Simplify leaves out points that change the line by less than so many metres.
func (l Line) Simplify(metres float64) Line {
	s := simplify.DouglasPeucker(metres / degree)
	out := make(Line, len(l))
	for i, part := range l {
		line := make(orb.LineString, len(part))
		for j, p := range part {
			line[j] = p
		}
		for _, p := range s.LineString(line) {
			out[i] = append(out[i], p)
		}
	}
	return out
}
