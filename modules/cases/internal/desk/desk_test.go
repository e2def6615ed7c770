package desk

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/internal/web/webtest"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/modules/streets"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// served makes a web module of the desk.
type served struct{ *Desk }

func (served) Name() string { return "cases" }

// hall is a municipality with two departments, an editor, officers of both, a head and an agent.
type hall struct {
	*tenanttest.World
	d                 *Desk
	site              *tenanttest.Site
	roads, parks      string
	lamp, water       string
	eva, dan          context.Context
	ana, pia, tel, va context.Context
}

func each(t *testing.T, fn func(t *testing.T, h *hall)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newHall(w)) })
}

func newHall(w *tenanttest.World) *hall {
	h := &hall{World: w, roads: id.New(), parks: id.New(), lamp: id.New(), water: id.New()}
	h.d = &Desk{Acts: &acts.Acts{DB: w.DB, Names: listed.NewNameCache(), Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }}}
	staff := func(name, role, department string) context.Context {
		return w.Ctx(w.A, authz.Actor{ID: id.New(), Name: name, Kind: authz.Staff, Roles: []string{role}, DepartmentID: department})
	}
	h.eva, h.dan, h.pia = staff("Eva Vidmar", "editor", ""), staff("Dan Cestar", "officer", h.roads), staff("Pia Park", "officer", h.parks)
	h.va, h.tel = staff("Vanja Vodja", "head", h.roads), staff("Tea Klicar", "agent", "")
	h.ana = w.Citizen(w.A, id.New(), "Ana Novak")
	h.site = w.Serve(tenanttest.People(map[string]context.Context{"eva": h.eva, "dan": h.dan, "pia": h.pia, "va": h.va, "tel": h.tel, "ana": h.ana}), web.Module(served{h.d}), streets.New(streets.Deps{DB: w.DB}))
	h.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
		for slug, one := range map[string]string{"roads": h.roads, "parks": h.parks} {
			if err := departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: one}, Slug: slug, Name: i18n.Text{"sl": slug}}); err != nil {
				return err
			}
		}
		topic := &stored.CaseTopic{Key: tenant.Key{ID: h.lamp}, Slug: "lamp", Name: i18n.Text{"sl": "Razsvetljava"}, DepartmentID: h.roads, Kinds: []string{}, Hint: i18n.Text{},
			Questions: []stored.Question{{Code: "pole", Datatype: "string", Required: true, Label: i18n.Text{"sl": "Katera svetilka?"}}}}
		if err := stored.Add(ctx, tx, topic); err != nil {
			return err
		}
		template := &stored.CaseTemplate{Key: tenant.Key{ID: id.New()}, Code: "thanks", Subject: i18n.Text{"sl": "Zahvala"}, Body: i18n.Text{"sl": "Hvala, {name}, za {number}."}}
		if err := stored.Add(ctx, tx, template); err != nil {
			return err
		}
		return stored.Add(ctx, tx, &stored.ExternalBody{Key: tenant.Key{ID: h.water}, Name: i18n.Text{"sl": "Vodovod"}})
	})
	return h
}

// report is a case of Ana.
func (h *hall) report(title string) *stored.Case {
	h.T.Helper()
	lat, lng := 46.2259, 14.6121
	c, err := h.d.Report(h.ana, acts.Report{Kind: stored.Defect, TopicID: h.lamp, Title: title, Body: "Pred šolo že tri dni ne gori luč, 041 123 456.", Lang: "sl", Lat: &lat, Lng: &lng, Address: "Šutna 10",
		Answers: map[string][]string{"pole": {"tretja"}}, Name: "Ana Novak", Email: "ana@person.example", Phone: "041 555 666"})
	if err != nil {
		h.T.Fatal(err)
	}
	return c
}

func (h *hall) load(caseID string) (c *stored.Case) {
	h.T.Helper()
	h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = stored.Find(ctx, tx, caseID)
		return err
	})
	return c
}

func want(t *testing.T, r webtest.Response, status int) {
	t.Helper()
	if r.Status != status {
		t.Errorf("status %d, want %d: %.400s", r.Status, status, r.Body)
	}
}

func has(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, s := range words {
		if !strings.Contains(body, s) {
			t.Errorf("%q is not on the page", s)
		}
	}
}

func hasNot(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, s := range words {
		if strings.Contains(body, s) {
			t.Errorf("%q is on the page", s)
		}
	}
}

// TestACaseIsWorkedOn goes from review to the answer, each step by the forms of the page.
func TestACaseIsWorkedOn(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := h.report("Luč ne gori")
		at := WorkPath(c)
		eva, dan, va := h.site.As("eva"), h.site.As("dan"), h.site.As("va")
		page := eva.Get(at)
		want(t, page, 200)
		has(t, page.Body, "Luč ne gori", "041 123 456", "tretja", `id="do-edit"`, `action="`+at+`/triage"`)
		hasNot(t, page.Body, "041 555 666", "ana@person.example", `id="do-answerx"`)
		has(t, eva.Get(at+"?contact=1").Body, "041 555 666", "ana@person.example")
		want(t, h.site.As("pia").Get(at), 404)
		want(t, h.site.As("ana").Get(at), 403)

		v := func() string { return number(int(h.load(c.ID).RowVersion)) }
		want(t, eva.Post(at+"/edit", url.Values{"version": {v()}, "title": {"Luč pri šoli"}, "body": {"Pred šolo ne gori luč."}, "lang": {"sl"}, "visibility": {"anonymous_public"}, "location": {"exact"}, "do": {"publish"}}), 303)
		if got := h.load(c.ID); !got.Published || got.PublicTitle != "Luč pri šoli" || got.Title != "Luč ne gori" {
			t.Fatalf("edited %+v", got)
		}
		want(t, eva.Post(at+"/assign", url.Values{"version": {v()}, "department": {h.roads}}), 303)
		has(t, dan.Get(Queue+"/unaccepted").Body, c.Number, `data-key="a"`)
		want(t, dan.Post(at+"/accept", url.Values{"version": {v()}}), 303)
		want(t, dan.Post(at+"/note", url.Values{"version": {v()}, "text": {"Ključ je pri hišniku."}}), 303)
		has(t, dan.Get(at).Body, "Ključ je pri hišniku.")
		want(t, dan.Post(at+"/task", url.Values{"version": {v()}, "title": {"Obreži drevo"}, "department": {h.parks}, "blocking": {"1"}}), 303)
		has(t, h.site.As("pia").Get(at).Body, "Obreži drevo")
		want(t, dan.Post(at+"/interim", url.Values{"version": {v()}, "body.sl": {"Žarnico smo naročili."}, "until": {"2030-01-01"}, "public": {"1"}}), 303)
		again := dan.Get(at).Body // another date was offered to him and then refused
		has(t, again, "Nov rok lahko obljubi le oseba, ki potrjuje odgovore.")
		hasNot(t, again, `id="do-interim"`)
		has(t, va.Get(at).Body, `id="do-interim"`)
		inserted := dan.Post(at+"/answer", url.Values{"version": {v()}, "do": {"template"}, "template": {h.template()}, "body.sl": {"Popravljeno."}})
		want(t, inserted, 200)
		has(t, inserted.Body, "Popravljeno.\n\nHvala, Ana Novak, za "+c.Number)
		want(t, dan.Post(at+"/answer", url.Values{"version": {v()}, "outcome": {"resolved"}, "body.sl": {"Luč je zamenjana in gori."}, "public": {"1"}}), 303)
		if got := h.load(c.ID); got.State != stored.AnswerReview {
			t.Fatalf("state %s", got.State)
		}
		refused := va.Post(at+"/finish", url.Values{"version": {v()}})
		want(t, refused, 409)
		want(t, va.Post(at+"/finish", url.Values{"version": {v()}, "text": {"Drevo ne moti več."}}), 303)
		got := h.load(c.ID)
		if got.State != stored.Resolved || got.Answer["sl"] != "Luč je zamenjana in gori." {
			t.Fatalf("finished %+v", got)
		}
		has(t, va.Get(at).Body, "Luč je zamenjana in gori.")
		want(t, va.Post(at+"/reopen", url.Values{"version": {v()}, "text": {"Spet ne gori."}}), 303)
	})
}

func (h *hall) template() (templateID string) {
	h.View(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := stored.Templates(ctx, tx)
		templateID = list[0].ID
		return err
	})
	return templateID
}

// TestNothingTypedIsLost refuses a form that somebody was faster than, with everything that was typed.
func TestNothingTypedIsLost(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := h.report("Luč ne gori")
		at, eva := WorkPath(c), h.site.As("eva")
		want(t, eva.Post(at+"/triage", url.Values{"version": {"1"}}), 303)
		late := eva.Post(at+"/ask", url.Values{"version": {"1"}, "text": {"Katera svetilka je to natančno?"}})
		want(t, late, 409)
		has(t, late.Body, "Katera svetilka je to natančno?", "Eva Vidmar")
		short := eva.Post(at+"/ask", url.Values{"version": {"2"}, "text": {"Kaj"}})
		want(t, short, 422)
		has(t, short.Body, "Kaj</textarea>", `id="do-ask" open`)
		want(t, eva.Post(at+"/ask", url.Values{"version": {"2"}, "text": {"Katera svetilka je to natančno?"}}), 303)
		want(t, h.site.As("tel").Post(at+"/reply", url.Values{"channel": {"phone"}, "text": {"Tretja od šole."}}), 303)
		if got := h.load(c.ID); got.State != stored.InReview {
			t.Errorf("after the reply %s", got.State)
		}
	})
}

// TestTheOtherBodysAnswerIsTypedIn: by the form of a case that was passed on, with what is wrong with it said.
func TestTheOtherBodysAnswerIsTypedIn(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := h.report("Voda pušča")
		at, eva := WorkPath(c), h.site.As("eva")
		v := func() string { return number(int(h.load(c.ID).RowVersion)) }
		hasNot(t, eva.Get(at).Body, `id="do-heard"`)
		want(t, eva.Post(at+"/refer", url.Values{"version": {v()}, "body": {h.water}, "text": {"Zadevo smo odstopili vodovodu."}}), 303)
		has(t, eva.Get(at).Body, `id="do-heard" open`, "Vodovod")
		wrong := eva.Post(at+"/heard", url.Values{"version": {v()}, "at": {"2099-01-01"}, "text": {"Okvara je odpravljena."}})
		want(t, wrong, 422)
		has(t, wrong.Body, "Okvara je odpravljena.", i18n.T(h.eva, "cases.error.not_ahead"))
		want(t, eva.Post(at+"/heard", url.Values{"version": {v()}, "text": {"Okvara je odpravljena."}}), 422)
		day := h.Clock.Now().Format("2006-01-02")
		want(t, eva.Post(at+"/heard", url.Values{"version": {v()}, "at": {day}, "reference": {"V-12"}, "text": {"Okvara je odpravljena."}, "public": {"1"}}), 303)
		has(t, eva.Get(at).Body, "Okvara je odpravljena.", "V-12")
		want(t, h.site.As("pia").Post(at+"/heard", url.Values{"at": {day}, "text": {"Okvara je odpravljena."}}), 404)
	})
}

// TestAnAnswerWithoutALanguageNeedsTheMark: the desk had no way to say that another language may stand for a missing one.
func TestAnAnswerWithoutALanguageNeedsTheMark(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		if len(h.A.Languages) < 2 {
			t.Skip("one language")
		}
		h.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			s, err := stored.Settings(ctx, tx)
			if err != nil {
				return err
			}
			s.Data[stored.LanguagesKey] = []string{h.A.Languages[1]}
			return stored.PutSettings(ctx, tx, s)
		})
		h.d.Names.Forget(h.A.ID)
		c := h.report("Luč ne gori")
		at, eva := WorkPath(c), h.site.As("eva")
		v := func() string { return number(int(h.load(c.ID).RowVersion)) }
		want(t, eva.Post(at+"/triage", url.Values{"version": {v()}}), 303)
		has(t, eva.Get(at).Body, `name="fallback"`)
		answer := url.Values{"version": {v()}, "outcome": {"answered"}, "body.sl": {"Luč bo zamenjana ta teden."}, "public": {"1"}}
		refused := eva.Post(at+"/answer", answer)
		want(t, refused, 422)
		has(t, refused.Body, "Luč bo zamenjana ta teden.", i18n.T(h.eva, "cases.error.languages"))
		answer.Set("fallback", "1")
		want(t, eva.Post(at+"/answer", answer), 303)
		want(t, eva.Post(at+"/finish", url.Values{"version": {v()}}), 303)
	})
}

// TestWhoHasNoAddressIsAskedOnThePhone: the form was offered to nobody whose letter could not be written.
func TestWhoHasNoAddressIsAskedOnThePhone(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c, err := h.d.Report(h.tel, acts.Report{Kind: stored.Defect, TopicID: h.lamp, Title: "Luč ne gori", Body: "Pred šolo že tri dni ne gori luč.", Lang: "sl", Address: "Šutna 10", Answers: map[string][]string{"pole": {"prva"}},
			Name: "Vid Kos", Phone: "041 777 888", Channel: "phone", ForOther: true})
		if err != nil {
			t.Fatal(err)
		}
		at, eva, tel := WorkPath(c), h.site.As("eva"), h.site.As("tel")
		v := func() string { return number(int(h.load(c.ID).RowVersion)) }
		want(t, eva.Post(at+"/triage", url.Values{"version": {v()}}), 303)
		want(t, eva.Post(at+"/answer", url.Values{"version": {v()}, "outcome": {"answered"}, "body.sl": {"Luč bo zamenjana ta teden."}, "do": {"publish"}}), 303)
		h.Update(h.eva, func(ctx context.Context, tx *tenant.Tx) error {
			s, err := stored.SurveyOf(ctx, tx, c.ID, 1)
			if err != nil || s == nil {
				t.Fatalf("no survey: %v", err)
			}
			s.ExpiresAt = tx.Now() // what the letters do when there is no address
			return stored.Put(ctx, tx, s)
		})
		h.Clock.Add(48 * time.Hour)
		has(t, tel.Get(at).Body, `id="do-rate"`)
		want(t, tel.Post(at+"/rate", url.Values{"version": {v()}}), 422)
		want(t, tel.Post(at+"/rate", url.Values{"version": {v()}, "satisfied": {"no"}, "text": {"Še vedno ne gori."}, "reopen": {"1"}}), 303)
		if got := h.load(c.ID); got.Satisfaction != "unsatisfied" || got.State != stored.ReopenRequested {
			t.Errorf("%s, %s", got.Satisfaction, got.State)
		}
		want(t, tel.Post(at+"/rate", url.Values{"version": {v()}, "satisfied": {"yes"}}), 410)
	})
}

// TestWhoWatchesFindsItAgain: who wants to keep an eye on a case had no way to.
func TestWhoWatchesFindsItAgain(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := h.report("Luč ne gori")
		at, eva := WorkPath(c), h.site.As("eva")
		hasNot(t, eva.Get(Queue+"/watched").Body, c.Number)
		want(t, eva.Post(at+"/watch", url.Values{"on": {"1"}}), 303)
		want(t, eva.Post(at+"/watch", url.Values{"on": {"1"}}), 303)
		has(t, eva.Get(Queue+"/watched").Body, c.Number)
		has(t, eva.Get(at).Body, i18n.T(h.eva, "casedesk.watch.stop"))
		want(t, h.site.As("pia").Post(at+"/watch", url.Values{"on": {"1"}}), 404)
		want(t, eva.Post(at+"/watch", url.Values{"on": {"0"}}), 303)
		hasNot(t, eva.Get(Queue+"/watched").Body, c.Number)
	})
}
