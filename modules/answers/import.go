package answers

import (
	"context"
	"fmt"
	"time"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/tenant"
)

// Import brings in a published answer from elsewhere, as version 1 of a moment in the past. It is for demonstration and import: no
// rule is asked and nobody is told; the host learns of it.
func (m *Module) Import(ctx context.Context, tx *tenant.Tx, item Item, w Work, at time.Time) error {
	a := &Answer{
		Key: tenant.Key{ID: id.New()}, SubjectKind: item.Kind, SubjectID: item.ID, ConsultationID: item.ConsultationID, State: w.State,
		Text: w.Text, CostMinor: w.CostMinor, Currency: tx.Tenant().Rules.Currency, Period: w.Period, DepartmentID: w.DepartmentID,
		DueAt: w.DueAt, RowVersion: 1, CreatedAt: at, UpdatedAt: at,
	}
	if a.Period == nil {
		a.Period = i18n.Text{}
	}
	a.publish(at)
	if err := insert(ctx, tx, a); err != nil {
		return err
	}
	version := &AnswerVersion{
		Key: tenant.Key{ID: id.New()}, AnswerID: a.ID, Number: a.Version, State: a.State, Text: a.Text, CostMinor: a.CostMinor,
		Currency: a.Currency, Period: a.Period, DepartmentID: a.DepartmentID, PublishedAt: at,
	}
	if err := insertVersion(ctx, tx, version); err != nil {
		return err
	}
	if err := m.host(item.Kind).Answered(ctx, tx, item.ID, a); err != nil {
		return fmt.Errorf("tell the host of an answer: %w", err)
	}
	return nil
}
