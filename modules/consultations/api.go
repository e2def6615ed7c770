package consultations

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/tenant"
)

// apiConsultation is how programs see a consultation. Dates that include a whole day are its last moment.
type apiConsultation struct {
	ID           string            `json:"id"`
	Slug         string            `json:"slug"`
	URL          string            `json:"url"`
	Title        i18n.Text         `json:"title"`
	Summary      i18n.Text         `json:"summary"`
	Status       Status            `json:"status"`
	StartsAt     time.Time         `json:"starts_at"`
	EndsAt       *time.Time        `json:"ends_at,omitempty"`
	AnswerBy     *time.Time        `json:"answer_by,omitempty"`
	AnsweredAt   *time.Time        `json:"answered_at,omitempty"`
	DepartmentID string            `json:"department_id,omitempty"`
	AreaID       string            `json:"area_id,omitempty"`
	TopicIDs     []string          `json:"topic_ids"`
	Counts       apiCounts         `json:"counts"`
	Phases       []apiPhase        `json:"phases"`
	Detail       *apiConsultDetail `json:"detail,omitempty"`
}

type apiCounts struct {
	Proposals    int64 `json:"proposals"`
	Comments     int64 `json:"comments"`
	Votes        int64 `json:"votes"`
	Participants int64 `json:"participants"`
}

type apiPhase struct {
	ID       string     `json:"id"`
	Title    i18n.Text  `json:"title"`
	StartsAt time.Time  `json:"starts_at"`
	EndsAt   *time.Time `json:"ends_at,omitempty"`
	Switches Switches   `json:"switches"`
}

type apiConsultDetail struct {
	Body     i18n.Text `json:"body,omitempty"`
	Decides  i18n.Text `json:"decides,omitempty"`
	InputUse i18n.Text `json:"input_use,omitempty"`
	Audience i18n.Text `json:"audience,omitempty"`
	Result   i18n.Text `json:"result,omitempty"`
}

func apiRoutes(m *Module) []web.Route {
	slug := web.Param{Name: "slug", In: "path", Type: "string", Description: "Name in the address", Required: true}
	statuses := []string{string(Open), string(Upcoming), string(Waiting), string(Answered), string(Closed)}
	return []web.Route{
		{Method: "GET", Path: "/api/v1/consultations", Handle: m.apiList, Cache: true, API: &web.API{ID: "listConsultations",
			Summary: "Public consultations: open ones first, then those to come, then those that are over", Result: web.List[apiConsultation]{},
			Params: []web.Param{
				{Name: "state", In: "query", Type: "string", Enum: statuses, Description: "Only those that are in this state now"},
				{Name: "topic", In: "query", Type: "string", Description: "Identifier of a topic"},
				{Name: "area", In: "query", Type: "string", Description: "Identifier of an area"},
				{Name: "after", In: "query", Type: "string", Description: "Cursor of the page before"},
			}}},
		{Method: "GET", Path: "/api/v1/consultations/:slug", Handle: m.apiShow, Cache: true, API: &web.API{ID: "getConsultation",
			Summary: "One public consultation with its texts", Result: apiConsultation{}, Params: []web.Param{slug}}},
	}
}

func (m *Module) apiList(c *fiber.Ctx) error {
	out := web.List[apiConsultation]{Items: []apiConsultation{}}
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
			out.Items = append(out.Items, forAPI(ctx, one, tx.Now(), web.SiteOf(c).Base))
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
	var out apiConsultation
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := Find(ctx, tx, c.Params("slug"))
		if err != nil {
			return err
		}
		out = forAPI(ctx, one, tx.Now(), web.SiteOf(c).Base)
		out.Detail = &apiConsultDetail{Body: one.Body, Decides: one.Decides, InputUse: one.InputUse, Audience: one.Audience}
		freshUntil(c, tx.Now(), one)
		result, err := ResultOf(ctx, tx, one.ID)
		if result != nil {
			out.Detail.Result = result.Text
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func forAPI(ctx context.Context, c *Consultation, now time.Time, base string) apiConsultation {
	out := apiConsultation{ID: c.ID, Slug: c.Slug, URL: base + i18n.Href(ctx, c.Path()), Title: c.Title, Summary: c.Summary, Status: c.StateAt(now),
		StartsAt: c.StartsAt, EndsAt: given(c.EndsAt), AnswerBy: given(c.AnswerBy), AnsweredAt: given(c.AnsweredAt),
		DepartmentID: c.DepartmentID, AreaID: c.AreaID, TopicIDs: append([]string{}, c.TopicIDs...), Phases: []apiPhase{},
		Counts: apiCounts{c.ProposalCount, c.CommentCount, c.VoteCount, c.ParticipantCount}}
	for _, p := range c.Phases {
		out.Phases = append(out.Phases, apiPhase{p.ID, p.Title, p.StartsAt, given(p.EndsAt), p.Switches})
	}
	return out
}

// given is nil for a date that is not set.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ident lets through only what can be an identifier.
func ident(s string) string {
	if !id.Valid(s) {
		return ""
	}
	return s
}
