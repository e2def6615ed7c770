package terms

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"glas/internal/calendar"
	"glas/internal/i18n"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// week is a calendar of Monday to Friday with some holidays.
func week(t *testing.T, z *time.Location, holidays ...calendar.Date) *calendar.Calendar {
	t.Helper()
	var w calendar.Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = []calendar.Span{{From: 8 * 60, To: 16 * 60}}
	}
	days := map[calendar.Date]calendar.Day{}
	for _, d := range holidays {
		days[d] = calendar.Day{}
	}
	c, err := calendar.New(z, w, days)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTermsAreCountedInTheirUnit(t *testing.T) {
	z := zone(t, "Europe/Sofia")
	cal := week(t, z, calendar.Date{Y: 2027, M: 5, D: 3}, calendar.Date{Y: 2027, M: 5, D: 4})
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, z) }
	for _, c := range []struct {
		name   string
		amount Amount
		starts time.Time
		next   bool
		want   string
	}{
		{"fourteen days with the first", Amount{14, calendar.CalendarDays}, day(2026, 12, 1), false, "2026-12-14"},
		{"a month clamped", Amount{1, calendar.CalendarMonths}, day(2027, 1, 31), false, "2027-02-28"},
		{"a month", Amount{1, calendar.CalendarMonths}, day(2027, 3, 1), false, "2027-04-01"},
		{"working days over a weekend", Amount{5, calendar.WorkingDays}, day(2026, 12, 3), false, "2026-12-09"},
		{"an end on a holiday stays", Amount{10, calendar.CalendarDays}, day(2027, 4, 24), false, "2027-05-03"},
		{"an end on a holiday moves over the next one", Amount{10, calendar.CalendarDays}, day(2027, 4, 24), true, "2027-05-05"},
	} {
		s := RuleSet{NextWorking: c.next}
		got := s.EndOf(c.amount, c.starts, cal).In(z)
		if got.Format(time.DateOnly) != c.want || got.Format("15:04:05.000000") != "23:59:59.999999" {
			t.Errorf("%s: %s, want the end of %s", c.name, got, c.want)
		}
	}
}

func TestEveryRuleIsNamedWhenItIsBroken(t *testing.T) {
	z := zone(t, "Europe/Sofia")
	cal := week(t, z)
	day := func(d int) time.Time { return time.Date(2027, 3, d, 0, 0, 0, 0, z) }
	set := RuleSet{Minimum: Amount{14, calendar.CalendarDays}, ReasonBelow: 30, ReasonNeeded: true, NoticeDays: 7, Documents: []string{"draft", "reasons"}, Hearing: true, Firm: true}
	plan := Plan{Published: day(1), Starts: day(8), Ends: calendar.EndOfDay(calendar.Date{Y: 2027, M: 3, D: 21}, z), Reason: true,
		Documents: []string{"draft", "reasons"}, Meetings: []time.Time{day(10)}}
	breaches := func(p Plan) []Finding {
		return slices.DeleteFunc(Judge(set, p, cal), func(f Finding) bool { return f.OK || !f.Required })
	}
	if got := breaches(plan); len(got) != 0 {
		t.Fatalf("a plan that keeps every rule breaks %+v", got)
	}
	broken := func(change func(p *Plan)) string {
		p := plan
		change(&p)
		names := ""
		for _, b := range breaches(p) {
			names += b.Rule + " "
			if b.Rule == RuleMinimum && b.Override {
				t.Error("a firm minimum can be overridden")
			}
		}
		return names
	}
	for want, change := range map[string]func(p *Plan){
		"minimum ":          func(p *Plan) { p.Ends = p.Ends.Add(-time.Microsecond) },
		"reason ":           func(p *Plan) { p.Reason = false },
		"notice ":           func(p *Plan) { p.Published = day(2) },
		"document.reasons ": func(p *Plan) { p.Documents = []string{"draft"} },
		"hearing ":          func(p *Plan) { p.Meetings = []time.Time{day(30)} },
	} {
		if got := broken(change); got != want {
			t.Errorf("broken is %q, want %q", got, want)
		}
	}
}

func TestRestartGivesTheTimeAgain(t *testing.T) {
	z := zone(t, "Europe/Ljubljana")
	cal := week(t, z)
	at := time.Date(2026, 12, 1, 15, 30, 0, 0, z)
	old := calendar.EndOfDay(calendar.Date{Y: 2026, M: 12, D: 10}, z)
	s := RuleSet{Normal: Amount{30, calendar.CalendarDays}, NextWorking: true}
	for _, c := range []struct {
		days int
		want string
	}{{45, "2026-12-31"}, {30, "2026-12-31"}, {14, "2026-12-15"}, {3, "2026-12-10"}, {0, "2026-12-31"}, {18, "2026-12-21"}} {
		if got := s.RestartEnd(at, old, c.days, cal).In(z).Format(time.DateOnly); got != c.want {
			t.Errorf("a term of %d days restarts until %s, want %s", c.days, got, c.want)
		}
	}
}

func TestPresetsOfEveryCountryAreWhole(t *testing.T) {
	for country, p := range tenant.Presets() {
		sets, err := Presets(&tenant.Tenant{Country: country, Settings: tenant.Settings{Rules: p.Rules}})
		if err != nil {
			t.Fatal(err)
		}
		if len(sets) != len(Acts()) {
			t.Errorf("%s has %d rule sets", country, len(sets))
		}
		for _, s := range sets {
			if s.Normal.IsZero() || s.Minimum.IsZero() || s.Act != General && (s.LegalBasis[p.Language] == "" || !s.NextWorking || !s.Restart) {
				t.Errorf("%s %s is not whole: %+v", country, s.ID, s)
			}
		}
	}
}

func TestMunicipalityMakesPresetsItsOwn(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		boss := w.Staff(w.A, "0198c0de-0000-7000-8000-000000000001", "Eva", "manager")
		m := New(Deps{DB: w.DB})
		site := w.Serve(tenanttest.People(map[string]context.Context{"eva": boss}), m)
		eva := site.As("eva")
		if p := eva.Get(root); p.Status != http.StatusOK {
			t.Fatalf("the list answers %d", p.Status)
		}
		find := func(ctx context.Context, id string) (s RuleSet) {
			w.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
				s, err = Find(ctx, tx, id)
				return err
			})
			return s
		}
		if s := find(boss, Bylaw); !s.Shipped || s.Minimum.N != 7 {
			t.Errorf("the preset is %+v", s)
		}
		sent := url.Values{"act": {Bylaw}, "normal": {"20"}, "normal_unit": {"working_days"}, "minimum": {"10"}, "minimum_unit": {"working_days"}, "reminders": {"5, 2"}, "version": {"0"}}
		if p := eva.Post(root+"/"+Bylaw, sent); p.Status != http.StatusSeeOther {
			t.Fatalf("saving answers %d", p.Status)
		}
		s := find(boss, Bylaw)
		if s.Shipped || s.Minimum != (Amount{10, calendar.WorkingDays}) || len(s.Reminders) != 2 {
			t.Errorf("stored is %+v", s)
		}
		if p := eva.Post(root+"/"+Bylaw, sent); p.Status != http.StatusConflict {
			t.Errorf("saving what somebody else changed answers %d", p.Status)
		}
		if other := find(w.Staff(w.B, "0198c0de-0000-7000-8000-000000000002", "Ivo", "manager"), Bylaw); !other.Shipped {
			t.Error("the other municipality follows it too")
		}
		if p := eva.Post(root+"/"+Bylaw+"/reset", url.Values{}); p.Status != http.StatusSeeOther || !find(boss, Bylaw).Shipped {
			t.Errorf("going back to the preset answers %d", p.Status)
		}
		if p := eva.Post(root+"/new", url.Values{"name.sl": {"Cenik"}, "act": {General}, "version": {"0"}}); p.Status != http.StatusSeeOther {
			t.Errorf("own rules answer %d", p.Status)
		}
		w.View(boss, func(ctx context.Context, tx *tenant.Tx) error {
			list, err := Options(ctx, tx, "")
			if len(list) != len(Acts())+1 || list[len(list)-1].Label != (i18n.Text{"sl": "Cenik"})["sl"] {
				t.Errorf("choices %+v", list)
			}
			return err
		})
	})
}
