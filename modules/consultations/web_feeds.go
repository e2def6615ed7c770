package consultations

import (
	"bytes"
	"context"
	"encoding/xml"
	"slices"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web"
	"glas/modules/consultations/internal/stored"
	"glas/tenant"
)

// feedSize is how many entries a feed holds.
const feedSize = 50

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  string   `xml:"author>name"`
	Link    atomLink `xml:"link"`
	Summary string   `xml:"summary"`
}

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
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(atom(c, one, entries)); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/atom+xml; charset=utf-8")
	return c.Send(b.Bytes())
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

// official is what the municipality itself did: published, extended, closed, answered.
func official(ctx context.Context, tx *tenant.Tx, c *Consultation) ([]Entry, error) {
	author, _ := tx.Tenant().Name.Pick(i18n.Lang(ctx), tx.Tenant().Default())
	var out []Entry
	add := func(key, title, body, path string, at time.Time) {
		if !at.IsZero() && !at.After(tx.Now()) {
			out = append(out, Entry{ID: c.ID + "/" + key, Title: title, Path: path, Text: text.Plain(body), Author: author, At: at})
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

func atom(c *fiber.Ctx, one *Consultation, entries []Entry) atomFeed {
	ctx, base := c.UserContext(), web.SiteOf(c).Base
	self := base + i18n.Href(ctx, one.Path()+"/feed.atom")
	f := atomFeed{Lang: i18n.Lang(ctx), ID: self, Title: one.Title.In(ctx), Updated: i18n.ISO(one.UpdatedAt),
		Links: []atomLink{{"self", self}, {"alternate", base + i18n.Href(ctx, one.Path())}}}
	for i, e := range entries {
		if i == 0 {
			f.Updated = i18n.ISO(e.At)
		}
		f.Entries = append(f.Entries, atomEntry{ID: "urn:glas:" + e.ID, Title: e.Title, Updated: i18n.ISO(e.At), Author: e.Author,
			Link: atomLink{Href: base + i18n.Href(ctx, e.Path)}, Summary: text.Truncate(e.Text, 600)})
	}
	return f
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
