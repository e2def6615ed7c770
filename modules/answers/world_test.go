package answers_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/answers"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// office is a world in which three streets of a municipality wait for answers.
type office struct {
	*tenanttest.World
	m                            *answers.Module
	streets                      []answers.Item
	told                         map[string]answers.State
	queries                      []answers.Query
	acts                         []string
	events                       []answers.PublishedEvent
	kept                         map[string]bool // files shown, by answer
	ana, eva, oto, hana, adminka context.Context
	actors                       map[string]context.Context
}

const department = "d-roads"

func each(t *testing.T, fn func(t *testing.T, o *office)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, open(t, w)) }, map[string][]string{"answers.published": {"test.told"}}, answers.New(answers.Deps{}).Subscriptions())
}

func open(t *testing.T, w *tenanttest.World) *office {
	t.Helper()
	o := &office{World: w, told: map[string]answers.State{}, kept: map[string]bool{}}
	day := tenanttest.Start()
	for i, title := range []string{"Kolesarska steza", "Klopi in senca <script>", "Brezplačno parkiranje"} {
		o.streets = append(o.streets, answers.Item{
			Card:    subject.Card{Ref: subject.Ref{Kind: "street", ID: []string{"s1", "s2", "s3"}[i]}, Title: title, Path: "/streets/" + []string{"s1", "s2", "s3"}[i], Context: "Odlok o prometu", Visible: true, Lang: "sl"},
			Excerpt: "Steza se **konča** pri zdravstvenem domu. <b>x</b>", ConsultationID: "c1", Supports: int64(90 - i), Comments: 2, DueAt: day.Add(time.Duration(9*i-5) * 24 * time.Hour),
		})
	}
	o.m = answers.New(answers.Deps{DB: w.DB, Kinds: []answers.Kind{{Name: "street", Label: "answers.kind.proposal", Host: o}}, Trail: o, Files: o,
		FileList: func(context.Context, *tenant.Tx, []subject.Ref) (map[subject.Ref]templ.Component, error) {
			return nil, nil
		},
		Consultations: func(context.Context, *tenant.Tx) ([]ui.Option, error) {
			return []ui.Option{{Value: "c1", Label: "Odlok o prometu"}}, nil
		}})
	o.ana, o.eva = w.Citizen(w.A, "ana", "Ana"), w.Staff(w.A, "eva", "Eva", "editor")
	o.oto, o.hana, o.adminka = w.Staff(w.A, "oto", "Oto", "officer"), w.Staff(w.A, "hana", "Hana", "head"), w.Staff(w.A, "adi", "Adi", "administrator")
	o.actors = map[string]context.Context{"ana": o.ana, "eva": o.eva, "oto": o.oto, "hana": o.hana, "adi": o.adminka, "boss": w.Staff(w.B, "x", "X", "administrator")}
	w.Update(o.eva, func(ctx context.Context, tx *tenant.Tx) error {
		row := &departments.Department{Name: i18n.Text{"sl": "Urad za promet", "en": "Roads"}, Slug: "roads"}
		row.ID = department
		return departments.Insert(ctx, tx, row)
	})
	return o
}

func (o *office) AnswerCard(_ context.Context, tx *tenant.Tx, id string) (answers.Item, error) {
	for _, s := range o.streets {
		if s.ID == id && tx.ID() == o.A.ID {
			return s, nil
		}
	}
	return answers.Item{}, fault.NotFound("common.error.not_found")
}

func (o *office) Answered(_ context.Context, _ *tenant.Tx, id string, a *answers.Answer) error {
	if a.State != a.PublicState {
		return fault.NotFound("common.error.not_found")
	}
	o.told[id] = a.State
	return nil
}

func (o *office) Waiting(_ context.Context, tx *tenant.Tx, q answers.Query) (answers.Queue, error) {
	o.queries = append(o.queries, q)
	var out answers.Queue
	for _, s := range o.streets {
		_, done := o.told[s.ID]
		switch {
		case tx.ID() != o.A.ID:
		case len(q.IDs) > 0:
			if slices.Contains(q.IDs, s.ID) {
				out.Items = append(out.Items, s)
			}
		default:
			out.Total++
			if done {
				out.Answered++
				continue
			}
			if q.Overdue && s.DueAt.After(tx.Now()) {
				continue
			}
			out.Items = append(out.Items, s)
			if out.DueAt.IsZero() || s.DueAt.Before(out.DueAt) {
				out.DueAt = s.DueAt
			}
		}
	}
	return out, nil
}

func (o *office) Record(_ context.Context, _ *tenant.Tx, action string, ref subject.Ref, _ map[string]any) error {
	o.acts = append(o.acts, action+" "+ref.String())
	return nil
}

func (o *office) Take(context.Context, *form.Form) error { return nil }

func (o *office) Field(context.Context, *tenant.Tx, subject.Ref, *form.Form) (templ.Component, error) {
	return templ.Raw(`<div id="files-field"></div>`), nil
}

func (o *office) Save(_ context.Context, _ *tenant.Tx, ref subject.Ref, f *form.Form) error {
	if f == nil {
		o.kept[ref.String()] = true
	}
	return nil
}

func ref(id string) subject.Ref { return subject.Ref{Kind: "street", ID: id} }

func (o *office) published(ctx context.Context, ids ...string) map[subject.Ref]*answers.Answer {
	o.T.Helper()
	refs := make([]subject.Ref, len(ids))
	for i, id := range ids {
		refs[i] = ref(id)
	}
	var out map[subject.Ref]*answers.Answer
	o.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		out, err = answers.Published(ctx, tx, refs)
		return err
	})
	return out
}

func work(state answers.State, text string, version int64) answers.Work {
	w := answers.Work{State: state, Text: i18n.Text{}, Period: i18n.Text{"sl": "pomlad 2027"}, DepartmentID: department, RowVersion: version}
	if text != "" {
		w.Text["sl"] = text
	}
	return w
}

func (o *office) save(ctx context.Context, id string, w answers.Work, publish bool) {
	o.T.Helper()
	if err := o.m.Save(ctx, ref(id), w, nil, publish); err != nil {
		o.T.Fatal(err)
	}
}

// hear collects what was announced.
func (o *office) hear() {
	o.T.Helper()
	o.Jobs(map[string]job.Handler{"test.told": func(_ context.Context, j job.Job) error {
		var e answers.PublishedEvent
		err := j.Decode(&e)
		o.events = append(o.events, e)
		return err
	}})
}

// browser sends requests as somebody and gives the answer with its page, complaining about missing messages.
type browser func(method, target, who string, values url.Values) (*http.Response, *goquery.Document)

func (o *office) serve() browser {
	o.T.Helper()
	app := o.Serve(tenanttest.People(o.actors), o.m).App()
	return func(method, target, who string, values url.Values) (*http.Response, *goquery.Document) {
		o.T.Helper()
		if strings.HasPrefix(target, "/") {
			target = "http://kamnik.localhost" + target
		}
		r := httptest.NewRequest(method, target, strings.NewReader(values.Encode()))
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		if who != "" {
			r.Header.Set("Cookie", "glas="+who)
		}
		res, err := app.Test(r, -1)
		if err != nil {
			o.T.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			o.T.Fatal(err)
		}
		if i := strings.Index(string(body), "⟦"); i >= 0 {
			o.T.Errorf("%s: a message is missing: %s", target, string(body[i:])[:60])
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
		if err != nil {
			o.T.Fatal(err)
		}
		return res, doc
	}
}

type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "level=ERROR") {
		l.t.Log(string(b))
	}
	return len(b), nil
}
