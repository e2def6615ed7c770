package geo

import "strconv"

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
