package web

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
)

// PageField is a hidden field with the page on which a form is filled in again, for forms that are fetched into a page which does not
// show them by itself.
const PageField = "_page"

const (
	parkedCookie = "glas_parked"
	flashCookie  = "glas_flash"
	parkedFor    = 2 * time.Hour
	// parkedBytes and parkedMost bound one form that waits, and how many of them one address sends in a quarter of an hour.
	parkedBytes = 512 << 10
	parkedMost  = 60
)

// Form reads what was sent, as form fields and files; a route without Files is given no files.
func Form(c *fiber.Ctx) (*form.Form, error) {
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		values := url.Values{}
		c.Request().PostArgs().VisitAll(func(name, value []byte) { values.Add(string(name), string(value)) })
		return form.New(values, nil), nil
	}
	mp, err := c.MultipartForm()
	if err != nil {
		return nil, fault.InvalidField("", "common.error.unreadable").With(err)
	}
	files := map[string][]form.File{}
	if r, ok := c.Locals(localRoute).(*Route); ok && !r.Files {
		return form.New(mp.Value, files), nil
	}
	for name, headers := range mp.File {
		for _, h := range headers {
			if h.Filename == "" && h.Size == 0 {
				continue // an empty file field
			}
			files[name] = append(files[name], form.File{Name: h.Filename, ContentType: h.Header.Get(fiber.HeaderContentType), Size: h.Size, Open: opener(h)})
		}
	}
	return form.New(mp.Value, files), nil
}

func opener(h *multipart.FileHeader) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return h.Open() }
}

// Query reads the parameters of an address as form fields.
func Query(c *fiber.Ctx) *form.Form {
	values := url.Values{}
	c.Request().URI().QueryArgs().VisitAll(func(name, value []byte) { values.Add(string(name), string(value)) })
	return form.New(values, nil)
}

// FormFor is an empty form for a page, filled with what this reader typed into the form sent to action before he had to sign in.
func FormFor(c *fiber.Ctx, action string) (*form.Form, error) {
	token := c.Cookies(cookieName(c, parkedCookie))
	if token == "" {
		return form.New(url.Values{}, nil), nil
	}
	k := c.Locals(kernelKey).(*Kernel)
	path, values, err := k.parking.Parked(c.UserContext(), token)
	if err != nil {
		return nil, err
	}
	if path != action {
		values = url.Values{}
	}
	return form.New(values, nil), nil
}

// askToSignIn sends a visitor to sign in. What he sent is kept, and he comes back to the page that he sent it from.
func (k *Kernel) askToSignIn(c *fiber.Ctx, e *fault.Error) error {
	next := PathOf(c)
	if q := string(c.Request().URI().QueryString()); q != "" {
		next += "?" + q
	}
	if c.Locals(localUnread) != nil {
		next = cameFrom(c, k.formPage(PathOf(c)))
	} else if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		next = cameFrom(c, k.formPage(PathOf(c)))
		f, err := Form(c)
		if err != nil {
			return err
		}
		if page := f.Value(PageField); Local(page) {
			next = page
		}
		typed := f.Encode()
		if err := k.mayPark(c, len(typed)); err != nil {
			return err
		}
		values, err := url.ParseQuery(typed)
		if err != nil {
			return err
		}
		token, err := k.parking.Park(c.UserContext(), PathOf(c), values)
		if err != nil {
			return err
		}
		setCookie(c, parkedCookie, token, parkedFor)
	}
	switch {
	case c.Method() == fiber.MethodGet && e.Message.ID == "authz.sign_in": // nothing was written that could be kept
		Flash(c, "info", "web.sign_in")
	case e.Message.ID != "":
		Flash(c, "info", e.Message.ID, e.Message.Args...)
	}
	return Redirect(c, "/sign-in?next="+url.QueryEscape(next))
}

// formPage is where a form sent to path stands, for browsers that do not say where they come from: the page with the same address,
// or else the nearest one above it that everybody can open.
func (k *Kernel) formPage(path string) string {
	for at := path; at != "" && at != "/"; at = at[:strings.LastIndexByte(at, '/')] {
		for _, r := range k.routes {
			if r.Method == fiber.MethodGet && r.API == nil && (r.Need == "" || r.Need == SignedIn) && !r.Deployment && matches(r.Path, at) {
				return at
			}
		}
	}
	return "/"
}

// mayPark bounds what strangers can make us keep: no form of ours is that large, and nobody fills in so many in a quarter of an hour.
func (k *Kernel) mayPark(c *fiber.Ctx, size int) error {
	switch {
	case SiteOf(c).ReadOnly:
		return fault.Forbidden("common.error.read_only")
	case size > parkedBytes:
		return fault.TooLarge("common.error.too_large")
	}
	ok, after, err := k.limiter.Allow(c.UserContext(), "limit:"+SiteOf(c).ID+":park:"+k.addressHash(c), parkedMost, 15*time.Minute)
	if err != nil {
		return fmt.Errorf("count parked forms: %w", err)
	}
	if !ok {
		return fault.TooMany(after)
	}
	return nil
}

// unpark forgets what was kept once it has been sent for good.
func (k *Kernel) unpark(c *fiber.Ctx) error {
	token := c.Cookies(cookieName(c, parkedCookie))
	if token == "" || c.Method() == fiber.MethodGet || c.Response().StatusCode() >= fiber.StatusBadRequest {
		return nil
	}
	path, _, err := k.parking.Parked(c.UserContext(), token)
	if err != nil || path != PathOf(c) {
		return err
	}
	dropCookie(c, parkedCookie)
	return k.parking.Drop(c.UserContext(), token)
}

// Flash says something on the next page. kind is info, success, warning or danger.
func Flash(c *fiber.Ctx, kind, id string, args ...any) {
	text := i18n.Message(c.UserContext(), fault.Message{ID: id, Args: args})
	setCookie(c, flashCookie, kind+"."+url.QueryEscape(text), time.Minute)
}
