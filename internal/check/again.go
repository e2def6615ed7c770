package check

import (
	"go/ast"
	"go/token"
)

// Again checks that a transaction can run twice. The database undoes one that is in the way of another, and it is tried again: what it
// counts up, or adds to a list that was made before it, would then be there twice. Such a value is set anew within the transaction first.
func Again(t *Tree) []Finding {
	var all []Finding
	for _, f := range t.source() {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if work := transaction(n); work != nil {
				all = append(all, grown(f, work)...)
			}
			return true
		})
	}
	return all
}

// transaction is the function that a call runs in a transaction, nil when it is another call.
func transaction(n ast.Node) *ast.FuncLit {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return nil
	}
	door, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || door.Sel.Name != "Update" && door.Sel.Name != "UpdateAfter" && door.Sel.Name != "Keep" {
		return nil
	}
	work, _ := call.Args[len(call.Args)-1].(*ast.FuncLit)
	return work
}

// grown are the places where work makes more of what was made before it and is not set anew in it.
func grown(f *GoFile, work *ast.FuncLit) []Finding {
	var all []Finding
	type place struct {
		of    *ast.Object
		field string
	}
	at := func(e ast.Expr, v *ast.Ident) place {
		if s, ok := e.(*ast.SelectorExpr); ok {
			return place{v.Obj, s.Sel.Name}
		}
		return place{of: v.Obj}
	}
	anew := map[place]bool{}
	more := func(e ast.Expr) {
		if v := variable(e); v != nil && !anew[place{of: v.Obj}] && !anew[at(e, v)] && declaredBefore(v, work) {
			all = append(all, f.at(e.Pos(), "%s grows here, but a transaction may run twice: set it anew within the transaction first", v.Name))
		}
	}
	ast.Inspect(work.Body, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.IncDecStmt:
			more(s.X)
		case *ast.AssignStmt:
			for i, left := range s.Lhs {
				v := variable(left)
				switch {
				case s.Tok != token.ASSIGN && s.Tok != token.DEFINE, i < len(s.Rhs) && uses(s.Rhs[i], left):
					more(left)
				case v != nil:
					anew[at(left, v)] = true
				}
			}
		}
		return true
	})
	return all
}

// variable is the name at the root of what is written to: that of total in total.New.
func variable(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			if x.Obj == nil {
				return nil
			}
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default: // an entry of a list or a map, which is the same after a second time
			return nil
		}
	}
}

func declaredBefore(v *ast.Ident, work *ast.FuncLit) bool {
	at, ok := v.Obj.Decl.(ast.Node)
	return ok && (at.Pos() < work.Pos() || at.Pos() > work.End())
}

// uses reports whether an expression reads what stands on the left: the same name, or for a field the same field of it.
func uses(e, left ast.Expr) bool {
	of, found := variable(left), false
	field, _ := left.(*ast.SelectorExpr)
	ast.Inspect(e, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.SelectorExpr:
			v := variable(x)
			found = found || field != nil && of != nil && v != nil && v.Obj == of.Obj && x.Sel.Name == field.Sel.Name
		case *ast.Ident:
			found = found || field == nil && of != nil && x.Obj == of.Obj
		}
		return true
	})
	return found
}
