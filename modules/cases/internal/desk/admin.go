package desk

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Routes are the pages of staff.
func (d *Desk) Routes() []web.Route {
	const one = Root + "/:number"
	return []web.Route{
		{Method: fiber.MethodGet, Path: Root, Need: acts.PermWork, Handle: d.home},
		{Method: fiber.MethodGet, Path: Queue + "/:queue", Need: acts.PermWork, Handle: d.queue},
		{Method: fiber.MethodPost, Path: Queue + "/:queue", Need: acts.PermWork, Handle: d.bulk},
		{Method: fiber.MethodPost, Path: Queue + "/:queue/filter", Need: acts.PermWork, Handle: d.keepFilter},
		{Method: fiber.MethodGet, Path: one, Need: acts.PermWork, Handle: d.page},
		{Method: fiber.MethodPost, Path: one + "/:act", Need: acts.PermWork, Handle: d.act, Files: true},
		{Method: fiber.MethodGet, Path: Entry, Need: acts.PermEnter, Handle: d.entry},
		{Method: fiber.MethodPost, Path: Entry, Need: acts.PermEnter, Handle: d.enter, Files: true},
		{Method: fiber.MethodGet, Path: Entry + "/people", Need: acts.PermEnter, Handle: d.people},
		{Method: fiber.MethodGet, Path: Entry + "/questions", Need: acts.PermEnter, Handle: d.questions},
		{Method: fiber.MethodGet, Path: Entry + "/near", Need: acts.PermEnter, Handle: d.near},
		{Method: fiber.MethodGet, Path: Calls, Need: acts.PermContact, Handle: d.calls},
		{Method: fiber.MethodGet, Path: Calls + "/:id", Need: acts.PermContact, Handle: d.call},
		{Method: fiber.MethodPost, Path: Calls + "/:id", Need: acts.PermContact, Handle: d.called},
	}
}

// received are the photos and documents that a form of staff carries. Where who acts may add files for himself they are kept at once, so
// that they survive a refused form.
func (d *Desk) received(c *fiber.Ctx, f *form.Form) (attachments.Batch, error) {
	ctx := c.UserContext()
	limits := attachments.Limits{Photos: stored.PhotosMax, Documents: 5}
	if d.Files != nil && can(ctx, "attachment.add") {
		return d.Files.Receive(ctx, f, limits)
	}
	return attachments.Batch{Files: f.Files("files", stored.PhotosMax+5, attachments.MaxBytes), Limits: limits}, nil
}

// insert fills a template into the form that was sent, with everything that was typed, and shows it again. Nothing is stored.
func (d *Desk) insert(c *fiber.Ctx, act string, f *form.Form) error {
	ctx := c.UserContext()
	var one *stored.Case
	var with map[string]i18n.Text
	var t *stored.CaseTemplate
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if one, err = stored.FindNumber(ctx, tx, c.Params("number")); err != nil {
			return err
		}
		if t, err = stored.Get[stored.CaseTemplate](ctx, tx, f.Value("template")); err != nil || t == nil {
			return err
		}
		with, err = d.values(ctx, tx, one)
		return err
	})
	if err != nil {
		return err
	}
	if t != nil {
		languages := web.SiteOf(c).Languages
		for _, lang := range languages {
			add(f, "body."+lang, fill(t.Body[lang], with, lang))
		}
		add(f, "text", fill(firstOf(t.Body, one.Lang, languages[0]), with, one.Lang))
	}
	return d.render(c, act, f, false)
}
