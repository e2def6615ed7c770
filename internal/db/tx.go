package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
)

// Look runs fn on rows of one tenant, which it may only read. On PostgreSQL that is a read-only transaction under row level
// security; on SQLite the readers cannot write, and the statement guard watches.
func (d *DB) Look(ctx context.Context, tenantID string, fn func(ctx context.Context, idb bun.IDB) error) error {
	ctx = WithTenant(ctx, tenantID)
	if !d.PG {
		return fn(ctx, d.Read)
	}
	return d.transact(ctx, d.Read, "select set_config('app.tenant_id', ?, true), set_config('transaction_read_only', 'on', true)", tenantID, fn)
}

// Change runs fn on rows of one tenant in one transaction, undone when fn fails or panics. An empty tenantID is for rows that
// belong to no tenant.
func (d *DB) Change(ctx context.Context, tenantID string, fn func(ctx context.Context, idb bun.IDB) error) error {
	return d.transact(WithTenant(ctx, tenantID), d.Write, "select set_config('app.tenant_id', ?, true)", tenantID, fn)
}

func (d *DB) transact(ctx context.Context, on *bun.DB, enter, tenantID string, fn func(ctx context.Context, idb bun.IDB) error) error {
	tx, err := on.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			_ = tx.Rollback() // the first error is the one that tells
		}
	}()
	if d.PG {
		if _, err := tx.ExecContext(ctx, enter, tenantID); err != nil {
			return fmt.Errorf("enter tenant: %w", err)
		}
	}
	if err := fn(ctx, tx); err != nil {
		return err
	}
	done = true
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
