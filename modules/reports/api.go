package reports

import (
	"context"
	"github.com/gofiber/fiber/v2"
	"glas/internal/fault"
	"glas/internal/web"
	"glas/tenant"
)

// apiReport sends the canonical text of the newest version.
func (m *Module) apiReport(c *fiber.Ctx) error {
	ctx := c.UserContext()
	d := &shown{}
	if err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return m.loadFiles(ctx, tx, c.Params("slug"), "", d) }); err != nil {
		return err
	}
	for _, f := range d.files {
		if f.Format == "json" {
			return m.send(c, f)
		}
	}
	return fault.NotFound("reports.error.unknown")
}

func (m *Module) apiRegister(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var y *Year
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		year := web.Query(c).OptionalInt("year", 2000, 2200, tx.Now().In(tx.Tenant().Zone()).Year())
		y, err = yearOf(ctx, tx, year)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, y)
}

func apiRegister() *web.API {
	return &web.API{ID: "register", Summary: "The participation register of a year: length, numbers, punctuality and share accepted of every consultation", Result: Year{},
		Params: []web.Param{{Name: "year", In: "query", Description: "The year in which the consultations ended", Type: "integer"}}}
}

func apiReport() *web.API {
	return &web.API{ID: "getReport", Summary: "The latest published report of a consultation as its canonical text, whose SHA-256 is the fingerprint", Result: map[string]any{},
		Params: []web.Param{{Name: "slug", In: "path", Description: "The name of the consultation in its address", Type: "string", Required: true}}}
}
