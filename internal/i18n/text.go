package i18n

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Text is content written by staff in several languages, by language code. It is stored as a JSON object.
type Text map[string]string

// In is the content in the reader's language, else in the tenant's, else in any language it was written in.
func (t Text) In(ctx context.Context) string {
	l := From(ctx)
	text, _ := t.Pick(l.table.lang, l.fallback)
	return text
}

// Pick is the content in lang, else in fallback, else in the first language (by code) that has any; and which language it
// is, so that a page can mark it. Both are "" when nothing is written.
func (t Text) Pick(lang, fallback string) (text, in string) {
	for _, code := range []string{lang, fallback} {
		if s := strings.TrimSpace(t[code]); s != "" {
			return t[code], code
		}
	}
	for _, code := range slices.Sorted(maps.Keys(t)) {
		if strings.TrimSpace(t[code]) != "" {
			return t[code], code
		}
	}
	return "", ""
}

// Other is the language of what In gives when it is not the reader's, so that a page can mark it; else "".
func (t Text) Other(ctx context.Context) string {
	l := From(ctx)
	_, in := t.Pick(l.table.lang, l.fallback)
	return Other(ctx, in)
}

// Other is a language when it is not the reader's; else "".
func Other(ctx context.Context, lang string) string {
	if lang == Lang(ctx) {
		return ""
	}
	return lang
}

// Empty reports whether nothing is written in any language.
func (t Text) Empty() bool {
	_, in := t.Pick("", "")
	return in == ""
}

// LangName is the language's name in itself; an unknown code is its own name.
func LangName(code string) string {
	switch code {
	case "sl":
		return "Slovenščina"
	case "bg":
		return "Български"
	case "el":
		return "Ελληνικά"
	case "tr":
		return "Türkçe"
	case "en":
		return "English"
	}
	return code
}
