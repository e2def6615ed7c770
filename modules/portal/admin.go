package portal

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/theme"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

func (m *Module) dashboard(c *fiber.Ctx) error {
	var duties []Duty
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		duties, err = m.Duties(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "portal.dashboard.title"), Staff: true}, dashboardPage(duties))
}

func (m *Module) settings(c *fiber.Ctx) error {
	f := form.New(nil, nil)
	fill(f, tenant.From(c.UserContext()))
	return m.settingsForm(c, f)
}

func (m *Module) settingsForm(c *fiber.Ctx, f *form.Form) error {
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "portal.settings.title"), Staff: true}, settingsPage(tenant.From(c.UserContext()), f))
}

func (m *Module) saveSettings(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	old := tenant.From(c.UserContext())
	next, since, err := read(f, old)
	if err == nil {
		err = m.Directory.Save(c.UserContext(), next, since)
		if errors.Is(err, tenant.ErrStale) {
			err = fault.Conflict("portal.settings.stale").With(err)
		}
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.settingsForm(c, f) })
	}
	web.Flash(c, "success", "portal.settings.saved")
	return web.Redirect(c, "/admin/settings")
}

// switchable are the modules that a municipality may do without.
func switchable() []string { return []string{"proposals"} }

// fill puts the settings into the form.
func fill(f *form.Form, t *tenant.Tenant) {
	for _, l := range t.Languages {
		f.Set("name."+l, t.Name[l])
		f.Set("tagline."+l, t.Tagline[l])
		f.Set("heading."+l, t.Hero.Heading[l])
		f.Set("text."+l, t.Hero.Text[l])
	}
	f.Set("languages", t.Languages...)
	f.Set("default", t.Default())
	f.Set("email", t.Contact.Email)
	f.Set("phone", t.Contact.Phone)
	f.Set("address", t.Contact.Address)
	f.Set("brand", t.Theme.Brand)
	f.Set("crest", t.Theme.Crest)
	f.Set("pattern", t.Theme.Pattern)
	f.Set("tiles", t.Map.Tiles)
	f.Set("attribution", t.Map.Attribution)
	f.Set("moderation", t.Rules.Moderation)
	for name, n := range numbers(&t.Rules) {
		f.Set(name, strconv.Itoa(*n))
	}
	if t.Rules.ShortReason {
		f.Set("short_reason", "1")
	}
	if t.Listed {
		f.Set("listed", "1")
	}
	for _, module := range switchable() {
		if t.Has(module) {
			f.Set("module."+module, "1")
		}
	}
	f.Set("since", t.UpdatedAt.Format(time.RFC3339Nano))
}

// numbers are the rules that are plain numbers, by the name of their field.
func numbers(r *tenant.Rules) map[string]*int {
	return map[string]*int{
		"consultation_days": &r.ConsultationDays, "consultation_minimum": &r.ConsultationMinimum, "answer_days": &r.AnswerDays,
		"consent_age": &r.ConsentAge, "vote_age": &r.VoteAge, "edit_minutes": &r.EditMinutes, "log_days": &r.LogDays,
	}
}

// ruleNames lists the fields of numbers in the order of the page.
func ruleNames() []string {
	return []string{"consultation_days", "consultation_minimum", "answer_days", "consent_age", "vote_age", "edit_minutes", "log_days"}
}

// moderationModes are what may wait for a moderator.
func moderationModes() []string { return []string{"none", "first_posts", "reported", "all"} }

// read makes changed settings of what was sent, and says which version they were made from.
func read(f *form.Form, old *tenant.Tenant) (*tenant.Tenant, time.Time, error) {
	t := *old
	langs := old.Languages
	t.Name = f.Texts("name", langs, form.Limit{Min: 2, Max: 120})
	t.Tagline = f.Texts("tagline", langs, form.Limit{Max: 120})
	t.Hero = tenant.Hero{Heading: f.Texts("heading", langs, form.Limit{Max: 120}), Text: f.Texts("text", langs, form.Limit{Max: 300})}
	chosen := f.Many("languages", "sl", "bg", "el", "tr", "en")
	first := f.OneOf("default", "sl", "bg", "el", "tr", "en")
	if f.Check("default", slices.Contains(chosen, first), "portal.settings.default_missing") {
		t.Languages = append([]string{first}, slices.DeleteFunc(slices.Clone(chosen), func(l string) bool { return l == first })...)
	}
	f.Check("default", t.Name[first] != "" || !f.Valid(), "portal.settings.name_missing")
	t.Contact = tenant.Contact{Email: f.Email("email"), Phone: f.Line("phone", form.Limit{Max: 40}), Address: f.Line("address", form.Limit{Max: 200})}
	t.Theme = theme.Input{Brand: f.Line("brand", form.Limit{Min: 7, Max: 7}), Crest: f.OneOf("crest", theme.Crests()...), Pattern: f.OneOf("pattern", theme.Patterns()...)}
	f.Check("brand", t.Theme.Valid() == nil, "portal.settings.brand_unreadable")
	t.Map.Tiles, t.Map.Attribution = f.Line("tiles", form.Limit{Max: 300}), f.Line("attribution", form.Limit{Max: 200})
	for name, n := range numbers(&t.Rules) {
		*n = f.Int(name, 0, 3650)
	}
	f.Check("consultation_minimum", t.Rules.ConsultationMinimum <= t.Rules.ConsultationDays || !f.Valid(), "portal.settings.minimum_above")
	t.Rules.ShortReason, t.Listed = f.Bool("short_reason"), f.Bool("listed")
	t.Rules.Moderation = f.OneOf("moderation", moderationModes()...)
	t.Off = nil
	for _, module := range switchable() {
		if !f.Bool("module." + module) {
			t.Off = append(t.Off, module)
		}
	}
	since, err := time.Parse(time.RFC3339Nano, f.Value("since"))
	f.Check("", err == nil, "common.error.form_expired")
	return &t, since, f.Err()
}

// town is a municipality on the operator's pages.
type town struct {
	*tenant.Tenant
	Href string
}

func (m *Module) towns(ctx context.Context, all bool, lang string) ([]town, error) {
	list, err := m.Directory.Listed(ctx, lang)
	if all {
		list, err = m.Directory.All(ctx)
	}
	if err != nil {
		return nil, err
	}
	out := make([]town, len(list))
	for i, t := range list {
		out[i] = town{Tenant: t, Href: m.Base(tenant.With(ctx, t)) + "/"}
	}
	return out, nil
}

func (m *Module) deployment(c *fiber.Ctx) error {
	ctx := c.UserContext()
	list, err := m.towns(ctx, false, i18n.Lang(ctx))
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: "Glas", Description: i18n.T(ctx, "portal.deployment.lead")}, deploymentPage(list))
}

func (m *Module) operatorButton(c *fiber.Ctx) error {
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "portal.operator.enter"), NoIndex: true}, operatorButtonPage(c.Params("token")))
}

func (m *Module) operatorEnter(c *fiber.Ctx) error {
	session, err := m.Operators.Enter(c.UserContext(), c.Params("token"), m.Clock.Now())
	if err != nil {
		return err
	}
	if session == "" {
		return fault.Gone("common.error.expired_link")
	}
	web.SetSession(c, session, operatorSession)
	return web.Redirect(c, "/operator")
}

func (m *Module) operatorLeave(c *fiber.Ctx) error {
	if err := m.Operators.Leave(c.UserContext(), authz.From(c.UserContext()).SessionID, m.Clock.Now()); err != nil {
		return err
	}
	web.DropSession(c)
	return web.Redirect(c, "/")
}

// state is what the operator sees of the deployment.
type state struct {
	Towns    []town
	Jobs     job.Stats
	Failures []job.Failure
}

func (m *Module) console(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var s state
	var err error
	if s.Towns, err = m.towns(ctx, true, i18n.Lang(ctx)); err != nil {
		return err
	}
	if s.Jobs, s.Failures, err = m.Jobs(ctx); err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "portal.menu.municipalities"), Staff: true}, consolePage(s))
}

func (m *Module) changeState(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	old, err := m.Directory.BySlug(c.UserContext(), c.Params("slug"))
	if errors.Is(err, tenant.ErrUnknown) {
		return fault.NotFound("common.error.not_found")
	}
	if err != nil {
		return err
	}
	t := *old
	t.State = tenant.State(f.OneOf("state", string(tenant.Active), string(tenant.ReadOnly), string(tenant.Suspended)))
	if err := f.Err(); err != nil {
		return err
	}
	if err := m.Directory.Save(c.UserContext(), &t, old.UpdatedAt); err != nil {
		return err
	}
	web.Flash(c, "success", "portal.settings.saved")
	return web.Redirect(c, "/operator")
}

func (m *Module) mails(c *fiber.Ctx) error {
	var list []mail.Stored
	list, err := m.Mails(c.UserContext())
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "portal.menu.mails"), Staff: true}, mailsPage(list))
}

// options makes choices of message ids below a prefix.
func options(ctx context.Context, prefix string, values []string, chosen string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: v, Label: i18n.T(ctx, prefix+v), Selected: v == chosen}
	}
	return out
}
