package texts

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// upload is the part of a form in which the picture of a sheet is chosen.
type upload struct{ field templ.Component }

func (m *Module) uploadField(ctx context.Context, tx *tenant.Tx, s *stored.Sheet, f *form.Form) (upload, error) {
	if m.Files == nil {
		return upload{}, nil
	}
	ref := subject.Ref{}
	if s != nil {
		ref = s.Ref()
	}
	if f != nil && !f.Has("files.staged") {
		f = nil
	}
	field, err := m.Files.Field(ctx, tx, ref, f)
	return upload{field}, err
}

func readSheet(f *form.Form, langs []string) SheetWork {
	w := SheetWork{Title: f.Line("sheet_title", form.Limit{Min: 3, Max: stored.MaxTitle}), Lang: f.OneOf("sheet_lang", langs...), Note: f.Text("note", form.Limit{Max: stored.MaxNote}), RowVersion: seenVersion(f)}
	zones, wrong := stored.ParseZones(f.Text("zones", form.Limit{Max: 60_000}))
	f.Check("zones", wrong == 0, "texts.error.zones", "N", wrong)
	w.Zones = zones
	return w
}

func (m *Module) adminAddSheet(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	again := func() error { return m.renderList(c, f.Value("consultation"), form.New(nil, nil), f) }
	sheetID, err := m.takeSheet(c, "", f)
	if err != nil {
		return web.Reshow(c, f, err, again)
	}
	web.Flash(c, "success", "texts.admin.saved")
	return web.Redirect(c, sheets+"/"+sheetID)
}

// takeSheet stores the form of a sheet with its files.
func (m *Module) takeSheet(c *fiber.Ctx, sheetID string, f *form.Form) (string, error) {
	ctx := c.UserContext()
	w := readSheet(f, languages(tenant.From(ctx)))
	if m.Files != nil {
		if err := m.Files.Take(ctx, f); err != nil {
			return "", err
		}
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	return m.SaveSheet(ctx, f.Value("consultation"), sheetID, w, f)
}

// sheetFormData is a sheet as staff work on it.
type sheetFormData struct {
	sheetData
	form      *form.Form
	languages []string
	upload    upload
	publish   bool
}

func (m *Module) adminSheet(c *fiber.Ctx) error { return m.renderSheet(c, nil) }

func (m *Module) renderSheet(c *fiber.Ctx, f *form.Form) error {
	d := sheetFormData{form: f}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.s, err = stored.LoadSheet(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		if d.c, err = consultations.Load(ctx, tx, d.s.ConsultationID); err != nil {
			return err
		}
		files, err := attachments.Of(ctx, tx, []subject.Ref{d.s.Ref()})
		if err != nil {
			return err
		}
		d.picture, d.files = pictureOf(files[d.s.Ref()])
		d.languages, d.publish = languages(tx.Tenant()), authz.Can(ctx, permPublish, authz.Resource{}).Allowed
		d.upload, err = m.uploadField(ctx, tx, d.s, f)
		return err
	})
	if err != nil {
		return err
	}
	if d.form == nil {
		d.form = form.New(nil, nil)
		for name, value := range map[string]string{"sheet_title": d.s.Title, "sheet_lang": d.s.Lang, "note": d.s.Note, "zones": stored.WriteZones(d.s.Zones), "version": itoa64(d.s.RowVersion)} {
			d.form.Set(name, value)
		}
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: d.s.Title, Staff: true, Admin: adminHead(ctx, d.c, ui.Crumb{Label: i18n.T(ctx, "texts.sheet.one")})}, sheetFormPage(d))
}

func (m *Module) adminSaveSheet(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if _, err := m.takeSheet(c, c.Params("id"), f); err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderSheet(c, f) })
	}
	web.Flash(c, "success", "texts.admin.saved")
	return web.Redirect(c, sheets+"/"+c.Params("id"))
}

func (m *Module) adminPublishSheet(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := m.PublishSheet(c.UserContext(), c.Params("id"), seenVersion(f), f.Value("action") == "publish"); err != nil {
		return err
	}
	web.Flash(c, "success", "texts.admin.saved")
	return web.Redirect(c, sheets+"/"+c.Params("id"))
}
