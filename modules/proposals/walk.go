package proposals

import (
	"context"

	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

// Walk gives the proposals of a consultation that everybody may open to fn, by number and in batches: published ones, and withdrawn ones,
// of which only that they exist may be told. It reads by keyset, so that memory does not grow.
func Walk(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(batch []*Proposal) error) error {
	return stored.Walk(ctx, tx, consultationID, fn)
}
