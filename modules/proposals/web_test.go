package proposals

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/db"
	"glas/internal/web/webtest"
	"glas/modules/consultations"
	"glas/modules/moderation"
	"glas/modules/votes"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func page(t *testing.T, r webtest.Response, status int) *goquery.Document {
	t.Helper()
	if i := strings.Index(r.Body, "⟦"); i >= 0 {
		t.Errorf("a message is missing: %.60s", r.Body[i:])
	}
	if r.Status != status {
		t.Fatalf("status %d, want %d (%s)", r.Status, status, r.Location)
	}
	return r.Doc(t)
}

const listOf = "/consultations/center/proposals"

func TestWritingOnThePage(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		browser := w.serve()
		visitor, ana := browser(""), browser("ana")
		doc := page(t, visitor.Get(listOf+"/new"), 200)
		if doc.Find("form#proposal-form[data-draft] input[name=title]").Length() != 1 || doc.Find("form form").Length() != 0 {
			t.Error("the form is not whole")
		}
		typed := url.Values{"title": {"Klopi in senca na Cankarjevi"}, "body": {"**Tam** ni sence, poleti je vroče."}, "place": {"Cankarjeva"}, "lat": {"46.2"}, "lng": {"14.6"}, "do": {"preview"}}
		r := visitor.Post(listOf, typed, "Referer", "http://"+w.A.Host+listOf+"/new")
		if r.Status != 303 || !strings.HasPrefix(r.Location, "/sign-in") {
			t.Fatalf("a visitor gets %d %s", r.Status, r.Location)
		}
		if got := page(t, visitor.Get(listOf+"/new"), 200).Find("input[name=title]").AttrOr("value", ""); got != typed.Get("title") {
			t.Errorf("what he typed became %q", got)
		}
		for field, bad := range map[string]url.Values{"title": {"title": {"Klopi"}, "body": typed["body"]}, "body": {"title": typed["title"], "body": {"***"}},
			"map": {"title": typed["title"], "body": typed["body"], "lat": {"1000"}, "lng": {"x"}}} {
			bad.Set("do", "preview")
			doc := page(t, ana.Post(listOf, bad), 422)
			if doc.Find("[data-error-summary]").Length() != 1 || doc.Find("#f-"+field+"-error, #map-error").Length() == 0 {
				t.Errorf("%s: the complaint does not stand at its field", field)
			}
		}
		typed.Set("website", "spam")
		page(t, ana.Post(listOf, typed), 422)
		typed.Del("website")
		typed.Set("_opened", strconv.FormatInt(w.Clock.Now().Unix(), 10))
		page(t, ana.Post(listOf, typed), 422)
		w.Clock.Add(5 * time.Second)
		if r := ana.Post(listOf, typed); r.Location != listOf+"/preview" {
			t.Fatalf("%d leads to %s", r.Status, r.Location)
		}
		doc = page(t, ana.Get(listOf+"/preview"), 200)
		if doc.Find("h1").Text() != typed.Get("title") || doc.Find(".g-prose strong").Text() != "Tam" {
			t.Error("the preview is not what was written")
		}
		r = ana.Post(listOf, url.Values{"do": {"publish"}})
		if r.Location != "/proposals/1-klopi-in-senca-na-cankarjevi" {
			t.Fatalf("published at %s (%d)", r.Location, r.Status)
		}
		doc = page(t, ana.Get(r.Location), 200)
		if doc.Find("h1").Text() != typed.Get("title") || doc.Find("a[href='"+r.Location+"/withdraw']").Length() != 1 || doc.Find("script[type='application/ld+json']").Length() != 1 {
			t.Error("the page is not whole")
		}
		if r := visitor.Get("/proposals/1"); r.Status != 301 || r.Location != "/proposals/1-klopi-in-senca-na-cankarjevi" {
			t.Errorf("another address answers %d %s", r.Status, r.Location)
		}
	})
}

func TestListsFilterAndMap(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.bulk(45)
		p := w.propose(w.ana, "Kolesarska steza do šole")
		w.vote(w.bor, p, votes.ValueSupport)
		browser := w.serve()
		doc := page(t, browser("").Get(listOf+"?sort=newest"), 200)
		if doc.Find("#proposals .g-row").Length() != PageSize || doc.Find("a[rel=next]").Length() != 1 {
			t.Errorf("%d rows", doc.Find("#proposals .g-row").Length())
		}
		for query, n := range map[string]int{"?q=KOLESARSKE": 1, "?q=nikjer": 0, "?status=unanswered&q=steza": 1, "?status=withdrawn": 0, "?of=associations": 0,
			"?bbox=14.59,46.19,14.61,46.2005": 1, "?of=mine": 0, "?after=nonsense": PageSize} {
			if got := page(t, browser("").Get(listOf+query), 200).Find("#proposals .g-row").Length(); got != n {
				t.Errorf("%s: %d rows, want %d", query, got, n)
			}
		}
		mine := page(t, browser("ana").Get("/proposals?of=mine"), 200)
		if mine.Find("#proposals .g-row").Length() != 1 {
			t.Error("my own proposal is not in my list")
		}
		if page(t, browser("bor").Get("/proposals?q=steza"), 200).Find(".g-vote button[aria-pressed=true]").Length() != 1 {
			t.Error("my vote does not show in the list")
		}
		random := browser("").Get(listOf + "?sort=random")
		if random.Status != 303 || !strings.Contains(random.Location, "seed=") {
			t.Fatalf("random order leads to %q", random.Location)
		}
		if browser("").Get(random.Location).Body != browser("").Get(random.Location).Body {
			t.Error("the random order is not stable within a visit")
		}
		var markers struct {
			Points []struct{ Title, Href string }
		}
		if err := json.Unmarshal([]byte(browser("").Get(listOf+"/map.json").Body), &markers); err != nil || len(markers.Points) != 45 {
			t.Errorf("%d places: %v", len(markers.Points), err)
		}
		if page(t, browser("").Get(listOf+"?view=map"), 200).Find("[data-map][data-markers-url]").Length() != 1 {
			t.Error("there is no map")
		}
		similar := page(t, browser("").Get(listOf+"/similar?title=kolesarska+steza", "HX-Request", "true"), 200)
		if similar.Find("li").Length() != 1 || similar.Find("form[action='/votes/proposal/"+p.ID+"']").Length() != 1 {
			t.Error("the similar proposal is not offered")
		}
	})
}

func TestHiddenNeverLeaks(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		const secret = "Skrivnostna beseda žirafa"
		in := input(secret)
		lat, lng := 46.2, 14.6
		in.Lat, in.Lng = &lat, &lng
		p, err := w.m.Publish(w.ana, w.c.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			return w.m.Decide(ctx, tx, p.ID, moderation.Ruling{Verdict: moderation.Hide, Reason: "Žalitev mimoidočih.", Rule: "respect"})
		})
		browser := w.serve()
		for _, path := range []string{listOf, "/proposals", "/proposals?q=skrivnostna", listOf + "/map.json", "/proposals/map.json", "/proposals/1", "/proposals/1/history", "/api/v1/proposals",
			"/api/v1/proposals?q=skrivnostna", "/api/v1/proposals/1", "/api/v1/proposals.geojson", listOf + "/similar?title=skrivnostna+beseda", "/consultations/center",
			"/consultations/center/feed.atom", "/comments/proposal/" + p.ID, "/proposals?of=mine", "/proposals?status=withdrawn"} {
			for _, who := range []string{"", "bor"} {
				if r := browser(who).Get(path); strings.Contains(r.Body, "žirafa") || strings.Contains(r.Body, "zirafa") || r.Status >= 500 {
					t.Errorf("%s shows it to %q (%d)", path, who, r.Status)
				}
			}
		}
		if w.search("žirafa") != 0 {
			t.Error("the search finds it")
		}
		w.View(w.bor, func(ctx context.Context, tx *tenant.Tx) error {
			entries, err := w.m.Entries(ctx, tx, w.c, 10)
			if len(entries) != 0 {
				t.Error("the feed has it")
			}
			return err
		})
		if doc := page(t, browser("ana").Get(p.Path()), 200); !strings.Contains(doc.Text(), "Žalitev mimoidočih.") {
			t.Error("the author is not told why")
		}
	})
}

func TestHiddenCounts(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.rules(func(s *consultations.Switches) { s.Votes.HideCounts = "until_closed" })
		p := w.propose(w.ana, "Kolesarska steza do šole")
		w.vote(w.bor, p, votes.ValueSupport)
		browser := w.serve()
		if page(t, browser("").Get(listOf), 200).Find("select[name=sort] option[value=supported]").Length() != 0 {
			t.Error("an order tells what is hidden")
		}
		if strings.Contains(browser("").Get("/api/v1/proposals/1").Body, `"support"`) {
			t.Error("the interface for programs tells what is hidden")
		}
		w.Clock.Add(22 * 24 * time.Hour)
		if !strings.Contains(browser("").Get("/api/v1/proposals/1").Body, `"support":1`) {
			t.Error("it is still hidden after the close")
		}
	})
}

func TestStatementsOfAList(t *testing.T) {
	w := newTown(tenanttest.New(t))
	w.bulk(60)
	browser := w.serve()
	for _, path := range []string{listOf, listOf + "?sort=trending", "/proposals"} {
		page(t, browser("ana").Get(path), 200) // names are remembered from now on
		ctx, count := db.Counting(context.Background())
		r := httptest.NewRequest("GET", "http://"+w.A.Host+path, nil)
		r.AddCookie(browserCookie("ana"))
		app := browser("ana").App
		res, err := counted(ctx, app, r)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: %v", path, err)
		}
		if n := count.N(); n > 5 { // and one for the session
			t.Errorf("%s takes %d statements", path, n)
		}
	}
}

func TestStaffPages(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		a, b := w.propose(w.ana, "Klopi na Cankarjevi ulici"), w.propose(w.bor, "Več klopi na Cankarjevi")
		eva := w.serve()("eva")
		if r := w.serve()("ana").Get(adminPath); r.Status != 403 {
			t.Errorf("a citizen gets %d", r.Status)
		}
		if n := page(t, eva.Get(adminPath), 200).Find("tbody tr").Length(); n != 2 {
			t.Errorf("%d rows", n)
		}
		r := eva.Post(adminPath, url.Values{"id": {a.ID, b.ID}, "action": {"merge"}})
		doc := page(t, eva.Get(r.Location), 200)
		if doc.Find("input[type=radio][name=into]").Length() != 2 {
			t.Error("nobody is asked which one stays")
		}
		page(t, eva.Post(adminPath+"/merge", url.Values{"id": {a.ID, b.ID}}), 422)
		if r := eva.Post(adminPath+"/merge", url.Values{"id": {a.ID, b.ID}, "into": {a.ID}}); r.Location != a.Path() {
			t.Errorf("joined: %d %s", r.Status, r.Location)
		}
		if r := eva.Get(b.Path()); r.Status != 301 || r.Location != a.Path() {
			t.Errorf("the old address answers %d %s", r.Status, r.Location)
		}
		page(t, eva.Get(adminPath+"/new"), 200)
		page(t, eva.Get(adminPath+"/new?consultation="+w.c.ID), 200)
		r = eva.Post(adminPath+"/new", url.Values{"consultation": {w.c.ID}, "title": {"Ukrep občine za več sence"}, "body": {"Posadili bomo štirideset dreves."}})
		if r.Status != 303 || !strings.HasPrefix(r.Location, "/proposals/3-") {
			t.Errorf("official: %d %s", r.Status, r.Location)
		}
	})
}
