package demo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/cmd/glas/demo/content"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/cases"
	"glas/modules/streets"
	"glas/tenant"
)

// casework makes the cases of a municipality.
type casework struct {
	*history
	planner
	topics map[string]string
	bodies map[string]string
	modes  map[string]string
	admin  string
	made   []*cases.Case
	steps  []step
}

// step is something that happens at a moment.
type step struct {
	at time.Time
	do func(at time.Time) error
}

// cases makes the cases of the municipality, if it takes any: streets and lists first, then everything that happened, in the order in
// which it did.
func (h *history) cases() error {
	c, err := content.CasesOf(h.m.Slug)
	if c == nil || err != nil {
		return err
	}
	if h.deps.Few {
		some := *c
		some.Count /= 6
		c = &some
	}
	w := &casework{history: h, admin: h.administrator(), topics: map[string]string{}, bodies: map[string]string{}, modes: map[string]string{},
		planner: planner{c: c, rnd: rand.New(rand.NewPCG(2026, uint64(hashOf(h.m.Slug)))), now: h.now, zone: h.zone, spots: map[string][2]float64{}}} //nolint:gosec // the same every time is what is wanted
	for _, p := range h.m.People {
		w.people = append(w.people, p.Key)
	}
	if err := w.found(); err != nil {
		return err
	}
	plans := w.plans()
	w.made = make([]*cases.Case, len(plans))
	for i, p := range plans {
		w.live(i, p)
	}
	slices.SortStableFunc(w.steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, s := range w.steps {
		if err := s.do(s.at); err != nil {
			return err
		}
	}
	return nil
}

// found stores streets and everything that cases are sorted by.
func (w *casework) found() error {
	ctx := w.as(w.admin, w.now.AddDate(-1, 0, -7))
	if err := w.past.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := w.register(ctx, tx); err != nil {
			return err
		}
		return w.lists(ctx, tx)
	}); err != nil {
		return err
	}
	if w.c.Direct { // what is answered for is counted in hours around the clock
		if err := w.past.Clocks.Install(ctx, "hours48"); err != nil && !fault.Is(err, fault.KindConflict) {
			return err
		}
	}
	// Names are remembered for a while of the clock: from after the end they hold for all that happened before.
	ctx = w.as(w.admin, w.now.Add(time.Hour))
	return w.past.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		_, err := w.past.Cases.Acts().Names.Of(ctx, tx)
		return err
	})
}

// register brings in the streets, where the municipality's content has none with invented places around the middle of its map.
func (w *casework) register(ctx context.Context, tx *tenant.Tx) error {
	centre := w.m.Map.Centre
	for _, s := range w.m.Streets {
		w.spots[s.Name] = s.At
	}
	for _, a := range w.m.Areas {
		for _, v := range w.c.Villages {
			if strings.Contains(a.Name, v) {
				w.spots[v] = a.At
			}
		}
	}
	var rows []streets.Row
	var names []string
	for i, name := range w.c.Streets {
		at, known := w.spots[name]
		if !known {
			angle, far := float64(i)*2.4, 0.004+0.0011*float64(i)
			at = [2]float64{centre[0] + math.Sin(angle)*far*0.7, centre[1] + math.Cos(angle)*far}
			w.spots[name] = at
		}
		if slices.Contains(w.c.Villages, name) {
			rows = append(rows, streets.Row{Settlement: name, Lat: &at[0], Lng: &at[1]})
			continue
		}
		names = append(names, name)
	}
	for _, s := range w.m.Streets {
		if !slices.Contains(w.c.Streets, s.Name) {
			names = append(names, s.Name)
		}
	}
	w.layout = newTown(w.m.Slug, centre, names, w.spots)
	for _, s := range w.layout.spots {
		rows = append(rows, w.layout.houses(s, w.c.Settlement, s.name)...)
	}
	return new(streets.Importer).Bring(ctx, tx, rows)
}

func (w *casework) named(name string) i18n.Text { return i18n.Text{w.m.Default: name} }

// lists stores kinds, topics, authorities, rules, templates, filters and settings.
func (w *casework) lists(ctx context.Context, tx *tenant.Tx) error {
	key := func() tenant.Key { return tenant.Key{ID: id.New()} }
	rows := []any{&cases.Setting{Key: tenant.Key{ID: cases.SettingsID}, Prefix: strings.ToUpper(w.m.Slug[:3]), Anonymous: true, ConfirmDays: 7, WaitDays: 5, SurveyDays: 14,
		CoordinatorID: w.staff[w.admin].DepartmentID, Data: map[string]any{}, RowVersion: 1}}
	for i, k := range w.c.Kinds {
		row := &cases.KindRow{Key: key(), Code: k.Code, Name: i18n.Text{}, Hint: i18n.Text{}, Position: i, Place: k.Place, Anonymous: !k.Named, Support: k.Support,
			PublishMode: cases.PublishMode(k.Mode), Visibility: "anonymous_public", RowVersion: 1}
		if k.Named {
			row.Visibility = "public"
		}
		if k.Mode == "never" {
			row.Visibility = "reporter_only"
		}
		w.modes[k.Code] = k.Mode
		rows = append(rows, row)
	}
	for i, b := range w.c.External {
		row := &cases.Body{Key: key(), Name: w.named(b.Name), Position: i, RowVersion: 1}
		w.bodies[b.Key] = row.ID
		rows = append(rows, row)
	}
	for i, t := range w.c.Topics {
		row := &cases.Topic{Key: key(), Slug: t.Key, Name: i18n.Text(t.Name), Hint: i18n.Text{}, Kinds: []string{}, Icon: t.Icon, DepartmentID: w.places["department:"+t.Department], Position: i, RowVersion: 1}
		if row.DepartmentID == "" {
			return fmt.Errorf("topic %s: unknown department %s", t.Key, t.Department)
		}
		if t.Sensitive {
			row.Visibility, row.PublishMode, row.Location = "reporter_only", "never", "hidden"
		}
		w.topics[t.Key] = row.ID
		rows = append(rows, row)
		if w.c.Direct {
			rows = append(rows, &cases.Rule{Key: key(), Name: t.Name[w.m.Default], Position: i + 1, Active: true, Match: cases.Match{Topics: []string{row.ID}}, DepartmentID: row.DepartmentID,
				Priority: 1, Direct: true, BodyID: w.usualBody(t), RowVersion: 1})
		}
	}
	for i, t := range w.c.Templates {
		rows = append(rows, &cases.Template{Key: key(), Code: strconv.Itoa(i + 1), Subject: w.named(t.Name), Body: w.named(t.Text), Position: i, RowVersion: 1})
	}
	for i, f := range w.c.Filters {
		rows = append(rows, &cases.Filter{Key: key(), OwnerID: w.staff[w.admin].ID, Name: f.Name, Query: f.Query, Shared: true, Position: i, CreatedAt: tx.Now()})
	}
	return cases.Add(ctx, tx, rows...)
}

// usualBody is the other authority that a topic mostly concerns, where all its answers say so.
func (w *casework) usualBody(t content.CaseTopic) string {
	for _, a := range t.Answers {
		if a[0] != "referred" {
			return ""
		}
	}
	return w.bodies[t.Answers[0][2]]
}
