package proposals

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/areas"
	"glas/modules/consultations"
	"glas/modules/follows"
	"glas/modules/proposals/internal/api"
	"glas/modules/proposals/internal/stored"
	"glas/modules/topics"
	"glas/modules/votes"
	"glas/tenant"
)

const (
	listPath  = "/proposals"
	adminPath = "/admin/proposals"
	forgetJob = "proposals.forget"
	unsealJob = "proposals.unseal"
)

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{
		{Label: "proposals.menu", Path: listPath, Area: web.AreaPublic, Order: 20},
		{Label: "proposals.menu", Path: adminPath, Area: web.AreaStaff, Order: 20, Need: stored.PermManage},
	}
}

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	const one, of = "/proposals/:ref", "/consultations/:slug/proposals"
	writing := web.Limit{Name: "proposal", N: 20, Per: 10 * time.Minute}
	typing := web.Limit{Name: "proposal-draft", N: 120, Per: 10 * time.Minute}
	routes := []web.Route{
		{Method: "GET", Path: listPath, Handle: m.index, Cache: true},
		{Method: "GET", Path: listPath + "/map.json", Handle: m.indexMap, Cache: true},
		{Method: "GET", Path: one, Handle: m.page, Cache: true},
		{Method: "GET", Path: one + "/history", Handle: m.history, Cache: true},
		{Method: "GET", Path: one + "/edit", Handle: m.editForm, Need: web.SignedIn},
		{Method: "POST", Path: one + "/edit", Handle: m.edit, Limit: writing, Files: true},
		{Method: "GET", Path: one + "/withdraw", Handle: m.withdrawForm, Need: web.SignedIn},
		{Method: "POST", Path: one + "/withdraw", Handle: m.withdraw, Limit: writing},
		{Method: "GET", Path: of, Handle: m.ofConsultation, Cache: true},
		{Method: "GET", Path: of + "/map.json", Handle: m.consultationMap, Cache: true},
		{Method: "GET", Path: of + "/new", Handle: m.newForm},
		{Method: "GET", Path: of + "/similar", Handle: m.similar, Limit: web.Limit{Name: "proposal-similar", N: 240, Per: 10 * time.Minute}},
		{Method: "GET", Path: of + "/preview", Handle: m.preview, Need: web.SignedIn},
		{Method: "POST", Path: of, Handle: m.submit, Limit: writing, Files: true},
		{Method: "POST", Path: of + "/draft", Handle: m.autosave, Limit: typing, Files: true},
	}
	return append(append(routes, m.adminRoutes()...), (&api.API{DB: m.DB, Names: m.names.Of}).Routes()...)
}

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{forgetJob: m.forget, unsealJob: m.unseal}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {forgetJob}, votes.FrozenResult{}.EventName(): {unsealJob}}
}

// row is a proposal as a list shows it.
type row struct {
	*Proposal
	c *consultations.Consultation
	// vote is nil where nobody is asked.
	vote *votes.View
}

// listData is a list of proposals: of one consultation, or of all.
type listData struct {
	c      *consultations.Consultation
	base   string
	form   *form.Form
	filter Filter
	names  *stored.Names
	topics []ui.Option
	areas  []ui.Option
	rows   []row
	next   string
	now    time.Time
	asMap  bool
	submit authz.Decision
	opens  bool
}

func (m *Module) index(c *fiber.Ctx) error {
	d := listData{base: listPath}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		return m.fillList(ctx, tx, c, &d, SortNewest)
	})
	if err != nil || d.reseed(c) {
		return err
	}
	d.freshUntil(c)
	page := web.Page{Title: i18n.T(c.UserContext(), "proposals.menu"), Description: i18n.T(c.UserContext(), "proposals.lead"), Current: listPath, Map: d.asMap}
	return web.Render(c, page, allPage(d))
}

func (m *Module) ofConsultation(c *fiber.Ctx) error {
	d := listData{}
	var frame templ.Component
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.c, err = consultations.Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		d.base = tabPath(d.c)
		if err := m.fillList(ctx, tx, c, &d, stored.FirstSort(d.c, tx.Now())); err != nil {
			return err
		}
		frame, err = m.Consultations.Frame(ctx, tx, d.c, m.Key())
		return err
	})
	if err != nil || d.reseed(c) {
		return err
	}
	d.freshUntil(c)
	page := consultations.PageOf(c, d.c)
	page.Title, page.Map, page.JSONLD = i18n.T(c.UserContext(), "proposals.of", "Title", d.c.Title), d.asMap, nil
	return web.Render(c, page, consultations.Wrap(frame, listPart(d)))
}

// fillList reads what the address asks for: with the consultation that is two more statements at most, three where only those are
// wanted that the reader follows.
func (m *Module) fillList(ctx context.Context, tx *tenant.Tx, c *fiber.Ctx, d *listData, sort string) (err error) {
	if d.names, err = m.names.Of(ctx, tx); err != nil {
		return err
	}
	d.now, d.form = tx.Now(), web.Query(c)
	d.asMap = d.form.Value("view") == "map"
	d.topics, d.areas = topics.Choices(ctx, d.names.Topics, d.form.Value("topic")), areas.Choices(ctx, d.names.Areas, d.form.Value("area"))
	if d.filter = stored.ReadFilter(d.form, d.topics, d.areas, stored.SortsOf(d.c, d.now)...); d.filter.Sort == "" {
		d.filter.Sort = sort
	}
	if d.c != nil {
		d.filter.ConsultationID = d.c.ID
		d.submit, d.opens = d.c.May(ctx, stored.PermSubmit, d.now), d.c.Opens(stored.PermSubmit)
	}
	return m.fillRows(ctx, tx, d)
}

// fillRows reads the rows of a list whose filter is known.
func (m *Module) fillRows(ctx context.Context, tx *tenant.Tx, d *listData) (err error) {
	if d.filter.Of == OfFollowed {
		if d.filter.IDs, err = follows.FollowedIDs(ctx, tx, Kind); err != nil {
			return err
		}
	}
	d.filter.MineID = authz.From(ctx).ID
	if d.filter.Of == OfMine && d.filter.MineID == "" || d.filter.Sort == SortRandom && d.filter.Seed == 0 {
		return nil
	}
	list, next, err := stored.List(ctx, tx, d.filter)
	if err != nil {
		return err
	}
	d.next = next
	d.rows, err = m.rowsOf(ctx, tx, d.c, list)
	return err
}

// rowsOf adds to proposals what a list shows of each: its consultation, and the reader's vote. known is the consultation of all of
// them, nil when there are several; proposals of consultations that cannot be seen are left out.
func (m *Module) rowsOf(ctx context.Context, tx *tenant.Tx, known *consultations.Consultation, list []*Proposal) ([]row, error) {
	found := map[string]*consultations.Consultation{}
	if known != nil {
		found[known.ID] = known
	} else {
		var err error
		if found, err = stored.ConsultationsOf(ctx, tx, list); err != nil {
			return nil, err
		}
	}
	rows, ballots := make([]row, 0, len(list)), []votes.Ballot{}
	for _, p := range list {
		c := found[p.ConsultationID]
		if c == nil || known == nil && !c.Visible(tx.Now()) {
			continue
		}
		rows = append(rows, row{Proposal: p, c: c})
		if b, ok := stored.Ballot(ctx, tx, c, p); ok && p.State == Published {
			ballots = append(ballots, b)
		}
	}
	views, err := votes.For(ctx, tx, ballots)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if v, ok := views[rows[i].Ref()]; ok {
			rows[i].vote = &v
		}
	}
	return rows, nil
}

// reseed sends a reader who wants a random order to one of them, so that going back and on stays within it.
func (d *listData) reseed(c *fiber.Ctx) bool {
	if d.filter.Sort != SortRandom || d.filter.Seed != 0 {
		return false
	}
	d.filter.Seed = 1 + int(d.now.UnixMicro()%stored.Seeds)
	return web.Redirect(c, d.href(d.filter)) == nil
}

func (d *listData) freshUntil(c *fiber.Ctx) {
	for _, r := range d.rows {
		web.FreshUntil(c, r.c.NextChange(d.now))
	}
	if d.c != nil {
		web.FreshUntil(c, d.c.NextChange(d.now))
	}
}

// href is the address of the list with a filter, without a language prefix.
func (d *listData) href(f Filter) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("q", f.Text)
	set("topic", f.TopicID)
	set("area", f.AreaID)
	set("status", f.Status)
	set("of", f.Of)
	set("sort", f.Sort)
	if f.Seed > 0 && f.Sort == SortRandom {
		set("seed", strconv.Itoa(f.Seed))
	}
	if f.Box != nil {
		set("bbox", f.Box.String())
	}
	if d.asMap {
		set("view", "map")
	}
	set("after", f.After)
	if len(q) == 0 {
		return d.base
	}
	return d.base + "?" + q.Encode()
}

// tabPath is the address of the list of a consultation.
func tabPath(c *consultations.Consultation) string { return c.Path() + "/proposals" }

func (m *Module) indexMap(c *fiber.Ctx) error { return m.sendMap(c, &listData{base: listPath}) }

func (m *Module) consultationMap(c *fiber.Ctx) error { return m.sendMap(c, &listData{}) }

// sendMap gives the places of a list in the part of a map that is seen: single ones or, of more than MapMax, counts that lead on.
func (m *Module) sendMap(c *fiber.Ctx, d *listData) error {
	marks := geo.Marks{Cells: []geo.Cluster{}, Points: []geo.Spot{}}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if slug := c.Params("slug"); slug != "" {
			if d.c, err = consultations.Find(ctx, tx, slug); err != nil {
				return err
			}
			d.base = tabPath(d.c)
		}
		n, err := m.names.Of(ctx, tx)
		if err != nil {
			return err
		}
		d.asMap = true
		d.filter = stored.ReadFilter(web.Query(c), topics.Choices(ctx, n.Topics), areas.Choices(ctx, n.Areas))
		if d.c != nil {
			d.filter.ConsultationID = d.c.ID
		}
		d.filter.After, d.filter.Sort, d.filter.Of = "", "", stored.Known(d.filter.Of, OfAssociations, OfMunicipality)
		places, err := stored.Spots(ctx, tx, d.filter)
		for _, s := range places {
			d.mark(ctx, s, &marks)
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, marks)
}

// mark adds a place to a map.
func (d *listData) mark(ctx context.Context, s Spot, marks *geo.Marks) {
	if s.Box == nil {
		marks.Points = append(marks.Points, geo.Spot{ID: strconv.FormatInt(s.Number, 10), Lat: s.Lat, Lng: s.Lng, Title: s.Title,
			Href: i18n.Href(ctx, (&Proposal{Number: s.Number, Slug: s.Slug}).Path())})
		return
	}
	f := d.filter
	f.Box, d.asMap = s.Box, false
	marks.Cells = append(marks.Cells, geo.Cluster{Lat: s.Lat, Lng: s.Lng, Count: s.N, Box: [4]float64{s.Box.West, s.Box.South, s.Box.East, s.Box.North}, Href: i18n.Href(ctx, d.href(f))})
}

// numberOf reads the number that an address begins with.
func numberOf(c *fiber.Ctx) (int64, error) {
	digits, _, _ := strings.Cut(c.Params("ref"), "-")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 {
		return 0, stored.ErrUnknown()
	}
	return n, nil
}

func (m *Module) history(c *fiber.Ctx) error {
	number, err := numberOf(c)
	if err != nil {
		return err
	}
	var p *Proposal
	var list []Revision
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		if p, _, err = stored.SeenNumber(ctx, tx, number); err != nil {
			return err
		}
		if p.State != Published && !stored.Mine(ctx, p) && !stored.Staff(ctx) {
			return fault.Gone("proposals.withdrawn.text")
		}
		list, err = stored.Revisions(ctx, tx, p.ID)
		return err
	})
	if err != nil {
		return err
	}
	list = append(list, Revision{Revision: p.Revision, Title: p.Title, Body: p.Body, CreatedAt: p.EditedAt})
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "proposals.history.title"), Current: listPath, NoIndex: true}, historyPage(p, list))
}
