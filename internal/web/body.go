package web

import (
	"context"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"glas/internal/authz"
	"glas/internal/clock"
	"glas/internal/fault"
)

// How much one request may carry is decided from its head, before anything of it is kept: the memory of the machine must not depend on
// what strangers announce.
const (
	// smallBody is the largest request of everybody to any address: a form of plain words is far smaller.
	smallBody = 1 << 20
	// staffBody is that of staff to the addresses of their work: whole acts are pasted there, in five languages.
	staffBody = 8 << 20
	// headTime is the longest that asking who sends a large request may take.
	headTime = 5 * time.Second
)

// bodyLimit is how much of a request is read.
func (k *Kernel) bodyLimit(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	const pieces = -1 // of a length that nobody declared; a request without any body, such as every GET, has -2
	most := min(smallBody, k.bodyMax)
	if size := h.ContentLength(); size > most || size == pieces {
		ctx, cancel := context.WithTimeout(context.Background(), headTime)
		defer cancel()
		most = min(max(most, k.largeBody(ctx, h)), k.bodyMax)
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: most}
}

// largeBody is how much an address takes from this sender beyond the common size; 0 when nothing. Files count only in the form that is
// written to disk while it arrives, which needs a declared length; other bodies are held in memory.
func (k *Kernel) largeBody(ctx context.Context, h *fasthttp.RequestHeader) int {
	address := fasthttp.AcquireURI()
	defer fasthttp.ReleaseURI(address)
	if err := address.Parse(h.Host(), h.RequestURI()); err != nil {
		return 0
	}
	site := k.siteOfHead(ctx, string(h.Peek(fiber.HeaderXForwardedHost)), string(address.Host()))
	if site == nil {
		return 0
	}
	lang, path := splitLanguage(string(address.Path()), site.Languages)
	r := k.routeAt(string(h.Method()), path)
	if r == nil {
		return 0
	}
	most := r.Body
	files := strings.HasPrefix(string(h.ContentType()), fiber.MIMEMultipartForm) && h.ContentLength() > 0 && len(h.Peek(fiber.HeaderContentEncoding)) == 0
	if r.Files && files {
		most = k.bodyMax
	}
	if r.Need == "" {
		return most
	}
	token := string(h.Cookie("__Host-" + sessionCookie))
	if token == "" {
		token = string(h.Cookie(sessionCookie))
	}
	if ctx, err := k.bind(ctx, site, lang, token); err == nil && admit(ctx, r) == nil {
		return max(most, staffBody)
	}
	return 0
}

// siteOfHead finds the site that a request names. The header of a proxy is believed from anybody here: it lets nobody in, and who is
// not who he says is refused later.
func (k *Kernel) siteOfHead(ctx context.Context, hosts ...string) *Site {
	for _, host := range hosts {
		host, _, _ = strings.Cut(host, ",")
		if host = hostname(host); host == "" {
			continue
		}
		if site, err := k.sites.Find(ctx, host); err == nil && site != nil {
			return site
		}
	}
	return nil
}

// routeAt is the route that serves an address, nil when there is none.
func (k *Kernel) routeAt(method, path string) *Route {
	for i := range k.routes {
		if r := &k.routes[i]; r.Method == method && matches(r.Path, path) {
			return r
		}
	}
	return nil
}

// whyTooLarge says more about a request that was refused unread: who is not known yet should sign in before he hears that his file is
// too large, and everybody finds his way back to the form, which browsers show as it was filled in.
func (k *Kernel) whyTooLarge(c *fiber.Ctx, e *fault.Error) *fault.Error {
	r := k.routeAt(c.Method(), PathOf(c))
	if r == nil {
		return e
	}
	c.Locals(localRoute, r)
	if r.Need != "" && sameSite(c) {
		ctx, err := k.bind(c.UserContext(), SiteOf(c), c.Locals(localLang).(string), sessionToken(c))
		if err == nil {
			if refused, ok := fault.As(admit(ctx, r)); ok {
				return refused
			}
		}
	}
	said := *e
	if back := cameFrom(c, ""); back != "" {
		said.Next = &fault.Next{Label: fault.Msg("web.back_to_form"), Path: back}
	}
	return &said
}

// admit refuses who may not use a route.
func admit(ctx context.Context, r *Route) error {
	switch {
	case r.Need == SignedIn && !authz.From(ctx).SignedIn():
		return fault.SignIn(fault.Message{ID: "authz.sign_in"})
	case r.Need != "" && r.Need != SignedIn:
		return authz.Can(ctx, r.Need, authz.Resource{}).Err()
	}
	return nil
}

const (
	// lingerTime and lingerBytes bound how long a refused sender is listened to.
	lingerTime  = 20 * time.Second
	lingerBytes = 256 << 20
)

// Lingering listens to those who were refused in the middle of sending until they are done, for a while, without keeping anything:
// a browser whose connection is cut off while it sends shows that, and not the page that says why.
func Lingering(l net.Listener, c clock.Clock) net.Listener { return lingering{l, c} }

type lingering struct {
	net.Listener
	clock clock.Clock
}

func (l lingering) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &patient{Conn: conn, clock: l.clock}, nil
}

type patient struct {
	net.Conn
	clock   clock.Clock
	refused atomic.Bool
}

// Close implements net.Conn.
func (p *patient) Close() error {
	if half, ok := p.Conn.(interface{ CloseWrite() error }); ok && p.refused.Load() && half.CloseWrite() == nil {
		if p.SetReadDeadline(p.clock.Now().Add(lingerTime)) == nil {
			_, _ = io.CopyN(io.Discard, p.Conn, lingerBytes) // that he stopped or took too long is the end as well
		}
	}
	return p.Conn.Close()
}

// linger lets the connection of a request that was not read to its end be closed gently.
func linger(c *fiber.Ctx) {
	c.Locals(localUnread, true)
	if p, ok := c.Context().Conn().(*patient); ok {
		p.refused.Store(true)
	}
}
