package streets

import (
	"context"
	"fmt"
	"math"

	"glas/internal/geo"
	"glas/tenant"
)

// baseQuery is which part of the base map is wanted; without a box all of it.
type baseQuery struct {
	box  *geo.Box
	zoom int
}

// baseAnswer is GeoJSON; More says that streets were left out and a closer look gives them.
type baseAnswer struct {
	geo.Collection
	More bool `json:"more"`
}

const (
	// overviewZoom is the zoom of a map that is not told one.
	overviewZoom = 13
	// basePoints bounds the size of an answer: about 20 bytes a point, so 300 kB before compression.
	basePoints = 12_000
	// baseStreets bounds how many streets one answer draws, of some 180 bytes each.
	baseStreets = 1200
	// boundaryPoints bounds the boundary in it.
	boundaryPoints = 4000
	// waterPoints bounds rivers and lakes in it.
	waterPoints = 6000
)

// base draws the municipality: boundary, areas, settlements and as many streets as fit, the longest first.
func (m *Module) base(ctx context.Context, tx *tenant.Tx, q baseQuery) (baseAnswer, error) {
	var out []geo.Shape
	// A pixel of the map in metres: nothing smaller is drawn.
	pixel := 156_543 * math.Cos(tx.Tenant().Map.Lat*math.Pi/180) / math.Exp2(float64(q.zoom))
	boundary, err := boundaryOf(ctx, tx)
	if err != nil {
		return baseAnswer{}, err
	}
	if !boundary.IsZero() && q.box == nil {
		out = append(out, geo.AreaShape(boundary.Simplify(min(pixel, 50)).AtMost(boundaryPoints), map[string]any{"kind": "boundary"}))
	}
	if m.Shapes != nil && q.box == nil {
		more, err := m.Shapes(ctx, tx)
		if err != nil {
			return baseAnswer{}, err
		}
		out = append(out, more...)
	}
	if q.box == nil {
		water, err := waterOf(ctx, tx)
		if err != nil {
			return baseAnswer{}, err
		}
		if !water.IsZero() {
			out = append(out, geo.AreaShape(water.Simplify(min(pixel, 50)).AtMost(waterPoints), map[string]any{"kind": "water"}))
		}
		names, err := drawnSettlements(ctx, tx)
		if err != nil {
			return baseAnswer{}, err
		}
		out = append(out, names...)
	}
	lines, more, err := drawnStreets(ctx, tx, q, pixel)
	return baseAnswer{geo.NewCollection(append(out, lines...)), more}, err
}

func drawnSettlements(ctx context.Context, tx *tenant.Tx) ([]geo.Shape, error) {
	var rows []Settlement
	if err := tx.Select(&rows).OrderExpr("settlement.fold").Limit(2000).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list settlements: %w", err)
	}
	var out []geo.Shape
	for _, s := range rows {
		words := map[string]any{"kind": "settlement", "name": s.Name}
		if !s.Area.IsZero() {
			out = append(out, geo.AreaShape(s.Area, map[string]any{"kind": "area", "name": s.Name}))
		}
		if s.Lat != nil && s.Lng != nil {
			out = append(out, geo.PointShape(*s.Lat, *s.Lng, words))
		}
	}
	return out, nil
}

// drawnStreets are the streets with a line, the widest first, until the answer is full.
func drawnStreets(ctx context.Context, tx *tenant.Tx, q baseQuery, pixel float64) (out []geo.Shape, more bool, err error) {
	var rows []Street
	sel := tx.Select(&rows).Column("name", "line").Where("street.west IS NOT NULL")
	if b := q.box; b != nil {
		sel = sel.Where("street.south <= ? AND street.north >= ?", b.North, b.South).Where("street.west <= ? AND street.east >= ?", b.East, b.West)
	}
	err = sel.OrderExpr("(street.north - street.south) + (street.east - street.west) DESC, street.id").Limit(baseStreets + 1).Scan(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("list lines of streets: %w", err)
	}
	points := 0
	for i, s := range rows {
		thin := s.Line.Simplify(min(pixel, 100))
		for _, part := range thin {
			points += len(part)
		}
		if i == baseStreets || points > basePoints {
			return out, true, nil
		}
		out = append(out, geo.LineShape(thin, map[string]any{"kind": "street", "name": s.Name}))
	}
	return out, false, nil
}
