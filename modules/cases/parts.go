package cases

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/personal"
	"glas/modules/cases/internal/stored"
)

func listTitle(ctx context.Context, d listData) string {
	if d.filter.Mine != "" {
		return i18n.T(ctx, "cases.mine")
	}
	return i18n.T(ctx, "cases.menu")
}

// countWords say how many cases everybody sees, from stored counters; a narrowed list says nothing.
func countWords(ctx context.Context, d listData) string {
	if d.filter.Narrowed() > 0 {
		return ""
	}
	open := d.counts[stored.GroupOpen] + d.counts[stored.GroupPaused]
	return i18n.T(ctx, "cases.counts", "Open", open, "Closed", d.counts[stored.GroupClosed])
}

func viewHref(d listData, asMap bool) string {
	f := d.filter
	f.After = ""
	if !asMap {
		f.Box = nil
	}
	return hrefOf(f, asMap)
}

func current(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

func nextHref(ctx context.Context, d listData) string {
	if d.next == "" {
		return ""
	}
	f := d.filter
	f.After = d.next
	return i18n.Href(ctx, d.href(f))
}

func crumb(d pageData) string {
	if d.Number != "" {
		return d.Number
	}
	return d.Title
}

// whoWrote is the writer of a message: the citizen himself, or the municipality with the department, never the name of an official.
func whoWrote(ctx context.Context, d pageData, m stored.CaseMessage) string {
	switch {
	case m.AuthorKind == "citizen" && d.sight.Act:
		return i18n.T(ctx, "cases.thread.you")
	case m.AuthorKind == "citizen":
		return i18n.T(ctx, "cases.thread.citizen")
	case (d.sight.Notes || m.AuthorKind == "body") && m.AuthorName != "":
		return m.AuthorName
	}
	return siteName(ctx, d.town)
}

func replyTitle(ctx context.Context, d pageData) string {
	if d.State == stored.WaitingReporter {
		return i18n.T(ctx, "cases.reply.asked")
	}
	return i18n.T(ctx, "cases.reply.title")
}

func questionOptions(ctx context.Context, q stored.Question) []ui.Option {
	var out []ui.Option
	for _, o := range q.Options {
		out = append(out, ui.Option{Value: o.Key, Label: o.Name.In(ctx)})
	}
	return out
}

func checked(list []ui.Option, values []string) []ui.Option {
	for i := range list {
		list[i].Selected = slices.Contains(values, list[i].Value)
	}
	return list
}

func fieldType(datatype string) string {
	switch datatype {
	case "number":
		return "text"
	case "datetime":
		return "date"
	}
	return "text"
}

func hintWord(ctx context.Context, k personal.Kind) string {
	return i18n.T(ctx, "cases.hint."+string(k)) //i18n: cases.hint.*
}
