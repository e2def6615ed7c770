package desk

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/ladder"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/personal"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/told"
	"glas/modules/clocks"
	"glas/modules/streets"
	"glas/tenant"
)

// workData is the page on which one case is worked on.
type workData struct {
	*stored.Case
	names    *listed.Names
	governs  listed.Governs
	sight    stored.Sight
	thread   []stored.CaseMessage
	events   []stored.CaseEvent
	answers  []stored.CaseAnswer
	final    *stored.CaseAnswer
	tasks    []stored.CaseTask
	handed   []stored.CaseAssignment
	passed   []stored.CaseReferral
	watchers []stored.CaseWatcher
	// watches is that who acts keeps an eye on it.
	watches  bool
	files    []attachments.Attachment
	shown    map[string]stored.CaseFile
	clocks   []clocks.Clock
	lines    map[string][]calendar.Line
	twins    []listed.Nearby
	children []*stored.Case
	master   *stored.Case
	survey   *stored.CaseSurvey
	// calls are what the reporter is or was told by phone or on paper; unwritten is that he has no e-mail.
	calls     []told.CaseCall
	unwritten bool
	people    []ui.Option
	words     []stored.CaseTemplate
	// contact is the reporter, read only when it was asked for; parties are all of them.
	contact    *stored.CaseParty
	signers    []stored.CaseParty
	mayContact bool
	// did is the act whose form was sent, form what was typed there; conflict that somebody else was faster.
	did       string
	form      *form.Form
	conflict  bool
	languages []string
	town      *tenant.Tenant
	now       time.Time
}

func (d *Desk) page(c *fiber.Ctx) error { return d.render(c, "", nil, false) }

// render shows the page; f is what was typed into the form of an act, nil for a fresh page.
func (d *Desk) render(c *fiber.Ctx, did string, f *form.Form, conflict bool) error {
	ctx := c.UserContext()
	w := &workData{did: did, form: f, conflict: conflict, languages: web.SiteOf(c).Languages}
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if w.Case, err = stored.FindNumber(ctx, tx, c.Params("number")); err != nil {
			return err
		}
		return d.load(ctx, tx, w)
	})
	if err == nil && c.Query("contact") != "" && w.mayContact {
		err = d.loadContact(ctx, w)
	}
	if err != nil {
		return err
	}
	page := staffPage(ctx, w.Number)
	pill := statePill(ctx, w.State)
	page.Map, page.NoIndex, page.Admin.Pill, page.Admin.Lead, page.Admin.Actions = true, true, &pill, text.Truncate(w.ShownTitle(), 120), workActions(w)
	return web.Render(c, page, workPage(w))
}

// load reads what the page shows: a number of statements that does not depend on how long the case is.
func (d *Desk) load(ctx context.Context, tx *tenant.Tx, w *workData) (err error) {
	if w.sight, err = acts.Sight(ctx, tx, w.Case, ""); err != nil {
		return err
	}
	if !w.sight.Notes {
		return stored.ErrUnknown()
	}
	w.town, w.now, w.mayContact = tx.Tenant(), tx.Now(), acts.CanContact(ctx, w.sight, nil)
	if w.names, err = d.Names.Of(ctx, tx); err != nil {
		return err
	}
	w.governs = w.names.Govern(w.Kind, w.TopicID)
	if w.thread, err = stored.Thread(ctx, tx, w.ID, w.sight.Audiences()); err != nil {
		return err
	}
	if w.events, err = stored.Events(ctx, tx, w.ID); err != nil {
		return err
	}
	if w.answers, err = stored.AnswersOf(ctx, tx, w.ID); err != nil {
		return err
	}
	for i := range w.answers {
		if a := &w.answers[i]; a.Final && a.Cycle == w.Cycle && a.State != stored.AnswerWithdrawn {
			w.final = a
		}
	}
	if w.tasks, err = stored.Tasks(ctx, tx, w.ID); err != nil {
		return err
	}
	if w.handed, err = stored.Assignments(ctx, tx, w.ID); err != nil {
		return err
	}
	if w.passed, err = stored.Referrals(ctx, tx, w.ID); err != nil {
		return err
	}
	if w.watchers, err = ladder.Watchers(ctx, tx, w.ID); err != nil {
		return err
	}
	w.watches = slices.ContainsFunc(w.watchers, func(x stored.CaseWatcher) bool { return x.AccountID == authz.From(ctx).ID })
	if w.people, err = d.staff(ctx, tx); err != nil {
		return err
	}
	return d.loadAround(ctx, tx, w)
}

func (d *Desk) loadAround(ctx context.Context, tx *tenant.Tx, w *workData) (err error) {
	if w.files, err = stored.FilesOf(ctx, tx, w.ID); err != nil {
		return err
	}
	if w.shown, err = stored.PhotosOf(ctx, tx, w.ID); err != nil {
		return err
	}
	if w.words, err = stored.Templates(ctx, tx); err != nil {
		return err
	}
	if w.survey, err = stored.SurveyOf(ctx, tx, w.ID, w.Cycle); err != nil {
		return err
	}
	if w.calls, err = told.Of(ctx, tx, w.ID); err != nil {
		return err
	}
	p, err := stored.ReporterOf(ctx, tx, w.ID)
	if err != nil {
		return err
	}
	w.unwritten = p != nil && p.Email == "" && p.AccountID == "" && !p.Refused && p.Consent && w.Visibility != stored.Internal && told.Way(p) != ""
	if w.children, err = stored.Children(ctx, tx, w.ID); err != nil {
		return err
	}
	if w.MergedInto != "" {
		if w.master, err = stored.Find(ctx, tx, w.MergedInto); err != nil {
			return err
		}
	} else if w.State.Running() && can(ctx, acts.PermMerge) {
		if w.twins, err = listed.Twins(ctx, tx, w.Case, float64(w.governs.DuplicateRadius), w.CreatedAt.AddDate(0, 0, -w.governs.DuplicateDays), 6); err != nil {
			return err
		}
		w.twins = slices.DeleteFunc(w.twins, func(n listed.Nearby) bool { return !n.Visibility.Open() && !can(ctx, acts.PermPrivate) })
	}
	return d.loadClocks(ctx, tx, w)
}

func (d *Desk) loadClocks(ctx context.Context, tx *tenant.Tx, w *workData) error {
	if d.Clocks == nil {
		return nil
	}
	found, err := clocks.Of(ctx, tx, []subject.Ref{w.Ref()})
	if err != nil {
		return err
	}
	w.clocks, w.lines = found[w.Ref()], map[string][]calendar.Line{}
	for i := range w.clocks {
		if !w.clocks[i].Running() {
			w.lines[w.clocks[i].ID] = w.clocks[i].Explanation
			continue
		}
		if w.lines[w.clocks[i].ID], err = d.Clocks.Explain(ctx, tx, &w.clocks[i]); err != nil {
			return err
		}
	}
	return nil
}

// loadContact reads who reported; that it was read is on record.
func (d *Desk) loadContact(ctx context.Context, w *workData) (err error) {
	if w.contact, err = d.Contact(ctx, w.Case); err != nil || w.contact == nil {
		return err
	}
	return d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		all, err := stored.Parties(ctx, tx, w.ID)
		w.signers = slices.DeleteFunc(all, func(p stored.CaseParty) bool { return p.Role == stored.RoleReporter })
		return err
	})
}

func (w *workData) version() string { return strconv.FormatInt(w.RowVersion, 10) }

// bound is the form of an act: what was typed when that one was sent, else fresh with usual values.
func (w *workData) bound(act string, usual ...string) *form.Form {
	if w.form != nil && w.did == act {
		return w.form
	}
	f := form.New(url.Values{}, nil)
	for i := 0; i+1 < len(usual); i += 2 {
		f.Set(usual[i], usual[i+1])
	}
	return f
}

// hints are what looks personal in what everybody reads or would read.
func (w *workData) hints() []personal.Hint {
	return personal.Find(w.ShownTitle() + "\n" + w.ShownBody())
}

// edited reports whether the public text differs from what was typed.
func (w *workData) edited() bool {
	return w.PublicTitle != "" && w.PublicTitle != w.Title || w.PublicBody != "" && w.PublicBody != w.Body
}

// placeMap is where it is.
func (w *workData) placeMap(ctx context.Context) (ui.MapData, bool) {
	if !w.Located() {
		return ui.MapData{}, false
	}
	out := streets.MapOf(ctx, w.town, i18n.T(ctx, "cases.map.place"))
	out.Lat, out.Lng, out.Zoom = *w.Lat, *w.Lng, 16
	out.Markers = []ui.Marker{{Lat: *w.Lat, Lng: *w.Lng, Label: w.Number}}
	return out, true
}

// facts are those beside the case.
func (w *workData) facts(ctx context.Context) []ui.Fact {
	var out []ui.Fact
	add := func(term, s string) {
		if s != "" {
			out = append(out, ui.Fact{Term: term, Text: s})
		}
	}
	add(i18n.T(ctx, "cases.fact.kind"), w.names.KindName(ctx, w.Kind))
	add(i18n.T(ctx, "cases.fact.topic"), w.names.TopicName(w.TopicID).In(ctx))
	add(i18n.T(ctx, "common.location"), w.Address)
	add(i18n.T(ctx, "common.area"), w.names.AreaName(w.AreaID).In(ctx))
	add(i18n.T(ctx, "casedesk.fact.channel"), ChannelName(ctx, w.Channel)+prefixed(" · ", w.ChannelRef))
	if !w.RegisteredAt.IsZero() {
		add(i18n.T(ctx, "casedesk.fact.received"), i18n.DateTime(ctx, w.RegisteredAt))
	}
	if !w.DueAt.IsZero() && w.State.Running() {
		add(i18n.T(ctx, "casedesk.fact.due"), i18n.DateTime(ctx, w.DueAt))
	}
	add(i18n.T(ctx, "casedesk.fact.priority"), PriorityName(ctx, w.Priority))
	add(i18n.T(ctx, "cases.fact.department"), w.names.DepartmentName(w.DepartmentID).In(ctx))
	add(i18n.T(ctx, "casedesk.fact.assignee"), nameOf(w.people, w.AssigneeID))
	for _, x := range w.watchers {
		add(i18n.T(ctx, "casedesk.fact.watcher"), nameOf(w.people, x.AccountID)+prefixed(" · ", levelName(ctx, x.Level)))
	}
	add(i18n.T(ctx, "casedesk.fact.visibility"), visibilityName(ctx, w.Visibility)+" · "+modeName(ctx, w.PublishMode))
	add(i18n.T(ctx, "cases.fact.promised"), dayOf(ctx, w.PromiseAt))
	add(i18n.T(ctx, "cases.fact.planned"), dayOf(ctx, w.PlannedAt))
	if b := w.names.Body(w.BodyID); b != nil {
		add(i18n.T(ctx, "cases.fact.body"), b.Name.In(ctx))
	}
	if w.Cycle > 1 {
		add(i18n.T(ctx, "casedesk.fact.cycle"), i18n.Number(ctx, w.Cycle))
	}
	for _, r := range w.passed {
		add(i18n.T(ctx, "casedesk.work.referrals"), w.passedTo(ctx, r))
	}
	for _, r := range w.Answers {
		add(r.Label, w.names.ReplyWords(ctx, w.TopicID, r))
	}
	return out
}

// levelName is a level of the ladder; empty for who watches because he wants to.
func levelName(ctx context.Context, level string) string {
	if level == "" {
		return ""
	}
	return i18n.T(ctx, "clocks.level."+level) //i18n: clocks.level.*
}

// passedTo says to whom it was passed on and what came of it.
func (w *workData) passedTo(ctx context.Context, r stored.CaseReferral) string {
	name, state := "", i18n.T(ctx, "casedesk.heard.waiting")
	if b := w.names.Body(r.BodyID); b != nil {
		name = b.Name.In(ctx)
	}
	if !r.AnsweredAt.IsZero() {
		state = i18n.T(ctx, "casedesk.heard.answered", "Date", i18n.Date(ctx, r.AnsweredAt))
	}
	return name + prefixed(", ", r.Reference) + ", " + dayOf(ctx, r.SentAt) + " · " + state
}

func prefixed(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func visibilityName(ctx context.Context, v stored.Visibility) string {
	return i18n.T(ctx, "casedesk.visibility."+string(v)) //i18n: casedesk.visibility.*
}

func modeName(ctx context.Context, m stored.PublishMode) string {
	return i18n.T(ctx, "casedesk.mode."+string(m)) //i18n: casedesk.mode.*
}

// act does what the form of the page asks for.
func (d *Desk) act(c *fiber.Ctx) error {
	ctx, name := c.UserContext(), c.Params("act")
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	do, ok := deeds()[name]
	if !ok {
		return fault.NotFound("common.error.not_found")
	}
	one, err := d.named(ctx, c.Params("number"))
	if err != nil {
		return err
	}
	if f.Value("do") == "template" {
		return d.insert(c, name, f)
	}
	if f.Bool("told") {
		ctx = told.Already(ctx)
	}
	t := turn{d: d, c: c, f: f, one: one, key: acts.Key{ID: one.ID, Version: versionOf(f)}}
	if err = do.run(ctx, &t); err == nil {
		err = f.Err()
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.render(c, name, f, fault.Is(err, fault.KindConflict)) })
	}
	web.Flash(c, "success", "common.saved")
	return d.onward(c, one.ID)
}

// named is the case of an address.
func (d *Desk) named(ctx context.Context, number string) (one *stored.Case, err error) {
	err = d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		one, err = stored.FindNumber(ctx, tx, number)
		return err
	})
	return one, err
}

// versionOf is the version that the form was made of; 0, which is not compared, without one.
func versionOf(f *form.Form) int64 {
	n, err := strconv.ParseInt(f.Value("version"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// onward leads back to the case, or to the queue when it was given away.
func (d *Desk) onward(c *fiber.Ctx, caseID string) error {
	path := Queue + "/department"
	err := d.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := stored.Find(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if s, err := acts.Sight(ctx, tx, one, ""); err != nil || s.Notes {
			path = WorkPath(one)
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Redirect(c, path)
}
