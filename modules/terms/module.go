// Package terms holds the rules of terms: how long a consultation lasts, what must be there before it begins, what is due afterwards.
//
// A clerk who puts up a draft act is told by name which rule the plan does not keep, and what the earliest end is; staff with the
// permission changes the rules of the municipality, which begin as presets of its country.
//
// The decision bound here: rules are data that a municipality edits, and checking them is a pure function of a plan and a calendar.
// What follows from a broken rule (refusal, override, restart) is decided by whoever asks.
package terms

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Kind is the subject kind of a rule set.
const Kind = "rule_set"

const root = "/admin/terms"

// Deps is what the module needs. Audit and Documents may be nil.
type Deps struct {
	DB *tenant.DB
	// Audit keeps what staff did.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
	// Documents are the kinds of documents that a rule can ask for.
	Documents func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
}

// Module is this part of the product.
type Module struct{ Deps }

// New makes the module.
func New(d Deps) *Module { return &Module{Deps: d} }

// Name is that of the package.
func (m *Module) Name() string { return "terms" }

// Menu has an entry for staff.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "terms.menu", Path: root, Area: web.AreaStaff, Order: 640, Need: "term.read"}}
}

// Routes are the pages for staff.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: root, Handle: m.index, Need: "term.read"},
		{Method: "GET", Path: root + "/:id", Handle: m.show, Need: "term.read"},
		{Method: "POST", Path: root + "/:id", Handle: m.save, Need: "term.edit"},
		{Method: "POST", Path: root + "/:id/reset", Handle: m.reset, Need: "term.edit"},
	}
}

// fresh is the id in the address of rules that are not stored yet.
const fresh = "new"

func (m *Module) index(c *fiber.Ctx) error {
	var all []RuleSet
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		all, err = All(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, page(c, ""), indexPage(all))
}

func page(c *fiber.Ctx, title string) web.Page {
	ctx := c.UserContext()
	menu := i18n.T(ctx, "terms.menu")
	p := web.Page{Title: menu, Staff: true, Current: root, Admin: ui.AdminData{Title: menu, Lead: i18n.T(ctx, "terms.lead")}}
	if title != "" {
		p.Title, p.Admin = title, ui.AdminData{Title: title, Crumbs: []ui.Crumb{{Label: menu, Href: i18n.Href(ctx, root)}, {Label: title}}}
	}
	return p
}

func (m *Module) show(c *fiber.Ctx) error { return m.render(c, nil) }

// render is the form of one rule set; f is nil for what is stored.
func (m *Module) render(c *fiber.Ctx, f *form.Form) error {
	d := editData{form: f, id: c.Params("id"), languages: web.SiteOf(c).Languages}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.set, err = load(ctx, tx, d.id); err != nil || m.Documents == nil {
			return err
		}
		d.documents, err = m.Documents(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if d.form == nil {
		d.form = form.New(nil, nil)
		fill(d.form, &d.set)
	}
	title := i18n.T(c.UserContext(), "terms.new")
	if d.id != fresh {
		title = d.set.Label(c.UserContext())
	}
	return web.Render(c, page(c, title), editPage(d))
}

// load is a rule set, or an empty one for the id "new".
func load(ctx context.Context, tx *tenant.Tx, setID string) (RuleSet, error) {
	if setID != fresh {
		return one(ctx, tx, setID)
	}
	return RuleSet{Act: General, Normal: Amount{30, calendar.CalendarDays}, Minimum: Amount{14, calendar.CalendarDays}, NextWorking: true, Restart: true}, nil
}

func (m *Module) save(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	err = m.Save(c.UserContext(), c.Params("id"), f)
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root)
}

// Save changes rules by a form; those with the id "new" are added. Whoever changed them meanwhile is not overwritten.
func (m *Module) Save(ctx context.Context, setID string, f *form.Form) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := load(ctx, tx, setID)
		if err != nil {
			return err
		}
		var kinds []ui.Option
		if m.Documents != nil {
			if kinds, err = m.Documents(ctx, tx); err != nil {
				return err
			}
		}
		if setID != fresh && int64(f.OptionalInt("version", 0, 1<<30, 0)) != s.RowVersion {
			return fault.Conflict("terms.error.stale")
		}
		read(f, &s, tx.Tenant().Languages, kinds)
		if setID == fresh {
			s.ID = id.New()
			f.Check("name."+tx.Tenant().Default(), s.Name[tx.Tenant().Default()] != "", "val.required")
		}
		if err := f.Err(); err != nil {
			return err
		}
		if err := put(ctx, tx, &s); err != nil {
			return err
		}
		return m.record(ctx, tx, "term.edit", &s)
	})
}

func (m *Module) reset(c *fiber.Ctx) error {
	err := m.DB.Update(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		s, err := one(ctx, tx, c.Params("id"))
		if err != nil || s.Shipped {
			return err
		}
		if err := drop(ctx, tx, &s); err != nil {
			return err
		}
		return m.record(ctx, tx, "term.reset", &s)
	})
	if err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root)
}

func (m *Module) record(ctx context.Context, tx *tenant.Tx, action string, s *RuleSet) error {
	if m.Audit == nil {
		return nil
	}
	data := map[string]any{"act": s.Act, "minimum": s.Minimum, "normal": s.Normal, "notice": s.NoticeDays, "documents": s.Documents, "firm": s.Firm}
	return m.Audit(ctx, tx, action, subject.Ref{Kind: Kind, ID: s.ID}, data)
}

// fill puts rules into the form.
func fill(f *form.Form, s *RuleSet) {
	for name, t := range map[string]i18n.Text{"name": s.Name, "legal_basis": s.LegalBasis} {
		for lang, words := range t {
			f.Set(name+"."+lang, words)
		}
	}
	for name, a := range map[string]Amount{"normal": s.Normal, "minimum": s.Minimum, "report": s.Report, "answer": s.Answer} {
		f.Set(name, number(a.N))
		f.Set(name+"_unit", string(a.Unit))
	}
	f.Set("act", s.Act)
	f.Set("reason_below", number(s.ReasonBelow))
	f.Set("notice_days", number(s.NoticeDays))
	f.Set("documents", s.Documents...)
	var days []string
	for _, n := range s.Reminders {
		days = append(days, strconv.Itoa(n))
	}
	f.Set("reminders", strings.Join(days, ", "))
	for name, on := range map[string]bool{"reason_needed": s.ReasonNeeded, "hearing": s.Hearing, "restart": s.Restart, "next_working": s.NextWorking, "firm": s.Firm} {
		if on {
			f.Set(name, "1")
		}
	}
	f.Set("version", strconv.FormatInt(s.RowVersion, 10))
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// read takes rules from the form.
func read(f *form.Form, s *RuleSet, languages []string, kinds []ui.Option) {
	s.Name = f.Texts("name", languages, form.Limit{Max: 120})
	s.LegalBasis = f.Texts("legal_basis", languages, form.Limit{Max: 500})
	s.Act = f.OneOf("act", Acts()...)
	s.Normal, s.Minimum = amount(f, "normal"), amount(f, "minimum")
	s.Report, s.Answer = amount(f, "report"), amount(f, "answer")
	s.ReasonBelow, s.NoticeDays = f.OptionalInt("reason_below", 0, 3650, 0), f.OptionalInt("notice_days", 0, 365, 0)
	var known []string
	for _, k := range kinds {
		known = append(known, k.Value)
	}
	s.Documents = f.Many("documents", known...)
	s.ReasonNeeded, s.Hearing, s.Restart = f.Bool("reason_needed"), f.Bool("hearing"), f.Bool("restart")
	s.NextWorking, s.Firm = f.Bool("next_working"), f.Bool("firm")
	s.Reminders = nil
	for _, part := range strings.FieldsFunc(f.Value("reminders"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		n, err := strconv.Atoi(part)
		if !f.Check("reminders", err == nil && n >= 0 && n <= 365 && len(s.Reminders) < 10, "terms.error.reminders") {
			return
		}
		s.Reminders = append(s.Reminders, n)
	}
}

func amount(f *form.Form, name string) Amount {
	a := Amount{N: f.OptionalInt(name, 0, 3650, 0)}
	units := make([]string, 0, len(Units()))
	for _, u := range Units() {
		units = append(units, string(u))
	}
	if unit := f.OneOf(name+"_unit", append(units, "")...); a.N > 0 {
		a.Unit = calendar.Unit(unit)
		if a.Unit == "" {
			a.Unit = calendar.CalendarDays
		}
	}
	return a
}
