package mailbox

import (
	"github.com/gofiber/fiber/v2"

	"glas/internal/inbox"
	"glas/internal/web"
	"glas/tenant"
)

// SignatureHeader carries the signature of a call; see inbox.Sign.
const SignatureHeader = "X-Glas-Signature"

// deliver takes a message, as it stands in a mailbox (message/rfc822), from a mail service that signs its call with the secret of the
// municipality: 202 when it is taken or was before, 401 without a fitting signature, 413 beyond 25 MB.
func (m *Module) deliver(c *fiber.Ctx) error {
	ctx := c.UserContext()
	b, ok := m.box(tenant.From(ctx))
	if len(c.Body()) > inbox.MaxBytes {
		return answer(c, fiber.StatusRequestEntityTooLarge, "too large")
	}
	if !ok || b.Secret == "" || inbox.Verify([]byte(b.Secret), m.Clock.Now(), c.Get(SignatureHeader), c.Body()) != nil {
		return answer(c, fiber.StatusUnauthorized, "signature")
	}
	row, err := m.Take(ctx, append([]byte(nil), c.Body()...))
	if err != nil {
		return err
	}
	return answer(c, fiber.StatusAccepted, string(row.Outcome))
}

func answer(c *fiber.Ctx, status int, word string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Status(status)
	return web.JSON(c, map[string]string{"status": word})
}
