package consultations

import (
	"context"
	"slices"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/gofiber/fiber/v2"

	"glas/internal/feed"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web"
	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// feedSize is how many entries a feed holds.
const feedSize = 50

// feed is what happens in one consultation, for feed readers.
func (m *Module) feed(c *fiber.Ctx) error {
	var one *Consultation
	var entries []Entry
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if one, err = Find(ctx, tx, c.Params("slug")); err != nil {
			return err
		}
		freshUntil(c, tx.Now(), one)
		entries, err = m.entries(ctx, tx, one)
		return err
	})
	if err != nil {
		return err
	}
	f := web.NewFeed(c, tenant.From(c.UserContext()).CreatedAt, one.Title.In(c.UserContext()), one.Path()+"/feed.atom", one.Path())
	for _, e := range entries {
		f.Entries = append(f.Entries, feed.Entry{ID: "urn:glas:" + e.ID, Title: e.Title, Path: e.Path, Author: e.Author, Updated: e.At, Summary: text.Truncate(e.Text, 600)})
	}
	return web.SendFeed(c, f)
}

// entries are the news of all sources, the newest first.
func (m *Module) entries(ctx context.Context, tx *tenant.Tx, c *Consultation) ([]Entry, error) {
	news, err := official(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	for _, source := range m.Feeds {
		more, err := source(ctx, tx, c, feedSize)
		if err != nil {
			return nil, err
		}
		news = append(news, more...)
	}
	slices.SortStableFunc(news, func(a, b Entry) int { return b.At.Compare(a.At) })
	return news[:min(len(news), feedSize)], nil
}

// official is what the municipality itself did: published, extended, closed, answered. It signs as the feed does.
func official(ctx context.Context, tx *tenant.Tx, c *Consultation) ([]Entry, error) {
	var out []Entry
	add := func(key, title, body, path string, at time.Time) {
		if !at.IsZero() && !at.After(tx.Now()) {
			out = append(out, Entry{ID: c.ID + "/" + key, Title: title, Path: path, Text: text.Plain(body), At: at})
		}
	}
	add("published", c.Title.In(ctx), c.Summary.In(ctx), c.Path(), c.PublishedAt)
	list, err := stored.Changes(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, ch := range list {
		add(ch.ID, changeTitle(ctx, ch), changeText(ctx, ch), c.Path()+"/course", ch.CreatedAt)
	}
	result, err := ResultOf(ctx, tx, c.ID)
	if result != nil {
		add("result", i18n.T(ctx, "consultations.result.title")+": "+c.Title.In(ctx), result.Text.In(ctx), c.Path(), result.PublishedAt)
	}
	return out, err
}

// calendar is every date of public consultations that are not over, for calendar programs.
func (m *Module) calendar(c *fiber.Ctx) error {
	return m.sendCalendar(c, func(ctx context.Context, tx *tenant.Tx) ([]*Consultation, error) {
		rows, _, err := List(ctx, tx, Filter{Limit: 200})
		return rows, err
	})
}

// calendarOne is the same for one consultation.
func (m *Module) calendarOne(c *fiber.Ctx) error {
	return m.sendCalendar(c, func(ctx context.Context, tx *tenant.Tx) ([]*Consultation, error) {
		one, err := Find(ctx, tx, c.Params("slug"))
		return []*Consultation{one}, err
	})
}

func (m *Module) sendCalendar(c *fiber.Ctx, load func(ctx context.Context, tx *tenant.Tx) ([]*Consultation, error)) error {
	cal := ics.NewCalendar()
	cal.SetMethod(ics.MethodPublish)
	cal.SetProductId("-//Glas//Consultations//EN")
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		rows, err := load(ctx, tx)
		if err != nil {
			return err
		}
		for _, one := range rows {
			dates(ctx, cal, one, web.SiteOf(c).Base, tx.Now())
		}
		freshUntil(c, tx.Now(), rows...)
		return nil
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	return c.SendString(cal.Serialize(ics.WithNewLineWindows))
}

// dates puts the phases, the deadline and the promised events of a consultation into a calendar.
func dates(ctx context.Context, cal *ics.Calendar, c *Consultation, base string, now time.Time) {
	link, title, zone := base+i18n.Href(ctx, c.Path()), c.Title.In(ctx), c.Zone(now)
	event := func(key, summary string) *ics.VEvent {
		e := cal.AddEvent(key + "@" + c.ID)
		e.SetDtStampTime(c.UpdatedAt)
		e.SetSummary(summary)
		e.SetURL(link)
		return e
	}
	days := func(e *ics.VEvent, from, to time.Time) { // a calendar's all-day events end on the day after
		e.SetAllDayStartAt(from.In(zone))
		e.SetAllDayEndAt(to.In(zone).AddDate(0, 0, 1))
	}
	for _, p := range c.Phases {
		end := p.EndsAt
		if end.IsZero() {
			end = p.StartsAt
		}
		days(event(p.ID, p.Title.In(ctx)+" – "+title), p.StartsAt, end)
	}
	if !c.EndsAt.IsZero() {
		days(event("end", i18n.T(ctx, "consultations.calendar.last_day", "Title", title)), c.EndsAt, c.EndsAt)
	}
	if !c.AnswerBy.IsZero() && c.AnsweredAt.IsZero() {
		days(event("answer", i18n.T(ctx, "consultations.calendar.answer", "Title", title)), c.AnswerBy, c.AnswerBy)
	}
	for _, m := range c.Meetings {
		e := event("meeting-"+m.ID, m.Title.In(ctx)+" – "+title)
		e.SetStartAt(m.At)
		e.SetLocation(m.Place.In(ctx))
	}
	for _, ms := range c.Milestones {
		e := event("milestone-"+i18n.ISO(ms.At), ms.Title.In(ctx)+" – "+title)
		if ms.Timed {
			e.SetStartAt(ms.At)
			continue
		}
		days(e, ms.At, ms.At)
	}
}
