package accounts

import (
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/registry"
	"glas/internal/web"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

func (m *Module) showMe(c *fiber.Ctx) error { return m.renderMe(c, nil) }

// renderMe shows the profile, from the account or, when f is given, as it was typed.
func (m *Module) renderMe(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	d, err := m.loadMine(ctx)
	if err != nil {
		return err
	}
	if f == nil {
		f = form.New(nil, nil)
		f.Set("name", d.Account.Name)
		f.Set("lang", rows.Language(tenant.From(ctx), d.Account.Lang))
		f.Set("birth_year", rows.YearText(d.Account.BirthYear))
		if d.Account.Pseudonym {
			f.Set("pseudonym", "1")
		}
		if len(d.Account.AreaIDs) > 0 {
			f.Set("area", d.Account.AreaIDs[0])
		}
	}
	return m.page(c, "accounts.me.title", mePage(f, d, tenant.From(ctx).Languages))
}

func (m *Module) saveMe(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	p := readProfile(f, tenant.From(ctx).Languages, m.Clock.Now())
	if err = f.Err(); err == nil {
		err = m.saveProfile(ctx, p)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderMe(c, f) })
	}
	web.Flash(c, "success", "accounts.flash.saved")
	return web.Redirect(c, "/me")
}

func (m *Module) showPassword(c *fiber.Ctx) error { return m.renderPassword(c, form.New(nil, nil)) }

func (m *Module) renderPassword(c *fiber.Ctx, f *form.Form) error {
	d, err := m.loadMine(c.UserContext())
	if err != nil {
		return err
	}
	return m.page(c, "accounts.password.title", passwordPage(f, d.Account.PasswordHash != ""))
}

func (m *Module) savePassword(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	actor := authz.From(ctx)
	password := readPassword(f, "new_password", actor.Email, actor.Name)
	if err = f.Err(); err == nil {
		err = m.changePassword(ctx, f.Value("current_password"), password)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderPassword(c, f) })
	}
	web.Flash(c, "success", "accounts.flash.password")
	return web.Redirect(c, "/me")
}

func (m *Module) showEmail(c *fiber.Ctx) error { return m.renderEmail(c, form.New(nil, nil)) }

func (m *Module) renderEmail(c *fiber.Ctx, f *form.Form) error {
	d, err := m.loadMine(c.UserContext())
	if err != nil {
		return err
	}
	return m.page(c, "accounts.email.title", emailPage(f, d.Account))
}

func (m *Module) saveEmail(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	email := readAddress(f)
	if err = f.Err(); err == nil {
		err = m.askNewAddress(c.UserContext(), email, f.Value("password"))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderEmail(c, f) })
	}
	return m.page(c, "accounts.sent.title", sentPage(email, "accounts.sent.email"))
}

func (m *Module) showSessions(c *fiber.Ctx) error {
	list, err := m.mySessions(c.UserContext())
	if err != nil {
		return err
	}
	return m.page(c, "accounts.sessions.title", sessionsPage(list, authz.From(c.UserContext()).SessionID, m.Clock.Now()))
}

// endSessions ends the session named in the form, or every one of the account.
func (m *Module) endSessions(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, ended := c.UserContext(), f.Value("session")
	if err := m.endSession(ctx, ended); err != nil {
		return err
	}
	if ended == "" || ended == authz.From(ctx).SessionID {
		web.DropSession(c)
		web.Flash(c, "success", "accounts.flash.signed_out")
		return web.Redirect(c, "/")
	}
	web.Flash(c, "success", "accounts.flash.session_ended")
	return web.Redirect(c, "/me/sessions")
}

func (m *Module) showAssociations(c *fiber.Ctx) error {
	f, err := web.FormFor(c, "/me/associations")
	if err != nil {
		return err
	}
	return m.renderAssociations(c, f)
}

func (m *Module) renderAssociations(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	list, err := m.myAssociations(ctx)
	if err != nil {
		return err
	}
	d := authz.Can(ctx, "association.apply", authz.Resource{Now: m.Clock.Now()})
	return m.page(c, "accounts.associations.title", associationsPage(f, list, authz.From(ctx), registry.Registers(tenant.From(ctx).Country), d))
}

func (m *Module) doApply(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	ap := readApplication(f, tenant.From(ctx).Country)
	if err = f.Err(); err == nil {
		err = m.apply(ctx, ap)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderAssociations(c, f) })
	}
	web.Flash(c, "success", "accounts.flash.applied")
	return web.Redirect(c, "/me/associations")
}

func (m *Module) doAct(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := m.actFor(c.UserContext(), f.Value("organisation")); err != nil {
		return err
	}
	web.Flash(c, "success", "accounts.flash.acting")
	return web.Redirect(c, "/me/associations")
}

func (m *Module) showData(c *fiber.Ctx) error {
	out, err := m.download(c.UserContext())
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="my-data.json"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return web.JSON(c, out)
}

func (m *Module) showDelete(c *fiber.Ctx) error { return m.renderDelete(c, form.New(nil, nil)) }

func (m *Module) renderDelete(c *fiber.Ctx, f *form.Form) error {
	d, err := m.loadMine(c.UserContext())
	if err != nil {
		return err
	}
	return m.page(c, "accounts.delete.title", deletePage(f, d.Account.PasswordHash != ""))
}

func (m *Module) doDelete(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	f.Check("sure", f.Bool("sure"), "accounts.error.sure")
	if err = f.Err(); err == nil {
		err = m.deleteMe(c.UserContext(), f.Value("password"))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderDelete(c, f) })
	}
	web.DropSession(c)
	web.Flash(c, "success", "accounts.flash.deleted")
	return web.Redirect(c, "/")
}

// titled is a page of staff.
func (m *Module) titled(c *fiber.Ctx, title string) web.Page {
	return web.Page{Title: i18n.T(c.UserContext(), title), Staff: true}
}
