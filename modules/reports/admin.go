package reports

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/paper"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/areas"
	"glas/modules/audit"
	"glas/modules/consultations"
	"glas/modules/reports/internal/formats"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// indexRow is a consultation in the list of reports.
type indexRow struct {
	c      *stored.Consultation
	report *stored.Report
}

func (m *Module) adminIndex(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var rows []indexRow
	var now time.Time
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		now = tx.Now()
		list, err := stored.Register(ctx, tx, now.AddDate(-5, 0, 0), now.AddDate(1, 0, 0))
		if err != nil {
			return err
		}
		ids := make([]string, len(list))
		for i, one := range list {
			ids[i] = one.ID
		}
		found, err := stored.LatestOf(ctx, tx, ids)
		for i := len(list) - 1; i >= 0; i-- {
			rows = append(rows, indexRow{list[i], found[list[i].ID]})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "reports.title"), Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "reports.lead")}}, indexPage(rows, now))
}

// editData is the page on which a report is written.
type editData struct {
	form       *form.Form
	c          *consultations.Consultation
	versions   newest
	languages  []string
	undecided  int64
	over       bool
	evaluation string // HTML
	mayEdit    bool
	mayPublish bool
}

func (d editData) path() string { return root + "/" + d.c.ID }

func (m *Module) adminShow(c *fiber.Ctx) error { return m.renderEdit(c, nil) }

func (m *Module) renderEdit(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	d := editData{form: f, languages: web.SiteOf(c).Languages, mayEdit: authz.Can(ctx, "report.edit", authz.Resource{}).Allowed, mayPublish: authz.Can(ctx, "report.publish", authz.Resource{}).Allowed}
	if err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return m.loadEdit(ctx, tx, c.Params("consultation"), &d)
	}); err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "reports.edit.title"), Staff: true, Current: root, Admin: ui.AdminData{Lead: d.c.Title.In(ctx), Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "reports.title"), Href: i18n.Href(ctx, root)}, {Label: d.c.Title.In(ctx)}}}}
	if open := d.versions.open(); open != nil {
		page.Admin.Pill = &ui.PillData{Kind: "draft", Text: i18n.T(ctx, "reports.state."+string(open.State))} //i18n: reports.state.*
	}
	return web.Render(c, page, editPage(d))
}

func (m *Module) loadEdit(ctx context.Context, tx *tenant.Tx, consultationID string, d *editData) (err error) {
	if d.c, d.versions, err = load(ctx, tx, consultationID); err != nil {
		return err
	}
	d.over = !d.c.EndsAt.IsZero() && tx.Now().After(d.c.EndsAt)
	open, err := stored.Open(ctx, tx, []string{d.c.ID})
	if err != nil {
		return err
	}
	for _, o := range open {
		d.undecided += o.N
	}
	if d.form == nil {
		d.form = form.New(nil, nil)
		if r := d.versions.open(); r != nil {
			d.fill(r)
		}
	}
	people, err := m.gather.Evaluation(ctx, tx, d.c, d.versions.open())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = paper.Fragment(&out, formats.EvaluationBlocks(ctx, people), 0)
	d.evaluation = out.String()
	return err
}

func (d *editData) fill(r *stored.Report) {
	for name, t := range map[string]i18n.Text{"introduction": r.Introduction, "conclusions": r.Conclusions, "next": r.NextStep, "groups": r.GroupsMissing} {
		for lang, s := range t {
			d.form.Set(name+"."+lang, s)
		}
	}
	if r.Evaluation {
		d.form.Set("evaluation", "1")
	}
	d.form.Set("version", strconv.FormatInt(r.RowVersion, 10))
}

func readWords(f *form.Form, languages []string) Words {
	limit := form.Limit{Max: maxText}
	return Words{Introduction: f.Texts("introduction", languages, limit), Conclusions: f.Texts("conclusions", languages, limit), NextStep: f.Texts("next", languages, limit),
		GroupsMissing: f.Texts("groups", languages, form.Limit{Max: maxReason}), Evaluation: f.Bool("evaluation"), RowVersion: int64(f.OptionalInt("version", 0, 1<<31-1, 0))}
}

func (m *Module) adminSave(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	w := readWords(f, web.SiteOf(c).Languages)
	if err = f.Err(); err == nil {
		err = m.Save(c.UserContext(), c.Params("consultation"), w)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderEdit(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root+"/"+c.Params("consultation"))
}

func (m *Module) adminPublish(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := m.Publish(c.UserContext(), c.Params("consultation"), f.Bool("undecided")); err != nil {
		return web.Reshow(c, form.New(nil, nil), err, func() error { return m.renderEdit(c, nil) })
	}
	web.Flash(c, "success", "reports.publishing")
	return web.Redirect(c, root+"/"+c.Params("consultation"))
}

func (m *Module) adminCorrect(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	site := web.SiteOf(c)
	reason := f.Texts("correction", site.Languages, form.Limit{Min: minReason, Max: maxReason})
	f.Check("correction."+site.Languages[0], reason[site.Languages[0]] != "", "reports.error.reason")
	if err = f.Err(); err == nil {
		err = m.Correct(c.UserContext(), c.Params("consultation"), reason)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderEdit(c, f) })
	}
	web.Flash(c, "success", "reports.correcting")
	return web.Redirect(c, root+"/"+c.Params("consultation"))
}

func (m *Module) adminDrop(c *fiber.Ctx) error {
	if err := m.Drop(c.UserContext(), c.Params("consultation")); err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root+"/"+c.Params("consultation"))
}

// previewRemarks is how many parts of remarks a preview shows.
const previewParts = 2

func (m *Module) adminPreview(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var r *record.Report
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		one, versions, err := load(ctx, tx, c.Params("consultation"))
		if err != nil {
			return err
		}
		if r, err = m.preview(ctx, tx, one, versions); err == nil && (versions.open() == nil || !versions.open().Evaluation) {
			r.Evaluation = nil
		}
		return err
	})
	if err != nil {
		return err
	}
	p := formats.Split(ctx, r)
	blocks := p.Before
	for _, part := range p.Remarks[:min(len(p.Remarks), previewParts)] {
		blocks = append(blocks, part...)
	}
	var out bytes.Buffer
	if err := paper.Fragment(&out, append(blocks, p.After...), 0); err != nil {
		return err
	}
	page := web.Page{Title: formats.Title(ctx, r), Staff: true, Current: root, Admin: ui.AdminData{Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "reports.title"), Href: i18n.Href(ctx, root)}, {Label: r.Subject.Title.In(ctx), Href: i18n.Href(ctx, root+"/"+r.Subject.ID)}, {Label: i18n.T(ctx, "reports.preview")}}}}
	return web.Render(c, page, previewPage(unlinked(ctx, out.String()), max(0, len(r.Remarks)-previewParts*formats.PerPart)))
}

// adminProgress is the fragment that tells how far the making is; without script the page is loaded again.
func (m *Module) adminProgress(c *fiber.Ctx) error {
	var versions newest
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		_, versions, err = load(ctx, tx, c.Params("consultation"))
		return err
	})
	if err != nil {
		return err
	}
	if open := versions.open(); !web.IsFragment(c) || open == nil || open.State != stored.Making { // when it is made, the whole page is another
		return web.Redirect(c, root+"/"+c.Params("consultation"))
	}
	return web.Fragment(c, progress(c.Params("consultation"), versions))
}

// censusData is the form of the census.
type censusData struct {
	form  *form.Form
	areas []areas.Area
}

func (m *Module) census(c *fiber.Ctx) error { return m.renderCensus(c, nil) }

func (m *Module) renderCensus(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	d := censusData{form: f}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.areas, err = areas.All(ctx, tx); err != nil || f != nil {
			return err
		}
		rows, err := stored.Census(ctx, tx)
		d.form = form.New(nil, nil)
		for _, r := range rows {
			d.form.Set(censusField(r.Kind, r.Grp), strconv.FormatInt(r.People, 10))
			d.form.Set("year", strconv.Itoa(r.Year))
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "reports.census.title"), Staff: true, Current: censusPath, Admin: ui.AdminData{Lead: i18n.T(ctx, "reports.census.lead")}}, censusPage(d))
}

func censusField(kind, group string) string { return kind + "-" + group }

func (m *Module) saveCensus(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	err = m.DB.Update(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		all, err := areas.All(ctx, tx)
		if err != nil {
			return err
		}
		rows := readCensus(f, all)
		if err := f.Err(); err != nil {
			return err
		}
		if err := stored.PutCensus(ctx, tx, rows); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "report.census", Data: map[string]any{"figures": len(rows)}})
	})
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderCensus(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, censusPath)
}

// maxPeople bounds one figure of the census.
const maxPeople = 50_000_000

// readCensus reads the figures; an empty field is none.
func readCensus(f *form.Form, all []areas.Area) []*stored.CensusFigure {
	year := f.OptionalInt("year", 1950, 2200, 0)
	var rows []*stored.CensusFigure
	add := func(kind, group string) {
		name := censusField(kind, group)
		if f.Value(name) == "" {
			return
		}
		rows = append(rows, &stored.CensusFigure{Kind: kind, Grp: group, People: int64(f.OptionalInt(name, 0, maxPeople, 0)), Year: year})
	}
	for _, a := range all {
		add(stored.ByArea, a.ID)
	}
	for _, b := range record.Bands() {
		add(stored.ByAge, b.Key)
	}
	if len(rows) > 0 && year == 0 {
		f.Fail("year", "reports.census.error.year")
	}
	return rows
}
