package i18n

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"glas/internal/fault"
)

// Localizer speaks one language in one time zone under one address prefix. It is immutable; make one for each combination
// and keep it.
type Localizer struct {
	cat      *Catalogue
	table    *table
	zone     *time.Location
	prefix   string
	fallback string
}

// Localizer speaks lang (English, else the first language there is, when the catalogue lacks it). A nil zone is UTC. The
// prefix stands before every address made by Href: "" for the tenant's own language, "/en" for others.
func (c *Catalogue) Localizer(lang string, zone *time.Location, prefix string) *Localizer {
	t := c.languages[lang]
	if t == nil {
		t = c.languages["en"]
	}
	if t == nil {
		t = c.languages[c.Languages()[0]]
	}
	if zone == nil {
		zone = time.UTC
	}
	return &Localizer{cat: c, table: t, zone: zone, prefix: strings.TrimSuffix(prefix, "/"), fallback: t.lang}
}

// Fallback gives a copy that takes staff-written content from lang (the tenant's own language) where it is not translated.
func (l *Localizer) Fallback(lang string) *Localizer {
	c := *l
	c.fallback = lang
	return &c
}

// Lang is the language code.
func (l *Localizer) Lang() string { return l.table.lang }

// Prefix is what stands before addresses.
func (l *Localizer) Prefix() string { return l.prefix }

// Zone is the time zone.
func (l *Localizer) Zone() *time.Location { return l.zone }

type contextKey struct{}

// speechless answers when a context carries no localizer: ids in brackets, English dates, UTC.
var speechless = &Localizer{table: &table{lang: "en", format: formats("en")}, zone: time.UTC, fallback: "en"}

// With puts the localizer into the context.
func With(ctx context.Context, l *Localizer) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// From is the localizer of the context, never nil.
func From(ctx context.Context) *Localizer {
	if l, ok := ctx.Value(contextKey{}).(*Localizer); ok && l != nil {
		return l
	}
	return speechless
}

// Speaks reports whether the context has a localizer.
func Speaks(ctx context.Context) bool { return From(ctx) != speechless }

// Lang is the language of the context.
func Lang(ctx context.Context) string { return From(ctx).table.lang }

// Zone is the time zone of the context.
func Zone(ctx context.Context) *time.Location { return From(ctx).zone }

// T is the message in the reader's language. Args alternate names and values: T(ctx, "x.y", "Name", name). Numbers are
// written in the reader's form (pass a year as text), times as long dates, i18n.Text and fault.Message in his language.
// A plural message takes its count from the argument "N". An unknown id comes back as ⟦id⟧.
func T(ctx context.Context, id string, args ...any) string { return From(ctx).T(id, args...) }

// T is the message in the localizer's language; see the function T.
func (l *Localizer) T(id string, args ...any) string {
	if s, ok := l.table.plain[id]; ok {
		return s
	}
	m, ok := l.table.messages[id]
	if !ok {
		return l.unknown(id)
	}
	if !m.plural {
		return l.join(m.single, args)
	}
	return l.join(m.forms[l.table.categoryFor(value(args, "N"))], args)
}

// Known reports whether there is a message with that id in the language of ctx: for words of what comes out of the database.
func Known(ctx context.Context, id string) bool {
	t := From(ctx).table
	_, plain := t.plain[id]
	_, other := t.messages[id]
	return plain || other
}

// Integer is any whole number; counts come as int from slices and int64 from the database.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// N is the plural message for n; {{.N}} is the written count.
func N[I Integer](ctx context.Context, id string, n I, args ...any) string {
	return From(ctx).N(id, int64(n), args...)
}

// N is the plural message for n; see the function N.
func (l *Localizer) N(id string, n int64, args ...any) string {
	if s, ok := l.table.plain[id]; ok {
		return s
	}
	m, ok := l.table.messages[id]
	if !ok {
		return l.unknown(id)
	}
	segments := m.single
	if m.plural {
		segments = m.forms[l.table.categoryOf(n)]
	}
	if len(args) == 0 && len(segments) == 2 && segments[0].name == "N" {
		return l.table.format.integer(n) + segments[1].text
	}
	all := make([]any, 0, len(args)+2)
	return l.join(segments, append(append(all, args...), "N", n))
}

// Message is T for a message that a rule returned; a zero message is "".
func Message(ctx context.Context, m fault.Message) string {
	if m.IsZero() {
		return ""
	}
	return T(ctx, m.ID, m.Args...)
}

// Href puts the language prefix before a local path. Addresses of other sites, fragments and relative ones stay as they are.
func Href(ctx context.Context, path string) string {
	prefix := From(ctx).prefix
	if prefix == "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return path
	}
	if path == "/" {
		return prefix
	}
	return prefix + path
}

func (l *Localizer) unknown(id string) string {
	if l.cat != nil {
		l.cat.miss(id)
	}
	return "⟦" + id + "⟧"
}

// value is the argument after name, nil without one.
func value(args []any, name string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1]
		}
	}
	return nil
}

func (l *Localizer) join(segments []segment, args []any) string {
	if len(segments) == 1 && segments[0].name == "" {
		return segments[0].text
	}
	var b strings.Builder
	for _, s := range segments {
		if s.name == "" {
			b.WriteString(s.text)
			continue
		}
		v := value(args, s.name)
		if v == nil {
			b.WriteString("⟦" + s.name + "⟧") // a forgotten argument must be seen, not swallowed
			continue
		}
		b.WriteString(l.write(v))
	}
	return b.String()
}

// write gives the form of a value inside a sentence.
func (l *Localizer) write(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case fault.Message:
		return l.T(v.ID, v.Args...)
	case Text:
		text, _ := v.Pick(l.table.lang, l.fallback)
		return text
	case time.Time:
		return l.date(v)
	case float64:
		return l.table.format.decimal(v)
	case float32:
		return l.table.format.decimal(float64(v))
	case fmt.Stringer:
		return v.String()
	}
	if n, ok := whole(v); ok {
		return l.table.format.integer(n)
	}
	return fmt.Sprint(v)
}

// categoryFor takes a count as it stands in an argument: a whole number, a decimal, or either written as text.
func (t *table) categoryFor(v any) uint8 {
	if n, ok := whole(v); ok {
		return t.categoryOf(n)
	}
	switch v := v.(type) {
	case string:
		return t.ask(v)
	case float64:
		return t.ask(strconv.FormatFloat(v, 'f', -1, 64))
	}
	return other
}

func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	case int16:
		return int64(n), true
	case int8:
		return int64(n), true
	case uint:
		return int64(n), true
	case uint64:
		return int64(n), true
	case uint32:
		return int64(n), true
	case uint16:
		return int64(n), true
	case uint8:
		return int64(n), true
	}
	return 0, false
}
