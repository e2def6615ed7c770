package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

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

// doing is an act in words: a noun, because what was done on is named beside it. Acts without a word keep their code.
func doing(ctx context.Context, action string) string {
	_, verb, _ := strings.Cut(action, ".")
	if known := "audit.act." + verb; i18n.Known(ctx, known) {
		return i18n.T(ctx, known) //i18n: audit.act.*
	}
	return i18n.T(ctx, "audit.act.other") + " (" + action + ")"
}

// detail is one line about an act.
type detail struct{ label, value string }

// details are what is recorded about an act, with names in place of identifiers, sorted by their labels. What nobody named is shown
// under the name that it is stored with.
func (n names) details(ctx context.Context, e *AuditEntry) []detail {
	var data map[string]any
	if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
		return []detail{{"", e.Data}}
	}
	out := make([]detail, 0, len(data))
	for key, v := range data {
		value := n.value(ctx, e.SubjectKind, key, v)
		if value == "" {
			continue
		}
		label := key
		if known := "audit.detail." + key; i18n.Known(ctx, known) {
			label = i18n.T(ctx, known) //i18n: audit.detail.*
		}
		out = append(out, detail{label, value})
	}
	slices.SortFunc(out, func(a, b detail) int { return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.value, b.value)) })
	return out
}

// value is one recorded value in words.
func (n names) value(ctx context.Context, kind, key string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return i18n.T(ctx, "audit.value.yes")
		}
		return i18n.T(ctx, "audit.value.no")
	case float64:
		return i18n.Number(ctx, v)
	case string:
		return n.text(ctx, kind, key, v)
	case []any:
		var parts []string
		for _, one := range v {
			parts = append(parts, n.value(ctx, kind, key, one))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		if rule, ok := v["rule"].(string); ok && i18n.Known(ctx, rule) {
			return ruleWords(ctx, rule, v)
		}
		return n.fields(ctx, kind, v)
	}
	return fmt.Sprint(v)
}

// ruleWords is a rule that is another now: whose it is, what it is called, and what it was and is, each by its message.
func ruleWords(ctx context.Context, rule string, v map[string]any) string {
	words, _ := v["words"].(string)
	say := func(value any) string {
		switch value := value.(type) {
		case bool:
			if value {
				return i18n.T(ctx, "audit.value.yes")
			}
			return i18n.T(ctx, "audit.value.no")
		case float64:
			if value != 0 {
				return i18n.Number(ctx, value)
			}
		case string:
			if known := words + cmp.Or(value, "default"); words != "" && i18n.Known(ctx, known) {
				return i18n.T(ctx, known)
			}
			if value != "" {
				return value
			}
		}
		return "–"
	}
	out := i18n.T(ctx, rule) + ": " + say(v["from"]) + " → " + say(v["to"])
	if of, ok := v["of"].(string); ok && i18n.Known(ctx, of) {
		out = i18n.T(ctx, of) + ", " + out
	}
	return out
}

// fields are values within a value; of a text in several languages the one of the reader.
func (n names) fields(ctx context.Context, kind string, v map[string]any) string {
	texts := i18n.Text{}
	for lang, t := range v {
		if s, ok := t.(string); ok && len(lang) == 2 {
			texts[lang] = s
		}
	}
	if len(v) > 0 && len(texts) == len(v) {
		return texts.In(ctx)
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(v)) {
		label := key
		if known := "audit.detail." + key; i18n.Known(ctx, known) {
			label = i18n.T(ctx, known)
		}
		parts = append(parts, label+": "+n.value(ctx, kind, key, v[key]))
	}
	return strings.Join(parts, "; ")
}

// text is a recorded text: a moment as a date, a state, role or channel by its word, an identifier by its name.
func (n names) text(ctx context.Context, kind, key, v string) string {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return i18n.DateTime(ctx, t)
	}
	for _, prefix := range wordLists(kind, key) {
		if i18n.Known(ctx, prefix+v) {
			return i18n.T(ctx, prefix+v)
		}
	}
	return idents().ReplaceAllStringFunc(v, func(found string) string { return cmp.Or(n[subject.Ref{ID: found}], found) })
}

// wordLists are where the words for the values of a detail stand.
func wordLists(kind, key string) []string {
	switch key {
	case "from", "to", "state":
		return []string{kind + "s.state.", kind + "desk.state.", "answers.state.", "portal.operator.states."}
	case "kind":
		return []string{kind + "s.kind."}
	case "visibility":
		return []string{kind + "desk.visibility."}
	case "role":
		return []string{"accounts.role."}
	case "disposition":
		return []string{"remarks.disposition."}
	case "channel":
		return []string{"remarks.channel."}
	}
	return nil
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
