package check

import (
	"go/ast"
	"go/token"
	"strings"
)

// keptState names package-level variables that change or could, each with the reason. The key is "folder name".
var keptState = map[string]string{}

// State checks that no package keeps mutable state: what changes belongs to a value that somebody made and can make twice.
// A package variable is accepted when it is set once where it is declared and nothing in its package changes it.
func State(t *Tree) []Finding {
	var all []Finding
	packages := map[string][]*GoFile{}
	for _, f := range t.source() {
		packages[f.Dir] = append(packages[f.Dir], f)
	}
	for dir, files := range packages {
		declared := map[string]*ast.ValueSpec{}
		for _, f := range files {
			for _, spec := range packageVars(f) {
				for i, name := range spec.Names {
					if name.Name == "_" || keptState[dir+" "+name.Name] != "" {
						continue
					}
					if why := mutable(f, spec, i); why != "" {
						all = append(all, f.at(name.Pos(), "package-level variable %s %s: no mutable state in packages, make it part of a value", name.Name, why))
						continue
					}
					declared[name.Name] = spec
				}
			}
		}
		for _, f := range files {
			all = append(all, changed(f, declared)...)
		}
	}
	return all
}

func packageVars(f *GoFile) []*ast.ValueSpec {
	var specs []*ast.ValueSpec
	for _, d := range f.AST.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, s := range g.Specs {
				spec, ok := s.(*ast.ValueSpec)
				if ok && !strings.Contains(comments(g.Doc)+comments(spec.Doc), "//go:embed") {
					specs = append(specs, spec)
				}
			}
		}
	}
	return specs
}

func comments(g *ast.CommentGroup) string {
	if g == nil {
		return ""
	}
	var b strings.Builder
	for _, c := range g.List {
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

// mutable says why a variable is made to change, or nothing.
func mutable(f *GoFile, spec *ast.ValueSpec, i int) string {
	if len(spec.Values) == 0 {
		return "has no value from the start"
	}
	value := spec.Values[min(i, len(spec.Values)-1)]
	if u, ok := value.(*ast.UnaryExpr); ok && u.Op == token.AND {
		value = u.X
	}
	var made ast.Expr
	switch v := value.(type) {
	case *ast.CompositeLit:
		made = v.Type
	case *ast.CallExpr:
		if name, ok := v.Fun.(*ast.Ident); ok && (name.Name == "make" || name.Name == "new") && len(v.Args) > 0 {
			return "is made empty to be filled later"
		}
	}
	if sel, ok := made.(*ast.SelectorExpr); ok {
		if pkg, ok := sel.X.(*ast.Ident); ok && (pkg.Name == "sync" || pkg.Name == "atomic") {
			return "is a " + pkg.Name + "." + sel.Sel.Name
		}
	}
	return ""
}

// changed finds what the functions of a file do to the package's variables.
func changed(f *GoFile, declared map[string]*ast.ValueSpec) []Finding {
	var all []Finding
	tell := func(e ast.Expr) {
		name := root(e)
		if name == nil {
			return
		}
		spec, ok := declared[name.Name]
		// Obj is nil for a name from another file of the package, and points at the declaration in the same file.
		if ok && (name.Obj == nil || name.Obj.Decl == spec) {
			all = append(all, f.at(e.Pos(), "%s is changed here, but it belongs to the whole package: make it part of a value", name.Name))
		}
	}
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.AssignStmt:
			if assigns(s) {
				for _, e := range s.Lhs {
					tell(e)
				}
			}
		case *ast.IncDecStmt:
			tell(s.X)
		case *ast.CallExpr:
			if fn, ok := s.Fun.(*ast.Ident); ok && (fn.Name == "delete" || fn.Name == "clear") && len(s.Args) > 0 {
				tell(s.Args[0])
			}
		}
		return true
	})
	return all
}

// root is the name at the left end of a.b[c].d.
func root(e ast.Expr) *ast.Ident {
	switch v := e.(type) {
	case *ast.Ident:
		return v
	case *ast.SelectorExpr:
		return root(v.X)
	case *ast.IndexExpr:
		return root(v.X)
	case *ast.StarExpr:
		return root(v.X)
	case *ast.ParenExpr:
		return root(v.X)
	}
	return nil
}
