package archive

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/archive/internal/stored"
	"glas/modules/consultations"
	"glas/tenant"
)

// indexData is the consultations with what was made of each.
type indexData struct {
	list     []*consultations.Consultation
	archives map[string][]*stored.Archive
	next     string
}

const pageSize = 50

func (m *Module) adminIndex(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var d indexData
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.list, d.next, err = consultations.List(ctx, tx, consultations.Filter{After: web.Query(c).Value("after"), Limit: pageSize}); err != nil {
			return err
		}
		ids := make([]string, len(d.list))
		for i, one := range d.list {
			ids[i] = one.ID
		}
		d.archives, err = stored.OfMany(ctx, tx, ids)
		return err
	})
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "archive.title")
	return web.Render(c, web.Page{Title: title, Staff: true, Current: root, Admin: ui.AdminData{Title: title, Lead: i18n.T(ctx, "archive.lead")}}, indexPage(d))
}

// showData is one consultation with its archives.
type showData struct {
	c    *consultations.Consultation
	list []*stored.Archive
	form *form.Form
}

func (d showData) path() string { return root + "/" + d.c.ID }

// making is the archive that is being made, nil when none is.
func (d showData) making() *stored.Archive {
	for _, a := range d.list {
		if a.State == stored.Making {
			return a
		}
	}
	return nil
}

func (m *Module) adminShow(c *fiber.Ctx) error { return m.render(c, form.New(nil, nil)) }

func (m *Module) render(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	d := showData{form: f}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Load(ctx, tx, c.Params("consultation")); err != nil {
			return err
		}
		d.list, err = stored.Of(ctx, tx, d.c.ID)
		return err
	})
	if err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, archives(d))
	}
	page := web.Page{Title: d.c.Title.In(ctx), Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "archive.lead"), Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "archive.title"), Href: i18n.Href(ctx, root)}, {Label: d.c.Title.In(ctx)}}}}
	return web.Render(c, page, showPage(d))
}

func licenceOptions() []ui.Option {
	var out []ui.Option
	for _, l := range Licences() {
		out = append(out, ui.Option{Value: l.Key, Label: l.Name})
	}
	return out
}

func (m *Module) adminMake(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	var keys []string
	for _, l := range Licences() {
		keys = append(keys, l.Key)
	}
	licence, public := f.OneOf("licence", keys...), f.Bool("public")
	if err = f.Err(); err == nil {
		err = m.Make(c.UserContext(), c.Params("consultation"), licence, public)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, f) })
	}
	web.Flash(c, "success", "archive.started")
	return web.Redirect(c, root+"/"+c.Params("consultation"))
}

func (m *Module) adminPublic(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := m.SetPublic(c.UserContext(), c.Params("consultation"), c.Params("archive"), f.Bool("public")); err != nil {
		return err
	}
	web.Flash(c, "success", "archive.saved")
	return web.Redirect(c, root+"/"+c.Params("consultation"))
}

func (m *Module) adminDelete(c *fiber.Ctx) error {
	if err := m.Remove(c.UserContext(), c.Params("consultation"), c.Params("archive")); err != nil {
		return err
	}
	web.Flash(c, "success", "archive.removed")
	return web.Redirect(c, root+"/"+c.Params("consultation"))
}

func (m *Module) adminFile(c *fiber.Ctx) error {
	var a *stored.Archive
	var one *consultations.Consultation
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if a, err = of(ctx, tx, c.Params("consultation"), c.Params("archive")); err != nil {
			return err
		}
		if !a.Ready() {
			return fault.NotFound("archive.error.unknown")
		}
		one, err = consultations.Load(ctx, tx, a.ConsultationID)
		return err
	})
	if err != nil {
		return err
	}
	return m.send(c, one, a)
}
