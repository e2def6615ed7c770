package votes_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/web/webtest"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// whoever acts as the token says: "staff-editor" holds a role, everybody else is a citizen.
func whoever(token string) authz.Actor {
	if role, ok := strings.CutPrefix(token, "staff-"); ok {
		return authz.Actor{ID: token, Kind: authz.Staff, Level: authz.LevelEmail, Roles: []string{role}}
	}
	return authz.Actor{ID: token, Name: "Ana", Kind: authz.Citizen, Level: authz.LevelEmail}
}

// serve gives a browser of who acts; "" is a visitor.
func serve(t *testing.T, w *tenanttest.World, m *votes.Module) func(who string) *webtest.Client {
	t.Helper()
	return w.Serve(tenanttest.Tokens(whoever), m).As
}

func value(v string) url.Values { return url.Values{"value": {v}} }

// TestWhyARefusalCouldNotBeExplained: what went wrong while the page of somebody without a vote left was made stood nowhere.
func TestWhyARefusalCouldNotBeExplained(t *testing.T) {
	w, h := tenanttest.New(t), &host{}
	m := module(t, w, h)
	first, second := thing("q", votes.Support), thing("q2", votes.Support)
	first.Scope, first.Quota, second.Scope, second.Quota = "budget", 1, "budget", 1
	add(w, w.A, first, second)
	ana := serve(t, w, m)("ana")
	if r := ana.Post("/votes/thing/q", value("support")); r.Status != 303 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	var said bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&said, nil)))
	defer slog.SetDefault(old)
	h.looks = new(atomic.Int64)
	h.looks.Store(1) // enough for the vote itself
	if r := ana.Post("/votes/thing/q2", value("support")); r.Status != 409 {
		t.Errorf("%d instead of the refusal", r.Status)
	}
	if !strings.Contains(said.String(), "the shelf is gone") {
		t.Errorf("the log says %q", said.String())
	}
}

func TestVotingOnThePage(t *testing.T) {
	w := tenanttest.New(t)
	m := module(t, w, &host{})
	quota := thing("q", votes.Support)
	quota.Scope, quota.Quota = "budget", 1
	second := thing("q2", votes.Support)
	second.Scope, second.Quota = "budget", 1
	add(w, w.A, thing("a", votes.Support), thing("c", votes.Choice), thing("r", votes.Rating), thing("h", votes.Helpful), thing("closed", votes.Support), quota, second)
	as := serve(t, w, m)
	ana := as("ana")
	if r := ana.Post("/votes/thing/a", value("support"), "Referer", "http://kamnik.localhost/a?p=2"); r.Status != 303 || r.Location != "/a?p=2" {
		t.Fatalf("a plain form: %d to %q", r.Status, r.Location)
	}
	if r := ana.Post("/votes/thing/a", value("support")); r.Status != 303 || r.Location != "/a" {
		t.Errorf("without a referer: %d to %q", r.Status, r.Location)
	}
	for _, c := range []struct{ path, value, want string }{
		{"/votes/thing/a", "support", `name="value" value="withdraw" aria-pressed="true"`},
		{"/votes/thing/a", "withdraw", `name="value" value="support" aria-pressed="false"`},
		{"/votes/thing/c", "against", `value="withdraw" aria-pressed="true" data-variant="primary" data-kind="against"`},
		{"/votes/thing/r", "4", `value="withdraw" aria-pressed="true"`},
		{"/votes/thing/h", "up", `value="withdraw" aria-pressed="true"`},
		{"/votes/thing/q", "support", `id="votes-left-budget" hx-swap-oob="true"`},
	} {
		r := ana.Post(c.path, value(c.value), "HX-Request", "true")
		if r.Status != 200 || !strings.Contains(r.Body, c.want) || strings.Contains(r.Body, "<html") || strings.Contains(r.Body, "⟦") {
			t.Errorf("%s %s: %d %s", c.path, c.value, r.Status, r.Body)
		}
	}
	for _, c := range []struct {
		who, path, value string
		status           int
	}{
		{"ana", "/votes/thing/q2", "support", 409},
		{"ana", "/votes/thing/closed", "support", 403},
		{"ana", "/votes/thing/a", "against", 422},
		{"ana", "/votes/thing/none", "support", 404},
		{"ana", "/votes/bad%20kind/%20", "support", 404},
		{"ana", "/votes/other/a", "support", 404},
		{"", "/votes/thing/closed", "support", 403},
	} {
		r := as(c.who).Post(c.path, value(c.value), "HX-Request", "true")
		if shown := strings.Contains(r.Body, `id="flash"`); strings.Contains(r.Body, "⟦") || shown != (c.status == 409 || c.path == "/votes/thing/closed") {
			t.Errorf("%q %s %s on the page: %d %s", c.who, c.path, c.value, r.Status, r.Body)
		}
		for _, accept := range []string{"application/json", "text/html"} {
			r := as(c.who).Post(c.path, value(c.value), "Accept", accept)
			if r.Status != c.status || strings.Contains(r.Body, "⟦") {
				t.Errorf("%q %s %s: %d %s, want %d", c.who, c.path, c.value, r.Status, r.Body, c.status)
			}
		}
	}
	if r := as("").Post("/votes/thing/a", value("support")); r.Status != 303 || !strings.HasPrefix(r.Location, "/sign-in") {
		t.Errorf("a visitor: %d to %q", r.Status, r.Location)
	}
	away := &webtest.Client{T: t, App: ana.App, Host: "kalamata.localhost", Session: "ana"}
	for _, path := range []string{"/votes/thing/a/result.json", "/api/v1/votes?subject=thing:a"} {
		if r := away.Get(path); r.Status != 404 {
			t.Errorf("%s at another municipality: %d", path, r.Status)
		}
	}
	for _, header := range [][]string{nil, {"HX-Request", "true"}} {
		r := ana.Post("/votes/thing/q2", value("support"), header...)
		if !strings.Contains(r.Body, `href="/q"`) || strings.Contains(r.Body, `<li><a href="/q2"`) {
			t.Errorf("who has no vote left is not led to what he voted for: %s", r.Body)
		}
	}
	recounted(t, w, w.A)
}

func TestVotesAreLimitedForEachAccount(t *testing.T) {
	w := tenanttest.New(t)
	m := module(t, w, &host{})
	add(w, w.A, thing("a", votes.Support))
	as := serve(t, w, m)
	status := map[int]int{}
	for range 125 {
		status[as("ana").Post("/votes/thing/a", value("support")).Status]++
	}
	if status[303] != 120 || status[429] != 5 || as("bor").Post("/votes/thing/a", value("support")).Status != 303 {
		t.Errorf("answers %v", status)
	}
}

func TestStandingForPrograms(t *testing.T) {
	w := tenanttest.New(t)
	m := module(t, w, &host{})
	hidden := thing("c", votes.Choice)
	hidden.HideCounts, hidden.ClosesAt = votes.HideUntilClosed, w.Clock.Now().Add(time.Hour)
	add(w, w.A, hidden)
	cast(t, m, citizen(w, w.A, 1), "c", "for")
	cast(t, m, association(w, w.A, 1), "c", "against")
	visitor := serve(t, w, m)("")
	read := func() (s votes.Standing) {
		r := visitor.Get("/api/v1/votes?subject=thing:c")
		if r.Status != 200 || json.Unmarshal([]byte(r.Body), &s) != nil {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		return s
	}
	if s := read(); s.Total != nil || s.Counts != nil || s.Associations != nil || s.Hidden != votes.HideUntilClosed {
		t.Errorf("while it is open: %+v", s)
	}
	if r := visitor.Get("/votes/thing/c/result.json"); r.Status != 404 {
		t.Errorf("a result before the close: %d", r.Status)
	}
	w.Clock.Add(time.Hour)
	w.Update(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
		_, err := votes.Freeze(ctx, tx, ref("c"))
		return err
	})
	s := read()
	if s.Total == nil || *s.Total != 2 || s.Counts["for"] != 1 || *s.Associations != 1 || !s.Closed {
		t.Errorf("after the close: %+v", s)
	}
	file := visitor.Get(s.ResultPath)
	sum := sha256.Sum256([]byte(file.Body))
	if file.Status != 200 || hex.EncodeToString(sum[:]) != s.SHA256 {
		t.Errorf("result: %d %s, fingerprint %s", file.Status, file.Body, s.SHA256)
	}
	for _, bad := range []string{"", "?subject=", "?subject=x", "?subject=%00:%27", "?subject=thing:none"} {
		if r := visitor.Get("/api/v1/votes" + bad); r.Status/100 != 4 {
			t.Errorf("%q: %d", bad, r.Status)
		}
	}
}

func TestStaffSeeCountsButNoVoters(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := module(t, w, &host{})
		add(w, w.A, thing("c", votes.Choice))
		w.Clock.Set(time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC)) // the 22nd in Ljubljana
		cast(t, m, citizen(w, w.A, 1), "c", "for")
		cast(t, m, association(w, w.A, 7), "c", "against")
		as := serve(t, w, m)
		if r := as("ana").Get("/admin/votes?subject=thing:c"); r.Status != 403 {
			t.Errorf("a citizen: %d", r.Status)
		}
		page := as("staff-auditor").Get("/admin/votes?subject=thing:c")
		text := page.Doc(t).Find("main").Text()
		if page.Status != 200 || !strings.Contains(text, "22. 11. 2026") || strings.Contains(text, "voter1") || strings.Contains(text, "org7") || strings.Contains(text, "⟦") {
			t.Errorf("%d %s", page.Status, text)
		}
		if list := as("staff-auditor").Get("/admin/votes"); list.Status != 200 || !strings.Contains(list.Body, "/admin/votes?subject=thing:c") {
			t.Errorf("list: %d", list.Status)
		}
	})
}
