package main

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/clock"
	"glas/internal/web/webtest"
)

// TestWhatIsHiddenLeavesEveryWayOut writes a remark, a comment and a proposal with a word that occurs nowhere else, looks at every way
// out (so that pages are remembered), takes the three away, and looks again: as a visitor, with the mark of the page that the browser
// still has, as another citizen, and from the next municipality. The same for a whole consultation that is taken away.
func TestWhatIsHiddenLeavesEveryWayOut(t *testing.T) {
	clk := clock.NewFixed(now())
	a := demo(t, clk)
	visitor, jan, eva, admin := a.visitor(t, "velenje"), a.person(t, "velenje", "jan"), a.person(t, "velenje", "eva"), a.person(t, "velenje", "vid", "administrator")
	stranger := a.person(t, "levski", "niki", "administrator")
	const word, act, ideas = "skrivnostnica", "/consultations/odlok-o-cestnem-prometu", "/consultations/varno-pes-in-s-kolesom"
	form := func(page, action string) (string, url.Values) {
		t.Helper()
		f := jan.Get(page).Doc(t).Find(`form[action^="` + action + `"][method=post]`).First()
		v := url.Values{}
		f.Find("input[type=hidden]").Each(func(_ int, in *goquery.Selection) { v.Set(in.AttrOr("name", ""), in.AttrOr("value", "")) })
		if v.Has("_opened") {
			v.Set("_opened", strconv.FormatInt(clk.Now().Add(-time.Minute).Unix(), 10))
		}
		return f.AttrOr("action", page), v
	}
	send := func(page, action string, typed map[string]string) string {
		t.Helper()
		to, v := form(page, action)
		for name, s := range typed {
			v.Set(name, s)
		}
		r := jan.Post(to, v)
		if r.Status != 303 {
			t.Fatalf("%s answers %d: %s", to, r.Status, r.Body)
		}
		return r.Location
	}
	about := visitor.Get(act+"/remarks").Doc(t).Find(`a[href^="/remarks/new?about="]`).AttrOr("href", "")
	receipt := send(about, "/remarks", map[string]string{"body": "Pripomba " + word + " z imenom soseda."})
	remark := receipt[:strings.Index(receipt, "/receipt")]
	comment := send(act+"/comments", "/comments/", map[string]string{"body": "Komentar " + word + " z imenom soseda."})
	proposal := send(ideas+"/proposals/new", ideas+"/proposals", map[string]string{"title": "Klop za soseda " + word, "do": "publish", "body": "Predlog " + word + " z imenom in naslovom soseda."})
	clk.Add(2 * time.Second)
	subject := strings.TrimPrefix(about, "/remarks/new?about=")
	ways := []string{act + "/remarks", act + "/remarks?q=" + word, act + "/comments", act + "/comments?c_sort=oldest", "/proposals", "/proposals?sort=newest&view=map", "/feed.atom", "/sitemap.xml",
		"/search?q=" + word, "/en/search?q=" + word, "/api/v1/search?q=" + word, remark, "/en" + remark, proposal, comment, "/remarks/beside?about=" + subject,
		act + "/feed.atom", ideas + "/feed.atom", ideas + "/proposals", "/api/v1/consultations/odlok-o-cestnem-prometu/remarks", "/api/v1/proposals", "/", "/api/v1/proposals?sort=newest"}
	for _, path := range []string{act + "/remarks", act + "/comments", proposal} {
		visitor.Get(path).Doc(t).Find(`a[href^="/report/"]`).Each(func(_ int, link *goquery.Selection) { ways = append(ways, link.AttrOr("href", "")) })
	}
	shows := func(c *webtest.Client, path string, head ...string) (webtest.Response, bool) {
		r := c.Get(path, head...)
		body := strings.ToLower(r.Body)
		for _, own := range []string{"q=" + word, `value="` + word, "klop-za-soseda-" + word} { // what the reader typed himself
			if own != "klop-za-soseda-"+word || path == proposal {
				body = strings.ReplaceAll(body, own, "")
			}
		}
		return r, strings.Contains(body, word)
	}
	marks, held, missing := map[string]string{}, 0, []string{}
	for _, path := range ways {
		r, found := shows(visitor, path)
		marks[path] = r.Header.Get("Etag")
		if found {
			held++
		} else {
			missing = append(missing, path)
		}
	}
	if held < 18 {
		t.Fatalf("only %d of %d ways show what was written: %v", held, len(ways), missing)
	}
	reported := map[string]string{}
	for _, path := range ways {
		if strings.HasPrefix(path, "/report/") {
			if _, ours := shows(visitor, path); ours {
				reported[path] = path
				if r := eva.Post(path, url.Values{"reason": {"personal_data"}}); r.Status != 303 {
					t.Fatalf("report at %s: %d %s", path, r.Status, r.Body)
				}
			}
		}
	}
	cases := admin.Get("/admin/moderation").Doc(t).Find(`form[method=post][action^="/admin/moderation/"]`)
	if len(reported) != 3 || cases.Length() < 3 {
		t.Fatalf("%d reported, %d in the queue", len(reported), cases.Length())
	}
	cases.Each(func(i int, f *goquery.Selection) {
		v := url.Values{"action": {[]string{"remove", "hide"}[i%2]}, "rule": {"personal_data"}, "reason": {"Imenuje soseda."}, "seen": {f.Find("input[name=seen]").AttrOr("value", "")}}
		if r := admin.Post(f.AttrOr("action", ""), v); r.Status != 303 {
			t.Errorf("decision: %d %s", r.Status, r.Body)
		}
	})
	clk.Add(2 * time.Second)
	for _, path := range ways {
		for name, c := range map[string]*webtest.Client{"a visitor": visitor, "another citizen": eva, "the next municipality": stranger} {
			if _, found := shows(c, path); found {
				t.Errorf("%s reads at %s what was taken away", name, path)
			}
		}
		if mark := marks[path]; mark != "" && path != "/" {
			if r, found := shows(visitor, path, "If-None-Match", mark); found || r.Status == 304 && held > 0 && strings.Contains(path, word) {
				t.Errorf("%s: a browser is told to show the page that it has (%d)", path, r.Status)
			}
		}
	}
	withdrawnConsultation(t, clk, a, admin)
}

// withdrawnConsultation deletes a consultation with proposals: lists of the whole municipality showed them on.
func withdrawnConsultation(t *testing.T, clk *clock.Fixed, a *app, admin *webtest.Client) {
	t.Helper()
	const slug, title, name = "koncesija-javne-razsvetljave", "Koncesija za deset let namesto petnajst", "koncesija-za-deset-let-namesto-petnajst"
	visitor := a.visitor(t, "velenje")
	ways := []string{"/sitemap.xml", "/feed.atom", "/proposals?sort=oldest", "/proposals", "/api/v1/proposals", "/api/v1/search?q=koncesija", "/", "/proposals?answered=1"}
	path := ""
	visitor.Get("/consultations/" + slug + "/proposals").Doc(t).Find(`a[href$="` + name + `"]`).EachWithBreak(func(_ int, link *goquery.Selection) bool {
		path = link.AttrOr("href", "")
		return false
	})
	report := visitor.Get(path).Doc(t).Find(`a[href^="/report/proposal/"]`).AttrOr("href", "")
	ways = append(ways, report)
	shown := 0
	for _, way := range ways {
		if body := visitor.Get(way).Body; strings.Contains(body, name) || strings.Contains(body, title) {
			shown++
		}
	}
	if report == "" || shown < 3 {
		t.Fatalf("the proposal %q is shown %d times before", path, shown)
	}
	desk := ""
	admin.Get("/admin/consultations").Doc(t).Find(`main a[href^="/admin/consultations/"]`).Each(func(_ int, link *goquery.Selection) {
		if strings.Contains(link.Text(), "koncesiji za javno razsvetljavo") {
			desk = link.AttrOr("href", "")
		}
	})
	if r := admin.Post(desk+"/act", url.Values{"action": {"delete"}, "act": {"delete"}, "do": {"delete"}}); r.Status != 303 {
		t.Fatalf("delete at %q: %d", desk, r.Status)
	}
	clk.Add(2 * time.Second)
	for _, way := range append(ways, path, "/consultations/"+slug, "/consultations/"+slug+"/report", "/consultations/"+slug+"/remarks", "/consultations/"+slug+"/feed.atom") {
		r := visitor.Get(way)
		if strings.Contains(r.Body, title) || r.Status == 200 && strings.Contains(r.Body, name) {
			t.Errorf("%s still shows a proposal of a consultation that was taken away", way)
		}
	}
}
