package comments

import (
	"context"

	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// Walk gives the shown comments of a consultation to fn in the order of their ids, also those on its proposals. Whether what they were
// made on can be seen is for the caller to know. It reads by keyset, so that memory does not grow.
func Walk(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(c *Comment) error) error {
	return stored.Walk(ctx, tx, consultationID, fn)
}
