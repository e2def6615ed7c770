package consultations

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/areas"
	"glas/modules/attachments"
	"glas/modules/comments"
	"glas/modules/consultations/internal/stored"
	"glas/modules/documents"
	"glas/modules/topics"
	"glas/tenant"
)

func (m *Module) index(c *fiber.Ctx) error {
	d := indexData{form: web.Query(c)}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.now = tx.Now()
		if d.topics, err = topics.Options(ctx, tx); err != nil {
			return err
		}
		if d.areas, err = areas.Options(ctx, tx); err != nil {
			return err
		}
		f := publicFilter(d.form, d.topics, d.areas)
		d.active = f.Active()
		if d.list, d.next, err = List(ctx, tx, f); err != nil {
			return err
		}
		d.covers, err = m.covers(ctx, tx, d.list...)
		return err
	})
	if err != nil {
		return err
	}
	freshUntil(c, d.now, d.list...)
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "consultations.menu"), Current: "/consultations"}, indexPage(d))
}

// publicFilter takes from an address what makes sense; the rest is as if it were not there.
func publicFilter(f *form.Form, topicList, areaList []ui.Option) Filter {
	known := func(list []ui.Option, name string) string {
		v := f.Value(name)
		if slices.ContainsFunc(list, func(o ui.Option) bool { return o.Value == v }) {
			return v
		}
		return ""
	}
	out := Filter{TopicID: known(topicList, "topic"), AreaID: known(areaList, "area"), After: f.Value("after")}
	if s := Status(f.Value("state")); slices.Contains(stored.Statuses(), s) {
		out.Status = s
	}
	return out
}

// covers finds the cover pictures of consultations, by their ids, in one statement.
func (m *Module) covers(ctx context.Context, tx *tenant.Tx, list ...*Consultation) (map[string]attachments.Attachment, error) {
	var refs []subject.Ref
	for _, c := range list {
		if c.CoverID != "" {
			refs = append(refs, c.CoverRef())
		}
	}
	found, err := attachments.Of(ctx, tx, refs)
	out := make(map[string]attachments.Attachment, len(found))
	for ref, files := range found {
		if last := files[len(files)-1]; last.Ready() {
			out[ref.ID] = last
		}
	}
	return out, err
}

// coverPath is the address of a cover in a size, empty without one.
func coverPath(covers map[string]attachments.Attachment, c *Consultation, variant string) string {
	if a, ok := covers[c.ID]; ok {
		return a.Path(variant)
	}
	return ""
}

// freshUntil keeps a remembered page no longer than what it shows is true.
func freshUntil(c *fiber.Ctx, now time.Time, list ...*Consultation) {
	web.FreshUntil(c, EndOfDay(now, i18n.Zone(c.UserContext())).Add(time.Microsecond))
	for _, one := range list {
		web.FreshUntil(c, one.NextChange(now))
	}
}

// Find is the consultation with a name in its address, if the one who asks may see it: staff sees drafts too.
func Find(ctx context.Context, tx *tenant.Tx, slug string) (*Consultation, error) {
	c, err := LoadSlug(ctx, tx, slug)
	if err != nil {
		return nil, err
	}
	staff := c.DeletedAt.IsZero() && authz.Can(ctx, "consultation.preview", authz.Resource{}).Allowed
	if !c.Visible(tx.Now()) && !staff {
		return nil, fault.NotFound("consultations.error.unknown")
	}
	return c, nil
}

// PageOf is the page around a part of a consultation.
func PageOf(c *fiber.Ctx, one *Consultation) web.Page {
	ctx := c.UserContext()
	site := web.SiteOf(c)
	name, _ := site.Name.Pick(i18n.Lang(ctx), site.Languages[0])
	return web.Page{Title: one.Title.In(ctx), Description: one.Summary.In(ctx), Current: "/consultations", Feed: one.Path() + "/feed.atom",
		Image: "/og/" + Kind + "/" + one.Slug + ".png", JSONLD: jsonLD(ctx, one, site.Base, name), NoIndex: one.State == Draft || one.State == Scheduled}
}

// Keys of the tabs that this package shows itself.
const (
	tabAbout     = "about"
	tabComments  = "comments"
	tabDocuments = "documents"
	tabCourse    = "course"
)

// Frame is everything around a part of the page of c: head, timeline, tabs, side panel. key is the tab that is shown; a method
// gives its own. The part is its child: use Wrap.
func (m *Module) Frame(ctx context.Context, tx *tenant.Tx, c *Consultation, key string) (templ.Component, error) {
	f, err := m.frame(ctx, tx, c, key)
	return page(f), err
}

// Wrap puts a part into a frame.
func Wrap(frame, part templ.Component) templ.Component { return wrapped(frame, part) }

func (m *Module) frame(ctx context.Context, tx *tenant.Tx, c *Consultation, key string) (frame, error) {
	f := frame{c: c, now: tx.Now(), acts: m.namedActs(ctx)}
	tab := func(k, label, path string, count int) {
		f.tabs = append(f.tabs, ui.Tab{Label: label, Href: i18n.Href(ctx, path), Count: count, Current: k == key})
	}
	tab(tabAbout, i18n.T(ctx, "consultations.tab.about"), c.Path(), -1)
	for _, method := range m.methods {
		t, shown, err := method.Tab(ctx, tx, c)
		if err != nil {
			return f, err
		}
		if !shown {
			continue
		}
		tab(method.Key(), t.Label, t.Href, t.Count)
		if t.Action.Href != "" {
			f.actions = append(f.actions, action{t.Action.Label, t.Action.Href, t.Decision})
		}
	}
	if c.Opens(ActComment) || c.CommentCount > 0 {
		tab(tabComments, i18n.T(ctx, "consultations.tab.comments"), c.Path()+"/comments", shownCount(c.CommentCount))
		f.actions = append(f.actions, action{i18n.T(ctx, "consultations.action.comment"), c.Path() + "/comments", c.May(ctx, ActComment, f.now)})
	}
	if c.DocumentCount > 0 {
		tab(tabDocuments, i18n.T(ctx, "common.documents"), c.Path()+"/documents", int(c.DocumentCount))
	}
	tab(tabCourse, i18n.T(ctx, "consultations.tab.course"), c.Path()+"/course", -1)
	var err error
	if f.changes, err = stored.Changes(ctx, tx, c.ID); err != nil || m.Follow == nil || !c.Visible(f.now) {
		return f, err
	}
	f.follow, err = m.Follow(ctx, tx, c.Ref(), c.Title.In(ctx))
	return f, err
}

// shownCount leaves a count of nothing out.
func shownCount(n int64) int {
	if n == 0 {
		return -1
	}
	return int(n)
}

// part answers with one tab of a consultation.
func (m *Module) part(c *fiber.Ctx, key string, load func(ctx context.Context, tx *tenant.Tx, one *Consultation) (templ.Component, error)) error {
	var one *Consultation
	var body templ.Component
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if one, err = Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		f, err := m.frame(ctx, tx, one, key)
		if err != nil {
			return err
		}
		if key == tabAbout {
			covers, err := m.covers(ctx, tx, one)
			if err != nil {
				return err
			}
			f.cover = coverPath(covers, one, attachments.Full)
		}
		inner, err := load(ctx, tx, one)
		freshUntil(c, tx.Now(), one)
		body = wrapped(page(f), inner)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(c, PageOf(c, one), body)
}

func (m *Module) show(c *fiber.Ctx) error { return m.part(c, tabAbout, m.about) }

// about loads the first tab.
func (m *Module) about(ctx context.Context, tx *tenant.Tx, c *Consultation) (templ.Component, error) {
	d := aboutData{c: c, now: tx.Now()}
	var err error
	if !c.AnsweredAt.IsZero() {
		if d.result, err = ResultOf(ctx, tx, c.ID); err != nil {
			return nil, err
		}
	}
	if len(c.TopicIDs) > 0 {
		all, err := topics.Options(ctx, tx, c.TopicIDs...)
		if err != nil {
			return nil, err
		}
		d.topics = slices.DeleteFunc(all, func(o ui.Option) bool { return !o.Selected })
	}
	linked, err := LoadMany(ctx, tx, c.LinkedIDs)
	if err != nil {
		return nil, err
	}
	for _, other := range c.LinkedIDs {
		if l := linked[other]; l != nil && l.Visible(d.now) {
			d.linked = append(d.linked, l)
		}
	}
	for _, method := range m.methods {
		p, err := method.Panel(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		if p != nil {
			d.panels = append(d.panels, p)
		}
	}
	d.ballot, err = m.ownBallot(ctx, tx, c)
	return about(d), err
}

func (m *Module) discussion(c *fiber.Ctx) error {
	return m.part(c, tabComments, func(ctx context.Context, tx *tenant.Tx, one *Consultation) (templ.Component, error) {
		if m.Discussion == nil {
			return nil, fault.NotFound("consultations.error.unknown")
		}
		typed, err := web.FormFor(c, comments.Action(one.Ref()))
		if err != nil {
			return nil, err
		}
		return m.Discussion.Section(ctx, tx, one.Thread(ctx, tx), comments.QueryFrom(web.Query(c), typed))
	})
}

func (m *Module) documents(c *fiber.Ctx) error {
	return m.part(c, tabDocuments, func(ctx context.Context, tx *tenant.Tx, one *Consultation) (templ.Component, error) {
		list, err := documents.Of(ctx, tx, one.Ref())
		if err != nil {
			return nil, err
		}
		names, err := documents.KindNames(ctx, tx)
		if err != nil {
			return nil, err
		}
		files, err := attachments.Of(ctx, tx, []subject.Ref{one.Ref()})
		if len(list)+len(files[one.Ref()]) == 0 {
			return emptyPart("consultations.documents.empty"), err
		}
		return papers(list, names, files[one.Ref()]), err
	})
}

func (m *Module) course(c *fiber.Ctx) error {
	return m.part(c, tabCourse, func(ctx context.Context, tx *tenant.Tx, one *Consultation) (templ.Component, error) {
		list, err := stored.Changes(ctx, tx, one.ID)
		if err != nil {
			return nil, err
		}
		rules, err := m.desk.Rules(ctx, tx, one)
		if err != nil {
			return nil, err
		}
		result, err := ResultOf(ctx, tx, one.ID)
		return course(one, rules, list, result), err
	})
}

// preview shows a consultation to whoever holds a link to it. Nothing can be done there.
func (m *Module) preview(c *fiber.Ctx) error {
	var one *Consultation
	var body templ.Component
	err := m.DB.Keep(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		consultationID, err := stored.UsePreview(ctx, tx, id.Hash(c.Params("token")))
		if err != nil {
			return err
		}
		if one, err = Load(ctx, tx, consultationID); err != nil {
			return err
		}
		covers, err := m.covers(ctx, tx, one)
		if err != nil {
			return err
		}
		f := frame{c: one, now: tx.Now(), preview: true, cover: coverPath(covers, one, attachments.Full)}
		f.tabs = []ui.Tab{{Label: i18n.T(ctx, "consultations.tab.about"), Href: i18n.Href(ctx, web.PathOf(c)), Count: -1, Current: true}}
		body = wrapped(page(f), about(aboutData{c: one, now: tx.Now()}))
		return nil
	})
	if err != nil {
		return err
	}
	p := PageOf(c, one)
	p.NoIndex, p.JSONLD, p.Feed = true, nil, ""
	return web.Render(c, p, body)
}
