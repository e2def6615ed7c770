package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/theme"
	"glas/internal/web/ui"
)

// Page is what a handler says about the page around its content.
type Page struct {
	// Title is plain text in the reader's language.
	Title       string
	Description string
	// Current is the path of the menu entry that the page belongs to.
	Current string
	// Image is the path of a picture for links elsewhere (Open Graph).
	Image string
	// Feed is the path of an Atom feed of the page.
	Feed    string
	NoIndex bool
	// Map pages get the script that draws maps.
	Map bool
	// Field loads the script that keeps and sends what people in the field write.
	Field bool
	// Staff pages are dense and have the staff menu at their side.
	Staff bool
	// Admin is the head of a staff page; its groups are filled from the menus.
	Admin  ui.AdminData
	JSONLD []string
	// Languages are those that the content exists in; empty means all languages of the site.
	Languages []string
}

const kernelKey = "kernel"

// Render answers with a whole page. It is rendered to memory first, so that a failing template never reaches a reader half written.
func Render(c *fiber.Ctx, p Page, body templ.Component) error {
	return RenderStatus(c, c.Response().StatusCode(), p, body)
}

// RenderStatus is Render with a given status.
func RenderStatus(c *fiber.Ctx, status int, p Page, body templ.Component) error {
	k := c.Locals(kernelKey).(*Kernel)
	ctx := c.UserContext()
	shell, err := k.shell(c, p)
	if err != nil {
		return err
	}
	if p.Staff {
		p.Admin.Groups = k.adminGroups(ctx, SiteOf(c), PathOf(c))
		if p.Admin.Title == "" {
			p.Admin.Title = p.Title
		}
		body = wrap(ui.AdminShell(p.Admin), body)
	}
	var buf bytes.Buffer
	if err := wrap(ui.Shell(shell), body).Render(ctx, &buf); err != nil {
		return fmt.Errorf("render %s: %w", routePath(c), err)
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	return c.Status(status).Send(ui.ArrangeErrors(buf.Bytes()))
}

// wrap gives a component its children.
func wrap(outer, inner templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, inner), w)
	})
}

// Fragment answers with a part of a page, for a request that htmx sent.
func Fragment(c *fiber.Ctx, body templ.Component) error {
	var buf bytes.Buffer
	if err := body.Render(c.UserContext(), &buf); err != nil {
		return fmt.Errorf("render fragment of %s: %w", routePath(c), err)
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	c.Set(fiber.HeaderVary, varyFragment)
	return c.Send(ui.ArrangeErrors(buf.Bytes()))
}

// IsFragment reports whether htmx asks for a part of a page; it
// asks for a whole page when it has forgotten one that the reader goes back to.
func IsFragment(c *fiber.Ctx) bool {
	return c.Get("HX-Request") == "true" && c.Get("HX-History-Restore-Request") != "true"
}

// Redirect sends the reader on to a path of this site (303), in his language. Anything else than a local path goes to the front page.
func Redirect(c *fiber.Ctx, path string) error {
	if !Local(path) {
		path = "/"
	}
	to := i18n.Href(c.UserContext(), path)
	if IsFragment(c) {
		c.Set("HX-Redirect", to)
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// Back sends the reader back to the page he came from, or to fallback.
func Back(c *fiber.Ctx, fallback string) error {
	return Redirect(c, cameFrom(c, fallback))
}

// cameFrom is the page that a form was sent from, without its language prefix.
func cameFrom(c *fiber.Ctx, fallback string) string {
	u, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil || u.Hostname() != hostOf(c) || u.Path == "" {
		return fallback
	}
	_, path := splitLanguage(u.Path, SiteOf(c).Languages)
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if !Local(path) {
		return fallback
	}
	return path
}

// FreshUntil says when the page will look different by itself, as when a phase ends: it is remembered no longer than that.
func FreshUntil(c *fiber.Ctx, at time.Time) {
	if old, ok := c.Locals(localExpiry).(time.Time); !ok || at.Before(old) {
		c.Locals(localExpiry, at)
	}
}

// shell is everything around the content.
func (k *Kernel) shell(c *fiber.Ctx, p Page) (ui.ShellData, error) {
	ctx, site, path := c.UserContext(), SiteOf(c), PathOf(c)
	lang := i18n.Lang(ctx)
	name, _ := site.Name.Pick(lang, site.Languages[0])
	tagline, _ := site.Tagline.Pick(lang, site.Languages[0])
	actor := authz.From(ctx)
	d := ui.ShellData{
		Lang: lang, Title: p.Title, Description: p.Description, SiteName: name, Tagline: tagline, HomeHref: i18n.Href(ctx, "/"),
		Canonical: site.Base + i18n.Href(ctx, path), NoIndex: p.NoIndex || p.Staff || site.Suspended, Staff: p.Staff, JSONLD: p.JSONLD,
		StyleURLs: []string{k.assets.URL("app.css")}, ScriptURLs: []string{k.assets.URL("app.js")}, ThemeURL: site.ThemeURL, IconURL: icon(site),
		Crest: theme.Mark(site.Crest), UploadMax: int64(k.bodyMax), SearchHref: i18n.Href(ctx, "/search"), SignInHref: i18n.Href(ctx, "/sign-in?next="+url.QueryEscape(path)),
	}
	if p.Map {
		d.ScriptURLs = append(d.ScriptURLs, k.assets.URL("map.js"))
	}
	if p.Field {
		d.ScriptURLs = append(d.ScriptURLs, k.assets.URL("field.js"))
	}
	if p.Feed != "" {
		d.FeedHref = i18n.Href(ctx, p.Feed)
	}
	if p.Image != "" {
		d.OGImage = site.Base + p.Image
	}
	if site.Deployment {
		d.SearchHref = ""
		d.SignInHref = ""
	}
	area := AreaPublic
	if site.Deployment {
		area = AreaDeployment
	}
	d.Menu = k.items(ctx, site, area, cmp.Or(p.Current, path))
	if actor.SignedIn() {
		d.Account = &ui.AccountMenu{Name: actor.Name, Items: k.items(ctx, site, AreaAccount, path), SignOut: i18n.Href(ctx, "/sign-out")}
	}
	k.languages(&d, c, p)
	d.Footer = k.footer(ctx, site)
	var err error
	d.Flash, err = flashes(c)
	if site.ReadOnly {
		d.Flash = append(d.Flash, ui.FlashItem{Kind: "info", Text: i18n.T(ctx, "common.error.read_only")})
	}
	return d, err
}

func (k *Kernel) languages(d *ui.ShellData, c *fiber.Ctx, p Page) {
	site, path := SiteOf(c), PathOf(c)
	query := string(c.Request().URI().QueryString())
	for i, l := range site.Languages {
		href := path
		if i > 0 {
			href = "/" + l + strings.TrimSuffix(path, "/")
		}
		if len(p.Languages) == 0 || slices.Contains(p.Languages, l) {
			d.Alternates = append(d.Alternates, ui.Alternate{Lang: l, Href: site.Base + href})
		}
		if query != "" {
			href += "?" + query
		}
		d.Languages = append(d.Languages, ui.LangLink{Code: l, Name: i18n.LangName(l), Href: href, Current: l == d.Lang})
	}
}

// items are the entries of a menu that this person may see.
func (k *Kernel) items(ctx context.Context, site *Site, area Area, path string) []ui.MenuItem {
	return k.itemsBetween(ctx, site, area, math.MinInt, math.MaxInt, path)
}

// itemsBetween are those of them whose Order is at least from and below to.
func (k *Kernel) itemsBetween(ctx context.Context, site *Site, area Area, from, to int, path string) []ui.MenuItem {
	var out []ui.MenuItem
	here := 0 // of entries one below another only the nearest is where somebody stands
	for _, m := range k.menu {
		if m.Area == area && under(path, m.Path) {
			here = max(here, len(m.Path))
		}
	}
	for _, m := range k.menu {
		if m.Area != area || m.Order < from || m.Order >= to || slices.Contains(site.Off, m.Part) {
			continue
		}
		if m.Need != "" && m.Need != SignedIn && !authz.Can(ctx, m.Need, authz.Resource{}).Allowed {
			continue
		}
		out = append(out, ui.MenuItem{Label: i18n.T(ctx, m.Label), Href: i18n.Href(ctx, m.Path), Current: len(m.Path) == here && under(path, m.Path)})
	}
	return out
}

// under reports whether path is at or below the entry.
func under(path, entry string) bool {
	path, _, _ = strings.Cut(path, "?")
	return path == entry || entry != "/" && entry != "/admin" && strings.HasPrefix(path, entry+"/")
}

// Entries of the menu for staff stand in three groups by their Order: daily work, lists and rules, the municipality itself.
const (
	orderRules = 400
	orderPlace = 700
)

func (k *Kernel) adminGroups(ctx context.Context, site *Site, path string) []ui.AdminGroup {
	if site.Deployment {
		return []ui.AdminGroup{{Label: i18n.T(ctx, "web.staff"), Items: k.items(ctx, site, AreaDeployment, path)}}
	}
	var groups []ui.AdminGroup
	for _, g := range []struct {
		label string
		from  int
		to    int
	}{{"web.staff", 0, orderRules}, {"web.staff.rules", orderRules, orderPlace}, {"web.staff.place", orderPlace, math.MaxInt}} {
		if items := k.itemsBetween(ctx, site, AreaStaff, g.from, g.to, path); len(items) > 0 {
			groups = append(groups, ui.AdminGroup{Label: i18n.T(ctx, g.label), Items: items}) //i18n: web.staff.*
		}
	}
	return groups
}

func (k *Kernel) footer(ctx context.Context, site *Site) ui.FooterData {
	if site.Deployment {
		return ui.FooterData{}
	}
	link := func(id, path string) ui.MenuItem {
		return ui.MenuItem{Label: i18n.T(ctx, id), Href: i18n.Href(ctx, path)}
	}
	return ui.FooterData{
		Address: site.Contact.Address, Phone: site.Contact.Phone, Email: site.Contact.Email,
		Links: []ui.MenuItem{link("web.footer.accessibility", "/accessibility"), link("web.footer.privacy", "/privacy"), link("web.footer.rules", "/rules")},
		More:  append(k.items(ctx, site, AreaFooter, ""), link("web.footer.api", "/api"), link("web.footer.calendar", "/calendar.ics")),
	}
}

// Reshow answers a refused form with the form itself: what was typed is still there, each error stands at its field. Errors of
// other kinds than "invalid" and "conflict" are not the form's and go on. render is told by f what is wrong.
func Reshow(c *fiber.Ctx, f *form.Form, err error, render func() error) error {
	e, ok := fault.As(err)
	if !ok || e.Kind != fault.KindInvalid && e.Kind != fault.KindConflict {
		return err
	}
	f.Take(err)
	if e.Message.ID != "" {
		f.Fail("", e.Message.ID, e.Message.Args...)
	}
	c.Status(e.Status())
	return render()
}

// icon is the address of the picture for the tabs of browsers, empty when there is none.
func icon(site *Site) string {
	if site.Icon == "" {
		return ""
	}
	return iconPath
}
