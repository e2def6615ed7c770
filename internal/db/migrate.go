package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io/fs"

	"github.com/uptrace/bun/migrate"
)

// Progress is told about each step of a migration: how many are done of how many, and the name of the next one.
type Progress func(done, total int, name string)

// Migrate brings the database up to the newest step of files, rendered with data, and tells progress (which may be nil).
// Several instances may call it at once: on PostgreSQL one works while the others wait and then find nothing to do.
func (d *DB) Migrate(ctx context.Context, files fs.FS, data any, progress Progress) error {
	ctx = System(ctx, "migration")
	unlock, err := d.Alone(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	set := migrate.NewMigrations()
	if err := set.Discover(files); err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	m := migrate.NewMigrator(d.Write, set, migrate.WithMarkAppliedOnSuccess(true), migrate.WithUpsert(true), migrate.WithTemplateData(data))
	if err := m.Init(ctx); err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	status, err := m.MigrationsWithStatus(ctx)
	if err != nil {
		return fmt.Errorf("read applied migrations: %w", err)
	}
	waiting := status.Unapplied()
	for i, step := range waiting {
		if progress != nil {
			progress(i, len(waiting), step.Name+" "+step.Comment)
		}
		if err := m.RunMigration(ctx, step.Name); err != nil {
			return fmt.Errorf("migrate %s %s: %w", step.Name, step.Comment, err)
		}
	}
	if progress != nil && len(waiting) > 0 {
		progress(len(waiting), len(waiting), "")
	}
	return d.learnTables(ctx)
}

const startLock = 0x676c6173 // "glas"

// Alone waits on PostgreSQL until no other instance does what only one may do when it starts (migrating, filling the demo), and keeps
// the others waiting until release is called; an SQLite file belongs to one process.
func (d *DB) Alone(ctx context.Context) (func(), error) {
	if !d.PG {
		return func() {}, nil
	}
	conn, err := d.Write.DB.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("wait for other instances: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "select pg_advisory_lock($1)", startLock); err != nil {
		return nil, fmt.Errorf("wait for other instances: %w", err)
	}
	return func() { release(conn) }, nil
}

// release gives the lock back by ending its connection, which cannot fail to do so. Only ErrBadConn ends it: after any other error
// the connection goes back to the pool with the lock, and no other instance would ever start.
func release(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close()
}

// learnTables tells the guard which tables belong to tenants. jobs and mails are worked by the deployment for all of them, and
// tenant_domains is what a tenant is found by.
func (d *DB) learnTables(ctx context.Context) error {
	if d.guard == nil {
		return nil
	}
	names, err := d.TenantTables(ctx)
	if err != nil {
		return err
	}
	set := make(map[string]struct{}, len(names))
	for _, n := range names {
		set[n] = struct{}{}
	}
	d.guard.tables.Store(&set)
	return nil
}

// TenantTables lists the tables whose rows belong to tenants, by name.
func (d *DB) TenantTables(ctx context.Context) ([]string, error) {
	query := `select m.name from sqlite_master m where m.type = 'table' and exists (select 1 from pragma_table_info(m.name) c where c.name = 'tenant_id') order by m.name`
	if d.PG {
		query = `select table_name::text as name from information_schema.columns where table_schema = current_schema() and column_name = 'tenant_id' order by 1`
	}
	var names []string
	if err := d.Read.NewRaw(query).Scan(System(ctx, "catalogue"), &names); err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	own := names[:0]
	for _, n := range names {
		if n != "jobs" && n != "mails" && n != "tenant_domains" {
			own = append(own, n)
		}
	}
	return own, nil
}
