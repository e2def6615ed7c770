package moderation

import (
	"context"
	"sort"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/moderation/internal/figures"
	"glas/tenant"
)

// trap is the field that only programs fill.
const trap = "website"

// refOf is the thing in the address of a request.
func refOf(c *fiber.Ctx) subject.Ref {
	return subject.Ref{Kind: c.Params("kind"), ID: c.Params("id")}
}

func (m *Module) reportForm(c *fiber.Ctx) error {
	f, err := web.FormFor(c, ReportPath(refOf(c)))
	if err != nil {
		return err
	}
	return m.renderReport(c, f)
}

func (m *Module) renderReport(c *fiber.Ctx, f *form.Form) error {
	var item Item
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		item, err = m.Reportable(ctx, tx, refOf(c))
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(c.UserContext(), "moderation.report.title"), NoIndex: true}
	return web.Render(c, page, reportPage(f, item))
}

func (m *Module) sendReport(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ref := refOf(c)
	if f.Value(trap) != "" { // a program: it is thanked and nothing happens
		web.Flash(c, "success", "moderation.report.thanks")
		return web.Redirect(c, "/")
	}
	complaint := readComplaint(f)
	complaint.Visitor = web.AddressOf(c)
	var item Item
	var fresh bool
	if err = f.Err(); err == nil {
		item, fresh, err = m.Report(c.UserContext(), ref, complaint)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderReport(c, f) })
	}
	if fresh {
		web.Flash(c, "success", "moderation.report.thanks")
	} else {
		web.Flash(c, "info", "moderation.report.again")
	}
	return web.Redirect(c, item.Path)
}

func readComplaint(f *form.Form) Complaint {
	reasons := make([]string, len(Reasons()))
	for i, r := range Reasons() {
		reasons[i] = string(r)
	}
	c := Complaint{Reason: Reason(f.OneOf("reason", reasons...)), Text: f.Text("text", form.Limit{Max: reportMax})}
	f.Check("text", c.Reason != Other || c.Text != "", "moderation.error.say_why")
	return c
}

func (m *Module) appealForm(c *fiber.Ctx) error {
	f, err := web.FormFor(c, "/appeal/"+c.Params("id"))
	if err != nil {
		return err
	}
	return m.renderAppeal(c, f)
}

type appealData struct {
	Form     *form.Form
	Decision *ModerationDecision
	// Closed is why there is no form; nil shows it.
	Closed error
}

func (m *Module) renderAppeal(c *fiber.Ctx, f *form.Form) error {
	d := appealData{Form: f}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.Decision, err = m.ownDecision(ctx, tx, c.Params("id")); err == nil {
			d.Closed = d.Decision.mayAppeal(tx.Now())
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "moderation.appeal.title"), NoIndex: true}, appealPage(d))
}

func (m *Module) sendAppeal(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	words := f.Text("text", form.Limit{Min: appealMin, Max: appealMax})
	if err = f.Err(); err == nil {
		err = m.Appeal(c.UserContext(), c.Params("id"), words)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderAppeal(c, f) })
	}
	web.Flash(c, "success", "moderation.appeal.sent")
	return web.Redirect(c, "/appeal/"+c.Params("id"))
}

// logMonth is what the public record says about one month.
type logMonth struct {
	Start                         time.Time
	Reports, Acts, Rules, Appeals []logCount
	Total                         int64
}

// logCount is one number with its words.
type logCount struct {
	Words string
	N     int64
}

func (m *Module) publicLog(c *fiber.Ctx) error {
	var months []logMonth
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		months, err = m.log(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "moderation.log.title"), Description: i18n.T(ctx, "moderation.log.lead")}, logPage(months))
}

func apiLog() *web.API {
	return &web.API{ID: "listModeration", Summary: "What was reported and decided, by month, without names", Result: web.List[figures.Month]{}}
}

func (m *Module) apiLog(c *fiber.Ctx) error {
	out := web.List[figures.Month]{}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		out.Items, err = figures.Months(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

// log makes the public record: numbers by month, the newest month first, and nothing about anybody.
func (m *Module) log(ctx context.Context, tx *tenant.Tx) ([]logMonth, error) {
	zone := tx.Tenant().Zone()
	reports, acts, rules, appeals, err := figures.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	months := map[string]*logMonth{}
	for _, part := range []struct {
		rows  []figures.Count
		words string
		pick  func(*logMonth) *[]logCount
	}{
		{reports, "moderation.reason.", func(l *logMonth) *[]logCount { return &l.Reports }},       //i18n: moderation.reason.*
		{acts, "moderation.act.", func(l *logMonth) *[]logCount { return &l.Acts }},                //i18n: moderation.act.*
		{rules, "moderation.rule.", func(l *logMonth) *[]logCount { return &l.Rules }},             //i18n: moderation.rule.*
		{appeals, "moderation.appeal_state.", func(l *logMonth) *[]logCount { return &l.Appeals }}, //i18n: moderation.appeal_state.*
	} {
		sort.Slice(part.rows, func(i, j int) bool { return part.rows[i].N > part.rows[j].N })
		for _, r := range part.rows {
			if months[r.Month] == nil {
				start, err := time.ParseInLocation("2006-01", r.Month, zone)
				if err != nil {
					return nil, err
				}
				months[r.Month] = &logMonth{Start: start}
			}
			list := part.pick(months[r.Month])
			*list = append(*list, logCount{Words: i18n.T(ctx, part.words+r.What), N: r.N})
		}
	}
	out := make([]logMonth, 0, len(months))
	for _, l := range months {
		for _, n := range l.Reports {
			l.Total += n.N
		}
		out = append(out, *l)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Start.After(out[j].Start) })
	return out, nil
}

// reasonOf says why there is no form.
func reasonOf(ctx context.Context, err error) string {
	if e, ok := fault.As(err); ok {
		return i18n.Message(ctx, e.Message)
	}
	return ""
}
