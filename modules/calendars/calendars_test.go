package calendars_test

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
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/calendars"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// hall is a world with a municipality that keeps calendars.
type hall struct {
	*tenanttest.World
	m          *calendars.Module
	mia, ed    context.Context
	acts       []string
	changes    []string
	otherStaff context.Context
}

func each(t *testing.T, fn func(t *testing.T, h *hall)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		h := &hall{World: w, mia: w.Staff(w.A, "mia", "Mia", "manager"), ed: w.Staff(w.A, "ed", "Ed", "editor"), otherStaff: w.Staff(w.B, "x", "X", "manager")}
		h.m = calendars.New(calendars.Deps{DB: w.DB, Departments: func(context.Context, *tenant.Tx) ([]ui.Option, error) {
			return []ui.Option{{Value: "d1", Label: "Promet"}, {Value: "d2", Label: "Okolje"}}, nil
		}, Audit: func(_ context.Context, _ *tenant.Tx, action string, _ subject.Ref, _ map[string]any) error {
			h.acts = append(h.acts, action)
			return nil
		}})
		fn(t, h)
	}, map[string][]string{"calendars.changed": {"test.changed"}})
}

func (h *hall) of(ctx context.Context, id string) *calendar.Calendar {
	h.T.Helper()
	var c *calendar.Calendar
	h.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = calendars.Of(ctx, tx, id)
		return err
	})
	return c
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMunicipalityThatSaidNothingHasTheDaysOfItsCountry(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		si, gr := h.of(h.mia, ""), h.of(h.otherStaff, "")
		for _, x := range []struct {
			c    *calendar.Calendar
			date string
			want bool
		}{
			{si, "2026-11-20", true}, {si, "2026-11-21", false}, {si, "2027-02-08", false}, {si, "2027-03-29", false}, {si, "2027-05-03", true},
			{gr, "2027-03-15", false}, {gr, "2027-05-04", false}, {gr, "2024-05-01", true}, {gr, "2024-05-07", false}, {gr, "2027-02-08", true},
		} {
			if got := x.c.IsWorking(date(t, x.date)); got != x.want {
				t.Errorf("%s in %s is worked: %v", x.date, x.c.Zone(), got)
			}
		}
	})
}

// TestWorkingDaysOfTheCountries compares with counts of two independent sources.
func TestWorkingDaysOfTheCountries(t *testing.T) {
	w := tenanttest.New(t)
	for country, want := range map[string][2]int{"si": {254, 255}, "bg": {248, 249}, "gr": {251, 252}, "tr": {251, 250}} {
		m, err := w.Dir.Add(context.Background(), tenant.New{Slug: "x" + country, Country: country, Name: i18n.Text{"sl": "x", "bg": "x", "el": "x", "tr": "x"}, Brand: "#1B6B50"})
		if err != nil {
			t.Fatal(err)
		}
		w.View(w.Staff(m, "m", "M", "manager"), func(ctx context.Context, tx *tenant.Tx) error {
			c, err := calendars.Of(ctx, tx, "")
			if err != nil {
				return err
			}
			for i, year := range []int{2026, 2027} {
				n := 0
				for d := (calendar.Date{Y: year, M: 1, D: 1}); d.Y == year; d = d.Add(1) {
					if c.IsWorking(d) {
						n++
					}
				}
				if n != want[i] {
					t.Errorf("%s has %d working days in %d, want %d", country, n, year, want[i])
				}
			}
			if country == "tr" {
				if got := calendars.Windows(c.Open(date(t, "2026-10-28"))); got != "08:00–12:00" {
					t.Errorf("the eve of the republic's day is open %q", got)
				}
				if got := c.Label(date(t, "2027-05-17"))["tr"]; got != "Kurban Bayramı" {
					t.Errorf("17 May 2027 is %q", got)
				}
			}
			return nil
		})
	}
}

func week(spans ...calendar.Span) [][]calendar.Span {
	w := make([][]calendar.Span, 7)
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = spans
	}
	return w
}

func TestWhatStaffSayComesFirst(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		feast, eve := date(t, "2027-02-08"), date(t, "2026-12-24")
		own := func(kind calendars.Kind, d calendar.Date, source, in string, until int) {
			t.Helper()
			if err := h.m.SetDays(h.mia, []calendars.CalendarDay{{CalendarID: in, Day: d.String(), Kind: kind, Until: until, Source: source, Label: i18n.Text{}}}); err != nil {
				t.Fatal(err)
			}
		}
		own(calendars.Closed, feast, calendars.ICal, "", 0)
		if err := h.m.RemoveDay(h.mia, "", feast, calendars.Preset); err != nil {
			t.Fatal(err)
		}
		if !h.of(h.mia, "").IsWorking(feast) {
			t.Error("a holiday that was taken away by hand comes back from a file")
		}
		own(calendars.Until, eve, calendars.Manual, "", 12*60)
		if got := calendars.Windows(h.of(h.mia, "").Open(eve)); got != "08:00–12:00" {
			t.Errorf("the half day is open %q", got)
		}
		c := &calendars.Calendar{Name: i18n.Text{"sl": "Urad"}, Week: week(calendar.Span{From: 480, To: 960}), Holidays: true, IsDefault: true}
		if err := h.m.Save(h.mia, c, []string{"d1"}); err != nil {
			t.Fatal(err)
		}
		second := &calendars.Calendar{Name: i18n.Text{"sl": "Dežurni"}, Week: week(calendar.Span{From: 0, To: 1440})}
		if err := h.m.Save(h.mia, second, []string{"d1", "d2"}); err != nil {
			t.Fatal(err)
		}
		own(calendars.Closed, eve, calendars.Manual, second.ID, 0)
		if h.of(h.mia, second.ID).IsWorking(eve) || !h.of(h.mia, "").IsWorking(eve) {
			t.Error("a day of one calendar is not its own")
		}
		if !h.of(h.mia, second.ID).IsWorking(date(t, "2026-12-25")) {
			t.Error("a calendar without holidays observes one")
		}
		h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
			s, err := calendars.Load(ctx, tx)
			if err == nil && (s.Department("d1") != second.ID || s.Department("d2") != second.ID || s.Find("") != &s.Rows()[0] || s.Rows()[0].ID != c.ID) {
				t.Error("the departments have the wrong calendars")
			}
			return err
		})
		if err := h.m.RemoveDay(h.mia, "", feast, calendars.Manual); err != nil {
			t.Fatal(err)
		}
		if h.of(h.mia, "").IsWorking(feast) {
			t.Error("a holiday that was put back is worked")
		}
		if err := h.m.RemoveDay(h.mia, "", feast, calendars.Manual); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("taking back what was not said: %v", err)
		}
		h.Jobs(map[string]job.Handler{"test.changed": func(_ context.Context, j job.Job) error {
			var e calendars.Changed
			err := j.Decode(&e)
			h.changes = append(h.changes, e.CalendarID)
			return err
		}})
		if len(h.changes) != 7 || len(h.acts) != 7 {
			t.Errorf("%d changes were told, %d recorded", len(h.changes), len(h.acts))
		}
		if h.of(h.otherStaff, second.ID).Zone().String() != "Europe/Athens" || h.of(h.otherStaff, second.ID).IsWorking(date(t, "2026-12-25")) {
			t.Error("another municipality sees the calendar")
		}
	})
}

func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := func() *calendars.Calendar {
			return &calendars.Calendar{Name: i18n.Text{"sl": "Urad"}, Week: week(calendar.Span{From: 480, To: 960}), IsDefault: true}
		}
		if err := h.m.Save(h.ed, c(), nil); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an editor: %v", err)
		}
		closed := c()
		closed.Week = make([][]calendar.Span, 7)
		if err := h.m.Save(h.mia, closed, nil); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a week that never opens: %v", err)
		}
		always := c()
		always.Week, always.Always = make([][]calendar.Span, 7), true
		if err := h.m.Save(h.mia, always, nil); err != nil {
			t.Errorf("around the clock: %v", err)
		}
		again := c()
		again.ID, again.RowVersion = always.ID, 7
		if err := h.m.Save(h.mia, again, nil); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a stale version: %v", err)
		}
		again.RowVersion, again.Archived = 1, true
		if err := h.m.Save(h.mia, again, nil); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("archiving the default: %v", err)
		}
	})
}

const ics = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Kolektivni\r\n  dopust\\, zima\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260329\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Občinski praznik\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20261121T100000Z\r\nSUMMARY:Seja\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		app := h.Serve(tenanttest.People(map[string]context.Context{"mia": h.mia, "ed": h.ed}), h.m).App()
		do := func(method, target, who, contentType, body string) (int, *goquery.Document) {
			t.Helper()
			r := httptest.NewRequest(method, "http://kamnik.localhost"+target, strings.NewReader(body))
			if method == http.MethodPost {
				r.Header.Set("Content-Type", contentType)
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
		post := func(target string, v url.Values) (int, *goquery.Document) {
			return do("POST", target, "mia", "application/x-www-form-urlencoded", v.Encode())
		}
		for _, at := range []string{"", "/days", "/days?year=2027", "/days?year=2040", "/try", "/new", "/usual", "/try?start=x&amount=0&unit=q"} {
			if code, _ := do("GET", "/admin/calendars"+at, "mia", "", ""); code != 200 {
				t.Errorf("%s answers %d", at, code)
			}
			if code, _ := do("GET", "/admin/calendars"+at, "ed", "", ""); code != 403 {
				t.Errorf("%s answers an editor %d", at, code)
			}
		}
		v := url.Values{"name.sl": {"Urad"}, "day1": {"8-12; 13.00–17:00"}, "day2": {"23:00-23:59"}, "holidays": {"1"}, "default": {"1"}, "departments": {"d2"}}
		v.Set("day3", "12-8")
		if code, doc := post("/admin/calendars/usual", v); code != 422 || doc.Find("input[name=day1]").AttrOr("value", "") != "8-12; 13.00–17:00" {
			t.Errorf("a window that ends before it begins: %d", code)
		}
		v.Set("day3", "")
		if code, _ := post("/admin/calendars/usual", v); code != 303 {
			t.Fatalf("saving answers %d", code)
		}
		c := h.of(h.mia, "")
		if got := calendars.Windows(c.Open(date(t, "2026-11-23"))) + " " + calendars.Windows(c.Open(date(t, "2026-11-24"))); got != "08:00–12:00, 13:00–17:00 23:00–24:00" {
			t.Errorf("the week is %s", got)
		}
		if code, _ := post("/admin/calendars/days", url.Values{"from": {"2026-11-30"}, "to": {"2026-12-02"}, "kind": {"until"}, "until": {"11:00"}, "label.sl": {"Selitev"}}); code != 303 {
			t.Errorf("half days: %d", code)
		}
		if code, _ := post("/admin/calendars/days", url.Values{"from": {"2026-11-30"}, "kind": {"open"}, "windows": {""}}); code != 422 {
			t.Errorf("open without windows: %d", code)
		}
		multi := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.ics\"\r\nContent-Type: text/calendar\r\n\r\n" + ics + "\r\n--b--\r\n"
		if code, _ := do("POST", "/admin/calendars/import", "mia", "multipart/form-data; boundary=b", multi); code != 303 {
			t.Errorf("bringing a file: %d", code)
		}
		c = h.of(h.mia, "")
		for day, label := range map[string]string{"2026-12-24": "Kolektivni dopust, zima", "2026-12-25": "Kolektivni dopust, zima", "2032-03-29": "Občinski praznik", "2026-11-30": "Selitev"} {
			if got := c.Label(date(t, day))["sl"]; got != label {
				t.Errorf("%s is %q, want %q", day, got, label)
			}
		}
		_, doc := do("GET", "/admin/calendars/try?start=2026-11-27T09:00&amount=6&unit=business_hours", "mia", "", "")
		text := strings.Join(strings.Fields(doc.Find(".g-explained").Text()), " ")
		for _, want := range []string{"petek", "zaprto", "08:00–11:00 šteje 3 h", "(Selitev)"} {
			if !strings.Contains(strings.ReplaceAll(text, "8:00–11:00", "08:00–11:00"), want) && !strings.Contains(text, want) {
				t.Errorf("the explanation lacks %q: %s", want, text)
			}
		}
		if code, _ := post("/admin/calendars/days/remove", url.Values{"day": {"2027-02-08"}, "source": {"preset"}}); code != 303 || !h.of(h.mia, "").IsWorking(date(t, "2027-02-08")) {
			t.Errorf("taking a holiday away: %d", code)
		}
	})
}

func TestEveryLanguageExplains(t *testing.T) {
	w := tenanttest.New(t)
	ctx := w.Staff(w.A, "m", "M", "manager")
	w.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := calendars.Of(ctx, tx, "")
		if err != nil {
			return err
		}
		start := time.Date(2026, 12, 22, 9, 20, 0, 0, c.Zone())
		pause := []calendar.Pause{{From: start.Add(time.Hour), To: start.Add(25 * time.Hour)}}
		for _, lang := range []string{"en", "sl", "bg", "el", "tr"} {
			said := i18n.With(ctx, w.Catalogue.Localizer(lang, c.Zone(), ""))
			for _, unit := range calendar.Units() {
				target := calendar.Target{Amount: 9, Unit: unit, EndOfDay: true, NextWorkingDay: true}
				due, lines := c.Due(start, target, pause, start)
				words := calendars.TargetWords(said, target) + ": " + strings.Join(calendars.Explain(said, lines), "; ") + " = " + calendars.Moment(said, due)
				if strings.Contains(words, "⟦") {
					t.Errorf("%s: %s", lang, words)
				}
			}
		}
		return nil
	})
}
