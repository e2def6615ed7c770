package departments

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"glas/internal/fault"
	"glas/internal/web/ui"
	"glas/tenant"
)

// All lists every department in the order that staff chose, archived ones too.
func All(ctx context.Context, tx *tenant.Tx) ([]Department, error) {
	var list []Department
	if err := tx.Select(&list).OrderExpr("department.position, department.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list departments: %w", err)
	}
	return list, nil
}

// Find is one department, also when it is archived.
func Find(ctx context.Context, tx *tenant.Tx, id string) (*Department, error) {
	row := new(Department)
	err := tx.Select(row).Where("department.id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("departments.error.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("find department: %w", err)
	}
	return row, nil
}

// Map is every department by its id.
func Map(ctx context.Context, tx *tenant.Tx) (map[string]Department, error) {
	list, err := All(ctx, tx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Department, len(list))
	for _, row := range list {
		byID[row.ID] = row
	}
	return byID, nil
}

// Options are the choices of a select in the reader's language: those that are not archived, and the chosen one in any case.
func Options(ctx context.Context, tx *tenant.Tx, chosen ...string) ([]ui.Option, error) {
	list, err := All(ctx, tx)
	if err != nil {
		return nil, err
	}
	return Choices(ctx, list, chosen...), nil
}

// Insert adds a department whose ID is set.
func Insert(ctx context.Context, tx *tenant.Tx, row *Department) error {
	if _, err := tx.Insert(row).Exec(ctx); err != nil {
		return fmt.Errorf("insert department: %w", err)
	}
	return nil
}

func update(ctx context.Context, tx *tenant.Tx, row *Department) error {
	if _, err := tx.Update(row).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update department: %w", err)
	}
	return nil
}

// move gives every row its place in the order of ids.
func move(ctx context.Context, tx *tenant.Tx, ids []string) error {
	for i, id := range ids {
		if _, err := tx.Update((*Department)(nil)).Set("position = ?", i+1).Where("department.id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("order departments: %w", err)
		}
	}
	return nil
}
