package clocks_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/internal/calendar"
	"glas/internal/db"
	"glas/modules/clocks"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		site := h.Serve(tenanttest.People(map[string]context.Context{"mia": h.mia, "ana": h.ana, "cit": h.Citizen(h.A, "c", "C")}), h.m)
		var counter *db.Counter
		site.Bind = func(ctx context.Context) context.Context {
			ctx, counter = db.Counting(ctx)
			return ctx
		}
		app := site.App()
		do := func(method, target, who string, v url.Values) (int, *goquery.Document) {
			t.Helper()
			r := httptest.NewRequest(method, "http://kamnik.localhost"+target, strings.NewReader(v.Encode()))
			if method == http.MethodPost {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Sec-Fetch-Site", "same-origin")
			}
			r.Header.Set("Cookie", "glas="+who)
			res, err := app.Test(r, -1)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if i := strings.Index(string(b), "⟦"); i >= 0 {
				t.Errorf("%s: a message is missing: %s", target, string(b[i:])[:60])
			}
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(b)))
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, doc
		}
		target := h.policy(hours48, true, step(clocks.FromStart, 24, "assignee"), step(clocks.AfterDue, 0, "mayor"))
		for _, id := range []string{"1", "2", "3"} {
			h.start(id, tenanttest.Start().Add(-45*time.Hour))
		}
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			return h.m.Pause(ctx, tx, lamp("2"), "čakamo", tx.Now())
		})
		h.do(func(ctx context.Context, tx *tenant.Tx) error {
			return h.m.Stop(ctx, tx, lamp("3"), []string{clocks.FirstAnswer}, clocks.Met, tx.Now())
		})
		h.Clock.Add(4 * time.Hour)
		h.run("clocks.check")
		one, ended := h.clock("1", clocks.FirstAnswer), h.clock("3", clocks.FirstAnswer)
		at := "/admin/clocks/policies/" + target.PolicyID + "/" + target.ID
		for path, want := range map[string][2]int{"": {200, 200}, "?state=late": {200, 200}, "?state=soon&metric=accept&department=d1": {200, 200}, "?state=paused": {200, 200},
			"/" + one.ID: {200, 200}, "/" + ended.ID: {200, 200}, "/nothing": {404, 404}, "/policies": {200, 200}, "/policies/new": {200, 403}, "/policies/statutory": {200, 403},
			"/policies/statutory/new": {200, 403}, strings.TrimPrefix(at, "/admin/clocks"): {200, 403}, "/people": {200, 403}} {
			for i, who := range []string{"mia", "ana"} {
				if code, _ := do("GET", "/admin/clocks"+path, who, nil); code != want[i] {
					t.Errorf("%s answers %s %d, want %d", path, who, code, want[i])
				}
			}
			if code, _ := do("GET", "/admin/clocks"+path, "cit", nil); code != 403 {
				t.Errorf("%s answers a citizen %d", path, code)
			}
		}
		_, doc := do("GET", "/admin/clocks?state=late&metric=first_answer", "ana", nil)
		if rows := doc.Find("tbody tr"); rows.Length() != 1 || !strings.Contains(rows.Text(), "Svetilka 1") {
			t.Errorf("late are %q", rows.Text())
		}
		if counter.N() > 6 {
			t.Errorf("the board takes %d statements", counter.N())
		}
		_, doc = do("GET", "/admin/clocks/"+one.ID, "ana", nil)
		if text := doc.Find(".g-explained").Text(); !strings.Contains(text, "šteje") {
			t.Errorf("why: %q", text)
		}
		form := url.Values{"metric": {"first_answer"}, "amount": {"5"}, "unit": {"working_days"}, "end_of_day": {"1"}, "version": {"1"}, "calendar": {"department"},
			"step0.point": {"before"}, "step0.amount": {"1"}, "step0.level": {"head"}, "step0.act": {"notify"}, "action": {"preview"}}
		code, doc := do("POST", at, "mia", form)
		if code != 200 || !strings.Contains(doc.Find("[role=status]").Text(), "Premaknjenih: 2") || doc.Find("input[name=amount]").AttrOr("value", "") != "5" {
			t.Errorf("the preview answers %d: %s", code, doc.Find("[role=status]").Text())
		}
		if c := h.clock("1", clocks.FirstAnswer); c.Term != hours48 {
			t.Error("a preview changed a clock")
		}
		form.Set("action", "save")
		form.Set("apply", "1")
		if code, _ := do("POST", at, "ana", form); code != 403 {
			t.Errorf("an officer saves: %d", code)
		}
		if code, _ := do("POST", at, "mia", form); code != 303 {
			t.Errorf("saving answers %d", code)
		}
		if c := h.clock("1", clocks.FirstAnswer); c.Term.Unit != calendar.WorkingDays {
			t.Error("the running clock does not follow")
		}
		if code, _ := do("POST", at, "mia", form); code != 409 {
			t.Errorf("a stale form answers %d", code)
		}
		form.Set("amount", "0")
		if code, _ := do("POST", at, "mia", form); code != 422 {
			t.Errorf("a term of nothing answers %d", code)
		}
		if code, _ := do("POST", "/admin/clocks/policies/statutory", "mia", url.Values{"name.sl": {"Zakon"}, "version": {"1"}, "position": {"3"}, "departments": {"d1"}}); code != 303 {
			t.Errorf("saving a rule answers %d", code)
		}
		if code, _ := do("POST", "/admin/clocks/people", "mia", url.Values{"mayor": {"a-mayor"}}); code != 303 {
			t.Errorf("naming people answers %d", code)
		}
		if code, _ := do("POST", at+"/remove", "mia", nil); code != 303 {
			t.Errorf("removing answers %d", code)
		}
		if c := h.clock("1", clocks.FirstAnswer); !c.Running() {
			t.Error("a clock ended with its target")
		}
	})
}
