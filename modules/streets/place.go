package streets

import (
	"context"
	"slices"

	"glas/tenant"
)

// Inside reports whether a point lies in the municipality. Where no boundary is known, every point does.
func Inside(ctx context.Context, tx *tenant.Tx, lat, lng float64) (bool, error) {
	area, err := boundaryOf(ctx, tx)
	if err != nil {
		return false, err
	}
	return area.IsZero() || area.Contains(lat, lng), nil
}

// Tolerance is how many metres outside of its boundary a place still counts as one of the municipality: boundaries are drawn roughly, and
// devices do not know exactly where they are.
const Tolerance = 250

// Beyond reports whether a point lies outside of the municipality by more than Tolerance. Where no boundary is known, none does.
func Beyond(ctx context.Context, tx *tenant.Tx, lat, lng float64) (bool, error) {
	area, err := boundaryOf(ctx, tx)
	if err != nil {
		return false, err
	}
	return !area.IsZero() && area.Beyond(lat, lng) > Tolerance, nil
}

// Near is the address closest to a point, for saying in words where a pin stands; nil when the register has none within 150 m.
func Near(ctx context.Context, tx *tenant.Tx, lat, lng float64) (*Place, error) {
	h, err := nearest(ctx, tx, lat, lng)
	if err != nil || h == nil {
		return nil, err
	}
	rows, err := streetsByID(ctx, tx, []string{h.StreetID})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	p := &Place{Name: rows[0].Name, Number: h.Number, StreetID: h.StreetID, SettlementID: rows[0].SettlementID, Precision: Point, Lat: h.Lat, Lng: h.Lng}
	names, err := Settlements(ctx, tx)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(names, func(s Settlement) bool { return s.ID == p.SettlementID }); i >= 0 {
		p.Settlement = names[i].Name
	}
	p.Text = address(tx.Tenant(), *p)
	return p, nil
}
