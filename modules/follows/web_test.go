package follows

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// site serves the pages of follows; a session's token is the id of the account.
type site struct {
	*town
	app *fiber.App
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{town: newTown(tenanttest.New(t, New(Deps{}).Subscriptions()))}
	s.app = s.Serve(tenanttest.Tokens(account), s.m).App()
	return s
}

// account is that of a token.
func account(token string) authz.Actor {
	return authz.Actor{ID: token, Name: "Ana", Kind: authz.Citizen, Level: authz.LevelEmail}
}

// do sends a request to municipality A; head are pairs of header lines.
func (s *site) do(method, path, account, body string, head ...string) (*http.Response, string) {
	s.T.Helper()
	r := httptest.NewRequest(method, "http://"+s.A.Host+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	if account != "" {
		r.AddCookie(&http.Cookie{Name: "glas", Value: account})
	}
	res, err := s.app.Test(r, -1)
	if err != nil {
		s.T.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.T.Fatal(err)
	}
	if strings.Contains(string(b), "⟦") {
		s.T.Errorf("%s: a word is missing in %.3000s", path, b)
	}
	return res, string(b)
}

func (s *site) follows(who string, ref subject.Ref) bool {
	s.T.Helper()
	found := false
	s.View(s.Citizen(s.A, who, "Ana"), func(ctx context.Context, tx *tenant.Tx) error {
		mine, err := Mine(ctx, tx, []subject.Ref{ref})
		found = mine[ref]
		return err
	})
	return found
}

func TestLeavingWithoutSigningIn(t *testing.T) {
	s := newSite(t)
	who := s.person(s.A, "who")
	s.follow(s.A, who, park)
	s.tell(s.A, parkNews())
	s.work()
	l := s.want(s.A, 1, "told")[0]
	u, err := url.Parse(l.Leave)
	if err != nil || u.Host != s.A.Host {
		t.Fatalf("address for leaving: %q, %v", l.Leave, err)
	}
	if res, body := s.do("GET", u.Path, "", ""); res.StatusCode != 200 || !strings.Contains(body, "Thing park") {
		t.Fatalf("page with the button: %d", res.StatusCode)
	}
	if !s.follows(who, park) {
		t.Fatal("looking at the page ended the subscription")
	}
	// A mail program sends this, from another site and without a cookie (RFC 8058, section 3.1).
	if res, _ := s.do("POST", u.Path, "", "List-Unsubscribe=One-Click", "Sec-Fetch-Site", "cross-site", "Origin", "https://mail.example"); res.StatusCode != 200 {
		t.Fatalf("one click: %d", res.StatusCode)
	}
	if s.follows(who, park) {
		t.Fatal("the subscription goes on")
	}
	all := unsubscribePath(s.m.token(s.A.ID, who, everything))
	if res, _ := s.do("POST", all, "", ""); res.StatusCode != 200 {
		t.Fatalf("leave everything: %d", res.StatusCode)
	}
	s.View(s.Visitor(s.A), func(ctx context.Context, tx *tenant.Tx) error {
		settings, err := settingsOf(ctx, tx, []string{who})
		if err == nil && settings[who].Frequency != Never {
			t.Errorf("after leaving everything: %s", settings[who].Frequency)
		}
		return err
	})
	for _, bad := range []string{u.Path + "x", "/unsubscribe/x", "/unsubscribe/" + strings.Repeat("a", 300), "/unsubscribe/YWxs."} {
		if res, _ := s.do("POST", bad, "", ""); res.StatusCode != 404 {
			t.Errorf("%s: %d, want 404", bad, res.StatusCode)
		}
	}
}

func TestFollowButton(t *testing.T) {
	s := newSite(t)
	who := s.person(s.A, "who")
	same := []string{"Sec-Fetch-Site", "same-origin"}
	if res, _ := s.do("POST", "/follow/proposal/park", "", "follow=1", same...); res.StatusCode != 303 || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
		t.Errorf("visitor: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	for range 2 { // pressed twice is pressed once
		if res, _ := s.do("POST", "/follow/proposal/park", who, "follow=1", same...); res.StatusCode != 303 {
			t.Errorf("follow: %d", res.StatusCode)
		}
	}
	if !s.follows(who, park) {
		t.Fatal("not followed")
	}
	res, body := s.do("POST", "/follow/proposal/park", who, "follow=0", append(same, "HX-Request", "true")...)
	if res.StatusCode != 200 || !strings.Contains(body, `id="follow-proposal-park"`) || !strings.Contains(body, `value="1"`) || s.follows(who, park) {
		t.Errorf("fragment: %d %s", res.StatusCode, body)
	}
	s.hidden["secret"] = true
	for _, bad := range []string{"/follow/proposal/secret", "/follow/nothing/x", "/follow/comment/x"} {
		if res, _ := s.do("POST", bad, who, "follow=1", same...); res.StatusCode != 404 {
			t.Errorf("%s: %d, want 404", bad, res.StatusCode)
		}
	}
	if res, _ := s.do("POST", "/follow/municipality/all", who, "follow=1", same...); res.StatusCode != 303 || !s.follows(who, Municipality()) {
		t.Errorf("the whole municipality: %d", res.StatusCode)
	}
}

func TestOwnPages(t *testing.T) {
	s := newSite(t)
	who := s.person(s.A, "who")
	for _, path := range []string{followingPath, noticesPath, "/en" + noticesPath} {
		if res, _ := s.do("GET", path, who, ""); res.StatusCode != 200 {
			t.Errorf("%s empty: %d", path, res.StatusCode)
		}
		if res, _ := s.do("GET", path, "", ""); res.StatusCode != 303 {
			t.Errorf("%s of a visitor: %d", path, res.StatusCode)
		}
	}
	s.follow(s.A, who, park)
	s.tell(s.A, parkNews())
	s.work()
	if _, body := s.do("GET", "/en"+noticesPath, who, ""); !strings.Contains(body, "proposes: “Park”") {
		t.Errorf("notices: %.3000s", body)
	}
	if _, body := s.do("GET", followingPath, who, ""); !strings.Contains(body, "Thing park") {
		t.Error("what is followed is not listed")
	}
	s.hidden["park"] = true
	if _, body := s.do("GET", "/en"+noticesPath, who, ""); strings.Contains(body, "“Park”") {
		t.Error("a hidden thing stands in the notices")
	}
	same := []string{"Sec-Fetch-Site", "same-origin"}
	if res, _ := s.do("POST", followingPath, who, "frequency=hourly", same...); res.StatusCode != 422 && res.StatusCode != 400 {
		t.Errorf("unknown frequency: %d", res.StatusCode)
	}
	if res, _ := s.do("POST", followingPath, who, "frequency=weekly", same...); res.StatusCode != 303 {
		t.Errorf("settings: %d", res.StatusCode)
	}
	s.View(s.Visitor(s.A), func(ctx context.Context, tx *tenant.Tx) error {
		settings, err := settingsOf(ctx, tx, []string{who})
		if got := settings[who]; err == nil && (got.Frequency != Weekly || got.Own) {
			t.Errorf("settings: %+v", got)
		}
		return err
	})
}
