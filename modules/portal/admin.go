package portal

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/web"
	"glas/tenant"
)

func (m *Module) dashboard(c *fiber.Ctx) error {
	var duties []Duty
	var steps []firstStep
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if duties, err = m.Duties(ctx, tx); err != nil {
			return err
		}
		duties = slices.DeleteFunc(duties, func(d Duty) bool { return d.Count == 0 })
		b, err := m.Beginnings(ctx, tx)
		steps = firstSteps(ctx, b)
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(c.UserContext(), "portal.dashboard.title"), Staff: true}
	page.Admin.Lead = i18n.T(c.UserContext(), "portal.dashboard.lead")
	return web.Render(c, page, dashboardPage(duties, steps))
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
	if err := m.save(c.UserContext(), f); err != nil {
		return web.Reshow(c, f, err, func() error { return m.settingsForm(c, f) })
	}
	web.Flash(c, "success", "portal.settings.saved")
	return web.Redirect(c, "/admin/settings")
}

// town is a municipality on the pages of the deployment.
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

// operatorButton asks for a press, because programs that look into mail open links and would use up the only one.
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
	return web.Redirect(c, townsPath)
}

func (m *Module) operatorLeave(c *fiber.Ctx) error {
	if err := m.Operators.Leave(c.UserContext(), authz.From(c.UserContext()).SessionID, m.Clock.Now()); err != nil {
		return err
	}
	web.DropSession(c)
	return web.Redirect(c, "/")
}

// state is what the operator sees of the deployment. Sizes is nil when nobody counts.
type state struct {
	Towns    []town
	Sizes    map[string]Size
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
	if m.Sizes != nil {
		if s.Sizes, err = m.Sizes(ctx); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "portal.menu.municipalities"), Staff: true}, consolePage(s))
}

func (m *Module) changeState(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	chosen := tenant.State(f.OneOf("state", states()...))
	if err := f.Err(); err != nil {
		return err
	}
	if err := m.turn(c.UserContext(), c.Params("slug"), chosen); err != nil {
		return err
	}
	web.Flash(c, "success", "portal.operator.state_saved")
	return web.Redirect(c, townsPath)
}

func (m *Module) retryJob(c *fiber.Ctx) error {
	found, err := m.RetryJob(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if found {
		web.Flash(c, "success", "portal.operator.retried")
	} else {
		web.Flash(c, "info", "portal.operator.not_failed")
	}
	return web.Redirect(c, townsPath)
}

func (m *Module) mails(c *fiber.Ctx) error {
	ctx := c.UserContext()
	slug := web.Query(c).Value("town")
	list, err := m.letters(ctx, slug)
	if err != nil {
		return err
	}
	towns, err := m.towns(ctx, true, i18n.Lang(ctx))
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "portal.operator.mails"), Current: "/operator/mails", Staff: true}
	page.Admin.Lead = i18n.T(ctx, "portal.operator.mails_text")
	return web.Render(c, page, mailsPage(list, towns, slug))
}
