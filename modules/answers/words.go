package answers

import (
	"context"
	"strconv"
	"time"

	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/departments"
	"glas/tenant"
)

// pick is a text in the reader's language, or in the municipality's own; lang is empty when it is the reader's.
func pick(ctx context.Context, t i18n.Text) (words, lang string) {
	fallback := ""
	if at := tenant.From(ctx); at != nil {
		fallback = at.Default()
	}
	words, lang = t.Pick(i18n.Lang(ctx), fallback)
	return words, i18n.Other(ctx, lang)
}

func blockData(ctx context.Context, a *Answer, department string) ui.AnswerData {
	words, lang := pick(ctx, a.Text)
	return ui.AnswerData{
		Kind: a.StateColour(), State: a.StateLabel(ctx), Department: department, Date: i18n.Date(ctx, a.PublishedAt),
		HTML: text.Markdown(words), Lang: lang,
	}
}

// undated leaves the date out where a heading says it.
func undated(d ui.AnswerData) ui.AnswerData {
	d.Date = ""
	return d
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

// changed is what a version says differently from the one before it, in the reader's language.
func changed(ctx context.Context, list []Answer, i int) []text.Change {
	if i+1 >= len(list) {
		return nil
	}
	before, _ := pick(ctx, list[i+1].Text)
	after, _ := pick(ctx, list[i].Text)
	if before == after {
		return nil
	}
	return text.Diff(text.Plain(before), text.Plain(after))
}

func itemMeta(ctx context.Context, item Item) []ui.MetaItem {
	out := []ui.MetaItem{{Text: i18n.N(ctx, "n.supporter", item.Supports)}, {Text: i18n.N(ctx, "n.comment", item.Comments)}}
	if !item.SubmittedAt.IsZero() {
		out = append(out, ui.MetaItem{Text: i18n.Date(ctx, item.SubmittedAt)})
	}
	if !item.DueAt.IsZero() {
		out = append(out, ui.MetaItem{Text: i18n.T(ctx, "answers.due_by", "Date", i18n.Date(ctx, item.DueAt))})
	}
	return out
}

func stateChoices(ctx context.Context, d editData) []ui.Option {
	var out []ui.Option
	for _, s := range States() {
		out = append(out, ui.Option{Value: string(s), Label: Label(ctx, d.labels, s)})
	}
	return out
}

func colourChoices(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, c := range Colours() {
		out = append(out, ui.Option{Value: c, Label: i18n.T(ctx, "answers.colour."+c)})
	}
	return out
}

func departmentChoices(ctx context.Context, d queueData) []ui.Option {
	return departments.Choices(ctx, d.departments, d.filter.departmentID)
}

func departmentName(ctx context.Context, d queueData, id string) string {
	for _, row := range d.departments {
		if row.ID == id {
			return row.Name.In(ctx)
		}
	}
	return ""
}

// saveVariant makes saving the first button of those who cannot publish.
func saveVariant(d editData) string {
	if d.mayPublish {
		return "secondary"
	}
	return "primary"
}

func bulkForm(d queueData) string {
	if d.mayPublish && d.filter.view != viewPublished {
		return "bulk-answers"
	}
	return ""
}

// soon is how long before its date a row is marked.
const soon = 3 * 24 * time.Hour

func tone(d queueData, r queueRow) string {
	switch {
	case r.DueAt.IsZero() || r.Answer != nil && r.Answer.Published():
		return ""
	case r.DueAt.Before(d.now):
		return "danger"
	case r.DueAt.Before(d.now.Add(soon)):
		return "warning"
	}
	return ""
}

func kindTabs(ctx context.Context, d queueData) []ui.Tab {
	var out []ui.Tab
	for _, k := range d.kinds {
		f := queueFilter{kind: k.Name, view: d.filter.view}
		//i18n: answers.kind.*
		out = append(out, ui.Tab{Label: i18n.T(ctx, k.Label), Href: i18n.Href(ctx, f.path()), Count: -1, Current: k.Name == d.filter.kind})
	}
	return out
}

func viewTabs(ctx context.Context, d queueData) []ui.Tab {
	var out []ui.Tab
	for _, view := range []string{viewWaiting, viewDraft, viewPublished} {
		f := d.filter
		f.view, f.after = view, ""
		tab := ui.Tab{Label: i18n.T(ctx, "answers.view."+view), Href: i18n.Href(ctx, f.path()), Count: -1, Current: view == d.filter.view}
		if view == viewWaiting {
			tab.Count = int(d.overview.Total - d.overview.Answered)
		}
		out = append(out, tab)
	}
	return out
}

func firstHref(ctx context.Context, f queueFilter) string {
	if f.after == "" {
		return ""
	}
	f.after = ""
	return i18n.Href(ctx, f.path())
}

func nextHref(ctx context.Context, d queueData) string {
	if d.next == "" {
		return ""
	}
	f := d.filter
	f.after = d.next
	return i18n.Href(ctx, f.path())
}

// overviewWords says how many are answered, and how long there is for the others.
func overviewWords(ctx context.Context, d queueData) string {
	words := i18n.T(ctx, "answers.overview", "Answered", d.overview.Answered, "Total", d.overview.Total)
	if d.overview.DueAt.IsZero() || d.overview.Answered >= d.overview.Total {
		return words
	}
	days := daysLeft(d.now, d.overview.DueAt, i18n.Zone(ctx))
	if days < 0 {
		return words + " · " + i18n.N(ctx, "answers.days_late", -days)
	}
	return words + " · " + i18n.N(ctx, "answers.days_left", days)
}

// daysLeft counts calendar days in the municipality's zone: 0 is today, below that it is too late.
func daysLeft(now, due time.Time, zone *time.Location) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(due).Sub(day(now)).Hours() / 24)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
