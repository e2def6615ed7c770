package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// glas runs a command as from a terminal.
func glas(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(context.Background(), args, []string{"GLAS_DATA_DIR=" + dir, "GLAS_DEMO=false"}, &out, io.Discard)
	return out.String(), err
}

func TestCommandsSwallowedWhatTheyDidNotUnderstand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if out, err := glas(t, dir, "tenant", "add", "kamnik", "--name", "Kamnik", "--country", "si", "--admin", "ana@kamnik.example"); err != nil || !strings.Contains(out, "/sign-in/link/") {
		t.Fatalf("%s %v", out, err)
	}
	for _, tt := range []struct{ args, want string }{
		{"tenant add kranj --name Kranj --country si --brand red", "#rrggbb"},
		{"tenant add kranj --name Kranj --country si --admin nobody", "no e-mail address"},
		{"tenant add kranj extra --name Kranj --country si", `"extra" was not expected`},
		{"tenant add kranj --name Kranj --country si --languages sl,sl", "named twice"},
		{"tenant set kamnik --brand ;}body{display:none", "#rrggbb"},
		{"tenant set kamnik --listed maybe", "yes or no"},
		{"tenant set kamnik --name de=Stein", "unknown language"},
		{"tenant set kamnik extra", `"extra" was not expected`},
		{"tenant domain kamnik add kamnik.example more.example", `"more.example" was not expected`},
		{"tenant domain kamnik add kranj.localhost", "short names"},
		{"tenant list extra", `"extra" was not expected`},
		{"user link --tenant kamnik --email nobody", "e-mail"},
	} {
		if _, err := glas(t, dir, strings.Fields(tt.args)...); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "accounts.error") {
			t.Errorf("glas %s: %v, want %q", tt.args, err, tt.want)
		}
	}
	if _, err := glas(t, dir, "tenant", "domain", "kamnik", "add", "kamnik.example", "--main"); err != nil {
		t.Fatal(err)
	}
	if out, err := glas(t, dir, "tenant", "list"); err != nil || !strings.Contains(out, "http://kamnik.example") {
		t.Errorf("--main behind the domain does not count: %s %v", out, err)
	}
	if _, err := glas(t, dir, "tenant", "set", "kamnik"); err == nil {
		t.Error("a change of nothing was said to be made")
	}
	if _, err := glas(t, dir, "tenant", "set", "kamnik", "--state", "read_only"); err != nil {
		t.Fatal(err)
	}
	if out, err := glas(t, dir, "user", "link", "--tenant", "kamnik", "--email", "ana@kamnik.example"); err != nil || !strings.Contains(out, "/sign-in/link/") {
		t.Errorf("link for a municipality that is only read: %s %v", out, err)
	}
	if out, err := glas(t, dir, "user", "operator"); err != nil || !strings.Contains(out, "/operator/") {
		t.Errorf("link for the operator: %s %v", out, err)
	}
}
