package accounts

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

func (m *Module) staffRoutes() []web.Route {
	limit := web.Limit{Name: "people", N: 300, Per: time.Hour}
	post := func(path string, h fiber.Handler, need string) web.Route {
		return web.Route{Method: fiber.MethodPost, Path: path, Handle: h, Need: need, Limit: limit}
	}
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/admin/people", Handle: m.adminPeople, Need: "account.block"},
		{Method: fiber.MethodGet, Path: "/admin/people/:id", Handle: m.adminPerson, Need: "account.block"},
		post("/admin/people/:id/roles", m.adminGrant, "role.grant"),
		post("/admin/people/:id/roles/revoke", m.adminRevoke, "role.grant"),
		post("/admin/people/:id/department", m.adminDepartment, "role.grant"),
		post("/admin/people/:id/verify", m.adminVerify, "account.verify"),
		post("/admin/people/:id/block", m.adminBlock, "account.block"),
		post("/admin/people/:id/unblock", m.adminUnblock, "account.block"),
		{Method: fiber.MethodGet, Path: "/admin/associations", Handle: m.adminAssociations, Need: "association.verify"},
		post("/admin/associations/:id/verify", m.adminVerifyAssociation, "association.verify"),
		post("/admin/associations/:id/refuse", m.adminRefuseAssociation, "association.verify"),
	}
}

// states are what the list of people can be narrowed to.
func states() []string {
	return []string{rows.StateVerified, "resident", rows.StateUnverified, rows.StateBlocked}
}

func (m *Module) adminPeople(c *fiber.Ctx) error {
	f := web.Query(c)
	q := rows.PeopleQuery{Words: f.Value("q"), After: f.Value("after")}
	if slices.Contains(authz.StaffRoles(), f.Value("role")) {
		q.Role = f.Value("role")
	}
	if slices.Contains(states(), f.Value("state")) {
		q.State = f.Value("state")
	}
	d, err := m.listPeople(c.UserContext(), q)
	if err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, peopleTable(d))
	}
	return web.Render(c, m.titled(c, "accounts.people.title"), peoplePage(d))
}

func (m *Module) adminPerson(c *fiber.Ctx) error { return m.renderPerson(c, nil) }

func (m *Module) renderPerson(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	p, err := m.loadPerson(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	if f == nil {
		f = form.New(nil, nil)
		f.Set("department", p.Account.DepartmentID)
		f.Set("level", max(p.Account.EffectiveLevel(p.Now), authz.LevelEmail).String())
		f.Set("method", p.Account.LevelMethod)
		f.Set("birth_year", rows.YearText(p.Account.BirthYear))
		f.Set("groups", strings.Join(p.Account.Groups, "\n"))
		if !p.Account.LevelUntil.IsZero() {
			f.Set("until", p.Account.LevelUntil.In(i18n.Zone(ctx)).AddDate(0, 0, -1).Format(time.DateOnly))
		}
		if len(p.Account.AreaIDs) > 0 {
			f.Set("area", p.Account.AreaIDs[0])
		}
	}
	page := web.Page{Title: BylineName(ctx, Byline{AuthorName: p.Account.Name}), Staff: true, Current: "/admin/people"}
	page.Admin.Crumbs = []ui.Crumb{{Label: i18n.T(ctx, "accounts.people.title"), Href: i18n.Href(ctx, "/admin/people")}, {Label: page.Title}}
	return web.Render(c, page, personPage(f, p))
}

// changed answers a change of a person: back to the page, or the form again with what is wrong.
func (m *Module) changed(c *fiber.Ctx, change func(f *form.Form, id string) error) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := change(f, c.Params("id")); err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderPerson(c, f) })
	}
	web.Flash(c, "success", "accounts.flash.saved")
	return web.Redirect(c, "/admin/people/"+c.Params("id"))
}

func (m *Module) adminGrant(c *fiber.Ctx) error {
	return m.changed(c, func(f *form.Form, id string) error {
		role := f.OneOf("role", authz.StaffRoles()...)
		if err := f.Err(); err != nil {
			return err
		}
		return m.grantRole(c.UserContext(), id, role)
	})
}

func (m *Module) adminRevoke(c *fiber.Ctx) error {
	return m.changed(c, func(f *form.Form, id string) error { return m.revokeRole(c.UserContext(), id, f.Value("role")) })
}

func (m *Module) adminDepartment(c *fiber.Ctx) error {
	return m.changed(c, func(f *form.Form, id string) error {
		return m.setDepartment(c.UserContext(), id, f.Value("department"))
	})
}

func (m *Module) adminVerify(c *fiber.Ctx) error {
	return m.changed(c, func(f *form.Form, id string) error {
		v := readVerification(f, tenant.From(c.UserContext()).Zone(), m.Clock.Now())
		if err := f.Err(); err != nil {
			return err
		}
		return m.verify(c.UserContext(), id, v)
	})
}

func (m *Module) adminBlock(c *fiber.Ctx) error {
	return m.changed(c, func(f *form.Form, id string) error {
		reason := f.Text("reason", form.Limit{Min: rows.ReasonMin, Max: rows.ReasonMax})
		if err := f.Err(); err != nil {
			return err
		}
		return m.Block(c.UserContext(), id, reason)
	})
}

func (m *Module) adminUnblock(c *fiber.Ctx) error {
	return m.changed(c, func(_ *form.Form, id string) error { return m.Unblock(c.UserContext(), id) })
}

func (m *Module) adminAssociations(c *fiber.Ctx) error {
	return m.renderQueue(c, form.New(nil, nil), "")
}

// renderQueue shows associations of one state; failed is the one whose refusal lacks something.
func (m *Module) renderQueue(c *fiber.Ctx, f *form.Form, failed string) error {
	query := web.Query(c)
	state := query.Value("state")
	if !slices.Contains([]string{rows.OrgApplied, rows.OrgVerified, rows.OrgRefused}, state) {
		state = rows.OrgApplied
	}
	q, err := m.listAssociations(c.UserContext(), state, query.Value("after"))
	if err != nil {
		return err
	}
	return web.Render(c, m.titled(c, "accounts.queue.title"), queuePage(f, q, failed))
}

func (m *Module) adminVerifyAssociation(c *fiber.Ctx) error { return m.decided(c, rows.OrgVerified) }

func (m *Module) adminRefuseAssociation(c *fiber.Ctx) error { return m.decided(c, rows.OrgRefused) }

func (m *Module) decided(c *fiber.Ctx, state string) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	reason := ""
	if state == rows.OrgRefused {
		reason = f.Text("reason", form.Limit{Min: rows.ReasonMin, Max: rows.ReasonMax})
	}
	if err = f.Err(); err == nil {
		err = m.decide(c.UserContext(), c.Params("id"), state, reason)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderQueue(c, f, c.Params("id")) })
	}
	web.Flash(c, "success", "accounts.flash.saved")
	return web.Redirect(c, "/admin/associations")
}
