package moderation

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// filterOf reads the filter from the address. What is not understood is as if it were not there.
func filterOf(q *form.Form) Filter {
	f := Filter{Show: q.Value("show"), Kind: q.Value("kind"), Reason: Reason(q.Value("reason")), Oldest: q.Value("sort") == "oldest"}
	if !slices.Contains(shows(), f.Show) {
		f.Show = ""
	}
	if f.Reason != "" && !slices.Contains(Reasons(), f.Reason) {
		f.Reason = ""
	}
	if n, err := strconv.Atoi(q.Value("page")); err == nil && n > 0 && n < 10000 {
		f.Page = n
	}
	return f
}

// shows are the tabs of the queue.
func shows() []string { return []string{"", "reported", "waiting", "words", "appeals", "decided"} }

// address is the queue's own with this filter.
func (f Filter) address() string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("show", f.Show)
	set("kind", f.Kind)
	set("reason", string(f.Reason))
	if f.Oldest {
		v.Set("sort", "oldest")
	}
	if f.Page > 0 {
		v.Set("page", strconv.Itoa(f.Page))
	}
	if len(v) == 0 {
		return root
	}
	return root + "?" + v.Encode()
}

// entry is a case with its thing.
type entry struct {
	Case ModerationCase
	Item Item
	// Known is false when the thing is gone for good.
	Known bool
}

type queueData struct {
	Filter  Filter
	Numbers numbers
	Entries []entry
	Appeals []ModerationDecision
	Kinds   []string
	More    bool
	Form    *form.Form
}

func (m *Module) queue(c *fiber.Ctx) error { return m.renderQueue(c, nil) }

func (m *Module) renderQueue(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	d := queueData{Filter: filterOf(web.Query(c)), Form: f}
	for kind := range m.Hosts {
		d.Kinds = append(d.Kinds, kind)
	}
	slices.Sort(d.Kinds)
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.Numbers, err = countOpen(ctx, tx); err != nil {
			return err
		}
		if d.Filter.Show == "appeals" {
			d.Appeals, err = appealsWaiting(ctx, tx, d.Filter.Page)
			if d.More = len(d.Appeals) > pageSize; d.More {
				d.Appeals = d.Appeals[:pageSize]
			}
			return err
		}
		return m.fill(ctx, tx, &d)
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "moderation.title"), Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "moderation.lead"),
		Actions: ui.LinkButton(i18n.T(ctx, "moderation.words.title"), i18n.Href(ctx, wordsPath), "secondary", "sm")}}
	return web.Render(c, page, queuePage(d))
}

// fill reads a page of cases with their things.
func (m *Module) fill(ctx context.Context, tx *tenant.Tx, d *queueData) error {
	cases, err := casesOf(ctx, tx, d.Filter)
	if err != nil {
		return err
	}
	if d.More = len(cases) > pageSize; d.More {
		cases = cases[:pageSize]
	}
	items, err := m.items(ctx, tx, cases)
	if err != nil {
		return err
	}
	for _, c := range cases {
		item, known := items[c.Ref().String()]
		d.Entries = append(d.Entries, entry{Case: c, Item: item, Known: known})
	}
	return nil
}

// items asks the hosts for the things of cases: at once where a host can, else one by one.
func (m *Module) items(ctx context.Context, tx *tenant.Tx, cases []ModerationCase) (map[string]Item, error) {
	out, byKind := map[string]Item{}, map[string][]string{}
	for _, c := range cases {
		byKind[c.SubjectKind] = append(byKind[c.SubjectKind], c.SubjectID)
	}
	for kind, ids := range byKind {
		host := m.Hosts[kind]
		if host == nil || !tx.Tenant().Offers(kind) {
			continue // switched off
		}
		if b, ok := host.(Batcher); ok {
			many, err := b.HeldMany(ctx, tx, ids)
			if err != nil {
				return nil, err
			}
			for _, item := range many {
				out[item.Ref.String()] = item.settled()
			}
			continue
		}
		for _, thing := range ids {
			item, err := host.Held(ctx, tx, thing)
			if fault.Is(err, fault.KindNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			out[item.Ref.String()] = item.settled()
		}
	}
	return out, nil
}

// draftOf reads a decision from a form.
func draftOf(f *form.Form, action, seen string) Draft {
	return Draft{Act: Act(action), Reason: f.Text("reason", form.Limit{Max: reasonMax}), Rule: f.Value("rule"), Seen: f.Value(seen)}
}

// bulk decides all chosen cases alike. One that cannot be decided does not keep the others from it.
func (m *Module) bulk(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ids := f.Values("id")
	if len(ids) == 0 || len(ids) > pageSize {
		web.Flash(c, "warning", "moderation.bulk.none")
		return web.Back(c, root)
	}
	done, failed, err := m.decideAll(c.UserContext(), f, ids)
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderQueue(c, f) })
	}
	if failed > 0 {
		web.Flash(c, "warning", "moderation.bulk.some", "Done", done, "Failed", failed)
	} else {
		web.Flash(c, "success", "moderation.bulk.done", "Done", done)
	}
	return web.Back(c, root)
}

// decideAll decides cases one after the other and counts those that could be decided and those that no longer could.
func (m *Module) decideAll(ctx context.Context, f *form.Form, ids []string) (done, failed int, err error) {
	for _, caseID := range ids {
		d := draftOf(f, f.Value("action"), "seen."+caseID)
		if err := f.Err(); err != nil {
			return done, failed, err
		}
		err := m.Decide(ctx, caseID, d)
		switch {
		case err == nil:
			done++
		case fault.Is(err, fault.KindConflict) || fault.Is(err, fault.KindNotFound):
			failed++
		default:
			return done, failed, err
		}
	}
	return done, failed, nil
}

type caseData struct {
	entry
	Form      *form.Form
	Reports   []ModerationReport
	Decisions []ModerationDecision
	Hints     []string
	Acts      []ui.Option
}

func (m *Module) showCase(c *fiber.Ctx) error { return m.renderCase(c, nil) }

func (m *Module) renderCase(c *fiber.Ctx, f *form.Form) error {
	d := caseData{Form: f}
	ctx := c.UserContext()
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return m.loadCase(ctx, tx, c.Params("id"), &d) })
	if err != nil {
		return err
	}
	d.Acts = m.actOptions(ctx, d.entry)
	title := d.Item.Title
	if title == "" {
		title = i18n.T(ctx, "moderation.case.title")
	}
	page := web.Page{Title: title, Staff: true, Current: root, Admin: ui.AdminData{Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "moderation.title"), Href: i18n.Href(ctx, root)}, {Label: text.Truncate(title, 60)}}}}
	return web.Render(c, page, casePage(d))
}

func (m *Module) loadCase(ctx context.Context, tx *tenant.Tx, caseID string, d *caseData) error {
	c, err := caseByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	d.Case = *c
	d.Item, err = m.held(ctx, tx, c.Ref())
	d.Known = err == nil
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	own, err := words(ctx, tx)
	if err != nil {
		return err
	}
	d.Hints = hints(d.Item, own)
	for _, w := range c.words() {
		if !slices.Contains(d.Hints, w) {
			d.Hints = append(d.Hints, w)
		}
	}
	if d.Reports, err = reportsOf(ctx, tx, caseID); err != nil {
		return err
	}
	d.Decisions, err = decisionsOn(ctx, tx, c.Ref())
	return err
}

// actOptions are the acts that fit the state of a thing.
func (m *Module) actOptions(ctx context.Context, e entry) []ui.Option {
	fits := []Act{ActHide, ActRemove}
	switch {
	case e.Item.erased() || !e.Known:
		fits = []Act{ActDismiss}
	case e.Case.Open && e.Case.Waiting && e.Item.Gone:
		fits = []Act{ActApprove, ActRefuse, ActRemove}
	case e.Item.Gone:
		fits = []Act{ActRestore, ActRemove}
	case e.Case.Open:
		fits = []Act{ActDismiss, ActHide, ActRemove}
	}
	if m.People != nil && e.Item.AuthorID != "" && authz.Can(ctx, "account.block", authz.Resource{}).Allowed {
		fits = append(fits, ActBlock)
	}
	var out []ui.Option
	for _, a := range fits {
		out = append(out, ui.Option{Value: string(a), Label: i18n.T(ctx, "moderation.do."+string(a)), Help: i18n.T(ctx, "moderation.do_help."+string(a))}) //i18n: moderation.do.* moderation.do_help.*
	}
	return out
}

func (m *Module) decideCase(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d := draftOf(f, f.Value("action"), "seen")
	if err = f.Err(); err == nil {
		err = m.Decide(c.UserContext(), c.Params("id"), d)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderCase(c, f) })
	}
	web.Flash(c, "success", "moderation.decided")
	return web.Redirect(c, root)
}

func (m *Module) showAppeal(c *fiber.Ctx) error { return m.renderSettle(c, form.New(nil, nil)) }

type settleData struct {
	Form     *form.Form
	Decision *ModerationDecision
	Item     Item
	Known    bool
	// Refused is why this person cannot decide it; nil lets him.
	Refused error
}

func (m *Module) renderSettle(c *fiber.Ctx, f *form.Form) error {
	d := settleData{Form: f}
	ctx := c.UserContext()
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.Decision, err = decisionByID(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		if d.Decision.Appeal == "" {
			return fault.NotFound("moderation.error.unknown")
		}
		d.Refused = mayDecide(ctx, d.Decision)
		d.Item, err = m.held(ctx, tx, d.Decision.Ref())
		d.Known = err == nil
		if fault.Is(err, fault.KindNotFound) {
			err = nil
		}
		return err
	})
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "moderation.appeals.one")
	page := web.Page{Title: title, Staff: true, Current: root, Admin: ui.AdminData{Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "moderation.title"), Href: i18n.Href(ctx, root)}, {Label: title}}}}
	return web.Render(c, page, settlePage(d))
}

func (m *Module) settleAppeal(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	verdict := f.OneOf("verdict", appealUpheld, appealOverturned)
	reason := f.Text("reason", form.Limit{Min: reasonMin, Max: reasonMax})
	if err = f.Err(); err == nil {
		err = m.Settle(c.UserContext(), c.Params("id"), verdict == appealOverturned, reason)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderSettle(c, f) })
	}
	web.Flash(c, "success", "moderation.appeals.settled")
	return web.Redirect(c, Filter{Show: "appeals"}.address())
}

// maxWords is how many words of its own a municipality can list, wordMax how long each may be in letters.
const maxWords, wordMax = 1000, 60

func (m *Module) showWords(c *fiber.Ctx) error {
	f := form.New(nil, nil)
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		list, err := words(ctx, tx)
		f.Set("words", list)
		return err
	})
	if err != nil {
		return err
	}
	return m.renderWords(c, f)
}

func (m *Module) renderWords(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	title := i18n.T(ctx, "moderation.words.title")
	page := web.Page{Title: title, Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "moderation.words.lead"), Crumbs: []ui.Crumb{
		{Label: i18n.T(ctx, "moderation.title"), Href: i18n.Href(ctx, root)}, {Label: title}}}}
	return web.Render(c, page, wordsForm(f))
}

func (m *Module) saveWords(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	list := f.Lines("words")
	f.Check("words", len(list) <= maxWords, "moderation.words.too_many", "N", maxWords)
	for _, w := range list {
		if text.Letters(w) > wordMax || len(text.Words(w)) != 1 {
			f.Fail("words", "moderation.words.not_one", "Word", text.Truncate(w, wordMax))
			break
		}
	}
	if err = f.Err(); err == nil {
		err = m.SaveWords(c.UserContext(), list)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderWords(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, wordsPath)
}
