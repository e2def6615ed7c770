package streets

import (
	"time"

	"glas/internal/geo"
	"glas/tenant"
)

// Settlement is a village or town of the municipality. Lat and Lng are its middle in degrees (WGS 84), nil when unknown.
type Settlement struct {
	tenant.Key
	Name     string   `json:"name"`
	Fold     string   `json:"-"`
	Postcode string   `json:"postcode,omitempty"`
	Lat      *float64 `json:"lat,omitempty"`
	Lng      *float64 `json:"lng,omitempty"`
	Area     geo.Area `bun:"type:jsonb,nullzero" json:"-"`
}

// Street is a street with its settlement, where streets have one. A village without streets has one that is named like itself.
type Street struct {
	tenant.Key
	SettlementID string
	Name         string
	Fold         string
	Lat, Lng     *float64
	Line         geo.Line `bun:"type:jsonb,nullzero"`
	West, South  *float64
	East, North  *float64
}

// HouseNumber is where one number of a street is.
type HouseNumber struct {
	tenant.Key
	StreetID string
	Number   string
	Fold     string
	Lat, Lng float64
	Cell     int64
}

// StreetWord is a word by which a street or a settlement is found; exactly one of the two is set.
type StreetWord struct {
	tenant.Key
	Word         string
	StreetID     string
	SettlementID string
}

// The ids of the rows of boundaries: the edge of the municipality, and its rivers and lakes, which are drawn only.
const (
	boundaryID = "municipality"
	waterID    = "water"
)

// Boundary is the edge of the municipality, or of its water.
type Boundary struct {
	tenant.Key
	Area      geo.Area `bun:"type:jsonb"`
	UpdatedAt time.Time
}

// Precision is how exactly a place is known.
type Precision string

// The precisions, from the most exact one.
const (
	// Point is a house number, a click, or a position from a device.
	Point Precision = "point"
	// OnStreet is the middle of a street.
	OnStreet Precision = "street"
	// InSettlement is the middle of a settlement.
	InSettlement Precision = "settlement"
	// Unplaced is a place that is known by name only.
	Unplaced Precision = ""
)

// Place is what was found for something typed. Lat and Lng are 0 when Precision is Unplaced.
type Place struct {
	// Text is the address as people write it: "Kidričeva cesta 10, Velenje".
	Text string `json:"text"`
	// Name, Number and Settlement are its parts.
	Name       string `json:"name"`
	Number     string `json:"number,omitempty"`
	Settlement string `json:"settlement,omitempty"`

	StreetID     string    `json:"street_id,omitempty"`
	SettlementID string    `json:"settlement_id,omitempty"`
	Precision    Precision `json:"precision"`
	Lat          float64   `json:"lat"`
	Lng          float64   `json:"lng"`
}

// Located reports whether it is known where the place is.
func (p Place) Located() bool { return p.Precision != Unplaced }

func (p *Place) at(lat, lng *float64, how Precision) bool {
	if lat == nil || lng == nil {
		return false
	}
	p.Lat, p.Lng, p.Precision = *lat, *lng, how
	return true
}
