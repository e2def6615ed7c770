package audit

import (
	"cmp"
	"context"
	"regexp"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/tenant"
)

// names are what things in the record are called.
type names map[subject.Ref]string

// names asks once for all that a page of the record speaks of.
func (m *Module) names(ctx context.Context, tx *tenant.Tx, rows []AuditEntry) (names, error) {
	if m.titles == nil {
		return nil, nil
	}
	met, refs := map[subject.Ref]bool{}, []subject.Ref{}
	add := func(r subject.Ref) {
		if r.ID != "" && !met[r] {
			met[r] = true
			refs = append(refs, r)
		}
	}
	for i := range rows {
		add(rows[i].Ref())
		for _, found := range idents().FindAllString(rows[i].Data, -1) {
			if id.Valid(found) {
				add(subject.Ref{ID: found})
			}
		}
	}
	return m.titles(ctx, tx, refs)
}

// idents finds identifiers among the details of an act.
func idents() *regexp.Regexp {
	return regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
}

// of is what was acted on, by its title, or by its kind where it has none.
func (n names) of(ctx context.Context, e *AuditEntry) string {
	return cmp.Or(n[e.Ref()], kindLabel(ctx, e.SubjectKind))
}

// data are the details of an act with names in place of identifiers.
func (n names) data(e *AuditEntry) string {
	return idents().ReplaceAllStringFunc(e.Data, func(found string) string { return cmp.Or(n[subject.Ref{ID: found}], found) })
}

// kindLabel is the word for a kind of thing; kinds that nobody acts on alone are shown as they are stored.
func kindLabel(ctx context.Context, kind string) string {
	switch kind {
	case "account", "area", "calendar", "case", "case_mail", "clock_policy", "comment", "consultation", "department", "document", "moderation", "municipality",
		"organisation", "position", "proposal", "remark", "report", "role", "rule_set", "sheet", "streets", "text", "topic":
		return i18n.T(ctx, "audit.kind."+kind) //i18n: audit.kind.*
	default:
		return kind
	}
}
