package texts

import (
	"context"

	"glas/internal/fault"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// Zone is a numbered part of a sheet, Point a place on it in per cent of its width and height.
type (
	Zone  = stored.Zone
	Point = stored.Point
)

// Reword changes the words of one block of the draft and says because of which remarks; the rest of the block stays.
func (m *Module) Reword(ctx context.Context, textID, key, body, because string) error {
	return m.draft(ctx, textID, 0, func(_ context.Context, _ *tenant.Tx, _ *stored.Text, blocks []*stored.TextBlock) ([]*stored.TextBlock, error) {
		b, _ := stored.Find(blocks, key)
		if b == nil {
			return nil, fault.NotFound("texts.error.block")
		}
		b.Body, b.Because = body, because
		return blocks, nil
	})
}
