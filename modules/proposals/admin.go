package proposals

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/areas"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/modules/topics"
	"glas/tenant"
)

func (m *Module) adminRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: adminPath, Handle: m.adminList, Need: stored.PermManage},
		{Method: "POST", Path: adminPath, Handle: m.adminBulk, Need: stored.PermManage},
		{Method: "GET", Path: adminPath + "/merge", Handle: m.adminMergeForm, Need: stored.PermMerge},
		{Method: "POST", Path: adminPath + "/merge", Handle: m.adminMerge, Need: stored.PermMerge},
		{Method: "GET", Path: adminPath + "/new", Handle: m.adminNew, Need: stored.PermManage},
		{Method: "POST", Path: adminPath + "/new", Handle: m.adminCreate, Need: stored.PermManage, Files: true},
	}
}

// adminData is the staff's table of proposals.
type adminData struct {
	listData
	state State
	// options are the consultations that there are.
	options []ui.Option
	errors  fault.Fields
	list    []*Proposal
}

// adminStates are the states that staff can look at; drafts are nobody's business.
func adminStates() []string {
	return []string{string(Waiting), string(Published), string(Withdrawn), string(Hidden), string(Merged)}
}

func (m *Module) adminList(c *fiber.Ctx) error { return m.renderAdmin(c, web.Query(c), nil) }

func (m *Module) renderAdmin(c *fiber.Ctx, f *form.Form, errors fault.Fields) error {
	ctx := c.UserContext()
	d := adminData{listData: listData{base: adminPath, form: f}, errors: errors}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return m.fillAdmin(ctx, tx, &d) })
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "proposals.menu"), Staff: true, Current: adminPath, Admin: ui.AdminData{Lead: i18n.T(ctx, "proposals.admin.lead"),
		Actions: ui.LinkButton(i18n.T(ctx, "proposals.official.title"), i18n.Href(ctx, adminPath+"/new"), "secondary", "sm")}}
	return web.Render(c, page, adminTable(d))
}

func (m *Module) fillAdmin(ctx context.Context, tx *tenant.Tx, d *adminData) (err error) {
	if d.names, err = stored.LoadNames(ctx, tx); err != nil {
		return err
	}
	d.now = tx.Now()
	d.topics, d.areas = topics.Choices(ctx, d.names.Topics), areas.Choices(ctx, d.names.Areas)
	d.filter = stored.ReadFilter(d.form, d.topics, d.areas, SortNewest, SortSupported, SortDiscussed, SortTrending)
	d.state = State(stored.Known(d.form.Value("state"), adminStates()...))
	if d.filter.State = d.state; d.state == "" {
		d.filter.State = Published
	}
	if one := d.form.Value("consultation"); id.Valid(one) {
		d.filter.ConsultationID = one
	}
	if d.filter.Of = stored.Known(d.filter.Of, OfAssociations, OfMunicipality); d.filter.State == Waiting {
		d.filter.Sort = SortSupported // what waits was never published, so it has no date to sort by
	}
	if d.options, err = consultationOptions(ctx, tx, d.filter.ConsultationID); err != nil {
		return err
	}
	if d.list, d.next, err = stored.List(ctx, tx, d.filter); err != nil {
		return err
	}
	found, err := stored.ConsultationsOf(ctx, tx, d.list)
	for _, p := range d.list {
		d.rows = append(d.rows, row{Proposal: p, c: found[p.ConsultationID]})
	}
	return err
}

// consultationOptions are the consultations that have proposals or ask for them.
func consultationOptions(ctx context.Context, tx *tenant.Tx, chosen string) ([]ui.Option, error) {
	ids, err := stored.ConsultationIDs(ctx, tx)
	if err != nil {
		return nil, err
	}
	found, err := consultations.LoadMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	for _, one := range ids {
		if c := found[one]; c != nil && c.DeletedAt.IsZero() && (c.ProposalCount > 0 || c.Opens(stored.PermSubmit)) {
			out = append(out, ui.Option{Value: c.ID, Label: c.Title.In(ctx), Selected: c.ID == chosen})
		}
	}
	return out, nil
}

// adminBulk does one thing to all selected proposals.
func (m *Module) adminBulk(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	b := Bulk{IDs: f.Values("id")}
	if len(b.IDs) == 0 {
		web.Flash(c, "warning", "proposals.admin.none_selected")
		return web.Back(c, adminPath)
	}
	switch f.Value("action") {
	case "merge":
		q := form.New(nil, nil)
		q.Set("id", b.IDs...)
		return web.Redirect(c, adminPath+"/merge?"+q.Encode())
	case "publish":
		b.Publish = true
	case "topic":
		b.TopicID = f.Value("topic")
	case "area":
		b.AreaID = f.Value("area")
	}
	n, err := m.Arrange(ctx, b)
	if err != nil {
		return err
	}
	web.Flash(c, "success", "proposals.admin.changed", "Count", n)
	return web.Back(c, adminPath)
}

// adminMergeForm asks which of the selected proposals stays.
func (m *Module) adminMergeForm(c *fiber.Ctx) error { return m.renderMerge(c, web.Query(c)) }

func (m *Module) renderMerge(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	d := adminData{listData: listData{form: f}, errors: f.Complaints()}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		ids := f.Values("id")
		if d.names, err = m.names.Of(ctx, tx); err != nil {
			return err
		}
		d.list, err = stored.FindMany(ctx, tx, ids[:min(len(ids), MergeMax)])
		return err
	})
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "proposals.merge.title")
	return web.Render(c, web.Page{Title: title, Staff: true, Current: adminPath, Admin: ui.AdminData{Lead: i18n.T(ctx, "proposals.merge.lead"),
		Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "proposals.menu"), Href: i18n.Href(ctx, adminPath)}, {Label: title}}}}, mergePage(d))
}

func (m *Module) adminMerge(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ids := f.Values("id")
	into := f.OneOf("into", ids...)
	var p *Proposal
	if err = f.Err(); err == nil {
		p, err = m.Merge(c.UserContext(), into, ids)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderMerge(c, f) })
	}
	web.Flash(c, "success", "proposals.flash.merged")
	return web.Redirect(c, p.Path())
}

// adminNew is the form for a measure of the municipality; without a consultation in the address it asks for one.
func (m *Module) adminNew(c *fiber.Ctx) error {
	d, err := m.loadOfficial(c, web.Query(c).Value("consultation"))
	if err != nil {
		return err
	}
	if d.form, err = web.FormFor(c, adminPath+"/new"); err != nil {
		return err
	}
	if d.c == nil {
		return m.renderChoice(c)
	}
	return m.renderWrite(c, &d)
}

func (m *Module) loadOfficial(c *fiber.Ctx, consultationID string) (writeData, error) {
	d := writeData{official: true}
	if !id.Valid(consultationID) {
		return d, nil
	}
	return d, m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Load(ctx, tx, consultationID); err != nil {
			return err
		}
		if err := m.fillWrite(ctx, tx, &d); err != nil {
			return err
		}
		d.own, d.files = nil, nil
		return nil
	})
}

// renderChoice lets staff choose the consultation of a measure.
func (m *Module) renderChoice(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var options []ui.Option
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		options, err = consultationOptions(ctx, tx, "")
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "proposals.official.title"), Staff: true, Current: adminPath}, choicePage(options))
}

func (m *Module) adminCreate(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d, err := m.loadOfficial(c, f.Value("consultation"))
	if err != nil {
		return err
	}
	if d.c == nil {
		return fault.NotFound("consultations.error.unknown")
	}
	d.form = f
	in, err := m.read(c, &d)
	if err != nil {
		return err
	}
	if d.picker.Asked {
		return m.renderWrite(c, &d)
	}
	in.Official = true
	if err := m.publishForm(c, &d, in); err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderWrite(c, &d) })
	}
	return nil
}
