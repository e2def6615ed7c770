package feedback

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// askData is the page of the question.
type askData struct {
	form    *form.Form
	c       *stored.Case
	survey  *stored.CaseSurvey
	reasons []Reason
}

// ask shows the question. Opening it answers nothing: programs that look at letters open links too.
func (m *Module) ask(c *fiber.Ctx) error {
	d, err := m.load(c)
	if err != nil {
		return err
	}
	if d.form, err = web.FormFor(c, path(d.survey)); err != nil {
		return err
	}
	return m.render(c, d)
}

func (m *Module) load(c *fiber.Ctx) (askData, error) {
	d := askData{}
	return d, m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.survey, err = stored.SurveyByToken(ctx, tx, c.Params("token")); err != nil {
			return err
		}
		if !d.survey.SubmittedAt.IsZero() {
			return fault.Gone("cases.error.rated")
		}
		if tx.Now().After(d.survey.ExpiresAt) {
			return fault.Gone("cases.error.rate_late")
		}
		if d.reasons, err = Reasons(ctx, tx); err != nil {
			return err
		}
		d.c, err = stored.Find(ctx, tx, d.survey.CaseID)
		return err
	})
}

func (m *Module) submit(c *fiber.Ctx) error {
	d, err := m.load(c)
	if err != nil {
		return err
	}
	if d.form, err = web.Form(c); err != nil {
		return err
	}
	f, ctx := d.form, c.UserContext()
	content := f.OneOf("satisfied", "yes", "no") == "yes"
	o := Opinion(ctx, d.reasons, content, f.Values("reasons"), f.Text("text", form.Limit{Max: acts.OpinionMax}), f.Value("contact") == "no")
	if err = f.Err(); err == nil {
		_, err = m.Acts.Rate(ctx, d.survey.Token, o)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, d) })
	}
	web.Flash(c, "success", "cases.flash.rated")
	return web.Redirect(c, d.c.TokenPath())
}

// render shows a page that nobody keeps: it is for one person and one moment.
func (m *Module) render(c *fiber.Ctx, d askData) error {
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "cases.rate.title"), Current: "/cases", NoIndex: true}, askPage(d))
}
