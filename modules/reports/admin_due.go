package reports

import (
	"context"
	"github.com/gofiber/fiber/v2"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
	"time"
)

// dueData is the board.
type dueData struct {
	list       []Duty
	units      []ui.Option
	department string
	late       int
	now        time.Time
}

func (m *Module) due(c *fiber.Ctx) error {
	ctx := c.UserContext()
	d := dueData{department: web.Query(c).Value("department")}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		list, units, err := duties(ctx, tx, d.department)
		d.list, d.now = list, tx.Now()
		for _, u := range units {
			d.units = append(d.units, ui.Option{Value: u.ID, Label: u.Name.In(ctx)})
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, one := range d.list {
		if one.Late {
			d.late++
		}
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "reports.due.title"), Staff: true, Current: duePath, Admin: ui.AdminData{Lead: i18n.T(ctx, "reports.due.lead")}}, duePage(d))
}
