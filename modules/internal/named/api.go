package named

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/web"
	"glas/tenant"
)

func (m *Module[T]) apiList(c *fiber.Ctx) error {
	out := web.List[T]{Items: []T{}}
	err := m.deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		rows, err := m.list.All(ctx, tx)
		for i := range rows {
			if !*m.list.Fields(&rows[i]).Archived {
				out.Items = append(out.Items, rows[i])
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}
