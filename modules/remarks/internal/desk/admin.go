package desk

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Routes are the pages of the office.
func (d *Desk) Routes() []web.Route {
	r := func(method, path, need string, handle fiber.Handler) web.Route {
		return web.Route{Method: method, Path: Root + path, Need: need, Handle: handle}
	}
	return []web.Route{
		r("GET", "", "remark.read", d.index),
		r("POST", "", "remark.read", d.bulk),
		r("POST", "/answer", "remark.answer", d.answerMany),
		r("GET", "/new", "remark.enter", d.newForm),
		r("POST", "/new", "remark.enter", d.enter).WithFiles(),
		r("GET", "/import", "remark.import", d.importForm),
		r("POST", "/import", "remark.import", d.importFile).WithFiles(),
		r("GET", "/groups", "remark.read", d.groups),
		r("POST", "/groups", "remark.answer", d.group),
		r("GET", "/export", "remark.read", d.export),
		r("GET", "/:id", "remark.read", d.show),
		r("POST", "/:id", "remark.answer", d.save),
	}
}

// staffPage is the page around a part of the office.
func staffPage(ctx context.Context, title string, c *consultations.Consultation) web.Page {
	p := web.Page{Title: title, Staff: true, Current: Root}
	p.Admin.Crumbs = []ui.Crumb{{Label: i18n.T(ctx, "remarks.menu"), Href: i18n.Href(ctx, Root)}}
	if c != nil {
		p.Admin.Crumbs = append(p.Admin.Crumbs, ui.Crumb{Label: c.Title.In(ctx), Href: i18n.Href(ctx, Root+"?consultation="+c.ID)})
		p.Admin.Lead = c.Title.In(ctx)
	}
	p.Admin.Crumbs = append(p.Admin.Crumbs, ui.Crumb{Label: title})
	return p
}

func (d *Desk) index(c *fiber.Ctx) error {
	ctx, q := c.UserContext(), web.Query(c)
	if q.Value("consultation") == "" {
		return d.choose(c)
	}
	var t *table
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		t, err = d.load(ctx, tx, q.Value("consultation"), q)
		return err
	})
	if err != nil {
		return err
	}
	page := staffPage(ctx, i18n.T(ctx, "remarks.table.title"), nil)
	page.Admin.Lead, page.Admin.Actions = t.c.Title.In(ctx), tableActions(t)
	page.Admin.Crumbs[1].Label = t.c.Title.In(ctx)
	return web.Render(c, page, tablePage(t))
}

// choose lists the consultations.
func (d *Desk) choose(c *fiber.Ctx) error {
	var list []overview
	err := d.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		rows, _, err := consultations.List(ctx, tx, consultations.Filter{Limit: 100})
		if err != nil {
			return err
		}
		all, err := stored.TotalsOfAll(ctx, tx)
		for _, one := range rows {
			if t, ok := all[one.ID]; ok || one.Opens(stored.ActSend) {
				list = append(list, overview{c: one, totals: t})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "remarks.menu"), Staff: true, Current: Root, Admin: ui.AdminData{Lead: i18n.T(ctx, "remarks.table.lead")}}, choosePage(list))
}

// choiceOf is what an act in bulk is done to.
func choiceOf(f *form.Form) core.Choice {
	if !f.Bool("everything") {
		return core.Choice{IDs: f.Values("id")}
	}
	filter := filterOf(f)
	return core.Choice{Filter: &filter}
}

// filterOf is the filter of the table that a form was sent from.
func filterOf(f *form.Form) stored.Filter {
	q, err := url.ParseQuery(f.Value("filter"))
	if err != nil {
		q = url.Values{}
	}
	return staffFilter(form.New(q, nil), f.Value("consultation"))
}

// bulk does what the pressed button says to the chosen rows, or to everything that the filter finds.
func (d *Desk) bulk(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if f.Value("action") == "answer" {
		return d.renderMany(c, f)
	}
	n, err := d.act(c.UserContext(), f)
	switch {
	case fault.Is(err, fault.KindInvalid):
		web.Flash(c, "warning", "remarks.error.none_chosen")
	case err != nil:
		return err
	default:
		web.Flash(c, "success", "remarks.bulk.done", "N", n)
	}
	filter := filterOf(f)
	return web.Redirect(c, href(f.Value("consultation"), filter, filter.After))
}

func (d *Desk) act(ctx context.Context, f *form.Form) (int, error) {
	choice := choiceOf(f)
	switch f.Value("action") {
	case "publish":
		return d.PublishMany(ctx, choice)
	case "group":
		return d.GroupMany(ctx, choice)
	case "ungroup":
		return d.UngroupMany(ctx, choice)
	case "assign":
		a := core.Assignment{}
		if s := f.Value("department"); s != "" {
			a.DepartmentID = &s
		}
		if s := f.Value("assignee"); s != "" {
			a.AssigneeID = &s
		}
		if f.Value("due") != "" {
			a.Due = dueOf(f, "due", i18n.Zone(ctx))
		}
		if err := f.Err(); err != nil {
			return 0, err
		}
		return d.AssignMany(ctx, choice, a)
	}
	return 0, fault.InvalidField("action", "val.choose")
}

// renderMany is the form of one answer to several remarks.
func (d *Desk) renderMany(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	a := answerData{form: f, languages: web.SiteOf(c).Languages, many: f.Values("id"), everything: f.Bool("everything"), filter: filterOf(f)}
	a.count = len(a.many)
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if a.c, err = consultations.Load(ctx, tx, f.Value("consultation")); err != nil {
			return err
		}
		if a.everything {
			n, err := stored.Number(ctx, tx, a.filter)
			if a.count = int(n); err != nil {
				return err
			}
		}
		return d.loadChoices(ctx, tx, &a, "")
	})
	if err != nil {
		return err
	}
	if a.count == 0 {
		web.Flash(c, "warning", "remarks.error.none_chosen")
		return web.Redirect(c, href(a.c.ID, a.filter, a.filter.After))
	}
	return web.Render(c, staffPage(ctx, i18n.N(ctx, "remarks.answer.many", a.count), a.c), manyPage(&a))
}

func (d *Desk) answerMany(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	w := readWork(f, web.SiteOf(c).Languages)
	n := 0
	if err = f.Err(); err == nil {
		if err = d.change(ctx, f.Value("consultation"), f.Value("change"), &w); err == nil {
			n, err = d.AnswerMany(ctx, choiceOf(f), w)
		}
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderMany(c, f) })
	}
	web.Flash(c, "success", "remarks.bulk.done", "N", n)
	filter := filterOf(f)
	return web.Redirect(c, href(f.Value("consultation"), filter, filter.After))
}

// change finds the block that an answer names.
func (d *Desk) change(ctx context.Context, consultationID, chosen string, w *core.Work) error {
	return d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return d.placeChange(ctx, tx, consultationID, chosen, w)
	})
}

func (d *Desk) show(c *fiber.Ctx) error { return d.renderOne(c, nil, false) }

// renderOne shows one remark and the form of its answer: f is what was typed, nil for a fresh page. After a conflict what somebody else
// saved stands beside it, and sending the form once more is then a decision.
func (d *Desk) renderOne(c *fiber.Ctx, f *form.Form, conflict bool) error {
	ctx := c.UserContext()
	a := answerData{form: f, languages: web.SiteOf(c).Languages, conflict: conflict}
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return d.loadAnswer(ctx, tx, c.Params("id"), &a) })
	if err != nil {
		return err
	}
	if f == nil {
		a.form = form.New(url.Values{}, nil)
		a.prefill(ctx, c.Query("disposition"))
	}
	if conflict {
		a.form.Set("version", version(a.r))
	}
	return web.Render(c, staffPage(ctx, i18n.T(ctx, "remarks.one.title", "Number", a.r.Name()), a.c), onePage(&a))
}

func (d *Desk) save(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if f.Value("action") == "assign" {
		return d.assignOne(c, f)
	}
	w := readWork(f, web.SiteOf(c).Languages)
	var r *stored.Remark
	if err = f.Err(); err == nil {
		if err = d.change(ctx, f.Value("consultation"), f.Value("change"), &w); err == nil {
			r, err = d.Answer(ctx, c.Params("id"), w)
		}
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderOne(c, f, fault.Is(err, fault.KindConflict)) })
	}
	if w.Publish {
		web.Flash(c, "success", "remarks.flash.published")
	} else {
		web.Flash(c, "success", "remarks.flash.answered")
	}
	return d.onward(c, f, r)
}

// onward leads to the next open remark when that was asked for, else back to this one.
func (d *Desk) onward(c *fiber.Ctx, f *form.Form, r *stored.Remark) error {
	if f.Value("action") != "next" {
		return web.Redirect(c, onePath(r))
	}
	var next *stored.Remark
	err := d.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		next, err = nextOpen(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	if next == nil {
		return web.Redirect(c, href(r.ConsultationID, stored.Filter{}, 0))
	}
	return web.Redirect(c, onePath(next))
}

func (d *Desk) assignOne(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	a := core.Assignment{DepartmentID: textOf(f, "department"), AssigneeID: textOf(f, "assignee"), Due: dueOf(f, "due", i18n.Zone(ctx))}
	err := f.Err()
	if err == nil {
		_, err = d.AssignMany(ctx, core.Choice{IDs: []string{c.Params("id")}}, a)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderOne(c, f, false) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, Root+"/"+c.Params("id"))
}

// groupsMost is how many remarks are compared for groups at once.
const groupsMost = 10_000

func (d *Desk) groups(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var one *consultations.Consultation
	var clusters [][]stored.Sketch
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if one, err = consultations.Load(ctx, tx, c.Query("consultation")); err != nil {
			return err
		}
		list, err := stored.Sketches(ctx, tx, one.ID, groupsMost)
		clusters = ungrouped(stored.Clusters(list))
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, staffPage(ctx, i18n.T(ctx, "remarks.groups.title"), one), groupsPage(one, clusters))
}

// ungrouped leaves out those clusters that are one group already.
func ungrouped(list [][]stored.Sketch) [][]stored.Sketch {
	var out [][]stored.Sketch
	for _, members := range list {
		for _, s := range members {
			if s.GroupID == "" || s.GroupID != members[0].GroupID {
				out = append(out, members)
				break
			}
		}
	}
	return out[:min(len(out), 50)]
}

func (d *Desk) group(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	n, err := d.GroupMany(c.UserContext(), core.Choice{IDs: f.Values("id")})
	if err != nil && !fault.Is(err, fault.KindInvalid) {
		return err
	}
	web.Flash(c, "success", "remarks.bulk.done", "N", n)
	return web.Redirect(c, Root+"/groups?consultation="+url.QueryEscape(f.Value("consultation")))
}
