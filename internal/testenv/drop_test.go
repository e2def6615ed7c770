package testenv

import (
	"context"
	"database/sql"
	"net/url"
	"testing"
	"time"
)

// TestASessionOfTheServerHoldsADropUpOnly: the worker that cleans tables works in a database that is about to go, and our role may not
// end it; the test that owned the database failed.
func TestASessionOfTheServerHoldsADropUpOnly(t *testing.T) {
	at, err := url.Parse(EmptyPostgres(t))
	if err != nil {
		t.Fatal(err)
	}
	name := at.Path[1:]
	at.User = url.User("postgres")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	above, err := sql.Open("pgx", at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer above.Close() //nolint:errcheck // ended below
	if err := above.PingContext(ctx); err != nil {
		t.Skipf("the server lets no other role in: %v", err)
	}
	dropped := make(chan error, 1)
	go func() {
		dropped <- onServer(func(ctx context.Context, conn *sql.Conn) error { return drop(ctx, conn, name) })
	}()
	for tried := false; !tried; {
		if err := above.QueryRowContext(ctx, "select exists (select 1 from pg_stat_activity where query = 'drop database if exists ' || $1)", name).Scan(&tried); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-dropped:
			t.Fatalf("the drop did not wait: %v", err)
		default:
		}
	}
	if err := above.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-dropped; err != nil {
		t.Error(err)
	}
}
