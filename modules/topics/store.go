package topics

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"glas/internal/fault"
	"glas/internal/web/ui"
	"glas/tenant"
)

// All lists every topic in the order that staff chose, archived ones too.
func All(ctx context.Context, tx *tenant.Tx) ([]Topic, error) {
	var list []Topic
	if err := tx.Select(&list).OrderExpr("topic.position, topic.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	return list, nil
}

// Find is one topic, also when it is archived.
func Find(ctx context.Context, tx *tenant.Tx, id string) (*Topic, error) {
	row := new(Topic)
	err := tx.Select(row).Where("topic.id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("topics.error.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("find topic: %w", err)
	}
	return row, nil
}

// Map is every topic by its id.
func Map(ctx context.Context, tx *tenant.Tx) (map[string]Topic, error) {
	list, err := All(ctx, tx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Topic, len(list))
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

// Insert adds a topic whose ID is set.
func Insert(ctx context.Context, tx *tenant.Tx, row *Topic) error {
	if _, err := tx.Insert(row).Exec(ctx); err != nil {
		return fmt.Errorf("insert topic: %w", err)
	}
	return nil
}

func update(ctx context.Context, tx *tenant.Tx, row *Topic) error {
	if _, err := tx.Update(row).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update topic: %w", err)
	}
	return nil
}

// move gives every row its place in the order of ids.
func move(ctx context.Context, tx *tenant.Tx, ids []string) error {
	for i, id := range ids {
		if _, err := tx.Update((*Topic)(nil)).Set("position = ?", i+1).Where("topic.id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("order topics: %w", err)
		}
	}
	return nil
}
