package demo

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"glas/internal/geo"
)

// block is the side of a block of houses, in metres; metre is one in degrees of latitude.
const (
	block = 140.0
	metre = 1 / 111_320.0
)

// spot is a street of the made-up town: its name, and where it is in metres east and north of the middle, along the town's own grid.
type spot struct {
	name string
	u, v float64
	// trunk is the street itself, arms are the short ones that leave it under the same name; both from corner to corner.
	trunk [][2]float64
	arms  [][][2]float64
}

func (s *spot) far() float64 { return math.Hypot(s.u, s.v) }

// town draws a street network for made-up places: a road through from east to west, one from north to south, a ring, roads out to what lies
// far off, lanes in the old middle, squares, and between them blocks of streets that end where they meet another one. The same names and
// places give the same town every time.
type town struct {
	centre [2]float64
	turn   float64 // of the grid, in radians
	spots  []*spot
	// edges are the sides of blocks that have a street.
	edges map[string]bool
}

// newTown draws the streets at the places of spots, in the order of names: the first two are the roads through.
func newTown(slug string, centre [2]float64, names []string, spots map[string][2]float64) *town {
	t := &town{centre: centre, turn: 0.12 + float64(hashOf(slug, "turn")%60)/100, edges: map[string]bool{}}
	for _, name := range names {
		u, v := t.metres(spots[name])
		t.spots = append(t.spots, &spot{name: name, u: u, v: v})
	}
	ringed := false
	for i, s := range t.spots {
		switch {
		case i < 2:
			t.through(s, i == 0)
		case square(s.name):
			s.trunk = [][2]float64{{s.u - 32, s.v - 24}, {s.u + 32, s.v - 24}, {s.u + 32, s.v + 24}, {s.u - 32, s.v + 24}, {s.u - 32, s.v - 24}}
		case !ringed && s.far() > 620 && s.far() < 1300:
			s.trunk, ringed = circle(s), true
		case s.far() > 2100:
			s.trunk = outwards(s)
		}
	}
	rest := slices.Clone(t.spots)
	slices.SortStableFunc(rest, func(a, b *spot) int { return cmp.Compare(a.far(), b.far()) })
	for _, s := range rest {
		if s.trunk == nil {
			t.among(s)
		}
	}
	for _, s := range rest {
		t.branch(s)
	}
	return t
}

// square reports whether a name is that of a place rather than of a street.
func square(name string) bool {
	return slices.ContainsFunc([]string{" trg", "tržnica", "Park", "Meydan", "пл. ", "Πλατεία"}, func(s string) bool { return strings.Contains(name, s) })
}

// metres are how far a place is from the middle along the grid.
func (t *town) metres(at [2]float64) (u, v float64) {
	x, y := (at[1]-t.centre[1])/metre*math.Cos(t.centre[0]*math.Pi/180), (at[0]-t.centre[0])/metre
	sin, cos := math.Sincos(t.turn)
	return x*cos + y*sin, y*cos - x*sin
}

// place is a corner of the grid on the map: the grid is bent a little, as towns are.
func (t *town) place(p [2]float64) (lat, lng float64) {
	u, v := p[0]+26*math.Sin(p[1]/330+1), p[1]+26*math.Sin(p[0]/290)
	sin, cos := math.Sincos(t.turn)
	x, y := u*cos-v*sin, v*cos+u*sin
	return t.centre[0] + y*metre, t.centre[1] + x*metre/math.Cos(t.centre[0]*math.Pi/180)
}

// through is a road from one end of the town to the other.
func (t *town) through(s *spot, east bool) {
	reach := t.reachOf()
	if !east {
		reach = reach * 4 / 5
	}
	for i := -reach; i <= reach; i++ {
		p := [2]float64{float64(i) * block, 0}
		if !east {
			p = [2]float64{0, float64(i) * block}
		}
		t.reach(s, p)
	}
}

// reach adds a corner to a street.
func (t *town) reach(s *spot, p [2]float64) {
	if n := len(s.trunk); n > 0 {
		t.edges[edge(s.trunk[n-1], p)] = true
	}
	s.trunk = append(s.trunk, p)
}

// edge names the side of a block between two corners, whichever way it is walked.
func edge(a, b [2]float64) string {
	return strconv.Itoa(int(math.Round((a[0]+b[0])*2))) + "/" + strconv.Itoa(int(math.Round((a[1]+b[1])*2)))
}

func circle(s *spot) [][2]float64 {
	var out [][2]float64
	from := math.Atan2(s.v, s.u)
	for i := range 41 {
		sin, cos := math.Sincos(from + float64(i)*2*math.Pi/40)
		out = append(out, [2]float64{cos * s.far(), sin * s.far() * 0.92})
	}
	return out
}

// outwards is a road from the edge of the town to a place far away, with a bend.
func outwards(s *spot) [][2]float64 {
	var out [][2]float64
	bend := 0.12 - float64(hashOf(s.name)%25)/100
	from := 900 / s.far()
	for i := range 11 {
		f := from + (1.06-from)*float64(i)/10
		side := math.Sin((f-from)*math.Pi/(1.06-from)) * bend
		out = append(out, [2]float64{s.u*f - s.v*side, s.v*f + s.u*side})
	}
	return out
}

// among is a street between blocks: along the grid, from one street that crosses it to another where there is one near. In the old middle
// the blocks are half as wide.
func (t *town) among(s *spot) {
	side := block
	if s.far() < 330 {
		side = block / 2
	}
	h := hashOf(s.name, "way")
	east := h%2 == 0
	along, across := s.u, s.v
	if !east {
		along, across = s.v, s.u
	}
	row, middle, half := math.Round(across/side), math.Round(along/side), float64(1+h/2%2)
	for _, shift := range []float64{0, 1, -1, 2, -2, 3, -3} { // a row that nobody has there
		if !t.edges[edge(corner(east, (middle)*side, (row+shift)*side), corner(east, (middle+1)*side, (row+shift)*side))] {
			row += shift
			break
		}
	}
	from, to := t.stretch(east, row*side, (middle-half)*side, -side), t.stretch(east, row*side, (middle+half)*side, side)
	for at := from; at <= to+1; at += side {
		t.reach(s, corner(east, at, row*side))
	}
}

func corner(east bool, along, across float64) [2]float64 {
	if east {
		return [2]float64{along, across}
	}
	return [2]float64{across, along}
}

// stretch is where a street ends: at the next corner that another street passes, at most five blocks on, or where it is when there is none.
func (t *town) stretch(east bool, across, along, by float64) float64 {
	for i := range 6 {
		at := along + float64(i)*by
		p := corner(east, at, across)
		for _, way := range []float64{-block, block, -block / 2, block / 2} {
			if t.edges[edge(p, corner(east, at, across+way))] {
				return at
			}
		}
	}
	return along
}

// branch gives a street between blocks the short arms that its name also covers, where no other street runs.
func (t *town) branch(s *spot) {
	n := len(s.trunk)
	if n < 3 || n > 14 || square(s.name) || s.far() < 330 || s.far() > 2100 {
		return
	}
	east := s.trunk[0][1] == s.trunk[1][1]
	for i := 1; i < n-1; i++ {
		by := block * float64(1-2*(i%2))
		p, q := s.trunk[i], s.trunk[i]
		if east {
			q[1] += by
		} else {
			q[0] += by
		}
		if t.edges[edge(p, q)] {
			continue
		}
		t.edges[edge(p, q)] = true
		s.arms = append(s.arms, [][2]float64{p, q})
	}
}

// line is a street on the map, its trunk first; longitude before latitude.
func (t *town) line(s *spot) geo.Line {
	var out geo.Line
	for _, part := range append([][][2]float64{s.trunk}, s.arms...) {
		var points [][2]float64
		for _, p := range part {
			lat, lng := t.place(p)
			points = append(points, [2]float64{lng, lat})
		}
		out = append(out, points)
	}
	return out
}

// along is the place at a part f of the trunk, from 0 to 1, so many metres beside it. The ends stay free, because others cross there.
func (t *town) along(s *spot, f, beside float64) (lat, lng float64) {
	x := (0.04 + 0.92*min(max(f, 0), 1)) * float64(len(s.trunk)-1)
	i := min(int(x), len(s.trunk)-2)
	a, b := s.trunk[i], s.trunk[i+1]
	du, dv := b[0]-a[0], b[1]-a[1]
	far := math.Hypot(du, dv)
	return t.place([2]float64{a[0] + du*(x-float64(i)) - dv/far*beside, a[1] + dv*(x-float64(i)) + du/far*beside})
}

// at is a place on a street by its name, as along says it.
func (t *town) at(name string, f, beside float64) (lat, lng float64) {
	i := slices.IndexFunc(t.spots, func(s *spot) bool { return s.name == name })
	if i < 0 {
		return t.centre[0], t.centre[1]
	}
	return t.along(t.spots[i], f, beside)
}
