package reports

import (
	"bytes"
	"context"
	"fmt"
	"github.com/gofiber/fiber/v2"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/sheet"
	"glas/internal/web"
	"glas/tenant"
	"strconv"
)

func (m *Module) registerIndex(c *fiber.Ctx) error {
	ctx := c.UserContext()
	year := 0
	err := m.DB.View(ctx, func(_ context.Context, tx *tenant.Tx) error {
		year = tx.Now().In(tx.Tenant().Zone()).Year()
		return nil
	})
	if err != nil {
		return err
	}
	return m.renderYear(c, year)
}

func (m *Module) registerYear(c *fiber.Ctx) error {
	year, err := readYear(c.Params("year"))
	if err != nil {
		return err
	}
	return m.renderYear(c, year)
}

func readYear(s string) (int, error) {
	year, err := strconv.Atoi(s)
	if err != nil || year < 2000 || year > 2200 {
		return 0, fault.NotFound("reports.error.unknown")
	}
	return year, nil
}

func (m *Module) renderYear(c *fiber.Ctx, year int) error {
	ctx := c.UserContext()
	var y *Year
	var all []int
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if y, err = yearOf(ctx, tx, year); err != nil {
			return err
		}
		all, err = years(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "reports.register.title", "Year", strconv.Itoa(year))
	return web.Render(c, web.Page{Title: title, Description: i18n.T(ctx, "reports.register.lead"), Current: register}, registerPage(y, all))
}

func (m *Module) registerFile(c *fiber.Ctx) error {
	year, err := readYear(c.Params("year"))
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	var y *Year
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		y, err = yearOf(ctx, tx, year)
		return err
	})
	if err != nil {
		return err
	}
	format := sheet.CSV
	switch c.Params("file") {
	case "register.json":
		return web.JSON(c, y)
	case "register.xlsx":
		format = sheet.XLSX
	case "register.csv":
	default:
		return fault.NotFound("reports.error.unknown")
	}
	return y.send(c, format)
}

// send sends the register as a file.
func (y *Year) send(c *fiber.Ctx, format sheet.Format) error {
	var out bytes.Buffer
	if err := sheet.Write(&out, y.book(c.UserContext()), format); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, format.ContentType())
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="register-%d.%s"`, y.Year, format))
	return c.Send(out.Bytes())
}
