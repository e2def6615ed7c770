package consultations

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/tenant"
)

func (m *Module) adminPhase(c *fiber.Ctx) error { return m.renderPhase(c, nil) }

// renderPhase is the one screen of a phase: its dates and all its switches. The id "new" begins another one.
func (m *Module) renderPhase(c *fiber.Ctx, f *form.Form) error {
	phaseID := c.Params("phase")
	missing := false
	fill := func(f *form.Form, one *Consultation, o options) {
		p := one.Phase(phaseID)
		missing = p == nil && phaseID != "new"
		if p == nil {
			p = nextPhase(one)
		}
		fillPhase(f, one, p, o)
	}
	title := i18n.T(c.UserContext(), "common.phase.phase")
	err := m.edit(c, f, title, fill, func(d editData) templ.Component {
		d.phaseID = phaseID
		return adminPhase(d)
	})
	if err == nil && missing {
		return fault.NotFound("consultations.error.phase")
	}
	return err
}

func (m *Module) adminSavePhase(c *fiber.Ctx) error {
	f, o, err := m.readForm(c)
	if err != nil {
		return err
	}
	old := &Phase{}
	if phaseID := c.Params("phase"); phaseID != "new" {
		if old = o.c.Phase(phaseID); old == nil {
			return fault.NotFound("consultations.error.phase")
		}
	}
	p := readPhase(f, o, old)
	if err = f.Err(); err == nil {
		err = m.SavePhase(c.UserContext(), c.Params("id"), p, int64(f.OptionalInt("version", 0, 1<<30, 0)))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderPhase(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root+"/"+c.Params("id"))
}

func (m *Module) adminRemovePhase(c *fiber.Ctx) error {
	err := m.RemovePhase(c.UserContext(), c.Params("id"), c.Params("phase"))
	if err != nil {
		f := form.New(nil, nil)
		return web.Reshow(c, f, err, func() error { return m.renderShow(c, f) })
	}
	web.Flash(c, "success", "common.deleted")
	return web.Redirect(c, root+"/"+c.Params("id"))
}

func (m *Module) adminTerm(c *fiber.Ctx) error { return m.renderTerm(c, nil) }

// renderTerm is the screen on which a public consultation is extended or closed early.
func (m *Module) renderTerm(c *fiber.Ctx, f *form.Form) error {
	fill := func(f *form.Form, one *Consultation, o options) { f.Set("until", date(one.EndsAt, o.zone)) }
	return m.edit(c, f, i18n.T(c.UserContext(), "consultations.admin.term"), fill, func(d editData) templ.Component { return adminTerm(d) })
}

func (m *Module) adminExtend(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	f.Required("until")
	until, reason := f.Date("until", web.SiteOf(c).Zone), readReason(f, web.SiteOf(c).Languages, 5)
	if err = f.Err(); err == nil {
		err = m.Extend(c.UserContext(), c.Params("id"), until, reason)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderTerm(c, f) })
	}
	web.Flash(c, "success", "consultations.admin.extended")
	return web.Redirect(c, root+"/"+c.Params("id"))
}

func (m *Module) adminClose(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	reason := readReason(f, web.SiteOf(c).Languages, 5)
	if err = f.Err(); err == nil {
		err = m.CloseEarly(c.UserContext(), c.Params("id"), reason)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderTerm(c, f) })
	}
	web.Flash(c, "success", "consultations.admin.closed")
	return web.Redirect(c, root+"/"+c.Params("id"))
}

func (m *Module) adminAnswerForm(c *fiber.Ctx) error {
	var r *Result
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		r, err = ResultOf(ctx, tx, c.Params("id"))
		return err
	})
	if err != nil {
		return err
	}
	f := form.New(nil, nil)
	if r != nil {
		setTexts(f, "text", r.Text)
	}
	return m.renderAnswer(c, f)
}

func (m *Module) renderAnswer(c *fiber.Ctx, f *form.Form) error {
	fill := func(*form.Form, *Consultation, options) {}
	return m.edit(c, f, i18n.T(c.UserContext(), "consultations.admin.answer"), fill, func(d editData) templ.Component { return adminAnswer(d) })
}

func (m *Module) adminAnswer(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	answer := f.Texts("text", web.SiteOf(c).Languages, form.Limit{Min: 10, Max: bodyMax})
	if err = f.Err(); err == nil {
		err = m.Answer(c.UserContext(), c.Params("id"), answer)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderAnswer(c, f) })
	}
	web.Flash(c, "success", "common.published_now")
	return web.Redirect(c, root+"/"+c.Params("id"))
}

// Limits of files: one cover, and what the municipality puts beside the text.
func coverLimits() attachments.Limits { return attachments.Limits{Photos: 1} }
func documentLimits() attachments.Limits {
	return attachments.Limits{Photos: 10, Documents: 40, AltRequired: true}
}

func (m *Module) adminDocuments(c *fiber.Ctx) error { return m.renderDocuments(c, nil) }

// renderDocuments is the screen of files: the cover picture in one form, documents in another.
func (m *Module) renderDocuments(c *fiber.Ctx, f *form.Form) error {
	var files map[subject.Ref][]attachments.Attachment
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		one := &Consultation{}
		one.ID = c.Params("id")
		files, err = attachments.Of(ctx, tx, []subject.Ref{one.Ref(), one.CoverRef()})
		return err
	})
	if err != nil {
		return err
	}
	fill := func(f *form.Form, one *Consultation, _ options) { setTexts(f, "cover_alt", one.CoverAlt) }
	return m.edit(c, f, i18n.T(c.UserContext(), "common.documents"), fill, func(d editData) templ.Component {
		return adminDocuments(d, files[d.c.CoverRef()], files[d.c.Ref()])
	})
}

func (m *Module) adminAddDocuments(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, cover, limits := c.UserContext(), f.Value("what") == "cover", documentLimits()
	if cover {
		limits = coverLimits()
	}
	alt := f.Texts("cover_alt", web.SiteOf(c).Languages, form.Limit{Max: 300})
	batch, err := m.Files.Receive(ctx, f, limits)
	if err == nil {
		err = f.Err()
	}
	switch {
	case err != nil:
	case cover:
		err = m.SetCover(ctx, c.Params("id"), batch, alt)
	default:
		err = m.SetDocuments(ctx, c.Params("id"), batch)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderDocuments(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root+"/"+c.Params("id")+"/documents")
}
