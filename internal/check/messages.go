package check

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/BurntSushi/toml"
)

// Languages are the five that everything is said in; the first is what the others are compared with.
var Languages = []string{"en", "sl", "bg", "el", "tr"}

// pluralForms are the forms that a count needs, by language (CLDR).
var pluralForms = map[string][]string{
	"en": {"one", "other"}, "bg": {"one", "other"}, "el": {"one", "other"}, "tr": {"one", "other"},
	"sl": {"one", "two", "few", "other"},
}

// anyForm are the keys that make a table a plural message and not a group of messages.
var anyForm = []string{"zero", "one", "two", "few", "many", "other"}

// sameInEveryLanguage are ids of messages of more than three words that read the same in English and in another language,
// with the reason.
var sameInEveryLanguage = map[string]string{}

// message is one message in one language.
type message struct {
	plural bool
	forms  map[string]string // by plural form; a plain message is under "other"
}

// catalogue is what the files under locales say: by part ("comments"), language and id.
type catalogue struct {
	parts map[string]map[string]map[string]message
	wrong []Finding
}

// readCatalogue reads locales/<part>.<language>.toml.
func readCatalogue(t *Tree) *catalogue {
	c := &catalogue{parts: map[string]map[string]map[string]message{}}
	for _, p := range t.match("locales/*.toml") {
		part, lang, ok := strings.Cut(strings.TrimSuffix(path.Base(p), ".toml"), ".")
		if !ok || pluralForms[lang] == nil {
			c.wrong = append(c.wrong, Finding{p, 0, "a message file is called <module>.<language>.toml, in one of " + strings.Join(Languages, ", ")})
			continue
		}
		var tree map[string]any
		if err := toml.Unmarshal([]byte(t.text(p)), &tree); err != nil {
			c.wrong = append(c.wrong, Finding{p, 0, "cannot be read: " + err.Error()})
			continue
		}
		if c.parts[part] == nil {
			c.parts[part] = map[string]map[string]message{}
		}
		all := map[string]message{}
		c.flatten(p, "", tree, all)
		c.parts[part][lang] = all
	}
	return c
}

func (c *catalogue) flatten(file, prefix string, tree map[string]any, out map[string]message) {
	for key, value := range tree {
		id := strings.TrimPrefix(prefix+"."+key, ".")
		switch v := value.(type) {
		case string:
			out[id] = message{forms: map[string]string{"other": v}}
		case map[string]any:
			if forms, ok := plural(v); ok {
				out[id] = message{plural: true, forms: forms}
			} else {
				c.flatten(file, id, v, out)
			}
		default:
			c.wrong = append(c.wrong, Finding{file, 0, fmt.Sprintf("%s is neither a text nor a table of plural forms", id)})
		}
	}
}

func plural(table map[string]any) (map[string]string, bool) {
	forms := map[string]string{}
	for key, value := range table {
		text, ok := value.(string)
		if !ok || !slices.Contains(append(anyForm, "description", "hash"), key) {
			return nil, false
		}
		if slices.Contains(anyForm, key) {
			forms[key] = text
		}
	}
	return forms, forms["other"] != "" || len(forms) > 1
}

// ids gives every id of the first language, and of the others where it is missing there.
func (c *catalogue) ids() map[string]message {
	all := map[string]message{}
	for _, langs := range c.parts {
		for _, lang := range slices.Backward(Languages) {
			maps.Copy(all, langs[lang])
		}
	}
	return all
}

// Messages checks the message files against each other: five languages, the same ids, all plural forms, the same placeholders,
// nothing left in English.
func Messages(t *Tree) []Finding {
	c := readCatalogue(t)
	all := c.wrong
	if len(c.parts) == 0 {
		return append(all, Finding{"locales", 0, "there are no messages"})
	}
	for part, langs := range c.parts {
		all = append(all, checkPart(part, langs)...)
	}
	return all
}

func checkPart(part string, langs map[string]map[string]message) []Finding {
	var all []Finding
	every := map[string]bool{}
	for _, ids := range langs {
		for id := range ids {
			every[id] = true
		}
	}
	for _, lang := range Languages {
		file := "locales/" + part + "." + lang + ".toml"
		if langs[lang] == nil {
			all = append(all, Finding{file, 0, "is missing: everything is said in five languages"})
			continue
		}
		for id := range every {
			m, there := langs[lang][id]
			if !there {
				all = append(all, Finding{file, 0, id + " is missing, other languages have it"})
				continue
			}
			for _, text := range checkMessage(lang, id, m, langs[Languages[0]][id]) {
				all = append(all, Finding{file, 0, id + " " + text})
			}
		}
	}
	return all
}

func checkMessage(lang, id string, m, english message) []string {
	var wrong []string
	if m.plural {
		if got := slices.Sorted(maps.Keys(m.forms)); !slices.Equal(got, slices.Sorted(slices.Values(pluralForms[lang]))) {
			wrong = append(wrong, fmt.Sprintf("has the plural forms %s, %s needs %s", strings.Join(got, " "), lang, strings.Join(pluralForms[lang], " ")))
		}
	}
	for form, text := range m.forms {
		if strings.TrimSpace(text) == "" {
			wrong = append(wrong, "is empty in the form "+form)
		}
	}
	if english.forms == nil || lang == Languages[0] {
		return wrong
	}
	if m.plural != english.plural {
		return append(wrong, "counts in one language but not in English")
	}
	want := placeholders(english.forms["other"])
	if got := placeholders(m.forms["other"]); !slices.Equal(got, want) {
		wrong = append(wrong, fmt.Sprintf("has the placeholders %v, English has %v", got, want))
	}
	for form, text := range m.forms {
		for _, name := range placeholders(text) {
			if !slices.Contains(want, name) {
				wrong = append(wrong, fmt.Sprintf("has the placeholder %s in the form %s, which English has not", name, form))
			}
		}
	}
	if m.forms["other"] == english.forms["other"] && words(m.forms["other"]) > 3 && sameInEveryLanguage[id] == "" {
		wrong = append(wrong, fmt.Sprintf("is still in English: %q", m.forms["other"]))
	}
	return wrong
}

var placeholder = regexp.MustCompile(`\{\{\s*\.?(\w+)[^}]*\}\}`)

// placeholders gives the names in a message, sorted, each once.
func placeholders(text string) []string {
	names := []string{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// words counts the words of a message that are said, not filled in.
func words(text string) int {
	return len(strings.FieldsFunc(placeholder.ReplaceAllString(text, " "), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' }))
}
