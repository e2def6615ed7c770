package check

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// place is a set of files: whole folders, and file names within modules.
type place struct {
	dirs  []string
	files []string // "web.go" also means "web_consultation.go"
}

func (p place) holds(f *GoFile) bool {
	if slices.ContainsFunc(p.dirs, func(d string) bool { return under(f.Dir, d) }) {
		return true
	}
	return strings.HasPrefix(f.Dir, "modules/") && slices.ContainsFunc(p.files, func(name string) bool { return named(f.Name, name) })
}

// named reports whether a file is name or a part of it, as store_list.go is of store.go.
func named(file, name string) bool {
	stem := strings.TrimSuffix(name, ".go")
	return file == name || strings.HasPrefix(file, stem+"_") && strings.HasSuffix(file, ".go")
}

var library = []struct {
	path  string
	where place
	why   string
}{
	{"github.com/gofiber/fiber/v2", place{[]string{"internal/web", "cmd"}, []string{"module.go", "web.go", "admin.go", "api.go"}},
		"rules, services and stores must not know about HTTP: only module.go, web.go, admin.go, api.go and internal/web do"},
	{"github.com/valyala/fasthttp", place{[]string{"internal/web", "cmd"}, nil}, "only internal/web speaks to the server below Fiber"},
	{"github.com/uptrace/bun", place{[]string{"tenant", "internal/db", "internal/job", "internal/search", "internal/mail", "cmd"}, []string{"store.go"}},
		"every query stands in store.go, where the tenant cannot be forgotten"},
	{"database/sql", place{[]string{"tenant", "internal/db", "internal/job", "internal/search", "internal/mail", "cmd"}, []string{"store.go"}},
		"every query stands in store.go, where the tenant cannot be forgotten"},
}

var function = []struct {
	pkg   string
	names []string
	where place
	why   string
}{
	{"os", []string{"Getenv", "LookupEnv", "Environ", "Setenv", "ExpandEnv"}, place{dirs: []string{"config"}}, "the environment is read in config only"},
	{"time", []string{"Now", "Since", "Until"}, place{dirs: []string{"internal/clock"}}, "the clock is given (internal/clock), so that a test can set it"},
	{"time", []string{"Sleep"}, place{}, "nothing waits by sleeping: wait for what you wait for, with a deadline"},
}

// excused are single uses that a rule would refuse, with the reason. The key is "file rule".
var excused = map[string]string{
	"cmd/glas/main.go os.Environ":                       "hands the environment to config, which alone reads it",
	"internal/web/browsertest/browsertest.go os.Getenv": "tests choose their browser by the environment",
}

// Places checks where libraries and functions are used: fiber, bun, the environment, the clock.
func Places(t *Tree) []Finding {
	var all []Finding
	for _, f := range t.gos {
		if f.Generated {
			continue
		}
		if !f.Test {
			all = append(all, libraries(f)...)
		}
		all = append(all, functions(f)...)
	}
	return all
}

func libraries(f *GoFile) []Finding {
	var all []Finding
	for _, spec := range f.AST.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		for _, l := range library {
			if under(p, l.path) && !l.where.holds(f) && excused[f.Path+" "+l.path] == "" {
				all = append(all, f.at(spec.Pos(), "%s is not imported here because %s", p, l.why))
			}
		}
	}
	return all
}

func functions(f *GoFile) []Finding {
	var all []Finding
	ast.Inspect(f.AST, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := sel.X.(*ast.Ident)
		if !ok || pkg.Obj != nil { // a local name that only looks like the package
			return true
		}
		for _, rule := range function {
			// Tests may look at the clock and the environment, but not sleep.
			if rule.pkg != pkg.Name || !slices.Contains(rule.names, sel.Sel.Name) || f.Test && sel.Sel.Name != "Sleep" {
				continue
			}
			use := pkg.Name + "." + sel.Sel.Name
			if !rule.where.holds(f) && excused[f.Path+" "+use] == "" {
				all = append(all, f.at(sel.Pos(), "%s is not used here because %s", use, rule.why))
			}
		}
		return true
	})
	return all
}

// panicsAtStart names functions besides Must... and main that may panic, with the reason. The key is "folder function".
var panicsAtStart = map[string]string{
	"cmd/glas key": "fails only for a length that nobody writes",
}

// Start checks that nothing happens behind the reader's back: no init function, and panic only while the program starts, which
// is in main and in functions whose name begins with must.
func Start(t *Tree) []Finding {
	var all []Finding
	for _, f := range t.source() {
		for _, d := range f.AST.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn.Recv == nil && fn.Name.Name == "init" {
				all = append(all, f.at(fn.Pos(), "no init functions: what has to be made at start is made in cmd, where it can be read"))
			}
			if fn.Body == nil || mayPanic(f, fn) {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "panic" && name.Obj == nil {
					all = append(all, f.at(call.Pos(), "panic only at start (main, Must...): here a person waits for an answer, so return an error"))
				}
				return true
			})
		}
	}
	return all
}

func mayPanic(f *GoFile, fn *ast.FuncDecl) bool {
	name := fn.Name.Name
	return f.AST.Name.Name == "main" && name == "main" || strings.HasPrefix(strings.ToLower(name), "must") || panicsAtStart[f.Dir+" "+name] != ""
}

// Comments checks that nothing is left for later.
func Comments(t *Tree) []Finding {
	var all []Finding
	for _, f := range t.gos {
		for _, group := range f.AST.Comments {
			for _, c := range group.List {
				for _, word := range []string{"TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"} {
					if slices.Contains(strings.FieldsFunc(c.Text, notLetter), word) {
						all = append(all, f.at(c.Pos(), "%s: finish it, or write down what is known and why it stays so", word))
					}
				}
			}
		}
	}
	return all
}

func notLetter(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }

// tokens that change what stands on their left.
func assigns(s *ast.AssignStmt) bool { return s.Tok != token.DEFINE }
