package db

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// attempts is how often a transaction is tried that others were in the way of.
	attempts = 5
	// pause is what is waited at most before the second attempt, and twice as long before each further one.
	pause = 20 * time.Millisecond
)

// again tries a transaction again that was undone because of others. Between the attempts passes a time of random length, so that two
// that were in each other's way do not meet again.
func again(ctx context.Context, change func() error) error {
	wait := pause
	for n := 1; ; n++ {
		err := change()
		if err == nil || n == attempts || !inTheWay(err) || ctx.Err() != nil {
			return err
		}
		slog.WarnContext(ctx, "a transaction is tried again", "attempt", n+1, "cause", err)
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(rand.N(wait) + time.Millisecond):
		}
		wait *= 2
	}
}

// inTheWay reports whether a transaction failed only because of another one and is undone for certain: a deadlock or a conflict that
// PostgreSQL ended (SQLSTATE 40P01, 40001), or SQLite kept busy by another process for longer than a connection waits by itself.
func inTheWay(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40P01" || pg.Code == "40001"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}
