package areas

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"glas/internal/fault"
	"glas/internal/web/ui"
	"glas/tenant"
)

// All lists every area in the order that staff chose, archived ones too.
func All(ctx context.Context, tx *tenant.Tx) ([]Area, error) {
	var list []Area
	if err := tx.Select(&list).OrderExpr("area.position, area.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list areas: %w", err)
	}
	return list, nil
}

// Find is one area, also when it is archived.
func Find(ctx context.Context, tx *tenant.Tx, id string) (*Area, error) {
	row := new(Area)
	err := tx.Select(row).Where("area.id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("areas.error.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("find area: %w", err)
	}
	return row, nil
}

// Map is every area by its id.
func Map(ctx context.Context, tx *tenant.Tx) (map[string]Area, error) {
	list, err := All(ctx, tx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Area, len(list))
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

// Insert adds a area whose ID is set.
func Insert(ctx context.Context, tx *tenant.Tx, row *Area) error {
	if _, err := tx.Insert(row).Exec(ctx); err != nil {
		return fmt.Errorf("insert area: %w", err)
	}
	return nil
}

func update(ctx context.Context, tx *tenant.Tx, row *Area) error {
	if _, err := tx.Update(row).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update area: %w", err)
	}
	return nil
}

// move gives every row its place in the order of ids.
func move(ctx context.Context, tx *tenant.Tx, ids []string) error {
	for i, id := range ids {
		if _, err := tx.Update((*Area)(nil)).Set("position = ?", i+1).Where("area.id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("order areas: %w", err)
		}
	}
	return nil
}
