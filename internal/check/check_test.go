package check

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestHouse holds the repository to its rules. Read what it prints from the top: file, line, and what to do.
func TestHouse(t *testing.T) {
	tree, err := Read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		rule Rule
	}{
		{"imports", Imports},
		{"places", Places},
		{"start", Start},
		{"state", State},
		{"transactions", Again},
		{"comments", Comments},
		{"budgets", Budgets},
		{"messages", Messages},
		{"message ids", IDs},
		{"schema", Schema},
		{"shared tables", SharedTables},
		{"fasthttp", Fasthttp},
		{"vendored files", Vendored},
		{"words", Words},
		{"permissions", Permissions},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, f := range sorted(c.rule(tree)) {
				t.Error(f)
			}
		})
	}
}

// TestFasthttpStaysWhereFiberWorks asks which version the build chooses, because go.mod only says what is asked for at least.
// A test program does not carry the list of its modules, so the go command is asked; go.mod is read by TestHouse, which makes the
// test cache notice a change.
func TestFasthttpStaysWhereFiberWorks(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command here")
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}{{with .Replace}} replaced by {{.}}{{end}}", "github.com/valyala/fasthttp").CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != FasthttpVersion {
		t.Errorf("the build takes fasthttp %s (%v), want %s", got, err, FasthttpVersion)
	}
}
