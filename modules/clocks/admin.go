package clocks

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/calendars"
	"glas/modules/clocks/internal/term"
	"glas/modules/departments"
	"glas/modules/topics"
	"glas/tenant"
)

const (
	fresh     = "new"
	nameLimit = 80
	// maxSteps is how long a ladder can be, spareSteps how many empty steps a form offers.
	maxSteps   = 16
	spareSteps = 2
)

func may(ctx context.Context) bool { return authz.Can(ctx, edit, authz.Resource{}).Allowed }

type indexData struct {
	policies []ClockPolicy
	offered  []ClockPolicy
	set      *calendars.Set
	stored   bool
	mayEdit  bool
}

func (m *Module) index(c *fiber.Ctx) error {
	ctx := c.UserContext()
	d := indexData{mayEdit: may(ctx)}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.policies, d.stored, err = policies(ctx, tx); err != nil {
			return err
		}
		d.offered, err = term.Presets(tx.Tenant().Country, func(p term.Preset) bool {
			return !slices.ContainsFunc(d.policies, func(x ClockPolicy) bool { return x.ID == p.Key })
		})
		if err == nil {
			d.set, err = calendars.Load(ctx, tx)
		}
		return err
	})
	if err != nil {
		return err
	}
	p := page(ctx, i18n.T(ctx, "clocks.policies"))
	p.Admin.Lead = i18n.T(ctx, "clocks.policies_lead")
	if d.mayEdit {
		p.Admin.Actions = ui.LinkButton(i18n.T(ctx, "clocks.add_policy"), i18n.Href(ctx, rules+"/"+fresh), "primary", "")
	}
	return web.Render(c, p, indexPage(d))
}

func (m *Module) install(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := m.Install(c.UserContext(), f.Value("key")); err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, rules)
}

type policyData struct {
	form      *form.Form
	id        string
	languages []string
	// choices are what a policy can be narrowed by: field, label and options.
	choices []ui.ChoiceData
}

func (m *Module) policy(c *fiber.Ctx) error { return m.renderPolicy(c, nil, false) }

func (m *Module) renderPolicy(c *fiber.Ctx, f *form.Form, conflict bool) error {
	ctx := c.UserContext()
	d := policyData{form: f, id: c.Params("id"), languages: web.SiteOf(c).Languages}
	title := i18n.T(ctx, "clocks.add_policy")
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		row, err := m.loadPolicy(ctx, tx, d.id)
		if err != nil {
			return err
		}
		if d.id != fresh {
			title = row.Label(ctx)
		}
		if f == nil {
			d.form = form.New(nil, nil)
			fillPolicy(row, d.form)
		}
		if conflict {
			d.form.Set("version", strconv.FormatInt(row.RowVersion, 10))
		}
		d.choices, err = m.choices(ctx, tx, d.form)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, deeper(ctx, title), policyPage(d))
}

// deeper is a page below the list of policies.
func deeper(ctx context.Context, title string) web.Page {
	p := page(ctx, title)
	p.Admin.Crumbs = slices.Insert(p.Admin.Crumbs, 1, ui.Crumb{Label: i18n.T(ctx, "clocks.policies"), Href: i18n.Href(ctx, rules)})
	return p
}

func (m *Module) loadPolicy(ctx context.Context, tx *tenant.Tx, policyID string) (*ClockPolicy, error) {
	all, _, err := policies(ctx, tx)
	if err != nil || policyID == fresh {
		return &ClockPolicy{Position: len(all) + 1}, err
	}
	if p, _ := find(all, policyID, ""); p != nil {
		return p, nil
	}
	return nil, unknown()
}

// choices are what a policy can be narrowed by, with what the form says.
func (m *Module) choices(ctx context.Context, tx *tenant.Tx, f *form.Form) ([]ui.ChoiceData, error) {
	list := []ui.ChoiceData{}
	add := func(name string, options []ui.Option) {
		if len(options) == 0 {
			return
		}
		for i := range options {
			options[i].Selected = slices.Contains(f.Values(name), options[i].Value)
		}
		list = append(list, ui.ChoiceData{Name: name, Label: i18n.T(ctx, "clocks.fit."+name), Options: options}) //i18n: clocks.fit.*
	}
	for _, x := range []struct {
		name string
		make func(ctx context.Context) []ui.Option
	}{{"kinds", m.Vocabulary.Kinds}, {"channels", m.Vocabulary.Channels}, {"priorities", m.Vocabulary.Priorities}} {
		if x.make != nil {
			add(x.name, x.make(ctx))
		}
	}
	found, err := topics.Options(ctx, tx, f.Values("topics")...)
	if err != nil {
		return nil, err
	}
	add("topics", found)
	if found, err = departments.Options(ctx, tx, f.Values("departments")...); err != nil {
		return nil, err
	}
	add("departments", found)
	return list, nil
}

func fillPolicy(p *ClockPolicy, f *form.Form) {
	for lang, s := range p.Name {
		f.Set("name."+lang, s)
	}
	f.Set("position", strconv.Itoa(p.Position))
	f.Set("version", strconv.FormatInt(p.RowVersion, 10))
	for name, values := range map[string][]string{"kinds": p.Fit.Kinds, "topics": p.Fit.Topics, "channels": p.Fit.Channels, "priorities": p.Fit.Priorities, "departments": p.Fit.Departments} {
		f.Set(name, values...)
	}
	if p.Archived {
		f.Set("archived", "1")
	}
}

func (m *Module) savePolicy(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	p := &ClockPolicy{Name: f.Texts("name", web.SiteOf(c).Languages, form.Limit{Min: 2, Max: nameLimit}), Position: f.OptionalInt("position", 0, 999, 0), Archived: f.Bool("archived"),
		RowVersion: int64(f.OptionalInt("version", 0, 1<<31-1, 0)), Fit: Fit{Kinds: f.Values("kinds"), Topics: f.Values("topics"), Channels: f.Values("channels"),
			Priorities: f.Values("priorities"), Departments: f.Values("departments")}}
	if c.Params("id") != fresh {
		p.ID = c.Params("id")
	}
	if err = f.Err(); err == nil {
		err = m.SavePolicy(c.UserContext(), p)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderPolicy(c, f, fault.Is(err, fault.KindConflict)) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, rules)
}

type targetData struct {
	form        *form.Form
	policyID    string
	id          string
	languages   []string
	calendars   []ui.Option
	steps       int
	preview     *Preview
	policyLabel string
}

func (m *Module) target(c *fiber.Ctx) error { return m.renderTarget(c, nil, false, nil) }

func (m *Module) renderTarget(c *fiber.Ctx, f *form.Form, conflict bool, preview *Preview) error {
	ctx := c.UserContext()
	d := targetData{form: f, policyID: c.Params("id"), id: c.Params("target"), languages: web.SiteOf(c).Languages, preview: preview}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		all, _, err := policies(ctx, tx)
		if err != nil {
			return err
		}
		policy, row := find(all, d.policyID, d.id)
		if policy == nil || row == nil && d.id != fresh {
			return unknown()
		}
		if row == nil {
			row = &ClockTarget{Metric: FirstAnswer, Term: calendar.Target{Amount: 48, Unit: calendar.Hours}}
		}
		return d.prefill(ctx, tx, policy, row, conflict)
	})
	if err != nil {
		return err
	}
	return web.Render(c, deeper(ctx, d.policyLabel), targetPage(d))
}

func (d *targetData) prefill(ctx context.Context, tx *tenant.Tx, policy *ClockPolicy, row *ClockTarget, conflict bool) error {
	d.policyLabel = policy.Label(ctx)
	if d.form == nil {
		d.form = form.New(nil, nil)
		fillTarget(row, d.form)
	}
	if conflict {
		d.form.Set("version", strconv.FormatInt(row.RowVersion, 10))
	}
	for d.steps = 0; d.form.Value(stepField(d.steps, "level")) != "" && d.steps < maxSteps; d.steps++ {
	}
	d.steps = min(d.steps+spareSteps, maxSteps)
	options, err := calendars.Options(ctx, tx, d.form.Value("calendar"))
	d.calendars = append(options, ui.Option{Value: ByDepartment, Label: i18n.T(ctx, "clocks.calendar_of_department"), Selected: d.form.Value("calendar") == ByDepartment})
	return err
}

func stepField(i int, name string) string { return fmt.Sprintf("step%d.%s", i, name) }

func fillTarget(t *ClockTarget, f *form.Form) {
	f.Set("metric", t.Metric)
	f.Set("amount", strconv.Itoa(t.Term.Amount))
	f.Set("unit", string(t.Term.Unit))
	f.Set("calendar", t.CalendarID)
	f.Set("version", strconv.FormatInt(t.RowVersion, 10))
	for name, on := range map[string]bool{"end_of_day": t.Term.EndOfDay, "next_working": t.Term.NextWorkingDay, "pausable": t.Pausable, "pausable_outside": t.PausableOutside} {
		if on {
			f.Set(name, "1")
		}
	}
	for lang, s := range t.LegalBasis {
		f.Set("legal."+lang, s)
	}
	for i, r := range t.Rules {
		f.Set(stepField(i, "point"), r.Point)
		f.Set(stepField(i, "amount"), strconv.Itoa(r.Amount))
		f.Set(stepField(i, "level"), r.Level)
		f.Set(stepField(i, "act"), r.Act)
		f.Set(stepField(i, "repeats"), strconv.Itoa(r.Repeats))
	}
}

func readTarget(f *form.Form, languages []string, policyID, targetID string) *ClockTarget {
	t := &ClockTarget{PolicyID: policyID, Metric: f.OneOf("metric", Metrics()...), Term: calendars.ReadTarget(f), CalendarID: f.Value("calendar"), Pausable: f.Bool("pausable"), PausableOutside: f.Bool("pausable_outside"),
		LegalBasis: f.Texts("legal", languages, form.Limit{Max: 200}), RowVersion: int64(f.OptionalInt("version", 0, 1<<31-1, 0))}
	if targetID != fresh {
		t.ID = targetID
	}
	for i := range maxSteps {
		if f.Value(stepField(i, "level")) == "" {
			continue
		}
		r := ClockRule{Point: f.OneOf(stepField(i, "point"), term.Points()...), Amount: f.OptionalInt(stepField(i, "amount"), 0, 10_000, 0),
			Level: f.OneOf(stepField(i, "level"), term.Levels()...), Act: f.OneOf(stepField(i, "act"), term.Acts()...), Repeats: f.OptionalInt(stepField(i, "repeats"), 0, 1000, 0)}
		f.Check(stepField(i, "amount"), r.Point != Percent || r.Amount >= 1 && r.Amount <= 200, "val.range", "Min", 1, "Max", 200)
		if r.Point != AfterDue {
			r.Repeats = 0
		}
		t.Rules = append(t.Rules, r)
	}
	return t
}

func (m *Module) saveTarget(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	t := readTarget(f, web.SiteOf(c).Languages, c.Params("id"), c.Params("target"))
	var preview *Preview
	if err = f.Err(); err == nil && f.Value("action") == "preview" {
		if preview, err = m.lookAhead(c.UserContext(), t); err == nil {
			return m.renderTarget(c, f, false, preview)
		}
	} else if err == nil {
		err = m.SaveTarget(c.UserContext(), t, f.Bool("apply"))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderTarget(c, f, fault.Is(err, fault.KindConflict), nil) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, rules)
}

func (m *Module) lookAhead(ctx context.Context, t *ClockTarget) (p *Preview, err error) {
	if t.ID == "" {
		return &Preview{}, nil // nothing runs by it yet
	}
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		p, err = m.PreviewTarget(ctx, tx, t)
		return err
	})
	return p, err
}

func (m *Module) removeTarget(c *fiber.Ctx) error {
	if err := m.RemoveTarget(c.UserContext(), c.Params("id"), c.Params("target")); err != nil {
		return err
	}
	web.Flash(c, "success", "common.deleted")
	return web.Redirect(c, rules)
}

// namedLevels are those whose people are named here; assignee and head come from the thing and its department.
func namedLevels() []string { return []string{"deputy", "coordinator", "vice_mayor", "mayor"} }

func (m *Module) people(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var staff []ui.Option
	var named map[string][]string
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if named, err = levels(ctx, tx); err != nil || m.Staff == nil {
			return err
		}
		staff, err = m.Staff(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	p := deeper(ctx, i18n.T(ctx, "clocks.people"))
	p.Admin.Lead = i18n.T(ctx, "clocks.people_lead")
	return web.Render(c, p, peoplePage(staff, named))
}

func (m *Module) savePeople(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	people := map[string][]string{}
	for _, level := range namedLevels() {
		people[level] = f.Values(level)
	}
	if err := m.SavePeople(c.UserContext(), people); err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, rules)
}
