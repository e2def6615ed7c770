package book

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/consultations/internal/stored"
	"glas/modules/documents"
	"glas/modules/terms"
	"glas/tenant"
)

// Root is where staff works on consultations.
const Root = "/admin/consultations"

// Path is where staff works on one.
func Path(c *stored.Consultation) string { return Root + "/" + c.ID }

// Routes are the screens of this package.
func (d *Desk) Routes() []web.Route {
	const one = Root + "/:id"
	r := func(method, path, need string, handle fiber.Handler) web.Route {
		return web.Route{Method: method, Path: path, Need: need, Handle: handle}
	}
	return []web.Route{
		r("GET", one+"/law", "consultation.edit", d.law),
		r("POST", one+"/law", "consultation.edit", d.saveLaw),
		r("GET", one+"/rules/:rule", "term.override", d.override),
		r("POST", one+"/rules/:rule", "term.override", d.saveOverride),
		r("POST", one+"/rules/:rule/uphold", "term.override", d.uphold),
		r("GET", one+"/papers", "document.edit", d.papers),
		r("POST", one+"/papers", "document.edit", d.addPaper).WithFiles(),
		r("GET", one+"/papers/:document", "document.edit", d.paper),
		r("POST", one+"/papers/:document", "document.edit", d.replacePaper).WithFiles(),
		r("POST", one+"/papers/:document/remove", "document.edit", d.removePaper),
	}
}

// Page is the frame of a screen about one consultation.
func Page(c *fiber.Ctx, one *stored.Consultation, title string) web.Page {
	ctx := c.UserContext()
	crumbs := []ui.Crumb{{Label: i18n.T(ctx, "consultations.menu"), Href: i18n.Href(ctx, Root)}}
	if one != nil {
		crumbs = append(crumbs, ui.Crumb{Label: one.Title.In(ctx), Href: i18n.Href(ctx, Path(one))})
	}
	if title == "" {
		title = one.Title.In(ctx)
	} else {
		crumbs = append(crumbs, ui.Crumb{Label: title})
	}
	return web.Page{Title: title, Staff: true, Current: Root, Admin: ui.AdminData{Title: title, Crumbs: crumbs}}
}

// screen is what every screen here shows a part of.
type screen struct {
	form      *form.Form
	c         *stored.Consultation
	rules     Rules
	sets      []ui.Option
	languages []string
	zone      *time.Location
	now       time.Time
	document  *documents.Document
	rule      terms.Finding
}

// load reads everything about the consultation in the address.
func (d *Desk) load(c *fiber.Ctx, f *form.Form) (screen, error) {
	s := screen{form: f, languages: web.SiteOf(c).Languages, zone: web.SiteOf(c).Zone}
	err := d.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if s.c, err = stored.Load(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		s.now = tx.Now()
		if s.rules, err = d.Rules(ctx, tx, s.c); err != nil {
			return err
		}
		s.sets, err = terms.Options(ctx, tx, s.rules.Set.ID)
		return err
	})
	return s, err
}

func (d *Desk) law(c *fiber.Ctx) error { return d.renderLaw(c, nil) }

func (d *Desk) renderLaw(c *fiber.Ctx, f *form.Form) error {
	s, err := d.load(c, f)
	if err != nil {
		return err
	}
	if s.form == nil {
		s.form = form.New(nil, nil)
		fillLaw(s.form, s.c, s.rules.Set.ID, s.zone)
	}
	return web.Render(c, Page(c, s.c, i18n.T(c.UserContext(), "consultations.law.title")), lawPage(s))
}

func (d *Desk) saveLaw(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	s, err := d.load(c, f)
	if err != nil {
		return err
	}
	l := readLaw(f, s)
	if err = f.Err(); err == nil {
		err = d.SetLaw(c.UserContext(), s.c.ID, l, int64(f.OptionalInt("version", 0, 1<<30, 0)))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderLaw(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, Path(s.c))
}

// meetingRows is how many meetings one form takes.
const meetingRows = 6

// Limits in letters.
const (
	titleMax  = 150
	basisMax  = 500
	placeMax  = 200
	reasonMax = 1_000
)

func fillLaw(f *form.Form, c *stored.Consultation, setID string, zone *time.Location) {
	f.Set("rules", setID)
	setTexts(f, "legal_basis", c.LegalBasis)
	setTexts(f, "decision_title", c.DecisionTitle)
	f.Set("decision_url", c.DecisionURL)
	if !c.ReportBy.IsZero() {
		f.Set("report_by", c.ReportBy.In(zone).Format(time.DateOnly))
	}
	for i, m := range c.Meetings {
		name := meetingName(i)
		setTexts(f, name, m.Title)
		setTexts(f, name+".place", m.Place)
		f.Set(name+".id", m.ID)
		f.Set(name+".day", m.At.In(zone).Format(time.DateOnly))
		f.Set(name+".time", m.At.In(zone).Format("15:04"))
		f.Set(name+".protocol", m.ProtocolID)
	}
}

func meetingName(i int) string { return "meeting" + strconv.Itoa(i) }

func setTexts(f *form.Form, name string, t i18n.Text) {
	for lang, words := range t {
		f.Set(name+"."+lang, words)
	}
}

func readLaw(f *form.Form, s screen) stored.Law {
	var sets []string
	for _, o := range s.sets {
		sets = append(sets, o.Value)
	}
	l := stored.Law{RuleSetID: f.OneOf("rules", sets...), LegalBasis: f.Texts("legal_basis", s.languages, form.Limit{Max: basisMax}),
		DecisionURL: f.Line("decision_url", form.Limit{Max: 500}), DecisionTitle: f.Texts("decision_title", s.languages, form.Limit{Max: titleMax})}
	f.Check("decision_url", l.DecisionURL == "" || webAddress(l.DecisionURL), "consultations.error.url")
	if at := f.Date("report_by", s.zone); !at.IsZero() {
		l.ReportBy = calendar.EndOfDay(calendar.DateOf(at, s.zone), s.zone)
		f.Check("report_by", s.c.EndsAt.IsZero() || !l.ReportBy.Before(s.c.EndsAt), "consultations.error.answer_by")
	}
	for i := range meetingRows {
		if m, ok := readMeeting(f, s, meetingName(i)); ok {
			l.Meetings = append(l.Meetings, m)
		}
	}
	return l
}

func readMeeting(f *form.Form, s screen, name string) (stored.Meeting, bool) {
	own := s.languages[0]
	m := stored.Meeting{ID: f.Value(name + ".id"), Title: f.Texts(name, s.languages, form.Limit{Max: titleMax}), Place: f.Texts(name+".place", s.languages, form.Limit{Max: placeMax})}
	day, at := f.Date(name+".day", s.zone), f.Time(name+".time")
	if m.Title.Empty() && day.IsZero() {
		return m, false
	}
	if !id.Valid(m.ID) || s.c.Meeting(m.ID) == nil {
		m.ID = id.New()
	}
	f.Check(name+".day", !day.IsZero(), "val.required")
	f.Check(name+".time", f.Value(name+".time") != "", "val.required")
	f.Check(name+"."+own, m.Title[own] != "", "val.required")
	f.Check(name+".place."+own, m.Place[own] != "", "val.required")
	y, month, d := day.Date()
	m.At = time.Date(y, month, d, int(at.Hours()), int(at.Minutes())%60, 0, 0, s.zone).UTC() // by the clock on the wall
	known := []string{""}
	for _, doc := range s.rules.Docs {
		known = append(known, doc.ID)
	}
	m.ProtocolID = f.OneOf(name+".protocol", known...)
	return m, true
}

func (d *Desk) override(c *fiber.Ctx) error { return d.renderOverride(c, form.New(nil, nil)) }

func (d *Desk) renderOverride(c *fiber.Ctx, f *form.Form) error {
	s, err := d.load(c, f)
	if err != nil {
		return err
	}
	for _, finding := range s.rules.Findings(c.UserContext(), s.c, s.now) {
		if finding.Rule == c.Params("rule") {
			s.rule = finding
		}
	}
	if s.rule.Rule == "" || !s.rule.Override {
		return fault.NotFound("consultations.error.firm")
	}
	return web.Render(c, Page(c, s.c, i18n.T(c.UserContext(), "consultations.override.title")), overridePage(s))
}

func (d *Desk) saveOverride(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	reason := f.Texts("reason", web.SiteOf(c).Languages, form.Limit{Min: 10, Max: reasonMax})
	if err = f.Err(); err == nil {
		err = d.Override(c.UserContext(), c.Params("id"), c.Params("rule"), reason)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderOverride(c, f) })
	}
	web.Flash(c, "success", "consultations.override.done")
	return web.Redirect(c, Root+"/"+c.Params("id"))
}

func (d *Desk) uphold(c *fiber.Ctx) error {
	if err := d.Uphold(c.UserContext(), c.Params("id"), c.Params("rule")); err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, Root+"/"+c.Params("id"))
}

func (d *Desk) papers(c *fiber.Ctx) error { return d.renderPapers(c, form.New(nil, nil)) }

func (d *Desk) renderPapers(c *fiber.Ctx, f *form.Form) error {
	s, err := d.load(c, f)
	if err != nil {
		return err
	}
	return web.Render(c, Page(c, s.c, i18n.T(c.UserContext(), "common.documents")), papersPage(s))
}

func (d *Desk) addPaper(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	s, err := d.load(c, f)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	sent, err := d.Docs.Receive(ctx, f, s.languages, s.rules.Names.Options(ctx), false)
	if err == nil {
		err = f.Err()
	}
	if err == nil {
		err = d.Add(ctx, s.c.ID, sent)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderPapers(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, Path(s.c)+"/papers")
}

func (d *Desk) paper(c *fiber.Ctx) error { return d.renderPaper(c, form.New(nil, nil)) }

func (d *Desk) renderPaper(c *fiber.Ctx, f *form.Form) error {
	s, err := d.load(c, f)
	if err != nil {
		return err
	}
	for i := range s.rules.Docs {
		if s.rules.Docs[i].ID == c.Params("document") {
			s.document = &s.rules.Docs[i]
		}
	}
	if s.document == nil {
		return fault.NotFound("documents.error.unknown")
	}
	return web.Render(c, Page(c, s.c, i18n.T(c.UserContext(), "consultations.papers.replace")), paperPage(s))
}

func (d *Desk) replacePaper(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx, one := c.UserContext(), c.Params("id")
	sent, err := d.Docs.Receive(ctx, f, web.SiteOf(c).Languages, nil, true)
	if err == nil {
		err = f.Err()
	}
	if err == nil {
		err = d.Replace(ctx, one, c.Params("document"), sent)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderPaper(c, f) })
	}
	web.Flash(c, "success", "consultations.papers.replaced")
	return web.Redirect(c, Root+"/"+one+"/papers")
}

func (d *Desk) removePaper(c *fiber.Ctx) error {
	if err := d.Remove(c.UserContext(), c.Params("id"), c.Params("document")); err != nil {
		return err
	}
	web.Flash(c, "success", "common.deleted")
	return web.Redirect(c, Root+"/"+c.Params("id")+"/papers")
}
