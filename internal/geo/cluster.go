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

// Counter counts keys by cell. Counting here is faster than grouping in the database, and knows where in its cell a cluster really is.
type Counter struct {
	shift int
	cells map[int64]*sum
	last  *sum
	cell  int64
}

// sum is what is known of one cell: how many, where on the whole, and between where.
type sum struct {
	n              int64
	x, y           uint64
	x0, y0, x1, y1 uint64
}

// NewCounter counts for a map at zoom.
func NewCounter(zoom int) *Counter {
	return &Counter{shift: Shift(zoom), cells: make(map[int64]*sum, 256), cell: -1}
}

// Add counts a key.
func (c *Counter) Add(key int64) {
	if cell := key >> c.shift; cell != c.cell { // keys mostly come in the order of the index
		if c.last = c.cells[cell]; c.last == nil {
			c.last = &sum{x0: 1 << Level, y0: 1 << Level}
			c.cells[cell] = c.last
		}
		c.cell = cell
	}
	s, x, y := c.last, gather(uint64(key)), gather(uint64(key)>>1)
	s.n, s.x, s.y = s.n+1, s.x+x, s.y+y
	s.x0, s.y0, s.x1, s.y1 = min(s.x0, x), min(s.y0, y), max(s.x1, x), max(s.y1, y)
}

// Clusters are the cells with anything in them, the fullest first.
func (c *Counter) Clusters() []Cluster {
	out := make([]Cluster, 0, len(c.cells))
	const n = 1 << Level
	lng := func(x float64) float64 { return round(x/n*360 - 180) }
	lat := func(y float64) float64 { return round(latitude(y / n)) }
	for _, s := range c.cells {
		x, y := float64(s.x)/float64(s.n), float64(s.y)/float64(s.n)
		out = append(out, Cluster{Lat: lat(y + 0.5), Lng: lng(x + 0.5), Count: s.n,
			Box: [4]float64{lng(float64(s.x0)), lat(float64(s.y1 + 1)), lng(float64(s.x1 + 1)), lat(float64(s.y0))}})
	}
	slices.SortFunc(out, func(a, b Cluster) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Lat, b.Lat), cmp.Compare(a.Lng, b.Lng))
	})
	return out
}

// Clusters counts keys that are at hand.
func Clusters(keys []int64, zoom int) []Cluster {
	c := NewCounter(zoom)
	for _, k := range keys {
		c.Add(k)
	}
	return c.Clusters()
}

// CoarseZoom is the zoom whose cells are counted in the database for maps of a whole municipality: an index on the expression
// CellSQL("cell", CoarseZoom) keeps them in order, so that 100,000 rows are counted in one walk along it. Maps that are closer have few
// rows in them and read their keys (Clusters).
const CoarseZoom = 15

// CellCount is one cell at CoarseZoom as the database counts it.
type CellCount struct{ Cell, N int64 }

// Merge makes clusters for a map at zoom, at most CoarseZoom, out of counted cells.
func Merge(cells []CellCount, zoom int) []Cluster {
	c := NewCounter(min(zoom, CoarseZoom))
	fine := Shift(CoarseZoom)
	size := int64(1) << fine
	for _, one := range cells {
		first := one.Cell << fine
		c.add(first, first+size-1, first+size/4*3, one.N) // its two ends, and the corner in its middle
	}
	return c.Clusters()
}

// add counts n things between two corners of a cell as if all of them were in its middle.
func (c *Counter) add(from, to, middle, n int64) {
	c.Add(middle)
	s, count := c.last, uint64(n-1)
	s.n += n - 1
	s.x, s.y = s.x+count*gather(uint64(middle)), s.y+count*gather(uint64(middle)>>1)
	s.x0, s.y0 = min(s.x0, gather(uint64(from))), min(s.y0, gather(uint64(from)>>1))
	s.x1, s.y1 = max(s.x1, gather(uint64(to))), max(s.y1, gather(uint64(to)>>1))
}
