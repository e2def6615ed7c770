package check

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// row is one floor of the house. A package may import what stands on a lower floor, and nothing on its own.
type row struct {
	name string
	why  string // completes "... must not import ... because "
	dirs []string
}

// rows from the ground up.
var rows = []row{
	{"data", "it is data that everything may read", []string{"migrations", "locales"}},
	{"internal", "mechanics hold no municipal word and must be readable without any module", []string{"internal", "config"}},
	{"tenant", "the door to a municipality's rows must not know what is behind it", []string{"tenant"}},
	{"lists", "a list knows nothing of what is on it", []string{"modules/internal"}},
	{"people and places", "people and places exist before anything is done with them",
		[]string{"modules/accounts", "modules/roles", "modules/areas", "modules/topics", "modules/departments", "modules/calendars", "modules/streets"}},
	{"on anything", "it works on anything and must not know on what: use subject.Ref, an event, or an interface that it declares itself",
		[]string{"modules/comments", "modules/votes", "modules/answers", "modules/follows", "modules/attachments", "modules/moderation", "modules/audit",
			"modules/documents", "modules/terms", "modules/clocks"}},
	{"features", "a feature must work when the others are switched off: use subject.Ref, an event, or an interface that it declares itself",
		[]string{"modules/consultations", "modules/cases", "modules/plans", "modules/council", "modules/events", "modules/news", "modules/associations",
			"modules/environment", "modules/applications"}},
	{"contributions to a consultation", "a contribution is the same whatever method asked for it: use an interface that it declares itself",
		[]string{"modules/remarks", "modules/positions"}},
	{"methods of a consultation", "each method must work without the others: use subject.Ref, an event, or an interface that it declares itself",
		[]string{"modules/texts", "modules/proposals", "modules/polls", "modules/budgets", "modules/opinions"}},
	{"outcome of a consultation", "each is made from the whole consultation and must work without the others",
		[]string{"modules/reports", "modules/archive"}},
	{"portal", "it shows what the others offer and is shown by nobody", []string{"modules/portal"}},
	{"cmd", "wiring is the only place where parts meet, and nothing is wired to it", []string{"cmd"}},
}

// sharedRows are rows whose packages may import each other, because they are one body: Go itself refuses circles there.
var sharedRows = []string{"data", "internal", "tenant", "cmd"}

// Imports checks the arrow: a package imports only what stands below it. Test files are free, because they set up whole worlds,
// but nothing except a test may import a package that is made for tests.
func Imports(t *Tree) []Finding {
	var all []Finding
	for _, f := range t.gos {
		from, known := rowOf(f.Dir)
		if !known {
			all = append(all, f.at(f.AST.Package, "the folder %s stands on no floor of the house: give it a place in rows.go", f.Dir))
			continue
		}
		if f.Test {
			continue
		}
		for _, spec := range f.AST.Imports {
			target, ours := ownImport(spec.Path.Value)
			if !ours {
				continue
			}
			if testPackage(target) {
				all = append(all, f.at(spec.Pos(), "%s must not import %s because that is made for tests", short(f.Dir), target))
				continue
			}
			to, known := rowOf(target)
			if known && !mayImport(f.Dir, from, target, to) {
				all = append(all, f.at(spec.Pos(), "%s must not import %s because %s (%s, %s)", short(f.Dir), short(target), rows[from].why, rows[from].name, relation(from, to)))
			}
		}
	}
	return all
}

func mayImport(dir string, from int, target string, to int) bool {
	if to != from {
		return to < from
	}
	return slices.Contains(sharedRows, rows[from].name) || home(dir) == home(target)
}

func relation(from, to int) string {
	if from == to {
		return "where no neighbour is imported"
	}
	return fmt.Sprintf("which stands below %q", rows[to].name)
}

// rowOf finds the floor of a folder.
func rowOf(dir string) (int, bool) {
	for i, r := range rows {
		for _, d := range r.dirs {
			if under(dir, d) {
				return i, true
			}
		}
	}
	return 0, false
}

// home is the folder of the part that a package belongs to, modules/x for modules/x/y.
func home(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	return path.Join(parts[:min(2, len(parts))]...)
}

func short(dir string) string { return strings.TrimPrefix(dir, "modules/") }

// ownImport gives the folder of an import of our own module.
func ownImport(quoted string) (string, bool) {
	p, err := strconv.Unquote(quoted)
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(p, Module+"/")
}
