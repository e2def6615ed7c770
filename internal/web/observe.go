package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"glas/internal/fault"
)

// metrics counts requests by route, never by raw address, and by status.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(r *prometheus.Registry) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "glas_http_requests_total", Help: "Requests by route, method and status."}, []string{"route", "method", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "glas_http_seconds", Help: "Time of requests in seconds by route.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}}, []string{"route"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.seconds)
	}
	return m
}

// observe writes the access log and the metrics. Neither holds an address, a query or anything that a reader typed.
func (k *Kernel) observe(c *fiber.Ctx) error {
	if c.Locals(localStarted) != nil {
		return c.Next() // restarted after the language was taken from the address
	}
	start := k.clock.Now()
	c.Locals(localStarted, start)
	if err := c.Next(); err != nil {
		if err := k.fail(c, err); err != nil {
			return err
		}
	}
	took := k.clock.Now().Sub(start)
	route, status := routePath(c), c.Response().StatusCode()
	k.metrics.requests.WithLabelValues(route, c.Method(), strconv.Itoa(status)).Inc()
	k.metrics.seconds.WithLabelValues(route).Observe(took.Seconds())
	level := slog.LevelDebug
	if status == fiber.StatusInternalServerError { // a suspended municipality (503) is no failure
		level = slog.LevelError
	}
	if k.log.Enabled(context.Background(), level) {
		site := ""
		if s := SiteOf(c); s != nil {
			site = s.ID
		}
		k.log.Log(context.Background(), level, "request", "site", site, "method", c.Method(), "route", route, "status", status, "took", took)
	}
	return nil
}

// routePath names the route of a request for logs; "none" when no route took it.
func routePath(c *fiber.Ctx) string {
	if r, ok := c.Locals(localRoute).(*Route); ok {
		return r.Path
	}
	return "none"
}

// serveAsset sends a style, a script or a picture, whose address changes with its content.
func (k *Kernel) serveAsset(c *fiber.Ctx) error {
	content, contentType, encoding, ok := k.assets.Encoded(c.Path(), c.Get(fiber.HeaderAcceptEncoding))
	if !ok {
		return fiber.ErrNotFound
	}
	h := &c.Response().Header
	h.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if encoding != "" {
		h.Set(fiber.HeaderContentEncoding, encoding)
	}
	h.SetContentType(contentType)
	c.Response().SetBodyRaw(content)
	return nil
}

// serveTheme sends the colours of the site.
func (k *Kernel) serveTheme(c *fiber.Ctx) error {
	site := SiteOf(c)
	if c.Path() != site.ThemeURL {
		return fault.NotFound("common.error.not_found")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, "text/css; charset=utf-8")
	return c.SendString(site.ThemeCSS)
}

// serveIcon sends the mark that browsers show on their tabs.
func (k *Kernel) serveIcon(c *fiber.Ctx) error {
	site := SiteOf(c)
	if site.Icon == "" {
		return fault.NotFound("common.error.not_found")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	c.Set(fiber.HeaderContentType, "image/svg+xml")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'")
	return c.SendString(site.Icon)
}

// JSON answers a program.
func JSON(c *fiber.Ctx, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	if isAPI(c) { // what a person downloads about himself is for no other site
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	}
	return c.Send(b)
}

// List is a page of a list for programs. Next is the cursor of the next page, empty at the end.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// Age is how long ago t was, for a Last-Modified header.
func Age(c *fiber.Ctx, t time.Time) {
	c.Set(fiber.HeaderLastModified, t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
}
