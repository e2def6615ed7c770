package geo

import "math"

// Level is how finely Key divides the world: 2^24 cells along each side, some two metres wide at the equator.
const Level = 24

// Key is the place of a point in a grid over the world, for a column of a row. Its first bits are the cells that hold it: Key >> Shift(z)
// is the same for all points of one cell at zoom z, computed alike by SQLite, PostgreSQL and Cell. The grid is that of map tiles (Web
// Mercator, bits of the two axes interleaved), so cells are squares on the screen at every latitude.
func Key(lat, lng float64) int64 {
	x, y := project(lat, lng)
	const n = 1 << Level
	at := func(v float64) uint64 { return uint64(min(max(v*n, 0), n-1)) }
	return int64(spread(at(x)) | spread(at(y))<<1)
}

// finer is how many levels cells are finer than tiles: 2 makes them 64 pixels wide.
const finer = 2

// Shift is by how many bits Key is shifted right for the cells of a map at zoom (0 to 19 and above).
func Shift(zoom int) int { return 2 * (Level - min(max(zoom, 0)+finer, Level)) }

// Cell is the cell of a point on a map at zoom.
func Cell(lat, lng float64, zoom int) int64 { return Key(lat, lng) >> Shift(zoom) }

// CellBox is what a cell of a map at zoom covers.
func CellBox(cell int64, zoom int) Box {
	level := min(max(zoom, 0)+finer, Level)
	n := math.Exp2(float64(level))
	x, y := float64(gather(uint64(cell))), float64(gather(uint64(cell)>>1))
	return Box{West: x/n*360 - 180, East: (x+1)/n*360 - 180, North: latitude(y / n), South: latitude((y + 1) / n)}
}

// Span is a stretch of keys, both ends included.
type Span struct{ From, To int64 }

// spans is how many stretches Spans makes at most.
const spans = 8

// Spans are stretches of keys that together cover a box, at most eight, for "key between ? and ?": an index on the key then leads to
// the points of the box. They cover somewhat more than the box.
func Spans(b Box) []Span {
	x0, y1 := project(b.South, b.West)
	x1, y0 := project(b.North, b.East)
	// The level at which the box is at most two cells wide and high, so that four cells cover it; one finer gives tighter stretches.
	size := max(x1-x0, y1-y0, 1.0/(1<<Level))
	level := min(int(math.Floor(-math.Log2(size)))+1, Level)
	level = max(level, 0)
	n := math.Exp2(float64(level))
	clamp := func(v float64) uint64 { return uint64(min(max(math.Floor(v*n), 0), n-1)) }
	shift := 2 * (Level - level)
	var all []Span
	for y := clamp(y0); y <= clamp(y1); y++ {
		for x := clamp(x0); x <= clamp(x1); x++ {
			from := int64(spread(x)|spread(y)<<1) << shift
			all = append(all, Span{from, from + 1<<shift - 1})
		}
	}
	return joined(all)
}

// joined sorts stretches and joins those that touch; while there are too many, the smallest gap is closed.
func joined(all []Span) []Span {
	for i := range all { // a handful: the plainest sort will do
		for j := i; j > 0 && all[j].From < all[j-1].From; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
	out := all[:1]
	for _, s := range all[1:] {
		if last := &out[len(out)-1]; s.From <= last.To+1 {
			last.To = max(last.To, s.To)
		} else {
			out = append(out, s)
		}
	}
	for len(out) > spans {
		best := 1
		for i := 2; i < len(out); i++ {
			if out[i].From-out[i-1].To < out[best].From-out[best-1].To {
				best = i
			}
		}
		out[best-1].To = out[best].To
		out = append(out[:best], out[best+1:]...)
	}
	return out
}

// project is the place of a point in the square of the world, from 0,0 in the north-west to 1,1 (Web Mercator).
func project(lat, lng float64) (x, y float64) {
	s := math.Sin(min(max(lat, -85.0511), 85.0511) * math.Pi / 180)
	return (lng + 180) / 360, 0.5 - math.Log((1+s)/(1-s))/(4*math.Pi)
}

func latitude(y float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi }

// spread puts a zero between any two bits.
func spread(v uint64) uint64 {
	v &= 1<<Level - 1
	v = (v | v<<16) & 0x0000ffff0000ffff
	v = (v | v<<8) & 0x00ff00ff00ff00ff
	v = (v | v<<4) & 0x0f0f0f0f0f0f0f0f
	v = (v | v<<2) & 0x3333333333333333
	return (v | v<<1) & 0x5555555555555555
}

// gather takes every second bit, beginning with the last.
func gather(v uint64) uint64 {
	v &= 0x5555555555555555
	v = (v | v>>1) & 0x3333333333333333
	v = (v | v>>2) & 0x0f0f0f0f0f0f0f0f
	v = (v | v>>4) & 0x00ff00ff00ff00ff
	v = (v | v>>8) & 0x0000ffff0000ffff
	return (v | v>>16) & 0x00000000ffffffff
}

// Zoom is the closest zoom (0 to 19) at which a map of so many pixels shows the whole box.
func Zoom(b Box, width, height int) int {
	x0, y1 := project(b.South, b.West)
	x1, y0 := project(b.North, b.East)
	fit := func(part float64, pixels int) float64 { return math.Log2(float64(pixels) / 256 / max(part, 1e-9)) }
	return int(min(max(math.Floor(min(fit(x1-x0, width), fit(y1-y0, height))), 0), 19))
}
