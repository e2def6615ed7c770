// Package i18n speaks to people in their language: messages, plurals, dates, numbers and lists for English, Slovenian,
// Bulgarian, Greek and Turkish.
//
// The message files are checked and compiled once at start: a message without placeholders is then one map lookup and no
// allocation. Plural rules are those of go-i18n (CLDR); forms of dates and numbers follow CLDR 48 with the corrections that
// municipal sites of the four countries use (24-hour clock, genitive months).
package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// The CLDR plural categories, in the order of message.forms.
const (
	zero = iota
	one
	two
	few
	many
	other
	categories
)

var categoryNames = [categories]string{"zero", "one", "two", "few", "many", "other"}

// precomputed is how many counts have their plural category in a table; larger counts ask go-i18n.
const precomputed = 200

// maxMissing bounds the memory that unknown ids can take.
const maxMissing = 1000

// Catalogue holds the compiled messages of all languages. It never changes after Load, so every goroutine may read it.
type Catalogue struct {
	languages map[string]*table

	mu      sync.Mutex
	missing map[string]int
}

// table is one language.
type table struct {
	lang     string
	plain    map[string]string   // messages without placeholders
	messages map[string]*message // all others
	category [precomputed]uint8
	probe    *goi18n.Localizer
	format   *format
}

// message is a sentence split at its placeholders; plural messages have one sentence for each form.
type message struct {
	plural bool
	single []segment
	forms  [categories][]segment
}

// segment is literal text or, when name is set, a placeholder.
type segment struct {
	text string
	name string
}

// raw is a message as written in a file.
type raw struct {
	text  string
	forms map[string]string
}

// Load reads the files named <module>.<lang>.toml at the top of fsys. Nested tables are joined by dots; a table holding only
// plural categories is one plural message; {{.Name}} is a placeholder.
//
// Every id must exist in every language that any file speaks, with the same placeholders, and with exactly the plural forms
// of its language. All violations are reported in one error.
func Load(fsys fs.FS) (*Catalogue, error) {
	source, err := readAll(fsys)
	if err != nil {
		return nil, err
	}
	if len(source) == 0 {
		return nil, errors.New("message files: none found")
	}
	cat := &Catalogue{languages: map[string]*table{}, missing: map[string]int{}}
	var problems []error
	for _, lang := range slices.Sorted(maps.Keys(source)) {
		t, faults := compile(lang, source[lang])
		problems = append(problems, faults...)
		cat.languages[lang] = t
	}
	problems = append(problems, compare(source)...)
	if len(problems) > 0 {
		return nil, fmt.Errorf("message files: %w", errors.Join(problems...))
	}
	return cat, nil
}

// readAll gives the raw messages by language and id. Texts are copied out of the files, which would stay in memory whole otherwise, and an
// id is kept once for all languages.
func readAll(fsys fs.FS) (map[string]map[string]raw, error) {
	names, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return nil, fmt.Errorf("message files: %w", err)
	}
	var problems []error
	source, ids := map[string]map[string]raw{}, map[string]string{}
	for _, name := range names {
		parts := strings.Split(strings.TrimSuffix(path.Base(name), ".toml"), ".")
		if len(parts) != 2 {
			problems = append(problems, fmt.Errorf("%s: the name must be <module>.<lang>.toml", name))
			continue
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("message files: %w", err)
		}
		tree := map[string]any{}
		if err := toml.Unmarshal(data, &tree); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
			continue
		}
		lang := parts[1]
		if source[lang] == nil {
			source[lang] = map[string]raw{}
		}
		problems = append(problems, flatten(name, "", tree, source[lang], ids)...)
	}
	return source, errors.Join(problems...)
}

// flatten puts the messages of a table into out, refusing an id that stands there already. ids are those that are kept.
func flatten(file, prefix string, tree map[string]any, out map[string]raw, ids map[string]string) []error {
	var problems []error
	put := func(id string, m raw) {
		if _, taken := out[id]; taken {
			problems = append(problems, fmt.Errorf("%s: %q is written twice", file, id))
		}
		if ids[id] == "" {
			ids[id] = strings.Clone(id)
		}
		out[ids[id]] = m
	}
	for _, key := range slices.Sorted(maps.Keys(tree)) {
		id := prefix + key
		switch v := tree[key].(type) {
		case string:
			put(id, raw{text: strings.Clone(v)})
		case map[string]any:
			if forms, ok := pluralForms(v); ok {
				put(id, raw{forms: forms})
				continue
			}
			problems = append(problems, flatten(file, id+".", v, out, ids)...)
		default:
			problems = append(problems, fmt.Errorf("%s: %q is not text", file, id))
		}
	}
	return problems
}

// pluralForms reports whether a table holds nothing but plural categories.
func pluralForms(tree map[string]any) (map[string]string, bool) {
	if len(tree) == 0 {
		return nil, false
	}
	forms := map[string]string{}
	for key, v := range tree {
		text, ok := v.(string)
		if !ok || !slices.Contains(categoryNames[:], key) {
			return nil, false
		}
		forms[strings.Clone(key)] = strings.Clone(text)
	}
	return forms, true
}

// requiredForms are the plural categories whole numbers (and, in Slovenian, decimals) take.
func requiredForms(lang string) []string {
	if lang == "sl" {
		return []string{"few", "one", "other", "two"}
	}
	return []string{"one", "other"}
}

func compile(lang string, source map[string]raw) (*table, []error) {
	var problems []error
	tag, err := language.Parse(lang)
	if err != nil {
		return nil, []error{fmt.Errorf("%q is not a language: %w", lang, err)}
	}
	f := formats(lang)
	if f == nil {
		return nil, []error{fmt.Errorf("language %q has no forms of dates and numbers", lang)}
	}
	t := &table{lang: lang, plain: map[string]string{}, messages: map[string]*message{}, format: f}
	for _, id := range slices.Sorted(maps.Keys(source)) {
		m, err := compileMessage(lang, source[id])
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %q: %w", lang, id, err))
			continue
		}
		if !m.plural && len(m.single) == 1 && m.single[0].name == "" {
			t.plain[id] = m.single[0].text
			continue
		}
		t.messages[id] = m
	}
	if err := t.probePlurals(tag); err != nil {
		problems = append(problems, err)
	}
	return t, problems
}

func compileMessage(lang string, r raw) (*message, error) {
	if r.forms == nil {
		single, err := split(r.text)
		return &message{single: single}, err
	}
	want, got := requiredForms(lang), slices.Sorted(maps.Keys(r.forms))
	if !slices.Equal(want, got) {
		return nil, fmt.Errorf("plural forms are %v, need %v", got, want)
	}
	m := &message{plural: true}
	for i, name := range categoryNames {
		text, ok := r.forms[name]
		if !ok {
			text = r.forms["other"]
		}
		segments, err := split(text)
		if err != nil {
			return nil, err
		}
		m.forms[i] = segments
	}
	return m, nil
}

// split cuts a sentence at its placeholders. An empty sentence is an error: nobody means to say nothing.
func split(text string) ([]segment, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the text is empty")
	}
	var out []segment
	for text != "" {
		before, rest, found := strings.Cut(text, "{{")
		if before != "" {
			out = append(out, segment{text: before})
		}
		if !found {
			break
		}
		inner, after, closed := strings.Cut(rest, "}}")
		name := strings.TrimSpace(inner)
		if !closed || !strings.HasPrefix(name, ".") || !isName(name[1:]) {
			return nil, fmt.Errorf("%q is not a placeholder; write {{.Name}}", "{{"+inner)
		}
		out = append(out, segment{name: name[1:]})
		text = after
	}
	return out, nil
}

func isName(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// probePlurals asks go-i18n for the category of every small count, by a message whose forms are the categories' names.
func (t *table) probePlurals(tag language.Tag) error {
	bundle := goi18n.NewBundle(tag)
	probe := &goi18n.Message{ID: "probe", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}
	if err := bundle.AddMessages(tag, probe); err != nil {
		return fmt.Errorf("plural rules of %s: %w", t.lang, err)
	}
	t.probe = goi18n.NewLocalizer(bundle, t.lang)
	for n := range precomputed {
		t.category[n] = t.ask(n)
	}
	return nil
}

// ask is the plural category by go-i18n's rules; count is an int64 or a decimal written as text ("1.5").
func (t *table) ask(count any) uint8 {
	name, err := t.probe.Localize(&goi18n.LocalizeConfig{MessageID: "probe", PluralCount: count})
	if err != nil {
		return other
	}
	return uint8(max(slices.Index(categoryNames[:], name), zero))
}

func (t *table) categoryOf(n int64) uint8 {
	if n < 0 {
		n = -n
	}
	if n >= 0 && n < precomputed {
		return t.category[n]
	}
	return t.ask(n)
}

// compare finds ids that a language lacks and placeholders that differ between languages.
func compare(source map[string]map[string]raw) []error {
	var problems []error
	languages := slices.Sorted(maps.Keys(source))
	ids := map[string]bool{}
	for _, messages := range source {
		for id := range messages {
			ids[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		var first, want string
		for _, lang := range languages {
			m, ok := source[lang][id]
			if !ok {
				problems = append(problems, fmt.Errorf("%s: %q is missing", lang, id))
				continue
			}
			got := signature(m)
			if first == "" {
				first, want = lang, got
			} else if got != want {
				problems = append(problems, fmt.Errorf("%q: %s has %s, %s has %s", id, first, want, lang, got))
			}
		}
	}
	return problems
}

// signature is what must agree between languages: whether the message is plural, and the names of its placeholders.
// The count itself may be left out of a form ("one day left").
func signature(m raw) string {
	names := map[string]bool{}
	kind, texts := "text", []string{m.text}
	if m.forms != nil {
		kind, texts = "plural", slices.Collect(maps.Values(m.forms))
	}
	for _, text := range texts {
		segments, err := split(text)
		if err != nil {
			continue // reported by compile
		}
		for _, s := range segments {
			if s.name != "" && (m.forms == nil || s.name != "N") {
				names[s.name] = true
			}
		}
	}
	return fmt.Sprintf("%s %v", kind, slices.Sorted(maps.Keys(names)))
}

// Languages are the languages of the catalogue, sorted.
func (c *Catalogue) Languages() []string { return slices.Sorted(maps.Keys(c.languages)) }

// Has reports whether the catalogue knows the message.
func (c *Catalogue) Has(id string) bool {
	for _, t := range c.languages {
		_, plain := t.plain[id]
		_, other := t.messages[id]
		return plain || other
	}
	return false
}

// IDs are all message ids, sorted.
func (c *Catalogue) IDs() []string {
	for _, t := range c.languages {
		return slices.Sorted(func(yield func(string) bool) {
			for id := range t.plain {
				if !yield(id) {
					return
				}
			}
			for id := range t.messages {
				if !yield(id) {
					return
				}
			}
		})
	}
	return nil
}

// Missing are the ids that were asked for and do not exist, sorted. Tests demand that there are none.
func (c *Catalogue) Missing() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.missing))
}

func (c *Catalogue) miss(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.missing[id]; known || len(c.missing) < maxMissing {
		c.missing[id]++
	}
}
