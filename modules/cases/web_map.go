package cases

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/cases/internal/listed"
	"glas/tenant"
)

// sendMap gives the places of a list in the part of a map that is seen: single cases, and numbers of those that lie close together.
func (m *Module) sendMap(c *fiber.Ctx) error {
	marks := geo.Marks{Cells: []geo.Cluster{}, Points: []geo.Spot{}}
	err := m.spots(c, func(ctx context.Context, n *listed.Names, f listed.Filter, s listed.Spot) {
		if s.Case == nil {
			box := geo.Box{West: s.Lng, South: s.Lat, East: s.Lng, North: s.Lat}
			if s.Box != nil {
				box = *s.Box
			}
			f.Box, f.After = &box, ""
			marks.Cells = append(marks.Cells, geo.Cluster{Lat: s.Lat, Lng: s.Lng, Count: s.N, Box: [4]float64{box.West, box.South, box.East, box.North}, Href: i18n.Href(ctx, hrefOf(f, false))})
			return
		}
		one := geo.Spot{ID: s.Case.Number, Lat: s.Lat, Lng: s.Lng, Title: s.Case.ShownTitle(), Text: stateName(ctx, s.Case.State), Href: i18n.Href(ctx, s.Case.Path()), Kind: string(s.Case.Grp)}
		if o := outcome(ctx, n, tenant.From(ctx), s.Case); o != nil {
			one.Text = o.State
			if o.Department != "" {
				one.Text += " · " + o.Department
			}
		}
		marks.Points = append(marks.Points, one)
	})
	if err != nil {
		return err
	}
	return web.JSON(c, marks)
}

// apiPlaces gives the same as GeoJSON.
func (m *Module) apiPlaces(c *fiber.Ctx) error {
	var shapes []geo.Shape
	err := m.spots(c, func(ctx context.Context, n *listed.Names, f listed.Filter, s listed.Spot) {
		about := map[string]any{"count": s.N}
		if s.Case == nil {
			f.Box, f.After = s.Box, ""
			about["label"], about["href"], about["kind"] = i18n.N(ctx, "cases.count", s.N), i18n.Href(ctx, hrefOf(f, true)), "cluster"
		} else {
			about["label"], about["href"], about["kind"], about["state"] = s.Case.ShownTitle(), i18n.Href(ctx, s.Case.Path()), string(s.Case.Grp), string(s.Case.State.PublicState())
			if o := outcome(ctx, n, tenant.From(ctx), s.Case); o != nil {
				about["outcome"] = o.State
			}
		}
		shapes = append(shapes, geo.PointShape(s.Lat, s.Lng, about))
	})
	if err != nil {
		return err
	}
	if err := web.JSON(c, geo.NewCollection(shapes)); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/geo+json")
	return nil
}

// spots reads the places that an address asks for and gives them one after another.
func (m *Module) spots(c *fiber.Ctx, each func(ctx context.Context, n *listed.Names, f listed.Filter, s listed.Spot)) error {
	return m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		n, err := m.names.Of(ctx, tx)
		if err != nil {
			return err
		}
		q := web.Query(c)
		f := readFilter(ctx, q, n)
		spots, err := listed.Spots(ctx, tx, f, zoomOf(q, f.Box, tx.Tenant()))
		for _, s := range spots {
			each(ctx, n, f, s)
		}
		return err
	})
}

// zoomOf is the zoom that a map asks for; without one, that at which its box or the municipality fits.
func zoomOf(q *form.Form, box *geo.Box, t *tenant.Tenant) int {
	if q.Has("zoom") {
		return q.OptionalInt("zoom", 0, 22, 13)
	}
	if box != nil {
		return geo.Zoom(*box, 600, 500)
	}
	return max(t.Map.Zoom, 11)
}
