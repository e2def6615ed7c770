package documents

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// serve gives a document out, for saving. What this reader may not see is as if it did not exist.
func (m *Module) serve(c *fiber.Ctx) error {
	var d *Document
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = Find(ctx, tx, c.Params("id"))
		return err
	})
	if err != nil {
		return err
	}
	tag := `"` + d.SHA256[:32] + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	if d.Public {
		c.Set(fiber.HeaderCacheControl, "public, max-age=600") // no longer: it may be hidden together with its thing
	}
	if strings.Contains(c.Get(fiber.HeaderIfNoneMatch), tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	return m.send(c, d)
}

func (m *Module) send(c *fiber.Ctx, d *Document) error {
	r, info, err := m.Store.Get(c.UserContext(), d.BlobKey)
	if errors.Is(err, blob.ErrNotFound) {
		return fault.NotFound("documents.error.unknown").With(err)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, d.Mime)
	c.Set(fiber.HeaderContentDisposition, "attachment; filename*=UTF-8''"+strings.ReplaceAll(url.QueryEscape(d.FileName), "+", "%20"))
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	web.Age(c, d.AddedAt)
	return c.SendStream(r, int(info.Size)) // closes r
}

func (m *Module) kinds(c *fiber.Ctx) error { return m.renderKinds(c, form.New(nil, nil)) }

func (m *Module) renderKinds(c *fiber.Ctx, f *form.Form) error {
	var names Names
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		names, err = KindNames(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	title := i18n.T(c.UserContext(), "documents.kinds")
	page := web.Page{Title: title, Staff: true, Current: root, Admin: ui.AdminData{Title: title, Lead: i18n.T(c.UserContext(), "documents.kinds_lead")}}
	return web.Render(c, page, kindsPage(f, names, web.SiteOf(c).Languages))
}

func (m *Module) addKind(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	name := f.Texts("name", web.SiteOf(c).Languages, form.Limit{Max: 80})
	f.Check("name."+web.SiteOf(c).Languages[0], name[web.SiteOf(c).Languages[0]] != "", "val.required")
	if err = f.Err(); err == nil {
		err = m.changeKinds(c.UserContext(), "document.kind.add", func(ctx context.Context, tx *tenant.Tx) (string, error) { return insertKind(ctx, tx, name) })
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderKinds(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root)
}

func (m *Module) removeKind(c *fiber.Ctx) error {
	kindID := c.Params("id")
	err := m.changeKinds(c.UserContext(), "document.kind.remove", func(ctx context.Context, tx *tenant.Tx) (string, error) {
		return kindID, removeKind(ctx, tx, kindID)
	})
	if err != nil {
		return err
	}
	web.Flash(c, "success", "common.deleted")
	return web.Redirect(c, root)
}

func (m *Module) changeKinds(ctx context.Context, action string, do func(ctx context.Context, tx *tenant.Tx) (string, error)) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		kindID, err := do(ctx, tx)
		if err != nil || m.Audit == nil {
			return err
		}
		return m.Audit(ctx, tx, action, kindRef(kindID), nil)
	})
}
