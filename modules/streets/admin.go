package streets

import (
	"context"
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/records"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// fileMax is the largest file that is taken by the page, in bytes; larger ones come in by the command.
const fileMax = 24 << 20

// What a file is.
const (
	asRegister = "register"
	asBoundary = "boundary"
)

// adminData is the page of the register.
type adminData struct {
	form    *form.Form
	figures Figures
	// checked: the file was only looked at. good rows can be brought in, wrong ones cannot.
	checked bool
	good    int
	wrong   []error
	typed   string
	found   []Place
}

// shownErrors bounds how many complaints a page shows.
const shownErrors = 30

func (m *Module) admin(c *fiber.Ctx) error {
	f := form.New(nil, nil)
	f.Set("what", asRegister)
	return m.renderAdmin(c, adminData{form: f, typed: web.Query(c).Value("q")})
}

func (m *Module) renderAdmin(c *fiber.Ctx, d adminData) error {
	ctx := c.UserContext()
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.figures, err = figures(ctx, tx); err != nil {
			return err
		}
		d.found, err = Find(ctx, tx, d.typed, suggested)
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "streets.title"), Staff: true, Map: true, Current: adminPath, Admin: ui.AdminData{Lead: i18n.T(ctx, "streets.lead")}}
	return web.Render(c, page, adminPage(tenant.From(ctx), d))
}

// upload checks a file, and brings it in when nothing is wrong with it and that was asked for.
func (m *Module) upload(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d := adminData{form: f}
	name, data := sent(f)
	what := f.OneOf("what", asRegister, asBoundary)
	if err = f.Err(); err == nil && what == asBoundary {
		err = m.takeBoundary(c, &d, data)
	} else if err == nil {
		err = m.takeRegister(c, &d, name, data)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderAdmin(c, d) })
	}
	if d.checked {
		return m.renderAdmin(c, d)
	}
	return web.Redirect(c, adminPath)
}

// sent is the file of the form, or what was pasted.
func sent(f *form.Form) (name string, data []byte) {
	if pasted := f.Value("pasted"); pasted != "" {
		return "pasted.geojson", []byte(pasted)
	}
	files := f.Files("file", 1, fileMax)
	if !f.Check("file", len(files) == 1, "streets.error.file") {
		return "", nil
	}
	r, err := files[0].Open()
	if err == nil {
		defer r.Close() //nolint:errcheck // only read
		data, err = io.ReadAll(io.LimitReader(r, fileMax))
	}
	f.Check("file", err == nil, "streets.error.file")
	return files[0].Name, data
}

func (m *Module) takeRegister(c *fiber.Ctx, d *adminData, name string, data []byte) error {
	rows, wrong, err := ReadFile(name, data, nil, nil)
	if err != nil {
		d.form.Fail("file", explain(err))
		return d.form.Err()
	}
	d.good, d.wrong = len(rows), wrong
	if d.checked = d.form.Value("do") != "import" || len(wrong) > 0; d.checked {
		return nil
	}
	if !d.form.Check("file", len(rows) > 0, "streets.error.empty") {
		return d.form.Err()
	}
	counts, err := m.Import(c.UserContext(), rows, d.form.Bool("replace"), nil)
	if err != nil {
		return err
	}
	web.Flash(c, "success", "streets.flash.imported", "Settlements", counts.Settlements, "Streets", counts.Streets, "Numbers", counts.Numbers)
	return nil
}

func (m *Module) takeBoundary(c *fiber.Ctx, d *adminData, data []byte) error {
	area, err := ReadArea(data, nil)
	if err != nil {
		d.form.Fail("file", explain(err))
		return d.form.Err()
	}
	if d.good = area.Points(); d.form.Value("do") != "import" {
		d.checked = true
		return nil
	}
	if err := m.KeepBoundary(c.UserContext(), area); err != nil {
		return err
	}
	web.Flash(c, "success", "streets.flash.boundary")
	return nil
}

// explain is what is wrong with a whole file, as a message id.
func explain(err error) string {
	var row records.Error
	switch {
	case errors.Is(err, geo.ErrNotDegrees):
		return "streets.error.degrees"
	case errors.Is(err, geo.ErrTooMany):
		return "streets.error.too_many"
	case errors.Is(err, ErrNoArea):
		return "streets.error.no_area"
	case errors.Is(err, geo.ErrNotGeoJSON), errors.As(err, &row):
		return "streets.error.not_geojson"
	}
	return "streets.error.format"
}
