// Package form reads what a person sent: every value is cleaned and checked, every complaint is kept beside its field, and
// what was typed stays available for showing the form again.
//
// The reading methods give the value in any case (cleaned, possibly zero) and remember what is wrong with it; Err tells at the
// end whether anything was. Lengths are counted in letters. Nothing a sender can do makes a method panic.
package form

import (
	"io"
	"maps"
	"math"
	"mime"
	"net/mail"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/text"
)

// Bounds on what one form may carry, whatever its fields allow.
const (
	maxValue  = 1 << 20 // bytes of one value that are read; the rest is refused
	maxValues = 1000    // values under one name
)

// File is an uploaded file.
type File struct {
	Name        string // as sent, without folders
	ContentType string // as the browser claims; whoever stores the file looks inside
	Size        int64  // bytes
	Open        func() (io.ReadCloser, error)
}

// Limit bounds a text in letters. Min above 0 makes it required; Max 0 means no limit but that of the whole form.
type Limit struct{ Min, Max int }

// Form is one submission. It is not safe for use by several goroutines.
type Form struct {
	values   url.Values
	files    map[string][]File
	problems fault.Fields
}

// New reads a submission; both arguments may be nil. The form keeps its own copy of the values.
func New(values url.Values, files map[string][]File) *Form {
	f := &Form{values: make(url.Values, len(values)), files: files}
	for name, list := range values {
		f.values[name] = slices.Clone(list[:min(len(list), maxValues)])
	}
	return f
}

// Value is the first value as typed, made valid UTF-8 and free of control characters: for showing the form again.
func (f *Form) Value(name string) string {
	if list := f.values[name]; len(list) > 0 {
		return text.Clean(bounded(list[0]))
	}
	return ""
}

// Carried is what a form of ours carries from one step to the next in a hidden field, as it was sent and of any length: not for showing.
func (f *Form) Carried(name string) string {
	if list := f.values[name]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// Values are all values of the name, as Value gives them, without empty ones.
func (f *Form) Values(name string) []string {
	var out []string
	for _, v := range f.values[name] {
		if s := text.Clean(bounded(v)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// bounded cuts what no field may be, at a letter's beginning.
func bounded(s string) string {
	if len(s) <= maxValue {
		return s
	}
	s = s[:maxValue]
	for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s[:len(s)-1]
}

// Has reports whether the field was sent at all, be it empty.
func (f *Form) Has(name string) bool { return len(f.values[name]) > 0 }

// Set replaces the values of a field, for prefilling a form.
func (f *Form) Set(name string, values ...string) { f.values[name] = values }

// Encode gives everything that was typed in URL form, so that it can be kept and shown again. Files and fields whose names
// begin with "_" (tokens of the form itself) and passwords are left out.
func (f *Form) Encode() string {
	kept := url.Values{}
	for name := range f.values {
		if strings.HasPrefix(name, "_") || strings.Contains(name, "password") || !utf8.ValidString(name) {
			continue
		}
		kept[name] = f.Values(name)
	}
	return kept.Encode()
}

// Fail records a complaint; the first one about a field counts.
func (f *Form) Fail(name, id string, args ...any) {
	if f.problems == nil {
		f.problems = fault.Fields{}
	}
	if f.Error(name).IsZero() {
		f.problems[name] = fault.Msg(id, args...)
	}
}

// Check records a complaint unless ok, and gives ok back.
func (f *Form) Check(name string, ok bool, id string, args ...any) bool {
	if !ok {
		f.Fail(name, id, args...)
	}
	return ok
}

// Take records what a rule found wrong and reports whether err was such a finding; other errors are the caller's.
func (f *Form) Take(err error) bool {
	e, ok := fault.As(err)
	if !ok || e.Kind != fault.KindInvalid {
		return false
	}
	for name, m := range e.Fields {
		f.Fail(name, m.ID, m.Args...)
	}
	return true
}

// Error is the complaint about a field, zero when there is none.
func (f *Form) Error(name string) fault.Message { return f.problems[name] }

// Valid reports whether nothing is wrong so far.
func (f *Form) Valid() bool { return len(f.problems) == 0 }

// Err is nil, or fault.Invalid with every complaint.
func (f *Form) Err() error {
	if len(f.problems) == 0 {
		return nil
	}
	return fault.Invalid(f.Complaints())
}

// Complaints are all complaints by field; a nil form has none.
func (f *Form) Complaints() fault.Fields {
	fields := fault.Fields{}
	if f == nil {
		return fields
	}
	maps.Copy(fields, f.problems)
	return fields
}

// Moment is a time that the page itself put into the form, in seconds of Unix; zero when it does not say.
func (f *Form) Moment(name string) time.Time {
	n, err := strconv.ParseInt(f.Value(name), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// Text is a cleaned text within the limit. Line breaks stay; use Line for a single line.
func (f *Form) Text(name string, limit Limit) string {
	return f.limited(name, f.Value(name), limit)
}

// Line is a text on a single line.
func (f *Form) Line(name string, limit Limit) string {
	return f.limited(name, text.CleanLine(f.Value(name)), limit)
}

func (f *Form) limited(name, s string, limit Limit) string {
	letters := text.Letters(s)
	switch {
	case s == "" && limit.Min > 0:
		f.Fail(name, "val.required")
	case s == "":
	case letters < limit.Min:
		f.Fail(name, "val.min_chars", "N", limit.Min)
	case limit.Max > 0 && letters > limit.Max:
		f.Fail(name, "val.max_chars", "N", limit.Max)
	case len(f.values.Get(name)) > maxValue:
		f.Fail(name, "val.too_long")
	}
	return s
}

// Texts reads one field for each language ("title.sl", "title.en"). The first language of langs is the tenant's own: it alone
// is required when the limit says so. Languages left empty are not in the result.
func (f *Form) Texts(name string, langs []string, limit Limit) i18n.Text {
	out := i18n.Text{}
	for i, lang := range langs {
		own := limit
		if i > 0 && f.Value(name+"."+lang) == "" {
			own.Min = 0
		}
		if s := f.Text(name+"."+lang, own); s != "" {
			out[lang] = s
		}
	}
	return out
}

// Email is an optional e-mail address with its domain in lower case; Required asks for it. Only plain addresses pass: no
// display names, no quoting, a domain with a dot.
func (f *Form) Email(name string) string {
	const longest = 254 // RFC 5321
	s := f.Value(name)
	if s == "" {
		return ""
	}
	a, err := mail.ParseAddress(s)
	local, domain, _ := strings.Cut(s, "@")
	ok := err == nil && a.Name == "" && a.Address == s && len(s) <= longest && local != "" && len(local) <= 64 &&
		strings.Contains(strings.Trim(domain, "."), ".") && !strings.ContainsAny(s, " \"<>(),;:\\[]") && !strings.Contains(domain, "..")
	if !f.Check(name, ok, "val.email") {
		return s
	}
	return local + "@" + strings.ToLower(domain)
}

// Required complains when the field is empty, and gives the value.
func (f *Form) Required(name string) string {
	s := f.Value(name)
	f.Check(name, s != "", "val.required")
	return s
}

// Lines are the lines of a field that are not empty, each cleaned.
func (f *Form) Lines(name string) []string {
	var out []string
	for line := range strings.SplitSeq(f.Value(name), "\n") {
		if line = text.CleanLine(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Bool reports whether a box was ticked.
func (f *Form) Bool(name string) bool {
	switch f.Value(name) {
	case "1", "on", "true", "yes":
		return true
	}
	return false
}

// Int is a whole number from min to max; an empty field is a complaint. Spaces between digits are forgiven.
func (f *Form) Int(name string, min, max int) int {
	s := f.number(name)
	if s == "" {
		f.Fail(name, "val.required")
		return 0
	}
	n, err := strconv.Atoi(strings.ReplaceAll(s, "−", "-"))
	if err != nil {
		f.Fail(name, "val.number")
		return 0
	}
	f.Check(name, n >= min && n <= max, "val.range", "Min", min, "Max", max)
	return n
}

// OptionalInt is Int, or def without a complaint when the field is empty.
func (f *Form) OptionalInt(name string, min, max, def int) int {
	if f.number(name) == "" {
		return def
	}
	return f.Int(name, min, max)
}

// Float is a decimal number from min to max, with a comma or a point; an empty field is a complaint.
func (f *Form) Float(name string, min, max float64) float64 {
	s := strings.Replace(f.number(name), ",", ".", 1)
	if s == "" {
		f.Fail(name, "val.required")
		return 0
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, "−", "-"), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		f.Fail(name, "val.number")
		return 0
	}
	f.Check(name, n >= min && n <= max, "val.range", "Min", min, "Max", max)
	return n
}

func (f *Form) number(name string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, f.Value(name))
}

// Date is the beginning of a day in the zone, from the browser's yyyy-mm-dd. Empty is the zero time and no complaint; add
// Required where a date must be given.
func (f *Form) Date(name string, zone *time.Location) time.Time {
	return f.moment(name, zone, "val.date", time.DateOnly)
}

// DateTime is a moment in the zone, from the browser's datetime-local (yyyy-mm-ddThh:mm). Empty is the zero time. A time
// that the change of clocks skips is moved as Go does; one that occurs twice is the first.
func (f *Form) DateTime(name string, zone *time.Location) time.Time {
	return f.moment(name, zone, "val.date_time", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04")
}

func (f *Form) moment(name string, zone *time.Location, id string, layouts ...string) time.Time {
	s := f.Value(name)
	if s == "" {
		return time.Time{}
	}
	if zone == nil {
		zone = time.UTC
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil && t.Year() >= 1800 && t.Year() <= 9999 {
			return t
		}
	}
	f.Fail(name, id)
	return time.Time{}
}

// Time is a time of day (hh:mm) as the duration since midnight; empty is 0.
func (f *Form) Time(name string) time.Duration {
	s := f.Value(name)
	if s == "" {
		return 0
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
		}
	}
	f.Fail(name, "val.time")
	return 0
}

// OneOf is the chosen value; an empty field or a value that was not offered is a complaint. Allow "" to make it optional.
func (f *Form) OneOf(name string, allowed ...string) string {
	s := f.Value(name)
	if !f.Check(name, slices.Contains(allowed, s), "val.choose") {
		return ""
	}
	return s
}

// Choice is OneOf under the name pages use.
func (f *Form) Choice(name string, allowed ...string) string { return f.OneOf(name, allowed...) }

// Many are the chosen values without repetition, in the order they were offered; one that was not offered is a complaint.
func (f *Form) Many(name string, allowed ...string) []string {
	chosen := f.Values(name)
	for _, s := range chosen {
		if !f.Check(name, slices.Contains(allowed, s), "val.choose") {
			return nil
		}
	}
	var out []string
	for _, s := range allowed {
		if s != "" && slices.Contains(chosen, s) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Files are the uploaded files, with names free of folders and control characters. Empty file fields are not files. More
// than max files, or one above maxBytes, is a complaint.
func (f *Form) Files(name string, max int, maxBytes int64) []File {
	var out []File
	for _, file := range f.files[name] {
		if file.Size == 0 && file.Name == "" {
			continue
		}
		if file.Size > maxBytes {
			f.Fail(name, "val.file_too_big", "Name", fileName(file.Name), "Max", megabytes(maxBytes))
			continue
		}
		file.Name = fileName(file.Name)
		if kind, _, err := mime.ParseMediaType(file.ContentType); err == nil {
			file.ContentType = kind
		} else {
			file.ContentType = "application/octet-stream"
		}
		out = append(out, file)
	}
	if !f.Check(name, len(out) <= max, "val.too_many_files", "N", max) {
		return out[:max]
	}
	return out
}

// fileName is the last part of what the browser sent, at most 120 letters, ending kept.
func fileName(s string) string {
	s = text.CleanLine(bounded(s))
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	if s == "." || s == "/" || s == ".." || s == "" {
		return "file"
	}
	const longest = 120
	if text.Letters(s) > longest {
		ending := path.Ext(s)
		if text.Letters(ending) > 10 {
			ending = ""
		}
		s = strings.TrimSuffix(text.Truncate(strings.TrimSuffix(s, ending), longest-len(ending)), "…") + ending
	}
	return s
}

func megabytes(n int64) float64 { return math.Round(float64(n)/(1<<20)*10) / 10 }
