package answers

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/departments"
	"glas/tenant"
)

const pageSize = 40

// The views of the queue, in the order of their tabs.
const (
	viewWaiting   = "waiting"
	viewDraft     = "draft"
	viewPublished = "published"
)

// queueFilter is what the address of the queue says.
type queueFilter struct {
	kind, view, consultationID, departmentID, after string
	overdue                                         bool
}

func (m *Module) readFilter(f *form.Form) queueFilter {
	q := queueFilter{
		kind: f.Value("kind"), view: f.Value("state"), consultationID: f.Value("consultation"), departmentID: f.Value("department"),
		after: f.Value("after"), overdue: f.Bool("overdue"),
	}
	if m.host(q.kind) == nil && len(m.Kinds) > 0 {
		q.kind = m.Kinds[0].Name
	}
	if !slices.Contains([]string{viewWaiting, viewDraft, viewPublished}, q.view) {
		q.view = viewWaiting
	}
	return q
}

// path is the address of the queue with this filter.
func (q queueFilter) path() string {
	v := url.Values{"kind": {q.kind}, "state": {q.view}}
	for name, value := range map[string]string{"consultation": q.consultationID, "department": q.departmentID, "after": q.after} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.overdue {
		v.Set("overdue", "1")
	}
	return root + "?" + v.Encode()
}

func (q queueFilter) active() int {
	n := 0
	for _, on := range []bool{q.consultationID != "", q.departmentID != "", q.overdue} {
		if on {
			n++
		}
	}
	return n
}

// queueRow is one thing of the queue with what was written about it so far.
type queueRow struct {
	Item
	Answer *Answer
}

type queueData struct {
	filter        queueFilter
	kinds         []Kind
	rows          []queueRow
	next          string
	overview      Queue
	departments   []departments.Department
	consultations []ui.Option
	labels        Labels
	now           time.Time
	mayPublish    bool
}

func (m *Module) queue(c *fiber.Ctx) error {
	ctx := c.UserContext()
	d := queueData{filter: m.readFilter(web.Query(c)), kinds: m.Kinds, mayPublish: authz.Can(ctx, "answer.publish", authz.Resource{}).Allowed}
	err := m.db.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.now = tx.Now()
		if d.departments, err = departments.All(ctx, tx); err != nil {
			return err
		}
		if d.labels, err = AllLabels(ctx, tx); err != nil {
			return err
		}
		if m.Consultations != nil {
			if d.consultations, err = m.Consultations(ctx, tx); err != nil {
				return err
			}
		}
		return m.loadQueue(ctx, tx, &d)
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "answers.title"), Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "answers.lead"), Actions: labelsLink(ctx)}}
	return web.Render(c, page, queuePage(d))
}

func labelsLink(ctx context.Context) templ.Component {
	if !authz.Can(ctx, "settings.edit", authz.Resource{}).Allowed {
		return nil
	}
	return ui.LinkButton(i18n.T(ctx, "answers.labels.title"), i18n.Href(ctx, root+"/labels"), "secondary", "")
}

// loadQueue reads the rows of the view: what waits comes from the host, what was begun from the answers.
func (m *Module) loadQueue(ctx context.Context, tx *tenant.Tx, d *queueData) error {
	host := m.host(d.filter.kind)
	if host == nil {
		return nil
	}
	f := d.filter
	q, err := host.Waiting(ctx, tx, Query{ConsultationID: f.consultationID, DepartmentID: f.departmentID, Overdue: f.overdue, Limit: pageSize, After: f.after})
	if err != nil {
		return err
	}
	d.overview = q
	if f.view == viewWaiting {
		rows, err := byRefs(ctx, tx, refsOf(q.Items), false)
		d.join(q.Items, rows)
		d.next = q.Next
		return err
	}
	rows, err := begun(ctx, tx, workFilter{kind: f.kind, consultationID: f.consultationID, departmentID: f.departmentID, draft: f.view == viewDraft,
		overdue: f.overdue, after: f.after, limit: pageSize + 1, now: tx.Now()})
	if err != nil || len(rows) == 0 {
		return err
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		d.next = rows[pageSize-1].ID
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].SubjectID
	}
	found, err := host.Waiting(ctx, tx, Query{IDs: ids})
	d.join(found.Items, rows)
	return err
}

func (d *queueData) join(items []Item, rows []Answer) {
	answers := map[subject.Ref]*Answer{}
	for i := range rows {
		answers[rows[i].Ref()] = &rows[i]
	}
	for _, item := range items {
		a := answers[item.Ref]
		if a != nil && item.DueAt.IsZero() {
			item.DueAt = a.DueAt
		}
		if a != nil && a.DepartmentID != "" {
			item.DepartmentID = a.DepartmentID
		}
		d.rows = append(d.rows, queueRow{Item: item, Answer: a})
	}
}

func (m *Module) bulk(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	q := m.readFilter(f)
	out, err := m.PublishMany(c.UserContext(), q.kind, f.Values("id"))
	switch {
	case fault.Is(err, fault.KindInvalid):
		web.Flash(c, "warning", "answers.error.none_chosen")
	case err != nil:
		return err
	case out.Incomplete > 0:
		web.Flash(c, "warning", "answers.bulk.some", "Done", out.Published, "Left", out.Incomplete)
	default:
		web.Flash(c, "success", "answers.bulk.done", "N", out.Published)
	}
	return web.Redirect(c, q.path())
}

// editData is the page on which a thing is answered.
type editData struct {
	form        *form.Form
	item        Item
	answer      *Answer
	languages   []string
	departments []ui.Option
	labels      Labels
	files       templ.Component
	currency    string
	mayPublish  bool
	// other is what somebody else saved meanwhile, shown after a conflict.
	other *Answer
}

func (m *Module) edit(c *fiber.Ctx) error { return m.renderEdit(c, nil, false) }

// renderEdit shows the form: f is what was typed, nil for a fresh page. After a conflict it shows the saved answer beside it, and
// sending the form once more is then a decision.
func (m *Module) renderEdit(c *fiber.Ctx, f *form.Form, conflict bool) error {
	ctx := c.UserContext()
	d := editData{form: f, languages: web.SiteOf(c).Languages, mayPublish: authz.Can(ctx, "answer.publish", authz.Resource{}).Allowed}
	if f == nil {
		d.form = form.New(nil, nil)
	}
	err := m.db.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return m.loadEdit(ctx, tx, c.Params("kind"), c.Params("id"), f, &d)
	})
	if err != nil {
		return err
	}
	if conflict && d.answer != nil {
		d.other = d.answer
		d.form.Set("version", itoa(d.answer.RowVersion))
	}
	page := web.Page{Title: i18n.T(ctx, "answers.edit.title"), Staff: true, Current: root, Admin: ui.AdminData{Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "answers.title"), Href: i18n.Href(ctx, root)}, {Label: i18n.T(ctx, "answers.edit.title")}}}}
	if d.answer != nil && d.answer.Draft {
		page.Admin.Pill = &ui.PillData{Kind: "draft", Text: i18n.T(ctx, "answers.draft")}
	}
	return web.Render(c, page, editPage(d))
}

func (m *Module) loadEdit(ctx context.Context, tx *tenant.Tx, kind, id string, f *form.Form, d *editData) error {
	host := m.host(kind)
	if host == nil {
		return fault.NotFound("answers.error.unknown")
	}
	var err error
	if d.item, err = host.AnswerCard(ctx, tx, id); err != nil {
		return err
	}
	if d.answer, err = find(ctx, tx, d.item.Ref); err != nil {
		return err
	}
	if d.labels, err = AllLabels(ctx, tx); err != nil {
		return err
	}
	chosen := d.item.DepartmentID
	var files subject.Ref
	if d.answer != nil {
		chosen, files = d.answer.DepartmentID, d.answer.FileRef()
	}
	if d.departments, err = departments.Options(ctx, tx, chosen); err != nil {
		return err
	}
	d.currency = tx.Tenant().Rules.Currency
	if f == nil {
		d.prefill(tx)
	}
	if m.Files != nil {
		d.files, err = m.Files.Field(ctx, tx, files, f)
	}
	return err
}

// prefill gives the form what is known already.
func (d *editData) prefill(tx *tenant.Tx) {
	if d.answer != nil {
		d.answer.fill(d.form, tx.Tenant().Zone())
		return
	}
	d.form.Set("department", d.item.DepartmentID)
	if !d.item.DueAt.IsZero() {
		d.form.Set("due", d.item.DueAt.In(tx.Tenant().Zone()).Format(time.DateOnly))
	}
}

func (m *Module) save(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	publish := f.Value("action") == "publish"
	w := readWork(f, web.SiteOf(c).Languages, i18n.Zone(ctx))
	if m.Files != nil {
		if err := m.Files.Take(ctx, f); err != nil {
			return err
		}
	}
	ref := subject.Ref{Kind: c.Params("kind"), ID: c.Params("id")}
	if err = f.Err(); err == nil {
		err = m.Save(ctx, ref, w, f, publish)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderEdit(c, f, fault.Is(err, fault.KindConflict)) })
	}
	if publish {
		web.Flash(c, "success", "answers.published")
		return web.Redirect(c, root+"?kind="+url.QueryEscape(ref.Kind))
	}
	web.Flash(c, "success", "answers.saved")
	return web.Redirect(c, root+"/"+ref.Kind+"/"+ref.ID)
}

func (m *Module) labels(c *fiber.Ctx) error {
	f := form.New(nil, nil)
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		labels, err := AllLabels(ctx, tx)
		fillLabels(f, labels)
		return err
	})
	if err != nil {
		return err
	}
	return m.renderLabels(c, f)
}

func (m *Module) renderLabels(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	title := i18n.T(ctx, "answers.labels.title")
	page := web.Page{Title: title, Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "answers.labels.lead"), Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "answers.title"), Href: i18n.Href(ctx, root)}, {Label: title}}}}
	return web.Render(c, page, labelsPage(f, web.SiteOf(c).Languages))
}

func (m *Module) saveLabels(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	rows := readLabels(f, web.SiteOf(c).Languages)
	if err = f.Err(); err == nil {
		err = m.SaveLabels(c.UserContext(), rows)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderLabels(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root+"/labels")
}
