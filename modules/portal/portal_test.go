package portal_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/db"
	"glas/internal/feed"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/internal/theme"
	"glas/internal/web"
	"glas/internal/web/assets"
	"glas/internal/web/ui"
	"glas/modules/portal"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// act is something that was recorded.
type act struct {
	tenantID, action string
	ref              subject.Ref
	data             map[string]any
}

// place is a deployment with two municipalities, served whole; the other modules are played by functions.
type place struct {
	*tenanttest.World
	t          *testing.T
	app        *fiber.App
	operators  portal.Operators
	acts       []act
	duties     []portal.Duty
	beginnings portal.Beginnings
	retried    string
	letters    []mail.Stored
	pages      []portal.SitemapPage
	news       []feed.Entry
	roles      []string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{World: tenanttest.New(t), t: t, roles: []string{"administrator"}}
	p.operators = portal.Operators{Store: db.OperatorTokens{DB: p.Raw}}
	bundle, err := assets.New()
	if err != nil {
		t.Fatal(err)
	}
	k := web.New(web.Options{Catalogue: p.Catalogue, Assets: bundle, Cache: p.Cache, Clock: p.Clock, Logger: slog.New(slog.DiscardHandler), Sites: p, Sessions: p,
		Parking: p, BodyLimit: 1 << 20, AddressKey: []byte("k"), Modules: []web.Module{portal.New(p.deps())}})
	p.app = k.App()
	return p
}

func (p *place) deps() portal.Deps {
	return portal.Deps{
		DB: p.DB, Directory: p.Dir, Clock: p.Clock, Operators: p.operators, Base: p.base,
		Front: func(context.Context, *tenant.Tx) (portal.Front, error) {
			return portal.Front{Stats: []ui.Stat{{Value: "3", Label: "x"}}, Cards: []ui.CardData{{Href: "/consultations/trg", Title: "Trg"}},
				Outcomes: []ui.ListRowData{{Href: "/proposals/1", Title: "Klopi"}}, NewPath: "/consultations/trg/proposals/new"}, nil
		},
		Duties:     func(context.Context, *tenant.Tx) ([]portal.Duty, error) { return p.duties, nil },
		Beginnings: func(context.Context, *tenant.Tx) (portal.Beginnings, error) { return p.beginnings, nil },
		Filters: func(context.Context, *tenant.Tx) ([]ui.Option, []ui.Option, error) {
			return []ui.Option{{Value: "a1", Label: "Center"}}, []ui.Option{{Value: "t1", Label: "Promet"}}, nil
		},
		Title: func(_ context.Context, _ *tenant.Tx, kind, slug string) (string, error) {
			if kind == "consultation" && slug == "nova-ulica" {
				return "Nova ulica", nil
			}
			return "", nil
		},
		Pages: func(context.Context, *tenant.Tx) ([]portal.SitemapPage, error) { return p.pages, nil },
		News:  func(context.Context, *tenant.Tx) ([]feed.Entry, error) { return p.news, nil },
		Audit: func(_ context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error {
			p.acts = append(p.acts, act{tx.ID(), action, ref, data})
			return nil
		},
		OpenAPI: func(context.Context) map[string]any {
			return map[string]any{"openapi": "3.1.0", "paths": map[string]any{"/api/v1/search": map[string]any{"get": map[string]any{"summary": "Search"}}}}
		},
		Jobs: func(context.Context) (job.Stats, []job.Failure, error) {
			return job.Stats{Waiting: 2, Failed: 1}, []job.Failure{{Job: job.Job{ID: "j1", Kind: "comments.forget", TenantID: p.A.ID}, LastError: "boom", FailedAt: tenanttest.Start()}}, nil
		},
		RetryJob: func(_ context.Context, id string) (bool, error) { p.retried = id; return id == "j1", nil },
		Mails:    func(context.Context, string) ([]mail.Stored, error) { return p.letters, nil },
		Sizes: func(context.Context) (map[string]portal.Size, error) {
			return map[string]portal.Size{p.A.ID: {Accounts: 12, Consultations: 3}}, nil
		},
	}
}

func (p *place) base(ctx context.Context) string {
	if t := tenant.From(ctx); t != nil {
		return "http://" + t.Host
	}
	return "http://localhost"
}

// Find implements web.Sites.
func (p *place) Find(ctx context.Context, host string) (*web.Site, error) {
	table := func(t *tenant.Tenant) func(context.Context) (*authz.Table, error) {
		return func(context.Context) (*authz.Table, error) {
			id := ""
			if t != nil {
				id = t.ID
			}
			return p.Policies.Table(id, 1, func() ([][4]string, error) { return nil, nil })
		}
	}
	site := &web.Site{ID: host, Host: host, Base: "http://" + host, Zone: time.UTC, Generation: func() (int64, bool) { return p.Clock.Now().UnixNano(), true }}
	if host == "localhost" {
		site.Deployment, site.Name, site.Languages, site.Table = true, i18n.Text{"en": "Glas"}, []string{"en", "sl", "bg", "el", "tr"}, table(nil)
		site.Bind = func(ctx context.Context) context.Context { return ctx }
		return site, nil
	}
	t, _, err := p.Dir.ByHost(ctx, host)
	if err != nil || t == nil {
		return nil, err
	}
	site.Name, site.Languages, site.Zone, site.Table = t.Name, t.Languages, t.Zone(), table(t)
	site.Bind = func(ctx context.Context) context.Context { return tenant.With(ctx, t) }
	site.ThemeCSS, site.ThemeURL = theme.CSS(t.Theme), "/theme/"+theme.Hash(t.Theme)+".css"
	site.ReadOnly, site.Off = t.State == tenant.ReadOnly, t.Off
	return site, nil
}

// Actor implements web.Sessions.
func (p *place) Actor(ctx context.Context, token string) (authz.Actor, error) {
	if tenant.From(ctx) == nil {
		return p.operators.Actor(ctx, token, p.Clock.Now())
	}
	if token == "staff" {
		return authz.Actor{ID: "s", Name: "Ana", Kind: authz.Staff, Level: authz.LevelEmail, Roles: p.roles}, nil
	}
	return authz.Actor{Kind: authz.Visitor}, nil
}

func (p *place) Park(context.Context, string, url.Values) (string, error) { return "t", nil }
func (p *place) Parked(context.Context, string) (string, url.Values, error) {
	return "", nil, nil
}
func (p *place) Drop(context.Context, string) error { return nil }

// send asks for a page; session is the token of one, form what is sent.
func (p *place) send(method, target, session string, form url.Values) (*http.Response, string) {
	p.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if session != "" {
		r.Header.Set("Cookie", "glas="+session)
	}
	res, err := p.app.Test(r, -1)
	if err != nil {
		p.t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res, string(b)
}

// get asks for a page that must be there.
func (p *place) get(target, session string) string {
	p.t.Helper()
	res, body := p.send(http.MethodGet, target, session, nil)
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %d\n%.600s", target, res.StatusCode, body)
	}
	return body
}

// a is the present state of the municipality A.
func (p *place) a() *tenant.Tenant {
	p.t.Helper()
	t, err := p.Dir.ByID(context.Background(), p.A.ID)
	if err != nil || t == nil {
		p.t.Fatal("no municipality", err)
	}
	return t
}

// speak has the municipality A speak all five languages.
func (p *place) speak() {
	p.t.Helper()
	t := *p.a()
	since := t.UpdatedAt
	t.Languages = []string{"sl", "en", "bg", "el", "tr"}
	if err := p.Dir.Save(context.Background(), &t, since); err != nil {
		p.t.Fatal(err)
	}
}

// operator gives the session of an operator who used a link.
func (p *place) operator() string {
	p.t.Helper()
	link, err := p.operators.Link(context.Background(), p.Clock.Now())
	if err != nil {
		p.t.Fatal(err)
	}
	res, body := p.send(http.MethodPost, "http://localhost"+link, "", nil)
	for _, c := range res.Cookies() {
		if c.Name == "glas" {
			return c.Value
		}
	}
	p.t.Fatalf("no session: %d\n%.600s", res.StatusCode, body)
	return ""
}

const kamnik = "http://kamnik.localhost"

// clean complains of words that are missing in a page.
func (p *place) clean(target, body string) {
	p.t.Helper()
	if at := strings.Index(body, "⟦"); at >= 0 {
		p.t.Errorf("%s: %.80s", target, body[at:])
	}
}

func TestEveryPageSpeaksFiveLanguages(t *testing.T) {
	p := newPlace(t)
	p.speak()
	p.duties = []portal.Duty{{Label: "Odgovori", Count: 3, Path: "/admin/answers", Late: true}}
	p.letters = []mail.Stored{{Letter: mail.Letter{Message: mail.Message{To: "ana@example.org", Subject: "Pozdrav", Text: "Dober dan"}, CreatedAt: tenanttest.Start()}, LastError: "no server"}}
	operator := p.operator()
	for _, lang := range []string{"", "/en", "/bg", "/el", "/tr"} {
		for _, path := range []string{"", "/search", "/search?q=xyz", "/accessibility", "/privacy", "/rules", "/api"} {
			p.clean(lang+path, p.get(kamnik+orRoot(lang+path), ""))
		}
		for _, path := range []string{"/admin", "/admin/settings"} {
			p.clean(lang+path, p.get(kamnik+lang+path, "staff"))
		}
	}
	for _, lang := range []string{"", "/sl", "/bg", "/el", "/tr"} {
		p.clean(lang, p.get("http://localhost"+orRoot(lang), ""))
		for _, path := range []string{"/operator/abc", "/operator/municipalities", "/operator/mails"} {
			p.clean(lang+path, p.get("http://localhost"+lang+path, operator))
		}
	}
	if missing := p.Catalogue.Missing(); len(missing) > 0 {
		t.Errorf("no words for %v", missing)
	}
}

func orRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func TestStatementsOfEveryCountry(t *testing.T) {
	p := newPlace(t)
	for country, want := range map[string][2]string{"si": {"ZDSMA", "ip-rs.si"}, "bg": {"58в", "cpdp.bg"}, "gr": {"4727/2020", "dpa.gr"}, "tr": {"2025/10", "kvkk.gov.tr"}} {
		preset := tenant.Presets()[country]
		town, err := p.Dir.Add(context.Background(), tenant.New{Slug: "town-" + country, Country: country, Name: i18n.Text{preset.Language: "Ž"}, Brand: "#1b6b50"})
		if err != nil {
			t.Fatal(err)
		}
		access := p.get("http://"+town.Host+"/accessibility", "")
		privacy := p.get("http://"+town.Host+"/privacy", "")
		p.clean(country, access+privacy)
		if !strings.Contains(access, want[0]) || !strings.Contains(privacy, want[1]) {
			t.Errorf("%s: law or authority is missing", country)
		}
		if strings.Contains(access, "mailto:") {
			t.Errorf("%s: an address that nobody gave", country)
		}
	}
}

func TestAliasesOfTheStatement(t *testing.T) {
	p := newPlace(t)
	res, _ := p.send(http.MethodGet, kamnik+"/izjava-o-dostopnosti", "", nil)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/accessibility" {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestFirstStepsUntilThereIsAConsultation(t *testing.T) {
	p := newPlace(t)
	p.beginnings = portal.Beginnings{Departments: 2, Staff: 1}
	body := p.get(kamnik+"/admin", "staff")
	for _, want := range []string{`"/admin/departments"`, `"/admin/topics"`, `"/admin/consultations/new"`, `"/admin/people"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if n := strings.Count(body, "g-step--done"); n != 1 {
		t.Errorf("%d steps are done, want 1", n)
	}
	p.duties = []portal.Duty{{Label: "nothing waits", Path: "/admin/answers"}, {Label: "something waits", Count: 1234, Path: "/admin/moderation"}}
	if body := p.get(kamnik+"/admin", "staff"); strings.Contains(body, "nothing waits") || !strings.Contains(body, "something waits") {
		t.Error("duties are wrong")
	}
	p.duties, p.roles = nil, []string{"moderator"}
	if body := p.get(kamnik+"/admin", "staff"); strings.Contains(body, "/admin/departments\"") || !strings.Contains(body, "g-empty") {
		t.Error("a moderator is asked to make departments")
	}
	p.roles, p.beginnings.Consultations = []string{"administrator"}, 1
	if body := p.get(kamnik+"/admin", "staff"); strings.Contains(body, "g-steps") {
		t.Error("first steps although there is a consultation")
	}
	if res, _ := p.send(http.MethodGet, kamnik+"/admin", "", nil); res.StatusCode == http.StatusOK {
		t.Error("a visitor sees the staff's page")
	}
}

func TestSearchInTwoLanguages(t *testing.T) {
	p := newPlace(t)
	index := func(ctx context.Context, docs ...searchDoc) {
		p.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return tx.Index(ctx, docs...) })
	}
	index(p.Visitor(p.A), searchDoc{Ref: subject.Ref{Kind: "proposal", ID: "p1"}, Title: "Čiščenje reke", Body: "Reka Bistrica naj bo čista.", Path: "/proposals/1", Lang: "sl", Updated: tenanttest.Start()})
	index(p.Visitor(p.B), searchDoc{Ref: subject.Ref{Kind: "consultation", ID: "c1"}, Title: "Διαβούλευση για τον προϋπολογισμό", Body: "Δρόμος", Path: "/consultations/a", Lang: "el", Updated: tenanttest.Start()})
	for target, want := range map[string]string{
		kamnik + "/search?q=ciscenje":                                                       "/proposals/1",
		kamnik + "/en/search?q=" + url.QueryEscape("ČIŠČ"):                                  "/en/proposals/1",
		"http://kalamata.localhost/search?q=" + url.QueryEscape("ΔΙΑΒΟΥΛΕΥΣΗ"):              "/consultations/a",
		"http://kalamata.localhost/search?q=" + url.QueryEscape("προυπολογισμος"):           "/consultations/a",
		"http://kalamata.localhost/search?kind=consultation&q=" + url.QueryEscape("δρομος"): "/consultations/a",
	} {
		if body := p.get(target, ""); !strings.Contains(body, `href="`+want+`"`) || !strings.Contains(body, "<mark>") {
			t.Errorf("%s does not find %s", target, want)
		}
	}
	for _, target := range []string{kamnik + "/search?q=" + url.QueryEscape("διαβουλευση"), kamnik + "/search?kind=comment&q=ciscenje"} {
		if body := p.get(target, ""); strings.Contains(body, "g-hit__title") {
			t.Errorf("%s finds what it should not", target)
		}
	}
	if body := p.get(kamnik+"/api/v1/search?q=ciscenje", ""); !strings.Contains(body, `"url":"http://kamnik.localhost/proposals/1"`) {
		t.Errorf("interface: %s", body)
	}
	if body := p.get(kamnik+"/search", ""); strings.Contains(body, " required") || strings.Contains(body, `aria-required="true"`) {
		t.Error("an empty search is refused by the browser")
	}
}

func TestOperatorLinkWorksOnce(t *testing.T) {
	p := newPlace(t)
	link, err := p.operators.Link(context.Background(), p.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	p.get("http://localhost"+link, "")
	p.get("http://localhost"+link, "")
	res, _ := p.send(http.MethodPost, "http://localhost"+link, "", nil)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) == 0 {
		t.Fatalf("first use: %d", res.StatusCode)
	}
	session := res.Cookies()[0].Value
	if res, _ := p.send(http.MethodPost, "http://localhost"+link, "", nil); res.StatusCode != http.StatusGone {
		t.Errorf("second use: %d", res.StatusCode)
	}
	p.get("http://localhost/operator/municipalities", session)
	// There is no page to sign in on the bare host: a visitor was sent to one all the same.
	if res, body := p.send(http.MethodGet, "http://localhost/operator", "guess", nil); res.StatusCode != http.StatusForbidden || !strings.Contains(body, "glas user operator") {
		t.Error("a made-up session is let in")
	}
	if res, _ := p.send(http.MethodPost, "http://localhost/sign-out", session, nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("sign out: %d", res.StatusCode)
	}
	if res, _ := p.send(http.MethodGet, "http://localhost/operator", session, nil); res.StatusCode == http.StatusOK {
		t.Error("the session outlives signing out")
	}
	late, err := p.operators.Link(context.Background(), p.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	p.Clock.Add(25 * time.Hour)
	if res, _ := p.send(http.MethodPost, "http://localhost"+late, "", nil); res.StatusCode != http.StatusGone {
		t.Errorf("a link of yesterday: %d", res.StatusCode)
	}
}

func TestOperatorClosesAndRetries(t *testing.T) {
	p := newPlace(t)
	session := p.operator()
	if body := p.get("http://localhost/operator/municipalities", session); !strings.Contains(body, "Slovenščina and English") || !strings.Contains(body, "12") {
		t.Error("languages or numbers are missing")
	}
	res, _ := p.send(http.MethodPost, "http://localhost/operator/tenants/kamnik/state", session, url.Values{"state": {"read_only"}})
	if res.StatusCode != http.StatusSeeOther || p.a().State != tenant.ReadOnly {
		t.Fatalf("%d, %s", res.StatusCode, p.a().State)
	}
	if len(p.acts) != 1 || p.acts[0].action != "settings.state" || p.acts[0].tenantID != p.A.ID || p.acts[0].data["to"] != "read_only" {
		t.Errorf("recorded %v", p.acts)
	}
	if res, _ := p.send(http.MethodPost, "http://localhost/operator/tenants/kamnik/state", session, url.Values{"state": {"gone"}}); res.StatusCode != http.StatusUnprocessableEntity && res.StatusCode != http.StatusBadRequest {
		t.Errorf("an unknown state: %d", res.StatusCode)
	}
	if res, _ := p.send(http.MethodPost, "http://localhost/operator/tenants/nowhere/state", session, url.Values{"state": {"active"}}); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown municipality: %d", res.StatusCode)
	}
	if res, _ := p.send(http.MethodPost, "http://localhost/operator/jobs/j1/retry", session, nil); res.StatusCode != http.StatusSeeOther || p.retried != "j1" {
		t.Errorf("retry: %d %q", res.StatusCode, p.retried)
	}
	p.retried = ""
	if res, _ := p.send(http.MethodPost, "http://localhost/operator/jobs/j1/retry", "", nil); res.StatusCode == http.StatusSeeOther && p.retried != "" {
		t.Error("anybody may retry work")
	}
	if res, _ := p.send(http.MethodPost, kamnik+"/operator/jobs/j1/retry", "staff", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("the operator's pages answer for a municipality: %d", res.StatusCode)
	}
}

func TestLettersStayWithTheirMunicipality(t *testing.T) {
	p := newPlace(t)
	letter := func(tenantID, text string) mail.Stored {
		return mail.Stored{Letter: mail.Letter{TenantID: tenantID, Message: mail.Message{To: "ana@example.org", Subject: "S", Text: text}, CreatedAt: tenanttest.Start()}}
	}
	p.letters = []mail.Stored{letter(p.A.ID, "for kamnik"), letter(p.B.ID, "for kalamata"), letter("", "for all")}
	session := p.operator()
	for query, want := range map[string]string{"": "for all", "?town=kamnik": "for kamnik", "?town=kalamata": "for kalamata"} {
		body := p.get("http://localhost/operator/mails"+query, session)
		for _, text := range []string{"for all", "for kamnik", "for kalamata"} {
			if strings.Contains(body, text) != (text == want) {
				t.Errorf("%q: %q shown: %v", query, text, text != want)
			}
		}
	}
	if res, _ := p.send(http.MethodGet, "http://localhost/operator/mails?town=nowhere", session, nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("unknown municipality: %d", res.StatusCode)
	}
	if res, _ := p.send(http.MethodGet, kamnik+"/operator/mails", "staff", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("letters are shown on the site of a municipality: %d", res.StatusCode)
	}
}

// settings is the form as the page shows it.
func (p *place) settings() url.Values {
	t := p.a()
	return url.Values{
		"name.sl": {t.Name["sl"]}, "name.en": {t.Name["en"]}, "languages": t.Languages, "default": {t.Default()}, "brand": {"#1b6b50"}, "crest": {"shield"},
		"pattern": {"waves"}, "consultation_days": {"30"}, "consultation_minimum": {"7"}, "answer_days": {"15"}, "consent_age": {"15"}, "vote_age": {"15"},
		"edit_minutes": {"15"}, "log_days": {"30"}, "moderation": {"reported"}, "part.proposals": {"1"}, "since": {t.UpdatedAt.Format(time.RFC3339Nano)},
	}
}

func (p *place) saveSettings(change func(url.Values)) (*http.Response, string) {
	form := p.settings()
	change(form)
	p.Clock.Add(time.Minute)
	return p.send(http.MethodPost, kamnik+"/admin/settings", "staff", form)
}

func TestPolicyOfNoLogWasRefused(t *testing.T) {
	p := newPlace(t)
	if res, body := p.saveSettings(func(f url.Values) { f.Set("log_days", "0") }); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d\n%.800s", res.StatusCode, body)
	}
	if days := p.a().Rules.LogDays; days != 0 {
		t.Errorf("kept %d days", days)
	}
	body := p.get(kamnik+"/en/privacy", "")
	if !strings.Contains(body, "No technical log with addresses is kept") || strings.Contains(body, "at most:") {
		t.Error("the page on privacy does not say that no log is kept")
	}
}

func TestSettingsRoundTrip(t *testing.T) {
	p := newPlace(t)
	res, body := p.saveSettings(func(f url.Values) {
		f.Set("tagline.sl", "Mesto pod gorami")
		f.Set("brand", "#8A1C1C")
		f.Set("pattern", "roofs")
		f["languages"] = []string{"sl", "en", "tr"}
		f.Set("email", "obcina@kamnik.si")
		f.Set("consultation_days", "45")
		f.Set("tiles", "https://tiles.example.org/{z}/{x}/{y}.png")
		f.Del("part.proposals")
	})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d\n%.800s", res.StatusCode, body)
	}
	got := p.a()
	if got.Tagline["sl"] != "Mesto pod gorami" || got.Theme.Brand != "#8a1c1c" || got.Theme.Pattern != "roofs" || strings.Join(got.Languages, " ") != "sl tr en" ||
		got.Contact.Email != "obcina@kamnik.si" || got.Rules.ConsultationDays != 45 || got.Has("proposals") || got.Listed {
		t.Errorf("saved %+v", got.Settings)
	}
	if len(p.acts) != 1 || p.acts[0].action != "settings.edit" || p.acts[0].ref.ID != p.A.ID {
		t.Fatalf("recorded %v", p.acts)
	}
	changed := strings.Join(p.acts[0].data["changed"].([]string), " ")
	for _, want := range []string{"brand", "tagline.sl", "languages", "consultation_days", "email", "part.proposals", "listed"} {
		if !strings.Contains(changed, want) {
			t.Errorf("the record lacks %s: %s", want, changed)
		}
	}
	if strings.Contains(changed, "answer_days") || strings.Contains(changed, "obcina@") {
		t.Errorf("the record says too much: %s", changed)
	}
	body = p.get(kamnik+"/admin/settings", "staff")
	for _, want := range []string{"Türkçe: Ime občine, Vrstica pod imenom", `value="#8a1c1c"`, `data-color-scheme="dark"`, "g-preview"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if body := p.get(kamnik+"/accessibility", ""); !strings.Contains(body, "mailto:obcina@kamnik.si") {
		t.Error("the statement lacks the address")
	}
	if body := p.get(kamnik+"/sitemap.xml", ""); strings.Contains(body, "/proposals") {
		t.Error("a module that is switched off is in the sitemap")
	}
}

func TestSettingsKeepWhatIsNotOnThePage(t *testing.T) {
	p := newPlace(t)
	next := *p.a()
	next.Theme.Crest = "M1 1h38v26z"
	next.Name = i18n.Text{"sl": "Občina Kamnik", "en": "Municipality of Kamnik", "tr": "Kamnik Belediyesi"}
	if err := p.Dir.Save(context.Background(), &next, p.a().UpdatedAt); err != nil {
		t.Fatal(err)
	}
	if body := p.get(kamnik+"/admin/settings", "staff"); !strings.Contains(body, `value="own"`) {
		t.Error("an own mark cannot be kept")
	}
	if res, body := p.saveSettings(func(f url.Values) { f.Set("crest", "own") }); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d\n%.800s", res.StatusCode, body)
	}
	if got := p.a(); got.Theme.Crest != "M1 1h38v26z" || got.Name["tr"] != "Kamnik Belediyesi" {
		t.Errorf("lost: %q, %v", got.Theme.Crest, got.Name)
	}
}

func TestStaleSettings(t *testing.T) {
	p := newPlace(t)
	stale := p.settings()
	p.saveSettings(func(f url.Values) { f.Set("phone", "01 111") })
	stale.Set("phone", "01 222")
	res, body := p.send(http.MethodPost, kamnik+"/admin/settings", "staff", stale)
	if res.StatusCode != http.StatusConflict || !strings.Contains(body, "01 222") {
		t.Errorf("%d", res.StatusCode)
	}
	if p.a().Contact.Phone != "01 111" || len(p.acts) != 1 {
		t.Errorf("stored %q, recorded %d", p.a().Contact.Phone, len(p.acts))
	}
}

func TestBadSettings(t *testing.T) {
	p := newPlace(t)
	for name, c := range map[string]struct {
		field, value, want string
	}{
		"name":      {"name.sl", "", "f-name-sl"},
		"name long": {"name.sl", strings.Repeat("č", 121), "f-name-sl"},
		"tagline":   {"tagline.en", strings.Repeat("č", 121), "f-tagline-en"},
		"email":     {"email", "nobody", "f-email"},
		"phone":     {"phone", strings.Repeat("1", 41), "f-phone"},
		"no colour": {"brand", "red", "f-brand"},
		"white":     {"brand", "#fffff0", "f-brand"},
		"crest":     {"crest", "lion", "f-crest"},
		"pattern":   {"pattern", "dots", "f-pattern"},
		"language":  {"languages", "xx", "f-languages"},
		"default":   {"default", "tr", "f-default"},
		"days":      {"consultation_days", "many", "f-consultation_days"},
		"minimum":   {"consultation_minimum", "60", "f-consultation_minimum"},
		"age":       {"consent_age", "3", "f-consent_age"},
		"mode":      {"moderation", "some", "f-moderation"},
		"tiles":     {"tiles", "http://tiles.example.org/{z}/{x}/{y}.png", "f-tiles"},
		"tiles z":   {"tiles", "https://tiles.example.org/a.png", "f-tiles"},
	} {
		res, body := p.saveSettings(func(f url.Values) { f.Set(c.field, c.value) })
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#`+c.want+`"`) || !strings.Contains(body, `id="`+c.want+`-error"`) {
			t.Errorf("%s: %d, the complaint is not at %s", name, res.StatusCode, c.want)
		}
		p.clean(name, body)
	}
	res, body := p.saveSettings(func(f url.Values) { f["languages"] = []string{"sl", "en", "tr"}; f.Set("default", "tr") })
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Najprej vnesite ime") {
		t.Errorf("a first language without a name: %d", res.StatusCode)
	}
	if res, _ := p.saveSettings(func(f url.Values) { f.Set("since", "yesterday") }); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no version: %d", res.StatusCode)
	}
	if len(p.acts) != 0 {
		t.Errorf("recorded %v", p.acts)
	}
	p.roles = []string{"editor"}
	if res, _ := p.saveSettings(func(url.Values) {}); res.StatusCode != http.StatusForbidden {
		t.Errorf("an editor: %d", res.StatusCode)
	}
}

func TestSettingsOfAClosedMunicipality(t *testing.T) {
	p := newPlace(t)
	next := *p.a()
	next.State = tenant.ReadOnly
	if err := p.Dir.Save(context.Background(), &next, p.a().UpdatedAt); err != nil {
		t.Fatal(err)
	}
	if res, _ := p.saveSettings(func(url.Values) {}); res.StatusCode != http.StatusForbidden {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestEveryChoiceHasItsWords(t *testing.T) {
	p := newPlace(t)
	for prefix, values := range map[string][]string{"portal.settings.crests.": append(theme.Crests(), "own"), "portal.settings.patterns.": theme.Patterns(), "portal.operator.states.": {"active", "read_only", "suspended"}} {
		for _, v := range values {
			if !p.Catalogue.Has(prefix + v) {
				t.Errorf("%s%s is missing", prefix, v)
			}
		}
	}
}

func TestOperatorsWithoutAStore(t *testing.T) {
	broken := portal.Operators{Store: brokenStore{}}
	if _, err := broken.Link(context.Background(), tenanttest.Start()); err == nil {
		t.Error("a link that nobody keeps")
	}
	if a, err := broken.Actor(context.Background(), "x", tenanttest.Start()); err == nil || a.Kind != authz.Visitor {
		t.Errorf("%v %v", a, err)
	}
	if err := broken.Leave(context.Background(), "x", tenanttest.Start()); err == nil {
		t.Error("the session was not ended, and nobody knows")
	}
}

type brokenStore struct{}

var errBroken = errors.New("broken")

func (brokenStore) Put(context.Context, string, string, time.Time, time.Time) error { return errBroken }
func (brokenStore) Valid(context.Context, string, string, time.Time, bool) (bool, error) {
	return false, errBroken
}
