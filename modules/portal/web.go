package portal

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/search"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

func (m *Module) home(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var front Front
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		front, err = m.Front(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if !front.NextChange.IsZero() {
		web.FreshUntil(c, front.NextChange)
	}
	t := tenant.From(ctx)
	page := web.Page{Title: t.Name.In(ctx), Description: t.Hero.Text.In(ctx), Image: "/og.png", Feed: "/feed.atom"}
	return web.Render(c, page, homePage(t, front))
}

const hitsPerPage = 20

// found is what the search page shows.
type found struct {
	Query         search.Query
	Hits          []search.Hit
	Next          string
	Areas, Topics []ui.Option
}

func (m *Module) find(c *fiber.Ctx, withFilters bool) (found, error) {
	q := web.Query(c)
	f := found{Query: search.Query{Text: q.Value("q"), Reader: i18n.Lang(c.UserContext()), Area: q.Value("area"), Topic: q.Value("topic"), Limit: hitsPerPage, After: q.Value("after")}}
	if kind := q.Value("kind"); slices.Contains(kinds(tenant.From(c.UserContext())), kind) {
		f.Query.Kinds = []string{kind}
	}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if withFilters {
			if f.Areas, f.Topics, err = m.Filters(ctx, tx); err != nil {
				return err
			}
		}
		if strings.TrimSpace(f.Query.Text) == "" {
			return nil
		}
		f.Query.Without = tx.Tenant().Missing()
		if f.Hits, f.Next, err = tx.Search(ctx, f.Query); err != nil || m.Contexts == nil {
			return err
		}
		return m.Contexts(ctx, tx, f.Hits)
	})
	return f, err
}

func (m *Module) search(c *fiber.Ctx) error {
	f, err := m.find(c, true)
	if err != nil {
		return err
	}
	next := ""
	if f.Next != "" {
		q := web.Query(c)
		q.Set("after", f.Next)
		next = i18n.Href(c.UserContext(), "/search?"+q.Encode())
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "portal.search.title"), NoIndex: true}, searchPage(f, next))
}

func (m *Module) searchAPI(c *fiber.Ctx) error {
	f, err := m.find(c, false)
	if err != nil {
		return err
	}
	out := web.List[Found]{Items: []Found{}, Next: f.Next}
	base := m.Base(c.UserContext())
	for _, h := range f.Hits {
		var excerpt strings.Builder
		for _, s := range h.Snippet {
			excerpt.WriteString(s.Text)
		}
		out.Items = append(out.Items, Found{Kind: h.Ref.Kind, Title: h.Title, Excerpt: excerpt.String(), URL: base + h.Path, Lang: h.Lang, Updated: h.Updated})
	}
	return web.JSON(c, out)
}

// statement renders a page that a municipality owes its readers; title is a message.
func (m *Module) statement(c *fiber.Ctx, title string, body templ.Component) error {
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), title)}, body)
}

func (m *Module) accessibility(c *fiber.Ctx) error {
	return m.statement(c, "portal.accessibility.title", accessibilityPage(tenant.From(c.UserContext())))
}

func (m *Module) privacy(c *fiber.Ctx) error {
	return m.statement(c, "portal.privacy.title", privacyPage(tenant.From(c.UserContext())))
}

func (m *Module) rules(c *fiber.Ctx) error {
	return m.statement(c, "portal.rules.title", rulesPage(tenant.From(c.UserContext())))
}

func (m *Module) apiPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	return m.statement(c, "portal.api.title", apiPage(m.OpenAPI(ctx)))
}

func (m *Module) openAPI(c *fiber.Ctx) error {
	ctx := c.UserContext()
	return web.JSON(c, m.OpenAPI(ctx))
}

func (m *Module) sitemap(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var pages []SitemapPage
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		pages, err = m.Pages(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	b, err := writeSitemap(tenant.From(ctx), m.Base(ctx), pages)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/xml; charset=utf-8")
	return c.Send(b)
}

func (m *Module) robots(c *fiber.Ctx) error {
	ctx := c.UserContext()
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return c.SendString(robotsText(tenant.From(ctx), m.Base(ctx)))
}

func (m *Module) feed(c *fiber.Ctx) error {
	ctx := c.UserContext()
	t := tenant.From(ctx)
	f := web.NewFeed(c, t.CreatedAt, i18n.T(ctx, "portal.feed.title", "Name", t.Name.In(ctx)), "/feed.atom", "/")
	f.ID = "feed:" + f.Lang
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		f.Entries, err = m.News(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.SendFeed(c, f)
}

func (m *Module) picture(c *fiber.Ctx) error {
	t := tenant.From(c.UserContext())
	return sendPicture(c, t, t.Name.In(c.UserContext()))
}

func (m *Module) pictureOf(c *fiber.Ctx) error {
	var title string
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		title, err = m.Title(ctx, tx, c.Params("kind"), c.Params("slug"))
		return err
	})
	if err != nil {
		return err
	}
	if title == "" {
		return fault.NotFound("common.error.not_found")
	}
	return sendPicture(c, tenant.From(c.UserContext()), title)
}

func sendPicture(c *fiber.Ctx, t *tenant.Tenant, title string) error {
	b, err := drawPicture(t.Theme, title, t.Name.In(c.UserContext()))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(b)
}
