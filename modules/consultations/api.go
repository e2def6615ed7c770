package consultations

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/id"
	"glas/internal/web"
	"glas/modules/consultations/internal/api"
	"glas/tenant"
)

func apiRoutes(m *Module) []web.Route {
	slug := web.Param{Name: "slug", In: "path", Type: "string", Description: "Name in the address", Required: true}
	statuses := []string{string(Open), string(Upcoming), string(Waiting), string(Answered), string(Closed)}
	return []web.Route{
		{Method: "GET", Path: "/api/v1/consultations", Handle: m.apiList, Cache: true, API: &web.API{ID: "listConsultations",
			Summary: "Public consultations: open ones first, then those to come, then those that are over", Result: web.List[api.Consultation]{},
			Params: []web.Param{
				{Name: "state", In: "query", Type: "string", Enum: statuses, Description: "Only those that are in this state now"},
				{Name: "topic", In: "query", Type: "string", Description: "Identifier of a topic"},
				{Name: "area", In: "query", Type: "string", Description: "Identifier of an area"},
				{Name: "after", In: "query", Type: "string", Description: "Cursor of the page before"},
			}}},
		{Method: "GET", Path: "/api/v1/consultations/:slug", Handle: m.apiShow, Cache: true, API: &web.API{ID: "getConsultation",
			Summary: "One public consultation with its texts", Result: api.Consultation{}, Params: []web.Param{slug}}},
	}
}

func (m *Module) apiList(c *fiber.Ctx) error {
	out := web.List[api.Consultation]{Items: []api.Consultation{}}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		q := web.Query(c)
		f := Filter{TopicID: ident(q.Value("topic")), AreaID: ident(q.Value("area")), After: q.Value("after"), Limit: 50}
		if s := q.OneOf("state", "", string(Open), string(Upcoming), string(Waiting), string(Answered), string(Closed)); s != "" {
			f.Status = Status(s)
		}
		if err := q.Err(); err != nil {
			return err
		}
		rows, next, err := List(ctx, tx, f)
		for _, one := range rows {
			out.Items = append(out.Items, api.Of(ctx, one, tx.Now(), web.SiteOf(c).Base))
		}
		out.Next = next
		freshUntil(c, tx.Now(), rows...)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func (m *Module) apiShow(c *fiber.Ctx) error {
	var out api.Consultation
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := Find(ctx, tx, c.Params("slug"))
		if err != nil {
			return err
		}
		out = api.Of(ctx, one, tx.Now(), web.SiteOf(c).Base)
		freshUntil(c, tx.Now(), one)
		out.Detail, err = api.DetailOf(ctx, tx, one, web.SiteOf(c).Base)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

// ident lets through only what can be an identifier.
func ident(s string) string {
	if !id.Valid(s) {
		return ""
	}
	return s
}
