package webtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"glas/internal/web"
)

// Samples finds addresses of a route among those that were met, and makes one up where none was.
func Samples(all []web.Route, route web.Route, w Walk) []string {
	var out []string
	met := slices.Clone(w.Paths)
	for _, f := range w.Forms {
		met = append(met, f.Action)
	}
	for _, path := range met {
		if Matches(route.Path, path) && len(out) < 3 && !slices.Contains(out, path) && !taken(all, route, path) {
			out = append(out, path)
		}
	}
	if len(out) == 0 {
		out = append(out, madeUp(route.Path))
	}
	return out
}

// taken reports whether a route with fewer parameters answers an address before route does: "/things/new" is none of "/things/:id".
func taken(all []web.Route, route web.Route, path string) bool {
	return slices.ContainsFunc(all, func(other web.Route) bool {
		return other.Method == route.Method && !other.Deployment && strings.Count(other.Path, ":") < strings.Count(route.Path, ":") && Matches(other.Path, path)
	})
}

// madeUp fills the parameters of a route with values that nothing has.
func madeUp(route string) string {
	parts := strings.Split(route, "/")
	for i, p := range parts {
		if _, suffix, ok := parameter(p); ok {
			parts[i] = "0192f000-0000-7000-8000-000000000000" + suffix
		}
	}
	return strings.Join(parts, "/")
}

// Roles asks every route as every role: a permission that is missing is refused and nothing ever fails inside. clients are by role,
// "visitor" without a session; may tells whether a role has a permission.
func Roles(t *testing.T, routes []web.Route, clients map[string]*Client, w Walk, may func(role, permission string) bool) {
	t.Helper()
	for _, route := range routes {
		if route.Deployment {
			continue
		}
		for role, c := range clients {
			for _, path := range Samples(routes, route, w) {
				r := c.Do(route.Method, path, body(route.Method), formType(route.Method))
				if r.Status >= 500 {
					t.Errorf("%s: %s %s answered %d", role, route.Method, path, r.Status)
				}
				checkNeed(t, route, role, path, r, may)
			}
		}
	}
}

func checkNeed(t *testing.T, route web.Route, role, path string, r Response, may func(role, permission string) bool) {
	t.Helper()
	// Being asked too often is as good a refusal as any: what a stranger makes the program keep is bounded.
	toSignIn := r.Status == http.StatusSeeOther && strings.Contains(r.Location, "/sign-in") || r.Status == http.StatusUnauthorized ||
		route.Method != http.MethodGet && r.Status == http.StatusTooManyRequests
	switch {
	case route.Need == "":
	case route.Need == web.SignedIn:
		if role == "visitor" && !toSignIn {
			t.Errorf("visitor: %s %s answered %d, want to be asked to sign in", route.Method, path, r.Status)
		}
	case role == "visitor" && !may(role, route.Need):
		if !toSignIn {
			t.Errorf("visitor: %s %s answered %d, want to be asked to sign in", route.Method, path, r.Status)
		}
	case !may(role, route.Need):
		if r.Status != http.StatusForbidden {
			t.Errorf("%s: %s %s answered %d, want 403 (needs %s)", role, route.Method, path, r.Status, route.Need)
		}
	default:
		if r.Status == http.StatusForbidden && route.Method == http.MethodGet {
			t.Errorf("%s: %s %s answered 403 although the role has %s", role, route.Method, path, route.Need)
		}
	}
}

func body(method string) *strings.Reader {
	if method == http.MethodGet {
		return strings.NewReader("")
	}
	return strings.NewReader("x=y")
}

func formType(method string) string {
	if method == http.MethodGet {
		return ""
	}
	return "application/x-www-form-urlencoded"
}

// Isolation replays everything that was met in one municipality at another one, where it must not exist: stranger is the most
// powerful person there. leaks are texts that only the first one has. What must stay unchanged is for the caller to compare.
func Isolation(t *testing.T, routes []web.Route, w Walk, stranger *Client, leaks []string) {
	t.Helper()
	check := func(method, path string, r Response) {
		if r.Status >= 500 {
			t.Errorf("another municipality: %s %s answered %d", method, path, r.Status)
		}
		for _, text := range leaks {
			if strings.Contains(r.Body, text) {
				t.Errorf("another municipality: %s %s shows %q", method, path, text)
			}
		}
	}
	for _, path := range w.Paths {
		check(http.MethodGet, path, stranger.Get(path))
	}
	for _, f := range w.Forms {
		check(http.MethodPost, f.Action, stranger.Post(f.Action, f.Fields))
	}
	for _, route := range routes {
		if route.Deployment || !strings.Contains(route.Path, ":") {
			continue
		}
		for _, path := range Samples(routes, route, w) {
			check(route.Method, path, stranger.Do(route.Method, path, body(route.Method), formType(route.Method)))
		}
	}
}

// BadInput sends hostile values through every free field of every form: nothing fails inside, no script comes back alive, and a
// refused form shows again what was typed.
func BadInput(t *testing.T, c *Client, all []Form, values []string) {
	t.Helper()
	tried := map[string]bool{}
	for _, f := range all {
		key := looks(f.Action) + strings.Join(f.Free, ",")
		if tried[key] || strings.Contains(f.Action, "sign-out") || strings.Contains(f.Action, "/me/delete") {
			continue
		}
		tried[key] = true
		for _, value := range values {
			send := url.Values{}
			for name, list := range f.Fields {
				send[name] = list
			}
			for _, name := range f.Free {
				send.Set(name, value)
			}
			r := c.Submit(f, send)
			if r.Status >= 500 {
				t.Errorf("POST %s with %.40q answered %d", f.Action, value, r.Status)
			}
			if alive(r.Body) {
				t.Errorf("POST %s with %.40q came back as a script", f.Action, value)
			}
			if web.Local(r.Location) {
				if next := c.Get(r.Location); next.Status >= 500 || alive(next.Body) {
					t.Errorf("after POST %s with %.40q: GET %s answered %d", f.Action, value, r.Location, next.Status)
				}
			}
		}
	}
}

// alive reports whether a page holds a script that nobody of us wrote.
func alive(page string) bool {
	lower := strings.ToLower(page)
	return strings.Contains(lower, "<script>alert") || strings.Contains(lower, "<img src=x onerror") || strings.Contains(lower, `href="javascript:`) ||
		strings.Contains(lower, "<svg/onload") || strings.Contains(lower, "<iframe")
}

// Hostile are values that broke other programs: markup, statements, odd letters, lengths. All made for this test.
func Hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `javascript:alert(1)`, `[x](javascript:alert(1))`, `<svg/onload=alert(1)>`,
		`'; drop table accounts; --`, `' or 1=1 --`, `%' union select * from sessions --`, "?name ?TableAlias {{.X}} ${x} %s %d",
		"nul\x00byte", "line\r\nSet-Cookie: a=b", "\xff\xfe\xfd", "\u202eright to left", "e\u0301\u0301\u0301", "👩‍👩‍👧‍👦🇸🇮", "ИЯ ΣΑΣ IŞIK Čž",
		"../../etc/passwd", "-1", "9223372036854775808", "NaN", "0000-00-00", "2026-02-30", strings.Repeat("ж", 20000), " ", "",
	}
}
