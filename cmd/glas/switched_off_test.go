package main

import (
	"context"
	"encoding/json"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/clock"
	"glas/internal/web"
	"glas/internal/web/webtest"
	"glas/tenant"
)

// openings are where walks begin that look for what leads to a part of the site: pages, files for programs, what is found by words.
func openings() []string {
	out := []string{"/", "/consultations", "/api", "/sitemap.xml", "/feed.atom", "/robots.txt", "/api/v1/openapi.json", "/api/v1/consultations"}
	for _, word := range []string{"kolo", "promet", "cesta", "svetilka", "razsvetljava"} {
		out = append(out, "/search?q="+word, "/api/v1/search?q="+word)
	}
	for _, slug := range []string{"odlok-o-cestnem-prometu", "varno-pes-in-s-kolesom", "koncesija-javne-razsvetljave"} {
		out = append(out, "/consultations/"+slug, "/consultations/"+slug+"/feed.atom", "/api/v1/consultations/"+slug)
	}
	return out
}

// addresses gives what may be an address in a page, a feed or an answer in JSON: from a scheme, or from the first slash of a word.
func addresses(body string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for word := range strings.FieldsFuncSeq(body, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_/%.:~{}-", r)
		}) {
			at := strings.IndexByte(word, '/')
			if scheme := strings.Index(word, "http"); scheme >= 0 && scheme < at && strings.HasPrefix(word[at:], "//") {
				at = scheme
			}
			if at >= 0 && len(word) > at+1 && !yield(word[at:]) {
				return
			}
		}
	}
}

func TestAddressesOfAPage(t *testing.T) {
	const page = `<a href="/en/cases?x=1">c/b</a> {"url":"https://velenje.localhost/texts/{id}"} http://x.example:80/y, / ~ 1/2 <p>`
	want := []string{"/en/cases", "/b", "/a", "https://velenje.localhost/texts/{id}", "http://x.example:80/y", "/2"}
	if got := slices.Collect(addresses(page)); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// leads walks as somebody and collects for each part the addresses of it that anything on the way names, by where they were named.
// asked keeps which part an address belongs to from one walk to the next.
func leads(c *webtest.Client, asked map[string]string, from []string) map[string]map[string]string {
	own, found := map[string]string{}, map[string]map[string]string{}
	for _, r := range c.Routes {
		own[r.Path] = r.Part
		found[r.Part] = map[string]string{}
	}
	c.Seen = func(page string, r webtest.Response) {
		if r.Type == "" || strings.HasPrefix(r.Type, "image/") || strings.Contains(r.Type, "zip") || strings.Contains(r.Type, "pdf") {
			return
		}
		for s := range addresses(r.Body) {
			if u, err := url.Parse(s); err == nil && u.Host != "" {
				if !strings.HasPrefix(u.Host, "velenje.") {
					continue
				}
				s = u.Path
			}
			s = strings.TrimPrefix(strings.TrimRight(s, "./"), "/en")
			part, known := asked[s]
			if !known {
				for _, route := range c.Routes { // a fixed address stands before one with a parameter in its place
					if webtest.Matches(route.Path, s) || strings.Contains(s, "{") && route.Path == strings.NewReplacer("{", ":", "}", "").Replace(s) {
						part = own[route.Path]
						break
					}
				}
				asked[s] = part
			}
			if part != "" {
				found[part][s] = page
			}
		}
	}
	c.Crawl(260, from...)
	c.Seen = nil
	return found
}

// TestSwitchedOffPartsWereStillLinked walks the whole site as a visitor and as an administrator before and after the municipality does
// without a part: afterwards nothing names an address of it, and its addresses are unknown. No part has to be entered here.
func TestSwitchedOffPartsWereStillLinked(t *testing.T) {
	clk := clock.NewFixed(now())
	a := demo(t, clk)
	visitor, admin := a.visitor(t, "velenje"), a.person(t, "velenje", "vid", "administrator")
	inside := append([]string{"/admin", "/me", "/admin/consultations", "/admin/moderation", "/admin/reports"}, openings()...)
	asked := map[string]string{}
	everywhere, everywhereInside := leads(visitor, asked, openings()), leads(admin, asked, inside)
	for _, part := range tenant.Parts() {
		t.Run(part.Name, func(t *testing.T) {
			visitor.T, admin.T = t, t
			before, beforeInside := everywhere[part.Name], everywhereInside[part.Name]
			if len(before) < 2 || len(beforeInside) < 2 {
				t.Fatalf("%d and %d addresses lead to it before", len(before), len(beforeInside))
			}
			switchOff(t, a, clk, "velenje", part.Name)
			for who, c := range map[string]*webtest.Client{"a visitor": visitor, "an administrator": admin} {
				from := openings()
				if c == admin {
					from = inside
				}
				for path, page := range leads(c, asked, from)[part.Name] {
					t.Errorf("%s is led to %s at %s", who, path, page)
				}
			}
			for _, path := range slices.Sorted(maps.Keys(before)) {
				if strings.Contains(path, "{") || strings.Contains(path, ":") {
					continue
				}
				if r := visitor.Get(path); r.Status != 404 && r.Status != 405 {
					t.Errorf("%s answers %d", path, r.Status)
				}
			}
		})
	}
}

// TestSwitchedOffKindsAreKnownToTheProgram holds the names in the list of parts against the program.
func TestSwitchedOffKindsAreKnownToTheProgram(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	for _, part := range tenant.Parts() {
		if !slices.ContainsFunc(a.kernel.Routes(), func(r web.Route) bool { return r.Part == part.Name }) {
			t.Errorf("%q has no address", part.Name)
		}
	}
}

// switchOff saves the settings of a municipality without some parts, and with all others, as a command beside the program does: what
// is remembered of pages has to notice by itself.
func switchOff(t *testing.T, a *app, clk *clock.Fixed, slug string, parts ...string) {
	t.Helper()
	clk.Add(2 * time.Second)
	town := a.town(t, slug)
	changed := *town
	changed.Off = parts
	if err := a.directory.Save(context.Background(), &changed, town.UpdatedAt); err != nil {
		t.Fatal(err)
	}
	clk.Add(2 * time.Second)
}

// TestFoundThingsNamedTheirConsultationInAnotherLanguage reads what stands below a hit in both languages of a municipality.
func TestFoundThingsNamedTheirConsultationInAnotherLanguage(t *testing.T) {
	demoEach(t, func(t *testing.T, a *app) {
		visitor := a.visitor(t, "velenje")
		var one struct {
			Title map[string]string `json:"title"`
		}
		if err := json.Unmarshal([]byte(visitor.Get("/api/v1/consultations/odlok-o-cestnem-prometu").Body), &one); err != nil || one.Title["sl"] == "" || one.Title["en"] == "" || one.Title["sl"] == one.Title["en"] {
			t.Fatalf("%v: %v", one.Title, err)
		}
		for path, want := range map[string]string{"/search?q=pristojnosti&kind=text_block": one.Title["sl"], "/en/search?q=pristojnosti&kind=text_block": one.Title["en"]} {
			page := visitor.Get(path).Doc(t).Find("main").Text()
			for _, title := range one.Title {
				if strings.Contains(page, title) != (title == want) {
					t.Errorf("%s: %q shown %t", path, title, title != want)
				}
			}
		}
	})
}

// TestHeadOfAFoundCommentStayedInItsStoredLanguage says something on a consultation and looks for it in another language.
func TestHeadOfAFoundCommentStayedInItsStoredLanguage(t *testing.T) {
	demoEach(t, func(t *testing.T, a *app) {
		visitor := a.visitor(t, "velenje")
		var one struct {
			ID    string            `json:"id"`
			Title map[string]string `json:"title"`
		}
		if err := json.Unmarshal([]byte(visitor.Get("/api/v1/consultations/odlok-o-cestnem-prometu").Body), &one); err != nil || one.ID == "" {
			t.Fatalf("%v: %v", one, err)
		}
		said := a.person(t, "velenje", "pisec").Post("/comments/consultation/"+one.ID, url.Values{"body": {"Kolesarnica potrebuje nadstrešnico ptičjega hrasta."}, "stance": {"neutral"}})
		if said.Status != 303 {
			t.Fatalf("the comment was not taken: %d %s", said.Status, said.Body)
		}
		head := visitor.Get("/en/search?q=nadstre%C5%A1nico+pti%C4%8Djega&kind=comment").Doc(t).Find(".g-hit__title").First()
		if lang, _ := head.Attr("lang"); strings.TrimSpace(head.Text()) != one.Title["en"] || lang != "en" {
			t.Errorf("%q in %q, want %q", head.Text(), lang, one.Title["en"])
		}
	})
}
