package reports

import (
	"context"

	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// CensusFigure is how many people of an age band or an area live in the municipality.
type CensusFigure = stored.CensusFigure

// What figures of the census are by.
const (
	ByAge  = stored.ByAge
	ByArea = stored.ByArea
)

// PutCensus replaces all figures of the census.
func PutCensus(ctx context.Context, tx *tenant.Tx, rows []*CensusFigure) error {
	return stored.PutCensus(ctx, tx, rows)
}
