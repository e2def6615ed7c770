package votes

import (
	"context"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

const (
	perMinute = 120
	limitSpan = time.Minute
)

// target is what the address of a request names; an address that names nothing has the zero Ref, which no host owns.
func target(c *fiber.Ctx) subject.Ref {
	ref, err := subject.Parse(c.Params("kind") + ":" + c.Params("id"))
	if err != nil {
		return subject.Ref{}
	}
	return ref
}

func (m *Module) cast(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	r, err := m.Cast(c.UserContext(), Command{Ref: target(c), Value: f.Value(fieldValue)})
	if err != nil {
		return m.refused(c, err)
	}
	if web.IsFragment(c) {
		return web.Fragment(c, pressed(r.View(m.Clock.Now())))
	}
	if r.Mine == nil {
		web.Flash(c, "success", "votes.withdrawn")
	} else {
		web.Flash(c, "success", "votes.saved")
	}
	return web.Back(c, r.Ballot.Path)
}

// refused answers a press that was not taken: on the page the form as it stands, and why. Who has used up his quota also sees what he
// voted for, because he is told to withdraw one of them. Everybody else gets the page of the error.
func (m *Module) refused(c *fiber.Ctx, refusal error) error {
	e, ok := fault.As(refusal)
	if !ok || e.Kind != fault.KindConflict && e.Kind != fault.KindForbidden || e.Message.IsZero() {
		return refusal
	}
	full := e.Message.ID == quotaReached
	if !web.IsFragment(c) && (!full || web.WantsJSON(c)) {
		return refusal
	}
	var v View
	var chosen []Ballot
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if v, err = m.Look(ctx, tx, target(c)); err == nil && full {
			chosen, err = m.chosen(ctx, tx, v.Ballot)
		}
		return err
	})
	if err != nil {
		slog.ErrorContext(c.UserContext(), "a refused vote could not be explained", "path", c.Path(), "cause", err)
		return refusal
	}
	why := i18n.Message(c.UserContext(), e.Message)
	if web.IsFragment(c) {
		return web.Fragment(c, refusedPress(v, why, chosen))
	}
	return web.RenderStatus(c, e.Status(), web.Page{Title: i18n.T(c.UserContext(), "votes.quota.title"), NoIndex: true}, usedUp(v.Ballot, why, chosen))
}

// page leads to what is voted on: there the form stands.
func (m *Module) page(c *fiber.Ctx) error {
	return m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		b, err := m.ballot(ctx, tx, target(c))
		if err != nil {
			return err
		}
		return web.Redirect(c, b.Path)
	})
}

func (m *Module) result(c *fiber.Ctx) error {
	return m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		s, err := m.Result(ctx, tx, target(c))
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="result.json"`)
		return c.SendString(s.Body)
	})
}
