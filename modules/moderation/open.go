package moderation

import (
	"context"

	"glas/tenant"
)

// Open counts what waits for moderators: open cases, and appeals against what was decided.
func (m *Module) Open(ctx context.Context, tx *tenant.Tx) (int64, error) {
	n, err := countOpen(ctx, tx)
	return n.Open + n.Appeals, err
}
