package figures

import (
	"bytes"
	"context"
	"math"

	"github.com/gofiber/fiber/v2"

	"glas/internal/geo"
	"glas/internal/sheet"
	"glas/internal/web"
	"glas/modules/areas"
	"glas/modules/cases/internal/counted"
	"glas/tenant"
)

// figuresOf are the public figures that an address asks for, as files and programs get them, and the order of their properties.
func (m *Module) figuresOf(c *fiber.Ctx) (out Figures, order []counted.Dim, err error) {
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		d, err := m.load(ctx, tx, readFilter(web.Query(c)), false)
		if err != nil {
			return err
		}
		out = Figures{Year: d.filter.Year, Kind: d.filter.Kind, Total: figureOf(d.total), By: map[string][]Figure{}}
		out.Total.Key, out.Total.Label = "", ""
		for _, t := range d.tables {
			list := []Figure{}
			for _, r := range t.Rows {
				list = append(list, figureOf(r))
			}
			out.By[string(t.Dim)] = list
			order = append(order, t.Dim)
		}
		return nil
	})
	return out, order, err
}

func (m *Module) apiStats(c *fiber.Ctx) error {
	out, _, err := m.figuresOf(c)
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

// percent is a share in per cent with one decimal, and a number that may be missing, as cells.
func percent(share *float64) any {
	if share == nil {
		return nil
	}
	return math.Round(*share*1000) / 10
}

func number(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// figuresCSV gives the figures of the page as one table: the property (total, topic, department ...), the value, and the numbers.
func (m *Module) figuresCSV(c *fiber.Ctx) error {
	all, order, err := m.figuresOf(c)
	if err != nil {
		return err
	}
	cells := func(property string, f Figure) []any {
		return []any{property, f.Key, f.Label, f.Received, f.Open, f.Answered, f.Due, f.Within48, number(f.MedianDays), f.Rated, percent(f.ContentRate)}
	}
	rows := [][]any{cells("total", all.Total)}
	for _, dim := range order {
		for _, f := range all.By[string(dim)] {
			rows = append(rows, cells(string(dim), f))
		}
	}
	var out bytes.Buffer
	head := []string{"property", "key", "label", "received", "open", "answered", "due", "within_48_hours", "median_days", "rated", "content_percent"}
	if err := sheet.Write(&out, sheet.Book{Comma: ',', Sheets: []sheet.Sheet{{Header: head, Rows: sheet.Rows(rows)}}}, sheet.CSV); err != nil {
		return err
	}
	return licensed(c, "csv", sheet.CSV.ContentType(), out.Bytes())
}

// figuresGeoJSON gives the figures of the areas at the middle of each.
func (m *Module) figuresGeoJSON(c *fiber.Ctx) error {
	all, _, err := m.figuresOf(c)
	if err != nil {
		return err
	}
	var places map[string]areas.Area
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		places, err = areas.Map(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	shapes := []geo.Shape{}
	for _, f := range all.By["area"] {
		a, ok := places[f.Key]
		if !ok || a.Lat == nil || a.Lng == nil {
			continue
		}
		shapes = append(shapes, geo.PointShape(*a.Lat, *a.Lng, map[string]any{"key": f.Key, "label": f.Label, "received": f.Received, "open": f.Open, "answered": f.Answered, "due": f.Due,
			"within_48_hours": f.Within48, "median_days": number(f.MedianDays), "rated": f.Rated, "content_percent": percent(f.ContentRate)}))
	}
	if err := web.JSON(c, map[string]any{"type": "FeatureCollection", "features": shapes}); err != nil {
		return err
	}
	return licensed(c, "geojson", "application/geo+json", nil)
}

// figuresJSON is what the interface gives, as a file.
func (m *Module) figuresJSON(c *fiber.Ctx) error {
	if err := m.apiStats(c); err != nil {
		return err
	}
	return licensed(c, "json", "", nil)
}

// licensed says what a file is and under which licence; without data it is what the answer holds already.
func licensed(c *fiber.Ctx, format, kind string, data []byte) error {
	c.Set("Link", "<"+licenceURL+`>; rel="license"`)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="figures.`+format+`"`)
	if kind != "" {
		c.Set(fiber.HeaderContentType, kind)
	}
	if data == nil {
		return nil
	}
	return c.Send(data)
}
