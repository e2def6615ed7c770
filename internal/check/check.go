// Package check holds the rules of the house that a compiler does not know, as tests that read the source files.
//
// What binds the whole repository and is checked here: which package may import which (rows.go); where the web framework, the
// database library, the clock and the environment may be touched (files.go); how long a file, a function, a package and a handler
// may be (budgets.go); that every message exists in five languages with all its forms (messages.go, ids.go); that every table of
// a tenant is keyed, referenced, indexed and policed by tenant (schema.go); that every permission is asked for
// somewhere (permissions.go); and what must not be in the repository (repo.go).
//
// The files are read and parsed, nothing is asked of the go command: its answers would be remembered by the test cache after the
// sources have changed. A rule is a function from the tree to its findings, so each is tested against planted faults as well.
// A rule is loosened only in its own table of exceptions, with the reason beside it.
package check

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Module is the module path, the first part of every import of our own.
const Module = "glas"

// Finding is one breach of a rule.
type Finding struct {
	Path string // from the root of the repository
	Line int    // 0 for the file as a whole
	Text string // what is wrong, and why or what to do instead
}

func (f Finding) String() string {
	if f.Line == 0 {
		return f.Path + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Text)
}

// Rule looks at the whole tree.
type Rule func(*Tree) []Finding

// Tree is the repository as files.
type Tree struct {
	fsys  fs.FS
	paths []string
	gos   []*GoFile
}

// GoFile is one parsed Go file.
type GoFile struct {
	Path      string
	Dir       string // of the package, from the root
	Name      string // of the file
	Lines     int
	Test      bool // a test file, or a file of a package that only tests use
	Generated bool
	AST       *ast.File
	fset      *token.FileSet
}

// Line is the line of a position.
func (f *GoFile) Line(p token.Pos) int { return f.fset.Position(p).Line }

// at makes a finding at a position.
func (f *GoFile) at(p token.Pos, format string, args ...any) Finding {
	return Finding{f.Path, f.Line(p), fmt.Sprintf(format, args...)}
}

// Read reads a tree. Folders that hold no source (hidden ones, built and temporary files) are left out.
func Read(fsys fs.FS) (*Tree, error) {
	t := &Tree{fsys: fsys}
	err := fs.WalkDir(fsys, ".", func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); p != "." && (strings.HasPrefix(name, ".") && name != ".ci" || name == "node_modules" || name == "testdata" || slices.Contains([]string{"bin", "tmp", "data", "glas-data"}, p)) {
				return fs.SkipDir
			}
			return nil
		}
		t.paths = append(t.paths, p)
		if strings.HasSuffix(p, ".go") {
			return t.parse(p)
		}
		return nil
	})
	return t, err
}

func (t *Tree) parse(p string) error {
	text, err := fs.ReadFile(t.fsys, p)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	// The deprecated object resolution is wanted: it tells a package's variable from a local one of the same name.
	file, err := parser.ParseFile(fset, p, text, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("%s cannot be parsed: %w", p, err)
	}
	dir := path.Dir(p)
	t.gos = append(t.gos, &GoFile{
		Path: p, Dir: dir, Name: path.Base(p), Lines: bytes.Count(text, []byte("\n")), AST: file, fset: fset,
		Test:      strings.HasSuffix(p, "_test.go") || testPackage(dir),
		Generated: bytes.HasPrefix(text, []byte("// Code generated")),
	})
	return nil
}

// testPackage reports whether only tests use a package: its name ends in "test", or it belongs to the test environment.
func testPackage(dir string) bool {
	return strings.HasSuffix(dir, "test") || dir == "internal/testenv" || strings.HasPrefix(dir, "internal/testenv/")
}

// source gives the Go files that people wrote for the program itself.
func (t *Tree) source() []*GoFile {
	return slices.DeleteFunc(slices.Clone(t.gos), func(f *GoFile) bool { return f.Test || f.Generated })
}

// text reads a file that Read has seen.
func (t *Tree) text(p string) string {
	b, err := fs.ReadFile(t.fsys, p)
	if err != nil {
		return ""
	}
	return string(b)
}

// match gives the paths that fit a pattern of path.Match.
func (t *Tree) match(pattern string) []string {
	var hits []string
	for _, p := range t.paths {
		if ok, err := path.Match(pattern, p); ok && err == nil {
			hits = append(hits, p)
		}
	}
	return hits
}

// ending gives the paths with a suffix.
func (t *Tree) ending(suffix string) []string {
	var hits []string
	for _, p := range t.paths {
		if strings.HasSuffix(p, suffix) {
			hits = append(hits, p)
		}
	}
	return hits
}

// lineAt is the number of the line that holds a byte.
func lineAt(text string, at int) int { return strings.Count(text[:at], "\n") + 1 }

// sorted puts findings in the order of files and lines, each once.
func sorted(all []Finding) []Finding {
	slices.SortFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(all)
}

// under reports whether dir is parent or below it.
func under(dir, parent string) bool { return dir == parent || strings.HasPrefix(dir, parent+"/") }
