package web

import (
	"context"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
)

// Site is what a host serves.
type Site struct {
	// ID partitions everything that is kept per site: cached pages, limits, files.
	ID string
	// Deployment is the site of the bare host.
	Deployment bool
	Name       i18n.Text
	Tagline    i18n.Text
	Crest      string
	Contact    Contact
	Languages  []string
	Zone       *time.Location
	// Host is the main address; requests to another one of the site are redirected when Redirect is set.
	Host     string
	Base     string
	Redirect bool
	// Suspended sites answer with a page that says so; ReadOnly ones say so on every page.
	Suspended bool
	ReadOnly  bool
	ThemeURL  string
	ThemeCSS  string
	// Icon is an SVG picture for the tabs of browsers; empty means none.
	Icon string
	// Tiles is the source of the pictures of maps for the content security policy; empty means that there is none.
	Tiles string
	// Off lists the parts (Route.Part) that are switched off.
	Off []string
	// Generation counts the writes of the site, and says whether the count can be trusted.
	Generation func() (int64, bool)
	// Bind puts what the site is for into the context of a request.
	Bind func(ctx context.Context) context.Context
	// Table is what roles may do here.
	Table func(ctx context.Context) (*authz.Table, error)
}

// Contact is how the people behind a site are reached, shown at the foot of every page.
type Contact struct{ Address, Phone, Email string }

// Sites finds the site of a host; nil when there is none.
type Sites interface {
	Find(ctx context.Context, host string) (*Site, error)
}

// Sessions finds who a session token belongs to; the zero Actor when nobody.
type Sessions interface {
	Actor(ctx context.Context, token string) (authz.Actor, error)
}

// Parking keeps what a visitor typed while he signs in.
type Parking interface {
	Park(ctx context.Context, path string, form url.Values) (token string, err error)
	Parked(ctx context.Context, token string) (path string, form url.Values, err error)
	Drop(ctx context.Context, token string) error
}

type local string

const (
	localSite    local = "site"
	localLang    local = "lang"
	localPath    local = "path"
	localExpiry  local = "expiry"
	localRoute   local = "route"
	localStarted local = "started"
	// localUnread marks a request whose body was refused before it was read.
	localUnread local = "unread"
)

// SiteOf is the site that a request is for.
func SiteOf(c *fiber.Ctx) *Site {
	s, _ := c.Locals(localSite).(*Site)
	return s
}

// PathOf is the address of a request without its language prefix.
func PathOf(c *fiber.Ctx) string {
	if p, ok := c.Locals(localPath).(string); ok {
		return p
	}
	return c.Path()
}

// hostOf is the host of a request in lower case without a port. The header X-Forwarded-Host counts only from trusted proxies.
func hostOf(c *fiber.Ctx) string {
	return hostname(c.Hostname())
}

func hostname(host string) string {
	host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), "."))
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return host
}

// findSite is the first middleware: which site, and in which language.
func (k *Kernel) findSite(c *fiber.Ctx) error {
	if c.Locals(localSite) != nil {
		return c.Next() // restarted after the language was taken from the address
	}
	site, err := k.sites.Find(c.UserContext(), hostOf(c))
	if err != nil {
		return err
	}
	if site == nil {
		return k.unknownHost(c)
	}
	c.Locals(localSite, site)
	lang, rest := splitLanguage(c.Path(), site.Languages)
	c.Locals(localLang, lang)
	if !proper(rest) {
		c.Locals(localPath, "/")
		return fault.NotFound("common.error.not_found")
	}
	c.Locals(localPath, rest)
	if site.Redirect && (c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead) {
		c.Set(fiber.HeaderCacheControl, "no-cache") // the main address may change again
		return c.Redirect(site.Base+clean(string(c.Request().URI().RequestURI())), fiber.StatusMovedPermanently)
	}
	if rest != c.Path() {
		c.Path(rest)
		return c.RestartRouting()
	}
	return c.Next()
}

// proper reports whether a path is one that a page can have: it names no other host when it stands in a link, is valid text and
// holds nothing that a database would choke on.
func proper(path string) bool {
	return utf8.ValidString(path) && !strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "/\\") && clean(path) == path
}

// splitLanguage takes the language prefix off a path. The default language has none.
func splitLanguage(path string, languages []string) (lang, rest string) {
	if len(path) >= 3 && path[0] == '/' && (len(path) == 3 || path[3] == '/') {
		if l := path[1:3]; l != languages[0] && slices.Contains(languages, l) {
			if len(path) == 3 {
				return l, "/"
			}
			return l, path[3:]
		}
	}
	return languages[0], path
}

// unknownHost answers without naming any site.
func (k *Kernel) unknownHost(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	return c.Status(fiber.StatusNotFound).SendString(
		`<!doctype html><html lang="en"><meta charset="utf-8"><title>404</title><h1>404</h1><p>There is nothing at this address.</p></html>`)
}

// localizer is the language of a request as an i18n.Localizer.
func (k *Kernel) localizer(site *Site, lang string) *i18n.Localizer {
	prefix := ""
	if lang != site.Languages[0] {
		prefix = "/" + lang
	}
	return k.catalogue.Localizer(lang, site.Zone, prefix)
}

// clean takes out of an address what could begin a new header line.
func clean(address string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, address)
}

// Local reports whether an address given from outside is a path on this site and nothing else.
func Local(path string) bool {
	if path == "" || path[0] != '/' || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00") || clean(path) != path {
		return false
	}
	u, err := url.Parse(path)
	return err == nil && u.Host == "" && u.Scheme == ""
}
