// Package db opens the one database of a deployment: embedded SQLite by default, PostgreSQL when many instances share it.
//
// The two are one source: the same migrations, the same queries. SQLite has one writer connection that begins immediately and
// several readers that cannot write, so nobody ever meets "database is locked"; PostgreSQL is spoken to by the simple protocol,
// because bun puts values into the text and a prepared statement would never be met again.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/schema"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// DB is an open database.
type DB struct {
	// Write runs statements that change something; on SQLite it is a single connection.
	Write *bun.DB
	// Read runs statements that only look; its connections cannot write.
	Read *bun.DB
	// PG tells PostgreSQL from SQLite.
	PG bool

	guard *guard
}

// Open opens a database by its URL: "postgres://..." or "sqlite:PATH" (a plain path means the same).
// The folder of an SQLite file is created. The database is not migrated: see Migrate.
func Open(ctx context.Context, rawURL string) (*DB, error) {
	if strings.HasPrefix(rawURL, "postgres://") || strings.HasPrefix(rawURL, "postgresql://") {
		return openPostgres(ctx, rawURL)
	}
	return openSQLite(ctx, strings.TrimPrefix(rawURL, "sqlite:"))
}

func openPostgres(ctx context.Context, rawURL string) (*DB, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("open postgres: the database URL cannot be read") // the URL holds a password: it is not repeated
	}
	q := u.Query()
	q.Set("default_query_exec_mode", "simple_protocol")
	q.Set("timezone", "UTC")
	writers, err := openPool(u, q)
	if err != nil {
		return nil, err
	}
	q.Set("default_transaction_read_only", "on")
	readers, err := openPool(u, q)
	if err != nil {
		return nil, errors.Join(err, writers.Close())
	}
	d := &DB{Write: counted(writers, pgdialect.New()), Read: counted(readers, pgdialect.New()), PG: true}
	if err := d.refusePowers(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// counted is a pool whose statements are counted, see Counting.
func counted(pool *sql.DB, dialect schema.Dialect) *bun.DB {
	return bun.NewDB(pool, dialect).WithQueryHook(counting{})
}

func openPool(u *url.URL, q url.Values) (*sql.DB, error) {
	with := *u
	with.RawQuery = q.Encode()
	pool, err := sql.Open("pgx", with.String())
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	n := max(12, 4*runtime.NumCPU())
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	pool.SetConnMaxLifetime(30 * time.Minute)
	return pool, nil
}

// refusePowers stops a role for which row level security would not hold.
func (d *DB) refusePowers(ctx context.Context) error {
	var powerful bool
	err := d.Read.NewRaw("select rolsuper or rolbypassrls from pg_roles where rolname = current_user").Scan(ctx, &powerful)
	if err != nil {
		return fmt.Errorf("open postgres: %w", err)
	}
	if powerful {
		return errors.New("open postgres: the database role is a superuser or may bypass row level security; give the program an ordinary role")
	}
	return nil
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, fmt.Errorf("open sqlite: %w", err)
		}
	}
	const common = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)"
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	w, err := sql.Open("sqlite", file+common+"&_pragma=cache_size(-8000)&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	w.SetMaxOpenConns(1)
	if err := private(path); err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite: %w", err), w.Close())
	}
	if err := w.PingContext(ctx); err != nil { // creates the file before a reader asks for it
		return nil, errors.Join(fmt.Errorf("open sqlite: %w", err), w.Close())
	}
	r, err := sql.Open("sqlite", file+common+"&_pragma=cache_size(-2000)&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite: %w", err), w.Close())
	}
	readers := max(4, runtime.NumCPU())
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers)
	g := &guard{}
	watched := func(pool *sql.DB) *bun.DB { return counted(pool, sqlitedialect.New()).WithQueryHook(g) }
	return &DB{Write: watched(w), Read: watched(r), guard: g}, nil
}

// private makes a new database file that only its owner can read; SQLite gives the files beside it the same mode. The mode of one that
// is there is for its owner to decide.
func private(path string) error {
	if path == ":memory:" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Close closes every connection.
func (d *DB) Close() error {
	return errors.Join(d.Read.Close(), d.Write.Close())
}

// IsDuplicate reports whether a statement failed because a row with the same unique key is there already.
func IsDuplicate(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}
