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
	"web.Flash": {2, false}, "authz.Refuse": {0, false},
}

// methodTakesID are methods that are given a message id, by name, whatever the receiver is called: of forms (f.Fail, f.Check) and
// of localizers (l.T, l.N). A literal there counts only when it looks like an id.
var methodTakesID = map[string]struct {
	arg    int
	counts bool
}{
	"Fail": {1, false}, "Check": {2, false}, "T": {0, false}, "N": {0, true},
}

// holdsID are the fields that hold a message id when their value looks like one: of menu entries, buttons, faults.
var holdsID = []string{"ID", "Label", "Title", "Text", "Help"}

var (
	idPattern     = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	prefixPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.$`)
	familyComment = regexp.MustCompile(`(?m)//\s?i18n:\s*([a-z0-9_]+(?:\.[a-z0-9_]+)*)\.\*`)
	templLiteral  = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)"`)
	templPrefix   = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.)"\s*\+`)
)

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
	c, u := readCatalogue(t), readUsage(t)
	known := c.ids()
	if len(known) == 0 {
		return nil // Messages says so
	}
	var all []Finding
	modules := map[string]bool{}
	for id := range known {
		modules[id[:strings.Index(id+".", ".")]] = true
	}
	for _, asked := range u.calls {
		if m, ok := known[asked.id]; ok {
			all = append(all, checkCall(asked, m)...)
		} else {
			all = append(all, asked.where.with("message %s is in no file under locales", asked.id))
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
	for part, langs := range c.parts {
		var idle []string
		for id := range langs[Languages[0]] {
			if !used[id] && !u.literals[id] {
				idle = append(idle, id)
			}
		}
		if slices.Sort(idle); len(idle) > 0 {
			all = append(all, Finding{"locales/" + part + "." + Languages[0] + ".toml", 0,
				fmt.Sprintf("%d used nowhere (made at run time? then say //i18n: prefix.* there): %s", len(idle), strings.Join(idle, " "))})
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
	if c.counts && !m.plural {
		return []Finding{c.where.with("message %s is counted here (i18n.N) but has no plural forms", c.id)}
	}
	if m.plural && !c.counts && !c.open && !slices.Contains(c.names, "N") {
		return []Finding{c.where.with("message %s has plural forms: it wants a count (i18n.N, or the argument N)", c.id)}
	}
	if c.open {
		return nil
	}
	var all []Finding
	for _, name := range placeholders(m.forms["other"]) {
		if !slices.Contains(c.names, name) && !(name == "N" && m.plural) {
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
		case *ast.KeyValueExpr:
			if id, ok := heldID(v); ok {
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
	if !ok {
		if takes, ok = methodTakesID[sel.Sel.Name]; !ok || pkg.Name == "t" { // t.Fail is a test's
			return
		}
	}
	if len(v.Args) <= takes.arg {
		return
	}
	id, ok := literal(v.Args[takes.arg])
	if !ok || !idPattern.MatchString(id) {
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

// heldID reads a field such as fault.Message{ID: "..."} or web.MenuItem{Label: "..."}.
func heldID(v *ast.KeyValueExpr) (string, bool) {
	key, ok := v.Key.(*ast.Ident)
	if !ok || !slices.Contains(holdsID, key.Name) {
		return "", false
	}
	id, ok := literal(v.Value)
	return id, ok && idPattern.MatchString(id)
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
