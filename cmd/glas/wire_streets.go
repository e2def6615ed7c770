package main

import (
	"context"

	"glas/modules/areas"
	"glas/modules/streets"
	"glas/tenant"
)

// newStreets makes the register of streets. Areas are drawn with it, and the outline of a boundary goes into the settings.
func (a *app) newStreets() *streets.Module {
	return streets.New(streets.Deps{DB: a.rows, Audit: record, Shapes: areas.Shapes, Outline: a.keepOutline, Cache: a.cache, Store: a.blobs})
}

// keepOutline keeps the outline of a municipality among its settings, for maps.
func (a *app) keepOutline(ctx context.Context, ring [][2]float64, lat, lng float64) error {
	old := tenant.From(ctx)
	t := *old
	t.Map.Boundary, t.Map.Lat, t.Map.Lng = ring, lat, lng
	return a.directory.Save(ctx, &t, old.UpdatedAt)
}
