package streets

import (
	"context"
	"errors"
	"io"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/records"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/internal/imports"
	"glas/tenant"
)

// fileMax is the largest file that is taken by the page, in bytes; larger ones come in by the command.
const fileMax = 24 << 20

// What a file is.
const (
	asRegister = "register"
	asBoundary = "boundary"
	asWater    = "water"
)

// adminData is the page of the register.
type adminData struct {
	form    *form.Form
	figures Figures
	// checked: a boundary was only looked at, and has points.
	checked bool
	points  int
	typed   string
	found   []Place
	recent  []*imports.Import
}

// recentMax is how many imports the page lists.
const recentMax = 5

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
		if d.found, err = Find(ctx, tx, d.typed, suggested); err != nil {
			return err
		}
		d.recent, err = imports.Recent(ctx, tx, Kind, recentMax)
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "streets.title"), Staff: true, Map: true, Current: adminPath, Admin: ui.AdminData{Lead: i18n.T(ctx, "streets.lead")}}
	return web.Render(c, page, adminPage(tenant.From(ctx), d))
}

// upload takes a file in: a register for the job, which may have long to work on it, a boundary at once.
func (m *Module) upload(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d := adminData{form: f}
	next := adminPath
	name, data := sent(f)
	what := f.OneOf("what", asRegister, asBoundary, asWater)
	if err = f.Err(); err == nil && what != asRegister {
		err = m.takeBoundary(c, &d, data, what == asWater)
	} else if err == nil {
		next, err = m.takeRegister(c.UserContext(), f, name, data)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderAdmin(c, d) })
	}
	if d.checked {
		return m.renderAdmin(c, d)
	}
	return web.Redirect(c, next)
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

// takeBoundary checks areas and keeps them, as water or as the boundary.
func (m *Module) takeBoundary(c *fiber.Ctx, d *adminData, data []byte, water bool) error {
	read, keep, done := ReadArea, m.KeepBoundary, "streets.flash.boundary"
	if water {
		read, keep, done = ReadWater, m.KeepWater, "streets.flash.water"
	}
	area, err := read(data, nil)
	if err != nil {
		d.form.Fail("file", explain(err))
		return d.form.Err()
	}
	if d.points = area.Points(); d.form.Value("do") != "import" {
		d.checked = true
		return nil
	}
	if err := keep(c.UserContext(), area); err != nil {
		return err
	}
	web.Flash(c, "success", done)
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

// importData is the page of one import.
type importData struct {
	i       *imports.Import
	percent int
}

func (d importData) path() string { return importPath + "/" + d.i.ID }

// ready reports whether a checked file can be brought in as it is.
func (d importData) ready() bool {
	return d.i.State == imports.Checked && d.i.Kept && d.i.Count(resGood) > 0 && d.i.Count(resWrong) == 0
}

// imported shows how far an import is, and then what came of it.
func (m *Module) imported(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var d importData
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.i, err = imports.Find(ctx, tx, Kind, c.Params("import"))
		return err
	})
	if err != nil {
		return err
	}
	if d.percent = m.imports.Percent(ctx, d.i); web.IsFragment(c) {
		return web.Fragment(c, importStatus(d))
	}
	title := i18n.T(ctx, "streets.import.title", "Name", d.i.FileName)
	return web.Render(c, web.Page{Title: title, Staff: true, Current: adminPath, Admin: ui.AdminData{Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "streets.title"), Href: i18n.Href(ctx, adminPath)}, {Label: title}}}}, importPage(d))
}

// importChecked brings in a file that was checked before, without its being sent again.
func (m *Module) importChecked(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	options := map[string]string{optDo: doImport}
	if f.Bool("replace") {
		options[optReplace] = "1"
	}
	err = m.DB.Update(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		i, err := imports.Find(ctx, tx, Kind, c.Params("import"))
		if err != nil || !(importData{i: i}).ready() {
			return err
		}
		return m.imports.Again(ctx, tx, importJob, i, options)
	})
	if err != nil {
		return err
	}
	return web.Redirect(c, importPath+"/"+c.Params("import"))
}

// asking has a page ask by itself how far an import is.
func asking(ctx context.Context, d importData) templ.Attributes {
	if d.i.State != imports.Working {
		return nil
	}
	return templ.Attributes{"hx-get": i18n.Href(ctx, d.path()), "hx-trigger": "every 2s", "hx-swap": "outerHTML"}
}
