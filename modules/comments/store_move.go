package comments

import (
	"context"
	"fmt"

	"glas/internal/subject"
	"glas/tenant"
)

// Move carries the whole discussion of one subject over to another, as when two proposals become one. Addresses of comments stay
// good, and both hosts are told of the new numbers.
func (m *Module) Move(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error {
	_, err := tx.Update((*Comment)(nil)).Set("subject_kind = ?", to.Kind).Set("subject_id = ?", to.ID).
		Where("subject_kind = ?", from.Kind).Where("subject_id = ?", from.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("move comments of %s: %w", from, err)
	}
	return m.Recount(ctx, tx, []subject.Ref{from, to})
}
