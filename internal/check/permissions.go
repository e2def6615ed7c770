package check

import (
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

const policyFile = "config/policy.csv"

// askedPutTogether are permissions that no literal names, with the reason.
var askedPutTogether = map[string]string{"area.edit": "modules/internal/named asks for the permission of the list that it keeps"}

// Permissions finds permissions that roles are given and that nothing asks for: ticking one of them would change nothing.
func Permissions(t *Tree) []Finding {
	text := t.text(policyFile)
	if text == "" {
		return nil
	}
	asked := map[string]bool{}
	for _, f := range t.gos {
		if f.Test {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil {
					asked[s] = true
				}
			}
			return true
		})
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace = '#', -1, true
	lines, err := r.ReadAll()
	if err != nil {
		return []Finding{{policyFile, 0, err.Error()}}
	}
	var all []Finding
	seen := map[string]bool{}
	for _, l := range lines {
		if len(l) != 5 || l[0] != "p" || l[2] == "*" || l[3] == "*" {
			continue
		}
		if name := l[2] + "." + l[3]; !asked[name] && !seen[name] && askedPutTogether[name] == "" {
			seen[name] = true
			all = append(all, Finding{policyFile, 0, fmt.Sprintf("nothing asks for %s: ask for it where it is meant, or remove it with its words", name)})
		}
	}
	return all
}
