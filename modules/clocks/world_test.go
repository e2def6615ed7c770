package clocks_test

import (
	"context"
	"testing"
	"time"

	"github.com/a-h/templ"

	"glas/internal/calendar"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/modules/calendars"
	"glas/modules/clocks"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// house is a world in which lamps are reported, and people answer for them. It hosts them itself.
type house struct {
	*tenanttest.World
	m        *clocks.Module
	cal      *calendars.Module
	mia, ana context.Context
	due      map[string]time.Time
	done     []string
	people   map[string]string // name to account
	assigned map[string]string
	steps    []clocks.Step
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, open(t, w)) }, map[string][]string{"calendars.changed": {"clocks.recompute"}})
}

func open(t testing.TB, w *tenanttest.World) *house {
	t.Helper()
	h := &house{World: w, mia: w.Staff(w.A, "mia", "Mia", "manager"), ana: w.Staff(w.A, "ana", "Ana", "officer"), due: map[string]time.Time{}, people: map[string]string{}, assigned: map[string]string{}}
	h.m = clocks.New(clocks.Deps{DB: w.DB, Catalogue: w.Catalogue, Base: func(context.Context) string { return "http://x" }, Hosts: map[string]clocks.Host{"lamp": h}})
	h.cal = calendars.New(calendars.Deps{DB: w.DB, Preview: func(ctx context.Context, tx *tenant.Tx, set *calendars.Set) (templ.Component, error) {
		p, err := h.m.PreviewCalendars(ctx, tx, set)
		return clocks.PreviewPanel(p), err
	}})
	w.Update(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		row := &departments.Department{Name: i18n.Text{"sl": "Razsvetljava"}, Slug: "lights", HeadID: h.person(ctx, tx, "head")}
		row.ID = "d1"
		h.person(ctx, tx, "worker")
		h.person(ctx, tx, "coordinator")
		h.person(ctx, tx, "mayor")
		return departments.Insert(ctx, tx, row)
	})
	return h
}

// person makes an account that gets mail.
func (h *house) person(ctx context.Context, tx *tenant.Tx, name string) string {
	h.T.Helper()
	id := "a-" + name
	_, err := tx.Raw("INSERT INTO accounts (tenant_id, id, email, name, lang, area_ids, groups, verified_at, created_at, updated_at) VALUES (?, ?, ?, ?, 'sl', '[]', '[]', ?, ?, ?)",
		tx.ID(), id, name+"@kamnik.example", name, tx.Now(), tx.Now(), tx.Now()).Exec(ctx)
	if err != nil {
		h.T.Fatal(err)
	}
	h.people[name] = id
	return id
}

func (h *house) Subjects(_ context.Context, _ *tenant.Tx, ids []string) (map[string]clocks.Subject, error) {
	out := map[string]clocks.Subject{}
	for _, id := range ids {
		out[id] = clocks.Subject{Card: subject.Card{Ref: lamp(id), Title: "Svetilka " + id, Path: "/lamps/" + id, Visible: true}, DepartmentID: "d1", AssigneeID: h.assigned[id]}
	}
	return out, nil
}

func (h *house) Due(_ context.Context, _ *tenant.Tx, due map[string]time.Time) error {
	for id, at := range due {
		h.due[id] = at
	}
	return nil
}

func (h *house) Escalate(_ context.Context, _ *tenant.Tx, id string, s clocks.Step) error {
	h.done, h.steps = append(h.done, id+" "+s.Act+" "+s.Level), append(h.steps, s)
	return nil
}

func lamp(id string) subject.Ref { return subject.Ref{Kind: "lamp", ID: id} }

// policy stores one policy with one target and a ladder.
func (h *house) policy(term calendar.Target, pausable bool, steps ...clocks.ClockRule) *clocks.ClockTarget {
	h.T.Helper()
	p := &clocks.ClockPolicy{Name: i18n.Text{"sl": "Svetilke"}}
	if err := h.m.SavePolicy(h.mia, p); err != nil {
		h.T.Fatal(err)
	}
	target := &clocks.ClockTarget{PolicyID: p.ID, Metric: clocks.FirstAnswer, Term: term, Pausable: pausable, Rules: steps}
	if err := h.m.SaveTarget(h.mia, target, false); err != nil {
		h.T.Fatal(err)
	}
	return target
}

func step(point string, amount int, level string) clocks.ClockRule {
	return clocks.ClockRule{Point: point, Amount: amount, Level: level, Act: clocks.Notify}
}

func (h *house) do(fn func(ctx context.Context, tx *tenant.Tx) error) {
	h.T.Helper()
	h.Update(h.ana, fn)
}

func (h *house) start(id string, at time.Time) {
	h.T.Helper()
	h.do(func(ctx context.Context, tx *tenant.Tx) error {
		return h.m.Start(ctx, tx, clocks.Opening{Ref: lamp(id), Cycle: 1, Match: clocks.Match{Kind: "defect", DepartmentID: "d1"}, At: at})
	})
}

func (h *house) clock(id, metric string) clocks.Clock {
	h.T.Helper()
	var found clocks.Clock
	h.View(h.mia, func(ctx context.Context, tx *tenant.Tx) error {
		all, err := clocks.Of(ctx, tx, []subject.Ref{lamp(id)})
		for _, c := range all[lamp(id)] {
			if c.Metric == metric && (found.ID == "" || c.Running()) {
				found = c
			}
		}
		return err
	})
	return found
}

// run does a job of the module by itself.
func (h *house) run(kind string) {
	h.T.Helper()
	if err := h.m.Jobs()[kind](h.Visitor(h.A), job.Job{TenantID: h.A.ID, Payload: []byte("{}")}); err != nil {
		h.T.Fatal(err)
	}
}

// letters are the mails that wait, by address.
func (h *house) letters() map[string][]string {
	h.T.Helper()
	out := map[string][]string{}
	list, err := mail.Recent(context.Background(), h.Raw.Read, h.A.ID, 1000)
	if err != nil {
		h.T.Fatal(err)
	}
	for _, l := range list {
		out[l.To] = append(out[l.To], l.Text)
	}
	return out
}
