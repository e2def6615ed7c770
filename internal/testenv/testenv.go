// Package testenv gives tests real databases: SQLite always, PostgreSQL and Redis when the environment offers them.
//
// "go test ./..." needs nothing installed. The script "up" in this folder starts throwaway servers and sets
// GLAS_TEST_DATABASE_URL and GLAS_TEST_REDIS_URL, and then the same tests run on everything. Nothing is shared between two tests:
// each gets a fresh database, copied from one that was migrated once for the whole test program.
//
// Only tests import this package.
package testenv

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"glas/internal/db"
	"glas/migrations"
)

// Database is an empty, migrated database that belongs to one test.
type Database struct {
	// Name is "sqlite" or "postgres"; it suits the name of a subtest.
	Name string
	// URL is what db.Open takes.
	URL string
	// PG tells PostgreSQL from SQLite.
	PG bool
}

// Databases gives one migrated database of each kind: SQLite always, PostgreSQL when GLAS_TEST_DATABASE_URL is set.
// They are removed when the test ends.
func Databases(t testing.TB) []Database {
	t.Helper()
	all := []Database{SQLite(t)}
	if HasPostgres() {
		all = append(all, Postgres(t))
	}
	return all
}

// Each runs fn as a subtest on every kind of database, opened and migrated.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, Open(t, SQLite(t))) })
	if HasPostgres() {
		t.Run("postgres", func(t *testing.T) { fn(t, Open(t, Postgres(t))) })
	}
}

// Open opens a database that Databases gave and closes it when the test ends.
func Open(t testing.TB, d Database) *db.DB {
	t.Helper()
	open, err := openMigrated(context.Background(), d.URL)
	if err != nil {
		t.Fatalf("testenv: %v", err)
	}
	t.Cleanup(func() {
		if err := open.Close(); err != nil {
			t.Errorf("testenv: close %s: %v", d.Name, err)
		}
	})
	return open
}

// openMigrated opens a database and brings it up to the newest step; on a copy of a template that only reads what is applied.
func openMigrated(ctx context.Context, url string) (*db.DB, error) {
	d, err := db.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx, migrations.FS, migrations.Dialect{PG: d.PG}, nil); err != nil {
		_ = d.Close() // the migration's error says more
		return nil, err
	}
	return d, nil
}

// sqliteTemplate is the content of a migrated SQLite file; each test starts from a copy. Where GLAS_TEST_TEMPLATES names a folder, the
// test programs of one run share it: the name carries the fingerprint of the migrations.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	shared := os.Getenv("GLAS_TEST_TEMPLATES")
	if shared == "" {
		return migrateSQLite()
	}
	print, err := fingerprint(migrations.FS)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(shared, print+".db")
	content, err := os.ReadFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return content, err
	}
	if content, err = migrateSQLite(); err != nil {
		return nil, err
	}
	draft := fmt.Sprintf("%s.%d", file, os.Getpid()) // renamed when whole, so that nobody reads half of it
	if err := os.WriteFile(draft, content, 0o600); err != nil {
		return nil, err
	}
	return content, os.Rename(draft, file)
})

// migrateSQLite makes the file and returns its bytes.
func migrateSQLite() ([]byte, error) {
	dir, err := os.MkdirTemp("", "glas-template")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "template.db")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := openMigrated(ctx, file)
	if err != nil {
		return nil, err
	}
	// The write-ahead log is folded into the file, so that one file holds everything.
	if _, err := d.Write.DB.ExecContext(ctx, "pragma wal_checkpoint(truncate)"); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// SQLite gives a migrated SQLite file in the test's own folder.
func SQLite(t testing.TB) Database {
	t.Helper()
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("testenv: migrate sqlite: %v", err)
	}
	file := filepath.Join(t.TempDir(), "glas.db")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatalf("testenv: %v", err)
	}
	return Database{Name: "sqlite", URL: "sqlite:" + file}
}
