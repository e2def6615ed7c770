package portal_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/feed"
	"glas/internal/search"
	"glas/modules/portal"
	"glas/tenant/tenanttest"
)

type searchDoc = search.Document

// atom is a feed as a reader of RFC 4287 sees it.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  string   `xml:"author>name"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID        string `xml:"id"`
		Title     string `xml:"title"`
		Updated   string `xml:"updated"`
		Published string `xml:"published"`
		Author    string `xml:"author>name"`
		Summary   string `xml:"summary"`
		Link      struct {
			Href string `xml:"href,attr"`
		} `xml:"link"`
	} `xml:"entry"`
}

// parse reads a feed and complains of what RFC 4287 demands and the feed lacks.
func parse(t *testing.T, body string) atom {
	t.Helper()
	var a atom
	if err := xml.Unmarshal([]byte(body), &a); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	uri := func(what, s string) {
		if u, err := url.Parse(s); err != nil || u.Scheme == "" {
			t.Errorf("%s is no absolute address: %q", what, s)
		}
	}
	when := func(what, s string) {
		if _, err := time.Parse(time.RFC3339, s); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	uri("id", a.ID)
	when("updated", a.Updated)
	if a.Title == "" || a.Author == "" {
		t.Error("no title or author")
	}
	self := 0
	for _, l := range a.Links {
		uri(l.Rel, l.Href)
		if l.Rel == "self" {
			self++
		}
	}
	if self != 1 {
		t.Errorf("%d links to the feed itself", self)
	}
	seen := map[string]bool{}
	for _, e := range a.Entries {
		uri("id", e.ID)
		uri("link", e.Link.Href)
		when("updated", e.Updated)
		if e.Published != "" {
			when("published", e.Published)
		}
		if seen[e.ID] {
			t.Errorf("%s stands twice", e.ID)
		}
		seen[e.ID] = true
		if e.Title == "" {
			t.Errorf("%s has no title", e.ID)
		}
	}
	return a
}

func TestFeed(t *testing.T) {
	p := newPlace(t)
	at := tenanttest.Start()
	p.news = []feed.Entry{
		{ID: "answer:1", Title: `Odgovor: klopi & "drevesa" <b>`, Path: "/proposals/1", Summary: "Sprejeto\x00.", Author: "Oddelek za okolje", Updated: at.Add(2 * time.Hour), Published: at},
		{ID: "late", Title: "Late", Path: "/late", Updated: at.Add(time.Hour)},
		{ID: "https://kamnik.example/old/7", Title: "Τρία", Path: "/consultations/a", Published: at},
		{ID: "občina č", Title: "", Path: "/x", Updated: at},
	}
	res, body := p.send(http.MethodGet, kamnik+"/en/feed.atom", "", nil)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/atom+xml") {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	a := parse(t, body)
	if len(a.Entries) != 4 || a.Lang != "en" || a.Author != "Municipality of Kamnik" || a.Updated != at.Add(2*time.Hour).Format(time.RFC3339) {
		t.Errorf("%+v", a)
	}
	if a.Links[0].Href != kamnik+"/en/feed.atom" || a.Entries[0].Link.Href != kamnik+"/en/proposals/1" || !strings.HasPrefix(a.Entries[0].ID, "tag:kamnik.localhost,2026-11-21:answer") ||
		a.Entries[1].Title != "Late" || a.Entries[2].ID != "https://kamnik.example/old/7" || a.Entries[0].Title != `Odgovor: klopi & "drevesa" <b>` || a.Entries[0].Author != "Oddelek za okolje" {
		t.Errorf("%+v", a.Entries)
	}
	sl := parse(t, p.get(kamnik+"/feed.atom", ""))
	if sl.ID == a.ID || sl.Entries[0].ID != a.Entries[0].ID {
		t.Error("the feeds of two languages must differ, their entries must not")
	}
	if body := p.get(kamnik+"/", ""); !strings.Contains(body, `href="/feed.atom"`) {
		t.Error("the first page does not name the feed")
	}
}

func TestSitemap(t *testing.T) {
	p := newPlace(t)
	p.pages = []portal.SitemapPage{{Path: "/consultations/trg?a=1&b=2", Changed: tenanttest.Start()}, {Path: "/consultations/sl", Languages: []string{"sl"}}}
	var set struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []struct {
			Loc     string `xml:"loc"`
			Lastmod string `xml:"lastmod"`
			Links   []struct {
				Lang string `xml:"hreflang,attr"`
				Href string `xml:"href,attr"`
			} `xml:"http://www.w3.org/1999/xhtml link"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(p.get(kamnik+"/sitemap.xml", "")), &set); err != nil {
		t.Fatal(err)
	}
	byLoc := map[string]int{}
	for i, u := range set.URLs {
		if _, twice := byLoc[u.Loc]; twice {
			t.Errorf("%s stands twice", u.Loc)
		}
		byLoc[u.Loc] = i
	}
	for loc, links := range map[string]int{kamnik + "/": 3, kamnik + "/en": 3, kamnik + "/en/consultations/trg?a=1&b=2": 3, kamnik + "/consultations/sl": 0} {
		i, ok := byLoc[loc]
		if !ok || len(set.URLs[i].Links) != links {
			t.Errorf("%s: there %v, %d alternates", loc, ok, len(set.URLs[i].Links))
		}
	}
	if _, ok := byLoc[kamnik+"/en/consultations/sl"]; ok {
		t.Error("a page in a language that it does not have")
	}
	if u := set.URLs[byLoc[kamnik+"/consultations/trg?a=1&b=2"]]; u.Lastmod != "2026-11-21" || u.Links[1].Lang != "en" || u.Links[1].Href != kamnik+"/en/consultations/trg?a=1&b=2" || u.Links[2].Lang != "x-default" {
		t.Errorf("%+v", u)
	}
}

func TestRobots(t *testing.T) {
	p := newPlace(t)
	body := p.get(kamnik+"/robots.txt", "")
	for _, want := range []string{"User-agent: *\n", "Disallow: /admin\n", "Disallow: /en/me\n", "Sitemap: http://kamnik.localhost/sitemap.xml\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing in\n%s", want, body)
		}
	}
	if body := p.get("http://localhost/robots.txt", ""); !strings.Contains(body, "Disallow: /operator") || strings.Contains(body, "Sitemap") {
		t.Errorf("deployment: %s", body)
	}
}

func TestPicturesOfPages(t *testing.T) {
	p := newPlace(t)
	for _, path := range []string{"/og.png", "/og/consultation/nova-ulica.png", "/en/og.png"} {
		res, body := p.send(http.MethodGet, kamnik+path, "", nil)
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(body, "\x89PNG") {
			t.Errorf("%s: %d %s", path, res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
	if res, _ := p.send(http.MethodGet, kamnik+"/og/consultation/nothing.png", "", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("a thing that is not there: %d", res.StatusCode)
	}
}
