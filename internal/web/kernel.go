package web

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"glas/internal/authz"
	"glas/internal/cache"
	"glas/internal/clock"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/limit"
	"glas/internal/web/assets"
)

// Options is what a Kernel is made of.
type Options struct {
	Catalogue      *i18n.Catalogue
	Assets         *assets.Bundle
	Cache          cache.Cache
	Clock          clock.Clock
	Logger         *slog.Logger
	Sites          Sites
	Sessions       Sessions
	Parking        Parking
	Metrics        *prometheus.Registry
	TrustedProxies []string
	// BodyLimit is the largest request in bytes, which only addresses that take files read; see bodyLimit for the others.
	BodyLimit int
	// RequestTime is the longest that a request may work; Fiber does not notice a reader who went away. Nothing is 20 seconds.
	RequestTime time.Duration
	// AddressKey keys the hashes of readers' addresses, so that no address is kept in clear.
	AddressKey []byte
	Modules    []Module
	// Ready says why requests cannot be answered; nil when they can.
	Ready func(ctx context.Context) error
}

// Kernel serves the routes of all modules for all sites.
type Kernel struct {
	app       *fiber.App
	catalogue *i18n.Catalogue
	assets    *assets.Bundle
	clock     clock.Clock
	log       *slog.Logger
	sites     Sites
	sessions  Sessions
	parking   Parking
	limiter   *limit.Limiter
	pages     *pageCache
	metrics   *metrics
	addresses []byte
	proxies   []netip.Prefix
	patience  time.Duration
	bodyMax   int
	modules   []Module
	routes    []Route
	menu      []MenuItem
}

const iconPath = "/icon.svg"

// New puts the modules together.
func New(o Options) *Kernel {
	k := &Kernel{catalogue: o.Catalogue, assets: o.Assets, clock: o.Clock, log: o.Logger, sites: o.Sites, sessions: o.Sessions,
		parking: o.Parking, limiter: limit.New(o.Cache, o.Clock), pages: newPageCache(pageCacheBytes), metrics: newMetrics(o.Metrics),
		addresses: o.AddressKey, proxies: networks(o.TrustedProxies), patience: cmp.Or(o.RequestTime, 20*time.Second), bodyMax: o.BodyLimit, modules: o.Modules}
	k.app = fiber.New(fiber.Config{
		// Without Immutable Fiber uses the memory of a string again after the request: a kept host or path would become another's.
		Immutable: true, DisableStartupMessage: true, BodyLimit: o.BodyLimit, ErrorHandler: k.fail, AppName: "Glas",
		EnableTrustedProxyCheck: true, TrustedProxies: o.TrustedProxies, ProxyHeader: fiber.HeaderXForwardedFor, EnableIPValidation: true,
		ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, ReadBufferSize: 16 << 10, ServerHeader: "",
		UnescapePath: true, DisableHeaderNormalizing: false, StreamRequestBody: false,
	})
	k.app.Server().HeaderReceived = k.bodyLimit
	k.collect()
	k.app.Use(k.recovered, k.observe)
	k.app.Get("/assets/*", k.serveAsset)
	k.app.Get("/readyz", ready(o.Ready))
	k.app.Use(k.findSite, k.secure, k.fromCache)
	k.app.Get("/theme/:hash.css", k.serveTheme)
	k.app.Get(iconPath, k.serveIcon)
	k.app.Use(k.identify)
	for i := range k.routes {
		r := &k.routes[i]
		k.app.Add(r.Method, r.Path, k.serve(r))
		if r.Method == fiber.MethodGet {
			k.app.Add(fiber.MethodHead, r.Path, k.serve(r)) // who checks a link asks for the head only
		}
	}
	k.app.Use(func(*fiber.Ctx) error { return fault.NotFound("common.error.not_found") })
	return k
}

// collect takes routes and menus from the modules.
func (k *Kernel) collect() {
	for _, m := range k.modules {
		part := m.Name()
		if b, ok := m.(Belonging); ok {
			part = b.PartOf()
		}
		for _, r := range m.Routes() {
			r.Module, r.Part = m.Name(), cmp.Or(r.Part, part)
			k.routes = append(k.routes, r)
		}
		for _, item := range m.Menu() {
			item.Module, item.Part = m.Name(), cmp.Or(item.Part, part)
			k.menu = append(k.menu, item)
		}
	}
	sort.SliceStable(k.menu, func(i, j int) bool { return k.menu[i].Order < k.menu[j].Order })
	// A fixed address must be asked before one with a parameter in its place.
	sort.SliceStable(k.routes, func(i, j int) bool { return rank(k.routes[i].Path) < rank(k.routes[j].Path) })
}

// rank sorts fixed parts of a path before parameters, and parameters before a rest.
func rank(path string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case strings.HasPrefix(part, "*"):
			b.WriteString("/~")
		case strings.HasPrefix(part, ":"):
			b.WriteString("/{")
		default:
			b.WriteString("/" + part)
		}
	}
	return b.String()
}

// App is the Fiber application, for serving and for tests.
func (k *Kernel) App() *fiber.App { return k.app }

// Routes lists every route that is served.
func (k *Kernel) Routes() []Route { return k.routes }

// identify finds out who sends the request and puts everything about it into its context.
func (k *Kernel) identify(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), k.patience)
	defer cancel()
	site := SiteOf(c)
	ctx, err := k.bind(ctx, site, c.Locals(localLang).(string), sessionToken(c))
	if err != nil {
		return err
	}
	c.SetUserContext(ctx)
	if err := c.Next(); err != nil {
		// Answered here, because afterwards the context is over.
		return k.fail(c, err)
	}
	return nil
}

// bind is the context of a request: site, language, actor.
func (k *Kernel) bind(ctx context.Context, site *Site, lang, token string) (context.Context, error) {
	ctx = i18n.With(site.Bind(ctx), k.localizer(site, lang))
	table, err := site.Table(ctx)
	if err != nil {
		return nil, err
	}
	actor := authz.Actor{Kind: authz.Visitor}
	if token != "" {
		if actor, err = k.sessions.Actor(ctx, token); err != nil {
			return nil, err
		}
	}
	return authz.With(ctx, actor, table), nil
}

// serve wraps a route: is it served here, may this person get there, and not too often.
func (k *Kernel) serve(r *Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		site := SiteOf(c)
		if !r.Everywhere && r.Deployment != site.Deployment || slices.Contains(site.Off, r.Part) {
			return c.Next()
		}
		c.Locals(localRoute, r)
		if site.Suspended && !r.Suspended {
			return fault.Unavailable("common.error.suspended")
		}
		if err := admit(c.UserContext(), r); err != nil {
			return err
		}
		if err := k.allowed(c, r); err != nil {
			return err
		}
		if err := r.Handle(c); err != nil {
			return err
		}
		return k.unpark(c)
	}
}

// allowed counts a request against the limit of its route.
func (k *Kernel) allowed(c *fiber.Ctx, r *Route) error {
	if r.Limit.N == 0 {
		return nil
	}
	name := r.Limit.Name
	if name == "" {
		name = r.Method + r.Path
	}
	who := authz.From(c.UserContext()).ID
	if who == "" {
		who = k.addressHash(c)
	}
	ok, after, err := k.limiter.Allow(c.UserContext(), "limit:"+SiteOf(c).ID+":"+name+":"+who, r.Limit.N, r.Limit.Per)
	if err != nil {
		return fmt.Errorf("count requests: %w", err)
	}
	if !ok {
		return fault.TooMany(after)
	}
	return nil
}

// ready tells a load balancer whether to send requests here.
func ready(check func(context.Context) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), 2*time.Second)
		defer cancel()
		if check != nil && check(ctx) != nil {
			return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
		}
		return c.SendString("ready\n")
	}
}

func (k *Kernel) recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			k.log.Error("panic", "cause", r, "route", routePath(c), "stack", string(debug.Stack()))
			err = k.fail(c, fmt.Errorf("panic: %v", r))
		}
	}()
	return c.Next()
}
