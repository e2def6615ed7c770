// Package api gives proposals to programs: what is public, as JSON and GeoJSON.
package api

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/areas"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/proposals/internal/stored"
	"glas/modules/topics"
	"glas/tenant"
)

// Item is a proposal in the public interface. Counts of votes are left out while the consultation hides them.
type Item struct {
	ID             string             `json:"id"`
	Number         int64              `json:"number"`
	Title          string             `json:"title"`
	Excerpt        string             `json:"excerpt"`
	Lang           string             `json:"lang,omitempty"`
	URL            string             `json:"url"`
	State          stored.State       `json:"state"`
	ConsultationID string             `json:"consultation_id"`
	TopicID        string             `json:"topic_id,omitempty"`
	AreaID         string             `json:"area_id,omitempty"`
	Place          string             `json:"place,omitempty"`
	Lat            *float64           `json:"lat,omitempty"`
	Lng            *float64           `json:"lng,omitempty"`
	AuthorName     string             `json:"author_name"`
	AuthorKind     string             `json:"author_kind"`
	Official       bool               `json:"official"`
	Votes          *Votes             `json:"votes,omitempty"`
	Comments       int64              `json:"comments"`
	AnswerState    string             `json:"answer_state,omitempty"`
	PublishedAt    time.Time          `json:"published_at"`
	Body           string             `json:"body,omitempty"`
	Answer         *answers.JSON      `json:"answer,omitempty"`
	Files          []attachments.Item `json:"files,omitempty"`
}

// Votes is how the votes on a proposal stand.
type Votes struct {
	Support      int64 `json:"support"`
	Against      int64 `json:"against"`
	Abstain      int64 `json:"abstain"`
	Ratings      int64 `json:"ratings"`
	RatingSum    int64 `json:"rating_sum"`
	Associations int64 `json:"associations"`
}

// API is the public interface. Names gives how things are called in the municipality.
type API struct {
	DB    *tenant.DB
	Names func(ctx context.Context, tx *tenant.Tx) (*stored.Names, error)
}

// Routes are its addresses.
func (a *API) Routes() []web.Route {
	filters := []web.Param{
		{Name: "consultation", Description: "Id of a consultation"}, {Name: "topic", Description: "Id of a topic"}, {Name: "area", Description: "Id of an area"},
		{Name: "status", Description: "State of the answer", Enum: stored.Statuses()}, {Name: "of", Description: "Whose", Enum: []string{stored.OfAssociations, stored.OfMunicipality}},
		{Name: "q", Description: "Words that occur"}, {Name: "bbox", Description: "west,south,east,north in degrees"},
	}
	paging := []web.Param{{Name: "sort", Description: "Order", Enum: stored.Sorts()[:4]}, {Name: "after", Description: "Cursor of the page before"},
		{Name: "limit", Description: "Size of the page, at most 100", Type: "integer"}}
	return []web.Route{
		{Method: "GET", Path: "/api/v1/proposals", Handle: a.list, Cache: true, API: &web.API{ID: "listProposals", Summary: "Published proposals",
			Params: append(paging, filters...), Result: web.List[Item]{}}},
		{Method: "GET", Path: "/api/v1/proposals.geojson", Handle: a.places, Cache: true, API: &web.API{ID: "mapProposals",
			Summary: "Published proposals with a place, at most 2000", Params: filters, Result: Features{}, Type: "application/geo+json"}},
		{Method: "GET", Path: "/api/v1/proposals/:number", Handle: a.one, Cache: true, API: &web.API{ID: "getProposal", Summary: "One proposal",
			Params: []web.Param{{Name: "number", In: "path", Type: "integer", Description: "Number of the proposal"}}, Result: Item{}}},
	}
}

// filter reads what programs ask for. Only what is public can be asked for.
func (a *API) filter(ctx context.Context, tx *tenant.Tx, c *fiber.Ctx) (stored.Filter, error) {
	n, err := a.Names(ctx, tx)
	if err != nil {
		return stored.Filter{}, err
	}
	q := web.Query(c)
	f := stored.ReadFilter(q, topics.Choices(ctx, n.Topics), areas.Choices(ctx, n.Areas), stored.Sorts()[:4]...)
	f.Of = stored.Known(f.Of, stored.OfAssociations, stored.OfMunicipality)
	if one := q.Value("consultation"); id.Valid(one) {
		f.ConsultationID = one
	}
	f.Limit = stored.PageSize
	if size, err := strconv.Atoi(q.Value("limit")); err == nil {
		f.Limit = min(max(size, 1), 100)
	}
	return f, nil
}

func (a *API) list(c *fiber.Ctx) error {
	out := web.List[Item]{Items: []Item{}}
	err := a.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		f, err := a.filter(ctx, tx, c)
		if err != nil {
			return err
		}
		rows, next, err := stored.List(ctx, tx, f)
		if err != nil {
			return err
		}
		found, err := stored.ConsultationsOf(ctx, tx, rows)
		if err != nil {
			return err
		}
		out.Next = next
		for _, p := range rows {
			if one := found[p.ConsultationID]; one != nil && one.Visible(tx.Now()) {
				out.Items = append(out.Items, itemOf(ctx, tx, c, one, p))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func itemOf(ctx context.Context, tx *tenant.Tx, c *fiber.Ctx, one *consultations.Consultation, p *stored.Proposal) Item {
	it := Item{ID: p.ID, Number: p.Number, Title: p.Title, Excerpt: p.Excerpt, Lang: p.Lang, URL: web.SiteOf(c).Base + p.Path(), State: p.State,
		ConsultationID: p.ConsultationID, TopicID: p.TopicID, AreaID: p.AreaID, Place: p.Place, Lat: p.Lat, Lng: p.Lng,
		AuthorName: accounts.BylineName(ctx, p.Byline), AuthorKind: p.AuthorKind, Official: p.Official, Comments: p.CommentCount,
		AnswerState: p.AnswerState, PublishedAt: p.PublishedAt}
	if b, ok := stored.Ballot(ctx, tx, one, p); !ok || b.Shows(nil, tx.Now()) {
		it.Votes = &Votes{Support: p.SupportCount, Against: p.AgainstCount, Abstain: p.AbstainCount, Ratings: p.RatingCount, RatingSum: p.RatingSum,
			Associations: p.AssociationCount}
	}
	if p.State == stored.Withdrawn {
		it.Excerpt = ""
	}
	return it
}

func (a *API) one(c *fiber.Ctx) error {
	number, err := strconv.ParseInt(c.Params("number"), 10, 64)
	if err != nil {
		return stored.ErrUnknown()
	}
	var out Item
	err = a.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		out, err = load(ctx, tx, c, number)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

// load is one proposal with everything about it.
func load(ctx context.Context, tx *tenant.Tx, c *fiber.Ctx, number int64) (Item, error) {
	p, one, err := stored.SeenNumber(ctx, tx, number)
	if err != nil {
		return Item{}, err
	}
	if !p.State.Public() || !one.Visible(tx.Now()) {
		return Item{}, stored.ErrUnknown()
	}
	out := itemOf(ctx, tx, c, one, p)
	if p.State == stored.Withdrawn {
		return out, nil
	}
	ref := p.Ref()
	published, err := answers.Published(ctx, tx, []subject.Ref{ref})
	if err != nil {
		return Item{}, err
	}
	files, err := attachments.Of(ctx, tx, []subject.Ref{ref})
	out.Body, out.Answer, out.Files = p.Body, answers.Public(ctx, published[ref]), attachments.Items(files[ref])
	return out, err
}

// Features is a GeoJSON feature collection (RFC 7946).
type Features struct {
	Type     string    `json:"type"`
	Features []Feature `json:"features"`
}

// Feature is a place: of one proposal, or of Count that lie close together.
type Feature struct {
	Type       string            `json:"type"`
	Geometry   Point             `json:"geometry"`
	Properties FeatureProperties `json:"properties"`
}

// Point is longitude and latitude in degrees.
type Point struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"`
}

// FeatureProperties say what is at a place.
type FeatureProperties struct {
	Number int64  `json:"number,omitempty"`
	Title  string `json:"label,omitempty"`
	URL    string `json:"href,omitempty"`
	Count  int64  `json:"count"`
}

func (a *API) places(c *fiber.Ctx) error {
	out := Features{Type: "FeatureCollection", Features: []Feature{}}
	err := a.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		f, err := a.filter(ctx, tx, c)
		if err != nil {
			return err
		}
		places, err := stored.Spots(ctx, tx, f)
		for _, s := range places {
			props := FeatureProperties{Count: s.N}
			if s.Box == nil {
				props.Number, props.Title, props.URL = s.Number, s.Title, i18n.Href(ctx, (&stored.Proposal{Number: s.Number, Slug: s.Slug}).Path())
			}
			out.Features = append(out.Features, Feature{Type: "Feature", Geometry: Point{"Point", [2]float64{s.Lng, s.Lat}}, Properties: props})
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := web.JSON(c, out); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/geo+json")
	return nil
}
