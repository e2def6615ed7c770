package setup

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/internal/web/webtest"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/feedback"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/upkeep"
	"glas/modules/departments"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

type served struct{ *Setup }

func (served) Name() string { return "cases" }

func want(t *testing.T, r webtest.Response, status int) {
	t.Helper()
	if r.Status != status {
		t.Errorf("status %d, want %d: %.400s", r.Status, status, r.Body)
	}
}

// TestAMunicipalitySaysHowItTakesCases goes through all forms and looks at what holds afterwards.
func TestAMunicipalitySaysHowItTakesCases(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		cache, roads := listed.NewNameCache(), id.New()
		s := &Setup{Acts: &acts.Acts{DB: w.DB, Names: cache, Catalogue: w.Catalogue}}
		eva := w.Staff(w.A, id.New(), "Eva Vidmar", "editor")
		dan := w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Dan Cestar", Kind: authz.Staff, Roles: []string{"officer"}, DepartmentID: roads})
		w.Update(eva, func(ctx context.Context, tx *tenant.Tx) error {
			return departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: roads}, Slug: "roads", Name: i18n.Text{"sl": "Ceste"}})
		})
		site := w.Serve(tenanttest.People(map[string]context.Context{"eva": eva, "dan": dan}), web.Module(served{s}))
		e := site.As("eva")
		want(t, e.Get(Root), 200)
		want(t, site.As("dan").Get(Root), 403)

		want(t, e.Post(Root+"/settings", url.Values{"version": {"0"}, "prefix": {"kam!"}, "confirm_days": {"7"}, "wait_days": {"5"}, "survey_days": {"14"}}), 422)
		want(t, e.Post(Root+"/settings", url.Values{"version": {"0"}, "prefix": {"kmk"}, "anonymous": {"1"}, "confirm_days": {"7"}, "wait_days": {"5"}, "survey_days": {"14"}}), 303)
		want(t, e.Post(Root+"/settings", url.Values{"version": {"0"}, "prefix": {"abc"}, "confirm_days": {"7"}, "wait_days": {"5"}, "survey_days": {"14"}}), 409)

		want(t, e.Get(Root+"/kinds/complaint"), 200)
		want(t, e.Post(Root+"/kinds/complaint", url.Values{"version": {"0"}, "publish_mode": {"after_review"}, "visibility": {"public"}, "name.sl": {"Graja"}}), 303)

		topic := url.Values{"version": {"0"}, "name.sl": {"Razsvetljava"}, "department": {roads}, "publish_mode": {"with_answer"}, "four_eyes": {"1"}, "reopen_days": {"30"}, "retention": {"100"}, "radius": {"80"}, "questions": {"0"},
			"q0.label.sl": {"Katera svetilka?"}, "q0.type": {"singlevaluelist"}, "q0.required": {"1"}, "q0.options.sl": {"Prva"}}
		want(t, e.Get(Root+"/topics/new"), 200)
		short := e.Post(Root+"/topics/new", topic)
		want(t, short, 422)
		if !strings.Contains(short.Body, "Katera svetilka?") {
			t.Error("what was typed is lost")
		}
		topic.Set("q0.options.sl", "Prva\nZasebna => Pokličite lastnika.")
		want(t, e.Post(Root+"/topics/new", topic), 303)

		template := url.Values{"version": {"0"}, "subject.sl": {"Zahvala"}, "body.sl": {"Hvala, {ime}."}}
		refused := e.Post(Root+"/templates/new", template)
		want(t, refused, 422)
		if !strings.Contains(refused.Body, "{ime}") {
			t.Error("the unknown name is not said")
		}
		template.Set("body.sl", "Hvala, {name}.")
		want(t, e.Post(Root+"/templates/new", template), 303)
		want(t, e.Post(Root+"/bodies/new", url.Values{"version": {"0"}, "name.sl": {"Vodovod"}, "email": {"info@voda.example"}, "url": {"https://voda.example"}}), 303)
		want(t, e.Post(Root+"/rules/new", url.Values{"version": {"0"}, "name": {"Nočni klici"}, "active": {"1"}, "channels": {"phone"}, "from_hour": {"22"}, "to_hour": {"6"}, "department": {roads}, "priority": {"2"}, "direct": {"1"}}), 303)
		want(t, e.Get(Root+"/unknown/new"), 404)

		w.View(eva, func(ctx context.Context, tx *tenant.Tx) error {
			n, err := cache.Of(ctx, tx)
			if err != nil {
				return err
			}
			if n.Settings.Prefix != "KMK" || !n.Settings.Anonymous {
				t.Errorf("settings %+v", n.Settings)
			}
			if k := n.Kind("complaint"); k.Name["sl"] != "Graja" || k.PublishMode != stored.AfterReview || len(n.Kinds) != 5 {
				t.Errorf("kinds %+v", n.Kinds)
			}
			topic := n.Topics[0]
			if g := n.Govern(stored.Defect, topic.ID); !g.FourEyes || g.ReopenDays != 30 || topic.RetentionDays != 100 || g.DuplicateRadius != 80 || g.PublishMode != stored.WithAnswer {
				t.Errorf("governs %+v", g)
			}
			if q := topic.Questions; len(q) != 1 || len(q[0].Options) != 2 || q[0].Options[1].Stop["sl"] != "Pokličite lastnika." || q[0].Options[0].Key != "prva" {
				t.Errorf("questions %+v", q)
			}
			if len(n.Rules) != 1 || len(n.Bodies) != 1 || n.Rules[0].Match.FromHour != 22 {
				t.Errorf("rules %+v", n.Rules)
			}
			page := e.Get(Root + "/topics/" + topic.ID)
			want(t, page, 200)
			if !strings.Contains(page.Body, "Zasebna =&gt; Pokličite lastnika.") {
				t.Error("the choice is not in the form")
			}
			rule := e.Get(Root + "/rules/" + n.Rules[0].ID)
			want(t, rule, 200)
			return nil
		})
		for _, lang := range []string{"", "/en"} {
			want(t, e.Get(lang+Root), 200)
		}
	})
}

// TestAnswersLapsesAndReasonsAreSetByStaff: the settings were read by the program and written by nobody.
func TestAnswersLapsesAndReasonsAreSetByStaff(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		cache := listed.NewNameCache()
		s := &Setup{Acts: &acts.Acts{DB: w.DB, Names: cache, Catalogue: w.Catalogue}}
		eva := w.Staff(w.A, id.New(), "Eva Vidmar", "editor")
		e := w.Serve(tenanttest.People(map[string]context.Context{"eva": eva}), web.Module(served{s})).As("eva")
		form := url.Values{"version": {"0"}, "prefix": {"KMK"}, "confirm_days": {"7"}, "wait_days": {"5"}, "survey_days": {"14"}, "answer_languages": {"xx"}}
		want(t, e.Post(Root+"/settings", form), 422)
		form["answer_languages"], form["extend"] = []string{"en"}, []string{"1"}
		want(t, e.Post(Root+"/settings", form), 303)
		w.View(eva, func(ctx context.Context, tx *tenant.Tx) error {
			x, err := stored.Settings(ctx, tx)
			if err != nil {
				return err
			}
			if got := x.Mandatory(tx.Tenant()); !slices.Equal(got, []string{"sl", "en"}) || x.Data[upkeep.LapseKey] != upkeep.LapseExtend {
				t.Errorf("answers in %v, %v", got, x.Data)
			}
			return nil
		})
		page := e.Get(Root)
		want(t, page, 200)
		for _, s := range []string{`value="en" checked`, `name="extend"`, Root + "/reasons/solved", Root + "/reasons/new"} {
			if !strings.Contains(page.Body, s) {
				t.Errorf("%q is not on the page", s)
			}
		}
		form["version"] = []string{"1"}
		delete(form, "answer_languages")
		delete(form, "extend")
		want(t, e.Post(Root+"/settings", form), 303)

		want(t, e.Get(Root+"/reasons/slow"), 200)
		want(t, e.Post(Root+"/reasons/slow", url.Values{"version": {"0"}, "side": {"no"}, "reopens": {"1"}, "position": {"1"}, "text.sl": {"Čakal sem predolgo"}}), 303)
		want(t, e.Post(Root+"/reasons/slow", url.Values{"version": {"0"}, "side": {"no"}}), 409)
		want(t, e.Post(Root+"/reasons/new", url.Values{"version": {"0"}, "side": {"yes"}}), 422)
		want(t, e.Post(Root+"/reasons/new", url.Values{"version": {"0"}, "side": {"yes"}, "text.sl": {"Lepo pojasnjeno"}}), 303)
		want(t, e.Post(Root+"/reasons/kind", url.Values{"version": {"0"}, "side": {"yes"}, "archived": {"1"}}), 303)
		want(t, e.Get(Root+"/reasons/unknown"), 404)
		w.View(eva, func(ctx context.Context, tx *tenant.Tx) error {
			if x, err := stored.Settings(ctx, tx); err != nil || len(x.Mandatory(tx.Tenant())) != 1 || x.Data[upkeep.LapseKey] == upkeep.LapseExtend {
				t.Errorf("%v, %v", x.Data, err)
			}
			list, err := feedback.Reasons(ctx, tx)
			var got []string
			for _, r := range list {
				got = append(got, r.Label(ctx))
			}
			if len(list) != 9 || !slices.Contains(got, "Čakal sem predolgo") || !slices.Contains(got, "Lepo pojasnjeno") || slices.Contains(got, i18n.T(ctx, "casefeedback.reason.kind")) {
				t.Errorf("reasons %v", got)
			}
			return err
		})
	})
}
