package consultations

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/modules/consultations/internal/stored"
	"glas/modules/documents"
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
	// Plain and Alternatives as on the page; Law is what it is held to.
	Plain        i18n.Text     `json:"plain,omitempty"`
	Alternatives i18n.Text     `json:"alternatives,omitempty"`
	Act          string        `json:"act,omitempty"`
	LegalBasis   i18n.Text     `json:"legal_basis,omitempty"`
	ReportBy     *time.Time    `json:"report_by,omitempty"`
	DecisionURL  string        `json:"decision_url,omitempty"`
	Meetings     []Meeting     `json:"meetings,omitempty"`
	Overrides    []apiOverride `json:"overrides,omitempty"`
	Documents    []apiDocument `json:"documents,omitempty"`
	Changes      []apiChange   `json:"changes,omitempty"`
}

// apiOverride is a rule that was set aside. Who did it is in the record of the municipality, not here.
type apiOverride struct {
	Rule   string    `json:"rule"`
	Reason i18n.Text `json:"reason"`
	At     time.Time `json:"at"`
}

// apiDocument is one version of a document.
type apiDocument struct {
	ID         string     `json:"id"`
	URL        string     `json:"url"`
	Kind       string     `json:"kind"`
	Title      i18n.Text  `json:"title"`
	Lang       string     `json:"lang,omitempty"`
	Version    int        `json:"version"`
	Size       int64      `json:"size"`
	Type       string     `json:"type"`
	SHA256     string     `json:"sha256"`
	AddedAt    time.Time  `json:"added_at"`
	ReplacedBy string     `json:"replaced_by,omitempty"`
	ReplacedAt *time.Time `json:"replaced_at,omitempty"`
	Reason     i18n.Text  `json:"reason,omitempty"`
}

// apiChange is what changed while it was public.
type apiChange struct {
	Kind   string     `json:"kind"`
	At     time.Time  `json:"at"`
	Reason i18n.Text  `json:"reason,omitempty"`
	About  i18n.Text  `json:"about,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
}

// detail is what only the page of one consultation says.
func detail(ctx context.Context, tx *tenant.Tx, one *Consultation, base string) (*apiConsultDetail, error) {
	d := &apiConsultDetail{Body: one.Body, Decides: one.Decides, InputUse: one.InputUse, Audience: one.Audience, Plain: one.Plain,
		Alternatives: one.Alternatives, Act: one.Act, LegalBasis: one.LegalBasis, ReportBy: given(one.ReportBy), DecisionURL: one.DecisionURL, Meetings: one.Meetings}
	for _, o := range one.Overrides {
		d.Overrides = append(d.Overrides, apiOverride{o.Rule, o.Reason, o.At})
	}
	list, err := documents.Of(ctx, tx, one.Ref())
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		d.Documents = append(d.Documents, apiDocument{p.ID, base + p.Href(), p.Kind, p.Title, p.Lang, p.Version, p.Size, p.Mime, p.SHA256, p.AddedAt,
			p.ReplacedByID, given(p.ReplacedAt), p.ReplaceReason})
	}
	changes, err := stored.Changes(ctx, tx, one.ID)
	if err != nil {
		return nil, err
	}
	for _, ch := range changes {
		d.Changes = append(d.Changes, apiChange{ch.Kind, ch.CreatedAt, ch.Reason, ch.About, given(ch.NewAt)})
	}
	result, err := ResultOf(ctx, tx, one.ID)
	if result != nil {
		d.Result = result.Text
	}
	return d, err
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
		freshUntil(c, tx.Now(), one)
		out.Detail, err = detail(ctx, tx, one, web.SiteOf(c).Base)
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
