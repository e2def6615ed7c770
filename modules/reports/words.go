package reports

import (
	"context"
	"strconv"
	"time"

	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/reports/internal/formats"
	"glas/modules/reports/internal/stored"
)

func versionName(r *stored.Report) string { return strconv.Itoa(r.Version) }

const nothing = "–"

func dateOr(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return nothing
	}
	return i18n.DateShort(ctx, t)
}

func countOr(ctx context.Context, n int) string {
	if n == 0 {
		return nothing
	}
	return i18n.Number(ctx, n)
}

func numberOr(ctx context.Context, n *int64) string {
	if n == nil {
		return nothing
	}
	return i18n.Number(ctx, *n)
}

func shareOr(ctx context.Context, s *float64) string {
	if s == nil {
		return nothing
	}
	return i18n.Percent(ctx, *s)
}

// partName says which remarks a part holds.
func partName(ctx context.Context, d *shown, n int) string {
	from, to := int64(n-1)*formats.PerPart+1, int64(n)*formats.PerPart
	if f := d.report.Figures; f != nil {
		to = min(to, f.Remarks)
	}
	return i18n.T(ctx, "reports.part", "From", from, "To", to)
}

// words say which file of which report a match is, by a message for one.
func (m match) words(ctx context.Context, id string) string {
	return i18n.T(ctx, id, "N", m.report.Version, "Title", m.c.Title.In(ctx), "Date", i18n.DateTime(ctx, m.report.PublishedAt), "Name", m.file.Name)
}

func (m match) href(ctx context.Context) string {
	return i18n.Href(ctx, m.c.Path()+"/report/"+versionName(m.report))
}

func yearTabs(ctx context.Context, year int, all []int) []ui.Tab {
	var tabs []ui.Tab
	for _, y := range all {
		tabs = append(tabs, ui.Tab{Label: strconv.Itoa(y), Href: i18n.Href(ctx, register+"/"+strconv.Itoa(y)), Count: -1, Current: y == year})
	}
	return tabs
}

func yearStats(ctx context.Context, y *Year) []ui.Stat {
	t := y.Total
	stats := []ui.Stat{
		{Value: i18n.Number(ctx, t.Consultations), Label: i18n.T(ctx, "reports.register.consultations")},
		{Value: i18n.Number(ctx, t.AverageDays), Label: i18n.T(ctx, "reports.register.average")},
		{Value: i18n.Number(ctx, t.Participants), Label: i18n.T(ctx, "reports.register.participations")},
	}
	if t.Promised > 0 {
		stats = append(stats, ui.Stat{Value: i18n.Percent(ctx, float64(t.OnTime)/float64(t.Promised)), Label: i18n.T(ctx, "reports.register.on_time")})
	}
	if t.AcceptedShare != nil {
		stats = append(stats, ui.Stat{Value: i18n.Percent(ctx, *t.AcceptedShare), Label: i18n.T(ctx, "reports.register.share")})
	}
	return stats
}

func indexTone(r indexRow, now time.Time) string {
	if r.report == nil && !r.c.ReportBy.IsZero() && now.After(r.c.ReportBy) {
		return "danger"
	}
	return ""
}

func lateTone(d Duty) string {
	if d.Late {
		return "danger"
	}
	return ""
}

func filterCount(d dueData) int {
	if d.department != "" {
		return 1
	}
	return 0
}

// dutyWords says what is due.
func dutyWords(ctx context.Context, d Duty) string {
	switch d.What {
	case dueRemarks:
		return i18n.T(ctx, "reports.due.remarks", "N", d.N)
	case dueAnswers:
		return i18n.T(ctx, "reports.due.answers", "N", d.N)
	}
	return i18n.T(ctx, "reports.due."+d.What) //i18n: reports.due.*
}

// daysLeft is how many whole days are left, at least 0.
func daysLeft(now, by time.Time) int { return max(0, int(by.Sub(now)/(24*time.Hour))) }
