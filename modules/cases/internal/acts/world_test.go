package acts

import (
	"context"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// town is a municipality with two departments, two topics and another authority.
type town struct {
	*tenanttest.World
	a                        *Acts
	ana, bor, eva, dan, head context.Context
	visitor                  context.Context
	roads, parks             string
	lamp, secret             string
	water                    string
	clocks                   *recorder
}

// recorder writes down what clocks are told.
type recorder struct {
	begun int
	turns []Turn
}

func (r *recorder) Begin(context.Context, *tenant.Tx, *stored.Case, time.Time) error {
	r.begun++
	return nil
}

func (r *recorder) Turn(_ context.Context, _ *tenant.Tx, _ *stored.Case, t Turn) error {
	r.turns = append(r.turns, t)
	return nil
}

func each(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newTown(w)) })
}

func newTown(w *tenanttest.World) *town {
	tw := &town{World: w, roads: id.New(), parks: id.New(), lamp: id.New(), secret: id.New(), water: id.New(), clocks: &recorder{}}
	tw.a = &Acts{DB: w.DB, Names: listed.NewNameCache(), Clocks: tw.clocks, Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }}
	tw.ana, tw.bor = w.Citizen(w.A, id.New(), "Ana Novak"), w.Citizen(w.A, id.New(), "Bor Kos")
	tw.eva = w.Staff(w.A, id.New(), "Eva Vidmar", "manager")
	tw.dan = w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Dan Cestar", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: tw.roads})
	tw.head = w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Hana Vodja", Kind: authz.Staff, Roles: []string{"head"}, DepartmentID: tw.roads})
	tw.visitor = w.Visitor(w.A)
	tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
		for _, d := range []struct{ id, slug string }{{tw.roads, "roads"}, {tw.parks, "parks"}} {
			if err := departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: d.id}, Slug: d.slug, Name: i18n.Text{"sl": d.slug}}); err != nil {
				return err
			}
		}
		for _, topic := range []*stored.CaseTopic{
			{Key: tenant.Key{ID: tw.lamp}, Slug: "lamp", Name: i18n.Text{"sl": "Razsvetljava"}, DepartmentID: tw.roads, Questions: []stored.Question{
				{Code: "pole", Datatype: "singlevaluelist", Required: true, Label: i18n.Text{"sl": "Katera svetilka?"}, Options: []stored.Option{{Key: "a", Name: i18n.Text{"sl": "Prva"}}, {Key: "x", Name: i18n.Text{"sl": "Zasebna"}, Stop: i18n.Text{"sl": "Pokličite lastnika."}}}}}},
			{Key: tenant.Key{ID: tw.secret}, Slug: "secret", Name: i18n.Text{"sl": "Zaupno"}, Visibility: stored.ReporterOnly, FourEyes: true},
		} {
			topic.Kinds, topic.Hint = []string{}, i18n.Text{}
			if topic.Questions == nil {
				topic.Questions = []stored.Question{}
			}
			if err := stored.Add(ctx, tx, topic); err != nil {
				return err
			}
		}
		return stored.Add(ctx, tx, &stored.ExternalBody{Key: tenant.Key{ID: tw.water}, Name: i18n.Text{"sl": "Vodovod"}})
	})
	return tw
}

func report(topic string) Report {
	lat, lng := 46.2259, 14.6121
	return Report{Kind: stored.Defect, TopicID: topic, Title: "Luč ne gori", Body: "Pred šolo že tri dni ne gori luč.", Lang: "sl", Lat: &lat, Lng: &lng, Address: "Šutna 10",
		Answers: map[string][]string{"pole": {"a"}}}
}

// tell reports something of who acts in ctx.
func (tw *town) tell(ctx context.Context, title string) *stored.Case {
	tw.T.Helper()
	r := report(tw.lamp)
	r.Title = title
	return tw.must(tw.a.Report(ctx, r))
}

func (tw *town) must(c *stored.Case, err error) *stored.Case {
	tw.T.Helper()
	if err != nil {
		tw.T.Fatal(err)
	}
	return tw.load(c.ID)
}

func (tw *town) load(caseID string) (c *stored.Case) {
	tw.T.Helper()
	tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = stored.Find(ctx, tx, caseID)
		return err
	})
	return c
}

func key(c *stored.Case) Key { return Key{ID: c.ID, Version: c.RowVersion} }

func (tw *town) history(caseID string) (list []stored.CaseEvent) {
	tw.T.Helper()
	tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = stored.Events(ctx, tx, caseID)
		return err
	})
	return list
}

func want(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Fatalf("error is %v, want %s", err, kind)
	}
}
