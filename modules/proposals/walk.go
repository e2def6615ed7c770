package proposals

import (
	"context"

	"glas/internal/subject"
	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

// Walk gives the proposals of a consultation that everybody may open to fn, by number and in batches: published ones, and withdrawn ones,
// of which only that they exist may be told. It reads by keyset, so that memory does not grow.
func Walk(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(batch []*Proposal) error) error {
	return stored.Walk(ctx, tx, consultationID, fn)
}

// Numbered points at the proposal with a number; fault.NotFound when there is none.
func Numbered(ctx context.Context, tx *tenant.Tx, number int64) (subject.Ref, error) {
	p, err := stored.FindNumber(ctx, tx, number)
	if err != nil {
		return subject.Ref{}, err
	}
	return p.Ref(), nil
}
