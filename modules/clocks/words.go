package clocks

import (
	"context"

	"glas/internal/i18n"
	"glas/internal/web/ui"
)

func metricWord(ctx context.Context, metric string) string {
	return i18n.T(ctx, "clocks.metric."+metric) //i18n: clocks.metric.*
}

func levelWord(ctx context.Context, level string) string {
	return i18n.T(ctx, "clocks.level."+level) //i18n: clocks.level.*
}

func actWord(ctx context.Context, act string) string {
	return i18n.T(ctx, "clocks.act."+act) //i18n: clocks.act.*
}

// options are the choices of a select whose words are made by say.
func options(ctx context.Context, values []string, say func(ctx context.Context, value string) string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: v, Label: say(ctx, v)}
	}
	return out
}

func pointWord(ctx context.Context, point string) string {
	return i18n.T(ctx, "clocks.point."+point) //i18n: clocks.point.*
}

// ruleWords says a step of the ladder, "24 after the start: assignee".
func ruleWords(ctx context.Context, r ClockRule) string {
	s := i18n.T(ctx, "clocks.rule."+r.Point, "N", r.Amount) //i18n: clocks.rule.*
	if r.Point == AfterDue && r.Amount == 0 {
		s = i18n.T(ctx, "clocks.rule.due")
	}
	s += ": " + levelWord(ctx, r.Level)
	if r.Act != Notify {
		s += ", " + actWord(ctx, r.Act)
	}
	if r.Repeats > 0 {
		s += i18n.T(ctx, "clocks.rule.repeats", "N", r.Repeats)
	}
	return s
}

// Pill is the state of a clock as a pill shows it.
func Pill(ctx context.Context, c *Clock, late bool) ui.PillData {
	switch {
	case !c.Running():
		kind := "closed"
		if c.Outcome == Met {
			kind = "answered"
		}
		return ui.PillData{Kind: kind, Text: i18n.T(ctx, "clocks.outcome."+string(c.Outcome))} //i18n: clocks.outcome.*
	case !c.PausedSince.IsZero():
		return ui.PillData{Kind: "waiting", Text: i18n.T(ctx, "clocks.paused")}
	case late:
		return ui.PillData{Kind: "danger", Text: i18n.T(ctx, "clocks.late")}
	}
	return ui.PillData{Kind: "open", Text: i18n.T(ctx, "clocks.runs")}
}
