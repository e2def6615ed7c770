package cases

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/personal"
	"glas/modules/cases/internal/stored"
	"glas/modules/streets"
	"glas/tenant"
)

// reportData is the form of a report.
type reportData struct {
	form   *form.Form
	errors fault.Fields
	names  *listed.Names
	place  streets.PickerData
	near   []listed.Nearby
	// asked is set when the form comes back because of what is near.
	asked bool
	batch attachments.Batch
	now   time.Time
	town  *tenant.Tenant
	// preview shows what will be public, beside the form; shown is the case as everybody would see it.
	preview bool
	shown   *pageData
	// refused is why nobody without an account can report here.
	anonymous bool
}

const (
	trapName   = "website"
	openedName = "_opened"
	// photoAt carries where a photo was taken, photoSeen that this was offered.
	photoAt   = "photo_at"
	photoSeen = "photo_seen"
)

func (m *Module) newForm(c *fiber.Ctx) error {
	f, err := web.FormFor(c, reportPath)
	if err != nil {
		return err
	}
	if q := web.Query(c); !f.Has("title") { // a link can choose kind and topic
		for _, name := range []string{"kind", "topic", streets.FieldLat, streets.FieldLng} {
			if v := q.Value(name); v != "" {
				f.Set(name, v)
			}
		}
	}
	d := reportData{form: f}
	if err := m.loadReport(c, &d); err != nil {
		return err
	}
	return m.renderReport(c, &d)
}

// loadReport reads what the form chooses from, and the place that it names.
func (m *Module) loadReport(c *fiber.Ctx, d *reportData) error {
	return m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.names, err = m.names.Of(ctx, tx); err != nil {
			return err
		}
		d.now, d.town, d.anonymous = tx.Now(), tx.Tenant(), d.names.Settings.Anonymous
		if d.place, err = streets.Pick(ctx, tx, d.form); err != nil {
			return err
		}
		d.place.Photo = photoOf(d.form)
		d.near, err = m.nearOf(ctx, tx, d)
		return err
	})
}

// nearOf are cases around the place that the form names, those of its topic in any case.
func (m *Module) nearOf(ctx context.Context, tx *tenant.Tx, d *reportData) ([]listed.Nearby, error) {
	if !d.place.Choice.Located() {
		return nil, nil
	}
	g := d.names.Govern(d.form.Value("kind"), d.form.Value("topic"))
	return listed.Near(ctx, tx, *d.place.Choice.Lat, *d.place.Choice.Lng, max(stored.NearRadius, float64(g.DuplicateRadius)), tx.Now().AddDate(0, 0, -g.DuplicateDays), 5)
}

func (m *Module) renderReport(c *fiber.Ctx, d *reportData) error {
	ctx := c.UserContext()
	d.errors = d.form.Complaints()
	d.place.Error = d.form.Error("place")
	return web.Render(c, web.Page{Title: i18n.T(ctx, "cases.report.title"), Description: i18n.T(ctx, "cases.report.lead"), Current: listPath, Map: true}, reportPage(*d))
}

func (m *Module) report(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d := reportData{form: f}
	if err := m.loadReport(c, &d); err != nil {
		return err
	}
	r, err := m.readReport(c, &d)
	if err != nil {
		return err
	}
	if again(&d) {
		return m.onceMore(c, &d)
	}
	var one *stored.Case
	if err = f.Err(); err == nil {
		one, err = m.acts.Report(c.UserContext(), r)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderReport(c, &d) })
	}
	if one.State == stored.Unconfirmed {
		return m.small(c, "cases.sent.title", sentPage(f.Value("email")))
	}
	web.Flash(c, "success", "cases.flash.received", "Number", one.Number)
	return web.Redirect(c, one.TokenPath())
}

// onceMore shows the form again, with what would be public when that is asked for.
func (m *Module) onceMore(c *fiber.Ctx, d *reportData) error {
	if d.preview {
		if err := m.wouldShow(c, d); err != nil {
			return err
		}
	}
	return m.renderReport(c, d)
}

// again reports whether the form is only to be shown once more: a street was looked up, a preview is wanted, or something near was not
// seen yet. The latter is asked once.
func again(d *reportData) bool {
	d.preview = d.form.Value("do") == "preview"
	if d.place.Asked || d.preview {
		return true
	}
	if d.place.Photo != nil && !d.place.Choice.Located() && d.form.Value(photoSeen) == "" { // a photo says where it was taken: offered once
		d.form.Set(photoSeen, "1")
		return true
	}
	same := false
	for _, n := range d.near {
		if n.TopicID == d.form.Value("topic") && n.Metres <= float64(d.names.Govern(n.Kind, n.TopicID).DuplicateRadius) {
			same = true
		}
	}
	if same && d.form.Value("near_seen") == "" {
		d.form.Set("near_seen", "1")
		d.asked = true
		return true
	}
	return false
}

// readReport reads the form. Photos are stored at once, so that they survive a form that is refused; those of somebody without an account
// are kept for a day under a token that the form carries.
func (m *Module) readReport(c *fiber.Ctx, d *reportData) (acts.Report, error) {
	r := readWords(c.UserContext(), d)
	d.form.Check("", d.form.Value(trapName) == "", "cases.error.trap")
	if m.Files == nil {
		return r, nil
	}
	var err error
	d.batch, err = m.Files.Receive(c.UserContext(), d.form, attachments.Limits{Photos: stored.PhotosMax, Visitors: d.names.Settings.Anonymous})
	r.Files = d.batch
	if d.batch.Placed {
		d.form.Set(photoAt, strconv.FormatFloat(d.batch.Lat, 'f', 6, 64)+","+strconv.FormatFloat(d.batch.Lng, 'f', 6, 64))
	}
	d.place.Photo = photoOf(d.form)
	return r, err
}

// photoOf is where a photo of the form was taken, as the form carries it.
func photoOf(f *form.Form) *[2]float64 {
	lat, lng, ok := strings.Cut(f.Value(photoAt), ",")
	x, err := strconv.ParseFloat(lat, 64)
	y, err2 := strconv.ParseFloat(lng, 64)
	if !ok || err != nil || err2 != nil || !geo.Valid(x, y) {
		return nil
	}
	return &[2]float64{x, y}
}

// readWords reads all of the form but its files.
func readWords(ctx context.Context, d *reportData) acts.Report {
	f := d.form
	r := acts.Report{Kind: f.Value("kind"), TopicID: f.Value("topic"), Title: f.Line("title", form.Limit{}), Body: f.Text("body", form.Limit{}), Lang: i18n.Lang(ctx), Channel: "web",
		Address: d.place.Choice.Text, Lat: d.place.Choice.Lat, Lng: d.place.Choice.Lng, StreetID: d.place.Choice.StreetID, AreaID: f.Value("area"), Answers: map[string][]string{},
		Name: f.Line("name", form.Limit{Max: stored.NameMax}), Email: f.Email("email"), Phone: f.Line("phone", form.Limit{Max: 40}),
		NamePublic: f.Bool("name_public"), Private: f.Bool("private"), Hide: f.Bool("hide"), Opened: f.Moment(openedName)}
	r.ReadCompany(f, d.town.Country)
	if t := d.names.Topic(r.TopicID); t != nil {
		for _, q := range t.Questions {
			r.Answers[q.Code] = f.Values("q." + q.Code)
		}
	}
	return r
}

// wouldShow makes the case of the form as everybody would see it.
func (m *Module) wouldShow(c *fiber.Ctx, d *reportData) error {
	r := readWords(c.UserContext(), d)
	return m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := m.acts.Preview(ctx, tx, r)
		if err == nil {
			d.shown = &pageData{Case: one, sight: stored.See(one, stored.Anybody), names: d.names, now: tx.Now(), town: tx.Tenant()}
		}
		return err
	})
}

// near lists what was reported around a place, as a part of the form or as a page of its own.
func (m *Module) near(c *fiber.Ctx) error {
	d := reportData{form: web.Query(c)}
	if err := m.loadReport(c, &d); err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, nearFragment(d))
	}
	return m.small(c, "cases.near.title", nearPage(d))
}

// questions gives the questions of a topic, as a part of the form or as the form with that topic.
func (m *Module) questions(c *fiber.Ctx) error {
	d := reportData{form: web.Query(c)}
	if !web.IsFragment(c) {
		return web.Redirect(c, reportPath)
	}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.names, err = m.names.Of(ctx, tx)
		d.town = tx.Tenant()
		return err
	})
	if err != nil {
		return err
	}
	return web.Fragment(c, questionFields(d))
}

// preview shows what everybody will read, and what in it looks personal.
func (m *Module) preview(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d := reportData{form: f, preview: true}
	if err := m.loadReport(c, &d); err != nil {
		return err
	}
	if err := m.wouldShow(c, &d); err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, previewFragment(d))
	}
	return m.renderReport(c, &d)
}

// hints are what looks personal in what was typed.
func hints(d reportData) []personal.Hint {
	words := []string{d.form.Value("title"), d.form.Value("body")}
	for _, q := range questionsOf(d) {
		words = append(words, d.form.Value("q."+q.Code))
	}
	return personal.Find(strings.Join(words, "\n"))
}
