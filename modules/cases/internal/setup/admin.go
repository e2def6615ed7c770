// Package setup is where a municipality says how it takes cases: kinds, topics with their questions, who gets what, other authorities,
// templates, and whether somebody without an account may report.
//
// The decision bound here: what is not used any more is archived and not removed, because old cases name it; rules alone can be removed.
package setup

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/audit"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/desk"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/upkeep"
	"glas/tenant"

	"time"
)

// Root is the address of the settings.
const Root = desk.Root + "/setup"

// permTopics is who may change topics, kinds, rules and other authorities.
const permTopics = "topic.edit"

// Setup serves the pages.
type Setup struct {
	*acts.Acts
	// People can be given cases; nil for none.
	People desk.Options
}

// Jobs and Periodic say that this part does nothing by itself.
func (s *Setup) Jobs() map[string]job.Handler { return nil }

// Periodic is empty.
func (s *Setup) Periodic() map[string]time.Duration { return nil }

// Routes are the pages of the settings.
func (s *Setup) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: Root, Need: acts.PermTemplate, Handle: s.index},
		{Method: fiber.MethodPost, Path: Root + "/settings", Need: permTopics, Handle: s.saveSettings},
		{Method: fiber.MethodGet, Path: Root + "/:list/:id", Need: acts.PermTemplate, Handle: s.edit},
		{Method: fiber.MethodPost, Path: Root + "/:list/:id", Need: acts.PermTemplate, Handle: s.save},
	}
}

// Menu implements the part's entries: it is reached from the queues.
func (s *Setup) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "casedesk.menu.setup", Path: Root, Area: web.AreaStaff, Order: 310, Need: permTopics}}
}

// choices are what the forms choose from.
type choices struct {
	names     *listed.Names
	people    []ui.Option
	languages []string
	town      *tenant.Tenant
}

// first is the language that must be filled.
func (c choices) first() string { return c.town.Default() }

func (s *Setup) choices(ctx context.Context, tx *tenant.Tx, languages []string) (c choices, err error) {
	c.languages, c.town = languages, tx.Tenant()
	if c.names, err = listed.LoadNames(ctx, tx); err != nil || s.People == nil {
		return c, err
	}
	c.people, err = s.People(ctx, tx)
	return c, err
}

// indexData is the page with all lists.
type indexData struct {
	choices
	form      *form.Form
	rules     []stored.CaseRule
	templates []stored.CaseTemplate
	bodies    []stored.ExternalBody
	kinds     []stored.CaseKind
	reasons   []stored.CaseSurveyReason
}

func page(ctx context.Context, title string) web.Page {
	p := web.Page{Title: title, Staff: true, Current: Root}
	p.Admin.Crumbs = []ui.Crumb{{Label: i18n.T(ctx, "casedesk.menu.cases"), Href: i18n.Href(ctx, desk.Root)}, {Label: title}}
	return p
}

func (s *Setup) index(c *fiber.Ctx) error { return s.renderIndex(c, nil) }

func (s *Setup) renderIndex(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	d := indexData{form: f}
	err := s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return s.loadIndex(ctx, tx, &d, web.SiteOf(c).Languages)
	})
	if err != nil {
		return err
	}
	if len(d.kinds) == 0 {
		d.kinds = listed.UsualKinds()
	}
	if f == nil {
		d.form = settingsForm(d.names.Settings, d.town)
	}
	return web.Render(c, page(ctx, i18n.T(ctx, "casedesk.menu.setup")), indexPage(d))
}

// loadIndex reads all lists.
func (s *Setup) loadIndex(ctx context.Context, tx *tenant.Tx, d *indexData, languages []string) (err error) {
	if d.choices, err = s.choices(ctx, tx, languages); err != nil {
		return err
	}
	if d.rules, err = stored.AllRules(ctx, tx); err != nil {
		return err
	}
	if d.kinds, err = stored.KindRows(ctx, tx); err != nil {
		return err
	}
	if d.reasons, _, err = reasons(ctx, tx); err != nil {
		return err
	}
	d.bodies = d.names.Bodies
	d.templates, err = stored.AllTemplates(ctx, tx)
	return err
}

func settingsForm(x *stored.CaseSetting, t *tenant.Tenant) *form.Form {
	f := form.New(url.Values{}, nil)
	f.Set("version", strconv.FormatInt(x.RowVersion, 10))
	f.Set("prefix", x.Prefix)
	f.Set("coordinator", x.CoordinatorID)
	tick(f, "anonymous", x.Anonymous)
	f.Set("answer_languages", x.Mandatory(t)[1:]...)
	tick(f, "extend", x.Data[upkeep.LapseKey] == upkeep.LapseExtend)
	for name, n := range map[string]int{"confirm_days": x.ConfirmDays, "wait_days": x.WaitDays, "survey_days": x.SurveyDays} {
		f.Set(name, strconv.Itoa(n))
	}
	return f
}

func tick(f *form.Form, name string, on bool) {
	if on {
		f.Set(name, "1")
	}
}

func (s *Setup) saveSettings(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	x := readSettings(f, web.SiteOf(c).Languages)
	if err = f.Err(); err == nil {
		err = s.change(ctx, "settings", stored.SettingsID, func(ctx context.Context, tx *tenant.Tx) error { return x.store(ctx, tx, f.Value("version")) })
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return s.renderIndex(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, Root)
}

// settings are those of the form.
type settings struct {
	prefix, coordinator   string
	confirm, wait, survey int
	anonymous, extend     bool
	languages             []string
}

func readSettings(f *form.Form, languages []string) settings {
	x := settings{prefix: strings.ToUpper(f.Line("prefix", form.Limit{Min: 2, Max: 8})), coordinator: f.Value("coordinator"), confirm: f.Int("confirm_days", 1, 60), wait: f.Int("wait_days", 1, 60),
		survey: f.Int("survey_days", 1, 90), anonymous: f.Bool("anonymous"), extend: f.Bool("extend"), languages: f.Many("answer_languages", languages...)}
	f.Check("prefix", strings.Trim(x.prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "", "casedesk.error.prefix")
	return x
}

// store keeps the settings unless somebody was faster.
func (x settings) store(ctx context.Context, tx *tenant.Tx, version string) error {
	row, err := stored.Settings(ctx, tx)
	if err != nil {
		return err
	}
	if version != strconv.FormatInt(row.RowVersion, 10) {
		return stored.ErrStale()
	}
	row.Prefix, row.Anonymous, row.ConfirmDays, row.WaitDays, row.SurveyDays, row.CoordinatorID = x.prefix, x.anonymous, x.confirm, x.wait, x.survey, x.coordinator
	if row.Data == nil {
		row.Data = map[string]any{}
	}
	row.Data[stored.LanguagesKey] = x.languages
	delete(row.Data, upkeep.LapseKey)
	if x.extend {
		row.Data[upkeep.LapseKey] = upkeep.LapseExtend
	}
	return stored.PutSettings(ctx, tx, row)
}

// change does something to the lists, puts it on record and forgets what was remembered of them.
func (s *Setup) change(ctx context.Context, list, rowID string, do func(ctx context.Context, tx *tenant.Tx) error) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := do(ctx, tx); err != nil {
			return err
		}
		s.Names.Forget(tx.ID())
		tx.AfterCommit(func() { s.Names.Forget(tx.ID()) })
		return audit.Record(ctx, tx, audit.Entry{Action: "case.setup", Data: map[string]any{"list": list, "id": rowID}})
	})
}

// editData is the form of one row.
type editData struct {
	choices
	list, id string
	form     *form.Form
	conflict bool
}

func (s *Setup) edit(c *fiber.Ctx) error { return s.render(c, nil, false) }

// render shows the form of a row; f is what was typed, nil for what is stored. After a conflict the newer version is the form's own, so
// that sending it once more is a decision.
func (s *Setup) render(c *fiber.Ctx, f *form.Form, conflict bool) error {
	ctx := c.UserContext()
	d := editData{list: c.Params("list"), id: c.Params("id"), form: f, conflict: conflict}
	row := editorOf(d.list)
	if row == nil || !acts.CanAny(ctx, row.perm()) {
		return fault.NotFound("common.error.not_found")
	}
	err := s.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.choices, err = s.choices(ctx, tx, web.SiteOf(c).Languages); err != nil {
			return err
		}
		return row.load(ctx, tx, d.id)
	})
	if err != nil {
		return err
	}
	if f == nil {
		d.form = form.New(url.Values{}, nil)
		row.fill(d.form)
	}
	d.form.Set("version", strconv.FormatInt(row.version(), 10))
	p := page(ctx, listName(ctx, d.list))
	p.Admin.Crumbs[1] = ui.Crumb{Label: i18n.T(ctx, "casedesk.menu.setup"), Href: i18n.Href(ctx, Root)}
	p.Admin.Crumbs = append(p.Admin.Crumbs, ui.Crumb{Label: listName(ctx, d.list)})
	return web.Render(c, p, editPage(d))
}

func listName(ctx context.Context, list string) string {
	return i18n.T(ctx, "casedesk.setup.list."+list) //i18n: casedesk.setup.list.*
}

func (s *Setup) save(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	list, rowID := c.Params("list"), c.Params("id")
	row := editorOf(list)
	if row == nil || !acts.CanAny(ctx, row.perm()) {
		return fault.NotFound("common.error.not_found")
	}
	languages := web.SiteOf(c).Languages
	if list == "rules" && f.Value("do") == "remove" {
		err = s.change(ctx, list, rowID, func(ctx context.Context, tx *tenant.Tx) error { return stored.DropRule(ctx, tx, rowID) })
	} else {
		err = s.change(ctx, list, rowID, func(ctx context.Context, tx *tenant.Tx) error { return s.put(ctx, tx, row, rowID, f, languages) })
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return s.render(c, f, fault.Is(err, fault.KindConflict)) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, Root+"#"+list)
}

// put reads the form into the row as it is stored now, and stores it unless somebody was faster.
func (s *Setup) put(ctx context.Context, tx *tenant.Tx, row editor, rowID string, f *form.Form, languages []string) error {
	ch, err := s.choices(ctx, tx, languages)
	if err != nil {
		return err
	}
	if err := row.load(ctx, tx, rowID); err != nil {
		return err
	}
	if f.Value("version") != strconv.FormatInt(row.version(), 10) {
		return stored.ErrStale()
	}
	row.read(f, ch)
	if err := f.Err(); err != nil {
		return err
	}
	return row.store(ctx, tx)
}

// fresh is the id in the address of a row that is not there yet.
const fresh = "new"

// one loads a row or makes a new one.
func one[T any](ctx context.Context, tx *tenant.Tx, rowID string, key func(*T) *tenant.Key) (*T, bool, error) {
	if rowID == fresh {
		row := new(T)
		key(row).ID = id.New()
		return row, true, nil
	}
	row, err := stored.Get[T](ctx, tx, rowID)
	if err == nil && row == nil {
		err = stored.ErrUnknown()
	}
	return row, false, err
}

// keep stores a row, new or changed.
func keep(ctx context.Context, tx *tenant.Tx, isNew bool, row any, version *int64) error {
	old := *version
	*version = old + 1
	if isNew {
		return stored.Add(ctx, tx, row)
	}
	return stored.PutAt(ctx, tx, row, old)
}
