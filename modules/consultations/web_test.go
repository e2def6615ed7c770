package consultations

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"glas/internal/authz"
	"glas/internal/db"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/internal/web/webtest"
	"glas/modules/consultations/internal/api"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// serve gives browsers of people at the site: ana, eva, or a visitor.
func (d *desk) serve() func(who string) *webtest.Client {
	d.T.Helper()
	return d.Serve(tenanttest.People(map[string]context.Context{"ana": d.ana, "eva": d.eva}), d.m).As
}

// look reads an answer, which must have a status and no missing message.
func look(t *testing.T, r webtest.Response, status int) *goquery.Document {
	t.Helper()
	if r.Status != status {
		t.Fatalf("status %d, want %d: %.300s", r.Status, status, r.Body)
	}
	if i := strings.Index(r.Body, "⟦"); i >= 0 {
		t.Errorf("a message is missing: %.80s", r.Body[i:])
	}
	return r.Doc(t)
}

func said(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// ideas is a method that plugs itself in.
type ideas struct{}

func (ideas) Key() string { return "ideas" }

func (ideas) Tab(ctx context.Context, _ *tenant.Tx, c *Consultation) (Tab, bool, error) {
	return Tab{Label: "Ideje", Href: c.Path() + "/ideas", Count: 48, Action: ui.Action{Label: "Oddajte idejo", Href: c.Path() + "/ideas/new"},
		Decision: authz.Can(ctx, ActSubmit, authz.Resource{})}, true, nil
}

func (ideas) Panel(context.Context, *tenant.Tx, *Consultation) (templ.Component, error) {
	return templ.Raw(`<p id="newest-ideas"></p>`), nil
}

func TestPageOfAConsultation(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.m.Plug(ideas{})
		made := d.publish("thematic", -5, 15)
		c := d.load(made)
		visitor := d.serve()("")
		doc := look(t, visitor.Get(c.Path()), http.StatusOK)
		for selector, want := range map[string]string{
			"h1": "Promet v središču", ".g-pagehead .g-pill": "Odprto · še 9 dni", ".g-side__big": "9 dni", ".g-side__note": "do vključno 30. novembra 2026",
			".g-timeline [aria-current=step] .g-timeline__title": "Predlogi in komentarji", ".g-tabs [aria-current=page]": "O posvetovanju",
		} {
			if got := said(doc.Find(selector)); got != want {
				t.Errorf("%s says %q, want %q", selector, got, want)
			}
		}
		if href, _ := doc.Find(".g-side__actions a.ds-button").First().Attr("href"); href != c.Path()+"/ideas/new" {
			t.Errorf("the first action leads to %q", href)
		}
		if doc.Find("#newest-ideas").Length() != 1 || doc.Find(".g-sticky a").Length() != 1 {
			t.Error("the panel of the method or the action on a phone is missing")
		}
		if doc.Find(`.g-side :contains("promet@example.org")`).Length() == 0 || doc.Find(`.g-side :contains("Urad za okolje")`).Length() == 0 {
			t.Error("contact or department is missing")
		}
		if got := doc.Find(".g-timeline li").Length(); got < 2 {
			t.Errorf("%d events on the timeline, want the phase and the promised answer", got)
		}
		for _, tab := range []string{"/course", "/documents"} {
			look(t, visitor.Get(c.Path()+tab), http.StatusOK)
		}
		look(t, visitor.Get("/en"+c.Path()), http.StatusOK)
		look(t, visitor.Get("/consultations/unknown"), http.StatusNotFound)
	})
}

func TestListWithFilters(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.publish("thematic", -5, 15)
		d.publish("draft_act", 5, 30)
		d.create("rating", 5, 30)
		visitor := d.serve()("")
		if n := look(t, visitor.Get("/consultations"), 200).Find(".g-card").Length(); n != 2 {
			t.Errorf("%d cards, want 2", n)
		}
		if n := look(t, visitor.Get("/consultations?state=upcoming"), 200).Find(".g-card").Length(); n != 1 {
			t.Errorf("%d upcoming, want 1", n)
		}
		if n := look(t, visitor.Get("/consultations?state=answered&topic=x&after=%00"), 200).Find(".g-empty").Length(); n != 1 {
			t.Error("no empty state")
		}
		for _, address := range []string{"/consultations", "/consultations?state=open"} {
			ctx, counter := db.Counting(d.ana)
			d.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				_, _, err := List(ctx, tx, Filter{})
				return err
			})
			if counter.N() != 1 {
				t.Errorf("%s takes %d statements", address, counter.N())
			}
		}
	})
}

func TestDraftsAreForStaffAndForThoseWithALink(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.create("thematic", 3, 20)
		c := d.load(made)
		browser := d.serve()
		look(t, browser("").Get(c.Path()), http.StatusNotFound)
		look(t, browser("ana").Get(c.Path()), http.StatusNotFound)
		if n := look(t, browser("eva").Get(c.Path()), 200).Find(".ds-alert").Length(); n != 1 {
			t.Error("staff is not told that it is a draft")
		}
		doc := look(t, browser("eva").Post(adminPath(c)+"/previews", url.Values{"days": {"7"}}), http.StatusOK)
		link, _ := doc.Find(`a[href*="/preview/"]`).Attr("href")
		preview := look(t, browser("").Get(strings.TrimPrefix(link, "http://kamnik.localhost")), http.StatusOK)
		if said(preview.Find("h1")) != "Promet v središču" || preview.Find(`meta[name=robots][content=noindex]`).Length() != 1 {
			t.Error("the preview is not that of the draft")
		}
		look(t, browser("").Get("/preview/nonsense"), http.StatusNotFound)
		d.A.State = tenant.ReadOnly // a link to a draft was refused while the municipality is only to be read
		defer func() { d.A.State = tenant.Active }()
		look(t, browser("").Get(strings.TrimPrefix(link, "http://kamnik.localhost")), http.StatusOK)
	})
}

func TestFeedsForPrograms(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("thematic", -5, 15)
		c := d.load(made)
		d.m.Feeds = []Feed{func(context.Context, *tenant.Tx, *Consultation, int) ([]Entry, error) {
			return []Entry{{ID: "x", Title: "<b>Predlog</b>", Path: "/proposals/1", At: d.Clock.Now().Add(time.Minute)}}, nil
		}}
		visitor := d.serve()("")
		var feed struct {
			ID      string `xml:"id"`
			Entries []struct {
				ID     string `xml:"id"`
				Title  string `xml:"title"`
				Author string `xml:"author>name"`
				Link   struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal([]byte(visitor.Get(c.Path()+"/feed.atom").Body), &feed); err != nil {
			t.Fatal(err)
		}
		if len(feed.Entries) != 2 || feed.Entries[0].Title != "<b>Predlog</b>" || feed.Entries[1].Link.Href != "http://kamnik.localhost"+c.Path() ||
			feed.ID != "http://kamnik.localhost"+c.Path()+"/feed.atom" || feed.Entries[0].ID != "urn:glas:x" {
			t.Errorf("feed: %+v", feed)
		}
		for _, address := range []string{"/calendar.ics", c.Path() + "/calendar.ics"} {
			ics := visitor.Get(address).Body
			for _, want := range []string{"BEGIN:VCALENDAR", "DTSTART;VALUE=DATE:20261116", "DTEND;VALUE=DATE:20261201", "DTSTART;VALUE=DATE:20261215"} {
				if !strings.Contains(ics, want) {
					t.Errorf("%s lacks %s", address, want)
				}
			}
		}
		var list web.List[api.Consultation]
		if err := json.Unmarshal([]byte(visitor.Get("/api/v1/consultations").Body), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Items) != 1 || list.Items[0].Status != Open || len(list.Items[0].Phases) != 1 {
			t.Errorf("list: %+v", list)
		}
		var one api.Consultation
		if err := json.Unmarshal([]byte(visitor.Get("/api/v1/consultations/"+c.Slug).Body), &one); err != nil {
			t.Fatal(err)
		}
		if one.Detail == nil || one.Detail.Decides["sl"] != "O cesti" {
			t.Errorf("one: %+v", one)
		}
		if r := visitor.Get("/api/v1/consultations/unknown"); r.Status != 404 || !strings.Contains(r.Type, "problem+json") {
			t.Errorf("unknown: %d %s", r.Status, r.Type)
		}
	})
}

func TestStaffRunsAConsultationFromTheBrowser(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		browser := d.serve()
		eva := browser("eva")
		look(t, browser("ana").Get("/admin/consultations"), http.StatusForbidden)
		look(t, eva.Get("/admin/consultations/new"), http.StatusOK)
		doc := look(t, eva.Post("/admin/consultations", url.Values{"title.sl": {"Nov"}, "blueprint": {"thematic"}, "starts": {""}}), http.StatusUnprocessableEntity)
		if v, _ := doc.Find("[name='title.sl']").Attr("value"); v != "Nov" || doc.Find("[data-error-summary] li").Length() != 2 {
			t.Error("what was typed is lost, or not every complaint is listed")
		}
		form := url.Values{"title.sl": {"Novo igrišče"}, "blueprint": {"ideas_vote"}, "starts": {"2026-12-01"}, "ends": {"2026-12-31"}}
		r := eva.Post("/admin/consultations", form)
		desk := r.Location
		doc = look(t, eva.Get(desk), http.StatusOK)
		if doc.Find(".g-checklist li[data-done=false]").Length() == 0 || doc.Find(".g-checklist a").First().AttrOr("href", "") == "" {
			t.Error("the check-list does not lead to what is missing")
		}
		if n := doc.Find("tbody tr").Length(); n != 3 {
			t.Errorf("%d phases, want 3", n)
		}
		phase, _ := doc.Find("tbody tr a").Eq(2).Attr("href")
		doc = look(t, eva.Get(phase), http.StatusOK)
		filled := formOf(doc, "form[action='"+phase+"']")
		if filled.Get("vote_kind") != "support" || filled.Get("vote_quota") != "5" || filled.Get("eligible.vote.cast.min_age") != "15" {
			t.Errorf("the switches of the vote: %v", filled)
		}
		filled.Set("ends", "2027-02-01")
		look(t, eva.Post(phase, filled), http.StatusUnprocessableEntity)
		filled.Set("ends", "2026-12-31")
		filled.Set("vote_quota", "3")
		if r := eva.Post(phase, filled); r.Status != http.StatusSeeOther {
			t.Fatalf("saving a phase: %d %.500s", r.Status, r.Body)
		}
		doc = look(t, eva.Post(phase, filled), http.StatusConflict) // the same form again: its version is old by now
		if doc.Find("[name=version]").AttrOr("value", "") == filled.Get("version") {
			t.Error("after a conflict the form still has the old version")
		}
		look(t, eva.Get(phase[:strings.LastIndex(phase, "/")]+"/new"), http.StatusOK)
		basics := formOf(look(t, eva.Get(desk+"/basics"), http.StatusOK), "form[action$='/basics']")
		for name, v := range map[string]string{"summary.sl": "Povzetek", "decides.sl": "O igrišču", "input_use.sl": "V projekt", "department": d.dept,
			"contact_email": "x@example.org", "milestone0.sl": "Seja sveta", "milestone0.day": "2027-01-20", "milestone0.time": "09:00"} {
			basics.Set(name, v)
		}
		if r := eva.Post(desk+"/basics", basics); r.Status != http.StatusSeeOther {
			t.Fatalf("saving: %d %.500s", r.Status, r.Body)
		}
		if r := eva.Post(desk+"/publish", url.Values{"publish_at": {""}}); r.Status != http.StatusSeeOther {
			t.Fatalf("publishing: %d %.500s", r.Status, r.Body)
		}
		doc = look(t, browser("").Get("/consultations"), http.StatusOK)
		href, _ := doc.Find(".g-card a").Attr("href")
		doc = look(t, browser("").Get(href), http.StatusOK)
		if got := said(doc.Find(".g-timeline")); !strings.Contains(got, "Seja sveta") || !strings.Contains(got, "20. januarja, 9:00") && !strings.Contains(got, "20. januarja, 09:00") {
			t.Errorf("timeline: %s", got)
		}
		look(t, eva.Get(desk+"/extend"), http.StatusOK)
		look(t, eva.Get(desk+"/answer"), http.StatusOK)
		look(t, eva.Get(desk+"/documents"), http.StatusOK)
		look(t, eva.Post(desk+"/extend", url.Values{"until": {"2026-12-05"}, "reason.sl": {"Prekratko."}}), http.StatusUnprocessableEntity)
		if r := eva.Post(desk+"/clone", url.Values{"clone_starts": {"2027-12-01"}}); r.Status != http.StatusSeeOther || r.Location == desk {
			t.Errorf("cloning: %d %s", r.Status, r.Location)
		}
		if r := eva.Post(desk+"/act", url.Values{"act": {"archive"}}); r.Status != http.StatusSeeOther {
			t.Errorf("archiving: %d", r.Status)
		}
	})
}

// formOf is what a browser would send of a form as it is shown.
func formOf(doc *goquery.Document, selector string) url.Values {
	v := url.Values{}
	form := doc.Find(selector).First()
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		_, checked := s.Attr("checked")
		switch kind := s.AttrOr("type", ""); {
		case goquery.NodeName(s) == "textarea":
			v.Add(name, s.Text())
		case goquery.NodeName(s) == "select":
			v.Add(name, s.Find("option[selected]").AttrOr("value", s.Find("option").AttrOr("value", "")))
		case kind == "checkbox" || kind == "radio":
			if checked {
				v.Add(name, s.AttrOr("value", "on"))
			}
		default:
			v.Add(name, s.AttrOr("value", ""))
		}
	})
	return v
}

func TestPagesInEveryLanguageHaveTheirWords(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("plan_chapter", -5, 15)
		c := d.load(made)
		for _, lang := range []string{"sl", "en", "bg", "el", "tr"} {
			ctx := i18n.With(d.ana, d.Catalogue.Localizer(lang, d.A.Zone(), "/"+lang))
			var b strings.Builder
			d.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
				frame, err := d.m.Frame(ctx, tx, c, tabAbout)
				if err != nil {
					return err
				}
				part, err := d.m.about(ctx, tx, c)
				if err != nil {
					return err
				}
				return Wrap(frame, part).Render(ctx, &b)
			})
			if i := strings.Index(b.String(), "⟦"); i >= 0 {
				t.Errorf("%s: a message is missing: %.80s", lang, b.String()[i:])
			}
		}
	})
}

// What staff changed while a consultation was public stood on one tab only, and not in the timeline that every page shows.
func TestTimelineShowsChangesWithTheirReason(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		made := d.publish("thematic", -5, 15)
		c := d.load(made)
		if err := d.m.Extend(d.eva, made, AddDays(c.EndsAt, 7, d.A.Zone()), i18n.Text{"sl": "Zaradi praznikov je časa premalo", "en": "The holidays leave too little time"}); err != nil {
			t.Fatal(err)
		}
		visitor := d.serve()("")
		for path, want := range map[string][]string{
			c.Path():         {"Podaljšano do vključno 7. decembra 2026", "Zaradi praznikov je časa premalo"},
			"/en" + c.Path(): {"Extended until 7 December 2026 inclusive", "The holidays leave too little time"},
		} {
			got := said(look(t, visitor.Get(path), http.StatusOK).Find(".g-timeline"))
			for _, words := range want {
				if !strings.Contains(got, words) {
					t.Errorf("%s: the timeline does not say %q: %s", path, words, got)
				}
			}
		}
	})
}
