package remarks

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/show"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

const besidePath = "/remarks/beside"

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	const one = "/remarks/:year/:number"
	writing := web.Limit{Name: "remark", N: 30, Per: 10 * time.Minute}
	knocking := web.Limit{Name: "remark-receipt", N: 60, Per: 10 * time.Minute}
	routes := []web.Route{
		{Method: "GET", Path: newPath, Handle: m.newForm},
		{Method: "POST", Path: Action, Handle: m.send, Limit: writing, Files: true},
		{Method: "GET", Path: besidePath, Handle: m.besidePage, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/remarks", Handle: m.list, Cache: true},
		{Method: "GET", Path: one, Handle: m.page, Cache: true},
		{Method: "GET", Path: one + "/edit", Handle: m.editForm, Need: web.SignedIn},
		{Method: "POST", Path: one + "/edit", Handle: m.edit, Limit: writing, Files: true},
		{Method: "GET", Path: one + "/withdraw", Handle: m.withdrawForm, Need: web.SignedIn},
		{Method: "POST", Path: one + "/withdraw", Handle: m.withdraw, Limit: writing},
		{Method: "GET", Path: one + "/receipt/:token", Handle: m.receipt, Limit: knocking},
		{Method: "GET", Path: one + "/confirm/:token", Handle: m.confirmForm, Limit: knocking},
		{Method: "POST", Path: one + "/confirm/:token", Handle: m.confirm, Limit: writing},
		{Method: "GET", Path: "/api/v1/consultations/:slug/remarks", Handle: m.apiList, Cache: true, API: apiDescription()},
	}
	return append(routes, m.desk.Routes()...)
}

// numberOf reads the number in an address.
func numberOf(c *fiber.Ctx) (year int, number int64, err error) {
	year, err = strconv.Atoi(c.Params("year"))
	if err == nil {
		number, err = strconv.ParseInt(c.Params("number"), 10, 64)
	}
	if err != nil || year < 2000 || year > 9999 || number <= 0 || number > 99_999_999 {
		return 0, 0, stored.ErrUnknown()
	}
	return year, number, nil
}

func (m *Module) newForm(c *fiber.Ctx) error {
	f, err := web.FormFor(c, Action)
	if err != nil {
		return err
	}
	a, ok := AnchorFrom(web.Query(c))
	if !ok {
		return fault.NotFound("remarks.error.target")
	}
	if typed, _ := AnchorFrom(f); typed.Ref != a.Ref || typed.Block != a.Block {
		f = nil // what was typed was meant for another place
	}
	return m.renderNew(c, a, f, attachments.Batch{})
}

func (m *Module) renderNew(c *fiber.Ctx, a Anchor, f *form.Form, files attachments.Batch) error {
	var d *formData
	err := m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = m.formData(ctx, tx, a, f)
		return err
	})
	if err != nil {
		return err
	}
	d.files = files.Existing(nil)
	if d.inline = web.IsFragment(c); d.inline {
		return web.Fragment(c, writeForm(d))
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "remarks.action.new"), Current: "/consultations", NoIndex: true}, writePage(d))
}

func (m *Module) send(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	a, ok := AnchorFrom(f)
	if !ok {
		return fault.NotFound("remarks.error.target")
	}
	d := readDraft(f, a)
	if m.Deps.Files != nil {
		if d.Files, err = m.Deps.Files.Receive(c.UserContext(), f, core.Limits()); err != nil {
			return err
		}
	}
	var r *Remark
	if err = f.Err(); err == nil {
		r, err = m.Send(c.UserContext(), d)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderNew(c, a, f, d.Files) })
	}
	web.Flash(c, "success", "remarks.flash.sent", "Number", r.Name())
	return web.Redirect(c, r.ReceiptPath())
}

func (m *Module) besidePage(c *fiber.Ctx) error {
	f := web.Query(c)
	a, ok := AnchorFrom(f)
	if !ok {
		return fault.NotFound("remarks.error.target")
	}
	var part templ.Component
	var place core.Place
	err := m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		where := a
		if where.Block == stored.TheWhole {
			where.Block = ""
		}
		if place, err = m.PlaceOf(ctx, tx, where); err != nil {
			return err
		}
		part, err = m.Beside(ctx, tx, Query{Ref: a.Ref, Block: a.Block, After: stored.ReadFilter(f).After, Level: besideLevel(c)})
		return err
	})
	if err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, part)
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "remarks.menu"), Current: "/consultations", NoIndex: true}, besideView(place, part))
}

// besideLevel is the level of the headings of cards: right below the title on a page, as everywhere where they are added to others.
func besideLevel(c *fiber.Ctx) int {
	if web.IsFragment(c) {
		return 0
	}
	return 2
}

// listData is the public list of the remarks of a consultation.
type listData struct {
	c      *consultations.Consultation
	filter stored.Filter
	cards  []show.Card
	next   int64
	totals Totals
	places []stored.Place
	now    time.Time
}

func (m *Module) list(c *fiber.Ctx) error {
	d := listData{}
	var frame templ.Component
	err := m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		if err := m.fillList(ctx, tx, web.Query(c), &d); err != nil {
			return err
		}
		frame, err = m.Consultations.Frame(ctx, tx, d.c, m.Key())
		return err
	})
	if err != nil {
		return err
	}
	web.FreshUntil(c, d.c.NextChange(d.now))
	page := consultations.PageOf(c, d.c)
	page.Title, page.JSONLD = i18n.T(c.UserContext(), "remarks.of", "Title", d.c.Title), nil
	return web.Render(c, page, consultations.Wrap(frame, listPart(d)))
}

// fillList reads a page of the list: four statements.
func (m *Module) fillList(ctx context.Context, tx *tenant.Tx, q *form.Form, d *listData) (err error) {
	d.now, d.filter = tx.Now(), publicFilter(q, d.c.ID, readerOf(ctx))
	list, next, err := stored.List(ctx, tx, d.filter)
	if err != nil {
		return err
	}
	d.next = next
	names, err := departmentNames(ctx, tx, list)
	if err != nil {
		return err
	}
	d.cards = m.cards(ctx, list, names, 3)
	if d.totals, err = stored.TotalsOf(ctx, tx, d.c.ID, stored.Public()); err != nil {
		return err
	}
	d.places, err = stored.Places(ctx, tx, d.c.ID, stored.Public())
	return err
}

// publicFilter is what everybody may narrow by.
func publicFilter(q *form.Form, consultationID string, eye stored.Eye) stored.Filter {
	f := stored.ReadFilter(q)
	return stored.Filter{ConsultationID: consultationID, Eye: eye, Host: f.Host, Block: f.Block, Disposition: f.Disposition, Channel: f.Channel, Stance: f.Stance,
		Kind: f.Kind, Text: f.Text, After: f.After}
}

func (m *Module) page(c *fiber.Ctx) error {
	year, number, err := numberOf(c)
	if err != nil {
		return err
	}
	var d *onePage
	err = m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = m.one(ctx, tx, year, number)
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	page := web.Page{Title: i18n.T(ctx, "remarks.one.title", "Number", d.Name()), Description: text.Excerpt(d.Body, 160), Current: "/consultations", NoIndex: d.State != Shown}
	if d.Body == "" && d.Wording == "" {
		return web.RenderStatus(c, fiber.StatusGone, page, goneView(d))
	}
	return web.Render(c, page, oneView(d))
}

func (m *Module) editForm(c *fiber.Ctx) error {
	f, err := web.FormFor(c, web.PathOf(c))
	if err != nil {
		return err
	}
	return m.renderEdit(c, f)
}

func (m *Module) renderEdit(c *fiber.Ctx, f *form.Form) error {
	year, number, err := numberOf(c)
	if err != nil {
		return err
	}
	d := &formData{form: f}
	err = m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.own, d.Place, err = m.Editable(ctx, tx, year, number)
		return err
	})
	if err != nil {
		return err
	}
	if d.anchor, d.action = d.own.Anchor(), d.own.Path()+"/edit"; !f.Has("body") {
		fill(f, d.own)
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "remarks.edit.title"), Current: "/consultations", NoIndex: true}, writePage(d))
}

func (m *Module) edit(c *fiber.Ctx) error {
	year, number, err := numberOf(c)
	if err != nil {
		return err
	}
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	w, revision := readWords(f), f.OptionalInt("revision", 0, 1<<30, 0)
	var r *Remark
	if err = f.Err(); err == nil {
		r, err = m.Edit(c.UserContext(), year, number, w, revision)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderEdit(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, r.Path())
}

func (m *Module) withdrawForm(c *fiber.Ctx) error {
	d, err := m.load(c)
	if err != nil {
		return err
	}
	if !d.mayWithdraw {
		return fault.Forbidden("remarks.error.answered")
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "remarks.withdraw.title"), Current: "/consultations", NoIndex: true}, withdrawView(d))
}

// load is the remark in the address as who acts sees it.
func (m *Module) load(c *fiber.Ctx) (d *onePage, err error) {
	year, number, err := numberOf(c)
	if err != nil {
		return nil, err
	}
	err = m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = m.one(ctx, tx, year, number)
		return err
	})
	return d, err
}

func (m *Module) withdraw(c *fiber.Ctx) error {
	year, number, err := numberOf(c)
	if err != nil {
		return err
	}
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := m.Withdraw(c.UserContext(), year, number, f.Value("reason")); err != nil {
		return err
	}
	web.Flash(c, "success", "remarks.flash.withdrawn")
	return web.Redirect(c, "/remarks/"+c.Params("year")+"/"+c.Params("number"))
}

// bearer loads the remark whose receipt the reader holds.
func (m *Module) bearer(c *fiber.Ctx) (r *Remark, t Target, cons *consultations.Consultation, err error) {
	year, number, err := numberOf(c)
	if err != nil {
		return nil, t, nil, err
	}
	err = m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		if r, err = core.Bearer(ctx, tx, year, number, c.Params("token")); err != nil {
			return err
		}
		if t, err = m.TitleOf(ctx, tx, r.Host()); err != nil {
			return err
		}
		cons, err = consultations.Load(ctx, tx, r.ConsultationID)
		return err
	})
	return r, t, cons, err
}

func (m *Module) receipt(c *fiber.Ctx) error {
	r, t, cons, err := m.bearer(c)
	if err != nil {
		return err
	}
	token := r.Token
	r = r.For(stored.Eye{Bearer: true})
	r.Token = token
	ctx, site := c.UserContext(), web.SiteOf(c)
	name, _ := site.Name.Pick(i18n.Lang(ctx), site.Languages[0])
	return web.Render(c, web.Page{Title: i18n.T(ctx, "remarks.receipt.title", "Number", r.Name()), NoIndex: true}, receiptView(r, t, cons, name, site.Base))
}

func (m *Module) confirmForm(c *fiber.Ctx) error { return m.renderConfirm(c, form.New(nil, nil)) }

func (m *Module) renderConfirm(c *fiber.Ctx, f *form.Form) error {
	r, t, _, err := m.bearer(c)
	if err != nil {
		return err
	}
	var facts []ui.Fact
	err = m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		facts, err = replacedFacts(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	if !f.Has("body") {
		fill(f, r)
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "remarks.confirm.title"), NoIndex: true}, confirmView(r, t, facts, f))
}

// replacedFacts say which document was replaced, why, and until when the consultation is open since.
func replacedFacts(ctx context.Context, tx *tenant.Tx, r *Remark) ([]ui.Fact, error) {
	why, until, err := core.Replacement(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	var facts []ui.Fact
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, ui.Fact{Term: i18n.T(ctx, label), Text: value}) //i18n: remarks.confirm.*
		}
	}
	add("remarks.confirm.document", r.ReconfirmFor)
	add("remarks.confirm.why", why.In(ctx))
	if !until.IsZero() {
		add("remarks.confirm.until", i18n.DateTime(ctx, until))
	}
	return facts, nil
}

func (m *Module) confirm(c *fiber.Ctx) error {
	year, number, err := numberOf(c)
	if err != nil {
		return err
	}
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	what, w := f.OneOf("what", core.ConfirmKeep, core.ConfirmChange, core.ConfirmWithdraw), readWords(f)
	if err = f.Err(); err == nil {
		err = m.Confirm(c.UserContext(), year, number, c.Params("token"), what, w)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderConfirm(c, f) })
	}
	web.Flash(c, "success", "remarks.flash.confirmed")
	return web.Redirect(c, "/remarks/"+c.Params("year")+"/"+c.Params("number")+"/receipt/"+c.Params("token"))
}

// crumbs lead back to what a remark is about.
func crumbs(ctx context.Context, t Target, last string) []ui.Crumb {
	out := []ui.Crumb{{Label: i18n.T(ctx, "common.home"), Href: i18n.Href(ctx, "/")}}
	if t.Title != "" && t.Path != "" {
		out = append(out, ui.Crumb{Label: t.Title, Href: i18n.Href(ctx, t.Path)})
	}
	return append(out, ui.Crumb{Label: last})
}
