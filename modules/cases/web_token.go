package cases

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// confirmPage asks to confirm a report with a button. Opening the link alone confirms nothing: programs that look at letters open links too.
func (m *Module) confirmPage(c *fiber.Ctx) error {
	var one *stored.Case
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		one, err = stored.FindConfirm(ctx, tx, c.Params("token"))
		return err
	})
	if err != nil {
		return err
	}
	if one.State != stored.Unconfirmed {
		return web.Redirect(c, one.TokenPath())
	}
	return m.small(c, "cases.confirm.title", smallPage(smallData{title: "cases.confirm.title", text: i18n.T(c.UserContext(), "cases.confirm.text", "Title", one.Title),
		action: "/c/" + c.Params("token") + "/confirm", button: "cases.confirm.button"}))
}

func (m *Module) confirm(c *fiber.Ctx) error {
	one, err := m.acts.Confirm(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	web.Flash(c, "success", "cases.flash.received", "Number", one.Number)
	return web.Redirect(c, one.TokenPath())
}

// receipt is a page to print: number, date, subject and where to look.
func (m *Module) receipt(c *fiber.Ctx) error {
	d := pageData{token: c.Params("token")}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.Case, err = stored.FindToken(ctx, tx, d.token); err != nil {
			return err
		}
		if d.sight, err = acts.Sight(ctx, tx, d.Case, d.token); err == nil && !d.sight.Page {
			err = stored.ErrUnknown()
		}
		if err != nil {
			return err
		}
		d.town = tx.Tenant()
		d.names, err = m.names.Of(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return m.small(c, "cases.receipt.title", receiptPage(d, web.SiteOf(c).Base))
}

// followPage asks an address that follows a case whether it is really wanted, or to stop.
func (m *Module) followPage(c *fiber.Ctx) error {
	var one *stored.Case
	var f *stored.CaseFollower
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if f, err = stored.FollowerByToken(ctx, tx, c.Params("token")); err != nil {
			return err
		}
		one, err = stored.Find(ctx, tx, f.CaseID)
		if err == nil && !stored.See(one, stored.Anybody).Page {
			err = stored.ErrUnknown()
		}
		return err
	})
	if err != nil {
		return err
	}
	d := smallData{title: "cases.following.title", text: i18n.T(c.UserContext(), "cases.following.ask", "Title", one.ShownTitle()), action: listPath + "/following/" + f.Token, button: "cases.following.start", link: one.Path()}
	if !f.ConfirmedAt.IsZero() {
		d.text, d.button, d.value = i18n.T(c.UserContext(), "cases.following.on", "Title", one.ShownTitle()), "cases.following.stop", "stop"
	}
	return m.small(c, "cases.following.title", smallPage(d))
}

func (m *Module) follow(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	do, flash := m.acts.ConfirmFollow, "cases.flash.follow"
	if f.Value("do") == "stop" {
		do, flash = m.acts.Unfollow, "cases.flash.unfollow"
	}
	one, err := do(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	web.Flash(c, "success", flash)
	return web.Redirect(c, one.Path())
}

// small renders a page that nobody keeps: for one person and one moment.
func (m *Module) small(c *fiber.Ctx, title string, body templ.Component) error {
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), title), Current: listPath, NoIndex: true}, body)
}
