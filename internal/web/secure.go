package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/web/ui"
)

// policy is the content security policy of every page. Pictures may come from map servers over https and from drawings in the page.
const policy = "default-src 'self'; img-src 'self' data: blob: https:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// secure sets the headers of every answer, and refuses what another site sends in a reader's name.
func (k *Kernel) secure(c *fiber.Ctx) error {
	c.Locals(kernelKey, k)
	h := &c.Response().Header
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), payment=(), geolocation=(self)")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if c.Protocol() == "https" {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if !unsafe(c.Method()) || sameSite(c) || k.fromOutside(c) {
		return c.Next()
	}
	return fault.Forbidden("web.other_site")
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

// sessionName is the cookie of a session. The prefix binds it to the host over https; over plain http browsers refuse it.
func sessionName(c *fiber.Ctx) string {
	if c.Protocol() == "https" {
		return "__Host-glas"
	}
	return "glas"
}

func sessionToken(c *fiber.Ctx) string { return c.Cookies(sessionName(c)) }

// SetSession gives the browser the token of a session for the given time; 0 keeps it until the browser is closed.
func SetSession(c *fiber.Ctx, token string, lifetime time.Duration) {
	setCookie(c, sessionName(c), token, lifetime)
}

// DropSession takes the token of the session from the browser.
func DropSession(c *fiber.Ctx) { dropCookie(c, sessionName(c)) }

func setCookie(c *fiber.Ctx, name, value string, lifetime time.Duration) {
	cookie := &fiber.Cookie{Name: name, Value: value, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: c.Protocol() == "https"}
	if lifetime > 0 {
		cookie.MaxAge = int(lifetime.Seconds())
	} else {
		cookie.SessionOnly = true
	}
	c.Cookie(cookie)
}

func dropCookie(c *fiber.Ctx, name string) {
	c.Cookie(&fiber.Cookie{Name: name, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: c.Protocol() == "https", MaxAge: -1, Expires: time.Unix(1, 0)})
}

// flashes takes what was to be said on this page.
func flashes(c *fiber.Ctx) ([]ui.FlashItem, error) {
	raw := c.Cookies(flashCookie)
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

// AddressHash is a keyed hash of the address that a request comes from, so that limits can count without keeping the address.
func AddressHash(key []byte, c *fiber.Ctx) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(c.IP()))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}

// AddressOf is the keyed hash of the address of a request.
func AddressOf(c *fiber.Ctx) string {
	return AddressHash(c.Locals(kernelKey).(*Kernel).addresses, c)
}
