package reports

import (
	"cmp"
	"context"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/modules/departments"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// What can be due.
const (
	dueAnswer  = "answer"
	dueReport  = "report"
	dueRemarks = "remarks"
	dueAnswers = "answers"
	dueEnd     = "end"
	dueMinutes = "minutes"
)

// Duty is one thing that must be done by a date.
type Duty struct {
	What string
	// By is until when; zero when no date was set.
	By    time.Time
	Title string
	// Href is where it is done, without a language prefix; empty when who looks may not go there.
	Href       string
	Department string
	// N is how many remarks wait.
	N    int64
	Late bool
}

// link is the address with the reader's language, empty when he may not go there.
func (d Duty) link(ctx context.Context) string {
	if d.Href == "" {
		return ""
	}
	return i18n.Href(ctx, d.Href)
}

// dutyLimit is how many consultations the board looks at; those that ended first come first.
const dutyLimit = 500

// duties lists what is due, the earliest first; five statements however many there are.
func duties(ctx context.Context, tx *tenant.Tx, department string) ([]Duty, []departments.Department, error) {
	units, err := departments.All(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	names := map[string]string{}
	for _, d := range units {
		names[d.ID] = d.Name.In(ctx)
	}
	list, err := stored.Duties(ctx, tx, department, dutyLimit)
	if err != nil {
		return nil, nil, err
	}
	ids, byID := make([]string, len(list)), map[string]*stored.Consultation{}
	for i, c := range list {
		ids[i], byID[c.ID] = c.ID, c
	}
	done, err := stored.LatestOf(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	open, err := stored.Open(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	promised, err := stored.Promised(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	var out []Duty
	add := func(d Duty) {
		if kind, bound := kindOf(d.What); bound && !tx.Tenant().Offers(kind) {
			return
		}
		if !authz.Can(ctx, neededFor(d.What), authz.Resource{}).Allowed {
			d.Href = ""
		}
		d.Late = !d.By.IsZero() && tx.Now().After(d.By)
		out = append(out, d)
	}
	for _, c := range list {
		if department != "" && c.DepartmentID != department {
			continue
		}
		if !c.AnswerBy.IsZero() && c.AnsweredAt.IsZero() {
			add(Duty{What: dueAnswer, By: c.AnswerBy, Title: c.Title.In(ctx), Href: "/admin/consultations/" + c.ID + "/answer", Department: names[c.DepartmentID]})
		}
		if !c.ReportBy.IsZero() && done[c.ID] == nil {
			add(Duty{What: dueReport, By: c.ReportBy, Title: c.Title.In(ctx), Href: root + "/" + c.ID, Department: names[c.DepartmentID]})
		}
		if c.EndsAt.After(tx.Now()) {
			add(Duty{What: dueEnd, By: c.EndsAt, Title: c.Title.In(ctx), Href: "/admin/consultations/" + c.ID, Department: names[c.DepartmentID]})
		}
		for _, one := range c.Meetings {
			if one.ProtocolID == "" && one.At.Before(tx.Now()) {
				add(Duty{What: dueMinutes, Title: c.Title.In(ctx) + ": " + one.Title.In(ctx), Href: "/admin/consultations/" + c.ID, Department: names[c.DepartmentID]})
			}
		}
	}
	for _, o := range promised {
		c := byID[o.ConsultationID]
		if unit := cmp.Or(o.DepartmentID, c.DepartmentID); department == "" || unit == department {
			add(Duty{What: dueAnswers, By: o.DueAt, Title: c.Title.In(ctx), Href: "/admin/answers?consultation=" + c.ID, Department: names[unit], N: o.N})
		}
	}
	for _, o := range open {
		c, by := byID[o.ConsultationID], o.DueAt
		unit := cmp.Or(o.DepartmentID, c.DepartmentID)
		if department != "" && unit != department {
			continue
		}
		if by.IsZero() {
			by = c.AnswerBy
		}
		add(Duty{What: dueRemarks, By: by, Title: c.Title.In(ctx), Href: "/admin/remarks?consultation=" + c.ID, Department: names[unit], N: o.N})
	}
	byDate(out)
	return out, units, nil
}

// kindOf is the kind of things that wait, where a municipality may do without them.
func kindOf(what string) (kind string, bound bool) {
	switch what {
	case dueRemarks:
		return "remark", true
	case dueAnswers:
		return "proposal", true
	}
	return "", false
}

// neededFor is the permission without which the page where something is done does not open.
func neededFor(what string) string {
	switch what {
	case dueReport:
		return "report.read"
	case dueRemarks:
		return "remark.read"
	case dueAnswers:
		return "answer.draft"
	case dueAnswer:
		return "consultation.publish"
	}
	return "consultation.edit"
}

// byDate puts what is due first in front, and what has no date behind.
func byDate(out []Duty) {
	slices.SortStableFunc(out, func(a, b Duty) int {
		if a.By.IsZero() != b.By.IsZero() {
			if a.By.IsZero() {
				return 1
			}
			return -1
		}
		return a.By.Compare(b.By)
	})
}
