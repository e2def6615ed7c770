package cases

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
)

// The forms on the page of a case.
const (
	aboutReply  = "reply"
	aboutReopen = "reopen"
	aboutFollow = "follow"
)

// said does something with a form on the page of a case. A refused one comes back on that page with what was typed.
func (m *Module) said(c *fiber.Ctx, about string, do func(ctx context.Context, d *pageData) error) error {
	d := pageData{about: about}
	err := m.load(c, &d)
	if err != nil {
		return err
	}
	if d.form, err = web.Form(c); err != nil {
		return err
	}
	if err = do(c.UserContext(), &d); err != nil {
		return web.Reshow(c, d.form, err, func() error { return m.renderPage(c, &d) })
	}
	if d.token != "" {
		return web.Redirect(c, d.TokenPath())
	}
	return web.Redirect(c, d.Path())
}

// reply takes a message of the reporter, with photos where they help.
func (m *Module) reply(c *fiber.Ctx) error {
	return m.said(c, aboutReply, func(ctx context.Context, d *pageData) (err error) {
		if !d.sight.Act {
			return fault.Forbidden("cases.error.not_yours")
		}
		in := acts.Incoming{Body: d.form.Text("text", form.Limit{}), Token: d.token, Channel: "web", Lang: i18n.Lang(ctx)}
		if m.Files != nil {
			if d.batch, err = m.Files.Receive(ctx, d.form, attachments.Limits{Photos: stored.PhotosMax, Visitors: true}); err != nil {
				return err
			}
			in.Files = d.batch
		}
		if err = d.form.Err(); err == nil {
			_, err = m.acts.Reply(ctx, d.ID, in)
		}
		if err == nil {
			web.Flash(c, "success", "cases.flash.replied")
		}
		return err
	})
}

// reopen asks the municipality to look at a case again.
func (m *Module) reopen(c *fiber.Ctx) error {
	return m.said(c, aboutReopen, func(ctx context.Context, d *pageData) error {
		_, err := m.acts.RequestReopen(ctx, d.ID, d.token, d.form.Text("text", form.Limit{}))
		if err == nil {
			web.Flash(c, "success", "cases.flash.reopen")
		}
		return err
	})
}

// subscribe begins or ends that somebody is told what becomes of a case.
func (m *Module) subscribe(c *fiber.Ctx) error {
	return m.said(c, aboutFollow, func(ctx context.Context, d *pageData) (err error) {
		flash := "cases.flash.follow"
		switch {
		case d.form.Value("value") == "withdraw":
			flash = "cases.flash.unfollow"
			_, err = m.acts.UnfollowMine(ctx, d.ID)
		default:
			if !authz.From(ctx).SignedIn() {
				flash = "cases.flash.follow_mail"
			}
			_, err = m.acts.Follow(ctx, d.ID, d.form.Email("email"), i18n.Lang(ctx))
		}
		if err == nil {
			web.Flash(c, "success", flash)
		}
		return err
	})
}

// formAbout is the form of one part of the page: what was sent from there, an empty one for the others.
func (d *pageData) formAbout(about string) *form.Form {
	if d.about == about {
		return d.form
	}
	return form.New(nil, nil)
}

// idAbout is what the field of a part is called: the usual name when the list of complaints leads to it.
func (d *pageData) idAbout(about, usual string) string {
	if d.about == about && len(d.form.Complaints()) > 0 {
		return ""
	}
	return usual
}
