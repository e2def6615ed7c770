package testenv

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver

	"glas/internal/id"
	"glas/migrations"
)

// templateLock is the advisory lock under which several test programs agree on who makes the template.
const templateLock = 0x74656d70

// HasPostgres reports whether the environment offers a PostgreSQL server (GLAS_TEST_DATABASE_URL).
func HasPostgres() bool { return os.Getenv("GLAS_TEST_DATABASE_URL") != "" }

// Postgres gives a migrated database on the offered server, or skips the test when there is none.
func Postgres(t testing.TB) Database {
	t.Helper()
	template, err := postgresTemplate()
	if err != nil {
		t.Fatalf("testenv: prepare postgres: %v", err)
	}
	return Database{Name: "postgres", URL: freshPostgres(t, template), PG: true}
}

// EmptyPostgres gives the URL of a database without any table, or skips the test when there is no server.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return freshPostgres(t, "template0")
}

// CopyPostgres gives the URL of a copy of the database at another URL of the same server, which nobody may be connected to.
func CopyPostgres(t testing.TB, from string) string {
	t.Helper()
	u, err := url.Parse(from)
	if err != nil {
		t.Fatalf("testenv: %v", err)
	}
	return freshPostgres(t, strings.TrimPrefix(u.Path, "/"))
}

// LastingPostgres gives the URL of a database without any table that is there until the server goes, to be copied by CopyPostgres.
func LastingPostgres() (string, error) {
	name := "lasting_" + strings.ReplaceAll(id.New(), "-", "")
	if err := onServer(func(ctx context.Context, conn *sql.Conn) error {
		return whenFree(ctx, conn, "create database "+name+" template template0")
	}); err != nil {
		return "", err
	}
	return databaseURL(name)
}

func freshPostgres(t testing.TB, template string) string {
	t.Helper()
	if !HasPostgres() {
		t.Skip("GLAS_TEST_DATABASE_URL is not set: run it through internal/testenv/up")
	}
	name := "test_" + strings.ReplaceAll(id.New(), "-", "")
	if err := onServer(func(ctx context.Context, conn *sql.Conn) error {
		return whenFree(ctx, conn, "create database "+name+" template "+template)
	}); err != nil {
		t.Fatalf("testenv: create database: %v", err)
	}
	t.Cleanup(func() {
		if err := onServer(func(ctx context.Context, conn *sql.Conn) error {
			return drop(ctx, conn, name)
		}); err != nil {
			t.Errorf("testenv: drop database: %v", err)
		}
	})
	at, err := databaseURL(name)
	if err != nil {
		t.Fatalf("testenv: %v", err)
	}
	return at
}

// whenFree runs a statement that needs a database for itself. PostgreSQL waits five seconds for the sessions that it has ended and
// then gives up (55006, object in use), which on a busy machine is too soon: it is tried again, each of the statements in turn. One that
// the server does not let us run (42501) gives way to the next.
func whenFree(ctx context.Context, conn *sql.Conn, statements ...string) error {
	for i := 0; ; i = (i + 1) % len(statements) {
		_, err := conn.ExecContext(ctx, statements[i])
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || ctx.Err() != nil {
			return err
		}
		if refused.Code != "55006" && (refused.Code != "42501" || i == len(statements)-1) {
			return err
		}
	}
}

// drop removes a database and ends the sessions in it. The worker that cleans tables belongs to a role above ours: a drop with force is
// refused because of it, and one without force ends it.
func drop(ctx context.Context, conn *sql.Conn, name string) error {
	return whenFree(ctx, conn, "drop database if exists "+name+" with (force)", "drop database if exists "+name)
}

// databaseURL is the server's URL with another database.
func databaseURL(name string) (string, error) {
	u, err := url.Parse(os.Getenv("GLAS_TEST_DATABASE_URL"))
	if err != nil {
		return "", fmt.Errorf("GLAS_TEST_DATABASE_URL cannot be read: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}

// onServer runs fn on one connection to the database that GLAS_TEST_DATABASE_URL names.
func onServer(fn func(ctx context.Context, conn *sql.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	pool, err := sql.Open("pgx", os.Getenv("GLAS_TEST_DATABASE_URL"))
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return fn(ctx, conn)
}

// postgresTemplate names the migrated database that others are copied from. All test programs of one run share it: the first
// makes it, under a lock, and its name carries the fingerprint of the migrations, so an old one is never taken for a new one.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	print, err := fingerprint(migrations.FS)
	if err != nil {
		return "", err
	}
	name := "template_" + print
	err = onServer(func(ctx context.Context, conn *sql.Conn) error {
		if _, err := conn.ExecContext(ctx, "select pg_advisory_lock($1)", templateLock); err != nil {
			return err
		}
		var there bool
		if err := conn.QueryRowContext(ctx, "select exists (select 1 from pg_database where datname = $1)", name).Scan(&there); err != nil || there {
			return err
		}
		return makeTemplate(ctx, conn, name)
	})
	return name, err
})

// makeTemplate migrates under a passing name, so that a run that dies half way leaves nothing that looks finished.
func makeTemplate(ctx context.Context, conn *sql.Conn, name string) error {
	draft := name + "_draft"
	for _, q := range []string{"drop database if exists " + draft + " with (force)", "create database " + draft} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	at, err := databaseURL(draft)
	if err != nil {
		return err
	}
	d, err := openMigrated(ctx, at)
	if err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "alter database "+draft+" rename to "+name)
	return err
}

// fingerprint is a short name for the content of all files.
func fingerprint(files fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(sum, "%s %d\n%s", path, len(content), content)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil))[:16], err
}
