package desk

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// countMost is how far a queue is counted for its tab.
const countMost = 1000

// queues are the tabs in their order, each with who has it.
func queues() []string {
	return []string{"review", "unaccepted", "mine", "watched", "department", "overdue", "idle", "approve", "reopen", "all"}
}

// idleDays is after how many days without an act of the municipality an open case counts as left lying.
const idleDays = 7

// queueOf is what a tab holds at a moment; false when it is nothing for who acts.
func queueOf(ctx context.Context, name string, now time.Time) (listed.Queue, bool) {
	actor := authz.From(ctx)
	q := listed.Queue{}
	switch name {
	case "review":
		if !can(ctx, acts.PermReview) {
			return q, false
		}
		q.States = []stored.State{stored.Received, stored.InReview}
	case "unaccepted":
		q.States = []stored.State{stored.Assigned}
	case "mine":
		q.AssigneeID, q.Running = actor.ID, true
	case "watched":
		q.WatcherID, q.Running = actor.ID, true
	case "department":
		if actor.DepartmentID == "" {
			return q, false
		}
		q.DepartmentID, q.Running = actor.DepartmentID, true
	case "overdue":
		q.Overdue, q.Running = true, true
	case "idle":
		q.Idle = now.AddDate(0, 0, -idleDays)
	case "approve":
		if !can(ctx, acts.PermApprove, acts.PermClose, acts.PermPublish) {
			return q, false
		}
		q.States = []stored.State{stored.AnswerReview}
	case "reopen":
		if !can(ctx, acts.PermReopen) {
			return q, false
		}
		q.States = []stored.State{stored.ReopenRequested}
	case "all":
		q.Fresh = true
	default:
		return q, false
	}
	return mayRead(ctx, q)
}

// queueData is one tab.
type queueData struct {
	name   string
	form   *form.Form
	filter listed.Queue
	listed.Page
	counts  map[string]int
	names   *listed.Names
	people  []ui.Option
	filters []stored.CaseFilter
	tasks   []listed.Task
	now     time.Time
}

// home leads to the first tab of who acts.
func (d *Desk) home(c *fiber.Ctx) error {
	for _, name := range queues() {
		if _, ok := queueOf(c.UserContext(), name, time.Time{}); ok {
			return web.Redirect(c, Queue+"/"+name)
		}
	}
	return fault.Forbidden("common.error.forbidden")
}

func (d *Desk) queue(c *fiber.Ctx) error {
	ctx := c.UserContext()
	q := &queueData{name: c.Params("queue"), form: web.Query(c)}
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return d.loadQueue(ctx, tx, q) })
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "casedesk.menu.cases"), Staff: true, Current: Root}
	page.Admin.Lead, page.Admin.Actions = queueName(ctx, q.name), queueActions()
	return web.Render(c, page, queuePage(q))
}

// loadQueue reads a tab: a number of statements that depends on the number of tabs only.
func (d *Desk) loadQueue(ctx context.Context, tx *tenant.Tx, q *queueData) (err error) {
	base, ok := queueOf(ctx, q.name, tx.Now())
	if !ok {
		return fault.NotFound("common.error.not_found")
	}
	q.now = tx.Now()
	if q.names, err = d.Names.Of(ctx, tx); err != nil {
		return err
	}
	q.filter = narrowed(ctx, base, q.form, q.names, tx.Now())
	if q.Page, err = listed.Work(ctx, tx, q.filter); err != nil {
		return err
	}
	q.counts = map[string]int{}
	for _, name := range queues() {
		f, ok := queueOf(ctx, name, tx.Now())
		if !ok {
			continue
		}
		q.counts[name] = -1
		if name != "all" {
			if q.counts[name], err = listed.Waits(ctx, tx, f, countMost); err != nil {
				return err
			}
		}
	}
	if q.filters, err = stored.Filters(ctx, tx, authz.From(ctx).ID); err != nil {
		return err
	}
	if actor := authz.From(ctx); q.name == "department" || q.name == "mine" {
		if q.tasks, err = listed.Tasks(ctx, tx, actor.DepartmentID, actor.ID, 50); err != nil {
			return err
		}
	}
	q.people, err = d.staff(ctx, tx)
	return err
}

// dues are the choices of the filter by date: already late, today, within three and seven days.
func dues() []string { return []string{"late", "today", "3", "7"} }

// narrowed adds to a tab what its filter asks. A department is narrowed only within what may be read.
func narrowed(ctx context.Context, q listed.Queue, f *form.Form, n *listed.Names, now time.Time) listed.Queue {
	if s := stored.Known(f.Value("state"), stored.States()...); s != "" && (len(q.States) == 0 || slices.Contains(q.States, s)) {
		q.States = []stored.State{s}
	}
	q.Kind, q.Channel = stored.Known(f.Value("kind"), stored.Kinds()...), stored.Known(f.Value("channel"), stored.Channels()...)
	if t := n.Topic(f.Value("topic")); t != nil {
		q.TopicID, q.TopicIDs = t.ID, n.Below(t.ID)
	}
	if len(n.AreaName(f.Value("area"))) > 0 {
		q.AreaID = f.Value("area")
	}
	if len(n.DepartmentName(f.Value("department"))) > 0 && (q.DepartmentID == "" || q.DepartmentID == f.Value("department")) {
		q.DepartmentID = f.Value("department")
	}
	local := now.In(i18n.Zone(ctx))
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	switch due := f.Value("due"); due {
	case "late":
		q.Overdue = true
	case "today":
		q.DueBefore = midnight.AddDate(0, 0, 1)
	case "3", "7":
		q.DueBefore = midnight.AddDate(0, 0, 1+int(due[0]-'0'))
	}
	q.Text, q.After = f.Value("q"), f.Value("after")
	return q
}

// filterNames are the fields of the filter.
func filterNames() []string {
	return []string{"q", "state", "kind", "topic", "channel", "department", "area", "due"}
}

// query is the filter of a form as an address keeps it.
func query(f *form.Form) url.Values {
	v := url.Values{}
	for _, name := range filterNames() {
		if s := f.Value(name); s != "" {
			v.Set(name, s)
		}
	}
	return v
}

// address is that of a tab with a filter.
func address(name string, v url.Values) string {
	if len(v) == 0 {
		return Queue + "/" + name
	}
	return Queue + "/" + name + "?" + v.Encode()
}

// filterOf is the filter of the page that a form was sent from.
func filterOf(f *form.Form) url.Values {
	v, err := url.ParseQuery(f.Value("filter"))
	if err != nil {
		return url.Values{}
	}
	return query(form.New(v, nil))
}

// keepFilter keeps the filter of a tab under a name, or removes one.
func (d *Desk) keepFilter(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	name, queue := f.Line("name", form.Limit{Max: 60}), stored.Known(c.Params("queue"), queues()...)
	if queue == "" {
		return fault.NotFound("common.error.not_found")
	}
	f.Check("name", name != "" || f.Value("remove") != "", "casedesk.error.filter_name")
	if err := f.Err(); err != nil {
		return err
	}
	err = d.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		me := authz.From(ctx).ID
		if remove := f.Value("remove"); remove != "" {
			return stored.DropFilter(ctx, tx, remove, me)
		}
		row := &stored.CaseFilter{OwnerID: me, Name: name, Query: address(queue, filterOf(f)), Shared: f.Bool("shared"), DepartmentID: authz.From(ctx).DepartmentID, CreatedAt: tx.Now()}
		row.ID = id.New()
		return stored.Add(ctx, tx, row)
	})
	if err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, address(queue, filterOf(f)))
}

// bulk does what the pressed button says to each chosen case by itself: one that cannot be changed stays as it is and is counted.
func (d *Desk) bulk(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	do := d.each(f, web.SiteOf(c).Languages[0])[f.Value("action")]
	if do == nil {
		return fault.InvalidField("action", "val.choose")
	}
	done, failed, err := all(c.UserContext(), f.Values("id"), do)
	switch {
	case err != nil:
		return err
	case done+failed == 0:
		web.Flash(c, "warning", "casedesk.bulk.none")
	case failed > 0:
		web.Flash(c, "warning", "casedesk.bulk.some", "Done", done, "Failed", failed)
	default:
		web.Flash(c, "success", "casedesk.bulk.done", "Done", done)
	}
	return web.Redirect(c, address(c.Params("queue"), filterOf(f)))
}

// all does something to each of the cases, at most a page of them.
func all(ctx context.Context, ids []string, do func(ctx context.Context, k acts.Key) error) (done, failed int, err error) {
	for _, caseID := range ids[:min(len(ids), listed.PageSize)] {
		switch err := do(ctx, acts.Key{ID: caseID}); {
		case err == nil:
			done++
		case fault.KindOf(err) == fault.KindInternal:
			return done, failed, err
		default:
			failed++
		}
	}
	return done, failed, nil
}

// each are the acts in bulk.
func (d *Desk) each(f *form.Form, lang string) map[string]func(ctx context.Context, k acts.Key) error {
	return map[string]func(ctx context.Context, k acts.Key) error{
		"accept": func(ctx context.Context, k acts.Key) error { _, err := d.Accept(ctx, k); return err },
		"triage": func(ctx context.Context, k acts.Key) error { _, err := d.Triage(ctx, k); return err },
		"assign": func(ctx context.Context, k acts.Key) error {
			_, err := d.Assign(ctx, k, f.Value("department"), f.Value("assignee"))
			return err
		},
		"topic": func(ctx context.Context, k acts.Key) error {
			topic := f.Value("topic")
			_, err := d.Change(ctx, k, acts.Changes{TopicID: &topic})
			return err
		},
		"close": func(ctx context.Context, k acts.Key) error {
			in := acts.Draft{Body: i18n.Text{lang: f.Value("text")}, Outcome: stored.Known(f.Value("outcome"), stored.Resolved, stored.Answered, stored.Rejected), Public: true}
			c, err := d.DraftAnswer(ctx, k, in)
			if err == nil {
				_, err = d.PublishAnswer(ctx, acts.Key{ID: c.ID, Version: c.RowVersion}, "")
			}
			return err
		},
	}
}

// Waiting are the duties of who acts: how many cases wait in a tab, and whether one is late.
func Waiting(ctx context.Context, tx *tenant.Tx, name string) (n int, path string, err error) {
	q, ok := queueOf(ctx, name, tx.Now())
	if !ok {
		return 0, "", nil
	}
	n, err = listed.Waits(ctx, tx, q, countMost)
	return n, Queue + "/" + name, err
}
