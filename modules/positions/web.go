package positions

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/tenant"
)

// listData is the positions of a consultation.
type listData struct {
	c        *consultations.Consultation
	list     []*Position
	tally    Tally
	decision authz.Decision
}

func (m *Module) list(c *fiber.Ctx) error {
	d := listData{}
	var frame templ.Component
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		if d.list, err = listOf(ctx, tx, d.c.ID); err != nil {
			return err
		}
		if d.tally, err = tally(ctx, tx, d.c.ID); err != nil {
			return err
		}
		d.decision = may(ctx, tx, d.c)
		web.FreshUntil(c, d.c.NextChange(tx.Now()))
		frame, err = m.Consultations.Frame(ctx, tx, d.c, m.Key())
		return err
	})
	if err != nil {
		return err
	}
	page := consultations.PageOf(c, d.c)
	page.Title, page.JSONLD = i18n.T(c.UserContext(), "positions.of", "Title", d.c.Title), nil
	return web.Render(c, page, consultations.Wrap(frame, listPart(d)))
}

// formData is the form for a position.
type formData struct {
	c        *consultations.Consultation
	form     *form.Form
	decision authz.Decision
	actor    authz.Actor
	old      *Position
	files    []attachments.Attachment
}

func (m *Module) newForm(c *fiber.Ctx) error {
	f, err := web.FormFor(c, "/consultations/"+c.Params("slug")+"/positions")
	if err != nil {
		return err
	}
	return m.render(c, f, attachments.Batch{})
}

func (m *Module) render(c *fiber.Ctx, f *form.Form, files attachments.Batch) error {
	d := formData{form: f, files: files.Existing(nil)}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		d.decision, d.actor = may(ctx, tx, d.c), authz.From(ctx)
		if d.actor.OrganisationID != "" {
			d.old, err = current(ctx, tx, d.c.ID, d.actor.OrganisationID)
		}
		return err
	})
	if err != nil {
		return err
	}
	if d.old != nil && f.Value("title") == "" && f.Valid() {
		fill(f, d.old)
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "positions.action.new"), Current: "/consultations", NoIndex: true}, formPage(d))
}

func (m *Module) adopt(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	p, files := readPosition(f), attachments.Batch{}
	if m.Files != nil {
		if files, err = m.Files.Receive(ctx, f, limits()); err != nil {
			return err
		}
	}
	if f.Value(trapName) != "" {
		f.Fail("", "val.required")
	}
	if err = f.Err(); err == nil {
		err = m.adoptIn(ctx, c.Params("slug"), p, files)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, f, files) })
	}
	web.Flash(c, "success", "positions.flash.adopted")
	return web.Redirect(c, p.Path())
}

// adoptIn finds the consultation of an address.
func (m *Module) adoptIn(ctx context.Context, slug string, p *Position, files attachments.Batch) error {
	var found *consultations.Consultation
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		found, err = consultations.Find(ctx, tx, slug)
		return err
	})
	if err != nil {
		return err
	}
	return m.Adopt(ctx, found.ID, p, files)
}

// showData is one position.
type showData struct {
	p       *Position
	c       *consultations.Consultation
	files   []attachments.Attachment
	earlier []*Position
	mine    bool
	report  string
}

func (m *Module) show(c *fiber.Ctx) error {
	d, err := m.one(c)
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: d.p.Title, Current: "/consultations", NoIndex: d.p.State != Shown}, showPage(d))
}

func (m *Module) one(c *fiber.Ctx) (showData, error) {
	d := showData{}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.p, d.c, err = m.load(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		d.mine = mine(ctx, d.p) && d.p.State == Shown && may(ctx, tx, d.c).Allowed
		if d.earlier, err = earlier(ctx, tx, d.p); err != nil {
			return err
		}
		all, err := attachments.Of(ctx, tx, []subject.Ref{d.p.Ref()})
		d.files = all[d.p.Ref()]
		web.FreshUntil(c, d.c.NextChange(tx.Now()))
		return err
	})
	if m.ReportPath != nil && d.p != nil && d.p.State == Shown && !d.mine {
		d.report = m.ReportPath(d.p.Ref())
	}
	return d, err
}

func (m *Module) withdrawForm(c *fiber.Ctx) error {
	d, err := m.one(c)
	if err != nil {
		return err
	}
	if !d.mine {
		return fault.Forbidden("positions.error.withdraw")
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "positions.withdraw.title"), Current: "/consultations", NoIndex: true}, withdrawPage(d))
}

func (m *Module) withdraw(c *fiber.Ctx) error {
	if err := m.Withdraw(c.UserContext(), c.Params("id")); err != nil {
		return err
	}
	web.Flash(c, "success", "positions.flash.withdrawn")
	return web.Redirect(c, "/positions/"+c.Params("id"))
}

// stancePill is a stance as a coloured word.
func stancePill(ctx context.Context, s Stance) *ui.PillData {
	kind := map[Stance]string{For: "open", Neutral: "waiting", Against: "danger"}[s]
	return &ui.PillData{Kind: kind, Text: i18n.T(ctx, "positions.stance."+string(s))} //i18n: positions.stance.*
}
