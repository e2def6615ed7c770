package ui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"glas/internal/fault"
	"glas/internal/i18n"
)

// Bind fills name-dependent parts of a field (value and error) from a posted form; a nil form leaves the field as it is.
func Bind(f Values, d FieldData) FieldData {
	if f == nil {
		return d
	}
	d.Value, d.Error = f.Value(d.Name), f.Error(d.Name)
	return d
}

// BindChoice does the same for a select or radios.
func BindChoice(f Values, d ChoiceData) ChoiceData {
	if f == nil {
		return d
	}
	d.Value, d.Error = f.Value(d.Name), f.Error(d.Name)
	return d
}

// BindCheck does the same for a checkbox: it is checked when the form holds any value for it.
func BindCheck(f Values, d CheckData) CheckData {
	if f == nil {
		return d
	}
	d.Checked, d.Error = f.Value(d.Name) != "", f.Error(d.Name)
	return d
}

// BindTexts does the same for a text in several languages, whose codes are given with the tenant's own first.
func BindTexts(f Values, languages []string, d LangTabsData) LangTabsData {
	d.Langs, d.Values, d.Errors = make([]LangName, len(languages)), make(map[string]string, len(languages)), fault.Fields{}
	for i, code := range languages {
		d.Langs[i] = LangName{Code: code, Name: i18n.LangName(code)}
		if f != nil {
			name := d.Name + "." + code
			d.Values[code], d.Errors[name] = f.Value(name), f.Error(name)
		}
	}
	return d
}

// Bytes is the size of a file in words that people know, never 0.
func Bytes(ctx context.Context, n int64) string {
	const kilo, mega = 1 << 10, 1 << 20
	if n < mega {
		return i18n.T(ctx, "ui.kilobytes", "N", max(1, (n+kilo/2)/kilo))
	}
	return i18n.T(ctx, "ui.megabytes", "N", float64((n*10+mega/2)/mega)/10)
}

type namedError struct{ Name, Text string }

// errorList is field errors by name; ArrangeErrors puts them into the order of the page.
func errorList(ctx context.Context, fields fault.Fields) []namedError {
	var list []namedError
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if m := fields[name]; !m.IsZero() {
			list = append(list, namedError{name, i18n.Message(ctx, m)})
		}
	}
	return list
}

// fieldID is the id of the input with this name, the same in summary and field.
func fieldID(id, name string) string {
	if id != "" {
		return id
	}
	return "f-" + strings.Map(func(r rune) rune {
		if r == '.' || r == '[' || r == ']' || r == ' ' {
			return '-'
		}
		return r
	}, name)
}

// describedBy lists the ids of the texts that explain a field.
func describedBy(id string, help, counter, failed bool) string {
	var ids []string
	if help {
		ids = append(ids, id+"-help")
	}
	if failed {
		ids = append(ids, id+"-error")
	}
	if counter {
		ids = append(ids, id+"-count")
	}
	return strings.Join(ids, " ")
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func level(n, fallback int) int {
	if n < 1 || n > 6 {
		return fallback
	}
	return n
}

func pick(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func truth(on bool) string { return strconv.FormatBool(on) }

func itoa(n int) string { return strconv.Itoa(n) }

// attrs joins several sets of attributes; later ones win.
func attrs(sets ...templ.Attributes) templ.Attributes {
	out := templ.Attributes{}
	for _, set := range sets {
		for k, v := range set {
			out[k] = v
		}
	}
	return out
}

// filled drops attributes whose text is empty.
func filled(pairs ...string) templ.Attributes {
	out := templ.Attributes{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}

func float(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// share is how much of max a value is, in tenths of a percent of the width of a chart.
func share(value, max float64) float64 {
	if max <= 0 || value <= 0 {
		return 0
	}
	if value >= max {
		return 100
	}
	return float64(int(value/max*1000+0.5)) / 10
}

func percent(value, max float64) string { return fmt.Sprintf("%g%%", share(value, max)) }

func chartMax(d ChartData) float64 {
	if d.Max > 0 {
		return d.Max
	}
	var max float64
	for _, b := range d.Bars {
		if b.Value > max {
			max = b.Value
		}
	}
	return max
}
