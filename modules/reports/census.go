package reports

import (
	"context"
	"fmt"
	"slices"

	"glas/modules/reports/internal/record"
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

// PutCensus replaces all figures of the census. Ages that are not those of the reports are refused: they could not be compared.
func PutCensus(ctx context.Context, tx *tenant.Tx, rows []*CensusFigure) error {
	for _, r := range rows {
		if r.Kind == ByAge && !slices.ContainsFunc(record.Bands(), func(b record.Band) bool { return b.Key == r.Grp }) {
			return fmt.Errorf("census: %q is no age of the reports", r.Grp)
		}
	}
	return stored.PutCensus(ctx, tx, rows)
}
