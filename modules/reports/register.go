package reports

import (
	"context"
	"strconv"
	"time"

	"glas/internal/i18n"
	"glas/internal/sheet"
	"glas/modules/reports/internal/gather"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// Line is a consultation in the register of a year. Numbers that only a published report tells are nil before it.
type Line struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Path     string    `json:"path"`
	StartsAt time.Time `json:"starts_at,omitzero"`
	EndsAt   time.Time `json:"ends_at,omitzero"`
	Days     int       `json:"days"`
	AnswerBy time.Time `json:"answer_by,omitzero"`
	Answered time.Time `json:"answered_at,omitzero"`
	// OnTime says whether it was answered by the date promised; nil when none was promised or that date is still to come.
	OnTime       *bool     `json:"answered_on_time,omitempty"`
	ReportBy     time.Time `json:"report_by,omitzero"`
	ReportedAt   time.Time `json:"reported_at,omitzero"`
	ReportOnTime *bool     `json:"reported_on_time,omitempty"`
	Participants int64     `json:"participants"`
	Proposals    int64     `json:"proposals"`
	Comments     int64     `json:"comments"`
	Remarks      *int64    `json:"remarks,omitempty"`
	Accepted     *int64    `json:"accepted,omitempty"`
	Decided      *int64    `json:"decided,omitempty"`
	// AcceptedShare is the share of the decided remarks that were accepted, wholly or partly, from 0 to 1.
	AcceptedShare *float64 `json:"accepted_share,omitempty"`
}

// Year is the register of a year.
type Year struct {
	Year  int    `json:"year"`
	Total Total  `json:"total"`
	Lines []Line `json:"consultations"`
}

// Total is the sum of a year.
type Total struct {
	Consultations int      `json:"consultations"`
	Participants  int64    `json:"participations"` // a person counts once in each consultation
	Remarks       int64    `json:"remarks"`
	Proposals     int64    `json:"proposals"`
	Comments      int64    `json:"comments"`
	AverageDays   float64  `json:"average_days"`
	Promised      int      `json:"answers_promised"` // whose date is past
	OnTime        int      `json:"answered_on_time"`
	Accepted      int64    `json:"accepted"`
	Decided       int64    `json:"decided"`
	AcceptedShare *float64 `json:"accepted_share,omitempty"`
}

func share(n, of int64) *float64 {
	if of == 0 {
		return nil
	}
	s := float64(n) / float64(of)
	return &s
}

// punctual is whether something was done by a date; nil when that cannot be said yet.
func punctual(by, done, now time.Time) *bool {
	if by.IsZero() || done.IsZero() && !now.After(by) {
		return nil
	}
	ok := !done.IsZero() && !done.After(by)
	return &ok
}

// yearOf reads the register of a year: a few statements, however many consultations there are.
func yearOf(ctx context.Context, tx *tenant.Tx, year int) (*Year, error) {
	zone := tx.Tenant().Zone()
	list, err := stored.Register(ctx, tx, time.Date(year, 1, 1, 0, 0, 0, 0, zone), time.Date(year+1, 1, 1, 0, 0, 0, 0, zone))
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	reports, err := stored.LatestOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	said, err := stored.Tallies(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	outside, err := stored.Outside(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	y := &Year{Year: year, Lines: make([]Line, 0, len(list))}
	days := 0
	for _, c := range list {
		c.ParticipantCount += outside[c.ID]
		l := lineOf(ctx, c, reports[c.ID], tx.Now(), zone)
		if t, ok := said[c.ID]; ok && l.Remarks == nil {
			l.Remarks, l.Accepted, l.Decided, l.AcceptedShare = &t.Remarks, &t.Accepted, &t.Decided, share(t.Accepted, t.Decided)
		}
		y.Lines = append(y.Lines, l)
		days += y.Total.add(l)
	}
	if days > 0 {
		sum := 0
		for _, l := range y.Lines {
			sum += l.Days
		}
		y.Total.AverageDays = float64(sum*10/days) / 10
	}
	y.Total.AcceptedShare = share(y.Total.Accepted, y.Total.Decided)
	return y, nil
}

func lineOf(ctx context.Context, c *stored.Consultation, r *stored.Report, now time.Time, zone *time.Location) Line {
	l := Line{ID: c.ID, Title: c.Title.In(ctx), Path: c.Path(), StartsAt: c.StartsAt, EndsAt: c.EndsAt, Days: gather.Days(c.StartsAt, c.EndsAt, zone),
		AnswerBy: c.AnswerBy, Answered: c.AnsweredAt, OnTime: punctual(c.AnswerBy, c.AnsweredAt, now), ReportBy: c.ReportBy,
		Participants: c.ParticipantCount, Proposals: c.ProposalCount, Comments: c.CommentCount}
	if r != nil {
		l.ReportedAt = r.PublishedAt
	}
	l.ReportOnTime = punctual(c.ReportBy, l.ReportedAt, now)
	if r != nil && r.Figures != nil {
		f := r.Figures
		l.Participants, l.Proposals, l.Comments = f.Participants, f.Proposals, f.Comments
		l.Remarks, l.Accepted, l.Decided, l.AcceptedShare = &f.Remarks, &f.Accepted, &f.Decided, share(f.Accepted, f.Decided)
	}
	return l
}

// add counts a line and gives 1 when its length is known.
func (t *Total) add(l Line) int {
	t.Consultations++
	t.Participants += l.Participants
	t.Proposals += l.Proposals
	t.Comments += l.Comments
	if l.Remarks != nil {
		t.Remarks += *l.Remarks
		t.Accepted += *l.Accepted
		t.Decided += *l.Decided
	}
	if l.OnTime != nil {
		t.Promised++
		if *l.OnTime {
			t.OnTime++
		}
	}
	if l.Days > 0 {
		return 1
	}
	return 0
}

// years are those that the register has, the newest first.
func years(ctx context.Context, tx *tenant.Tx) ([]int, error) {
	first, err := stored.FirstEnd(ctx, tx)
	if err != nil {
		return nil, err
	}
	now := tx.Now().In(tx.Tenant().Zone()).Year()
	from := now
	if !first.IsZero() {
		from = min(now, first.In(tx.Tenant().Zone()).Year())
	}
	var out []int
	for y := now; y >= from; y-- {
		out = append(out, y)
	}
	return out, nil
}

// book is the register as a sheet.
func (y *Year) book(ctx context.Context) sheet.Book {
	t := func(id string) string { return i18n.T(ctx, id) } //i18n: reports.register.*
	zone := i18n.Zone(ctx)
	local := func(at time.Time) any {
		if at.IsZero() {
			return nil
		}
		return at.In(zone)
	}
	number := func(n *int64) any {
		if n == nil {
			return nil
		}
		return *n
	}
	title := i18n.T(ctx, "reports.register.title", "Year", strconv.Itoa(y.Year))
	s := sheet.Sheet{Name: strconv.Itoa(y.Year), Widths: []float64{45, 20, 20, 8}, Header: []string{t("reports.register.consultation"), t("reports.register.began"), t("reports.register.ended"),
		t("reports.register.days"), t("reports.register.participants"), t("reports.register.remarks"), t("reports.register.proposals"), t("reports.register.comments"),
		t("reports.register.answer_by"), t("reports.register.answered"), t("reports.register.on_time"), t("reports.register.report_by"), t("reports.register.reported"),
		t("reports.register.accepted"), t("reports.register.decided"), t("reports.register.share")}}
	var rows [][]any
	for _, l := range y.Lines {
		var part any
		if l.AcceptedShare != nil {
			part = *l.AcceptedShare
		}
		rows = append(rows, []any{l.Title, local(l.StartsAt), local(l.EndsAt), l.Days, l.Participants, number(l.Remarks), l.Proposals, l.Comments, local(l.AnswerBy), local(l.Answered),
			yesNo(ctx, l.OnTime), local(l.ReportBy), local(l.ReportedAt), number(l.Accepted), number(l.Decided), part})
	}
	s.Rows = sheet.Rows(rows)
	return sheet.Book{Title: title, Lang: i18n.Lang(ctx), Sheets: []sheet.Sheet{s}, Created: time.Date(y.Year, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func yesNo(ctx context.Context, b *bool) string {
	switch {
	case b == nil:
		return "–"
	case *b:
		return i18n.T(ctx, "reports.yes")
	}
	return i18n.T(ctx, "reports.no")
}
