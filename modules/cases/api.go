package cases

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/feed"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Item is a case in the public interface: only what everybody may see.
type Item struct {
	Number       string       `json:"number"`
	URL          string       `json:"url"`
	Kind         string       `json:"kind"`
	TopicID      string       `json:"topic_id,omitempty"`
	AreaID       string       `json:"area_id,omitempty"`
	DepartmentID string       `json:"department_id,omitempty"`
	State        stored.State `json:"state"`
	Group        stored.Group `json:"group"`
	Title        string       `json:"title"`
	Body         string       `json:"body,omitempty"`
	Lang         string       `json:"lang,omitempty"`
	Address      string       `json:"address,omitempty"`
	Lat          *float64     `json:"lat,omitempty"`
	Lng          *float64     `json:"lng,omitempty"`
	Reporter     string       `json:"reporter,omitempty"`
	Supports     int64        `json:"supports"`
	RegisteredAt time.Time    `json:"registered_at"`
	PublishedAt  time.Time    `json:"published_at"`
	AnsweredAt   *time.Time   `json:"answered_at,omitempty"`
	ClosedAt     *time.Time   `json:"closed_at,omitempty"`
	PromiseAt    *time.Time   `json:"promise_at,omitempty"`
	Answer       i18n.Text    `json:"answer,omitempty"`
	// ReferredTo is the authority that a case was passed to, Notice what the reporter was told of it.
	ReferredTo i18n.Text          `json:"referred_to,omitempty"`
	Notice     string             `json:"notice,omitempty"`
	Files      []attachments.Item `json:"files,omitempty"`
}

// itemOf is a case as everybody may see it; nil when nobody may.
func itemOf(base string, n *listed.Names, c *stored.Case) *Item {
	s := stored.See(c, stored.Anybody)
	if !s.Listed {
		return nil
	}
	it := &Item{Number: c.Number, URL: base + c.Path(), Kind: c.Kind, TopicID: c.TopicID, AreaID: c.AreaID, DepartmentID: c.DepartmentID, State: c.State.PublicState(), Group: c.Grp, Title: c.ShownTitle(),
		Body: c.ShownBody(), Lang: c.ShownLang(), Address: s.AddressFor(c), Supports: c.Supports, RegisteredAt: c.RegisteredAt, PublishedAt: c.PublishedAt, Answer: c.Answer,
		AnsweredAt: moment(c.AnsweredAt), ClosedAt: moment(c.ClosedAt), PromiseAt: moment(c.PromiseAt)}
	if lat, lng, ok := s.PlaceFor(c); ok {
		it.Lat, it.Lng = &lat, &lng
	}
	if s.Name {
		it.Reporter = c.ReporterName
	}
	if c.State == stored.Referred {
		if it.Notice = c.Reason; n.Body(c.BodyID) != nil {
			it.ReferredTo = n.Body(c.BodyID).Name
		}
	}
	return it
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (m *Module) apiRoutes() []web.Route {
	filters := []web.Param{{Name: "kind", Description: "Kind of case", Enum: stored.Kinds()}, {Name: "topic", Description: "Id of a topic; those below it are in it"},
		{Name: "area", Description: "Id of an area"}, {Name: "state", Description: "Group of states", Enum: []string{"open", "paused", "closed"}}, {Name: "bbox", Description: "west,south,east,north in degrees"}}
	paging := []web.Param{{Name: "sort", Description: "Order", Enum: listed.Sorts()}, {Name: "after", Description: "Cursor of the page before"}, {Name: "limit", Description: "Size of the page, at most 100", Type: "integer"}}
	return []web.Route{
		{Method: "GET", Path: "/api/v1/cases", Handle: m.apiList, Cache: true, API: &web.API{ID: "listCases", Summary: "Public cases", Params: append(paging, filters...), Result: web.List[Item]{}}},
		{Method: "GET", Path: "/api/v1/cases.geojson", Handle: m.apiPlaces, Cache: true, API: &web.API{ID: "mapCases", Summary: "Places of public cases, clustered for a zoom, at most 2000",
			Params: append([]web.Param{{Name: "zoom", Description: "Zoom of the map, 0 to 22", Type: "integer"}}, filters...), Result: geo.Collection{}, Type: "application/geo+json"}},
		{Method: "GET", Path: "/api/v1/cases/:number", Handle: m.apiOne, Cache: true, API: &web.API{ID: "getCase", Summary: "One public case",
			Params: []web.Param{{Name: "number", In: "path", Description: "Number of the case"}}, Result: Item{}}},
	}
}

func (m *Module) apiList(c *fiber.Ctx) error {
	out := web.List[Item]{Items: []Item{}}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		n, err := m.names.Of(ctx, tx)
		if err != nil {
			return err
		}
		q := web.Query(c)
		f := readFilter(ctx, q, n)
		f.Mine, f.Limit = "", q.OptionalInt("limit", 1, 100, listed.PageSize)
		rows, next, err := listed.List(ctx, tx, f)
		out.Next = next
		for _, one := range rows {
			if it := itemOf(web.SiteOf(c).Base, n, one); it != nil {
				it.Body = text.Excerpt(it.Body, 220)
				out.Items = append(out.Items, *it)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func (m *Module) apiOne(c *fiber.Ctx) error {
	var out *Item
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := stored.FindNumber(ctx, tx, c.Params("number"))
		if err != nil {
			return err
		}
		n, err := m.names.Of(ctx, tx)
		if err != nil {
			return err
		}
		if out = itemOf(web.SiteOf(c).Base, n, one); out == nil {
			return stored.ErrUnknown()
		}
		files, err := attachments.Of(ctx, tx, []subject.Ref{one.Ref()})
		out.Files = attachments.Items(files[one.Ref()])
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

// feed is the newest public cases, narrowed like the list, for feed readers.
func (m *Module) feed(c *fiber.Ctx) error {
	f := web.NewFeed(c, tenant.From(c.UserContext()).CreatedAt, i18n.T(c.UserContext(), "cases.menu"), listPath+"/feed.atom", listPath)
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		n, err := m.names.Of(ctx, tx)
		if err != nil {
			return err
		}
		filter := readFilter(ctx, web.Query(c), n)
		filter.Mine, filter.Sort, filter.After = "", "", ""
		rows, _, err := listed.List(ctx, tx, filter)
		f.Entries = entries(web.SiteOf(c).Base, n, rows)
		return err
	})
	if err != nil {
		return err
	}
	return web.SendFeed(c, f)
}

func entries(base string, n *listed.Names, rows []*stored.Case) []feed.Entry {
	var out []feed.Entry
	for _, one := range rows {
		if it := itemOf(base, n, one); it != nil {
			out = append(out, feed.Entry{ID: base + one.Path(), Title: it.Title, Path: one.Path(), Author: it.Reporter, Updated: one.PublishedAt, Summary: text.Excerpt(it.Body, 220)})
		}
	}
	return out
}
