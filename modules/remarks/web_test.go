package remarks

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/db"
	"glas/internal/web/webtest"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/stored"
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

func TestSendingOnThePage(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		browser := w.serve()
		visitor, ana := browser(""), browser("ana")
		at := NewPath(Anchor{Ref: w.act.ref, Block: "a", Quote: "en evro", Prefix: "stane "})
		doc := page(t, visitor.Get(at), 200)
		if doc.Find("form.g-remarkform[data-draft] textarea[name=wording]").Text() != w.act.blocks["a"] || doc.Find("input[name=quote]").AttrOr("value", "") != "en evro" {
			t.Error("the form is not whole")
		}
		typed := url.Values{"about": {w.act.ref.String()}, "block": {"a"}, "quote": {"en evro"}, "body": {"Predrago je."}, "wording": {"Parkiranje stane pol evra na uro."}, "stance": {"against"}, "effects": {"Več ljudi v centru."}}
		r := visitor.Post(Action, typed, "Referer", "http://"+w.A.Host+at)
		if r.Status != 303 || !strings.HasPrefix(r.Location, "/sign-in?next=") {
			t.Fatalf("a visitor gets %d %s", r.Status, r.Location)
		}
		if got := page(t, visitor.Get(at), 200).Find("textarea[name=body]").Text(); got != "Predrago je." {
			t.Errorf("what he typed became %q", got)
		}
		bad := url.Values{"about": typed["about"], "block": {"a"}, "body": {"x"}}
		if n := page(t, ana.Post(Action, bad), 422).Find("[data-error-summary]").Length(); n != 1 {
			t.Errorf("%d summaries of complaints", n)
		}
		r = ana.Post(Action, typed)
		if r.Status != 303 || !strings.HasPrefix(r.Location, "/remarks/2026/1/receipt/") {
			t.Fatalf("sent: %d %s", r.Status, r.Location)
		}
		if s := page(t, visitor.Get(r.Location), 200).Find(".g-receipt").Text(); !strings.Contains(s, "2026/1") || !strings.Contains(s, "7. člen a") || !strings.Contains(s, "Predrago je.") {
			t.Errorf("receipt: %s", s)
		}
		page(t, visitor.Get("/remarks/2026/1/receipt/wrong"), 404)
		doc = page(t, visitor.Get("/remarks/2026/1"), 200)
		if doc.Find(".g-diff ins").Length() == 0 || doc.Find(".g-diff del").Length() == 0 || !strings.Contains(doc.Text(), "Več ljudi v centru.") {
			t.Error("the other wording is not shown as a difference")
		}
		doc = page(t, visitor.Get("/consultations/odlok/remarks?stance=against"), 200)
		if doc.Find("#remarks article").Length() != 1 || !strings.Contains(doc.Find(".g-remarks__counts").Text(), "1") {
			t.Error("the list does not show it")
		}
		page(t, ana.Get("/remarks/2026/1/edit"), 200)
		if r := ana.Post("/remarks/2026/1/edit", url.Values{"body": {"Še vedno predrago."}, "revision": {"0"}}); r.Location != "/remarks/2026/1" {
			t.Errorf("edited: %d %s", r.Status, r.Location)
		}
		page(t, ana.Post("/remarks/2026/1/edit", url.Values{"body": {"V drugem oknu."}, "revision": {"0"}}), 409)
		if s := page(t, visitor.Get("/remarks/2026/1"), 200).Find(".g-remark__history del").Text(); !strings.Contains(s, "Predrago") {
			t.Error("the earlier words are not there")
		}
		page(t, ana.Get("/remarks/2026/1/withdraw"), 200)
		ana.Post("/remarks/2026/1/withdraw", url.Values{"reason": {"ne velja več"}})
		page(t, visitor.Get("/remarks/2026/1"), 410)
	})
}

func TestFormSaysWhyNot(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.Clock.Add(30 * 24 * time.Hour)
		doc := page(t, w.serve()("ana").Get(NewPath(Anchor{Ref: w.c.Ref()})), 200)
		if doc.Find("form.g-remarkform").Length() != 0 || doc.Find("main .ds-alert, main [class*=alert]").Length() == 0 {
			t.Error("after the close the form is there, or nobody says why not")
		}
	})
}

func TestBesideAndLocate(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		for i := range 35 {
			w.send(w.ana, "a", fmt.Sprintf("Pripomba številka %d.", i))
		}
		w.send(w.ana, "b", "Pripomba drugje.")
		browser := w.serve()
		at := besidePath + "?about=" + w.act.ref.String() + "&block=a"
		doc := page(t, browser("").Get(at, "HX-Request", "true"), 200)
		next := doc.Find(".g-remarks__more a").AttrOr("href", "")
		if n := doc.Find("article").Length(); n != stored.PageSize || next == "" {
			t.Errorf("%d remarks, then %q", n, next)
		}
		if n := page(t, browser("").Get(next), 200).Find("article").Length(); n != 5 {
			t.Errorf("%d more", n)
		}
	})
}

func TestTheTable(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.bulk(60)
		a := w.send(w.ana, "b", "Edina, ki je na členu b.")
		browser := w.serve()
		eva, oto := browser("eva"), browser("oto")
		if r := browser("ana").Get("/admin/remarks"); r.Status != 403 {
			t.Errorf("a citizen gets %d", r.Status)
		}
		page(t, eva.Get("/admin/remarks"), 200)
		at := "/admin/remarks?consultation=" + w.c.ID
		doc := page(t, eva.Get(at), 200)
		if doc.Find("tbody tr").Length() != 50 || doc.Find("progress").Length() != 1 || doc.Find("[data-numbers] table[data-keys]").Length() != 1 {
			t.Error("the table is not whole")
		}
		for filter, want := range map[string]int{"block=b": 1, "kind=association": 6, "q=stevilka+17": 1, "q=2026/17": 1, "q=17": 1, "channel=letter&after=202600000050": 10, "work=open&block=b": 1, "state=hidden": 0, "department=-&block=b": 1} {
			if n := page(t, eva.Get(at+"&"+filter), 200).Find("tbody tr").Length(); n != want {
				t.Errorf("%s: %d rows, want %d", filter, n, want)
			}
		}
		one := "/admin/remarks/" + a.ID
		doc = page(t, oto.Get(one+"?disposition=noted"), 200)
		if doc.Find("input[value=noted][checked]").Length() != 1 || doc.Find("button[value=publish]").Length() != 0 {
			t.Error("the key chose nothing, or an officer may publish")
		}
		version := doc.Find("input[name=version]").AttrOr("value", "")
		page(t, oto.Post(one, url.Values{"disposition": {"noted"}, "version": {version}}), 422)
		if r := oto.Post(one, url.Values{"disposition": {"noted"}, "reason.sl": {"Vzeto na znanje, hvala."}, "version": {version}, "change": {w.act.ref.String() + "|b"}, "consultation": {w.c.ID}}); r.Location != one {
			t.Fatalf("answered: %d %s", r.Status, r.Location)
		}
		if got := w.row(a.ID); got.ChangeBlock != "b" || got.ChangeVersion != "v1" || got.ChangePath == "" {
			t.Errorf("change: %+v", got)
		}
		doc = page(t, eva.Post(one, url.Values{"disposition": {"accepted"}, "reason.sl": {"Moj drugačni odgovor."}, "version": {version}}), 409)
		if !strings.Contains(doc.Text(), "Vzeto na znanje, hvala.") || !strings.Contains(doc.Find("textarea").Text(), "Moj drugačni odgovor.") {
			t.Error("after a conflict an answer is lost")
		}
		doc = page(t, eva.Post("/admin/remarks", url.Values{"action": {"answer"}, "everything": {"1"}, "consultation": {w.c.ID}, "filter": {"kind=association"}}), 200)
		if doc.Find("form input[name=everything]").Length() != 1 {
			t.Error("the form of one answer to many is not there")
		}
		r := eva.Post("/admin/remarks/answer", url.Values{"everything": {"1"}, "consultation": {w.c.ID}, "filter": {"kind=association"}, "disposition": {"not_accepted"}, "reason.sl": {"Ni v skladu z zakonom."}, "action": {"publish"}})
		if r.Status != 303 {
			t.Errorf("answered together: %d", r.Status)
		}
		if doc := page(t, browser("").Get("/consultations/odlok/remarks?disposition=not_accepted"), 200); doc.Find("#remarks article").Length() != 6 || !strings.Contains(doc.Text(), "Ni v skladu z zakonom.") {
			t.Error("published answers are not public")
		}
		page(t, eva.Get("/admin/remarks/groups?consultation="+w.c.ID), 200)
		for format, head := range map[string]string{"csv": "text/csv", "xlsx": "application/vnd", "json": "application/json"} {
			if r := eva.Get("/admin/remarks/export?format=" + format + "&consultation=" + w.c.ID); r.Status != 200 || !strings.HasPrefix(r.Type, head) {
				t.Errorf("%s: %d %s", format, r.Status, r.Type)
			}
		}
	})
}

func TestEnteringAndImporting(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		eva := w.serve()("eva")
		page(t, eva.Get("/admin/remarks/new?consultation="+w.c.ID), 200)
		entry := url.Values{"consultation": {w.c.ID}, "channel": {"desk"}, "received": {"2026-11-20"}, "body": {"Osebno prinesena pripomba."}, "place": {w.act.ref.String() + "|a"}, "person_email": {"dora@person.example"}}
		page(t, eva.Post("/admin/remarks/new", entry), 422)
		entry.Set("source", "Vložišče, zapisnik 5")
		if r := eva.Post("/admin/remarks/new", entry); !strings.HasPrefix(r.Location, "/remarks/2026/1/receipt/") {
			t.Fatalf("entered: %d %s", r.Status, r.Location)
		}
		if list := w.letters(); len(list) != 1 || list[0].To != "dora@person.example" {
			t.Errorf("receipt: %+v", list)
		}
		at := "/admin/remarks/import"
		page(t, eva.Get(at+"?consultation="+w.c.ID), 200)
		csv := "Sklic;Datum;Kanal;Vir;Člen;Pripomba;Društvo\n351-1;20.11.2026;pošta;Dopis;7. člen b;Dovolite izjeme za bolnike.;\n351-2;32.13.2026;pošta;Dopis;;Napačen datum.;\n351-3;2026-11-19;e-pošta;E-sporočilo;;Društvo nasprotuje.;Društvo pešcev\n"
		r := eva.Upload(at, url.Values{"consultation": {w.c.ID}}, map[string][2]string{"file": {"pripombe.csv", csv}})
		doc := page(t, r, 200)
		if s := doc.Find(".g-remarks__problems").Text(); !strings.Contains(s, "3") || !strings.Contains(s, "32.13.2026") {
			t.Errorf("problems: %q", s)
		}
		again := url.Values{"consultation": {w.c.ID}, "mapped": {"1"}, "table": {doc.Find("input[name=table]").AttrOr("value", "")}, "action": {"import"}}
		doc.Find("select").Each(func(_ int, s *goquery.Selection) {
			again.Set(s.AttrOr("name", ""), s.Find("option[selected]").AttrOr("value", ""))
		})
		page(t, eva.Post(at, again), 422)
		again.Set("skip", "1")
		for range 2 {
			if r := eva.Post(at, again); r.Status != 303 {
				t.Fatalf("imported: %d %s", r.Status, r.Body)
			}
		}
		w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
			totals, err := TotalsOf(ctx, tx, w.c.ID)
			if totals.All != 3 || totals.Associations != 1 || totals.ByChannel[Letter] != 1 || totals.ByChannel[Email] != 1 || totals.ByChannel[Desk] != 1 || w.act.counted["b"] != 1 {
				t.Errorf("%+v %v", totals, w.act.counted)
			}
			return err
		})
	})
}

func TestForPrograms(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		r := w.send(w.ana, "a", "Za programe.")
		w.answer(w.eva, r, Work{Disposition: Accepted, Publish: true})
		var list struct{ Items []map[string]any }
		if err := json.Unmarshal([]byte(w.serve()("").Get("/api/v1/consultations/odlok/remarks").Body), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Items) != 1 || list.Items[0]["number"] != "2026/1" || list.Items[0]["answer"] == nil || list.Items[0]["person_name"] != nil {
			t.Errorf("%+v", list.Items)
		}
	})
}

// The last moment of the last day counts for what a browser sends, the first of the next one does not, in the zone of the municipality, on
// the nights in which the clocks change too.
func TestTheLastMomentThroughTheForm(t *testing.T) {
	for _, day := range []string{"2026-12-12", "2026-10-25", "2027-03-28"} {
		each(t, func(t *testing.T, w *town) {
			zone := w.A.Zone()
			noon, err := time.ParseInLocation(time.DateOnly+" 15", day+" 12", zone)
			if err != nil {
				t.Fatal(err)
			}
			end := consultations.EndOfDay(noon, zone)
			w.c.StartsAt, w.c.EndsAt = end.AddDate(0, 0, -30), end
			w.c.Phases[0].StartsAt, w.c.Phases[0].EndsAt = w.c.StartsAt, end
			w.Update(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
				_, err := tx.Update(w.c).Column("phases", "starts_at", "ends_at").WherePK().Exec(ctx)
				return err
			})
			ana, at := w.serve()("ana"), NewPath(Anchor{Ref: w.act.ref, Block: "a"})
			send := func(body string) webtest.Response {
				return ana.Post(Action, url.Values{"about": {w.act.ref.String()}, "block": {"a"}, "body": {body}}, "Referer", "http://"+w.A.Host+at)
			}
			y, m, d := noon.Date()
			w.Clock.Set(time.Date(y, m, d, 23, 59, 59, 900_000_000, zone))
			if r := send("Še zadnji trenutek."); r.Status != 303 || !strings.Contains(r.Location, "/receipt/") {
				t.Errorf("%s at 23:59:59.9: %d %s", day, r.Status, r.Location)
			}
			w.Clock.Set(time.Date(y, m, d+1, 0, 0, 0, 0, zone))
			if r := send("Prepozno, zal."); r.Status != 403 && r.Status != 422 {
				t.Errorf("%s, midnight: %d %s", day, r.Status, r.Location)
			}
			w.View(w.eva, func(ctx context.Context, tx *tenant.Tx) error {
				n, err := tx.Select((*Remark)(nil)).Count(ctx)
				if n != 1 {
					t.Errorf("%s: %d remarks", day, n)
				}
				return err
			})
		})
	}
}

// A page of the table, and the public list, take as many statements with many remarks as with few, whatever the filter.
func TestMoreRemarksTakeNoMoreStatements(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.bulk(300)
		eva := w.serve()("eva")
		at := "/admin/remarks?consultation=" + w.c.ID
		for _, filter := range []string{"", "&q=stevilka+211", "&kind=association", "&work=open", "&block=a", "&department=-", "&after=202600000200"} {
			page(t, eva.Get(at+filter), 200)
		}
		site := w.Serve(tenanttest.People(map[string]context.Context{"eva": w.eva}), w.m, w.m.Consultations)
		outer, count := db.Counting(context.Background())
		site.Bind = func(ctx context.Context) context.Context { return both{ctx, outer} }
		page(t, site.As("eva").Get(at+"&kind=citizen"), 200)
		if n := count.N(); n > 9 {
			t.Errorf("a page of the table takes %d statements", n)
		}
		outer, count = db.Counting(context.Background())
		page(t, site.As("eva").Get("/consultations/odlok/remarks"), 200)
		if n := count.N(); n > 6 {
			t.Errorf("the public list takes %d statements", n)
		}
	})
}

// both is a context with the values of another one beside its own.
type both struct {
	context.Context
	other context.Context
}

// Value implements context.Context.
func (b both) Value(key any) any {
	if v := b.Context.Value(key); v != nil {
		return v
	}
	return b.other.Value(key)
}
