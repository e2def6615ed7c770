package clocks

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/departments"
	"glas/tenant"
)

const pageSize = 40

// filter is what the address of the board says.
type filter struct {
	metric, department, state, after string
}

// The states of the board's filter.
const (
	stateLate   = "late"
	stateSoon   = "soon"
	statePaused = "paused"
)

func readFilter(f *form.Form) filter {
	return filter{metric: f.Value("metric"), department: f.Value("department"), state: f.Value("state"), after: f.Value("after")}
}

func (q filter) path(after string) string {
	v := url.Values{}
	for name, value := range map[string]string{"metric": q.metric, "department": q.department, "state": q.state, "after": after} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return root
	}
	return root + "?" + v.Encode()
}

func (q filter) active() int {
	n := 0
	for _, s := range []string{q.metric, q.department, q.state} {
		if s != "" {
			n++
		}
	}
	return n
}

// running lists running clocks by due moment, a page and one more.
func (q filter) running(ctx context.Context, tx *tenant.Tx) ([]Clock, error) {
	var list []Clock
	s := tx.Select(&list).Where("?TableAlias.stopped_at IS NULL").OrderExpr("?TableAlias.due_at, ?TableAlias.id").Limit(pageSize + 1)
	if q.metric != "" {
		s = s.Where("?TableAlias.metric = ?", q.metric)
	}
	if q.department != "" {
		s = s.Where("?TableAlias.department_id = ?", q.department)
	}
	switch q.state {
	case stateLate:
		s = s.Where("?TableAlias.due_at < ?", tx.Now()).Where("?TableAlias.paused_since IS NULL")
	case stateSoon:
		s = s.Where("?TableAlias.due_at BETWEEN ? AND ?", tx.Now(), tx.Now().Add(48*time.Hour)).Where("?TableAlias.paused_since IS NULL")
	case statePaused:
		s = s.Where("?TableAlias.paused_since IS NOT NULL")
	}
	if at, last, ok := cursor(q.after); ok {
		s = s.Where("(?TableAlias.due_at > ? OR ?TableAlias.due_at = ? AND ?TableAlias.id > ?)", at, at, last)
	}
	if err := s.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list running clocks: %w", err)
	}
	return list, nil
}

func cursor(s string) (time.Time, string, bool) {
	at, last, ok := strings.Cut(s, "~")
	t, err := time.Parse(time.RFC3339Nano, at)
	return t, last, ok && err == nil && id.Valid(last)
}

type boardData struct {
	filter      filter
	rows        []Clock
	subjects    map[string]Subject
	departments []departments.Department
	next        string
	now         time.Time
	mayEdit     bool
	unmanned    bool
}

func (m *Module) board(c *fiber.Ctx) error {
	ctx := c.UserContext()
	d := boardData{filter: readFilter(web.Query(c)), mayEdit: may(ctx)}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.now = tx.Now()
		if d.rows, err = d.filter.running(ctx, tx); err != nil {
			return err
		}
		if len(d.rows) > pageSize {
			d.rows = d.rows[:pageSize]
			last := d.rows[pageSize-1]
			d.next = last.DueAt.UTC().Format(time.RFC3339Nano) + "~" + last.ID
		}
		if d.subjects, err = m.subjects(ctx, tx, d.rows); err != nil {
			return err
		}
		if d.departments, err = departments.All(ctx, tx); err != nil {
			return err
		}
		people, err := levels(ctx, tx)
		d.unmanned = len(people["coordinator"]) == 0
		return err
	})
	if err != nil {
		return err
	}
	p := page(ctx, "")
	p.Admin.Actions = ui.LinkButton(i18n.T(ctx, "clocks.policies"), i18n.Href(ctx, rules), "secondary", "")
	return web.Render(c, p, boardPage(d))
}

func page(ctx context.Context, title string) web.Page {
	menu := i18n.T(ctx, "clocks.title")
	p := web.Page{Title: menu, Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "clocks.lead")}}
	if title != "" {
		p.Title, p.Admin = title, ui.AdminData{Crumbs: []ui.Crumb{{Label: menu, Href: i18n.Href(ctx, root)}, {Label: title}}}
	}
	return p
}

type whyData struct {
	clock   *Clock
	subject Subject
	lines   []calendar.Line
	pauses  []ClockPause
	firings []ClockFiring
	rules   []ClockRule
	now     time.Time
}

// why explains one clock.
func (m *Module) why(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var d whyData
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.now = tx.Now()
		if d.clock, err = findClock(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		return m.loadWhy(ctx, tx, &d)
	})
	if err != nil {
		return err
	}
	return web.Render(c, page(ctx, i18n.T(ctx, "clocks.metric_label")+": "+metricWord(ctx, d.clock.Metric)), whyPage(d))
}

func (m *Module) loadWhy(ctx context.Context, tx *tenant.Tx, d *whyData) error {
	subjects, err := m.subjects(ctx, tx, []Clock{*d.clock})
	if err != nil {
		return err
	}
	d.subject = subjects[d.clock.Ref().String()]
	if d.lines, err = m.Explain(ctx, tx, d.clock); err != nil {
		return err
	}
	journal, err := pausesOf(ctx, tx, []string{d.clock.ID})
	if err != nil {
		return err
	}
	d.pauses = journal[d.clock.ID]
	if d.firings, err = firingsOf(ctx, tx, []string{d.clock.ID}); err != nil {
		return err
	}
	all, _, err := policies(ctx, tx)
	d.rules = ladders(all)[d.clock.TargetID]
	return err
}

// unknown is the answer to an address of something that is not there.
func unknown() error { return fault.NotFound("clocks.error.unknown") }
