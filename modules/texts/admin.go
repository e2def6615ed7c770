package texts

import (
	"context"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/extract"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/consultations"
	"glas/modules/texts/internal/act"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// adminListData is what staff see of a consultation, or the consultations to choose from.
type adminListData struct {
	c         *consultations.Consultation
	all       []*consultations.Consultation
	texts     []*stored.Text
	sheets    []*stored.Sheet
	languages []string
	form      *form.Form
	sheetForm *form.Form
	upload    upload
}

func (m *Module) adminList(c *fiber.Ctx) error {
	return m.renderList(c, c.Query("consultation"), form.New(nil, nil), form.New(nil, nil))
}

func (m *Module) renderList(c *fiber.Ctx, consultationID string, f, sheet *form.Form) error {
	d := adminListData{form: f, sheetForm: sheet}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.languages = languages(tx.Tenant())
		if consultationID == "" {
			d.all, _, err = consultations.List(ctx, tx, consultations.Filter{Limit: 100, Staff: true})
			return err
		}
		if d.c, err = consultations.Load(ctx, tx, consultationID); err != nil {
			return err
		}
		if d.texts, err = stored.Of(ctx, tx, d.c.ID); err != nil {
			return err
		}
		if d.sheets, err = stored.SheetsOf(ctx, tx, d.c.ID); err != nil {
			return err
		}
		d.upload, err = m.uploadField(ctx, tx, nil, sheet)
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	page := web.Page{Title: i18n.T(ctx, "texts.menu"), Staff: true}
	if d.c != nil {
		page.Admin = adminHead(ctx, d.c)
	}
	return web.Render(c, page, adminListPage(d))
}

// adminHead is the path to the staff pages of a consultation's acts.
func adminHead(ctx context.Context, c *consultations.Consultation, more ...ui.Crumb) ui.AdminData {
	d := ui.AdminData{Lead: c.Title.In(ctx)}
	d.Crumbs = append([]ui.Crumb{{Label: i18n.T(ctx, "texts.menu"), Href: i18n.Href(ctx, root+"?consultation="+c.ID)}}, more...)
	return d
}

// source reads the document of a form: a file, or words that were pasted.
func source(f *form.Form, langs []string) *Source {
	s := &Source{Title: f.Line("title", form.Limit{Max: stored.MaxTitle}), Lang: f.OneOf("lang", langs...)}
	files := f.Files("file", 1, extract.MaxFile)
	pasted := f.Text("pasted", form.Limit{Max: 1_000_000})
	switch {
	case len(files) == 1:
		data, err := readAll(files[0])
		if err == nil {
			s.Name = files[0].Name
			s.Doc, err = extract.Paragraphs(files[0].Name, data)
		}
		if err != nil && !f.Take(extract.Fault("file", err)) {
			f.Fail("file", "extract.error.broken")
		}
	case pasted != "":
		doc, err := extract.Paragraphs("pasted.txt", []byte(pasted))
		if err != nil {
			f.Take(extract.Fault("pasted", err))
		}
		s.Doc = doc
	default:
		f.Fail("file", "texts.error.no_file")
	}
	return s
}

func readAll(file form.File) ([]byte, error) {
	r, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // it was only read
	return io.ReadAll(io.LimitReader(r, extract.MaxFile+1))
}

func (m *Module) adminImport(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	consultationID := f.Value("consultation")
	again := func() error { return m.renderList(c, consultationID, f, form.New(nil, nil)) }
	s := source(f, languages(tenant.From(c.UserContext())))
	if err := f.Err(); err != nil {
		return web.Reshow(c, f, err, again)
	}
	textID, err := m.Import(c.UserContext(), consultationID, *s)
	if err != nil {
		return web.Reshow(c, f, err, again)
	}
	web.Flash(c, "success", "texts.admin.imported")
	return web.Redirect(c, root+"/"+textID)
}

// editorData is an act as staff work on it.
type editorData struct {
	t         *stored.Text
	c         *consultations.Consultation
	blocks    []*stored.TextBlock
	pairs     []act.Pair
	because   map[string]string
	form      *form.Form
	languages []string
	langs     []string
	publish   bool
}

func (m *Module) adminShow(c *fiber.Ctx) error { return m.renderEditor(c, form.New(nil, nil)) }

func (m *Module) renderEditor(c *fiber.Ctx, f *form.Form) error {
	d := editorData{form: f, because: map[string]string{}}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error { return d.load(ctx, tx, c.Params("id")) })
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	head := adminHead(ctx, d.c, ui.Crumb{Label: d.t.Title})
	return web.Render(c, web.Page{Title: d.t.Title, Staff: true, Admin: head}, editorPage(d))
}

func (d *editorData) load(ctx context.Context, tx *tenant.Tx, textID string) (err error) {
	if d.t, err = stored.Load(ctx, tx, textID); err != nil {
		return err
	}
	if d.c, err = consultations.Load(ctx, tx, d.t.ConsultationID); err != nil {
		return err
	}
	d.languages = languages(tx.Tenant())
	d.langs = tx.Tenant().Languages
	d.publish = authz.Can(ctx, permPublish, authz.Resource{}).Allowed
	version := d.t.DraftID
	if version == "" {
		version = d.t.VersionID
	}
	if d.blocks, err = stored.Blocks(ctx, tx, version); err != nil || d.t.DraftID == "" {
		return err
	}
	for _, b := range d.blocks {
		d.because[b.Name] = b.Because
	}
	d.pairs, err = comparison(ctx, tx, d.t, d.blocks)
	return err
}

// seenVersion is the row version that a form was opened with.
func seenVersion(f *form.Form) int64 {
	n, err := strconv.ParseInt(f.Value("version"), 10, 64)
	if err != nil {
		return -1 // no row has it, so that the form counts as out of date
	}
	return n
}

// editor carries out a form of the editor and shows it again when it is refused.
func (m *Module) editor(c *fiber.Ctx, said string, do func(ctx context.Context, f *form.Form) error) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := do(c.UserContext(), f); err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderEditor(c, f) })
	}
	web.Flash(c, "success", said)
	return web.Redirect(c, root+"/"+c.Params("id"))
}

func (m *Module) adminRename(c *fiber.Ctx) error {
	return m.editor(c, "texts.admin.saved", func(ctx context.Context, f *form.Form) error {
		title := f.Line("title", form.Limit{Min: 3, Max: stored.MaxTitle})
		if err := f.Err(); err != nil {
			return err
		}
		return m.Rename(ctx, c.Params("id"), seenVersion(f), title)
	})
}

func (m *Module) adminVersion(c *fiber.Ctx) error {
	return m.editor(c, "texts.admin.version_begun", func(ctx context.Context, f *form.Form) error {
		if f.Value("action") == "copy" {
			return m.NewVersion(ctx, c.Params("id"), seenVersion(f), nil)
		}
		s := source(f, languages(tenant.From(ctx)))
		if err := f.Err(); err != nil {
			return err
		}
		return m.NewVersion(ctx, c.Params("id"), seenVersion(f), s)
	})
}

func (m *Module) adminMerge(c *fiber.Ctx) error {
	return m.editor(c, "texts.admin.merged", func(ctx context.Context, f *form.Form) error {
		return m.Merge(ctx, c.Params("id"), f.Value("merge"), seenVersion(f))
	})
}

func (m *Module) adminDiscard(c *fiber.Ctx) error {
	return m.editor(c, "texts.admin.discarded", func(ctx context.Context, f *form.Form) error {
		return m.Discard(ctx, c.Params("id"), seenVersion(f))
	})
}

func (m *Module) adminPublish(c *fiber.Ctx) error {
	return m.editor(c, "texts.admin.published", func(ctx context.Context, f *form.Form) error {
		note := f.Texts("note", tenant.From(ctx).Languages, form.Limit{Max: stored.MaxNote})
		if err := f.Err(); err != nil {
			return err
		}
		return m.Publish(ctx, c.Params("id"), seenVersion(f), note, readBecause(f))
	})
}

// readBecause are the remarks for which blocks were left out, by the keys of those blocks.
func readBecause(f *form.Form) map[string]string {
	out := map[string]string{}
	for _, key := range f.Values("gone") {
		out[key] = f.Line("because."+key, form.Limit{Max: 300})
	}
	return out
}

// blockFormData is one block as staff correct it.
type blockFormData struct {
	t      *stored.Text
	c      *consultations.Consultation
	b      *stored.TextBlock
	form   *form.Form
	was    []ui.Option
	before bool
}

func (m *Module) adminBlock(c *fiber.Ctx) error { return m.renderBlock(c, nil) }

func (m *Module) renderBlock(c *fiber.Ctx, f *form.Form) error {
	d := blockFormData{form: f}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		return d.load(ctx, tx, c.Params("id"), c.Params("block"))
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	head := adminHead(ctx, d.c, ui.Crumb{Label: d.t.Title, Href: i18n.Href(ctx, root+"/"+d.t.ID)}, ui.Crumb{Label: d.b.Label})
	return web.Render(c, web.Page{Title: i18n.T(ctx, "texts.admin.block", "Label", d.b.Label), Staff: true, Admin: head}, blockFormPage(d))
}

func (d *blockFormData) load(ctx context.Context, tx *tenant.Tx, textID, key string) (err error) {
	if d.t, err = stored.Load(ctx, tx, textID); err != nil {
		return err
	}
	if d.c, err = consultations.Load(ctx, tx, d.t.ConsultationID); err != nil {
		return err
	}
	blocks, err := stored.Blocks(ctx, tx, d.t.DraftID)
	if err != nil {
		return err
	}
	var at int
	if d.b, at = stored.Find(blocks, key); d.b == nil {
		return stored.ErrUnknown()
	}
	d.before = at > 0
	pairs, err := comparison(ctx, tx, d.t, blocks)
	for _, p := range pairs {
		if p.Change == act.Vanished || p.Old != nil && p.Old.Key == key {
			d.was = append(d.was, ui.Option{Value: p.Old.Key, Label: p.Old.Label})
		}
	}
	if d.form == nil {
		d.form = form.New(nil, nil)
		fillBlock(d.form, d.b, pairs)
	}
	return err
}

func fillBlock(f *form.Form, b *stored.TextBlock, pairs []act.Pair) {
	for name, value := range map[string]string{"kind": string(b.Kind), "number": b.Number, "heading": b.Heading, "body": b.Body, "label": b.Label, "depth": itoa(b.Depth),
		"because": b.Because, "version": itoa64(b.RowVersion)} {
		f.Set(name, value)
	}
	for _, p := range pairs {
		if p.Old != nil && p.Old.Key == b.Name {
			f.Set("was", b.Name)
		}
	}
}

func readWork(f *form.Form) Work {
	var kinds []string
	for _, k := range act.Kinds() {
		kinds = append(kinds, string(k))
	}
	return Work{Kind: act.Kind(f.OneOf("kind", kinds...)), Number: f.Line("number", form.Limit{Max: stored.MaxNumber}), Heading: f.Line("heading", form.Limit{Max: stored.MaxHeading}),
		Body: f.Text("body", form.Limit{Max: stored.MaxBody}), Label: f.Line("label", form.Limit{Max: stored.MaxLabel}), Depth: f.OptionalInt("depth", 0, 4, 0), Was: f.Value("was"),
		Because: f.Line("because", form.Limit{Max: 300}), RowVersion: seenVersion(f)}
}

func (m *Module) adminSaveBlock(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	again := func() error { return m.renderBlock(c, f) }
	w, op := readWork(f), f.OneOf("action", opSave, opSplit, opMerge, opInsert, opRemove)
	if err := f.Err(); err != nil {
		return web.Reshow(c, f, err, again)
	}
	next, err := m.Correct(c.UserContext(), c.Params("id"), c.Params("block"), op, w)
	if err != nil {
		return web.Reshow(c, f, err, again)
	}
	web.Flash(c, "success", "texts.admin.saved")
	if op == opInsert {
		return web.Redirect(c, root+"/"+c.Params("id")+"/blocks/"+next)
	}
	return web.Redirect(c, root+"/"+c.Params("id")+"#"+next)
}
