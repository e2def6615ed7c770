package roles

import (
	"context"
	"fmt"

	"glas/internal/id"
	"glas/tenant"
)

// TenantPolicy is a line of a municipality's own.
type TenantPolicy struct {
	tenant.Key
	Sub string
	Obj string
	Act string
	Eft string
}

func listLines(ctx context.Context, tx *tenant.Tx) ([]TenantPolicy, error) {
	var rows []TenantPolicy
	if err := tx.Select(&rows).Order("sub", "obj", "act").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	return rows, nil
}

// replaceLines makes lines the only ones of a role.
func replaceLines(ctx context.Context, tx *tenant.Tx, role string, lines []Line) error {
	if _, err := tx.Delete((*TenantPolicy)(nil)).Where("sub = ?", role).Exec(ctx); err != nil {
		return fmt.Errorf("change role: %w", err)
	}
	if len(lines) == 0 {
		return nil
	}
	rows := make([]TenantPolicy, len(lines))
	for i, l := range lines {
		p := l.policy()
		rows[i] = TenantPolicy{Key: tenant.Key{ID: id.New()}, Sub: p[0], Obj: p[1], Act: p[2], Eft: p[3]}
	}
	if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("change role: %w", err)
	}
	return nil
}
