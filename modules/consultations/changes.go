package consultations

import (
	"context"

	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// Changes lists what staff changed in a consultation while it was public, for reports and archives.
func Changes(ctx context.Context, tx *tenant.Tx, consultationID string) ([]Change, error) {
	return stored.Changes(ctx, tx, consultationID)
}
