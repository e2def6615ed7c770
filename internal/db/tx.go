package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

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
//
// Where the database undid the transaction only because another one was in its way, fn runs again, up to attempts times: what it leaves
// outside of the database must be the same after a second run. A commit whose end is not known is not tried again.
func (d *DB) Change(ctx context.Context, tenantID string, fn func(ctx context.Context, idb bun.IDB) error) error {
	return d.ChangeLast(ctx, tenantID, "", func(ctx context.Context, idb bun.IDB) (string, error) { return "", fn(ctx, idb) })
}

// ChangeLast is Change for work that begins with statements and ends with others, which need no answer: on PostgreSQL the first go
// out together with the begin of the transaction and the last, which fn returns, together with its commit. Each is one text in
// which semicolons separate statements.
func (d *DB) ChangeLast(ctx context.Context, tenantID, first string, fn func(ctx context.Context, idb bun.IDB) (last string, err error)) error {
	ctx = WithTenant(ctx, tenantID)
	return again(ctx, func() error { return d.changeOnce(ctx, tenantID, first, fn) })
}

func (d *DB) changeOnce(ctx context.Context, tenantID, first string, fn func(ctx context.Context, idb bun.IDB) (last string, err error)) error {
	if d.PG {
		return d.transactPostgres(ctx, tenantID, first, fn)
	}
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
	if first != "" {
		if _, err := tx.ExecContext(ctx, first); err != nil {
			return err
		}
	}
	last, err := fn(ctx, tx)
	if err == nil && last != "" {
		_, err = tx.ExecContext(ctx, last)
	}
	if err != nil {
		return err
	}
	done = true
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// transactPostgres speaks of the transaction itself instead of leaving that to database/sql, because each statement that goes alone
// costs a way there and back: the begin carries the tenant with it, and the commit what is left to write.
func (d *DB) transactPostgres(ctx context.Context, tenantID, first string, fn func(ctx context.Context, idb bun.IDB) (string, error)) (err error) {
	conn, err := d.Write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			rollback(ctx, conn)
		}
		err = errors.Join(err, conn.Close())
	}()
	if _, err := conn.ExecContext(ctx, "begin; select set_config('app.tenant_id', ?, true); ?", tenantID, bun.Safe(first)); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	last, err := fn(ctx, conn)
	if err != nil {
		return err
	}
	if last != "" {
		last += ";\n"
	}
	if err := commit(ctx, conn, last); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	done = true
	return nil
}

// commit sends the last statements and the commit. PostgreSQL answers a commit after an error with ROLLBACK and no error: then
// nothing was stored.
func commit(ctx context.Context, conn bun.Conn, last string) error {
	return conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("unexpected driver %T", driver)
		}
		results, err := c.Conn().PgConn().Exec(ctx, last+"commit").ReadAll()
		if err != nil {
			return err
		}
		if n := len(results); n == 0 || results[n-1].CommandTag.String() != "COMMIT" {
			return errors.New("the transaction had failed before")
		}
		return nil
	})
}

// rollbackTime is how long an undone transaction may take to end.
const rollbackTime = 5 * time.Second

// rollback undoes the transaction, and gives the connection up when it cannot be told.
func rollback(ctx context.Context, conn bun.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer cancel()
	if _, err := conn.ExecContext(ctx, "rollback"); err != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // ends it, and the server undoes what was open
	}
}

// Prepare makes a statement known to the connection of a transaction of PostgreSQL under a name, once for each connection, so that
// it is understood and planned only once: "execute NAME (...)" then runs it. as is "(TYPES) as STATEMENT". The name stands for this
// text for ever.
func Prepare(ctx context.Context, idb bun.IDB, name, as string) error {
	conn, ok := idb.(bun.Conn)
	if !ok {
		return fmt.Errorf("prepare %s: not in a transaction of PostgreSQL", name)
	}
	known := false
	note := func(set bool) error {
		return conn.Raw(func(driver any) error {
			c, ok := driver.(*stdlib.Conn)
			if !ok {
				return fmt.Errorf("unexpected driver %T", driver)
			}
			data := c.Conn().PgConn().CustomData()
			if set {
				data["prepared."+name] = true
			}
			known = data["prepared."+name] != nil
			return nil
		})
	}
	if err := note(false); err != nil || known {
		return err
	}
	if _, err := conn.ExecContext(ctx, "prepare ? ?", bun.Safe(name), bun.Safe(as)); err != nil {
		return fmt.Errorf("prepare %s: %w", name, err)
	}
	return note(true)
}
