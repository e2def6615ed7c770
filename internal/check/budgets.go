package check

import (
	"fmt"
	"go/ast"
	"strings"
)

// Budgets in lines. Tests and generated files are not counted.
const (
	fileBudget     = 500
	functionBudget = 80
	packageBudget  = 2500
	handlerBudget  = 30
)

// loosened gives one file ("a/b.go"), function ("a/b.go Name") or package ("a") another budget, with the reason.
var loosened = map[string]struct {
	lines int
	why   string
}{
	"cmd/glas": {3800, "the one place where all parts meet grows with their number"},
}

func budget(key string, usual int) int {
	if l, ok := loosened[key]; ok {
		return l.lines
	}
	return usual
}

// Budgets checks how long files, functions, packages and handlers are.
func Budgets(t *Tree) []Finding {
	var all []Finding
	sums := map[string]int{}
	for _, f := range t.source() {
		sums[f.Dir] += f.Lines
		if limit := budget(f.Path, fileBudget); f.Lines > limit {
			all = append(all, Finding{f.Path, 0, fmt.Sprintf("%d lines, the budget of a file is %d", f.Lines, limit)})
		}
		for _, d := range f.AST.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			lines := f.Line(fn.Body.Rbrace) - f.Line(fn.Pos()) + 1
			limit, kind := functionBudget, "a function"
			if isHandler(f, fn) {
				limit, kind = handlerBudget, "a handler"
			}
			if limit = budget(f.Path+" "+fn.Name.Name, limit); lines > limit {
				all = append(all, f.at(fn.Pos(), "%s has %d lines, the budget of %s is %d", fn.Name.Name, lines, kind, limit))
			}
		}
	}
	for dir, lines := range sums {
		if limit := budget(dir, packageBudget); lines > limit {
			all = append(all, Finding{dir, 0, fmt.Sprintf("%d lines, the budget of a package is %d", lines, limit)})
		}
	}
	return all
}

// isHandler reports whether a function answers a request: it stands in web.go, admin.go or api.go of a module and takes *fiber.Ctx.
func isHandler(f *GoFile, fn *ast.FuncDecl) bool {
	if !strings.HasPrefix(f.Dir, "modules/") || !named(f.Name, "web.go") && !named(f.Name, "admin.go") && !named(f.Name, "api.go") {
		return false
	}
	for _, param := range fn.Type.Params.List {
		star, ok := param.Type.(*ast.StarExpr)
		if !ok {
			continue
		}
		sel, ok := star.X.(*ast.SelectorExpr)
		if !ok {
			continue
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "fiber" && sel.Sel.Name == "Ctx" {
			return true
		}
	}
	return false
}
