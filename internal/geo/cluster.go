package geo

import (
	"cmp"
	"slices"
	"strconv"
)

// Spot is one thing on a map, as the script of maps reads it. Kind chooses the form of the pin: "closed" is square.
type Spot struct {
	ID    string  `json:"id"`
	Lat   float64 `json:"lat"`
	Lng   float64 `json:"lng"`
	Title string  `json:"title"`
	Text  string  `json:"text,omitempty"`
	Href  string  `json:"href,omitempty"`
	Kind  string  `json:"kind,omitempty"`
}

// Cluster is several things that lie close together, as the script of maps reads it. Box is west, south, east, north of what is in it;
// Href leads to the list of just these things.
type Cluster struct {
	Lat   float64    `json:"lat"`
	Lng   float64    `json:"lng"`
	Count int64      `json:"count"`
	Box   [4]float64 `json:"bbox"`
	Href  string     `json:"href,omitempty"`
}

// Marks is what an address of a map answers to "?bbox=west,south,east,north&zoom=13".
type Marks struct {
	Cells  []Cluster `json:"cells"`
	Points []Spot    `json:"points"`
}

// CellSQL is an expression for the cell of rows at zoom, alike on SQLite and PostgreSQL, to group by; column holds a Key.
func CellSQL(column string, zoom int) string { return column + " >> " + strconv.Itoa(Shift(zoom)) }

// Clusters counts keys by cell: hand over the keys that a statement found, in any order. It is faster than grouping in the database
// (100,000 keys take some three milliseconds) and knows where in its cell a cluster really is.
func Clusters(keys []int64, zoom int) []Cluster {
	type sum struct {
		n              int64
		x, y           uint64
		x0, y0, x1, y1 uint64
	}
	shift := Shift(zoom)
	cells := make(map[int64]*sum, 256)
	var last *sum
	lastCell := int64(-1)
	for _, k := range keys {
		cell := k >> shift
		if cell != lastCell { // keys mostly come in the order of the index
			if last = cells[cell]; last == nil {
				last = &sum{x0: 1 << Level, y0: 1 << Level}
				cells[cell] = last
			}
			lastCell = cell
		}
		x, y := gather(uint64(k)), gather(uint64(k)>>1)
		last.n++
		last.x, last.y = last.x+x, last.y+y
		last.x0, last.y0, last.x1, last.y1 = min(last.x0, x), min(last.y0, y), max(last.x1, x), max(last.y1, y)
	}
	out := make([]Cluster, 0, len(cells))
	const n = 1 << Level
	lng := func(x float64) float64 { return round(x/n*360 - 180) }
	lat := func(y float64) float64 { return round(latitude(y / n)) }
	for _, s := range cells {
		x, y := float64(s.x)/float64(s.n), float64(s.y)/float64(s.n)
		out = append(out, Cluster{Lat: lat(y + 0.5), Lng: lng(x + 0.5), Count: s.n,
			Box: [4]float64{lng(float64(s.x0)), lat(float64(s.y1 + 1)), lng(float64(s.x1 + 1)), lat(float64(s.y0))}})
	}
	slices.SortFunc(out, func(a, b Cluster) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Lat, b.Lat), cmp.Compare(a.Lng, b.Lng))
	})
	return out
}
