package moderation

import (
	"context"
	"math"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web/ui"
)

func reasonOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, r := range Reasons() {
		out = append(out, ui.Option{Value: string(r), Label: i18n.T(ctx, "moderation.reason."+string(r))}) //i18n: moderation.reason.*
	}
	return out
}

func ruleOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, r := range Rules() {
		out = append(out, ui.Option{Value: r, Label: i18n.T(ctx, "moderation.rule."+r)}) //i18n: moderation.rule.*
	}
	return out
}

func kindOptions(ctx context.Context, kinds []string) []ui.Option {
	var out []ui.Option
	for _, k := range kinds {
		out = append(out, ui.Option{Value: k, Label: kindWords(ctx, k)})
	}
	return out
}

// kindWords names a kind of things. A kind that nobody named is shown as it names itself.
func kindWords(ctx context.Context, kind string) string {
	if known := "moderation.kind." + kind; i18n.Known(ctx, known) {
		return i18n.T(ctx, known) //i18n: moderation.kind.*
	}
	return kind
}

func sortOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "weight", Label: i18n.T(ctx, "moderation.sort.weight")}, {Value: "oldest", Label: i18n.T(ctx, "moderation.sort.oldest")}}
}

func sortValue(f Filter) string {
	if f.Oldest {
		return "oldest"
	}
	return "weight"
}

func verdictOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, v := range []string{appealUpheld, appealOverturned} {
		out = append(out, ui.Option{Value: v, Label: i18n.T(ctx, "moderation.appeals.do_"+v)}) //i18n: moderation.appeals.*
	}
	return out
}

func bulkActions(ctx context.Context) []ui.BulkAction {
	var out []ui.BulkAction
	for _, a := range []Act{ActApprove, ActDismiss, ActHide, ActRefuse} {
		action := ui.BulkAction{Value: string(a), Label: i18n.T(ctx, "moderation.do."+string(a))} //i18n: moderation.do.*
		if a.against() {
			action.Color = "danger"
		}
		out = append(out, action)
	}
	return out
}

func queueTabs(ctx context.Context, d queueData) []ui.Tab {
	n := map[string]int64{"": d.Numbers.Open, "reported": d.Numbers.Reported, "waiting": d.Numbers.Waiting, "words": d.Numbers.Words, "appeals": d.Numbers.Appeals, "decided": -1}
	var out []ui.Tab
	for _, show := range shows() {
		label := "all"
		if show != "" {
			label = show
		}
		out = append(out, ui.Tab{Label: i18n.T(ctx, "moderation.tab."+label), Href: i18n.Href(ctx, Filter{Show: show}.address()), Count: int(n[show]), Current: show == d.Filter.Show}) //i18n: moderation.tab.*
	}
	return out
}

// active counts the filters that are set.
func (f Filter) active() int {
	n := 0
	for _, set := range []bool{f.Kind != "", f.Reason != "", f.Oldest} {
		if set {
			n++
		}
	}
	return n
}

func pageHref(ctx context.Context, f Filter, step int, there bool) string {
	if !there {
		return ""
	}
	f.Page += step
	return i18n.Href(ctx, f.address())
}

// values are what was typed, empty for a fresh page.
func (d queueData) values() *form.Form { return typed(d.Form) }

func (d caseData) values() *form.Form { return typed(d.Form) }

func typed(f *form.Form) *form.Form {
	if f == nil {
		return form.New(nil, nil)
	}
	return f
}

func (e entry) title(ctx context.Context) string { return orWords(ctx, e.Item.Title) }

func orWords(ctx context.Context, title string) string {
	if title == "" {
		return i18n.T(ctx, "moderation.case.title")
	}
	return title
}

func (e entry) tone() string {
	switch {
	case !e.Case.Open:
		return "muted"
	case e.Case.TopReason == string(Illegal) || e.Case.TopReason == string(PersonalData):
		return "danger"
	default:
		return ""
	}
}

// first is what most often is right: to publish what waits, and to leave in peace what was reported.
func (e entry) first() Act {
	if e.Case.Waiting && e.Item.Gone && !e.Item.erased() {
		return ActApprove
	}
	return ActDismiss
}

func (e entry) firstWords(ctx context.Context) string {
	if e.first() == ActApprove {
		return i18n.T(ctx, "moderation.do.approve")
	}
	return i18n.T(ctx, "moderation.do.leave")
}

func rounded(f float64) float64 { return math.Round(f*10) / 10 }

func itemFacts(ctx context.Context, d caseData) []ui.Fact {
	facts := []ui.Fact{{Term: i18n.T(ctx, "moderation.col.author"), Text: d.Item.AuthorName}, {Term: i18n.T(ctx, "common.type"), Text: kindWords(ctx, d.Case.SubjectKind)},
		{Term: i18n.T(ctx, "moderation.case.written"), Text: i18n.DateTime(ctx, d.Item.CreatedAt)}}
	shown := i18n.T(ctx, "moderation.case.shown")
	if d.Item.Gone {
		shown = i18n.T(ctx, "moderation.case.not_shown")
	}
	return append(facts, ui.Fact{Term: i18n.T(ctx, "common.status"), Text: shown})
}

func decisionFacts(ctx context.Context, d *ModerationDecision) []ui.Fact {
	facts := []ui.Fact{{Term: i18n.T(ctx, "moderation.col.thing"), Text: orWords(ctx, d.Title)},
		{Term: i18n.T(ctx, "moderation.col.decision"), Text: i18n.T(ctx, "moderation.act."+string(d.Act))}, //i18n: moderation.act.*
		{Term: i18n.T(ctx, "common.date"), Text: i18n.DateTime(ctx, d.CreatedAt)}}
	if d.Rule != "" {
		facts = append(facts, ui.Fact{Term: i18n.T(ctx, "moderation.case.rule"), Text: i18n.T(ctx, "moderation.rule."+d.Rule)})
	}
	if d.Reason != "" {
		facts = append(facts, ui.Fact{Term: i18n.T(ctx, "moderation.case.reason"), Text: d.Reason})
	}
	return facts
}

func appealKind(d *ModerationDecision) string {
	if d.Appeal == appealOverturned {
		return "success"
	}
	return "info"
}

func reportLines(ctx context.Context, list []ModerationReport) []ui.TimelineItem {
	var out []ui.TimelineItem
	for _, r := range list {
		state := ui.Now
		title := i18n.T(ctx, "moderation.reason."+string(r.Reason))
		if r.Outcome != "" {
			state = ui.Past
			title = i18n.T(ctx, "moderation.case.judged_"+r.Outcome, "Reason", title) //i18n: moderation.case.*
		}
		who := i18n.T(ctx, "moderation.case.by_account")
		if r.Visitor {
			who = i18n.T(ctx, "moderation.case.by_visitor")
		}
		out = append(out, ui.TimelineItem{Title: title, When: i18n.DateTime(ctx, r.CreatedAt) + " · " + who, Text: r.Text, State: state})
	}
	return out
}

func historyOf(ctx context.Context, list []ModerationDecision) []ui.TimelineItem {
	var out []ui.TimelineItem
	for i := range list {
		d := &list[i]
		title := i18n.T(ctx, "moderation.act."+string(d.Act))
		if d.Appeal != "" {
			title += " · " + i18n.T(ctx, "moderation.appeal_state."+d.Appeal) //i18n: moderation.appeal_state.*
		}
		out = append(out, ui.TimelineItem{Title: title, When: i18n.DateTime(ctx, d.CreatedAt), Text: d.Reason, State: ui.Past})
	}
	return out
}

func countFacts(ctx context.Context, list []logCount) []ui.Fact {
	var out []ui.Fact
	for _, n := range list {
		out = append(out, ui.Fact{Term: n.Words, Text: i18n.Number(ctx, n.N)})
	}
	return out
}
