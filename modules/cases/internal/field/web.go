// Package field is the page of people who repair things: on a phone, outside, with a connection that comes and goes.
//
// They see what is near, take it over, write a note, add photos and say that it is done. What they write is kept on the device and sent
// when there is a connection; each post has an id of the device, so that sending it twice is sending it once. Without script the same page
// is a list of plain forms.
package field

import (
	"cmp"
	"context"
	_ "embed" // the service worker
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Module is the page in all municipalities.
type Module struct {
	DB   *tenant.DB
	Acts *acts.Acts
}

const root = "/field"

// worker keeps the page for when there is no connection.
//
//go:embed worker.js
var worker []byte

// Routes are the page, where it sends to, and the worker that keeps it.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: root, Handle: m.page, Need: acts.PermWork},
		{Method: "POST", Path: root + "/send", Handle: m.send, Need: acts.PermWork, Limit: web.Limit{Name: "field", N: 600, Per: 10 * time.Minute}, Files: true},
		{Method: "GET", Path: root + "/worker.js", Handle: m.worker},
	}
}

// Menu is the page among those of staff.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "casefield.menu", Path: root, Area: web.AreaStaff, Order: 47, Need: acts.PermWork}}
}

// Jobs implements the parts of cases: there are none here.
func (m *Module) Jobs() map[string]job.Handler { return nil }

// Periodic implements the parts of cases: there is nothing here.
func (m *Module) Periodic() map[string]time.Duration { return nil }

// listMax is how many cases the page shows.
const listMax = 100

// near is a case and how far away it is in metres; below zero when that is not known.
type near struct {
	*stored.Case
	metres float64
	// post is the id of the form for devices without script.
	post string
}

type pageData struct {
	rows   []near
	names  *listed.Names
	asked  bool
	now    time.Time
	form   *form.Form
	failed string
}

func (m *Module) page(c *fiber.Ctx) error {
	return m.render(c, form.New(nil, nil), "")
}

func (m *Module) render(c *fiber.Ctx, f *form.Form, failed string) error {
	d, q := pageData{form: f, failed: failed}, web.Query(c)
	lat, errLat := strconv.ParseFloat(q.Value("lat"), 64)
	lng, errLng := strconv.ParseFloat(q.Value("lng"), 64)
	d.asked = errors.Join(errLat, errLng) == nil && geo.Valid(lat, lng)
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		d.now = tx.Now()
		if d.names, err = m.Acts.Names.Of(ctx, tx); err != nil {
			return err
		}
		rows, err := mine(ctx, tx)
		for _, one := range rows {
			n := near{Case: one, metres: -1, post: id.New()}
			if d.asked && one.Located() {
				n.metres = geo.Distance(lat, lng, *one.Lat, *one.Lng)
			}
			d.rows = append(d.rows, n)
		}
		return err
	})
	if err != nil {
		return err
	}
	if d.asked { // those without a place come last
		slices.SortStableFunc(d.rows, func(a, b near) int { return cmp.Compare(rank(a), rank(b)) })
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "casefield.title"), Staff: true, Current: root, Field: true, Admin: ui.AdminData{Lead: i18n.T(ctx, "casefield.lead")}}, fieldPage(d))
}

func rank(n near) float64 {
	if n.metres < 0 {
		return 1e9
	}
	return n.metres
}

// mine are the running cases of who acts: of his department, or of all when he reads all.
func mine(ctx context.Context, tx *tenant.Tx) ([]*stored.Case, error) {
	q := listed.Queue{Running: true, DepartmentID: authz.From(ctx).DepartmentID, Limit: listMax}
	if q.DepartmentID == "" && !acts.CanAny(ctx, acts.PermPrivate) {
		q.AssigneeID = authz.From(ctx).ID
	}
	page, err := listed.Work(ctx, tx, q)
	return page.Rows, err
}

// send takes a post. A device with script gets a short answer; without script the page comes again.
func (m *Module) send(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	p := acts.FieldPost{ID: f.Value("post"), CaseID: f.Value("case"), Action: f.OneOf("action", acts.TakeOver, acts.JustNote, acts.Finished), Text: f.Text("text", form.Limit{Max: stored.MessageMax})}
	f.Check("post", id.Valid(p.ID), "val.required")
	p.Files = attachments.Batch{Files: f.Files("files", stored.PhotosMax, attachments.MaxBytes)}
	var one *stored.Case
	if err = f.Err(); err == nil {
		one, _, err = m.Acts.Field(c.UserContext(), p)
	}
	if c.Get("X-Glas-Field") != "" {
		return said(c, one, err)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.render(c, f, p.CaseID) })
	}
	web.Flash(c, "success", "casefield.sent", "Number", one.Number)
	return web.Redirect(c, root)
}

// said answers the script: what was refused for good comes with words, everything else it tries again.
func said(c *fiber.Ctx, one *stored.Case, err error) error {
	if err == nil {
		return web.JSON(c, map[string]string{"number": one.Number, "state": string(one.State)})
	}
	f, ok := fault.As(err)
	if !ok || f.Status() == fiber.StatusTooManyRequests || f.Status() >= fiber.StatusInternalServerError {
		return err
	}
	words := i18n.Message(c.UserContext(), f.Message)
	for _, m := range f.Fields {
		words = i18n.Message(c.UserContext(), m)
	}
	c.Status(f.Status())
	return web.JSON(c, map[string]string{"error": words})
}

func (m *Module) worker(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set("Service-Worker-Allowed", "/")
	return c.Send(worker)
}
