package alerts

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/listed"
	"glas/modules/streets"
	"glas/modules/topics"
	"glas/tenant"
)

// formData is the form of an alert.
type formData struct {
	form  *form.Form
	names *listed.Names
	place streets.PickerData
	// themes are the topics of consultations; offered says whether proposals can be told of.
	themes  []ui.Option
	offered bool
}

func (m *Module) form(c *fiber.Ctx) error {
	f, err := web.FormFor(c, root)
	if err != nil {
		return err
	}
	if q := web.Query(c); !f.Has("email") { // a link can name the place and the topic
		for _, name := range []string{streets.FieldText, streets.FieldLat, streets.FieldLng, "topics", "themes", "what", "metres"} {
			if v := q.Value(name); v != "" {
				f.Set(name, v)
			}
		}
	}
	d := formData{form: f}
	if err := m.load(c, &d); err != nil {
		return err
	}
	return m.render(c, &d)
}

// load reads what the form chooses from, and the place that it names: a typed street that is certain needs no second look.
func (m *Module) load(c *fiber.Ctx, d *formData) error {
	return m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.names, err = m.Acts.Names.Of(ctx, tx); err != nil {
			return err
		}
		if d.offered = m.Proposals != nil; d.offered {
			if d.themes, err = topics.Options(ctx, tx, d.form.Values("themes")...); err != nil {
				return err
			}
		}
		if d.place, err = streets.Pick(ctx, tx, d.form); err != nil || d.place.Asked || d.place.Choice.Located() || d.place.Choice.Text == "" {
			return err
		}
		found, err := streets.Find(ctx, tx, d.place.Choice.Text, 1)
		if err == nil && len(found) == 1 {
			lat, lng := found[0].Lat, found[0].Lng
			d.place.Choice.Lat, d.place.Choice.Lng, d.place.Choice.Text = &lat, &lng, found[0].Text
		}
		return err
	})
}

func (m *Module) render(c *fiber.Ctx, d *formData) error {
	d.place.Error, d.place.Required = d.form.Error("place"), true
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "casealerts.title"), Description: i18n.T(ctx, "casealerts.lead"), Current: "/cases", Map: true}, formPage(*d))
}

func (m *Module) create(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	d := formData{form: f}
	if err := m.load(c, &d); err != nil {
		return err
	}
	if d.place.Asked {
		return m.render(c, &d)
	}
	metres, errMetres := strconv.ParseInt(f.Value("metres"), 10, 64)
	f.Check("metres", errMetres == nil && slices.Contains(Radii(), metres), "val.choose")
	what, known := whatOf(&d)
	f.Check("what", known, "val.choose")
	f.Check("place", d.place.Choice.Located(), "casealerts.error.place")
	f.Check("", f.Value("website") == "", "cases.error.trap")
	w := Wish{Email: f.Required("email"), Lang: i18n.Lang(c.UserContext()), Address: d.place.Choice.Text, Lat: d.place.Choice.Lat, Lng: d.place.Choice.Lng, Metres: metres,
		Of: what, Topics: f.Values("topics"), Themes: f.Values("themes")}
	if err = f.Err(); err == nil {
		err = m.Create(c.UserContext(), w)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, &d) })
	}
	return m.small(c, pressData{title: "casealerts.sent.title", text: i18n.T(c.UserContext(), "casealerts.sent.text", "Email", w.Email)})
}

// pressData is a page with one button at most.
type pressData struct{ title, text, action, value, button string }

// show asks with a button. Opening the link alone begins and ends nothing: programs that look at letters open links too.
func (m *Module) show(c *fiber.Ctx) error {
	var a *CaseAlert
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		a, err = byToken(ctx, tx, c.Params("token"))
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	d := pressData{title: "casealerts.confirm.title", text: placeWords(ctx, a), action: root + "/" + a.Token, value: "confirm", button: "casealerts.confirm.button"}
	if !a.ConfirmedAt.IsZero() {
		d.title, d.value, d.button = "casealerts.on.title", "stop", "casealerts.on.button"
	}
	return m.small(c, d)
}

func (m *Module) press(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	token := c.Params("token")
	if f.Value("do") == "stop" {
		if err := m.Stop(c.UserContext(), token); err != nil {
			return err
		}
		web.Flash(c, "success", "casealerts.flash.stopped")
		return web.Redirect(c, root)
	}
	if err := m.Confirm(c.UserContext(), token); err != nil {
		return err
	}
	web.Flash(c, "success", "casealerts.flash.confirmed")
	return web.Redirect(c, root+"/"+token)
}

// stop ends an alert at the press of a button in a mail program (RFC 8058).
func (m *Module) stop(c *fiber.Ctx) error {
	if err := m.Stop(c.UserContext(), c.Params("token")); err != nil {
		return err
	}
	return m.small(c, pressData{title: "casealerts.flash.stopped"})
}

func (m *Module) small(c *fiber.Ctx, d pressData) error {
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), d.title), Current: "/cases", NoIndex: true}, pressPage(d))
}

// whats are the choices of what to be told of, as the form names them.
func whats() map[string]string {
	return map[string]string{"all": OfAll, "cases": OfCases, "proposals": OfProposals}
}

// whatOf is what a form asks to be told of: all when it says nothing, and cases where there is nothing else.
func whatOf(d *formData) (string, bool) {
	if !d.offered {
		return OfCases, true
	}
	of, known := whats()[cmp.Or(d.form.Value("what"), "all")]
	return of, known
}

func radii(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, r := range Radii() {
		out = append(out, ui.Option{Value: strconv.FormatInt(r, 10), Label: i18n.T(ctx, "casealerts.metres", "N", i18n.Number(ctx, int(r)))})
	}
	return out
}
