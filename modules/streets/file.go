package streets

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"glas/internal/geo"
	"glas/internal/records"
	"glas/tenant"
)

// ErrNoArea is returned for a boundary file without any area in it.
var ErrNoArea = errors.New("there is no polygon in this file")

// IsShapes reports whether a file is GeoJSON, by its name.
func IsShapes(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".geojson" || ext == ".json"
}

// ReadFile reads the rows of a register from a file, CSV or GeoJSON by its name. mapping renames columns or properties, where keeps only
// rows whose columns have these values (a national file holds more than one municipality). wrong are complaints about single rows.
func ReadFile(name string, data []byte, mapping, where map[string]string) (rows []Row, wrong []error, err error) {
	if IsShapes(name) {
		list, err := geo.ReadGeoJSON(data)
		if err != nil {
			return nil, nil, err
		}
		rows, wrong = ReadShapes(mapped(kept(list, where), mapping))
		return rows, wrong, nil
	}
	list, err := records.ReadFrom(bytes.NewReader(data), name, mapping)
	if err != nil {
		return nil, nil, err
	}
	list = slices.DeleteFunc(list, func(r records.Row) bool {
		for column, value := range where {
			if r.First(column) != value {
				return true
			}
		}
		return false
	})
	rows, wrong = ReadRows(list)
	return rows, wrong, nil
}

// ReadArea reads the area of a file: all polygons of the features that are asked for together.
func ReadArea(data []byte, where map[string]string) (geo.Area, error) {
	return readAreas(data, where, func(geo.Line) geo.Area { return nil })
}

// riverWidth is how wide a river is drawn that a file gives as a line, in metres.
const riverWidth = 14

// ReadWater reads the rivers and lakes of a file, lines and polygons.
func ReadWater(data []byte, where map[string]string) (geo.Area, error) {
	return readAreas(data, where, func(l geo.Line) geo.Area { return geo.Ribbon(l, riverWidth) })
}

func readAreas(data []byte, where map[string]string, lines func(geo.Line) geo.Area) (geo.Area, error) {
	list, err := geo.ReadGeoJSON(data)
	if err != nil {
		return nil, err
	}
	var all geo.Area
	for _, f := range kept(list, where) {
		all = append(append(all, f.Area...), lines(f.Line)...)
	}
	if all.IsZero() {
		return nil, ErrNoArea
	}
	return all, nil
}

func kept(list []geo.Feature, where map[string]string) []geo.Feature {
	return slices.DeleteFunc(list, func(f geo.Feature) bool {
		for property, value := range where {
			if f.Text(property) != value {
				return true
			}
		}
		return false
	})
}

func mapped(list []geo.Feature, mapping map[string]string) []geo.Feature {
	for i, f := range list {
		for field, property := range mapping {
			if v := f.Text(property); v != "" {
				list[i].Properties[field] = v
			}
		}
	}
	return list
}

// batchSize is how many rows are written between two words about how far it is.
const batchSize = 1000

// Import brings rows in, all of them or none; progress (may be nil) is told how far it is. With replace, what the register had is taken
// away first.
func (m *Module) Import(ctx context.Context, rows []Row, replace bool, progress func(done, total int, name string)) (Counts, error) {
	var counts Counts
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		counts, err = m.bring(ctx, tx, rows, replace, progress)
		return err
	})
	return counts, err
}

// bring writes the rows in the transaction of its caller.
func (m *Module) bring(ctx context.Context, tx *tenant.Tx, rows []Row, replace bool, progress func(done, total int, name string)) (Counts, error) {
	if replace {
		if err := Clear(ctx, tx); err != nil {
			return Counts{}, err
		}
	}
	im, done := &Importer{}, 0
	tell := func() {
		if progress != nil {
			progress(done, len(rows), "")
		}
	}
	for some := range slices.Chunk(rows, batchSize) {
		tell()
		if err := im.Bring(ctx, tx, some); err != nil {
			return im.Counts, err
		}
		done += len(some)
	}
	tell()
	return im.Counts, m.record(ctx, tx, "streets.import", map[string]any{"settlements": im.Counts.Settlements, "streets": im.Counts.Streets, "numbers": im.Counts.Numbers, "replace": replace})
}

// KeepWater keeps rivers and lakes, to be drawn.
func (m *Module) KeepWater(ctx context.Context, area geo.Area) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := SetWater(ctx, tx, area); err != nil {
			return err
		}
		return m.record(ctx, tx, "streets.water", map[string]any{"points": area.Points(), "parts": len(area)})
	})
}

// KeepBoundary keeps the boundary of the municipality, and its outline and middle among the settings.
func (m *Module) KeepBoundary(ctx context.Context, area geo.Area) error {
	var outline [][2]float64
	var lat, lng float64
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if outline, lat, lng, err = SetBoundary(ctx, tx, area); err != nil {
			return err
		}
		return m.record(ctx, tx, "streets.boundary", map[string]any{"points": area.Points(), "parts": len(area)})
	})
	if err != nil || m.Outline == nil {
		return err
	}
	return m.Outline(ctx, outline, lat, lng)
}
