package portal

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

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
	f := found{Query: search.Query{Text: q.Value("q"), Area: q.Value("area"), Topic: q.Value("topic"), Limit: hitsPerPage, After: q.Value("after")}}
	if kind := q.Value("kind"); kind != "" {
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
		f.Hits, f.Next, err = tx.Search(ctx, f.Query)
		return err
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

// statement renders a page that a municipality owes its readers.
func (m *Module) statement(c *fiber.Ctx, id string, body templ.Component) error {
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), id+".title")}, body)
}

func (m *Module) accessibility(c *fiber.Ctx) error {
	return m.statement(c, "portal.accessibility", accessibilityPage(tenant.From(c.UserContext())))
}

func (m *Module) privacy(c *fiber.Ctx) error {
	return m.statement(c, "portal.privacy", privacyPage(tenant.From(c.UserContext())))
}

func (m *Module) rules(c *fiber.Ctx) error {
	return m.statement(c, "portal.rules", rulesPage(tenant.From(c.UserContext())))
}

func (m *Module) apiPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	return m.statement(c, "portal.api", apiPage(m.OpenAPI(tenant.From(ctx).Name.In(ctx), m.Base(ctx))))
}

func (m *Module) openAPI(c *fiber.Ctx) error {
	ctx := c.UserContext()
	return web.JSON(c, m.OpenAPI(tenant.From(ctx).Name.In(ctx), m.Base(ctx)))
}

// urlset is a sitemap (sitemaps.org protocol 0.9).
type urlset struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	Lastmod string `xml:"lastmod,omitempty"`
}

func (m *Module) sitemap(c *fiber.Ctx) error {
	ctx := c.UserContext()
	base := m.Base(ctx)
	set := urlset{}
	for _, fixed := range []string{"/", "/consultations", "/proposals", "/accessibility", "/privacy", "/rules", "/api"} {
		set.URLs = append(set.URLs, sitemapURL{Loc: base + fixed})
	}
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		pages, err := m.Pages(ctx, tx)
		for _, p := range pages {
			set.URLs = append(set.URLs, sitemapURL{Loc: base + p.Path, Lastmod: p.Changed.UTC().Format(time.DateOnly)})
		}
		return err
	})
	if err != nil {
		return err
	}
	b, err := xml.Marshal(set)
	if err != nil {
		return fmt.Errorf("write sitemap: %w", err)
	}
	c.Set(fiber.HeaderContentType, "application/xml; charset=utf-8")
	return c.Send(append([]byte(xml.Header), b...))
}

func (m *Module) robots(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	return c.SendString("User-agent: *\nDisallow: /admin\nDisallow: /me\nDisallow: /sign-in\nDisallow: /preview\n\nSitemap: " + m.Base(c.UserContext()) + "/sitemap.xml\n")
}
