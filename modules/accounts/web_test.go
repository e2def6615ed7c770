package accounts

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// site serves the pages of accounts, with a municipality of five languages beside the two of the world.
type site struct {
	*town
	app   *fiber.App
	five  *tenant.Tenant
	token string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{town: newTown(tenanttest.New(t))}
	var err error
	s.five, err = s.Dir.Add(context.Background(), tenant.New{Slug: "five", Country: "si", Name: i18n.Text{"sl": "Pet"}, Languages: []string{"sl", "en", "bg", "el", "tr"}, Brand: "#1B6B50"})
	if err != nil {
		t.Fatal(err)
	}
	s.app = s.Serve(s.m, s.m).App()
	return s
}

// do sends a request to the municipality of five languages; pairs are form fields.
func (s *site) do(method, path string, pairs ...string) (*http.Response, string) {
	s.T.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(method, "http://"+s.five.Host+path, strings.NewReader(values.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if s.token != "" {
		r.AddCookie(&http.Cookie{Name: "glas", Value: s.token})
	}
	res, err := s.app.Test(r, -1)
	if err != nil {
		s.T.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.T.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.Name == "glas" {
			s.token = c.Value
		}
	}
	return res, string(b)
}

// want fails when an answer is not what it should be.
func (s *site) want(res *http.Response, body string, status int, words ...string) {
	s.T.Helper()
	if res.StatusCode != status {
		s.T.Errorf("%s: status %d, want %d", res.Request.URL, res.StatusCode, status)
	}
	if i := strings.Index(body, "⟦"); i >= 0 {
		s.T.Errorf("%s: a word is missing: %.60s", res.Request.URL, body[i:])
	}
	for _, w := range words {
		if !strings.Contains(body, w) {
			s.T.Errorf("%s lacks %q", res.Request.URL, w)
		}
	}
}

func (s *site) get(path string, words ...string) string {
	s.T.Helper()
	res, body := s.do(http.MethodGet, path)
	s.want(res, body, http.StatusOK, words...)
	return body
}

func (s *site) send(path, to string, pairs ...string) {
	s.T.Helper()
	res, body := s.do(http.MethodPost, path, pairs...)
	s.want(res, body, http.StatusSeeOther)
	if got := res.Header.Get("Location"); got != to {
		s.T.Errorf("%s leads to %q, want %q", path, got, to)
	}
}

func TestTheWayOfAPerson(t *testing.T) {
	s := newSite(t)
	s.get("/en/sign-in?next=/proposals/7", `name="next" value="/proposals/7"`, `href="/en/register?next=%2Fproposals%2F7"`)
	s.get("/en/register?next=/proposals/7", `name="password"`)
	res, body := s.do(http.MethodPost, "/en/register", "email", "Ana@Example.si", "name", "Ana Novak", "password", good, "rules", "1", "next", "/proposals/7")
	s.want(res, body, http.StatusOK, "ana@example.si")
	token := s.link(s.five, "ana@example.si")
	for range 2 {
		s.get("/en/verify/"+token, "<form", "Confirm")
	}
	s.send("/en/verify/"+token, "/en/proposals/7")
	if s.token == "" {
		t.Fatal("no session")
	}
	res, body = s.do(http.MethodPost, "/en/verify/"+token)
	s.want(res, body, http.StatusGone, "does not work any more")
	s.get("/en/me", "ana@example.si", `value="Ana Novak"`)
	s.send("/en/me", "/en/me", "name", "Ana <b>Novak</b>", "lang", "tr", "birth_year", "1980", "area", "north", "pseudonym", "1")
	s.get("/en/me", "Ana &lt;b&gt;Novak", `value="1980"`)
	res, body = s.do(http.MethodPost, "/en/me", "name", "A", "lang", "xx", "birth_year", "2999")
	s.want(res, body, http.StatusUnprocessableEntity, `value="2999"`, "f-birth_year-error")
	data := s.get("/en/me/data")
	if strings.Contains(data, "argon2") || !strings.Contains(data, "ana@example.si") {
		t.Errorf("download %s", data)
	}
	s.send("/en/me/sessions", "/en")
	res, _ = s.do(http.MethodGet, "/en/me")
	if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != "/en/sign-in?next=%2Fme" {
		t.Errorf("after signing out everywhere: %d to %q", res.StatusCode, got)
	}
	s.token = ""
	s.send("/en/sign-in", "/en", "email", "ana@example.si", "password", good, "next", "//evil.example/")
	res, body = s.do(http.MethodPost, "/en/me/delete", "password", good)
	s.want(res, body, http.StatusUnprocessableEntity)
	s.send("/en/me/delete", "/en", "password", good, "sure", "1")
}

func TestEveryPageSpeaksFiveLanguages(t *testing.T) {
	s := newSite(t)
	var path string
	s.Update(s.Visitor(s.five), func(ctx context.Context, tx *tenant.Tx) (err error) {
		path, err = s.m.OneTimeLink(ctx, tx, "boss@example.si", "Boss", []string{"administrator"})
		return err
	})
	open := []string{"/register", "/sign-in", "/forgot", path}
	for _, lang := range []string{"", "/en", "/bg", "/el", "/tr"} {
		for _, p := range open {
			s.get(lang + p)
		}
		res, body := s.do(http.MethodGet, lang+"/reset/nothing")
		s.want(res, body, http.StatusGone)
		res, body = s.do(http.MethodPost, lang+"/forgot", "email", "nobody"+strings.Trim(lang, "/")+"@example.si")
		s.want(res, body, http.StatusOK)
		s.Clock.Add(20 * time.Minute)
	}
	s.send(path, "/admin")
	s.send("/me/associations", "/me/associations", "name", "Društvo gozd", "kind", "association", "register", "si_tax", "register_number", "50223054", "representative", "Ana Novak")
	ana, _ := s.join(s.five, "ana@example.si", "Ana Novak", good)
	for _, lang := range []string{"", "/en", "/bg", "/el", "/tr"} {
		for _, p := range []string{"/me", "/me/password", "/me/email", "/me/sessions", "/me/associations", "/me/delete", "/admin/people", "/admin/people?q=novak&state=verified",
			"/admin/people/" + ana.ID, "/admin/associations", "/admin/associations?state=verified"} {
			s.get(lang + p)
		}
		for _, p := range []string{"/me/associations", "/admin/people/" + ana.ID + "/block", "/admin/people/" + ana.ID + "/verify", "/admin/people/" + ana.ID + "/roles", "/me/password", "/me/email"} {
			res, body := s.do(http.MethodPost, lang+p)
			s.want(res, body, http.StatusUnprocessableEntity)
		}
		s.Clock.Add(20 * time.Minute)
	}
}

func TestStaffPagesAreForStaff(t *testing.T) {
	s := newSite(t)
	ana, token := s.join(s.five, "ana@example.si", "Ana Novak", good)
	s.token = token
	for _, p := range []string{"/admin/people", "/admin/people/" + ana.ID, "/admin/associations"} {
		if res, _ := s.do(http.MethodGet, p); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", p, res.StatusCode)
		}
	}
	if res, _ := s.do(http.MethodPost, "/admin/people/"+ana.ID+"/roles", "role", "administrator"); res.StatusCode != http.StatusForbidden {
		t.Errorf("granting oneself: %d", res.StatusCode)
	}
}

func TestAnswersDoNotTellWhoHasAnAccount(t *testing.T) {
	s := newSite(t)
	s.join(s.five, "ana@example.si", "Ana Novak", good)
	for _, path := range []string{"/sign-in", "/sign-in/link", "/forgot", "/register"} {
		var bodies []string
		for _, email := range []string{"ana@example.si", "eva@example.si"} {
			res, body := s.do(http.MethodPost, path, "email", email, "password", "not the right one", "name", "Somebody", "rules", "1")
			bodies = append(bodies, res.Status+strings.ReplaceAll(body, email, "EMAIL"))
		}
		if bodies[0] != bodies[1] {
			t.Errorf("%s answers differently:\n%s\n%s", path, bodies[0], bodies[1])
		}
	}
}

func TestSignInIsLimited(t *testing.T) {
	s := newSite(t)
	var last int
	for range 11 {
		res, _ := s.do(http.MethodPost, "/sign-in", "email", "ana@example.si", "password", "guess")
		last = res.StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the eleventh guess: %d", last)
	}
}

func TestHostileInputIsTurnedAway(t *testing.T) {
	s := newSite(t)
	hostile := []string{"", " ", "\x00", "'; drop table accounts; --", "<script>alert(1)</script>", "\u202emoc.live", strings.Repeat("a", 100000), "\xff\xfe", "a@b\r\nBcc: x@y.z", "💣@💣.com", "%00", "../../etc/passwd", "\"<x>\"@example.com"}
	for _, path := range []string{"/register", "/sign-in", "/sign-in/link", "/forgot", "/verify/x", "/sign-in/link/x", "/reset/x"} {
		for _, h := range hostile {
			res, body := s.do(http.MethodPost, path, "email", h, "name", h, "password", h, "new_password", h, "next", h, "rules", h)
			if res.StatusCode >= 500 || strings.Contains(body, "<script>alert(1)") {
				t.Errorf("%s with %.20q: %d", path, h, res.StatusCode)
			}
			s.Clock.Add(time.Hour)
		}
	}
	for _, h := range hostile {
		h = h[:min(len(h), 200)]
		if res, _ := s.do(http.MethodGet, "/verify/"+url.PathEscape(h)); res.StatusCode >= 500 {
			t.Errorf("link %.20q: %d", h, res.StatusCode)
		}
	}
}
