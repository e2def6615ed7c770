package named

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"glas/internal/fault"
	"glas/internal/web/ui"
	"glas/tenant"
)

// All lists every row in the order that staff chose, archived ones too.
func (l *List[T]) All(ctx context.Context, tx *tenant.Tx) ([]T, error) {
	var rows []T
	if err := tx.Select(&rows).OrderExpr("?TableAlias.position, ?TableAlias.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list %s: %w", l.Many, err)
	}
	return rows, nil
}

// Find is one row, also when it is archived.
func (l *List[T]) Find(ctx context.Context, tx *tenant.Tx, id string) (*T, error) {
	row := new(T)
	err := tx.Select(row).Where("?TableAlias.id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, l.unknown()
	}
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", l.One, err)
	}
	return row, nil
}

func (l *List[T]) unknown() error { return fault.NotFound(l.Many + ".error.unknown") }

// Map is every row by its id.
func (l *List[T]) Map(ctx context.Context, tx *tenant.Tx) (map[string]T, error) {
	rows, err := l.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]T, len(rows))
	for _, row := range rows {
		byID[l.id(&row)] = row
	}
	return byID, nil
}

// Options are the choices of a select in the reader's language: those that are not archived, and the chosen one in any case.
func (l *List[T]) Options(ctx context.Context, tx *tenant.Tx, chosen ...string) ([]ui.Option, error) {
	rows, err := l.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	return l.Choices(ctx, rows, chosen...), nil
}

// Insert adds a row whose ID is set.
func (l *List[T]) Insert(ctx context.Context, tx *tenant.Tx, row *T) error {
	if _, err := tx.Insert(row).Exec(ctx); err != nil {
		return fmt.Errorf("insert %s: %w", l.One, err)
	}
	return nil
}

func (l *List[T]) update(ctx context.Context, tx *tenant.Tx, row *T) error {
	if _, err := tx.Update(row).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update %s: %w", l.One, err)
	}
	return nil
}

// move gives every row its place in the order of ids.
func (l *List[T]) move(ctx context.Context, tx *tenant.Tx, ids []string) error {
	for i, id := range ids {
		if _, err := tx.Update((*T)(nil)).Set("position = ?", i+1).Where("?TableAlias.id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("order %s: %w", l.Many, err)
		}
	}
	return nil
}
