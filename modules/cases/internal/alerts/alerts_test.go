package alerts_test

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/web"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/alerts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/streets"
	"glas/modules/topics"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

type served struct{ *alerts.Module }

func (served) Name() string         { return "alerts" }
func (served) Menu() []web.MenuItem { return nil }

func letters(w *tenanttest.World, kind string) (out []mail.Stored) {
	w.T.Helper()
	all, err := mail.Recent(context.Background(), w.Raw.Read, w.A.ID, 200)
	if err != nil {
		w.T.Fatal(err)
	}
	for _, m := range all {
		if m.Kind == kind {
			out = append(out, m)
		}
	}
	return out
}

// pathIn is the address of a link in a letter, without the host.
func pathIn(t *testing.T, m mail.Stored) string {
	t.Helper()
	i := strings.Index(m.Text, "https://kamnik.example")
	if i < 0 {
		t.Fatalf("no link in %q", m.Text)
	}
	path, _, _ := strings.Cut(m.Text[i+len("https://kamnik.example"):], "\n")
	return path
}

// TestToldOfWhatIsNear goes the whole way: form, letter, button, one letter a day of what everybody may see, and the end.
func TestToldOfWhatIsNear(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		a := &acts.Acts{DB: w.DB, Names: listed.NewNameCache(), Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }}
		m := &alerts.Module{DB: w.DB, Acts: a}
		eva, ana := w.Staff(w.A, id.New(), "Eva Vidmar", "manager"), w.Citizen(w.A, id.New(), "Ana Novak")
		visitor := w.Serve(tenanttest.People(nil), served{m}, streets.New(streets.Deps{DB: w.DB})).As("")
		tell := func() {
			t.Helper()
			if err := m.Tell(w.Visitor(w.A), job.Job{}); err != nil {
				t.Fatal(err)
			}
		}
		report := func(title string, lat float64, open bool) *stored.Case {
			t.Helper()
			lng := 14.6121
			c, err := a.Report(ana, acts.Report{Kind: stored.Defect, Title: title, Body: "Pred šolo ne gori luč že tri dni: " + title, Lat: &lat, Lng: &lng, Address: "Šutna 10"})
			if err == nil && open {
				c, err = a.Publish(eva, acts.Key{ID: c.ID})
			}
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		if r := visitor.Get("/alerts"); r.Status != 200 {
			t.Fatalf("form: %d", r.Status)
		}
		form := url.Values{"place": {"Šutna 10"}, "lat": {"46.2259"}, "lng": {"14.6121"}, "metres": {"500"}, "email": {"Vid@Person.example"}}
		if r := visitor.Post("/alerts", url.Values{"metres": {"99999"}, "email": {"x"}}); r.Status != 422 {
			t.Errorf("nonsense: %d", r.Status)
		}
		if r := visitor.Post("/alerts", form); r.Status != 200 {
			t.Fatalf("sent: %d: %.300s", r.Status, r.Body)
		}
		path := pathIn(t, letters(w, "cases.alert_confirm")[0])
		report("Pred potrditvijo", 46.2259, true)
		w.Clock.Add(25 * time.Hour)
		tell()
		if n := len(letters(w, "cases.alert_news")); n != 0 {
			t.Errorf("%d letters before it was confirmed", n)
		}
		if r := visitor.Get(path); r.Status != 200 {
			t.Errorf("link: %d", r.Status)
		}
		if r := visitor.Post(path, url.Values{"do": {"confirm"}}); r.Status != 303 {
			t.Errorf("confirm: %d", r.Status)
		}
		w.Clock.Add(time.Hour)
		report("Luč ne gori", 46.2270, true)
		report("Daleč stran", 46.2500, true)
		report("Zasebno", 46.2259, false)
		hidden := report("Spet skrito", 46.2259, true)
		tell()
		if n := len(letters(w, "cases.alert_news")); n != 0 {
			t.Errorf("%d letters within a day", n)
		}
		if _, err := a.Unpublish(eva, acts.Key{ID: hidden.ID}, "Vsebuje osebne podatke."); err != nil {
			t.Fatal(err)
		}
		w.Clock.Add(24 * time.Hour)
		tell()
		tell()
		news := letters(w, "cases.alert_news")
		if len(news) != 1 {
			t.Fatalf("%d letters, want one", len(news))
		}
		for word, want := range map[string]bool{"Luč ne gori": true, "Daleč stran": false, "Zasebno": false, "Spet skrito": false, "Pred potrditvijo": false} {
			if got := strings.Contains(news[0].Text, word); got != want {
				t.Errorf("%s in the letter: %v", word, got)
			}
		}
		if news[0].ListUnsubscribe != "https://kamnik.example"+path+"/stop" {
			t.Errorf("ended at %s", news[0].ListUnsubscribe)
		}
		if r := visitor.Post(path+"/stop", url.Values{"List-Unsubscribe": {"One-Click"}}, "Sec-Fetch-Site", "cross-site"); r.Status != 200 {
			t.Errorf("one press: %d", r.Status)
		}
		if r := visitor.Get(path); r.Status != 404 {
			t.Errorf("afterwards: %d", r.Status)
		}
		// What nobody confirms is forgotten after a week.
		if r := visitor.Post("/alerts", form); r.Status != 200 {
			t.Fatalf("again: %d", r.Status)
		}
		w.Clock.Add(8 * 24 * time.Hour)
		if err := m.Sweep(w.Visitor(w.A), job.Job{}); err != nil {
			t.Fatal(err)
		}
		w.View(eva, func(ctx context.Context, tx *tenant.Tx) error {
			n, err := tx.Select((*alerts.CaseAlert)(nil)).Count(ctx)
			if n != 0 {
				t.Errorf("%d alerts are left", n)
			}
			return err
		})
	})
}

// TestToldOfProposalsNear: who wanted to hear what is new around an address was never told of proposals.
func TestToldOfProposalsNear(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		a := &acts.Acts{DB: w.DB, Names: listed.NewNameCache(), Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }}
		var asked []alerts.Search
		var found []alerts.Find
		m := &alerts.Module{DB: w.DB, Acts: a, Proposals: func(_ context.Context, _ *tenant.Tx, s alerts.Search) ([]alerts.Find, error) {
			asked = append(asked, s)
			return slices.Clone(found), nil
		}}
		eva, ana := w.Staff(w.A, id.New(), "Eva Vidmar", "manager"), w.Citizen(w.A, id.New(), "Ana Novak")
		park := id.New()
		w.Update(eva, func(ctx context.Context, tx *tenant.Tx) error {
			return topics.Insert(ctx, tx, &topics.Topic{Key: tenant.Key{ID: park}, Slug: "park", Name: i18n.Text{"sl": "Zelene površine"}})
		})
		visitor := w.Serve(tenanttest.People(nil), served{m}, streets.New(streets.Deps{DB: w.DB})).As("")
		if r := visitor.Get("/alerts?themes=" + park); r.Status != 200 || !strings.Contains(r.Body, "Zelene površine") {
			t.Errorf("form: %d", r.Status)
		}
		want := func(email string, more url.Values) {
			t.Helper()
			form := url.Values{"place": {"Šutna 10"}, "lat": {"46.2259"}, "lng": {"14.6121"}, "metres": {"500"}, "email": {email}}
			maps.Copy(form, more)
			if r := visitor.Post("/alerts", form); r.Status != 200 {
				t.Fatalf("sent: %d: %.300s", r.Status, r.Body)
			}
			for _, l := range letters(w, "cases.alert_confirm") {
				if l.To == email {
					visitor.Post(pathIn(t, l), url.Values{"do": {"confirm"}})
				}
			}
		}
		want("all@person.example", url.Values{"themes": {park, id.New()}})
		want("cases@person.example", url.Values{"what": {"cases"}})
		want("proposals@person.example", url.Values{"what": {"proposals"}})
		if r := visitor.Post("/alerts", url.Values{"place": {"Šutna 10"}, "lat": {"46.2259"}, "lng": {"14.6121"}, "metres": {"500"}, "email": {"x@person.example"}, "what": {"nonsense"}}); r.Status != 422 {
			t.Errorf("nonsense: %d", r.Status)
		}
		began := w.Clock.Now()
		w.Clock.Add(24 * time.Hour)
		lat, lng := 46.2260, 14.6121
		c, err := a.Report(ana, acts.Report{Kind: stored.Defect, Title: "Luč ne gori", Body: "Pred šolo ne gori luč že tri dni.", Lat: &lat, Lng: &lng, Address: "Šutna 10"})
		if err == nil {
			_, err = a.Publish(eva, acts.Key{ID: c.ID})
		}
		if err != nil {
			t.Fatal(err)
		}
		found = []alerts.Find{{Title: "Klopi ob reki", About: "Prenova središča", Path: "/proposals/1-klopi", Place: "Šutna", Lat: lat, Lng: lng}, {Title: "V kotu škatle", Path: "/proposals/2", Lat: 46.2302, Lng: 14.6184}}
		if err := m.Tell(w.Visitor(w.A), job.Job{}); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, l := range letters(w, "cases.alert_news") {
			got[l.To] = l.Text
		}
		for to, words := range map[string][2]bool{"all@person.example": {true, true}, "cases@person.example": {true, false}, "proposals@person.example": {false, true}} {
			text := got[to]
			if strings.Contains(text, "Luč ne gori") != words[0] || strings.Contains(text, "Klopi ob reki") != words[1] || strings.Contains(text, "Predlog: Prenova središča") != words[1] || strings.Contains(text, "V kotu škatle") {
				t.Errorf("%s is told %q", to, text)
			}
		}
		if len(asked) != 2 || !asked[0].After.Equal(began) || !asked[0].Until.Equal(w.Clock.Now()) || len(asked[0].Topics)+len(asked[1].Topics) != 1 {
			t.Errorf("asked for %+v", asked)
		}
	})
}
