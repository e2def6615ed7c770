package check

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
)

// sharedTable finds a statement about a table that is worked off for all municipalities at once.
var sharedTable = regexp.MustCompile(`(?i)\b(?:from|join|into|update|table)\s+[\\"]*(jobs|mails)\b`)

// SharedTables keeps modules off the tables of jobs and mails: they stand outside of row level security and of the statement guard,
// so that only tx.Enqueue, tx.Announce and tx.Mail may write to them.
func SharedTables(t *Tree) []Finding {
	var all []Finding
	for _, f := range t.source() {
		if !under(f.Path, "modules") || strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if m := sharedTable.FindStringSubmatch(lit.Value); m != nil {
					all = append(all, f.at(lit.Pos(), "a module names the table %s, which no municipality's wall protects: use tx.Enqueue, tx.Announce or tx.Mail", strings.ToLower(m[1])))
				}
			}
			return true
		})
	}
	return all
}
