package clocks

import (
	"context"

	"glas/internal/calendar"
	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/calendars"
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

// ruleWords says a step of the ladder of a target, "24 hours after the start: assignee".
func ruleWords(ctx context.Context, t ClockTarget, r ClockRule) string {
	span := func(n int) string { return calendars.TargetWords(ctx, calendar.Target{Amount: n, Unit: stepUnit(t)}) }
	s := i18n.T(ctx, "clocks.rule."+r.Point, "N", span(r.Amount)) //i18n: clocks.rule.*
	if r.Point == Percent {
		s = i18n.T(ctx, "clocks.rule.percent", "N", r.Amount)
	}
	if r.Point == AfterDue && r.Amount == 0 {
		s = i18n.T(ctx, "clocks.rule.due")
	}
	s += ": " + levelWord(ctx, r.Level)
	if r.Act != Notify {
		s += ", " + actWord(ctx, r.Act)
	}
	if r.Repeats > 0 {
		s += i18n.T(ctx, "clocks.rule.repeats", "N", span(r.Repeats))
	}
	return s
}

// stepUnit is in what the steps of a ladder are counted: the unit of the target, days for months and hours for promises.
func stepUnit(t ClockTarget) calendar.Unit {
	switch {
	case t.Metric == PromiseDue:
		return calendar.Hours
	case t.Term.Unit == calendar.CalendarMonths:
		return calendar.CalendarDays
	}
	return t.Term.Unit
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
