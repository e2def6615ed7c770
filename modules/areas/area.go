package areas

import (
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/tenant"
)

// Area is a part of the municipality: a village, a quarter, a local community.
type Area struct {
	tenant.Key
	Name     i18n.Text `bun:"type:jsonb" json:"name"`
	Slug     string    `json:"slug"`
	Position int       `json:"position"`
	Archived bool      `json:"archived"`
	// Lat and Lng are the middle of the area in degrees (WGS 84), nil when unknown.
	Lat *float64 `json:"lat,omitempty"`
	Lng *float64 `json:"lng,omitempty"`
	// shape is the boundary that a form brought; redraw says that it is to be kept, or taken away when it is empty.
	shape  geo.Area
	redraw bool
}
