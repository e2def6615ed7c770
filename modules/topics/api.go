package topics

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/web"
	"glas/tenant"
)

func (m *Module) apiList(c *fiber.Ctx) error {
	out := web.List[Topic]{Items: []Topic{}}
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		list, err := All(ctx, tx)
		for _, row := range list {
			if !row.Archived {
				out.Items = append(out.Items, row)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}
