package db_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"glas/internal/db"
)

func TestOthersCouldReadTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "glas.db")
	d, err := db.Open(context.Background(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // the test is over
	if _, err := d.Write.ExecContext(context.Background(), "create table x (a int)"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %s", name, info.Mode())
		}
	}
}
