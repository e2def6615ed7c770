package main

import (
	"context"

	"glas/internal/subject"
	"glas/modules/consultations"
	"glas/modules/positions"
	"glas/tenant"
)

// newPositions makes the positions of associations.
func (p *parts) newPositions(a *app) *positions.Module {
	return positions.New(positions.Deps{DB: a.rows, Consultations: p.consultations, Files: p.attachments,
		ReportPath: func(ref subject.Ref) string { return "/report/" + ref.Kind + "/" + ref.ID }})
}

// positionEntries are the newest positions in the feed of a consultation.
func (p *parts) positionEntries(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, n int) ([]consultations.Entry, error) {
	return p.positions.Entries(ctx, tx, c, n)
}
