package filing

import (
	"context"

	"glas/internal/fault"
	"glas/modules/areas"
	"glas/modules/cases/internal/stored"
	"glas/modules/streets"
	"glas/tenant"
)

// Within complains in fields about a place that lies outside of the municipality by more than a little: it is somebody else's matter.
// Staff may still enter one on purpose.
func Within(ctx context.Context, tx *tenant.Tx, fields fault.Fields, lat, lng *float64) error {
	if _, wrong := fields["place"]; wrong || lat == nil || lng == nil {
		return nil
	}
	beyond, err := streets.Beyond(ctx, tx, *lat, *lng)
	if beyond {
		fields["place"] = fault.Msg("streets.pick.beyond")
	}
	return err
}

// PlaceIn gives a case the area that its place lies in, when nobody chose one. A place that is kept from the public chooses none,
// because the area of a case is shown.
func PlaceIn(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
	if c.AreaID != "" || c.Lat == nil || c.Lng == nil || c.Location == stored.Hidden {
		return nil
	}
	a, err := areas.At(ctx, tx, *c.Lat, *c.Lng)
	if a != nil {
		c.AreaID = a.ID
	}
	return err
}
