package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// takesID are the functions that are given a message id: by package and name, at which argument, and whether it counts.
var takesID = map[string]struct {
	arg    int
	counts bool
}{
	"i18n.T": {1, false}, "i18n.N": {1, true},
	"fault.Msg": {0, false}, "fault.NotFound": {0, false}, "fault.Forbidden": {0, false}, "fault.Conflict": {0, false},
	"fault.TooLarge": {0, false}, "fault.Gone": {0, false}, "fault.Unavailable": {0, false}, "fault.InvalidField": {1, false},
	"web.Flash": {1, false},
}

var (
	idPattern     = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	prefixPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.$`)
	familyComment = regexp.MustCompile(`(?m)//\s?i18n:\s*([a-z0-9_]+(?:\.[a-z0-9_]+)*)\.\*`)
	templLiteral  = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)"`)
	templPrefix   = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.)"\s*\+`)
)

// filledByTheMessageItself are the placeholders that the functions fill without being told.
var filledByTheMessageItself = []string{"N"}

// usage is what the sources say about messages.
type usage struct {
	literals map[string]bool      // every literal that looks like an id
	families map[string]Finding   // prefixes from which ids are made at run time, and where
	calls    []call               // ids given to a function that takes one
	named    map[string][]Finding // literals of three parts and more, and where
}

// call is a message asked for by its id.
type call struct {
	where  Finding
	id     string
	counts bool
	names  []string // of the arguments
	open   bool     // more arguments may be given than can be read
}

// IDs checks that every message that is asked for exists, with the arguments that it needs, and that every message is used.
// An id made at run time, "proposals.state."+s, uses all messages with that prefix; where the prefix does not stand in front of
// a plus, a comment says so: "//i18n: proposals.state.*".
func IDs(t *Tree) []Finding {
	known, u := readCatalogue(t).ids(), readUsage(t)
	if len(known) == 0 {
		return nil // Messages says so
	}
	var all []Finding
	modules := map[string]bool{}
	for id := range known {
		modules[id[:strings.Index(id+".", ".")]] = true
	}
	for _, c := range u.calls {
		if m, ok := known[c.id]; ok {
			all = append(all, checkCall(c, m)...)
		} else {
			all = append(all, c.where.with("message %s is in no file under locales", c.id))
		}
	}
	for id, places := range u.named {
		if _, ok := known[id]; !ok && modules[id[:strings.Index(id, ".")]] && !u.family(id) {
			for _, f := range places {
				all = append(all, f.with("%q looks like a message, but is in no file under locales", id))
			}
		}
	}
	used := map[string]bool{}
	for prefix, where := range u.families {
		hit := false
		for id := range known {
			if strings.HasPrefix(id, prefix) {
				used[id], hit = true, true
			}
		}
		if !hit && modules[prefix[:strings.Index(prefix, ".")]] {
			all = append(all, where.with("no message begins with %s", prefix))
		}
	}
	for id := range known {
		if !used[id] && !u.literals[id] {
			all = append(all, Finding{"locales", 0, fmt.Sprintf("message %s is used nowhere (made at run time? then say //i18n: prefix.* there)", id)})
		}
	}
	return all
}

func (f Finding) with(format string, args ...any) Finding {
	f.Text = fmt.Sprintf(format, args...)
	return f
}

func (u *usage) family(id string) bool {
	for prefix := range u.families {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

func checkCall(c call, m message) []Finding {
	if c.counts != m.plural {
		if c.counts {
			return []Finding{c.where.with("message %s is counted here (i18n.N) but has no plural forms", c.id)}
		}
		return []Finding{c.where.with("message %s has plural forms: it wants a count (i18n.N)", c.id)}
	}
	if c.open {
		return nil
	}
	var all []Finding
	for _, name := range placeholders(m.forms["other"]) {
		if !slices.Contains(c.names, name) && !slices.Contains(filledByTheMessageItself, name) {
			all = append(all, c.where.with("message %s needs %s, which is not given here", c.id, name))
		}
	}
	return all
}

func readUsage(t *Tree) *usage {
	u := &usage{literals: map[string]bool{}, families: map[string]Finding{}, named: map[string][]Finding{}}
	for _, f := range t.gos {
		if !f.Test {
			u.readGo(f)
		}
	}
	for _, p := range append(t.ending(".templ"), t.ending(".go")...) {
		if testPackage(p[:max(0, strings.LastIndex(p, "/"))]) || strings.HasSuffix(p, "_test.go") || strings.HasPrefix(p, "internal/check/") {
			continue
		}
		text := t.text(p)
		for _, at := range familyComment.FindAllStringSubmatchIndex(text, -1) {
			u.families[text[at[2]:at[3]]+"."] = Finding{Path: p, Line: lineAt(text, at[0])}
		}
		if strings.HasSuffix(p, ".templ") {
			for _, m := range templLiteral.FindAllStringSubmatch(text, -1) {
				u.literals[m[1]] = true
			}
			for _, at := range templPrefix.FindAllStringSubmatchIndex(text, -1) {
				u.families[text[at[2]:at[3]]] = Finding{Path: p, Line: lineAt(text, at[0])}
			}
		}
	}
	return u
}

// readGo reads one file. A page's generated file holds its expressions as they were written, and is told by its page.
func (u *usage) readGo(f *GoFile) {
	if under(f.Dir, "internal/check") {
		return
	}
	where := func(p token.Pos) Finding {
		if page, ok := strings.CutSuffix(f.Path, "_templ.go"); ok {
			return Finding{Path: page + ".templ"}
		}
		return Finding{Path: f.Path, Line: f.Line(p)}
	}
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch v := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if s, ok := literal(v); ok && idPattern.MatchString(s) {
				u.literals[s] = true
				if strings.Count(s, ".") >= 2 {
					u.named[s] = append(u.named[s], where(v.Pos()))
				}
			}
		case *ast.BinaryExpr:
			if s, ok := literal(v.X); ok && v.Op == token.ADD && prefixPattern.MatchString(s) {
				u.families[s] = where(v.Pos())
			}
		case *ast.CallExpr:
			u.readCall(v, where)
		case *ast.CompositeLit:
			if id, ok := messageLiteral(v); ok {
				u.calls = append(u.calls, call{where: where(v.Pos()), id: id, open: true})
			}
		}
		return true
	})
}

func (u *usage) readCall(v *ast.CallExpr, where func(token.Pos) Finding) {
	fun := v.Fun
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok {
		return
	}
	takes, ok := takesID[pkg.Name+"."+sel.Sel.Name]
	if !ok || len(v.Args) <= takes.arg {
		return
	}
	id, ok := literal(v.Args[takes.arg])
	if !ok || id == "" {
		return
	}
	c := call{where: where(v.Pos()), id: id, counts: takes.counts, open: v.Ellipsis.IsValid()}
	rest := v.Args[takes.arg+1:]
	if takes.counts && len(rest) > 0 {
		rest = rest[1:]
	}
	for i := 0; i < len(rest); i += 2 {
		name, ok := literal(rest[i])
		c.names, c.open = append(c.names, name), c.open || !ok
	}
	u.calls = append(u.calls, c)
}

// messageLiteral reads fault.Message{ID: "..."}.
func messageLiteral(v *ast.CompositeLit) (string, bool) {
	sel, ok := v.Type.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Message" {
		return "", false
	}
	if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "fault" {
		return "", false
	}
	for _, e := range v.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "ID" {
				id, ok := literal(kv.Value)
				return id, ok && id != ""
			}
		}
	}
	return "", false
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
