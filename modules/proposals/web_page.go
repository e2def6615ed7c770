package proposals

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/attachments"
	"glas/modules/comments"
	"glas/modules/follows"
	"glas/modules/proposals/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// pageData is the page of one proposal.
type pageData struct {
	row
	names   *stored.Names
	now     time.Time
	answer  *answers.Answer
	files   []attachments.Attachment
	others  []Author
	joined  []*Proposal
	alike   []row
	thread  templ.Component
	follow  templ.Component
	result  *votes.VoteSnapshot
	mine    bool
	mayEdit bool
	staff   bool
}

// page shows a proposal. Its address is the number with the title; any other with the same number leads there, and that of one that
// was joined with another leads to that one.
func (m *Module) page(c *fiber.Ctx) error {
	number, err := numberOf(c)
	if err != nil {
		return err
	}
	d, to := pageData{}, ""
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.Proposal, d.c, err = stored.SeenNumber(ctx, tx, number); err != nil {
			return err
		}
		to, err = elsewhere(ctx, tx, d.Proposal, c.Params("ref"))
		return err
	})
	if err != nil {
		return err
	}
	if to != "" {
		return c.Redirect(i18n.Href(c.UserContext(), to), fiber.StatusMovedPermanently)
	}
	return m.renderPage(c, &d)
}

func (m *Module) renderPage(c *fiber.Ctx, d *pageData) error {
	typed, err := web.FormFor(c, comments.Action(d.Ref()))
	if err != nil {
		return err
	}
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		return m.fillPage(ctx, tx, d, comments.QueryFrom(web.Query(c), typed))
	})
	if err != nil {
		return err
	}
	web.FreshUntil(c, d.c.NextChange(d.now))
	return web.Render(c, pageOf(c, d), show(*d))
}

// elsewhere is where a proposal stands when it is not at the address ref; empty when it is.
func elsewhere(ctx context.Context, tx *tenant.Tx, p *Proposal, ref string) (string, error) {
	if p.State == Merged {
		into, _, err := stored.Seen(ctx, tx, p.MergedInto)
		if err != nil {
			return "", err
		}
		return into.Path(), nil
	}
	if p.Path() != "/proposals/"+ref {
		return p.Path(), nil
	}
	return "", nil
}

func (m *Module) fillPage(ctx context.Context, tx *tenant.Tx, d *pageData, q comments.Query) (err error) {
	p := d.Proposal
	d.now, d.mine, d.staff = tx.Now(), stored.Mine(ctx, p), stored.Staff(ctx)
	d.mayEdit = d.mine && mayEdit(tx, p, stored.RulesOf(d.c, d.now, tx.Tenant().Rules.Moderation)) == nil
	if d.names, err = m.names.Of(ctx, tx); err != nil {
		return err
	}
	rows, err := m.rowsOf(ctx, tx, d.c, []*Proposal{p})
	if err != nil {
		return err
	}
	d.row = rows[0]
	refs := []subject.Ref{p.Ref()}
	published, err := answers.Published(ctx, tx, refs)
	if err != nil {
		return err
	}
	d.answer = published[p.Ref()]
	if d.result, err = votes.Snapshot(ctx, tx, p.Ref()); err != nil {
		return err
	}
	if err := m.fillAround(ctx, tx, d); err != nil {
		return err
	}
	if p.State == Published {
		if d.follow, err = follows.Button(ctx, tx, p.Ref(), p.Title); err != nil {
			return err
		}
	}
	if m.Comments != nil && p.State.Public() {
		d.thread, err = m.Comments.Section(ctx, tx, stored.Thread(ctx, tx, d.c, p), q)
	}
	return err
}

// fillAround adds what belongs to a proposal: files, other authors, what was joined with it, and similar ones.
func (m *Module) fillAround(ctx context.Context, tx *tenant.Tx, d *pageData) error {
	p := d.Proposal
	files, err := attachments.Of(ctx, tx, []subject.Ref{p.Ref()})
	if err != nil {
		return err
	}
	d.files = files[p.Ref()]
	if d.others, err = stored.Authors(ctx, tx, p.ID); err != nil {
		return err
	}
	if d.joined, err = stored.Joined(ctx, tx, p.ID); err != nil {
		return err
	}
	if p.State != Published {
		return nil
	}
	alike, err := findSimilar(ctx, tx, Wanted{ConsultationID: p.ConsultationID, Title: p.Title, TopicID: p.TopicID, Lat: p.Lat, Lng: p.Lng, Except: p.ID})
	for _, s := range alike {
		d.alike = append(d.alike, row{Proposal: s.Proposal, c: d.c})
	}
	return err
}

// findSimilar are proposals that may mean the same, most alike first.
func findSimilar(ctx context.Context, tx *tenant.Tx, w Wanted) ([]Similar, error) {
	candidates, err := stored.Likely(ctx, tx, w)
	if err != nil {
		return nil, err
	}
	return stored.RankSimilar(w, candidates), nil
}

func pageOf(c *fiber.Ctx, d *pageData) web.Page {
	p := web.Page{Title: d.Title, Description: d.Excerpt, Current: listPath, Map: d.Located(), NoIndex: d.State != Published,
		Image: "/og/" + Kind + "/" + strconv.FormatInt(d.Number, 10) + ".png"}
	if d.State != Published {
		p.Description, p.Image = "", ""
		return p
	}
	for _, a := range attachments.Photos(d.files) {
		if a.Public && a.Ready() {
			p.Image = a.Path(attachments.Full)
			break
		}
	}
	p.JSONLD = jsonLD(c.UserContext(), d, web.SiteOf(c).Base)
	return p
}

// jsonLD describes a proposal to search engines as a posting of a discussion.
func jsonLD(ctx context.Context, d *pageData, base string) []string {
	kind := "Person"
	if d.AuthorKind != accounts.AuthorCitizen {
		kind = "Organization"
	}
	count := func(action string, n int64) map[string]any {
		return map[string]any{"@type": "InteractionCounter", "interactionType": "https://schema.org/" + action, "userInteractionCount": n}
	}
	stats := []any{count("CommentAction", d.CommentCount)}
	if d.vote != nil && d.vote.Shown {
		stats = append(stats, count("LikeAction", d.SupportCount))
	}
	b, err := json.Marshal(map[string]any{
		"@context": "https://schema.org", "@type": "DiscussionForumPosting", "headline": d.Title, "text": d.Excerpt, "inLanguage": d.Lang,
		"url": base + i18n.Href(ctx, d.Path()), "datePublished": i18n.ISO(d.PublishedAt), "interactionStatistic": stats,
		"author": map[string]any{"@type": kind, "name": accounts.BylineName(ctx, d.Byline)},
	})
	if err != nil {
		return nil // strings and numbers always marshal
	}
	return []string{string(b)}
}
