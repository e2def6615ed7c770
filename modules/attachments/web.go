package attachments

import (
	"context"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/web"
	"glas/tenant"
)

// serve sends a variant of a file. What this reader may not see is as if it did not exist.
func (m *Module) serve(c *fiber.Ctx) error {
	ctx, variant := c.UserContext(), c.Params("variant")
	var a *Attachment
	err := m.db.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		a, err = m.guarded(ctx, tx, c.Params("id"), c.Query("k"))
		return err
	})
	if err != nil {
		return err
	}
	if !a.Ready() || (a.Kind == Photo) != (variant == Thumb || variant == Full) || a.Kind == Document && variant != File {
		return fault.NotFound("attachments.error.unknown")
	}
	tag := `"` + a.Sha256[:32] + "-" + variant + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	if a.Public && c.Query("k") == "" {
		c.Set(fiber.HeaderCacheControl, "public, max-age=600") // no longer: it may be hidden, and then nobody shall go on showing it
	}
	if strings.Contains(c.Get(fiber.HeaderIfNoneMatch), tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	return m.send(c, a, variant)
}

func (m *Module) send(c *fiber.Ctx, a *Attachment, variant string) error {
	r, info, err := m.store.Get(c.UserContext(), a.key(variant))
	if errors.Is(err, blob.ErrNotFound) {
		return fault.NotFound("attachments.error.unknown").With(err)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/jpeg")
	if a.Kind == Document {
		c.Set(fiber.HeaderContentType, a.ContentType)
		c.Set(fiber.HeaderContentDisposition, disposition(a.Name))
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	web.Age(c, a.CreatedAt)
	return c.SendStream(r, int(info.Size)) // closes r
}
