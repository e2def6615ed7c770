package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"glas/internal/db"
	"glas/internal/testenv"
)

// pair is a database with two rows of nobody, one and two.
func pair(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Change(t.Context(), "", func(ctx context.Context, idb bun.IDB) error {
		if _, err := idb.NewRaw("create table pairs (id text primary key, n integer not null)").Exec(ctx); err != nil {
			return err
		}
		_, err := idb.NewRaw("insert into pairs (id, n) values ('one', 0), ('two', 0)").Exec(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOneOfTwoThatWaitForEachOtherFailed: PostgreSQL ends one of two transactions that hold what the other one needs, and who had asked
// for it got the page of an internal error.
func TestOneOfTwoThatWaitForEachOtherFailed(t *testing.T) {
	if !testenv.HasPostgres() {
		t.Skip("SQLite has one writer")
	}
	d := testenv.Open(t, testenv.Postgres(t))
	pair(t, d)
	var both, met sync.WaitGroup
	met.Add(2)
	runs := make([]int, 2)
	for i, order := range [][]string{{"one", "two"}, {"two", "one"}} {
		both.Go(func() {
			err := d.Change(t.Context(), "", func(ctx context.Context, idb bun.IDB) error {
				runs[i]++
				for at, id := range order {
					if _, err := idb.NewRaw("update pairs set n = n + 1 where id = ?", id).Exec(ctx); err != nil {
						return err
					}
					if at == 0 && runs[i] == 1 { // each holds one of them before either asks for the other one
						met.Done()
						met.Wait()
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if runs[0]+runs[1] != 3 {
		t.Errorf("they ran %v times, one of them must have run twice", runs)
	}
	var n []int
	if err := d.Read.NewRaw("select n from pairs order by id").Scan(t.Context(), &n); err != nil || len(n) != 2 || n[0] != 2 || n[1] != 2 {
		t.Errorf("stored: %v, %v; each must have been counted once", n, err)
	}
}

// TestAConflictThatNeverEnds: what is tried again must come to an end, and other errors are not tried again.
func TestAConflictThatNeverEnds(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		pair(t, d)
		for code, want := range map[string]int{"40001": 5, "40P01": 5, "23505": 1, "57014": 1} {
			runs := 0
			err := d.Change(t.Context(), "", func(ctx context.Context, idb bun.IDB) error {
				runs++
				if _, err := idb.NewRaw("update pairs set n = n + 1").Exec(ctx); err != nil {
					return err
				}
				return &pgconn.PgError{Code: code}
			})
			var refused *pgconn.PgError
			if !errors.As(err, &refused) || runs != want {
				t.Errorf("%s: %d runs, want %d; %v", code, runs, want, err)
			}
		}
		over, stop := context.WithCancel(t.Context())
		runs := 0
		_ = d.Change(over, "", func(context.Context, bun.IDB) error { // the error is the one given
			runs++
			stop()
			return &pgconn.PgError{Code: "40001"}
		})
		if runs != 1 {
			t.Errorf("%d runs for somebody who had gone", runs)
		}
		var n int
		if err := d.Read.NewRaw("select sum(n) from pairs").Scan(t.Context(), &n); err != nil || n != 0 {
			t.Errorf("%d steps of undone transactions are stored, %v", n, err)
		}
	})
}
