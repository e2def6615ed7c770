package cases

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"glas/internal/id"
	"glas/internal/web/webtest"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/modules/streets"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// ways are all addresses by which everybody may learn of a case.
func ways(c *stored.Case) []string {
	return []string{"/cases", "/cases?view=map", "/cases/" + c.Number, "/cases/map.json", "/cases/feed.atom", "/api/v1/cases", "/api/v1/cases/" + c.Number, "/api/v1/cases.geojson?zoom=18",
		"/report/near?lat=46.2258&lng=14.612", "/search?q=skrivnost"}
}

// TestNothingPrivateLeaks asks every way out for every visibility, published or not: nothing that is typed, named or placed comes out
// where it must not.
func TestNothingPrivateLeaks(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := New(Deps{DB: w.DB, Clock: w.Clock, Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }})
		ana, bor, eva := w.Citizen(w.A, id.New(), "Ana Novak"), w.Citizen(w.A, id.New(), "Bor Kos"), w.Staff(w.A, id.New(), "Eva Vidmar", "manager")
		site := w.Serve(tenanttest.People(map[string]context.Context{"ana": ana, "bor": bor, "eva": eva}), m, streets.New(streets.Deps{DB: w.DB}))
		for _, v := range stored.Visibilities() {
			for _, publish := range []bool{false, true} {
				lat, lng := 46.2259, 14.6121
				word := strings.ReplaceAll(string(v), "_", "") + map[bool]string{false: "zaprto", true: "odprto"}[publish]
				c, err := m.acts.Report(ana, acts.Report{Kind: stored.Defect, Title: "Izvirno " + word, Body: "Moj skrivni opis " + word + " za občino.", Lat: &lat, Lng: &lng, Address: "Šutna 77", NamePublic: true})
				if err != nil {
					t.Fatal(err)
				}
				if c, err = m.acts.EditPublic(eva, acts.Key{ID: c.ID}, acts.Edit{Title: "Javno " + word, Body: "Urejeno besedilo " + word, Lang: "sl", Visibility: v, Location: stored.Blurred}); err != nil {
					t.Fatal(err)
				}
				if publish && v.Open() {
					if c, err = m.acts.Publish(eva, acts.Key{ID: c.ID}); err != nil {
						t.Fatal(err)
					}
				}
				open := publish && v.Open()
				for _, who := range []string{"", "bor"} {
					all := ""
					for _, way := range ways(c) {
						all += site.As(who).Get(way).Body
					}
					for _, secret := range []string{"Izvirno " + word, "skrivni opis " + word, "46.2259", "Šutna 77", c.Token} {
						if strings.Contains(all, secret) {
							t.Errorf("%s, published %v: %q reads %q", v, publish, who, secret)
						}
					}
					if got := strings.Contains(all, "Javno "+word); got != open {
						t.Errorf("%s, published %v: %q finds it: %v", v, publish, who, got)
					}
					if v == stored.Nameless && strings.Contains(site.As(who).Get("/cases/"+c.Number).Body, "Ana Novak") {
						t.Errorf("%s: %q reads the name", v, who)
					}
				}
				if got := site.As("ana").Get("/cases/" + c.Number).Body; strings.Contains(got, "skrivni") != (v != stored.Internal) {
					t.Errorf("%s, published %v: what the reporter reads", v, publish)
				}
			}
		}
	})
}

// TestReportingWithoutAnAccount goes the whole way by pages: form, letter, button, case, reply.
func TestReportingWithoutAnAccount(t *testing.T) {
	w := tenanttest.New(t)
	m := New(Deps{DB: w.DB, Clock: w.Clock, Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }})
	visitor := w.Serve(tenanttest.People(nil), m, streets.New(streets.Deps{DB: w.DB})).As("")
	want(t, visitor.Get("/report"), 200)
	form := url.Values{"kind": {"defect"}, "place": {"Šutna 1"}, "lat": {"46.22"}, "lng": {"14.61"}, "title": {"Luč ne gori"}, "body": {"Pred šolo je temno, 041 123 456."}, "email": {"vid@person.example"}}
	preview := visitor.Post("/report/preview", form, "HX-Request", "true").Body
	if !strings.Contains(preview, "041 123 456") || !strings.Contains(preview, "Brez imena") {
		t.Errorf("preview %s", preview)
	}
	want(t, visitor.Post("/report", form), 200)
	var c *stored.Case
	w.View(w.Visitor(w.A), func(ctx context.Context, tx *tenant.Tx) error {
		var rows []*stored.Case
		err := tx.Select(&rows).Scan(ctx)
		if len(rows) == 1 {
			c = rows[0]
		}
		return err
	})
	if c == nil || c.State != stored.Unconfirmed || c.Hints == "" {
		t.Fatalf("reported %+v", c)
	}
	want(t, visitor.Get("/c/"+c.ConfirmToken+"/confirm"), 200)
	want(t, visitor.Get("/c/"+c.Token), 200)
	want(t, visitor.Post("/c/"+c.ConfirmToken+"/confirm", nil), 303)
	if body := visitor.Get("/c/" + c.Token + "/receipt").Body; !strings.Contains(body, "KAM-2026-000001") {
		t.Error("no number on the receipt")
	}
	want(t, visitor.Post("/c/"+c.Token+"/reply", url.Values{"text": {"Še vedno je temno."}}), 303)
	want(t, visitor.Post("/c/"+c.Token+"/withdraw", nil), 303)
	want(t, visitor.Get("/c/AAAAAAAAAAAAAAAAAAAAAA"), 404)
	for _, lang := range []string{"", "/en"} {
		want(t, visitor.Get(lang+"/cases"), 200)
	}
}

func want(t *testing.T, r webtest.Response, status int) {
	t.Helper()
	if r.Status != status {
		t.Errorf("status %d, want %d: %.300s", r.Status, status, r.Body)
	}
}

// TestRefusedFormsOnThePageOfACaseComeBack: what somebody wrote to the municipality was lost when it was refused, and an answer to a
// question could have no photo.
func TestRefusedFormsOnThePageOfACaseComeBack(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		s := newScene(t, w)
		c, _ := s.photographed(stored.Public, "svetilka")
		visitor, at := s.site.As(""), "/c/"+c.Token
		if r := visitor.Post(at+"/reply", url.Values{"text": {"  "}}); r.Status != 422 || !strings.Contains(r.Body, `href="#f-text"`) || !strings.Contains(r.Body, `id="f-text"`) {
			t.Errorf("an empty reply: %d", r.Status)
		}
		long := strings.Repeat("č", stored.MessageMax+1)
		if r := visitor.Post(at+"/reply", url.Values{"text": {long}}); r.Status != 422 || !strings.Contains(r.Body, long) {
			t.Errorf("a long reply: %d", r.Status)
		}
		want(t, visitor.Upload(at+"/reply", url.Values{"text": {"Tu je fotografija."}}, map[string][2]string{"files": {"luc.jpg", taken(t)}}), 303)
		s.View(s.eva, func(ctx context.Context, tx *tenant.Tx) error {
			files, err := stored.FilesOf(ctx, tx, c.ID)
			if len(files) != 3 {
				t.Errorf("%d files", len(files))
			}
			for _, f := range files[1:] {
				if f.Public {
					t.Error("a photo of a reply is shown before an editor saw it")
				}
			}
			return err
		})
		if r := visitor.Post("/cases/"+c.Number+"/follow", url.Values{"email": {"bor(at)person"}}); r.Status != 422 || !strings.Contains(r.Body, `value="bor(at)person"`) {
			t.Errorf("a wrong address: %d", r.Status)
		}
		if r := s.site.As("citizen").Post("/cases/"+c.Number+"/follow", nil); r.Status != 303 {
			t.Errorf("following: %d", r.Status)
		}
	})
}
