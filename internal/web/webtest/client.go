// Package webtest tries a whole program as its readers and its enemies would: it walks through all pages that a person can reach,
// learns every form on the way, and then asks every registered route as every role, as another site, and with hostile values.
// A new route or form is covered without anybody adding it to a list. Only tests import it.
package webtest

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"glas/internal/web"
)

// Client is somebody's browser at one site, without script.
type Client struct {
	T    testing.TB
	App  *fiber.App
	Host string
	// Session is the token of a session; empty for a visitor.
	Session string
	// Routes are what the program serves: a walk takes a few addresses of each. Without them it goes by the look of the addresses.
	Routes []web.Route
	// Seen is told of every page of a walk, so that nobody has to ask for it once more.
	Seen    func(path string, r Response)
	cookies map[string]string
}

// Response is an answer read whole.
type Response struct {
	Status   int
	Location string
	Type     string
	Header   http.Header
	Body     string
}

// Doc is the answer as HTML.
func (r Response) Doc(t testing.TB) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(r.Body))
	if err != nil {
		t.Fatalf("read page: %v", err)
	}
	return doc
}

// Get asks for a page.
func (c *Client) Get(path string, head ...string) Response {
	return c.Do(http.MethodGet, path, nil, "", head...)
}

// Post sends a form from a page of the same site.
func (c *Client) Post(path string, form url.Values, head ...string) Response {
	return c.Do(http.MethodPost, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded", head...)
}

// Submit sends a form that was met, with other values, in its own encoding.
func (c *Client) Submit(f Form, values url.Values) Response {
	if f.Multipart {
		return c.Upload(f.Action, values, nil)
	}
	return c.Post(f.Action, values)
}

// Upload sends a form with files, given by field as name and content.
func (c *Client) Upload(path string, form url.Values, files map[string][2]string) Response {
	c.T.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				c.T.Fatal(err)
			}
		}
	}
	for field, file := range files {
		part, err := w.CreateFormFile(field, file[0])
		if err != nil {
			c.T.Fatal(err)
		}
		if _, err := io.WriteString(part, file[1]); err != nil {
			c.T.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.T.Fatal(err)
	}
	return c.Do(http.MethodPost, path, &b, w.FormDataContentType())
}

// Do sends any request and keeps the cookies of the answer.
func (c *Client) Do(method, path string, body io.Reader, contentType string, head ...string) Response {
	c.T.Helper()
	r := httptest.NewRequest(method, "http://"+c.Host+path, body)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if method != http.MethodGet {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	cookies := []string{}
	if c.Session != "" {
		cookies = append(cookies, "glas="+c.Session)
	}
	for name, value := range c.cookies {
		if name != "glas" || c.Session == "" {
			cookies = append(cookies, name+"="+value)
		}
	}
	if len(cookies) > 0 {
		slices.Sort(cookies)
		r.Header.Set("Cookie", strings.Join(cookies, "; "))
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := c.App.Test(r, -1)
	if errors.Is(err, fasthttp.ErrBodyTooLarge) { // in memory the server's answer to it is not handed over
		return Response{Status: http.StatusRequestEntityTooLarge}
	}
	if err != nil {
		c.T.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close() //nolint:errcheck // in memory
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.T.Fatalf("%s %s: %v", method, path, err)
	}
	for _, cookie := range res.Cookies() {
		if c.cookies == nil {
			c.cookies = map[string]string{}
		}
		if cookie.MaxAge < 0 {
			delete(c.cookies, cookie.Name)
		} else {
			c.cookies[cookie.Name] = cookie.Value
		}
	}
	return Response{Status: res.StatusCode, Location: res.Header.Get("Location"), Type: res.Header.Get("Content-Type"), Header: res.Header, Body: string(b)}
}

// Form is a form that was met on a page.
type Form struct {
	Page, Action string
	// Fields are the values that the form would send as it stands; Free are the names of those that a person types into.
	Fields    url.Values
	Free      []string
	Multipart bool
}

// Walk is what a person can reach.
type Walk struct {
	// Paths are the addresses that answered, Pages those of them that are pages and no files, and Forms those that are sent by POST.
	Paths, Pages []string
	Forms        []Form
}

// Crawl follows the links on the same site, at most limit pages, beginning with start. A page that fails fails the test.
//
// How long it takes must not grow with what the site holds, so it takes a few addresses of every route and every set of filters, and
// it stays in the language that it began in: the other one has the same pages.
func (c *Client) Crawl(limit int, start ...string) Walk {
	c.T.Helper()
	var w Walk
	seen := map[string]bool{}
	queue := slices.Clone(start)
	perShape := map[string]int{}
	for len(queue) > 0 && len(w.Paths) < limit {
		path := queue[0]
		queue = queue[1:]
		route, filters := c.shape(path)
		if seen[path] || perShape[route+filters] >= few(route, filters) || perShape[route] >= perRoute {
			continue
		}
		seen[path] = true
		perShape[route+filters]++
		if filters != "" {
			perShape[route]++
		}
		r := c.Get(path)
		if r.Status >= 500 {
			c.T.Errorf("GET %s: %d", path, r.Status)
		}
		if r.Status != 200 {
			if web.Local(r.Location) {
				queue = append(queue, r.Location)
			}
			continue
		}
		w.Paths = append(w.Paths, path)
		if c.Seen != nil {
			c.Seen(path, r)
		}
		if !strings.HasPrefix(r.Type, "text/html") {
			continue
		}
		w.Pages = append(w.Pages, path)
		doc := r.Doc(c.T)
		doc.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
			href, _, _ := strings.Cut(s.AttrOr("href", ""), "#")
			if web.Local(href) && !strings.Contains(href, "sign-out") && language(href) == language(start[0]) {
				queue = append(queue, href)
			}
		})
		w.Forms = append(w.Forms, forms(path, doc)...)
	}
	return w
}

// perRoute is how many addresses of one route a walk takes when they differ in their filters.
const perRoute = 12

// few is how many addresses of one kind a walk takes. Most of what the program does hangs from a consultation, and each has other
// parts, so more of those are looked at.
func few(route, filters string) int {
	switch {
	case filters == "" && (route == "/consultations/:slug" || route == "/admin/consultations/:id"):
		return 12
	case filters == "":
		return 3
	}
	return 2
}

// language is the language that an address names, "" for that of the municipality.
func language(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	first, _, _ = strings.Cut(first, "?")
	if slices.Contains(languages(), first) {
		return first
	}
	return ""
}

func languages() []string { return []string{"en", "sl", "bg", "el", "tr"} }

// shape is the route of an address and the names of its filters, so that a walk sees every kind of page and not every thing.
func (c *Client) shape(path string) (route, filters string) {
	path, query, _ := strings.Cut(path, "?")
	if l := language(path); l != "" {
		path = "/" + strings.TrimPrefix(strings.TrimPrefix(path, "/"+l), "/")
	}
	names := []string{}
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	filters = strings.Join(slices.Compact(names), "&")
	for _, r := range c.Routes { // a fixed address stands before one with a parameter in its place
		if r.Method == http.MethodGet && Matches(r.Path, path) {
			return r.Path, filters
		}
	}
	return looks(path), filters
}

// looks is an address without what tells one thing from another, for a walk that knows no routes and for forms.
func looks(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) > 20 || strings.ContainsAny(p, "0123456789") {
			parts[i] = "*"
		}
	}
	if len(parts) > 2 && parts[1] == "consultations" {
		parts[2] = "*"
	}
	return strings.Join(parts, "/")
}

func forms(page string, doc *goquery.Document) []Form {
	var out []Form
	doc.Find("form[method=post]").Each(func(_ int, s *goquery.Selection) {
		f := Form{Page: page, Action: s.AttrOr("action", page), Fields: url.Values{}, Multipart: s.AttrOr("enctype", "") == "multipart/form-data"}
		s.Find("input[name], textarea[name], select[name], button[name]").Each(func(_ int, in *goquery.Selection) {
			name, value := in.AttrOr("name", ""), in.AttrOr("value", "")
			switch kind := in.AttrOr("type", ""); {
			case goquery.NodeName(in) == "textarea":
				f.Fields.Set(name, in.Text())
				f.Free = append(f.Free, name)
			case goquery.NodeName(in) == "select":
				selected := in.Find("option[selected]")
				if selected.Length() == 0 {
					selected = in.Find("option").First()
				}
				f.Fields.Set(name, selected.AttrOr("value", ""))
			case kind == "radio" || kind == "checkbox":
				if _, on := in.Attr("checked"); on {
					f.Fields.Add(name, value)
				}
			case kind == "hidden" || goquery.NodeName(in) == "button":
				if f.Fields.Get(name) == "" {
					f.Fields.Set(name, value)
				}
			case kind == "file":
			default:
				f.Fields.Set(name, value)
				f.Free = append(f.Free, name)
			}
		})
		out = append(out, f)
	})
	return out
}

// Matches reports whether an address is one of a route (without a language prefix and query).
func Matches(route, path string) bool {
	path, _, _ = strings.Cut(path, "?")
	r, p := strings.Split(route, "/"), strings.Split(path, "/")
	if len(r) != len(p) {
		return false
	}
	for i := range r {
		if name, suffix, ok := parameter(r[i]); ok {
			if p[i] == "" || !strings.HasSuffix(p[i], suffix) || name == "" {
				return false
			}
		} else if r[i] != p[i] {
			return false
		}
	}
	return true
}

// parameter takes a part of a route such as ":slug.png" apart.
func parameter(part string) (name, suffix string, ok bool) {
	if !strings.HasPrefix(part, ":") {
		return "", "", false
	}
	name, suffix, found := strings.Cut(part[1:], ".")
	if found {
		suffix = "." + suffix
	}
	return name, suffix, true
}
