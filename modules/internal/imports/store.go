package imports

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"glas/internal/fault"
	"glas/tenant"
)

// Find loads an import of a kind.
func Find(ctx context.Context, tx *tenant.Tx, kind, id string) (*Import, error) {
	i := &Import{}
	err := tx.Select(i).Where("import.kind = ?", kind).Where("import.id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("common.error.not_found")
	}
	if err != nil {
		return nil, fmt.Errorf("find import: %w", err)
	}
	return i, nil
}

// Recent lists the last imports of a kind, the newest first.
func Recent(ctx context.Context, tx *tenant.Tx, kind string, n int64) ([]*Import, error) {
	var list []*Import
	err := tx.Select(&list).Where("import.kind = ?", kind).Order("import.created_at DESC", "import.id DESC").Limit(n).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return list, nil
}

// Settle notes what came of an import, in the transaction that brought it about.
func Settle(ctx context.Context, tx *tenant.Tx, i *Import, state State, result map[string]any) error {
	i.State, i.Result = state, result
	return save(ctx, tx, i)
}

// keptOf lists the imports of a kind whose files can be let go, and notes that they are.
func keptOf(ctx context.Context, tx *tenant.Tx, kind string) ([]*Import, error) {
	var list []*Import
	err := tx.Select(&list).Where("import.kind = ?", kind).Where("import.kept").Where("import.state <> ?", Working).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list kept files: %w", err)
	}
	for _, i := range list {
		i.Kept = false
		if err := save(ctx, tx, i); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func insert(ctx context.Context, tx *tenant.Tx, i *Import) error {
	if _, err := tx.Insert(i).Exec(ctx); err != nil {
		return fmt.Errorf("begin import: %w", err)
	}
	return nil
}

func save(ctx context.Context, tx *tenant.Tx, i *Import) error {
	i.UpdatedAt = tx.Now()
	if _, err := tx.Update(i).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save import: %w", err)
	}
	return nil
}
