package figures

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/modules/cases/internal/counted"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

type served struct{ *Module }

func (served) Name() string { return "cases" }

type town struct {
	*tenanttest.World
	m                   *Module
	eva                 context.Context
	departments, topics []string
	random              *rand.Rand
}

func newTown(t *testing.T, w *tenanttest.World) *town {
	t.Helper()
	tw := &town{World: w, m: &Module{DB: w.DB, Names: listed.NewNameCache(), Clock: w.Clock}, random: rand.New(rand.NewPCG(7, 11))}
	tw.eva = w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Eva Vidmar", Kind: authz.Staff, Roles: []string{"manager"}})
	tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
		for i := range 3 {
			d, topic := id.New(), id.New()
			tw.departments, tw.topics = append(tw.departments, d), append(tw.topics, topic)
			if err := departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: d}, Slug: fmt.Sprintf("d%d", i), Name: i18n.Text{"sl": fmt.Sprintf("Oddelek %d", i)}}); err != nil {
				return err
			}
			if err := stored.Add(ctx, tx, &stored.CaseTopic{Key: tenant.Key{ID: topic}, Slug: fmt.Sprintf("t%d", i), Name: i18n.Text{"sl": fmt.Sprintf("Tema %d", i)}, Hint: i18n.Text{}, Kinds: []string{}, Questions: []stored.Question{}}); err != nil {
				return err
			}
		}
		return nil
	})
	return tw
}

func pick[T any](tw *town, list ...T) T { return list[tw.random.IntN(len(list))] }

// shape gives a case a random standing.
func (tw *town) shape(c *stored.Case) {
	now := tenanttest.Start()
	c.Kind, c.Channel, c.TopicID, c.DepartmentID = pick(tw, stored.Defect, stored.Complaint), pick(tw, "web", "phone", "email"), pick(tw, append(tw.topics, "")...), pick(tw, append(tw.departments, "")...)
	c.RegisteredAt = now.Add(-time.Duration(tw.random.IntN(700*24*60)) * time.Minute)
	if tw.random.IntN(5) == 0 {
		c.RegisteredAt = now.Add(-time.Duration(tw.random.IntN(60*60)) * time.Minute)
	}
	c.State = pick(tw, stored.Received, stored.InProgress, stored.WaitingReporter, stored.Resolved, stored.Answered, stored.Merged, stored.Withdrawn, stored.Spam)
	c.FirstAnswerAt, c.Satisfaction = time.Time{}, ""
	if c.State == stored.Resolved || c.State == stored.Answered || tw.random.IntN(3) == 0 {
		c.FirstAnswerAt = c.RegisteredAt.Add(time.Duration(tw.random.IntN(10*24*60)) * time.Minute)
		if tw.random.IntN(9) == 0 {
			c.FirstAnswerAt = c.RegisteredAt.Add(counted.Fast)
		}
		c.Satisfaction = pick(tw, "", "satisfied", "unsatisfied")
	}
	c.Published, c.Visibility, c.PublishMode = tw.random.IntN(2) == 0, stored.Nameless, stored.AfterReview
	c.PublishedAt = c.RegisteredAt
}

func (tw *town) newCase(i int) *stored.Case {
	c := &stored.Case{Token: stored.NewToken(), Number: stored.NumberOf("KAM", 2026, int64(i+1)), Year: 2026, Serial: int64(i + 1), Lang: "sl", Title: fmt.Sprintf("Zadeva %d", i), Body: "=Besedilo zadeve, ki ga berejo vsi.",
		ReporterName: "Skrivni Prijavitelj", Location: stored.Blurred, Address: "Šutna 77", StateSince: tenanttest.Start(), Priority: stored.Normal, Cycle: 1}
	lat, lng := 46.2259, 14.6121
	c.ID, c.Lat, c.Lng = id.New(), &lat, &lng
	tw.shape(c)
	return c
}

// naive counts all cases one by one, as slowly and plainly as possible; slack is how far a median from classes may lie from its own.
func naive(cases []*stored.Case, f counted.Filter, zone *time.Location, now time.Time, is func(c *stored.Case) bool) (r row, slack float64) {
	r.Median = -1
	var took []float64
	for _, c := range cases {
		local := c.RegisteredAt.In(zone)
		if c.State == stored.Spam || f.Year != 0 && local.Year() != f.Year || f.Kind != "" && c.Kind != f.Kind || f.Scope != "" && c.DepartmentID != f.Scope || !is(c) {
			continue
		}
		r.Received++
		if c.State.Running() {
			r.Running++
		}
		if c.Satisfaction != "" {
			r.Rated++
			if c.Satisfaction == "satisfied" {
				r.Content++
			}
		}
		if c.State == stored.Merged || c.State == stored.Withdrawn {
			continue
		}
		r.Counting++
		if c.FirstAnswerAt.IsZero() {
			if now.Sub(c.RegisteredAt) <= 48*time.Hour {
				r.Fresh++
			}
			continue
		}
		r.Answered++
		d := c.FirstAnswerAt.Sub(c.RegisteredAt)
		if d <= 48*time.Hour {
			r.Within++
		}
		took = append(took, d.Hours())
	}
	if n := len(took); n > 0 {
		slices.Sort(took)
		r.Median, slack = (took[(n-1)/2]+took[n/2])/2, (wide(took[(n-1)/2])+wide(took[n/2]))/2
	}
	return r, slack
}

// wide is the width in hours of the class in which a time lies.
func wide(hours float64) float64 {
	switch {
	case hours < 12:
		return 1
	case hours < 48:
		return 3
	case hours < 96:
		return 6
	}
	return 24
}

func (tw *town) load(t *testing.T, f counted.Filter) (d data) {
	t.Helper()
	tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		d, err = tw.m.load(ctx, tx, f, true)
		return err
	})
	return d
}

// check compares every line of every table with the plain count.
func (tw *town) check(t *testing.T, cases []*stored.Case) {
	t.Helper()
	zone, now := tw.A.Zone(), tenanttest.Start()
	for _, f := range []counted.Filter{{}, {Year: 2026}, {Year: 2025, Kind: stored.Defect}, {Kind: stored.Complaint, Scope: tw.departments[1]}} {
		d := tw.load(t, f)
		compare := func(name string, got row, is func(c *stored.Case) bool) {
			t.Helper()
			want, slack := naive(cases, f, zone, now, is)
			want.Key, want.Label = got.Key, got.Label
			if math.Abs(got.Median-want.Median) <= slack { // classes tell no more
				want.Median = got.Median
			}
			if got != want {
				t.Errorf("%+v, %s:\n got %+v\nwant %+v", f, name, got, want)
			}
		}
		compare("all", d.total, func(*stored.Case) bool { return true })
		for _, table := range d.tables {
			var received int64
			for _, r := range table.Rows {
				received += r.Received
				compare(string(table.Dim)+" "+r.Key, r, func(c *stored.Case) bool {
					local := c.RegisteredAt.In(zone)
					switch table.Dim {
					case counted.Kind:
						return c.Kind == r.Key
					case counted.Topic:
						return c.TopicID == r.Key
					case counted.Channel:
						return c.Channel == r.Key
					case counted.Department:
						return c.DepartmentID == r.Key
					case counted.Quarter:
						return fmt.Sprintf("%d-%d", local.Year(), (int(local.Month())-1)/3+1) == r.Key
					}
					return c.AreaID == r.Key
				})
			}
			if received != d.total.Received {
				t.Errorf("%s: %d of %d", table.Dim, received, d.total.Received)
			}
		}
	}
}

// TestFiguresAreExact: after many random changes every number is that of a plain count over all cases, also after counting anew.
func TestFiguresAreExact(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		tw := newTown(t, w)
		var cases []*stored.Case
		for some := range 6 {
			tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
				for range 40 {
					c := tw.newCase(len(cases))
					if err := stored.Insert(ctx, tx, c, &stored.CaseEvent{Action: stored.Created, ToState: c.State}); err != nil {
						return err
					}
					cases = append(cases, c)
				}
				for range 30 {
					c := pick(tw, cases...)
					tw.shape(c)
					if err := stored.Save(ctx, tx, c, &stored.CaseEvent{Action: stored.Change, FromState: c.State, ToState: c.State}); err != nil {
						return err
					}
				}
				return nil
			})
			if some%2 == 1 {
				tw.check(t, cases)
			}
		}
		before := tw.load(t, counted.Filter{})
		if err := tw.m.rebuild(tw.eva); err != nil {
			t.Fatal(err)
		}
		if got := tw.load(t, counted.Filter{}).total.Received; got != 0 {
			t.Errorf("after forgetting: %d", got)
		}
		tw.Jobs(map[string]job.Handler{CountJob: tw.m.count})
		tw.check(t, cases)
		if after := tw.load(t, counted.Filter{}); fmt.Sprint(after.tables) != fmt.Sprint(before.tables) {
			t.Error("counting anew gives other figures")
		}
	})
}

// TestPagesAndFiles: pages and files are served, without anything personal, and two files together hold every published case once.
func TestPagesAndFiles(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		tw := newTown(t, w)
		shown := map[string]bool{}
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			for i := range 60 {
				c := tw.newCase(i)
				if err := stored.Insert(ctx, tx, c, &stored.CaseEvent{Action: stored.Created, ToState: c.State}); err != nil {
					return err
				}
				if c.Shown {
					shown[c.Number] = true
				}
			}
			return nil
		})
		dan := w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Dan Cestar", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: tw.departments[0]})
		site := w.Serve(tenanttest.People(map[string]context.Context{"eva": tw.eva, "dan": dan}), served{tw.m})
		visitor, eva := site.As(""), site.As("eva")
		for path, want := range map[string]string{"/stats": "Tema 1", "/stats?year=2026&kind=defect": "2026, 1. četrtletje", "/opendata": "service_request_id", "/api/v1/stats/cases": `"within_48_hours"`} {
			if r := visitor.Get(path); r.Status != 200 || !strings.Contains(r.Body, want) {
				t.Errorf("%s: %d", path, r.Status)
			}
		}
		if r := visitor.Get("/admin/cases/figures"); r.Status == 200 {
			t.Error("everybody sees what is to be done")
		}
		if r := eva.Get("/admin/cases/figures"); r.Status != 200 || !strings.Contains(r.Body, "Oddelek 2") {
			t.Error("figures of staff", r.Status)
		}
		if r := site.As("dan").Get("/admin/cases/figures?department=" + tw.departments[2]); r.Status != 200 || strings.Contains(r.Body, "Oddelek 2") || !strings.Contains(r.Body, "Oddelek 0") {
			t.Error("a department sees the figures of another")
		}
		if r := eva.Get("/admin/cases/figures.csv"); r.Status != 200 || !strings.Contains(r.Body, "within_48_hours_percent") {
			t.Error("figures as CSV", r.Status)
		}
		found := map[string]int{}
		all := ""
		for _, year := range []string{"2024", "2025", "2026"} {
			body := visitor.Get("/opendata/cases.csv?year=" + year).Body
			rows, err := csv.NewReader(bytes.NewReader([]byte(strings.TrimPrefix(body, "\ufeff")))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows[1:] {
				found[r[0]]++
			}
			var list []map[string]any
			if err := json.Unmarshal([]byte(visitor.Get("/opendata/cases.json?year="+year).Body), &list); err != nil || len(list) != len(rows)-1 {
				t.Errorf("%s: %d in JSON, %d in CSV, %v", year, len(list), len(rows)-1, err)
			}
			var places struct {
				Features []struct {
					Geometry struct{ Coordinates []float64 }
				}
			}
			if err := json.Unmarshal([]byte(visitor.Get("/opendata/cases.geojson?year="+year).Body), &places); err != nil || len(places.Features) != len(list) {
				t.Errorf("%s: %d places, %v", year, len(places.Features), err)
			}
			all += body
		}
		for _, secret := range []string{"Skrivni", "46.2259", "Šutna 77"} {
			if strings.Contains(all, secret) {
				t.Errorf("%q is in the open data", secret)
			}
		}
		if len(found) != len(shown) {
			t.Errorf("%d in the files, %d published", len(found), len(shown))
		}
		for number, n := range found {
			if n != 1 || !shown[number] {
				t.Errorf("%s: %d times", number, n)
			}
		}
		months := 0
		for m := 1; m <= 12; m++ {
			var list []any
			if err := json.Unmarshal([]byte(visitor.Get(fmt.Sprintf("/opendata/cases.json?year=2026&month=%d", m)).Body), &list); err != nil {
				t.Fatal(err)
			}
			months += len(list)
		}
		var year []any
		if err := json.Unmarshal([]byte(visitor.Get("/opendata/cases.json?year=2026").Body), &year); err != nil || len(year) != months {
			t.Errorf("%d in the months, %d in the year", months, len(year))
		}
		if r := visitor.Get("/opendata/cases.csv?year=nonsense"); r.Status != 404 {
			t.Error(r.Status)
		}
	})
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		times counted.Times
		want  float64
		ok    bool
	}{{nil, 0, false}, {counted.Times{6: 1}, 6.5, true}, {counted.Times{0: 1, 24: 1}, 13, true}, {counted.Times{0: 2, 24: 1}, 0.75, true},
		{counted.Times{0: 1, 24: 1, 240: 5}, 247.2, true}, {counted.Times{4: 4}, 4.5, true}} {
		if got, ok := c.times.Median(); got != c.want || ok != c.ok {
			t.Errorf("%v: %v %v", c.times, got, ok)
		}
	}
}

// TestTheFiguresAreInFilesToo: the page had numbers that no file had: files of cases hold only what is published.
func TestTheFiguresAreInFilesToo(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		tw := newTown(t, w)
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			for i := range 60 {
				c := tw.newCase(i)
				if err := stored.Insert(ctx, tx, c, &stored.CaseEvent{Action: stored.Created, ToState: c.State}); err != nil {
					return err
				}
			}
			return nil
		})
		tw.Jobs(map[string]job.Handler{CountJob: tw.m.count})
		visitor := w.Serve(tenanttest.People(map[string]context.Context{}), served{tw.m}).As("")
		var want, file Figures
		for path, into := range map[string]*Figures{"/api/v1/stats/cases?year=2026": &want, "/opendata/figures.json?year=2026": &file} {
			if err := json.Unmarshal([]byte(visitor.Get(path).Body), into); err != nil {
				t.Fatal(path, err)
			}
		}
		if want.Total.Received == 0 || fmt.Sprint(file.Total.Received, len(file.By)) != fmt.Sprint(want.Total.Received, len(want.By)) {
			t.Fatalf("in the file %+v, in the interface %+v", file.Total, want.Total)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(visitor.Get("/opendata/figures.csv?year=2026").Body, "\ufeff"))).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%d lines: %v", len(rows), err)
		}
		lines := 1
		for _, list := range want.By {
			lines += len(list)
		}
		if len(rows) != lines+1 || rows[1][0] != "total" || rows[1][3] != strconv.FormatInt(want.Total.Received, 10) || rows[1][7] != strconv.FormatInt(want.Total.Within48, 10) {
			t.Errorf("%d lines, want %d; total %v", len(rows), lines+1, rows[1])
		}
		var places struct {
			Type     string
			Features []struct{ Properties map[string]any }
		}
		r := visitor.Get("/opendata/figures.geojson?year=2026")
		if err := json.Unmarshal([]byte(r.Body), &places); err != nil || places.Type != "FeatureCollection" || r.Header.Get("Content-Type") != "application/geo+json" {
			t.Errorf("%q: %v", r.Header.Get("Content-Type"), err)
		}
	})
}
