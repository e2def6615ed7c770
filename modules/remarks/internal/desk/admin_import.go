package desk

import (
	"context"
	"encoding/json"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/sheet"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

const (
	// fileBytes bounds a file, carriedBytes what of it travels between the steps.
	fileBytes    = 8 << 20
	carriedBytes = 6 << 20
	// problemsShown is how many faulty rows are listed.
	problemsShown = 100
)

// importData is the import of a table: the file, what its columns are, and what would come of it.
type importData struct {
	c        *consultations.Consultation
	form     *form.Form
	header   []string
	rows     [][]string
	carried  string
	columns  map[string]int
	places   []PlaceOption
	entries  []core.Entry
	problems []problem
	// known rows were imported before.
	known int
}

func (d *Desk) importForm(c *fiber.Ctx) error {
	f := form.New(nil, nil)
	f.Set("consultation", c.Query("consultation"))
	return d.renderImport(c, &importData{form: f})
}

func (d *Desk) renderImport(c *fiber.Ctx, im *importData) error {
	ctx := c.UserContext()
	if im.c == nil {
		if err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return d.prepare(ctx, tx, im) }); err != nil {
			return err
		}
	}
	return web.Render(c, staffPage(ctx, i18n.T(ctx, "remarks.import.title"), im.c), importPage(im))
}

// importFile reads a file, shows what would come of it, and imports it when that was pressed.
func (d *Desk) importFile(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	im := &importData{form: f}
	if err = im.take(f); err == nil {
		err = d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return d.prepare(ctx, tx, im) })
	}
	if err == nil && f.Value("action") == "import" {
		return d.finish(c, im)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderImport(c, im) })
	}
	return d.renderImport(c, im)
}

// finish imports the rows that are in order; faulty ones stop it unless they are to be left out.
func (d *Desk) finish(c *fiber.Ctx, im *importData) error {
	if len(im.problems) > 0 && !im.form.Bool("skip") {
		err := fault.InvalidField("skip", "remarks.import.error.faulty", "N", len(im.problems))
		return web.Reshow(c, im.form, err, func() error { return d.renderImport(c, im) })
	}
	n, err := d.EnterMany(c.UserContext(), im.c.ID, im.entries)
	if err != nil {
		return web.Reshow(c, im.form, err, func() error { return d.renderImport(c, im) })
	}
	web.Flash(c, "success", "remarks.import.done", "N", n, "Known", len(im.entries)-n)
	return web.Redirect(c, href(im.c.ID, stored.Filter{}, 0))
}

// take reads the table from the file, or from what travelled with the form.
func (im *importData) take(f *form.Form) error {
	var rows [][]string
	if files := f.Files("file", 1, fileBytes); len(files) > 0 {
		in, err := files[0].Open()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(io.LimitReader(in, fileBytes+1))
		if closed := in.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
		if rows, err = sheet.Read(files[0].Name, data); err != nil {
			return fault.InvalidField("file", "remarks.import.error.file").With(err)
		}
		f.Set("mapped", "")
	} else if err := json.Unmarshal([]byte(f.Carried("table")), &rows); err != nil {
		return fault.InvalidField("file", "val.required")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if len(rows) < 2 {
		return fault.InvalidField("file", "remarks.import.error.empty")
	}
	carried, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	if len(carried) > carriedBytes {
		return fault.InvalidField("file", "remarks.import.error.large")
	}
	im.header, im.rows, im.carried = rows[0], rows[1:], string(carried)
	im.columns = im.mapping(f)
	return nil
}

// mapping is which column is which field: as chosen, else as guessed from the head.
func (im *importData) mapping(f *form.Form) map[string]int {
	if f.Value("mapped") == "" {
		return guess(im.header)
	}
	out := map[string]int{}
	for _, field := range importFields() {
		if i, err := strconv.Atoi(f.Value("column." + field)); err == nil && i >= 0 && i < len(im.header) {
			out[field] = i
		}
	}
	return out
}

// prepare loads the consultation and runs the import without storing anything.
func (d *Desk) prepare(ctx context.Context, tx *tenant.Tx, im *importData) (err error) {
	if im.c, err = consultations.Load(ctx, tx, im.form.Value("consultation")); err != nil {
		return err
	}
	if im.places, err = d.Places(ctx, tx, im.c.ID); err != nil || len(im.rows) == 0 {
		return err
	}
	channel := stored.Channel(im.form.Value("channel"))
	if channel == "" {
		channel = stored.Import
	}
	run := importer{columns: im.columns, consultationID: im.c.ID, places: im.places, channel: channel, source: im.form.Value("source"), zone: tx.Tenant().Zone(), now: tx.Now()}
	im.entries, im.problems = run.read(im.rows)
	known, err := core.KnownReferences(ctx, tx, im.c.ID, im.entries)
	im.known = len(known)
	return err
}

// columnOptions are the columns of the file.
func (im *importData) columnOptions() []ui.Option {
	out := make([]ui.Option, len(im.header))
	for i, h := range im.header {
		out[i] = ui.Option{Value: strconv.Itoa(i), Label: h}
	}
	return out
}

func (im *importData) chosen(field string) string {
	if i, ok := im.columns[field]; ok {
		return strconv.Itoa(i)
	}
	return ""
}
