package streets

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web"
	"glas/tenant"
)

// suggested is how many places are suggested.
const suggested = 8

// look finds what the address of a request asks for.
func (m *Module) look(c *fiber.Ctx) (typed string, list []Place, err error) {
	typed = text.Truncate(text.CleanLine(web.Query(c).Value("q")), 120)
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = Find(ctx, tx, typed, suggested)
		return err
	})
	return typed, list, err
}

// search answers with suggestions to a page, and with a page of its own to everybody else.
func (m *Module) search(c *fiber.Ctx) error {
	typed, list, err := m.look(c)
	if err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, suggestions(list))
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "streets.search.title"), NoIndex: true}, searchPage(typed, list))
}

func (m *Module) searchAPI(c *fiber.Ctx) error {
	_, list, err := m.look(c)
	if err != nil {
		return err
	}
	return web.JSON(c, listed(list))
}

func listed(list []Place) web.List[Place] {
	if list == nil {
		list = []Place{}
	}
	return web.List[Place]{Items: list}
}

// Where is what is at a point.
type Where struct {
	// Inside: the point lies in the municipality.
	Inside bool `json:"inside"`
	// Beyond: it lies outside by more than Tolerance.
	Beyond bool `json:"beyond,omitempty"`
	// Near is the closest address, if the register knows one.
	Near *Place `json:"near,omitempty"`
}

// placeAt says in words what is at a point.
func (m *Module) placeAt(c *fiber.Ctx) error {
	lat, errLat := strconv.ParseFloat(c.Query("lat"), 64)
	lng, errLng := strconv.ParseFloat(c.Query("lng"), 64)
	if errLat != nil || errLng != nil || !geo.Valid(lat, lng) {
		return fault.Invalid(fault.Fields{"lat": fault.Message{ID: "streets.pick.no_point"}})
	}
	var w Where
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if w.Inside, err = Inside(ctx, tx, lat, lng); err != nil {
			return err
		}
		if !w.Inside {
			if w.Beyond, err = Beyond(ctx, tx, lat, lng); err != nil {
				return err
			}
		}
		w.Near, err = Near(ctx, tx, lat, lng)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, w)
}

// baseMap is the municipality drawn from its own data, whole or a part of it.
func (m *Module) baseMap(c *fiber.Ctx) error {
	box, ok := geo.ParseBox(c.Query("bbox"))
	zoom, err := strconv.Atoi(c.Query("zoom"))
	if err != nil {
		zoom = overviewZoom
	}
	q := baseQuery{zoom: min(max(zoom, 0), 19)}
	if ok {
		q.box = &box
	}
	var base baseAnswer
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		base, err = m.base(ctx, tx, q)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, base)
}
