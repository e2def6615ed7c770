package moderation

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/tenant/tenanttest"
)

// site serves the pages of moderation; a session's token is the id of the account, "mod" and "other" are moderators.
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
	a := authz.Actor{ID: token, Name: "Ana", Kind: authz.Citizen, Level: authz.LevelEmail}
	if token == "mod" || token == "other" {
		a.Kind, a.Roles = authz.Staff, []string{"moderator"}
	}
	return a
}

// do sends a request to municipality A and wants a status; it gives the body, or where a redirect leads.
func (s *site) do(status int, method, path, account string, form url.Values) string {
	s.T.Helper()
	r := httptest.NewRequest(method, "http://"+s.A.Host+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
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
	body := string(b)
	if res.StatusCode != status {
		s.T.Errorf("%s %s: %d, want %d", method, path, res.StatusCode, status)
	}
	if i := strings.Index(body, "⟦"); i >= 0 {
		s.T.Errorf("%s: a word is missing: %.80s", path, body[i:])
	}
	if status == 303 {
		return res.Header.Get("Location")
	}
	return body
}

func TestVisitorReports(t *testing.T) {
	s := newSite(t)
	ref := s.comment("c", "author", "grdo <b>besedilo</b>")
	if body := s.do(200, "GET", ReportPath(ref), "", nil); !strings.Contains(body, "grdo &lt;b&gt;") {
		t.Error("the form does not show what is reported")
	}
	s.do(422, "POST", ReportPath(ref), "", url.Values{"reason": {"other"}})
	s.do(422, "POST", ReportPath(ref), "", url.Values{"reason": {"nonsense"}})
	if to := s.do(303, "POST", ReportPath(ref), "", url.Values{"reason": {"spam"}, "website": {"x"}}); to != "/" {
		t.Errorf("a program is sent to %s", to)
	}
	if to := s.do(303, "POST", ReportPath(ref), "", url.Values{"reason": {"spam"}}); to != "/comments/c" {
		t.Errorf("sent to %s", to)
	}
	s.do(303, "POST", ReportPath(ref), "", url.Values{"reason": {"spam"}})
	if c := s.caseOf(ref); c.Reports != 1 {
		t.Errorf("%d reports, want 1", c.Reports)
	}
	s.do(404, "GET", "/report/comment/none", "", nil)
	s.do(404, "GET", "/report/nothing/c", "", nil)
}

func TestQueueAndCasePages(t *testing.T) {
	s := newSite(t)
	author := s.person(s.A, "author")
	var ids []string
	for _, id := range []string{"a", "b", "c", "d"} {
		ref := s.comment(id, author, "Ti kreten "+id)
		s.report(s.Citizen(s.A, "ana", "Ana"), ref, Offensive, "")
		ids = append(ids, s.caseOf(ref).ID)
	}
	s.do(403, "GET", root, "ana", nil)
	for _, path := range []string{root, root + "?show=waiting", root + "?show=reported&sort=oldest&reason=offensive&kind=comment", root + "?show=appeals", root + "?page=7&reason=x", "/en" + root} {
		s.do(200, "GET", path, "mod", nil)
	}
	body := s.do(200, "GET", root, "mod", nil)
	if !strings.Contains(body, "Ti kreten a") || !strings.Contains(body, `name="seen.`+ids[0]+`"`) {
		t.Error("the queue does not show its things")
	}
	if body := s.do(200, "GET", root+"/"+ids[0], "mod", nil); !strings.Contains(body, "kreten") {
		t.Error("no words to look at")
	}
	s.do(422, "POST", root, "mod", url.Values{"id": ids[:2], "action": {"hide"}})
	stale := url.Values{"id": ids[:2], "action": {"dismiss"}, "seen." + ids[1]: {"other"}}
	s.do(303, "POST", root, "mod", stale)
	if s.caseOf(subject.Ref{Kind: "comment", ID: "a"}).Open || !s.caseOf(subject.Ref{Kind: "comment", ID: "b"}).Open {
		t.Error("bulk: the first is to be decided and the second, which has changed, is not")
	}
	s.do(422, "POST", root+"/"+ids[2], "mod", url.Values{"action": {"hide"}, "reason": {"kratko"}})
	s.do(303, "POST", root+"/"+ids[2], "mod", url.Values{"action": {"hide"}, "reason": {hide().Reason}, "rule": {"respect"}})
	s.do(200, "GET", root+"?show=decided", "mod", nil)
	s.do(200, "GET", root+"/"+ids[2], "mod", nil)
	delete(s.things, "d")
	s.do(200, "GET", root, "mod", nil)
	s.do(200, "GET", root+"/"+ids[3], "mod", nil)
	s.do(303, "POST", root+"/"+ids[3], "mod", url.Values{"action": {"dismiss"}})
	if s.caseOf(subject.Ref{Kind: "comment", ID: "d"}).Open {
		t.Error("the case of a thing that is gone cannot be closed")
	}
	s.do(404, "GET", root+"/none", "mod", nil)

	d := s.decisionOn(subject.Ref{Kind: "comment", ID: "c"})
	if to := s.do(303, "GET", "/appeal/"+d.ID, "", nil); !strings.HasPrefix(to, "/sign-in") {
		t.Errorf("a visitor is sent to %s", to)
	}
	s.do(404, "GET", "/appeal/"+d.ID, "ana", nil)
	s.do(200, "GET", "/appeal/"+d.ID, author, nil)
	s.do(422, "POST", "/appeal/"+d.ID, author, url.Values{"text": {"ne"}})
	s.do(303, "POST", "/appeal/"+d.ID, author, url.Values{"text": {"To je bil citat iz časopisa."}})
	s.do(200, "GET", "/appeal/"+d.ID, author, nil)
	s.do(200, "GET", root+"?show=appeals", "mod", nil)
	s.do(200, "GET", root+"/appeals/"+d.ID, "mod", nil)
	s.do(403, "POST", root+"/appeals/"+d.ID, "mod", url.Values{"verdict": {"upheld"}, "reason": {"Odločitev je bila pravilna."}})
	s.do(422, "POST", root+"/appeals/"+d.ID, "other", url.Values{"verdict": {"upheld"}})
	s.do(303, "POST", root+"/appeals/"+d.ID, "other", url.Values{"verdict": {"upheld"}, "reason": {"Odločitev je bila pravilna."}})
	s.do(200, "GET", "/appeal/"+d.ID, author, nil)
	if body := s.do(200, "GET", logPath, "", nil); strings.Contains(body, "citat") || !strings.Contains(body, "Skrito") {
		t.Error("the public record holds too much or too little")
	}
}

func TestOwnWordsPage(t *testing.T) {
	s := newSite(t)
	s.do(200, "GET", wordsPath, "mod", nil)
	s.do(422, "POST", wordsPath, "mod", url.Values{"words": {"dve besedi"}})
	s.do(303, "POST", wordsPath, "mod", url.Values{"words": {"žabar\n\nŽabar\r\nzmaj"}})
	if body := s.do(200, "GET", wordsPath, "mod", nil); !strings.Contains(body, "žabar\nzmaj") {
		t.Error("words are not kept, or kept twice")
	}
}
