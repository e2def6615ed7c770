package web

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/web/ui"
)

// problem is an error for programs (RFC 9457).
type problem struct {
	Type   string            `json:"type"`
	Title  string            `json:"title"`
	Status int               `json:"status"`
	Detail string            `json:"detail,omitempty"`
	Code   string            `json:"code,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
}

// fail is the one place where an error becomes an answer. Readers see words in their language, operators see the cause.
func (k *Kernel) fail(c *fiber.Ctx, err error) error {
	e := asFault(err)
	if e == nil {
		k.log.ErrorContext(c.UserContext(), "request failed", "route", routePath(c), "cause", err)
		e = &fault.Error{Kind: fault.KindInternal}
	}
	site := SiteOf(c)
	if site == nil {
		if site = k.siteOfRefused(c); site == nil {
			return c.Status(e.Status()).SendString(strconv.Itoa(e.Status()))
		}
		if linger(c); e.Kind == fault.KindTooLarge {
			e = k.whyTooLarge(c, e)
		}
	}
	c.Locals(kernelKey, k)
	protect(c)
	ctx, bindErr := k.failContext(c, site)
	if bindErr != nil {
		k.log.ErrorContext(ctx, "could not answer an error", "route", routePath(c), "cause", bindErr)
		return c.Status(fiber.StatusInternalServerError).SendString("500")
	}
	c.SetUserContext(ctx)
	c.Response().ResetBody()
	c.Set(fiber.HeaderCacheControl, "no-store")
	if e.After > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(e.After.Seconds()))))
		e = k.inWords(ctx, e)
	}
	if e.Kind == fault.KindSignIn && site.Deployment { // nobody has an account there
		e = fault.Forbidden("web.operator_only")
	}
	switch {
	case WantsJSON(c):
		return sendProblem(c, ctx, e)
	case e.Kind == fault.KindSignIn:
		return k.askToSignIn(c, e)
	case IsFragment(c):
		c.Status(e.Status())
		return Fragment(c, ui.Alert(ui.AlertData{Kind: "danger", Title: title(ctx, e), Text: detail(ctx, e)}))
	default:
		return k.errorPage(c, ctx, e)
	}
}

// inWords says when to try again, unless the one who refused said something of his own.
func (k *Kernel) inWords(ctx context.Context, e *fault.Error) *fault.Error {
	if e.Message.ID != "" || e.Kind != fault.KindTooMany {
		return e
	}
	at := k.clock.Now().Add(e.After + time.Minute - 1).Truncate(time.Minute)
	when := i18n.Clock(ctx, at)
	if e.After > 12*time.Hour {
		when = i18n.DateTime(ctx, at)
	}
	said := *e
	said.Message = fault.Msg("web.too_many", "Time", when)
	return &said
}

// siteOfRefused finds the site and the language of a request that was refused before any middleware saw it, as one that is too
// large is, so that its sender too is answered in his language; nil when there is none.
func (k *Kernel) siteOfRefused(c *fiber.Ctx) *Site {
	site, err := k.sites.Find(c.UserContext(), hostOf(c))
	if err != nil || site == nil {
		return nil
	}
	lang, path := splitLanguage(c.Path(), site.Languages)
	if !proper(path) {
		path = "/"
	}
	c.Locals(localSite, site)
	c.Locals(localLang, lang)
	c.Locals(localPath, path)
	return site
}

// failContext is the context of an error page: that of the request, unless the request failed before it had one.
func (k *Kernel) failContext(c *fiber.Ctx, site *Site) (context.Context, error) {
	ctx := c.UserContext()
	if i18n.Speaks(ctx) && ctx.Err() == nil {
		return ctx, nil
	}
	lang, _ := c.Locals(localLang).(string)
	if lang == "" {
		lang = site.Languages[0]
	}
	ctx = i18n.With(site.Bind(context.WithoutCancel(ctx)), k.localizer(site, lang))
	return authz.With(ctx, authz.Actor{Kind: authz.Visitor}, nil), nil
}

// asFault is the fault in err, also for what Fiber itself refuses; nil for an internal error.
func asFault(err error) *fault.Error {
	if e, ok := fault.As(err); ok {
		return e
	}
	var fe *fiber.Error
	if !errors.As(err, &fe) {
		return nil
	}
	switch fe.Code {
	case fiber.StatusNotFound, fiber.StatusMethodNotAllowed:
		return fault.NotFound("common.error.not_found")
	case fiber.StatusRequestEntityTooLarge:
		return fault.TooLarge("common.error.too_large")
	case fiber.StatusBadRequest, fiber.StatusUnprocessableEntity:
		return fault.Invalid(nil)
	case fiber.StatusForbidden:
		return fault.Forbidden("common.error.forbidden")
	default:
		return nil
	}
}

func isAPI(c *fiber.Ctx) bool { return strings.HasPrefix(PathOf(c), "/api/") }

// WantsJSON reports whether a program asks, which gets a refusal as a problem (RFC 9457) and not as a page.
func WantsJSON(c *fiber.Ctx) bool {
	if r, ok := c.Locals(localRoute).(*Route); ok && r.API != nil && r.API.Type == "" {
		return true // an address of the interface that stands beside the pages
	}
	return isAPI(c) || strings.Contains(c.Get(fiber.HeaderAccept), "application/json")
}

func title(ctx context.Context, e *fault.Error) string {
	return i18n.T(ctx, "common.error."+string(e.Kind)+".title") //i18n: common.error.*
}

func detail(ctx context.Context, e *fault.Error) string {
	if e.Message.ID != "" && e.Message.ID != "common.error.not_found" { // which says no more than the title
		return i18n.Message(ctx, e.Message)
	}
	for _, m := range e.Fields {
		return i18n.Message(ctx, m)
	}
	return i18n.T(ctx, "common.error."+string(e.Kind)+".text")
}

func sendProblem(c *fiber.Ctx, ctx context.Context, e *fault.Error) error {
	p := problem{Type: "about:blank", Title: title(ctx, e), Status: e.Status(), Detail: detail(ctx, e), Code: string(e.Kind)}
	for name, m := range e.Fields {
		if p.Fields == nil {
			p.Fields = map[string]string{}
		}
		p.Fields[name] = i18n.Message(ctx, m)
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(e.Status()).Send(b)
}

func (k *Kernel) errorPage(c *fiber.Ctx, ctx context.Context, e *fault.Error) error {
	var ways []templ.Component
	home := "primary"
	if e.Next != nil && Local(e.Next.Path) {
		home = "secondary"
		ways = append(ways, ui.LinkButton(i18n.Message(ctx, e.Next.Label), i18n.Href(ctx, e.Next.Path), "primary", ""))
	}
	ways = append(ways, ui.LinkButton(i18n.T(ctx, "web.to_front_page"), i18n.Href(ctx, "/"), home, ""))
	if e.Kind == fault.KindNotFound && !SiteOf(c).Deployment {
		ways = append(ways, ui.LinkButton(i18n.T(ctx, "common.search_noun"), i18n.Href(ctx, "/search"), "secondary", ""))
	}
	body := ui.PageHead(ui.PageHeadData{Eyebrow: strconv.Itoa(e.Status()), Title: title(ctx, e), Lead: detail(ctx, e), Actions: templ.Join(ways...)})
	page := Page{Title: title(ctx, e), NoIndex: true}
	if err := RenderStatus(c, e.Status(), page, wrap(ui.Narrow(), body)); err != nil {
		k.log.ErrorContext(ctx, "could not render an error", "route", routePath(c), "cause", err)
		return c.Status(e.Status()).SendString(strconv.Itoa(e.Status()))
	}
	return nil
}
