package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/web/ui"
)

// policy is the content security policy of every page, in front of the sources of pictures: drawings in the page, photos that a reader
// chooses, and the map server of the site, if it has one.
const policy = "default-src 'self'; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data: blob:"

// secure sets the headers of every answer, and refuses what another site sends in a reader's name.
func (k *Kernel) secure(c *fiber.Ctx) error {
	c.Locals(kernelKey, k)
	protect(c)
	// Handlers and the memory of pages say otherwise where they know better.
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	if !unsafe(c.Method()) || sameSite(c) || k.fromOutside(c) {
		return c.Next()
	}
	return fault.Forbidden("web.other_site")
}

// protect sets the headers that keep browsers from doing more with an answer than it is meant for.
func protect(c *fiber.Ctx) {
	h := &c.Response().Header
	pictures := policy
	if site := SiteOf(c); site != nil && site.Tiles != "" {
		pictures += " " + site.Tiles
	}
	h.Set("Content-Security-Policy", pictures)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), payment=(), geolocation=(self)")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if c.Protocol() == "https" {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func unsafe(method string) bool {
	return method != fiber.MethodGet && method != fiber.MethodHead && method != fiber.MethodOptions
}

// sameSite reports whether a request comes from a page of this very host: browsers say so in Sec-Fetch-Site, older ones in Origin.
func sameSite(c *fiber.Ctx) bool {
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "":
		u, err := url.Parse(c.Get(fiber.HeaderOrigin))
		return err == nil && u.Host != "" && u.Hostname() == hostOf(c)
	default:
		return false
	}
}

// fromOutside reports whether the address is one that other programs may send to; such a handler trusts no cookie.
func (k *Kernel) fromOutside(c *fiber.Ctx) bool {
	path := PathOf(c)
	for _, r := range k.routes {
		if r.FromOutside && r.Method == c.Method() && matches(r.Path, path) {
			return true
		}
	}
	return false
}

// matches compares a path with a route's, part by part.
func matches(route, path string) bool {
	r, p := strings.Split(route, "/"), strings.Split(path, "/")
	if len(r) != len(p) {
		return false
	}
	for i := range r {
		if !strings.HasPrefix(r[i], ":") && r[i] != p[i] {
			return false
		}
	}
	return true
}

// cookieName is the name of a cookie as browsers know it. The prefix binds it to the host over https, so that no neighbour under the
// same domain can plant one; over plain http browsers refuse it.
func cookieName(c *fiber.Ctx, name string) string {
	if c.Protocol() == "https" {
		return "__Host-" + name
	}
	return name
}

const sessionCookie = "glas"

func sessionToken(c *fiber.Ctx) string { return c.Cookies(cookieName(c, sessionCookie)) }

// SetSession gives the browser the token of a session for the given time; 0 keeps it until the browser is closed.
func SetSession(c *fiber.Ctx, token string, lifetime time.Duration) {
	setCookie(c, sessionCookie, token, lifetime)
}

// DropSession takes the token of the session from the browser.
func DropSession(c *fiber.Ctx) { dropCookie(c, sessionCookie) }

func setCookie(c *fiber.Ctx, name, value string, lifetime time.Duration) {
	cookie := &fiber.Cookie{Name: cookieName(c, name), Value: value, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: c.Protocol() == "https"}
	if lifetime > 0 {
		cookie.MaxAge = int(lifetime.Seconds())
	} else {
		cookie.SessionOnly = true
	}
	c.Cookie(cookie)
}

func dropCookie(c *fiber.Ctx, name string) {
	c.Cookie(&fiber.Cookie{Name: cookieName(c, name), Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: c.Protocol() == "https", MaxAge: -1, Expires: time.Unix(1, 0)})
}

// flashes takes what was to be said on this page.
func flashes(c *fiber.Ctx) ([]ui.FlashItem, error) {
	raw := c.Cookies(cookieName(c, flashCookie))
	if raw == "" {
		return nil, nil
	}
	dropCookie(c, flashCookie)
	kind, escaped, _ := strings.Cut(raw, ".")
	text, err := url.QueryUnescape(escaped)
	if err != nil || text == "" {
		return nil, nil // not ours: nothing to say
	}
	switch kind {
	case "info", "success", "warning", "danger":
	default:
		kind = "info"
	}
	return []ui.FlashItem{{Kind: kind, Text: text}}, nil
}

// addressHash is a keyed hash of the address that a request comes from, so that limits can count without keeping the address. Of an
// IPv6 address the network counts (/64): a household has all the addresses in it.
func (k *Kernel) addressHash(c *fiber.Ctx) string {
	mac := hmac.New(sha256.New, k.addresses)
	mac.Write([]byte(k.network(c)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}

// network is where a request comes from. Behind trusted proxies that is the last address that none of them has: what stands before
// it in the header was written by the sender himself.
func (k *Kernel) network(c *fiber.Ctx) string {
	addr, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return ""
	}
	addr = addr.Unmap()
	given := strings.Split(c.Get(fiber.HeaderXForwardedFor), ",")
	for i := len(given) - 1; i >= 0 && k.trusted(addr); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(given[i]))
		if err != nil {
			break
		}
		addr = before.Unmap().WithZone("")
	}
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

func (k *Kernel) trusted(addr netip.Addr) bool {
	return slices.ContainsFunc(k.proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// networks reads addresses and networks; what is neither was refused with the settings.
func networks(texts []string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p.Masked())
		} else if a, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return out
}

// AddressOf is the keyed hash of the address of a request.
func AddressOf(c *fiber.Ctx) string {
	return c.Locals(kernelKey).(*Kernel).addressHash(c)
}
