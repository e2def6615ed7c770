package consultations

import (
	"context"

	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// LoadVersion is Load of a consultation whose row_version is known, without a statement when it was loaded in that version before.
// It serves many at once: it must not be changed, and its counters may be old.
func LoadVersion(ctx context.Context, tx *tenant.Tx, consultationID string, version int64) (*Consultation, error) {
	c, err := tx.Remembered("consultation:"+consultationID, version, func() (any, error) { return Load(ctx, tx, consultationID) })
	if err != nil {
		return nil, err
	}
	return c.(*Consultation), nil
}

// GrowSQL is Count of votes for many consultations as part of a larger statement: from names rows (id, n), and tenantID and now are
// SQL.
func GrowSQL(from, tenantID, now string) string { return stored.GrowSQL(from, tenantID, now) }
