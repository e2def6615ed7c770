package open311

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"glas/internal/authz"
	"glas/internal/geo"
	"glas/internal/georeport"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/web"
	"glas/internal/web/webtest"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/streets"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// served is the server as a module of its own.
type served struct{ *Server }

func (served) Name() string { return "cases" }

// town is a municipality with two topics, and programs that talk to it.
type town struct {
	*tenanttest.World
	s            *Server
	site         *tenanttest.Site
	out          *webtest.Client
	eva          context.Context
	key          string
	lamp, secret string
}

func each(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		names := listed.NewNameCache()
		a := &acts.Acts{DB: w.DB, Names: names, Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }}
		tw := &town{World: w, s: &Server{DB: w.DB, Acts: a, Names: names, Clock: w.Clock}, lamp: id.New(), secret: id.New()}
		tw.eva = w.Ctx(w.A, authz.Actor{ID: id.New(), Name: "Eva Vidmar", Kind: authz.Staff, Roles: []string{"administrator", "manager"}})
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			for _, topic := range []*stored.CaseTopic{
				{Key: tenant.Key{ID: tw.lamp}, Slug: "lamp", Name: i18n.Text{"sl": "Razsvetljava"}, Hint: i18n.Text{"sl": "Luči & svetilke"}, Keywords: "luč;svetilka", Grp: "ceste", Questions: []stored.Question{
					{Code: "pole", Datatype: "singlevaluelist", Required: true, Label: i18n.Text{"sl": "Katera svetilka?"}, Options: []stored.Option{{Key: "a", Name: i18n.Text{"sl": "Prva"}}, {Key: "x", Name: i18n.Text{"sl": "Zasebna"}, Stop: i18n.Text{"sl": "Pokličite lastnika."}}}},
					{Code: "beware", Datatype: "notice", Label: i18n.Text{"sl": "Ne dotikajte se žic."}}}},
				{Key: tenant.Key{ID: tw.secret}, Slug: "secret", Name: i18n.Text{"sl": "Zaupno"}, Hint: i18n.Text{}, Visibility: stored.ReporterOnly, Questions: []stored.Question{}},
				{Key: tenant.Key{ID: id.New()}, Slug: "inside", Name: i18n.Text{"sl": "Interno"}, Hint: i18n.Text{}, StaffOnly: true, Questions: []stored.Question{}},
			} {
				topic.Kinds = []string{}
				if err := stored.Add(ctx, tx, topic); err != nil {
					return err
				}
			}
			return nil
		})
		var err error
		if tw.key, err = tw.s.makeClient(tw.eva, "Mobi", "mobi@person.example"); err != nil {
			t.Fatal(err)
		}
		tw.site = w.Serve(tenanttest.People(map[string]context.Context{"eva": tw.eva}), served{tw.s})
		tw.out = tw.site.As("")
		fn(t, tw)
	})
}

func (tw *town) post(path string, v url.Values) webtest.Response {
	return tw.out.Post(path, v, "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site")
}

func (tw *town) form(extra ...string) url.Values {
	v := url.Values{"api_key": {tw.key}, "service_code": {"lamp"}, "lat": {"46.2259"}, "long": {"14.6121"}, "address_string": {"Šutna 10"}, "attribute[pole]": {"a"}, "description": {"Luč ne gori\nŽe tri dni je tema."},
		"first_name": {"Vid"}, "last_name": {"Kos"}, "email": {"vid@person.example"}, "media_url": {"https://pictures.example/1.jpg"}}
	for i := 0; i+1 < len(extra); i += 2 {
		v.Set(extra[i], extra[i+1])
		if extra[i+1] == "" {
			v.Del(extra[i])
		}
	}
	return v
}

func decode[T any](t *testing.T, r webtest.Response) T {
	t.Helper()
	var out T
	if err := json.Unmarshal([]byte(r.Body), &out); err != nil {
		t.Fatalf("%d %s: %v", r.Status, r.Body, err)
	}
	return out
}

// report sends a request and publishes the case that it became.
func (tw *town) report(t *testing.T, extra ...string) *stored.Case {
	t.Helper()
	r := tw.post("/open311/v2/requests.json", tw.form(extra...))
	if r.Status != 200 {
		t.Fatal(r.Status, r.Body)
	}
	c := tw.find(t, decode[[]georeport.Receipt](t, r)[0].ID)
	c, err := tw.s.Acts.Publish(tw.eva, acts.Key{ID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (tw *town) find(t *testing.T, number string) (c *stored.Case) {
	t.Helper()
	tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = stored.FindNumber(ctx, tx, number)
		return err
	})
	return c
}

// TestScenarios are the published scenarios of another city: services, their questions, creating and reading back, refusing.
func TestScenarios(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		list := decode[[]georeport.Service](t, tw.out.Get("/open311/v2/services.json"))
		if len(list) != 2 || list[0].Code != "lamp" || !list[0].Metadata || list[0].Type != "realtime" || list[0].Keywords != "luč,svetilka" || list[0].Group != "ceste" || list[1].Metadata {
			t.Errorf("services: %+v", list)
		}
		d := decode[georeport.Definition](t, tw.out.Get("/open311/v2/services/lamp.json?jurisdiction_id="+tw.A.Slug))
		if len(d.Attributes) != 2 || !d.Attributes[0].Variable || len(d.Attributes[0].Values) != 1 || d.Attributes[1].Variable {
			t.Errorf("definition: %+v", d)
		}
		// batch: a token first, the number when the job has run
		if err := tw.s.setBatch(tw.eva, true); err != nil {
			t.Fatal(err)
		}
		receipt := decode[[]georeport.Receipt](t, tw.post("/open311/v2/requests.json", tw.form()))
		if len(receipt) != 1 || receipt[0].ID != "" || receipt[0].Token == "" {
			t.Fatalf("receipt: %+v", receipt)
		}
		if got := decode[[]georeport.Receipt](t, tw.out.Get("/open311/v2/tokens/"+receipt[0].Token+".json")); got[0].ID != "" || got[0].Token != receipt[0].Token {
			t.Errorf("before: %+v", got)
		}
		tw.Jobs(map[string]job.Handler{BatchJob: tw.s.Batch})
		got := decode[[]georeport.Receipt](t, tw.out.Get("/open311/v2/tokens/"+receipt[0].Token+".json"))
		if got[0].ID == "" {
			t.Fatalf("after: %+v", got)
		}
		c := tw.find(t, got[0].ID)
		if r := tw.out.Get("/open311/v2/requests/" + c.Number + ".json"); r.Status != 404 {
			t.Error("an unpublished case is given out", r.Status)
		}
		if _, err := tw.s.Acts.Publish(tw.eva, acts.Key{ID: c.ID}); err != nil {
			t.Fatal(err)
		}
		one := decode[[]georeport.Request](t, tw.out.Get("/open311/v2/requests/"+c.Number+".json"))
		if len(one) != 1 || one[0].Status != "open" || one[0].ServiceCode != "lamp" || !strings.HasPrefix(one[0].Description, "Luč ne gori") || *one[0].Lat != 46.2259 || one[0].Address != "Šutna 10" || one[0].Extended != nil || one[0].MediaURL != "" {
			t.Errorf("request: %+v", one)
		}
		if c.Channel != "open311" || c.ReporterName != "Vid Kos" || c.Answers[0].Values[0] != "a" {
			t.Errorf("case: %+v", c)
		}
		// missing required attributes
		bad := tw.post("/open311/v2/requests.json", tw.form("attribute[pole]", ""))
		if bad.Status != 400 || !strings.Contains(bad.Body, "attribute[pole] is missing") {
			t.Error(bad.Status, bad.Body)
		}
	})
}

// TestRefusals: each error has its code in both formats.
func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		for _, c := range []struct {
			method, path string
			form         url.Values
			status       int
		}{
			{"GET", "/open311/v2/services/nowhere", nil, 404}, {"GET", "/open311/v2/services/inside", nil, 404}, {"GET", "/open311/v2/services", url.Values{"jurisdiction_id": {"elsewhere.example"}}, 404},
			{"GET", "/open311/v2/requests/KAM-2026-000999", nil, 404}, {"GET", "/open311/v2/tokens/unknown", nil, 404},
			{"GET", "/open311/v2/requests", url.Values{"status": {"lost"}}, 400}, {"GET", "/open311/v2/requests", url.Values{"start_date": {"soon"}}, 400}, {"GET", "/open311/v2/requests", url.Values{"service_code": {"nowhere"}}, 404},
			{"POST", "/open311/v2/requests", tw.form("api_key", ""), 403}, {"POST", "/open311/v2/requests", tw.form("api_key", "guess"), 403}, {"POST", "/open311/v2/requests", tw.form("service_code", "nowhere"), 404},
			{"POST", "/open311/v2/requests", tw.form("service_code", ""), 400}, {"POST", "/open311/v2/requests", tw.form("attribute[pole]", "x"), 400}, {"POST", "/open311/v2/requests", tw.form("lat", "99"), 400},
			{"POST", "/open311/v2/requests", tw.form("description", strings.Repeat("č", 4001)), 400}, {"POST", "/open311/v2/requests", tw.form("media_url", "javascript:1"), 400}, {"POST", "/open311/v2/requests", tw.form("email", "nobody"), 400},
			{"POST", "/open311/v2/requests", tw.form("jurisdiction_id", "elsewhere"), 404}, {"POST", "/open311/v2/servicerequestupdates", url.Values{"api_key": {"x"}}, 403}, {"POST", "/open311/v2/servicerequestupdates", url.Values{"api_key": {tw.key}}, 400},
		} {
			for _, f := range []georeport.Format{georeport.XML, georeport.JSON} {
				path := c.path + "." + string(f)
				r := webtest.Response{}
				if c.method == "GET" {
					r = tw.out.Get(path + "?" + c.form.Encode())
				} else {
					r = tw.post(path, c.form)
				}
				var list []georeport.Error
				if f == georeport.JSON {
					list = decode[[]georeport.Error](t, r)
				} else {
					var doc struct {
						XMLName xml.Name          `xml:"errors"`
						List    []georeport.Error `xml:"error"`
					}
					if err := xml.Unmarshal([]byte(r.Body), &doc); err != nil {
						t.Fatalf("%s: %s: %v", path, r.Body, err)
					}
					list = doc.List
				}
				if r.Status != c.status || len(list) == 0 || list[0].Code != c.status || list[0].Description == "" || r.Header.Get("Content-Type") != f.Type() {
					t.Errorf("%s %s %s: %d %s", c.method, path, c.form.Encode(), r.Status, r.Body)
				}
			}
		}
	})
}

// TestAPointFarOutsideIsRefused: a program could send what lies in another country, and in batch mode would have learned it only later.
func TestAPointFarOutsideIsRefused(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			_, _, _, err := streets.SetBoundary(ctx, tx, geo.Ring([][2]float64{{14.5, 46.1}, {14.7, 46.1}, {14.7, 46.3}, {14.5, 46.3}}))
			return err
		})
		for _, batch := range []url.Values{nil, {"batch": {"1"}}} {
			if batch != nil {
				if r := tw.site.As("eva").Post(adminPath+"/mode", batch); r.Status != 303 {
					t.Fatal(r.Status, r.Body)
				}
			}
			if r := tw.post("/open311/v2/requests.json", tw.form("lat", "48.2", "long", "16.4")); r.Status != 400 || !strings.Contains(r.Body, "lat, long: ") {
				t.Errorf("batch %v: %d %s", batch, r.Status, r.Body)
			}
			if r := tw.post("/open311/v2/requests.json", tw.form()); r.Status != 200 {
				t.Errorf("batch %v, inside: %d %s", batch, r.Status, r.Body)
			}
		}
	})
}

// TestBothFormatsAreAlike reads every call in both formats and compares what they say.
func TestBothFormatsAreAlike(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := tw.report(t)
		tw.report(t, "description", "Druga luč & <b>svetilka</b> ne gori", "first_name", "Ana")
		same(t, tw, "/open311/discovery", georeport.Discovery{}, func(d *georeport.Discovery) { d.XMLName = xml.Name{} })
		same(t, tw, "/open311/v2/discovery", georeport.Discovery{}, func(d *georeport.Discovery) { d.XMLName = xml.Name{} })
		same(t, tw, "/open311/v2/services/lamp", georeport.Definition{}, func(d *georeport.Definition) { d.XMLName = xml.Name{} })
		sameList(t, tw, "/open311/v2/services", "", "service", georeport.Service{})
		sameList(t, tw, "/open311/v2/requests", "", "request", georeport.Request{})
		sameList(t, tw, "/open311/v2/requests", "?status=closed", "request", georeport.Request{})
		sameList(t, tw, "/open311/v2/requests/"+c.Number, "", "request", georeport.Request{})
		sameList(t, tw, "/open311/v2/servicerequestupdates", "", "request_update", georeport.Update{})
		// notes are wrapped in XML: compared by their number
		j := decode[[]georeport.Request](t, tw.out.Get("/open311/v2/requests.json?extensions=true"))
		x := tw.out.Get("/open311/v2/requests.xml?extensions=true").Body
		notes := 0
		for _, r := range j {
			notes += len(r.Notes)
			if r.Extended == nil || r.Extended.Title == "" || r.Extended.Channel != "open311" {
				t.Errorf("extended: %+v", r.Extended)
			}
		}
		if len(j) != 2 || notes == 0 || strings.Count(x, "<note>") != notes || strings.Count(x, "<extended_attributes>") != 2 {
			t.Errorf("extensions: %d requests, %d notes: %s", len(j), notes, x)
		}
		for _, f := range []string{"xml", "json"} {
			r := tw.post("/open311/v2/requests."+f, tw.form("description", "Prijava v obliki "+f))
			if r.Status != 200 || !strings.Contains(r.Body, "-2026-00000") || strings.Contains(r.Body, "token") {
				t.Error(r.Status, r.Body)
			}
		}
	})
}

// TestAnswersComeOutWithARequest: what was answered to the questions of a service went in and never came out, neither for programs that
// read requests nor in the description that another system gets.
func TestAnswersComeOutWithARequest(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := tw.report(t)
		read := func() []georeport.Request {
			return decode[[]georeport.Request](t, tw.out.Get("/open311/v2/requests/"+c.Number+".json?extensions=true"))
		}
		if list := read(); len(list) != 1 || len(list[0].Attributes) != 0 {
			t.Fatalf("a question that is not for everybody: %+v", list)
		}
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			row, err := stored.Get[stored.CaseTopic](ctx, tx, tw.lamp)
			if err != nil {
				return err
			}
			for i := range row.Questions {
				row.Questions[i].Public = true
			}
			return stored.Put(ctx, tx, row)
		})
		tw.s.Names = listed.NewNameCache()
		list := read()
		if a := list[0].Attributes; len(a) != 1 || a[0].Code != "pole" || a[0].Description == "" || len(a[0].Values) != 1 || a[0].Values[0].Key != "a" || a[0].Values[0].Name == "a" {
			t.Errorf("attributes %+v", a)
		}
		if x := tw.out.Get("/open311/v2/requests/" + c.Number + ".xml?extensions=true").Body; !strings.Contains(x, "<attributes><attribute><code>pole</code>") || !strings.Contains(x, "<value><key>a</key>") {
			t.Errorf("in XML %s", x)
		}
		if s := tw.out.Get("/open311/v2/requests/" + c.Number + ".json").Body; strings.Contains(s, "pole") {
			t.Errorf("without extensions %s", s)
		}
	})
}

func same[T any](t *testing.T, tw *town, path string, _ T, plain func(*T)) {
	t.Helper()
	var j, x T
	if err := json.Unmarshal([]byte(tw.out.Get(path+".json").Body), &j); err != nil {
		t.Fatal(path, err)
	}
	if err := xml.Unmarshal([]byte(tw.out.Get(path+".xml").Body), &x); err != nil {
		t.Fatal(path, err)
	}
	plain(&x)
	if diff := cmp.Diff(j, x); diff != "" {
		t.Errorf("%s: %s", path, diff)
	}
}

func sameList[T any](t *testing.T, tw *town, path, query, element string, _ T) {
	t.Helper()
	j := decode[[]T](t, tw.out.Get(path+".json"+query))
	var x []T
	d := xml.NewDecoder(strings.NewReader(tw.out.Get(path + ".xml" + query).Body))
	for {
		token, err := d.Token()
		if token == nil || err != nil {
			break
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == element {
			var one T
			if err := d.DecodeElement(&one, &start); err != nil {
				t.Fatal(path, err)
			}
			x = append(x, one)
		}
	}
	if diff := cmp.Diff(fmt.Sprint(len(j)), fmt.Sprint(len(x))); diff != "" {
		t.Errorf("%s%s: %s", path, query, diff)
	}
	for i := range j {
		a, errA := json.Marshal(j[i])
		b, errB := json.Marshal(x[i])
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%s%s:\n%s\n%s", path, query, a, b)
		}
	}
}

// TestNothingHiddenComesOut: private, withdrawn and unpublished cases are given by no call, and places only as exactly as everybody may know.
func TestNothingHiddenComesOut(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := tw.report(t)
		private := decode[[]georeport.Receipt](t, tw.post("/open311/v2/requests.json", tw.form("service_code", "secret", "description", "Zaupna skrivnost o sosedu")))[0].ID
		all := func() (s string) {
			for _, p := range []string{"/requests.json?extensions=true", "/requests.xml", "/requests.json?service_request_id=" + c.Number + "," + private, "/requests/" + c.Number + ".json", "/requests/" + private + ".json", "/servicerequestupdates.json"} {
				s += tw.out.Get("/open311/v2" + p).Body
			}
			return s
		}
		for _, secret := range []string{"skrivnost", private, "Vid Kos", "vid@person.example", "pictures.example", c.Token} {
			if strings.Contains(all(), secret) {
				t.Errorf("%q comes out", secret)
			}
		}
		blur := func(l stored.Location) {
			if _, err := tw.s.Acts.EditPublic(tw.eva, acts.Key{ID: c.ID}, acts.Edit{Location: l}); err != nil {
				t.Fatal(err)
			}
		}
		blur(stored.Blurred)
		if s := all(); strings.Contains(s, "46.2259") || strings.Contains(s, "Šutna 10") || !strings.Contains(s, `"lat":46.2`) {
			t.Error("blurred place: " + s)
		}
		blur(stored.Hidden)
		if s := all(); strings.Contains(s, `"lat"`) || strings.Contains(s, "Šutna") || !strings.Contains(s, c.Number) {
			t.Error("hidden place: " + s)
		}
		if _, err := tw.s.Acts.Unpublish(tw.eva, acts.Key{ID: c.ID}, "Osebni podatki"); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(all(), c.Number) {
			t.Error("an unpublished case comes out")
		}
	})
}

// TestUpdates: an update is taken once, becomes a message for the municipality's own people, and changes no state.
func TestUpdates(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := tw.report(t)
		v := url.Values{"api_key": {tw.key}, "service_request_id": {c.Number}, "update_id": {"u-1"}, "updated_datetime": {"2026-11-20T12:00:00Z"}, "status": {"FIXED"}, "description": {"Popravljeno."}}
		if r := tw.post("/open311/v2/servicerequestupdates.json", v); r.Status != 200 || !strings.Contains(r.Body, `"update_id":"u-1"`) {
			t.Fatal(r.Status, r.Body)
		}
		if r := tw.post("/open311/v2/servicerequestupdates.xml", v); r.Status != 400 || !strings.Contains(r.Body, "already exists") {
			t.Error(r.Status, r.Body)
		}
		after := tw.find(t, c.Number)
		if after.State != c.State || after.Messages != c.Messages+1 {
			t.Errorf("state %s, %d messages", after.State, after.Messages)
		}
		v.Set("service_request_id", "KAM-2026-009999")
		v.Set("update_id", "u-2")
		if r := tw.post("/open311/v2/servicerequestupdates.json", v); r.Status != 404 {
			t.Error(r.Status, r.Body)
		}
		list := decode[[]georeport.Update](t, tw.out.Get("/open311/v2/servicerequestupdates.json"))
		if len(list) == 0 || list[0].RequestID != c.Number || list[0].Status == "" {
			t.Errorf("%+v", list)
		}
	})
}

// TestKeysAreRevoked: who has a revoked key sends nothing; a key is shown once.
func TestKeysAreRevoked(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		eva := tw.site.As("eva")
		if r := tw.out.Get("/admin/open311"); r.Status == 200 {
			t.Error("everybody sees the keys")
		}
		r := eva.Post("/admin/open311/keys", url.Values{"name": {"Aplikacija"}, "contact": {"a@person.example"}})
		if r.Status != 200 || !strings.Contains(r.Body, "Aplikacija") {
			t.Fatal(r.Status, r.Body)
		}
		if strings.Contains(eva.Get("/admin/open311").Body, tw.key) {
			t.Error("a key is shown again")
		}
		var list []stored.CaseClient
		tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			list, err = clients(ctx, tx)
			return err
		})
		for _, k := range list {
			if r := eva.Post("/admin/open311/keys/"+k.ID+"/revoke", nil); r.Status != 303 {
				t.Error(r.Status)
			}
		}
		if r := tw.post("/open311/v2/requests.json", tw.form()); r.Status != 403 {
			t.Error("a revoked key sends", r.Status)
		}
	})
}

// TestListsAreBounded: 90 days, the pages, and the filters.
func TestListsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		for i := range 5 {
			tw.report(t, "description", fmt.Sprintf("Luč številka %d ne gori", i))
		}
		ask := func(q string) []georeport.Request {
			return decode[[]georeport.Request](t, tw.out.Get("/open311/v2/requests.json?"+q))
		}
		if a, b := ask("page_size=3"), ask("page_size=3&page=2"); len(a) != 3 || len(b) != 2 || a[0].ID == b[0].ID {
			t.Errorf("pages: %d, %d", len(a), len(b))
		}
		if got := ask("start_date=" + tenanttest.Start().AddDate(0, 0, -300).Format(time.RFC3339)); len(got) != 0 {
			t.Errorf("300 days ago: %d", len(got))
		}
		if got := ask("status=closed"); len(got) != 0 {
			t.Errorf("closed: %d", len(got))
		}
		if got := ask("service_code=lamp,secret&status=open"); len(got) != 5 {
			t.Errorf("lamp: %d", len(got))
		}
	})
}

// TestEveryStateHasItsWord: the states of the update extension are all known to it.
func TestEveryStateHasItsWord(t *testing.T) {
	for _, s := range stored.States() {
		if _, wrong := georeport.ReadUpdate(url.Values{"update_id": {"1"}, "service_request_id": {"1"}, "updated_datetime": {"2026-11-20T12:00:00Z"}, "status": {Extended(s)}}); len(wrong) > 0 {
			t.Error(s, wrong)
		}
	}
}

var _ web.Module = served{}
