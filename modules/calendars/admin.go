package calendars

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

const (
	// fresh and usualID stand in addresses for a calendar to be added and for the default one while none is stored.
	fresh   = "new"
	usualID = "usual"
)

func page(ctx context.Context, title string) web.Page {
	menu := i18n.T(ctx, "calendars.title")
	p := web.Page{Title: menu, Staff: true, Current: root, Admin: ui.AdminData{Lead: i18n.T(ctx, "calendars.lead")}}
	if title != "" {
		p.Title, p.Admin = title, ui.AdminData{Crumbs: []ui.Crumb{{Label: menu, Href: i18n.Href(ctx, root)}, {Label: title}}}
	}
	return p
}

func (m *Module) load(ctx context.Context) (s *Set, departments []ui.Option, now time.Time, err error) {
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		now = tx.Now()
		if s, err = Load(ctx, tx); err != nil || m.Departments == nil {
			return err
		}
		departments, err = m.Departments(ctx, tx)
		return err
	})
	return s, departments, now, err
}

func (m *Module) index(c *fiber.Ctx) error {
	ctx := c.UserContext()
	s, departments, now, err := m.load(ctx)
	if err != nil {
		return err
	}
	p := page(ctx, "")
	p.Admin.Actions = ui.LinkButton(i18n.T(ctx, "calendars.add"), i18n.Href(ctx, root+"/"+fresh), "primary", "")
	return web.Render(c, p, indexPage(indexData{set: s, departments: departments, today: calendar.DateOf(now, s.zone)}))
}

// lookAhead shows what a change would do; nil when nobody can tell.
func (m *Module) lookAhead(ctx context.Context, row *Calendar, departments []string, days []CalendarDay) (panel templ.Component, err error) {
	if m.Preview == nil {
		return nil, nil
	}
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := Load(ctx, tx)
		if err != nil {
			return err
		}
		if row != nil {
			if _, err := s.make(row); err != nil {
				return fault.InvalidField("week", "calendars.error.never_open")
			}
		}
		panel, err = m.Preview(ctx, tx, s.with(row, departments, days))
		return err
	})
	return panel, err
}

func (m *Module) edit(c *fiber.Ctx) error { return m.renderEdit(c, nil, false, nil) }

// renderEdit shows the form of a calendar: f is what was typed, nil for what is stored. After a conflict, sending it once more is a
// decision.
func (m *Module) renderEdit(c *fiber.Ctx, f *form.Form, conflict bool, preview templ.Component) error {
	ctx := c.UserContext()
	s, departments, _, err := m.load(ctx)
	if err != nil {
		return err
	}
	id := c.Params("id")
	d := editData{form: f, id: id, languages: web.SiteOf(c).Languages, departments: departments, first: s.rows[0].ID == "", preview: preview, previews: m.Preview != nil}
	row := &Calendar{Week: usualWeek(s.country), Holidays: true, IsDefault: d.first}
	title := i18n.T(ctx, "calendars.add")
	if id != fresh {
		if row = s.stored(id); row == nil {
			return fault.NotFound("calendars.error.unknown")
		}
		title = row.Label(ctx)
	}
	if f == nil {
		d.form = form.New(nil, nil)
		row.fill(d.form)
		d.form.Set("departments", s.departmentsOf(row.ID)...)
	}
	if conflict {
		d.form.Set("version", strconv.FormatInt(row.RowVersion, 10))
	}
	d.tick()
	return web.Render(c, page(ctx, title), editPage(d))
}

// tick selects the departments that the form names.
func (d *editData) tick() {
	on := d.form.Values("departments")
	for i := range d.departments {
		d.departments[i].Selected = slices.Contains(on, d.departments[i].Value)
	}
}

// stored is the calendar of an address.
func (s *Set) stored(id string) *Calendar {
	for i := range s.rows {
		if s.rows[i].ID == id || id == usualID && s.rows[i].ID == "" {
			return &s.rows[i]
		}
	}
	return nil
}

func (s *Set) departmentsOf(calendarID string) []string {
	var out []string
	for department, c := range s.departments {
		if c == calendarID {
			out = append(out, department)
		}
	}
	return out
}

func (m *Module) save(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	row := readCalendar(f, web.SiteOf(c).Languages)
	switch id := c.Params("id"); id {
	case fresh:
	case usualID:
		row.IsDefault = true
	default:
		row.ID = id
	}
	if err = f.Err(); err == nil && f.Value("action") == "preview" {
		var panel templ.Component
		if panel, err = m.lookAhead(c.UserContext(), row, f.Values("departments"), nil); err == nil {
			return m.renderEdit(c, f, false, panel)
		}
	} else if err == nil {
		err = m.Save(c.UserContext(), row, f.Values("departments"))
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderEdit(c, f, fault.Is(err, fault.KindConflict), nil) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, root)
}

func (m *Module) days(c *fiber.Ctx) error { return m.renderDays(c, web.Query(c), nil, nil) }

// renderDays shows the days of a year; typed is the form of a day that was refused, nil for a fresh one.
func (m *Module) renderDays(c *fiber.Ctx, q, typed *form.Form, preview templ.Component) error {
	ctx := c.UserContext()
	s, _, now, err := m.load(ctx)
	if err != nil {
		return err
	}
	d := daysData{set: s, form: typed, languages: web.SiteOf(c).Languages, row: s.Find(q.Value("calendar")), year: now.In(s.zone).Year(), preview: preview, previews: m.Preview != nil}
	if typed == nil {
		d.form = form.New(nil, nil)
	}
	if y, err := strconv.Atoi(q.Value("year")); err == nil && y > 2000 && y < 2100 {
		d.year = y
	}
	d.days = s.Year(d.row, d.year)
	return web.Render(c, page(ctx, i18n.T(ctx, "calendars.days")), daysPage(d))
}

// daysPath is the address of the days of a year.
func daysPath(calendarID string, year int) string {
	return root + "/days?" + url.Values{"calendar": {calendarID}, "year": {strconv.Itoa(year)}}.Encode()
}

func (m *Module) setDay(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	days := readDays(f, web.SiteOf(c).Languages)
	if err = f.Err(); err == nil && f.Value("action") == "preview" {
		var panel templ.Component
		if panel, err = m.lookAhead(c.UserContext(), nil, nil, days); err == nil {
			return m.renderDays(c, f, f, panel)
		}
	} else if err == nil {
		err = m.SetDays(c.UserContext(), days)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderDays(c, f, f, nil) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, daysPath(days[0].CalendarID, readDate(f, "from").Y))
}

func (m *Module) removeDay(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	date, source := readDate(f, "day"), f.OneOf("source", Manual, ICal, Preset)
	f.Check("day", date != calendar.Date{}, "val.date")
	if err := f.Err(); err != nil {
		return err
	}
	if err := m.RemoveDay(c.UserContext(), f.Value("calendar"), date, source); err != nil {
		return err
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, daysPath(f.Value("calendar"), date.Y))
}

func (m *Module) bring(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	calendarID := f.Value("calendar")
	days, left, err := readFile(f, i18n.Lang(c.UserContext()))
	if err == nil {
		for i := range days {
			days[i].CalendarID = calendarID
		}
		err = m.SetDays(c.UserContext(), days)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderDays(c, f, f, nil) })
	}
	web.Flash(c, "success", "calendars.imported", "Days", len(days), "Left", left)
	return web.Redirect(c, daysPath(calendarID, yearOf(days[0].Day)))
}

// maxFile is the largest calendar file in bytes, maxDays how many days it may bring.
const (
	maxFile = 1 << 20
	maxDays = 3000
)

func readFile(f *form.Form, lang string) (days []CalendarDay, left int, err error) {
	files := f.Files("file", 1, maxFile)
	if err := f.Err(); err != nil {
		return nil, 0, err
	}
	if len(files) == 0 {
		return nil, 0, badFile("calendars.error.file")
	}
	data, err := read(files[0])
	if err != nil {
		return nil, 0, err
	}
	if !utf8.Valid(data) {
		return nil, 0, badFile("calendars.error.file")
	}
	days, left = readICal(string(data), lang)
	byDay := map[string]CalendarDay{} // a database takes each row of one statement once
	for _, d := range days {
		byDay[d.Day] = d
	}
	if len(byDay) == 0 || len(byDay) > maxDays {
		return nil, left, badFile("calendars.error.file")
	}
	days = days[:0]
	for _, d := range byDay {
		days = append(days, d)
	}
	return days, left, nil
}

func read(file form.File) (data []byte, err error) {
	r, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("open a calendar file: %w", err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if data, err = io.ReadAll(io.LimitReader(r, maxFile)); err != nil {
		return nil, fmt.Errorf("read a calendar file: %w", err)
	}
	return data, nil
}

func yearOf(day string) int {
	d, err := calendar.ParseDate(day)
	if err != nil {
		return FirstYear
	}
	return d.Y
}

// try computes when something would be due, and explains it.
func (m *Module) try(c *fiber.Ctx) error {
	ctx, f := c.UserContext(), web.Query(c)
	s, _, now, err := m.load(ctx)
	if err != nil {
		return err
	}
	d := tryData{set: s, form: f}
	if !f.Has("start") {
		f.Set("start", now.In(s.zone).Format("2006-01-02T15:04"))
		f.Set("amount", "15")
		f.Set("unit", string(calendar.WorkingDays))
		f.Set("end_of_day", "1")
	} else {
		start, target := f.DateTime("start", s.zone), ReadTarget(f)
		f.Check("start", !start.IsZero(), "val.required")
		if f.Valid() {
			cal, err := s.Of(f.Value("calendar"))
			if err != nil {
				return err
			}
			d.target = target
			d.due, d.lines = cal.Due(start, target, nil, now)
		}
	}
	return web.Render(c, page(ctx, i18n.T(ctx, "calendars.try")), tryPage(d))
}
