package figures

import (
	"bytes"
	"context"
	"math"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/sheet"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/counted"
	"glas/tenant"
)

func (m *Module) adminRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: adminPath, Handle: m.admin, Need: acts.PermWork},
		{Method: "GET", Path: adminPath + ".csv", Handle: m.adminCSV, Need: acts.PermWork},
		{Method: "POST", Path: adminPath + "/rebuild", Handle: m.again, Need: acts.PermExport},
	}
}

// staffFilter is the filter of staff. Who may not see all cases sees the figures of the own department.
func staffFilter(ctx context.Context, f *form.Form) (out counted.Filter, own string) {
	out = readFilter(f)
	out.Scope = f.Value("department")
	if !acts.CanAny(ctx, acts.PermAll) {
		own = authz.From(ctx).DepartmentID
		out.Scope = own
	}
	return out, own
}

func (m *Module) loadStaff(c *fiber.Ctx) (d data, err error) {
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		f, own := staffFilter(ctx, web.Query(c))
		if own == "" && !acts.CanAny(ctx, acts.PermAll) {
			f.Scope = "-" // bound to a department, but to none: nothing
		}
		if d, err = m.load(ctx, tx, f, true); err != nil {
			return err
		}
		d.own = own
		if d.backlog, err = running(ctx, tx, f.Scope); err != nil {
			return err
		}
		d.waiting, err = waitingToCount(ctx, tx)
		return err
	})
	return d, err
}

func (m *Module) admin(c *fiber.Ctx) error {
	d, err := m.loadStaff(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "casefigures.title_staff"), Staff: true, Current: adminPath, Admin: ui.AdminData{Lead: i18n.T(ctx, "casefigures.lead_staff"),
		Actions: ui.LinkButton(i18n.T(ctx, "casefigures.csv"), i18n.Href(ctx, adminPath+".csv"+query(d.filter)), "secondary", "")}}, adminPage(d))
}

// adminCSV gives all tables as one, with the property in the first column.
func (m *Module) adminCSV(c *fiber.Ctx) error {
	d, err := m.loadStaff(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	total := d.total
	total.Label = ""
	rows := [][]any{line(ctx, counted.All, total)}
	for _, t := range d.tables {
		for _, r := range t.Rows {
			rows = append(rows, line(ctx, t.Dim, r))
		}
	}
	var out bytes.Buffer
	head := []string{"property", "value", "received", "open", "answered", "due", "within_48_hours", "within_48_hours_percent", "median_days", "rated", "content_percent"}
	if err := sheet.Write(&out, sheet.Book{Sheets: []sheet.Sheet{{Header: head, Rows: sheet.Rows(rows)}}}, sheet.CSV); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, sheet.CSV.ContentType())
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="figures.csv"`)
	return c.Send(out.Bytes())
}

// line is a row of figures as a line of a file: shares in per cent and medians in days, with one decimal, empty without any.
func line(ctx context.Context, dim counted.Dim, r row) []any {
	tenth := func(v float64, ok bool) any {
		if !ok {
			return nil
		}
		return math.Round(v*10) / 10
	}
	within, okWithin := r.Share()
	content, okContent := r.ContentShare()
	return []any{i18n.T(ctx, "casefigures.dim."+string(dim)), r.Label, r.Received, r.Running, r.Answered, r.Due(), r.Within, tenth(100*within, okWithin), tenth(r.Median/24, r.Median >= 0), r.Rated, tenth(100*content, okContent)} //i18n: casefigures.dim.*
}

func (m *Module) again(c *fiber.Ctx) error {
	if err := m.rebuild(c.UserContext()); err != nil {
		return err
	}
	web.Flash(c, "success", "casefigures.flash.rebuild")
	return web.Redirect(c, adminPath)
}
