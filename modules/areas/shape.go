package areas

import (
	"context"
	"fmt"

	"glas/internal/geo"
	"glas/tenant"
)

// AreaShape is the boundary of an area; its ID is the area's. The sides are those of its box.
type AreaShape struct {
	tenant.Key
	Area                     geo.Area `bun:"type:jsonb"`
	West, South, East, North float64
}

// shapePoints bounds how exactly a boundary is kept.
const shapePoints = 3000

// SetShape keeps the boundary of an area; the zero Area takes it away.
func SetShape(ctx context.Context, tx *tenant.Tx, areaID string, shape geo.Area) error {
	if shape.IsZero() {
		if _, err := tx.Delete((*AreaShape)(nil)).Where("id = ?", areaID).Exec(ctx); err != nil {
			return fmt.Errorf("take boundary of area away: %w", err)
		}
		return nil
	}
	box := shape.Box()
	row := &AreaShape{Key: tenant.Key{ID: areaID}, Area: shape.Simplify(1).AtMost(shapePoints), West: box.West, South: box.South, East: box.East, North: box.North}
	_, err := tx.Insert(row).On("CONFLICT (tenant_id, id) DO UPDATE SET area = EXCLUDED.area, west = EXCLUDED.west, south = EXCLUDED.south, east = EXCLUDED.east, north = EXCLUDED.north").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep boundary of area: %w", err)
	}
	return nil
}

// keepShape keeps what a form brought.
func keepShape(ctx context.Context, tx *tenant.Tx, a *Area) error {
	if !a.redraw {
		return nil
	}
	return SetShape(ctx, tx, a.ID, a.shape)
}

// At is the area that a point lies in, the smallest when several overlap; nil when it lies in none. Archived areas do not count.
func At(ctx context.Context, tx *tenant.Tx, lat, lng float64) (*Area, error) {
	var shapes []AreaShape
	err := tx.Select(&shapes).Where("area_shape.west <= ? AND area_shape.east >= ?", lng, lng).Where("area_shape.south <= ? AND area_shape.north >= ?", lat, lat).
		OrderExpr("(area_shape.east - area_shape.west) * (area_shape.north - area_shape.south), area_shape.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find area of a point: %w", err)
	}
	var in []string
	for _, s := range shapes {
		if s.Area.Contains(lat, lng) {
			in = append(in, s.ID)
		}
	}
	if len(in) == 0 {
		return nil, nil
	}
	byID, err := Map(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, id := range in {
		if a, ok := byID[id]; ok && !a.Archived {
			return &a, nil
		}
	}
	return nil, nil
}

// drawnPoints bounds the boundary of one area on a map.
const drawnPoints = 200

// Shapes are the boundaries of all areas that are in use, simplified for a map, with their names in the reader's language.
func Shapes(ctx context.Context, tx *tenant.Tx) ([]geo.Shape, error) {
	var rows []AreaShape
	if err := tx.Select(&rows).OrderExpr("area_shape.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list boundaries of areas: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	byID, err := Map(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []geo.Shape
	for _, r := range rows {
		if a := byID[r.ID]; !a.Archived {
			out = append(out, geo.AreaShape(r.Area.AtMost(drawnPoints), map[string]any{"kind": "area", "name": a.Name.In(ctx)}))
		}
	}
	return out, nil
}
