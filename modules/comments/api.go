package comments

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/accounts"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// apiPage bounds a page of the interface.
const (
	apiPage    = 50
	apiPageMax = 100
)

// apiComment is a comment for programs. Marks in place of a text have a state and nothing else to read.
type apiComment struct {
	ID       string `json:"id"`
	Subject  string `json:"subject"`
	ParentID string `json:"parent_id,omitempty"`
	// ReplyToID is what it answers; differs from parent_id in deep threads.
	ReplyToID  string     `json:"reply_to_id,omitempty"`
	Depth      int        `json:"depth"`
	State      State      `json:"state"`
	Reason     string     `json:"reason,omitempty"`
	Author     string     `json:"author,omitempty"`
	AuthorKind string     `json:"author_kind,omitempty"`
	Official   bool       `json:"official"`
	Stance     Stance     `json:"stance,omitempty"`
	Lang       string     `json:"lang,omitempty"`
	Text       string     `json:"text,omitempty"`
	HTML       string     `json:"html,omitempty"`
	Helpful    int64      `json:"helpful"`
	NotHelpful int64      `json:"not_helpful"`
	Replies    int64      `json:"replies"`
	CreatedAt  time.Time  `json:"created_at"`
	EditedAt   *time.Time `json:"edited_at,omitempty"`
	URL        string     `json:"url"`
}

func apiDescription() *web.API {
	return &web.API{ID: "listComments", Summary: "Comments on one subject, the oldest first, in a flat list.", Result: web.List[apiComment]{},
		Params: []web.Param{
			{Name: "subject", In: "query", Description: "What the comments are about, as kind:id (consultation:..., proposal:...).", Required: true},
			{Name: "after", In: "query", Description: "The cursor of the page before."},
			{Name: "limit", In: "query", Type: "integer", Description: "At most 100; 50 when absent."},
		}}
}

func (m *Module) apiList(c *fiber.Ctx) error {
	f := web.Query(c)
	ref, err := subject.Parse(f.Value("subject"))
	f.Check("subject", err == nil, "comments.error.subject")
	limit := f.OptionalInt("limit", 1, apiPageMax, apiPage)
	if err := f.Err(); err != nil {
		return err
	}
	var out web.List[apiComment]
	err = m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		out, err = m.apiPage(ctx, tx, ref, f, limit)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func (m *Module) apiPage(ctx context.Context, tx *tenant.Tx, ref subject.Ref, f *form.Form, limit int) (web.List[apiComment], error) {
	out := web.List[apiComment]{Items: []apiComment{}}
	if _, err := m.thread(ctx, tx, ref); err != nil {
		return out, err
	}
	o := stored.OrderOf(SortOldest)
	key, after, ok := o.Place(f.Value("after"))
	if !ok && f.Value("after") != "" {
		return out, fault.InvalidField("after", "comments.error.cursor")
	}
	list, err := stored.Flat(ctx, tx, ref, key, after, limit+1)
	if err != nil {
		return out, err
	}
	if len(list) > limit {
		list = list[:limit]
		out.Next = o.Cursor(list[limit-1])
	}
	for _, c := range list {
		out.Items = append(out.Items, forPrograms(ctx, c))
	}
	return out, nil
}

// forPrograms shows what everybody may read of a comment.
func forPrograms(ctx context.Context, c *Comment) apiComment {
	c.Redact()
	a := apiComment{ID: c.ID, Subject: c.Subject().String(), ParentID: c.ParentID, ReplyToID: c.ReplyToID, Depth: c.Depth, State: c.State,
		Reason: c.Reason, Official: c.Official, Stance: c.Stance, Lang: c.Lang, Text: c.Body, HTML: c.HTML, Replies: c.ReplyCount,
		CreatedAt: c.CreatedAt.UTC(), URL: i18n.Href(ctx, c.Permalink())}
	if !c.Visible() {
		return a
	}
	a.Author, a.AuthorKind, a.Helpful, a.NotHelpful = accounts.BylineName(ctx, c.Byline), c.AuthorKind, c.Up, c.Down
	if !c.EditedAt.IsZero() {
		at := c.EditedAt.UTC()
		a.EditedAt = &at
	}
	return a
}
