package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/clock"
	"glas/internal/web/webtest"
)

// TestWhatIsPassedOn follows what other programs read of every consultation: its feed, its calendar and the picture of a link to it.
func TestWhatIsPassedOn(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	for _, town := range []string{"velenje", "levski", "nea-smyrni", "bornova"} {
		c := a.visitor(t, town)
		var all struct{ Items []struct{ Slug string } }
		if err := json.Unmarshal([]byte(c.Get("/api/v1/consultations").Body), &all); err != nil || len(all.Items) < 5 {
			t.Fatalf("%s: %d consultations, %v", town, len(all.Items), err)
		}
		readFeed(t, c, "/feed.atom")
		calendar(t, c, "/calendar.ics")
		picture(t, c, "/")
		for _, one := range all.Items {
			path := "/consultations/" + one.Slug
			readFeed(t, c, path+"/feed.atom")
			calendar(t, c, path+"/calendar.ics")
			picture(t, c, path)
		}
		c.Get("/proposals").Doc(t).Find(`main a[href^="/proposals/"]`).EachWithBreak(func(_ int, link *goquery.Selection) bool {
			picture(t, c, link.AttrOr("href", ""))
			return false
		})
	}
}

// readFeed checks what RFC 4287 asks of every feed and entry.
func readFeed(t *testing.T, c *webtest.Client, path string) {
	t.Helper()
	r := c.Get(path)
	var f struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Author  []string `xml:"author>name"`
		Entries []struct {
			ID      string   `xml:"id"`
			Title   string   `xml:"title"`
			Updated string   `xml:"updated"`
			Author  []string `xml:"author>name"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(r.Body), &f); err != nil || r.Status != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/atom+xml") {
		t.Errorf("%s answers %d as %s: %v", path, r.Status, r.Header.Get("Content-Type"), err)
	}
	if f.ID == "" || f.Title == "" || f.Updated == "" {
		t.Errorf("%s: the head is %q %q %q", path, f.ID, f.Title, f.Updated)
	}
	seen := map[string]bool{}
	for _, e := range f.Entries {
		if e.ID == "" || seen[e.ID] || e.Title == "" || e.Updated == "" || len(e.Author)+len(f.Author) == 0 {
			t.Errorf("%s: the entry is %+v, seen before %v", path, e, seen[e.ID])
		}
		seen[e.ID] = true
	}
}

// calendar checks the form that RFC 5545 asks for: lines end with CRLF and hold at most 75 bytes.
func calendar(t *testing.T, c *webtest.Client, path string) {
	t.Helper()
	r := c.Get(path)
	lines := strings.Split(r.Body, "\r\n")
	if r.Status != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/calendar") || lines[0] != "BEGIN:VCALENDAR" || lines[len(lines)-2] != "END:VCALENDAR" {
		t.Fatalf("%s answers %d as %s: %.60q", path, r.Status, r.Header.Get("Content-Type"), r.Body)
	}
	for _, line := range lines {
		if len(line) > 75 || strings.Contains(line, "\n") {
			t.Errorf("%s: a line of %d bytes: %q", path, len(line), line)
		}
	}
}

// picture looks at the picture that goes with a link to a page.
func picture(t *testing.T, c *webtest.Client, path string) {
	t.Helper()
	at := c.Get(path).Doc(t).Find(`meta[property="og:image"]`).AttrOr("content", "")
	_, at, _ = strings.Cut(at, c.Host)
	if at = strings.TrimPrefix(at, ":80"); at == "" {
		t.Errorf("%s has no picture", path)
		return
	}
	if r := c.Get(at); r.Status != 200 || r.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture %s of %s answers %d as %s", at, path, r.Status, r.Header.Get("Content-Type"))
	}
}

// TestResultsAreShownAndCanBeChecked takes the result of what was voted on from the page and holds it against its fingerprint.
func TestResultsAreShownAndCanBeChecked(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	c := a.visitor(t, "velenje")
	found := 0
	c.Get("/consultations/otroska-igrisca/proposals").Doc(t).Find(`main h3 a[href^="/proposals/"], main h2 a[href^="/proposals/"]`).Each(func(_ int, link *goquery.Selection) {
		found += fingerprinted(t, c, link.AttrOr("href", ""))
	})
	if found == 0 {
		t.Error("no proposal of a vote that is over shows its result")
	}
}

func fingerprinted(t *testing.T, c *webtest.Client, path string) int {
	t.Helper()
	block := c.Get(path).Doc(t).Find(`section[aria-labelledby^="result-"]`)
	if block.Length() == 0 {
		return 0
	}
	body := c.Get(block.Find("a[download]").AttrOr("href", "")).Body
	sum := sha256.Sum256([]byte(body))
	if print := hex.EncodeToString(sum[:]); !strings.Contains(block.Text(), print) || !strings.Contains(body, `"by_channel"`) {
		t.Errorf("%s: the file has the fingerprint %s, the page says %s", path, print, block.Text())
	}
	return 1
}
