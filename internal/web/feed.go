package web

import (
	"bytes"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/feed"
	"glas/internal/i18n"
)

// NewFeed is the feed without entries that stands at path and belongs to the page at home, in the language of the request. since is when the
// municipality came to the site.
func NewFeed(c *fiber.Ctx, since time.Time, title, path, home string) feed.Feed {
	ctx, site := c.UserContext(), SiteOf(c)
	link := func(path string) string { return site.Base + i18n.Href(ctx, path) }
	return feed.Feed{ID: link(path), Authority: site.Host, Since: since, Title: title, Self: link(path), Home: link(home), Lang: i18n.Lang(ctx), Author: site.Name.In(ctx), Link: link}
}

// SendFeed answers a request with a feed.
func SendFeed(c *fiber.Ctx, f feed.Feed) error {
	var b bytes.Buffer
	if err := feed.Write(&b, f); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/atom+xml; charset=utf-8")
	return c.Send(b.Bytes())
}
