package answers

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"glas/internal/form"
)

const (
	maxText   = 20000
	maxPeriod = 200
	maxLabel  = 40
	// maxCost is in hundredths: ten thousand million.
	maxCost = 1_000_000_000_000
)

func readWork(f *form.Form, languages []string, zone *time.Location) Work {
	states := make([]string, 0, len(States()))
	for _, s := range States() {
		states = append(states, string(s))
	}
	w := Work{
		State: State(f.OneOf("state", states...)), Text: f.Texts("text", languages, form.Limit{Max: maxText}),
		CostMinor: readCost(f), Period: f.Texts("period", languages, form.Limit{Max: maxPeriod}), DepartmentID: f.Value("department"),
		RowVersion: int64(f.OptionalInt("version", 0, 1<<31-1, 0)),
	}
	if day := f.Date("due", zone); !day.IsZero() {
		w.DueAt = day.AddDate(0, 0, 1).Add(-time.Second) // the day is included
	}
	return w
}

var amount = regexp.MustCompile(`^[0-9]+([.,][0-9]{1,2})?$`)

// readCost is an amount in hundredths, nil when the field is empty. Separators of thousands may be points, commas or spaces.
func readCost(f *form.Form) *int64 {
	s := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\'' || r == '€' || r == '₺' {
			return -1
		}
		return r
	}, f.Value("cost"))
	if s == "" {
		return nil
	}
	s = ungroup(s)
	if !f.Check("cost", amount.MatchString(s) && len(s) < 18, "answers.error.cost") {
		return nil
	}
	whole, part, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if !f.Check("cost", err == nil && n <= maxCost, "answers.error.cost") {
		return nil
	}
	return &n
}

var (
	byPoints = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?$`)
	byCommas = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?$`)
)

// ungroup drops the separators of thousands of "1.234,56" and "1,234.56". Nobody writes three digits of a hundredth, so "1.234" is
// more than a thousand.
func ungroup(s string) string {
	switch {
	case byPoints.MatchString(s):
		return strings.ReplaceAll(s, ".", "")
	case byCommas.MatchString(s):
		return strings.ReplaceAll(s, ",", "")
	}
	return s
}

// fill puts an answer into a form.
func (a *Answer) fill(f *form.Form, zone *time.Location) {
	f.Set("state", string(a.State))
	for lang, s := range a.Text {
		f.Set("text."+lang, s)
	}
	for lang, s := range a.Period {
		f.Set("period."+lang, s)
	}
	if a.CostMinor != nil {
		f.Set("cost", strings.TrimSuffix(strconv.FormatInt(*a.CostMinor/100, 10)+","+strconv.FormatInt(100+*a.CostMinor%100, 10)[1:], ",00"))
	}
	f.Set("department", a.DepartmentID)
	if !a.DueAt.IsZero() {
		f.Set("due", a.DueAt.In(zone).Format(time.DateOnly))
	}
	f.Set("version", itoa(a.RowVersion))
}

func readLabels(f *form.Form, languages []string) []AnswerLabel {
	var rows []AnswerLabel
	for _, s := range States() {
		row := AnswerLabel{Label: f.Texts("label."+string(s), languages, form.Limit{Max: maxLabel}), Colour: f.OneOf("colour."+string(s), Colours()...)}
		row.ID = string(s)
		rows = append(rows, row)
	}
	return rows
}

func fillLabels(f *form.Form, labels Labels) {
	for _, s := range States() {
		for lang, words := range labels[s].Label {
			f.Set("label."+string(s)+"."+lang, words)
		}
		f.Set("colour."+string(s), Colour(labels, s))
	}
}
