package statement

import "strings"

// Values is a list of rows inside a statement; both databases call its columns column1, column2 ...
type Values struct {
	Rows []string
	Args []any
	seen map[string]bool
}

// Add adds a row, unless it is there.
func (v *Values) Add(fields ...string) {
	key := strings.Join(fields, "\x00")
	if v.seen[key] {
		return
	}
	if v.seen == nil {
		v.seen = map[string]bool{}
	}
	v.seen[key] = true
	v.Rows = append(v.Rows, "(?"+strings.Repeat(", ?", len(fields)-1)+")")
	for _, f := range fields {
		v.Args = append(v.Args, f)
	}
}

// SQL is the list as a table k.
func (v *Values) SQL() string { return "(values " + strings.Join(v.Rows, ", ") + ") as k" }
