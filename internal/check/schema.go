package check

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// deploymentTables are the tables that do not belong to one municipality, with the reason.
var deploymentTables = map[string]string{
	"tenants":        "the list of municipalities itself",
	"tenant_domains": "what a municipality is found by, before it is known",
	"domains":        "what a municipality is found by, before it is known",
	"jobs":           "worked off for all municipalities at once",
	"mails":          "sent for all municipalities at once",
	// The operator stands outside of all municipalities.
	"operator_tokens": "one-time links and sessions of the operator",
}

// numberedTables have a row number as their primary key on SQLite and (tenant_id, ...) as a unique key there, with the reason.
var numberedTables = map[string]string{
	"search_documents": "the text index of SQLite knows its documents by number only",
}

var (
	createTable  = regexp.MustCompile(`(?i)\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?"?(\w+)"?\s*\(`)
	createIndex  = regexp.MustCompile(`(?is)\bcreate\s+(?:unique\s+)?index\s+(?:if\s+not\s+exists\s+)?(\w+)\s+on\s+(\w+)\s*(using\s+\w+\s*)?\(\s*"?(\w+)`)
	policy       = regexp.MustCompile(`\{\{-?\s*\.RLS\s+"(\w+)"\s*-?\}\}`)
	foreignKey   = regexp.MustCompile(`(?is)^(?:constraint\s+\w+\s+)?foreign\s+key\s*\(([^)]*)\)\s*references\s+(\w+)\s*\(([^)]*)\)`)
	primaryKey   = regexp.MustCompile(`(?is)^(?:constraint\s+\w+\s+)?primary\s+key\s*\(([^)]*)\)`)
	uniqueKey    = regexp.MustCompile(`(?is)^(?:constraint\s+\w+\s+)?unique\s*\(([^)]*)\)`)
	inlineRef    = regexp.MustCompile(`(?is)\breferences\s+(\w+)`)
	tenantColumn = regexp.MustCompile(`(?is)^"?tenant_id"?\s+text\s+not\s+null\b`)
	sqlComment   = regexp.MustCompile(`--[^\n]*`)
	rowNumber    = regexp.MustCompile(`(?is)^\w+\s+integer\s+primary\s+key\s+autoincrement$`)
	either       = regexp.MustCompile(`(?s)\{\{-?\s*if\s+\.PG\s*-?\}\}(.*?)(?:\{\{-?\s*else\s*-?\}\}(.*?))?\{\{-?\s*end\s*-?\}\}`)
	ownRow       = regexp.MustCompile(`(?is)\b(unique|primary\s+key)\b`)
	stepName     = regexp.MustCompile(`^\d{4}_[a-z0-9_]+\.tx\.up\.sql$`)
)

// Schema checks the migrations as text: every table of a municipality is keyed, referenced, indexed and policed by tenant_id, so
// that no query can reach across, and the whole can be distributed by that column.
func Schema(t *Tree) []Finding {
	var all []Finding
	policed, tables := map[string]bool{}, map[string]Finding{}
	steps := map[string]string{}
	for _, p := range t.match("migrations/*.sql") {
		name := path.Base(p)
		if !stepName.MatchString(name) {
			all = append(all, Finding{p, 0, "a step is called NNNN_name.tx.up.sql: only that runs in a transaction"})
		} else if other := steps[name[:4]]; other != "" {
			all = append(all, Finding{p, 0, "has the number of " + other})
		} else {
			steps[name[:4]] = name
		}
		text := blank(sqlComment, t.text(p))
		for i, line := range strings.Split(text, "\n") {
			if len(line) > 60_000 {
				all = append(all, Finding{p, i + 1, "the line is too long for the migrator (64 kB)"})
			}
		}
		for _, m := range policy.FindAllStringSubmatch(text, -1) {
			policed[m[1]] = true
		}
		for _, pg := range []bool{true, false} {
			rendered := choose(text, pg)
			all = append(all, checkTables(p, rendered, tables)...)
			all = append(all, checkIndexes(p, rendered)...)
		}
	}
	for name, where := range tables {
		if !policed[name] {
			all = append(all, where.with(`table %s has no policy: add {{.RLS %q}} after it`, name, name))
		}
	}
	return all
}

// blank replaces what fits by spaces, so that positions stay.
func blank(what *regexp.Regexp, text string) string {
	return what.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(" ", len(s)) })
}

// choose keeps what one database is given. Positions stay.
func choose(text string, pg bool) string {
	out := []byte(text)
	for _, at := range either.FindAllStringSubmatchIndex(text, -1) {
		from, to := at[2], at[3]
		if !pg {
			from, to = at[4], at[5]
		}
		for i := at[0]; i < at[1]; i++ {
			if (i < from || i >= to) && out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	return string(out)
}

func checkTables(file, text string, tables map[string]Finding) []Finding {
	var all []Finding
	for _, at := range createTable.FindAllStringSubmatchIndex(text, -1) {
		name := text[at[2]:at[3]]
		if deploymentTables[name] != "" {
			continue
		}
		where := Finding{Path: file, Line: lineAt(text, at[0])}
		tables[name] = where
		for _, wrong := range checkTable(name, clauses(text[at[1]:])) {
			all = append(all, where.with("table %s: %s", name, wrong))
		}
	}
	return all
}

func checkTable(name string, parts []string) []string {
	var wrong []string
	tenant, key := false, false
	for _, part := range parts {
		switch {
		case tenantColumn.MatchString(part):
			tenant = true
			if m := inlineRef.FindStringSubmatch(part); m != nil && m[1] != "tenants" {
				wrong = append(wrong, "tenant_id points at "+m[1])
			}
		case primaryKey.MatchString(part):
			columns := list(primaryKey.FindStringSubmatch(part)[1])
			if key = columns[0] == "tenant_id" && len(columns) > 1; !key {
				wrong = append(wrong, "the primary key begins with tenant_id and has another column")
			}
		case foreignKey.MatchString(part):
			m := foreignKey.FindStringSubmatch(part)
			if m[2] == "tenants" {
				continue
			}
			if list(m[1])[0] != "tenant_id" || list(m[3])[0] != "tenant_id" {
				wrong = append(wrong, fmt.Sprintf("the foreign key to %s must begin with tenant_id on both sides, or it can point into another municipality", m[2]))
			}
		case uniqueKey.MatchString(part):
			if list(uniqueKey.FindStringSubmatch(part)[1])[0] != "tenant_id" {
				wrong = append(wrong, "a unique key must begin with tenant_id")
			} else if numberedTables[name] != "" {
				key = true
			}
		case rowNumber.MatchString(part) && numberedTables[name] != "":
		case inlineRef.MatchString(part):
			wrong = append(wrong, fmt.Sprintf("%q points at a row of any municipality: write foreign key (tenant_id, ...) references ... (tenant_id, id)", part))
		case ownRow.MatchString(part):
			wrong = append(wrong, fmt.Sprintf("%q is unique over all municipalities", part))
		}
	}
	if !tenant {
		wrong = append(wrong, "has no column tenant_id text not null (if it belongs to the deployment, say why in deploymentTables)")
	}
	if !key {
		wrong = append(wrong, "has no primary key (tenant_id, ...)")
	}
	return slices.Compact(wrong)
}

func checkIndexes(file, text string) []Finding {
	var all []Finding
	for _, at := range createIndex.FindAllStringSubmatchIndex(text, -1) {
		index, table, first := text[at[2]:at[3]], text[at[4]:at[5]], strings.ToLower(text[at[8]:at[9]])
		gin := at[6] >= 0 && strings.Contains(strings.ToLower(text[at[6]:at[7]]), "gin") // a text index holds the tenant as a word
		if first != "tenant_id" && !gin && deploymentTables[table] == "" {
			all = append(all, Finding{file, lineAt(text, at[0]), fmt.Sprintf("index %s on %s begins with %s: every index begins with tenant_id", index, table, first)})
		}
	}
	return all
}

// clauses splits the inside of a create table, up to its closing bracket, at the commas of the first level.
func clauses(text string) []string {
	var parts []string
	depth, from := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth == 0:
			return append(parts, strings.Join(strings.Fields(text[from:i]), " "))
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			parts = append(parts, strings.Join(strings.Fields(text[from:i]), " "))
			from = i + 1
		}
	}
	return parts
}

// list splits columns; there is always a first.
func list(columns string) []string {
	parts := strings.Split(columns, ",")
	for i, p := range parts {
		parts[i] = strings.ToLower(strings.Trim(strings.TrimSpace(p), `"`))
	}
	return parts
}
