package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
)

// Look runs fn on rows of one tenant, which it may only read. On PostgreSQL it has a connection of its own that cannot write, under
// row level security; on SQLite the readers cannot write, and the statement guard watches.
//
// A connection to PostgreSQL stays with the tenant that it was last used for, so that a page mostly costs its own statements and
// not three round trips more for a transaction. Each statement then sees what is committed at its own moment, as on SQLite.
// A proxy before PostgreSQL must therefore pool sessions and not transactions.
func (d *DB) Look(ctx context.Context, tenantID string, fn func(ctx context.Context, idb bun.IDB) error) (err error) {
	ctx = WithTenant(ctx, tenantID)
	if !d.PG {
		return fn(ctx, d.Read)
	}
	conn, err := d.Read.Conn(ctx)
	if err != nil {
		return fmt.Errorf("look: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := enter(ctx, conn, tenantID); err != nil {
		return fmt.Errorf("enter tenant: %w", err)
	}
	return fn(ctx, conn)
}

// tenantOf is where a connection keeps the tenant that it is set to.
const tenantOf = "glas.tenant"

// enter sets a connection to a tenant unless it is set to it already. Until the new setting is known to stand, the connection
// counts as set to nobody.
func enter(ctx context.Context, conn bun.Conn, tenantID string) error {
	same := false
	note := func(set string) error {
		return conn.Raw(func(driver any) error {
			c, ok := driver.(*stdlib.Conn)
			if !ok {
				return fmt.Errorf("unexpected driver %T", driver)
			}
			data := c.Conn().PgConn().CustomData()
			same = data[tenantOf] == tenantID
			if !same {
				data[tenantOf] = set
			}
			return nil
		})
	}
	if err := note(""); err != nil || same {
		return err
	}
	if _, err := conn.ExecContext(ctx, "select set_config('app.tenant_id', ?, false)", tenantID); err != nil {
		return err
	}
	return note(tenantID)
}

// Change runs fn on rows of one tenant in one transaction, undone when fn fails or panics. An empty tenantID is for rows that
// belong to no tenant.
func (d *DB) Change(ctx context.Context, tenantID string, fn func(ctx context.Context, idb bun.IDB) error) error {
	return d.transact(WithTenant(ctx, tenantID), tenantID, fn)
}

func (d *DB) transact(ctx context.Context, tenantID string, fn func(ctx context.Context, idb bun.IDB) error) error {
	tx, err := d.Write.BeginTx(ctx, nil)
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
		if _, err := tx.ExecContext(ctx, "select set_config('app.tenant_id', ?, true)", tenantID); err != nil {
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
