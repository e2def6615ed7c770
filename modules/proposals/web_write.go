package proposals

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/areas"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/modules/streets"
	"glas/modules/topics"
	"glas/tenant"
)

// writeData is the form of a proposal.
type writeData struct {
	c             *consultations.Consultation
	form          *form.Form
	errors        fault.Fields
	rules         Rules
	names         *stored.Names
	topics, areas []ui.Option
	picker        streets.PickerData
	decision      authz.Decision
	files         []attachments.Attachment
	alike         []row
	// own is the draft or the proposal that is edited; nil for a new one.
	own      *Proposal
	edit     bool
	official bool
	used     int64
	now      time.Time
}

// action is where the form is sent, without a language prefix.
func (d *writeData) action() string {
	switch {
	case d.edit:
		return d.own.Path() + "/edit"
	case d.official:
		return adminPath + "/new"
	default:
		return tabPath(d.c)
	}
}

func (m *Module) newForm(c *fiber.Ctx) error {
	d, err := m.loadWrite(c)
	if err != nil {
		return err
	}
	if d.form, err = web.FormFor(c, tabPath(d.c)); err != nil {
		return err
	}
	if !d.form.Has("title") && d.own != nil {
		d.own.Fill(d.form)
	}
	return m.renderWrite(c, &d)
}

// fillWrite adds what the form needs beside what was typed.
func (m *Module) fillWrite(ctx context.Context, tx *tenant.Tx, d *writeData) (err error) {
	d.now = tx.Now()
	d.rules, d.decision = stored.RulesOf(d.c, d.now, tx.Tenant().Rules.Moderation), d.c.May(ctx, stored.PermSubmit, d.now)
	if d.names, err = stored.LoadNames(ctx, tx); err != nil {
		return err
	}
	actor := authz.From(ctx)
	if !actor.SignedIn() {
		return nil
	}
	if d.own == nil {
		if d.own, err = stored.FindDraft(ctx, tx, d.c.ID, actor.ID); err != nil {
			return err
		}
	}
	if d.rules.Quota > 0 {
		if d.used, err = stored.CountOf(ctx, tx, d.c.ID, actor.ID); err != nil {
			return err
		}
	}
	if d.own == nil {
		return nil
	}
	files, err := attachments.Of(ctx, tx, []subject.Ref{d.own.Ref()})
	d.files = files[d.own.Ref()]
	return err
}

func (m *Module) renderWrite(c *fiber.Ctx, d *writeData) error {
	ctx := c.UserContext()
	if err := m.pick(ctx, d); err != nil {
		return err
	}
	d.topics, d.areas = topics.Choices(ctx, d.names.Topics, d.form.Value("topic")), areas.Choices(ctx, d.names.Areas, d.form.Value("area"))
	d.errors = d.form.Complaints()
	title := "proposals.write.title"
	if d.edit {
		title = "proposals.edit.title"
	} //i18n: proposals.write.title proposals.edit.title
	return web.Render(c, web.Page{Title: i18n.T(ctx, title), Current: "/consultations", Map: true, NoIndex: true}, writePage(*d))
}

// pick reads the place of the form, and looks a typed street up when that was asked for.
func (m *Module) pick(ctx context.Context, d *writeData) error {
	if d.picker.Form == nil {
		err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
			d.picker, err = streets.Pick(ctx, tx, d.form)
			return err
		})
		if err != nil {
			return err
		}
	}
	d.picker.Label, d.picker.Help, d.picker.Max = i18n.T(ctx, "proposals.write.where"), i18n.T(ctx, "proposals.write.where_help"), PlaceMax
	return nil
}

// read reads the form and stores its files, so that nothing has to be chosen twice.
func (m *Module) read(c *fiber.Ctx, d *writeData) (Input, error) {
	ctx := c.UserContext()
	if err := m.pick(ctx, d); err != nil {
		return Input{}, err
	}
	in := stored.ReadInput(d.form, d.names, i18n.Lang(ctx))
	if m.Files == nil {
		return in, nil
	}
	var err error
	in.Files, err = m.Files.Receive(ctx, d.form, d.rules.Limits())
	d.files = in.Files.Existing(d.files)
	if in.Files.Placed {
		d.picker.Photo = &[2]float64{in.Files.Lat, in.Files.Lng}
	}
	return in, err
}

// inputOf is what the form says or, when the preview is published as it stands, the draft.
func (m *Module) inputOf(c *fiber.Ctx, d *writeData, do string) (Input, error) {
	if do == "publish" && !d.form.Has("title") && d.own != nil {
		return d.own.Input(d.own.AuthorName != authz.From(c.UserContext()).Name), nil
	}
	return m.read(c, d)
}

// submit keeps the draft, and goes on to the preview or publishes, as the pressed button says.
func (m *Module) submit(c *fiber.Ctx) error {
	d, err := m.loadWrite(c)
	if err != nil {
		return err
	}
	if d.form, err = web.Form(c); err != nil {
		return err
	}
	do := d.form.Value("do")
	if do == "drop" {
		return m.drop(c, d.c)
	}
	in, err := m.inputOf(c, &d, do)
	if err != nil {
		return err
	}
	switch {
	case d.picker.Asked:
		return m.renderWrite(c, &d)
	case do == "publish":
		err = m.publishForm(c, &d, in)
	default:
		err = m.keep(c, &d, in, do)
	}
	if err != nil {
		return web.Reshow(c, d.form, err, func() error { return m.renderWrite(c, &d) })
	}
	return nil
}

// loadWrite loads what the form of a new proposal needs.
func (m *Module) loadWrite(c *fiber.Ctx) (d writeData, err error) {
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		return m.fillWrite(ctx, tx, &d)
	})
	return d, err
}

func (m *Module) drop(c *fiber.Ctx, one *consultations.Consultation) error {
	if err := m.DropDraft(c.UserContext(), one.ID); err != nil {
		return err
	}
	web.Flash(c, "success", "proposals.flash.dropped")
	return web.Redirect(c, tabPath(one))
}

// publishForm publishes what the form says, and leads to it.
func (m *Module) publishForm(c *fiber.Ctx, d *writeData, in Input) error {
	if err := d.form.Err(); err != nil {
		return err
	}
	p, err := m.Publish(c.UserContext(), d.c.ID, in)
	if err != nil {
		return err
	}
	flash := "proposals.flash.published"
	if p.State == Waiting {
		flash = "proposals.flash.waiting"
	} //i18n: proposals.flash.published proposals.flash.waiting
	web.Flash(c, "success", flash)
	return web.Redirect(c, p.Path())
}

// keep saves the draft, and leads to the preview when nothing is wrong with it.
func (m *Module) keep(c *fiber.Ctx, d *writeData, in Input, do string) error {
	if _, err := m.SaveDraft(c.UserContext(), d.c.ID, in); err != nil {
		return err
	}
	if do == "save" {
		web.Flash(c, "success", "common.saved_draft")
		return web.Redirect(c, tabPath(d.c)+"/new")
	}
	if fields := in.Check(d.rules); len(fields) > 0 {
		d.form.Take(fault.Invalid(fields))
	}
	d.form.Check("", !in.TooFast(m.Clock.Now()), "proposals.error.too_fast")
	if err := d.form.Err(); err != nil {
		return err
	}
	return web.Redirect(c, tabPath(d.c)+"/preview")
}

// autosave keeps what is being typed. A visitor's text stays in his browser.
func (m *Module) autosave(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if !authz.From(ctx).SignedIn() || f.Value("title") == "" && f.Value("body") == "" {
		return c.SendStatus(fiber.StatusNoContent)
	}
	d := writeData{form: f}
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		d.names, err = m.names.Of(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := m.SaveDraft(ctx, d.c.ID, stored.ReadInput(f, d.names, i18n.Lang(ctx))); err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, savedAt(m.Clock.Now()))
	}
	return web.Redirect(c, tabPath(d.c)+"/new")
}

// similar shows proposals that may mean the same as what is being typed.
func (m *Module) similar(c *fiber.Ctx) error {
	f := web.Query(c)
	var rows []row
	var one *consultations.Consultation
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if one, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		w := Wanted{ConsultationID: one.ID, Title: text.Truncate(f.Value("title"), TitleMax), Body: text.Truncate(f.Value("body"), BodyMax), TopicID: f.Value("topic")}
		w.Lat, w.Lng = stored.ReadPoint(f)
		rows, err = m.alike(ctx, tx, one, w)
		return err
	})
	if err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, similarBlock(rows))
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "proposals.similar.title"), Current: "/consultations", NoIndex: true}, similarPage(one, rows))
}

// alike are similar proposals with the reader's votes.
func (m *Module) alike(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, w Wanted) ([]row, error) {
	found, err := findSimilar(ctx, tx, w)
	if err != nil {
		return nil, err
	}
	list := make([]*Proposal, len(found))
	for i, s := range found {
		list[i] = s.Proposal
	}
	return m.rowsOf(ctx, tx, c, list)
}

// preview shows a draft as it will be, beside similar ones that could be supported instead.
func (m *Module) preview(c *fiber.Ctx) error {
	d := writeData{form: form.New(nil, nil)}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		if err := m.fillWrite(ctx, tx, &d); err != nil || d.own == nil {
			return err
		}
		p := d.own
		d.alike, err = m.alike(ctx, tx, d.c, Wanted{ConsultationID: d.c.ID, Title: p.Title, Body: text.Plain(p.Body), TopicID: p.TopicID, Lat: p.Lat, Lng: p.Lng})
		return err
	})
	if err != nil {
		return err
	}
	if d.own == nil {
		return web.Redirect(c, tabPath(d.c)+"/new")
	}
	page := web.Page{Title: i18n.T(c.UserContext(), "proposals.preview.title"), Current: "/consultations", Map: d.own.Located(), NoIndex: true}
	return web.Render(c, page, previewPage(d))
}

// loadOwn loads what an author wants to change.
func (m *Module) loadOwn(c *fiber.Ctx) (writeData, error) {
	d := writeData{edit: true}
	number, err := numberOf(c)
	if err != nil {
		return d, err
	}
	return d, m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.own, d.c, err = m.own(ctx, tx, number); err != nil {
			return err
		}
		return m.fillWrite(ctx, tx, &d)
	})
}

func (m *Module) editForm(c *fiber.Ctx) error {
	d, err := m.loadOwn(c)
	if err != nil {
		return err
	}
	if d.form, err = web.FormFor(c, d.action()); err != nil {
		return err
	}
	if !d.form.Has("title") {
		d.own.Fill(d.form)
	}
	return m.renderWrite(c, &d)
}

func (m *Module) edit(c *fiber.Ctx) error {
	d, err := m.loadOwn(c)
	if err != nil {
		return err
	}
	if d.form, err = web.Form(c); err != nil {
		return err
	}
	in, err := m.read(c, &d)
	if err != nil {
		return err
	}
	if d.picker.Asked {
		return m.renderWrite(c, &d)
	}
	in.Lang = "" // it stays in the language that it was written in
	var p *Proposal
	if err = d.form.Err(); err == nil {
		p, err = m.Edit(c.UserContext(), d.own.Number, in)
	}
	if err != nil {
		return web.Reshow(c, d.form, err, func() error { return m.renderWrite(c, &d) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, p.Path())
}

func (m *Module) withdrawForm(c *fiber.Ctx) error {
	d, err := m.loadOwn(c)
	if err != nil {
		return err
	}
	if d.form, err = web.FormFor(c, d.own.Path()+"/withdraw"); err != nil {
		return err
	}
	return m.renderWithdraw(c, &d)
}

func (m *Module) renderWithdraw(c *fiber.Ctx, d *writeData) error {
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "proposals.withdraw.title"), Current: listPath, NoIndex: true}, withdrawPage(*d))
}

func (m *Module) withdraw(c *fiber.Ctx) error {
	d, err := m.loadOwn(c)
	if err != nil {
		return err
	}
	if d.form, err = web.Form(c); err != nil {
		return err
	}
	p, err := m.Withdraw(c.UserContext(), d.own.Number, d.form.Text("reason", form.Limit{}))
	if err != nil {
		return web.Reshow(c, d.form, err, func() error { return m.renderWithdraw(c, &d) })
	}
	web.Flash(c, "success", "proposals.flash.withdrawn")
	return web.Redirect(c, p.Path())
}
