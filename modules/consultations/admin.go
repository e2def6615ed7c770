package consultations

import (
	"context"
	"slices"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/consultations/internal/book"
	"glas/modules/consultations/internal/stored"
	"glas/modules/terms"
	"glas/tenant"
)

// root is where staff works on consultations.
const root = book.Root

func (m *Module) adminIndex(c *fiber.Ctx) error {
	ctx, q := c.UserContext(), web.Query(c)
	f := Filter{Staff: true, Limit: 50, Text: q.Line("q", form.Limit{Max: titleMax}), After: q.Value("after"), Deleted: q.Value("state") == "deleted"}
	if s := State(q.Value("state")); slices.Contains([]State{Draft, Scheduled, Published, Archived}, s) {
		f.State = s
	}
	d := adminIndexData{form: q, filter: f}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.now = tx.Now()
		d.list, d.next, err = List(ctx, tx, f)
		return err
	})
	if err != nil {
		return err
	}
	p := web.Page{Title: i18n.T(ctx, "consultations.menu"), Staff: true, Current: root, Admin: ui.AdminData{
		Actions: ui.LinkButton(i18n.T(ctx, "consultations.admin.new"), i18n.Href(ctx, root+"/new"), "primary", "")}}
	return web.Render(c, p, adminIndex(d))
}

func adminPage(c *fiber.Ctx, one *Consultation, title string) web.Page {
	return book.Page(c, one, title)
}

func adminPath(c *Consultation) string { return book.Path(c) }

func (m *Module) adminNew(c *fiber.Ctx) error {
	f, err := web.FormFor(c, root)
	if err != nil {
		return err
	}
	return m.renderNew(c, f)
}

func (m *Module) renderNew(c *fiber.Ctx, f *form.Form) error {
	list, err := Blueprints()
	if err != nil {
		return err
	}
	var rules []ui.Option
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		rules, err = terms.Options(ctx, tx, "")
		return err
	})
	if err != nil {
		return err
	}
	page := adminPage(c, nil, i18n.T(c.UserContext(), "consultations.admin.new"))
	return web.Render(c, page, adminNew(f, list, rules, web.SiteOf(c).Languages))
}

func (m *Module) adminCreate(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	s := readStart(f, web.SiteOf(c).Languages, web.SiteOf(c).Zone)
	created := ""
	if err = f.Err(); err == nil {
		created, err = m.Create(c.UserContext(), s)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderNew(c, f) })
	}
	web.Flash(c, "success", "consultations.admin.created")
	return web.Redirect(c, root+"/"+created)
}

func (m *Module) adminShow(c *fiber.Ctx) error {
	return m.renderShow(c, form.New(nil, nil))
}

// renderShow is the desk of one consultation: check-list, phases, previews, acts. f holds what a refused act was sent with.
func (m *Module) renderShow(c *fiber.Ctx, f *form.Form) error {
	d := adminShowData{form: f, base: web.SiteOf(c).Base, switches: m.switches(c.UserContext())}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = Load(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		d.now, d.zone = tx.Now(), tx.Tenant().Zone()
		rules, err := m.desk.Rules(ctx, tx, d.c)
		if err != nil {
			return err
		}
		at := d.now
		if d.c.State == Scheduled {
			at = d.c.PublishAt
		}
		d.items = rules.Checklist(ctx, d.c, tx.Tenant(), at)
		if d.previews, err = stored.Previews(ctx, tx, d.c.ID); err != nil {
			return err
		}
		d.changes, err = stored.Changes(ctx, tx, d.c.ID)
		return err
	})
	if err != nil {
		return err
	}
	page := adminPage(c, d.c, "")
	page.Admin.Pill = PillOf(c.UserContext(), d.c, d.now)
	return web.Render(c, page, adminShow(d))
}

// edit shows a screen with a form about one consultation. fill puts the stored values into a form that was not sent; after a
// refused one f is what was typed, and stored what is there now.
func (m *Module) edit(c *fiber.Ctx, f *form.Form, title string, fill func(f *form.Form, one *Consultation, o options), view func(d editData) templ.Component) error {
	d := editData{form: f}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = Load(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		d.now = tx.Now()
		d.options, err = loadOptions(ctx, tx, d.c)
		d.options.switches = m.switches(ctx)
		return err
	})
	if err != nil {
		return err
	}
	d.stored = form.New(nil, nil)
	fill(d.stored, d.c, d.options)
	if d.form == nil {
		d.form = d.stored
	}
	return web.Render(c, adminPage(c, d.c, title), view(d))
}

func (m *Module) adminBasics(c *fiber.Ctx) error { return m.renderBasics(c, nil) }

func (m *Module) renderBasics(c *fiber.Ctx, f *form.Form) error {
	return m.edit(c, f, i18n.T(c.UserContext(), "consultations.admin.basics"), fillBasics, func(d editData) templ.Component { return adminBasics(d) })
}

func (m *Module) adminSaveBasics(c *fiber.Ctx) error {
	f, o, err := m.readForm(c)
	if err != nil {
		return err
	}
	b := readBasics(f, o)
	if err = f.Err(); err == nil {
		err = m.Edit(c.UserContext(), c.Params("id"), b)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderBasics(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root+"/"+c.Params("id"))
}

// readForm reads what was sent, and the choices it is checked against.
func (m *Module) readForm(c *fiber.Ctx) (f *form.Form, o options, err error) {
	if f, err = web.Form(c); err != nil {
		return nil, o, err
	}
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := Load(ctx, tx, c.Params("id"))
		if err != nil {
			return err
		}
		o, err = loadOptions(ctx, tx, one)
		o.switches = m.switches(ctx)
		return err
	})
	return f, o, err
}

func (m *Module) adminPublish(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	at := f.DateTime("publish_at", web.SiteOf(c).Zone)
	if err = f.Err(); err == nil {
		err = m.Publish(c.UserContext(), c.Params("id"), at)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderShow(c, f) })
	}
	web.Flash(c, "success", "consultations.admin.published")
	return web.Redirect(c, root+"/"+c.Params("id"))
}

// adminAct does what needs nothing but the press.
func (m *Module) adminAct(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, one := c.UserContext(), c.Params("id")
	switch f.Value("act") {
	case "withdraw":
		err = m.Withdraw(ctx, one)
	case "archive":
		err = m.Archive(ctx, one, true)
	case "unarchive":
		err = m.Archive(ctx, one, false)
	case "delete":
		err = m.Delete(ctx, one)
	case "restore":
		err = m.Restore(ctx, one)
	default:
		err = fault.InvalidField("act", "val.choose")
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderShow(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root+"/"+one)
}

func (m *Module) adminClone(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	created := ""
	f.Required("clone_starts")
	start := f.Date("clone_starts", web.SiteOf(c).Zone)
	if err = f.Err(); err == nil {
		created, err = m.Clone(c.UserContext(), c.Params("id"), start)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderShow(c, f) })
	}
	web.Flash(c, "success", "consultations.admin.cloned")
	return web.Redirect(c, root+"/"+created)
}

func (m *Module) adminNewPreview(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	token := ""
	days := f.Int("days", 1, previewDays)
	if err = f.Err(); err == nil {
		token, err = m.NewPreview(c.UserContext(), c.Params("id"), days)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderShow(c, f) })
	}
	f.Set("preview", "/preview/"+token) // shown once: only its hash is stored
	return m.renderShow(c, f)
}

func (m *Module) adminRevokePreview(c *fiber.Ctx) error {
	if err := m.RevokePreview(c.UserContext(), c.Params("id"), c.Params("preview")); err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root+"/"+c.Params("id"))
}
