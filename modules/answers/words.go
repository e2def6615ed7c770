package answers

import (
	"context"
	"strconv"

	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/tenant"
)

// excerptLetters is how much of an answer a list shows.
const excerptLetters = 280

// pick is a text in the reader's language, or in the municipality's own; lang is empty when it is the reader's.
func pick(ctx context.Context, t i18n.Text) (words, lang string) {
	fallback := ""
	if at := tenant.From(ctx); at != nil {
		fallback = at.Default()
	}
	words, lang = t.Pick(i18n.Lang(ctx), fallback)
	if lang == i18n.Lang(ctx) {
		lang = ""
	}
	return words, lang
}

func blockData(ctx context.Context, a *Answer, department string) ui.AnswerData {
	words, lang := pick(ctx, a.Text)
	return ui.AnswerData{
		Kind: a.StateColour(), State: a.StateLabel(ctx), Department: department, Date: i18n.Date(ctx, a.PublishedAt),
		HTML: text.Markdown(words), Lang: lang,
	}
}

// ShortData is an answer for ui.ListRowData.
func ShortData(ctx context.Context, a *Answer, department string) ui.AnswerData {
	words, lang := pick(ctx, a.Text)
	return ui.AnswerData{
		Kind: a.StateColour(), State: a.StateLabel(ctx), Department: department, Text: text.Excerpt(words, excerptLetters), Lang: lang,
	}
}

// Pill is the public state of a, for the head of a page.
func Pill(ctx context.Context, a *Answer) ui.PillData {
	kind := "answered"
	switch a.StateColour() {
	case "waiting":
		kind = "waiting"
	case "rejected":
		kind = "closed"
	}
	return ui.PillData{Kind: kind, Text: a.StateLabel(ctx)}
}

func facts(ctx context.Context, a *Answer) []ui.Fact {
	var out []ui.Fact
	if a.CostMinor != nil {
		out = append(out, ui.Fact{Term: i18n.T(ctx, "answers.cost"), Text: i18n.Money(ctx, *a.CostMinor, a.Currency)})
	}
	if words, _ := pick(ctx, a.Period); words != "" {
		out = append(out, ui.Fact{Term: i18n.T(ctx, "answers.period"), Text: words})
	}
	return out
}

// JSON is an answer in the public interface.
type JSON struct {
	State       State             `json:"state"`
	Label       string            `json:"label"`
	Text        map[string]string `json:"text"`
	CostMinor   *int64            `json:"cost_minor,omitempty"`
	Currency    string            `json:"currency,omitempty"`
	Period      map[string]string `json:"period,omitempty"`
	Department  string            `json:"department_id,omitempty"`
	Version     int64             `json:"version"`
	PublishedAt string            `json:"published_at"`
	URL         string            `json:"url"`
}

// Public is a published answer as the public interface gives it, nil for nil.
func Public(ctx context.Context, a *Answer) *JSON {
	if a == nil {
		return nil
	}
	return &JSON{
		State: a.PublicState, Label: a.StateLabel(ctx), Text: a.Text, CostMinor: a.CostMinor, Currency: a.Currency, Period: a.Period,
		Department: a.DepartmentID, Version: a.Version, PublishedAt: i18n.ISO(a.PublishedAt), URL: a.Path(),
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
