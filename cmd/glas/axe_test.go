package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/web/browsertest"
	"glas/internal/web/webtest"
)

// TestEverybodyCanUseIt asks axe about every kind of page, on a desk and on a phone, by light and in the dark, and looks for
// anything that sticks out to the side where words are longest.
//
// In Greek, where words are longest, every kind of page is looked at, and those that most people see in all four ways; in every
// other language of every municipality those and a share of the rest, because what depends on the language is length and words.
func TestEverybodyCanUseIt(t *testing.T) {
	t.Parallel()
	s := play(t)
	towns := []string{"nea-smyrni", "velenje", "levski", "bornova"}
	for i, slug := range towns {
		t.Run(slug, func(t *testing.T) {
			admin := s.enter(t, slug, "preizkus", "administrator")
			visitor := s.browser.Page(t)
			for j, lang := range s.town(t, slug).Languages {
				prefix := "/" + lang
				if j == 0 {
					prefix = ""
				}
				looker{t: t, s: s, slug: slug, lang: lang, turn: 3*i + j, all: i+j == 0}.look(visitor, admin, prefix)
			}
		})
	}
	t.Run("operator", func(t *testing.T) {
		p := s.browser.Page(t)
		p.Goto("http://localhost:" + s.port + "/")
		everyWay(p)
	})
}

// looker looks at the pages of one municipality in one language; turn is the how-manieth that is.
type looker struct {
	t          *testing.T
	s          *stage
	slug, lang string
	turn       int
	all        bool
}

// main reports whether a page is one of those that most people see.
func (l looker) main(path, prefix string) bool {
	switch kind(strings.TrimPrefix(path, prefix)) {
	case "/", "", "/consultations", "/consultations/*", "/consultations/*/comments", "/proposals/*", "/admin":
		return true
	}
	return false
}

// law reports whether a page belongs to a consultation by the book: all of those are looked at in the first language of every
// municipality, and a third of them, another one each time, in the others.
func (l looker) law(path, prefix string) bool {
	switch kind(strings.TrimPrefix(path, prefix)) {
	case "/consultations/*/texts", "/consultations/*/remarks", "/consultations/*/positions", "/consultations/*/report", "/texts/*", "/texts/*/blocks/*", "/remarks/new", "/remarks/*/*", "/sheets/*",
		"/verify", "/participation/*", "/admin/due", "/admin/remarks", "/admin/remarks/*", "/admin/reports/*":
		return true
	}
	return false
}

// lawful are pages of a consultation by the book that a walk may not come to: one of each kind that the municipality has.
func (l looker) lawful(staff *webtest.Client) (public, office []string) {
	l.t.Helper()
	public, office = []string{"/verify", "/participation"}, []string{"/admin/due"}
	var list struct{ Items []struct{ ID, Slug string } }
	l.read(staff, "/api/v1/consultations", &list)
	for _, c := range list.Items {
		var acts struct{ Texts, Sheets []struct{ URL string } }
		l.read(staff, "/api/v1/consultations/"+c.Slug+"/texts", &acts)
		if len(acts.Texts) == 0 {
			continue
		}
		at := "/consultations/" + c.Slug
		public = append(public, at+"/texts", at+"/remarks", at+"/positions", at+"/report")
		for _, one := range append(acts.Texts, acts.Sheets...) {
			public = append(public, one.URL)
		}
		office = append(office, "/admin/remarks?consultation="+c.ID, "/admin/reports/"+c.ID)
	}
	return public, office
}

func (l looker) read(c *webtest.Client, path string, into any) {
	l.t.Helper()
	if err := json.Unmarshal([]byte(c.Get(path).Body), into); err != nil {
		l.t.Fatalf("%s: %v", path, err)
	}
}

// way is a width and a scheme.
type way struct {
	width  int
	scheme string
}

func ways() []way { return []way{{1280, "light"}, {390, "dark"}, {390, "light"}, {1280, "dark"}} }

// open opens a page as somebody with such a screen does; the page is laid out once and not once more for each change.
func (w way) open(p *browsertest.Page, address string) {
	p.Scheme(w.scheme)
	p.Viewport(w.width)
	p.Goto(address)
}

func (l looker) look(visitor, admin *browsertest.Page, prefix string) {
	l.t.Helper()
	began := time.Now()
	looked := 0
	defer func() {
		l.t.Logf("%s in %s: %d pages in %s", l.slug, l.lang, looked, time.Since(began).Round(time.Second))
	}()
	staff := l.s.person(l.t, l.slug, "preizkus", "administrator")
	public, office := l.lawful(staff)
	for _, who := range []struct {
		page  *browsertest.Page
		walk  *webtest.Client
		start []string
	}{
		{visitor, l.s.visitor(l.t, l.slug), append([]string{"/", "/consultations", "/proposals", "/sign-in", "/register", "/forgot", "/search?q=park", "/nothing-here"}, public...)},
		{admin, staff, append([]string{"/admin", "/me", "/me/following", "/me/associations"}, office...)},
	} {
		start := make([]string, len(who.start))
		for i, path := range who.start {
			start[i] = prefix + path
		}
		paths := kinds(who.walk.Crawl(120, start...).Pages, prefix, who.page == admin)
		if who.page == visitor {
			paths = append(paths, prefix+"/nothing-here")
		}
		for i, path := range paths {
			// Pages of the other languages: the ones that most people see, and a share of the rest, another for each language.
			if !l.all && !l.main(path, prefix) && (i+l.turn)%12 != 0 && (!l.law(path, prefix) || prefix != "" && (i+l.turn)%3 != 0) {
				continue
			}
			looked++
			who.page.AllowConsole("404")
			w := ways()[(i+l.turn)%4]
			w.open(who.page, l.s.at(l.slug, path))
			who.page.Axe(except(path)...)
			if l.all && l.main(path, prefix) {
				everyWay(who.page, w)
			}
			narrow(who.page)
		}
	}
	l.refused(visitor, prefix)
}

// refused looks at a form with errors.
func (l looker) refused(p *browsertest.Page, prefix string) {
	l.t.Helper()
	p.Goto(l.s.at(l.slug, prefix+"/register"))
	p.Click("main form button[type=submit]")
	p.WaitFor("[data-error-summary]")
	p.Axe()
	narrow(p)
}

// everyWay looks at a page on a desk and on a phone, by light and in the dark, but for ways in which it was looked at already.
func everyWay(p *browsertest.Page, done ...way) {
	for _, w := range ways() {
		if slices.Contains(done, w) {
			continue
		}
		p.Scheme(w.scheme)
		p.Viewport(w.width)
		p.Axe()
	}
	narrow(p)
}

// except names the rule that a map cannot hold: pins of neighbours cover each other, and every place stands in the list beside it,
// which the rule itself accepts as the other way (WCAG 2.2, 2.5.8 "Equivalent").
func except(path string) []string {
	if strings.Contains(path, "view=map") {
		return []string{"target-size"}
	}
	return nil
}

// narrow looks for what sticks out on phones.
func narrow(p *browsertest.Page) {
	for _, width := range []int{390, 320} {
		p.Viewport(width)
		p.Fits()
	}
}

// kinds picks one page of every kind that a walk met: things differ by number and name, kinds by the rest.
func kinds(paths []string, prefix string, staff bool) []string {
	var out []string
	seen := map[string]bool{}
	for _, path := range paths {
		bare := strings.TrimPrefix(path, prefix)
		mine := strings.HasPrefix(bare, "/admin") || strings.HasPrefix(bare, "/me") || strings.HasSuffix(bare, "/edit")
		foreign := !strings.HasPrefix(path, prefix+"/") && path != prefix
		if foreign || mine != staff {
			continue
		}
		if key := kind(bare); !seen[key] {
			seen[key] = true
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// kind is an address without what tells one thing from another.
func kind(path string) string {
	path, query, _ := strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) > 20 || strings.ContainsAny(p, "0123456789") || i == 2 && parts[1] == "consultations" {
			parts[i] = "*"
		}
	}
	if strings.Contains(query, "view=map") {
		return strings.Join(parts, "/") + "?map"
	}
	return strings.Join(parts, "/")
}
