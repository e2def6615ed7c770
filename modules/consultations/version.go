package consultations

import (
	"context"

	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// LoadVersion is Load of a known row_version, without a statement when that was loaded before. It must not be changed; counters may be old.
func LoadVersion(ctx context.Context, tx *tenant.Tx, consultationID string, version int64) (*Consultation, error) {
	v, err := tx.Remembered("consultation:"+consultationID, version, func() (any, error) { return Load(ctx, tx, consultationID) })
	c, _ := v.(*Consultation)
	return c, err
}

// GrowSQL is Count of votes for many as part of a larger statement: from names rows (id, n), tenantID and now are SQL.
func GrowSQL(from, tenantID, now string) string { return stored.GrowSQL(from, tenantID, now) }
