package db

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/uptrace/bun"
)

// TestAnotherProcessHeldTheFile: SQLite gives up when another process writes for longer than a connection waits.
func TestAnotherProcessHeldTheFile(t *testing.T) {
	var open [2]*DB
	path := filepath.Join(t.TempDir(), "glas.db")
	for i := range open {
		d, err := Open(t.Context(), "sqlite:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close() //nolint:errcheck // the test is over
		open[i] = d
	}
	ctx, d := t.Context(), open[0]
	if _, err := d.Write.ExecContext(ctx, "pragma busy_timeout = 1"); err != nil {
		t.Fatal(err)
	}
	held, err := open[1].Write.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	runs := 0
	err = again(ctx, func() error {
		if runs++; runs == 2 {
			if err := held.Rollback(); err != nil {
				return err
			}
		}
		return d.changeOnce(ctx, "", "", func(ctx context.Context, idb bun.IDB) (string, error) {
			_, err := idb.NewRaw("create table t (n integer)").Exec(ctx)
			return "", err
		})
	})
	if err != nil || runs != 2 {
		t.Errorf("%d runs, want 2: %v", runs, err)
	}
}
