package open311

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/georeport"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/web/webtest"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
)

// elsewhere is a system of others: it fails as often as told, then takes requests and has updates.
type elsewhere struct {
	*httptest.Server
	mu   sync.Mutex
	fail int
	// refuse is why it takes nothing.
	refuse string
	silent bool
	// broken is how a request is answered that is taken all the same: status and body.
	broken  func(w http.ResponseWriter)
	got     []url.Values
	updates string
	// list is what it says that it has; empty when it does not say.
	list string
}

func newElsewhere(t *testing.T) *elsewhere {
	o := &elsewhere{updates: "[]"}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		switch {
		case o.fail > 0:
			o.fail--
			w.WriteHeader(503)
		case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/requests.json"):
			if o.list == "" {
				w.WriteHeader(404)
			}
			fmt.Fprint(w, o.list)
		case strings.HasSuffix(r.URL.Path, "/servicerequestupdates.json"):
			fmt.Fprint(w, o.updates)
		case o.silent:
			_ = r.ParseForm()
			o.got = append(o.got, r.PostForm)
			panic(http.ErrAbortHandler)
		case o.broken != nil:
			_ = r.ParseForm()
			o.got = append(o.got, r.PostForm)
			o.broken(w)
		case o.refuse != "":
			_ = r.ParseForm()
			o.got = append(o.got, r.PostForm)
			w.WriteHeader(400)
			fmt.Fprintf(w, `[{"code":400,"description":"%s"}]`, o.refuse)
		default:
			_ = r.ParseForm()
			o.got = append(o.got, r.PostForm)
			fmt.Fprintf(w, `[{"service_request_id":"R%d"}]`, len(o.got))
		}
	}))
	t.Cleanup(o.Close)
	return o
}

// assigned is a case that was given to the department of an endpoint after that was made.
func (tw *town) assigned(t *testing.T, o *elsewhere) *stored.Case {
	t.Helper()
	tw.s.Private, tw.s.Secret = true, []byte("a secret of the deployment, long enough")
	department := id.New()
	tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
		return departments.Insert(ctx, tx, &departments.Department{Key: tenant.Key{ID: department}, Slug: "roads", Name: i18n.Text{"sl": "Ceste"}})
	})
	c := tw.report(t)
	address, ok := tw.s.outsideAddress(o.URL + "/")
	if !ok {
		t.Fatal("address")
	}
	if err := tw.s.makeEndpoint(tw.eva, endpoint{Name: "Komunala", URL: address, Jurisdiction: "city", ServiceCode: "001", DepartmentID: department}, "their-key"); err != nil {
		t.Fatal(err)
	}
	c, err := tw.s.Acts.Assign(tw.eva, acts.Key{ID: c.ID}, department, "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// work hands over and asks, for some minutes, as the program does.
func (tw *town) work(t *testing.T, minutes int) {
	t.Helper()
	for range minutes {
		if err := tw.s.Hand(tw.eva, job.Job{}); err != nil {
			t.Fatal(err)
		}
		runner := job.New(tw.Raw.Write, tw.Raw.PG, tw.Clock, slog.New(slog.DiscardHandler), tw.s.Jobs())
		runner.Wrap = tw.Enter
		_, _ = runner.RunDue(context.Background()) // jobs that fail are tried again
		tw.Clock.Add(time.Minute)
	}
}

func (tw *town) handovers(t *testing.T) (list []handover) {
	t.Helper()
	tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) error { return tx.Select(&list).Scan(ctx) })
	return list
}

// TestACaseIsHandedOverOnce: also when the other system is away at first; its updates come back once.
func TestACaseIsHandedOverOnce(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		o := newElsewhere(t)
		o.fail = 4
		c := tw.assigned(t, o)
		tw.work(t, 12)
		if len(o.got) != 1 {
			t.Fatalf("sent %d times", len(o.got))
		}
		v := o.got[0]
		if v.Get("api_key") != "their-key" || v.Get("service_code") != "001" || v.Get("jurisdiction_id") != "city" || v.Get("lat") != "46.2259" || !strings.Contains(v.Get("description"), c.Number) ||
			strings.Contains(v.Encode(), "vid") || v.Get("first_name") != "" {
			t.Errorf("sent: %v", v)
		}
		h := tw.handovers(t)
		if len(h) != 1 || h[0].RemoteID != "R1" || h[0].Problem != "" {
			t.Fatalf("%+v", h)
		}
		before := tw.find(t, c.Number)
		o.mu.Lock()
		o.updates = `[{"update_id":"0","service_request_id":"R\u0000","status":"OPEN","updated_datetime":"2026-11-21T08:00:00Z"},{"update_id":"1","service_request_id":"R1","status":"FIXED","updated_datetime":"2026-11-21T09:00:00Z","description":"Popravljeno."},{"update_id":"2","service_request_id":"R99","status":"OPEN","description":"Tuje"}]`
		o.mu.Unlock()
		tw.work(t, 12)
		after := tw.find(t, c.Number)
		if after.Messages != before.Messages+1 || after.State != before.State {
			t.Errorf("%d messages, state %s", after.Messages-before.Messages, after.State)
		}
		if h := tw.handovers(t); h[0].Status != "FIXED" {
			t.Errorf("%+v", h[0])
		}
		var e []endpoint
		tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
			e, err = endpoints(ctx, tx)
			return err
		})
		if strings.Contains(e[0].Secret, "their-key") || e[0].PolledAt.IsZero() || e[0].Problem != "" {
			t.Errorf("%+v", e[0])
		}
	})
}

// TestWhatIsRefusedOrUnclearIsNotSentAgain: staff sees why.
func TestWhatIsRefusedOrUnclearIsNotSentAgain(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		o := newElsewhere(t)
		o.silent = true
		tw.assigned(t, o)
		tw.work(t, 8)
		if h := tw.handovers(t); len(o.got) != 1 || len(h) != 1 || h[0].Problem != unclear {
			t.Errorf("sent %d times, %+v", len(o.got), h)
		}
	})
	each(t, func(t *testing.T, tw *town) {
		o := newElsewhere(t)
		o.refuse = "service_code is wrong"
		tw.assigned(t, o)
		tw.work(t, 8)
		if h := tw.handovers(t); len(h) != 1 || h[0].Tries != 1 || !strings.Contains(h[0].Problem, "service_code is wrong") {
			t.Errorf("%+v", h)
		}
	})
	each(t, func(t *testing.T, tw *town) { // words that a database does not take made it ask again and again
		o := newElsewhere(t)
		o.refuse = `\u0000` + strings.Repeat("a", 298) + "šč"
		tw.assigned(t, o)
		tw.work(t, 8)
		if h := tw.handovers(t); len(o.got) != 1 || len(h) != 1 || h[0].Tries != 1 || !strings.Contains(h[0].Problem, "aš") {
			t.Errorf("asked %d times, %+v", len(o.got), h)
		}
	})
}

// TestWhatIsTakenAndBadlyAnsweredIsUnclear: a request that was taken and answered with a page or without a number counted as refused, and
// was sent once more without a question.
func TestWhatIsTakenAndBadlyAnsweredIsUnclear(t *testing.T) {
	for _, body := range []struct {
		status int
		body   string
	}{{500, `[{"code":500,"description":"it broke"}]`}, {502, "<h1>Bad gateway</h1>"}, {200, "<services/>"}, {200, "[]"}, {201, `[{"service_notice":"thanks"}]`}} {
		each(t, func(t *testing.T, tw *town) {
			o := newElsewhere(t)
			o.broken = func(w http.ResponseWriter) {
				w.WriteHeader(body.status)
				fmt.Fprint(w, body.body)
			}
			tw.assigned(t, o)
			tw.work(t, 8)
			if h := tw.handovers(t); len(o.got) != 1 || len(h) != 1 || h[0].Problem != unclear {
				t.Errorf("%d %s: sent %d times, %+v", body.status, body.body, len(o.got), h)
			}
		})
	}
}

// TestNeighboursAreNotSpokenTo: addresses of private networks are refused when they are typed and when a connection is made.
func TestNeighboursAreNotSpokenTo(t *testing.T) {
	o := newElsewhere(t)
	s := &Server{}
	for _, raw := range []string{"http://open.example/v2", "https://127.0.0.1/v2", "https://10.1.2.3", "https://[::1]/", "https://169.254.169.254/latest", "https://u:p@open.example", "ftp://x", "", "https://100.64.0.1"} {
		if _, ok := s.outsideAddress(raw); ok {
			t.Errorf("%q is taken", raw)
		}
	}
	if a, ok := s.outsideAddress(" https://open.example/v2/ "); !ok || a != "https://open.example/v2" {
		t.Error(a, ok)
	}
	var refused refusedError
	if err := s.call(t.Context(), "GET", o.URL+"/servicerequestupdates.json", url.Values{}, new([]any)); !errors.As(err, &refused) || len(o.got) > 0 {
		t.Errorf("spoke to a neighbour: %v", err)
	}
	for _, a := range []string{"::ffff:10.0.0.1", "fd00::1", "fe80::1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "240.0.0.1", "198.18.0.1", "192.0.0.8", "64:ff9b::a00:1", "2002:a00:1::1"} {
		if !private(netip.MustParseAddr(a)) {
			t.Errorf("%s is public", a)
		}
	}
	for _, a := range []string{"9.9.9.9", "193.2.1.66", "2a00:ee0::1", "2001:67c::1"} {
		if private(netip.MustParseAddr(a)) {
			t.Errorf("%s is private", a)
		}
	}
}

// TestWhatIsUnclearIsSettledAndNeverDoubled: a case that went out without an answer stayed unclear for ever, or would have been made twice.
func TestWhatIsUnclearIsSettledAndNeverDoubled(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		o := newElsewhere(t)
		o.silent = true
		c := tw.assigned(t, o)
		tw.work(t, 3)
		h := tw.handovers(t)[0]
		set := func(list string, silent bool) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.list, o.silent = list, silent
		}
		e, at := tw.site.As("eva"), adminPath+"/handovers/"+h.ID
		page := e.Get(adminPath)
		if page.Status != 200 || !strings.Contains(page.Body, i18n.T(tw.eva, "open311.unclear")) || !strings.Contains(page.Body, c.Number) {
			t.Errorf("%d: not on the page", page.Status)
		}
		for _, list := range []string{"", "[]", `[{"service_request_id":"R7","description":"another"}]`} { // it does not say, or does not have it
			set(list, true)
			if got := e.Post(at, url.Values{}); got.Status != 409 {
				t.Errorf("%q: %d", list, got.Status)
			}
		}
		if tw.work(t, 3); len(o.got) != 1 {
			t.Errorf("sent %d times before anybody was sure", len(o.got))
		}
		set(`[{"service_request_id":"R8","description":"Luč\n\n[`+c.Number+`]"}]`, true)
		if got := e.Post(at, url.Values{"sure": {"1"}}); got.Status != 303 { // it is there, whatever somebody thinks
			t.Errorf("%d %.300s", got.Status, got.Body)
		}
		if h := tw.handovers(t)[0]; h.RemoteID != "R8" || h.Problem != "" {
			t.Errorf("%+v", h)
		}
		if got := e.Post(at, url.Values{"sure": {"1"}}); got.Status != 404 {
			t.Errorf("settled twice: %d", got.Status)
		}
		if tw.work(t, 3); len(o.got) != 1 {
			t.Errorf("sent %d times", len(o.got))
		}
	})
	each(t, func(t *testing.T, tw *town) {
		o := newElsewhere(t)
		o.silent = true
		tw.assigned(t, o)
		tw.work(t, 3)
		h := tw.handovers(t)[0]
		o.mu.Lock()
		o.silent, o.list = false, "[]"
		o.mu.Unlock()
		for range 2 { // pressed twice
			_, err := tw.s.settle(tw.eva, decision{ID: h.ID, Sure: true})
			if err != nil && !fault.Is(err, fault.KindNotFound) {
				t.Fatal(err)
			}
		}
		if tw.work(t, 5); len(o.got) != 2 {
			t.Errorf("sent %d times", len(o.got))
		}
		if h := tw.handovers(t)[0]; h.RemoteID != "R2" || h.Problem != "" {
			t.Errorf("%+v", h)
		}
	})
}

// TestASendingThatNobodyFinishedIsUnclear: the program stopped between the question and its answer, and the next one asked again.
func TestASendingThatNobodyFinishedIsUnclear(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		o := newElsewhere(t)
		tw.assigned(t, o)
		if err := tw.s.Hand(tw.eva, job.Job{}); err != nil {
			t.Fatal(err)
		}
		h := tw.handovers(t)[0]
		tw.Update(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			first, err := claim(ctx, tx, &h)
			if again, _ := claim(ctx, tx, &h); !first || again {
				t.Errorf("taken %v, then %v", first, again)
			}
			return err
		})
		if tw.work(t, 3); len(o.got) != 0 {
			t.Errorf("sent %d times", len(o.got))
		}
	})
}

// TestPrivateWordsStayHome: what nobody may see was handed to the system of a department.
func TestPrivateWordsStayHome(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		o := newElsewhere(t)
		c := tw.assigned(t, o)
		var e *endpoint
		var names *listed.Names
		tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
			list, err := endpoints(ctx, tx)
			if err != nil {
				return err
			}
			e = &list[0]
			names, err = tw.s.Names.Of(ctx, tx)
			return err
		})
		for _, x := range []struct {
			visibility          stored.Visibility
			published, entrust  bool
			words, door, hidden bool
		}{
			{stored.Public, true, false, true, false, false}, {stored.Public, false, false, false, false, true}, {stored.Public, false, true, true, true, false},
			{stored.Nameless, true, true, true, true, false}, {stored.ReporterOnly, false, false, false, false, true}, {stored.ReporterOnly, false, true, true, true, false},
			{stored.Internal, false, false, false, false, true}, {stored.Internal, false, true, false, false, true},
		} {
			one, to := *c, *e
			one.Visibility, one.Published, one.Location, to.Entrusted = x.visibility, x.published, stored.Blurred, x.entrust
			v, err := tw.s.parcel(&to, &one, names)
			if err != nil {
				t.Fatal(err)
			}
			if v.Has("attribute[pole]") != (x.entrust && !x.hidden) { // a question whose answer everybody may read is asked in another test
				t.Errorf("%+v: answers %v", x, v)
			}
			said := v.Get("description")
			if strings.Contains(said, "tema") != x.words || !strings.Contains(said, "["+c.Number+"]") {
				t.Errorf("%+v: said %q", x, said)
			}
			if (v.Get("lat") == "46.2259") != x.door || x.hidden != (v.Get("address_string") == "-") || x.hidden && said != "["+c.Number+"]" {
				t.Errorf("%+v: %v", x, v)
			}
			if all := v.Encode(); strings.Contains(all, "Vid") || strings.Contains(all, "person.example") || strings.Contains(all, c.Token) {
				t.Errorf("%+v: tells who reported: %s", x, all)
			}
		}
	})
}

// TestSystemsOfOthersAreChanged: a wrong address or another key meant to begin anew and to hand everything over once more.
func TestSystemsOfOthersAreChanged(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		o := newElsewhere(t)
		c := tw.assigned(t, o)
		tw.work(t, 2)
		list := func() (e []endpoint) {
			tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
				e, err = endpoints(ctx, tx)
				return err
			})
			return e
		}
		was := list()[0]
		e, at := tw.site.As("eva"), adminPath+"/endpoints/"+was.ID
		page := e.Get(at)
		if page.Status != 200 || !strings.Contains(page.Body, "Komunala") || strings.Contains(page.Body, "their-key") || strings.Contains(page.Body, was.Secret) {
			t.Errorf("%d, or the key is shown", page.Status)
		}
		v := url.Values{"version": {"0"}, "out_name": {"Komunala d.o.o."}, "out_url": {"nowhere"}, "out_service": {"002"}, "out_department": {was.DepartmentID}, "out_entrusted": {"1"}}
		wrong := e.Post(at, v)
		if wrong.Status != 422 || !strings.Contains(wrong.Body, "Komunala d.o.o.") {
			t.Errorf("%d", wrong.Status)
		}
		v.Set("out_url", was.URL)
		if got := e.Post(at, v); got.Status != 303 {
			t.Fatalf("%d %.300s", got.Status, got.Body)
		}
		now := list()[0]
		if now.Name != "Komunala d.o.o." || now.ServiceCode != "002" || !now.Entrusted || now.Secret != was.Secret || now.RowVersion != 1 {
			t.Errorf("%+v", now)
		}
		if got := e.Post(at, v); got.Status != 409 {
			t.Errorf("somebody was faster: %d", got.Status)
		}
		v.Set("version", "1")
		v.Set("out_key", "another-key")
		if got := e.Post(at, v); got.Status != 303 || list()[0].Secret == was.Secret {
			t.Errorf("%d, the key stayed", got.Status)
		}
		if tw.work(t, 2); len(o.got) != 1 {
			t.Errorf("%s was handed over %d times", c.Number, len(o.got))
		}
		again := url.Values{"out_name": {"Komunala še enkrat"}, "out_url": {was.URL}, "out_jurisdiction": {now.Jurisdiction}, "out_service": {"002"}, "out_department": {was.DepartmentID}}
		if got := e.Post(adminPath+"/endpoints", again); got.Status != 422 || !strings.Contains(got.Body, "za iste zadeve že obstaja") || len(list()) != 1 {
			t.Errorf("the same system for the same cases: %d, %d of them: each case would be handed over to it twice", got.Status, len(list()))
		}
		if got := e.Get(adminPath + "/endpoints/" + id.New()); got.Status != 404 {
			t.Errorf("unknown: %d", got.Status)
		}
	})
}

// TestPhotosComeWithARequest: programs that send the picture itself lost it; only links were taken.
func TestPhotosComeWithARequest(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		folder, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer folder.Close() //nolint:errcheck // of a test
		tw.s.Acts.Files = attachments.New(attachments.Deps{DB: tw.DB, Store: folder})
		var b bytes.Buffer
		if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
			t.Fatal(err)
		}
		send := func(v url.Values, name, data string) webtest.Response {
			return tw.out.Upload("/open311/v2/requests.json", v, map[string][2]string{"media": {name, data}})
		}
		photos := func(number string) (n int) {
			c := tw.find(t, number)
			tw.View(tw.eva, func(ctx context.Context, tx *tenant.Tx) error {
				files, err := stored.FilesOf(ctx, tx, c.ID)
				for _, f := range files {
					if f.Kind == attachments.Photo && !f.Public {
						n++
					}
				}
				return err
			})
			return n
		}
		r := send(tw.form(), "a.jpg", b.String())
		if r.Status != 200 {
			t.Fatal(r.Status, r.Body)
		}
		if n := photos(decode[[]georeport.Receipt](t, r)[0].ID); n != 1 {
			t.Errorf("%d photos", n)
		}
		if r := send(tw.form("api_key", "wrong"), "a.jpg", b.String()); r.Status != 403 {
			t.Errorf("without a key: %d", r.Status)
		}
		if r := send(tw.form(), "a.jpg", "this is no picture"); r.Status != 400 || !strings.Contains(r.Body, "files") {
			t.Errorf("no picture: %d %s", r.Status, r.Body)
		}
		if err := tw.s.setBatch(tw.eva, true); err != nil {
			t.Fatal(err)
		}
		r = send(tw.form("description", "Druga luč ne gori\nPri cerkvi."), "b.jpg", b.String())
		token := decode[[]georeport.Receipt](t, r)[0].Token
		tw.Jobs(map[string]job.Handler{BatchJob: tw.s.Batch})
		if n := photos(decode[[]georeport.Receipt](t, tw.out.Get("/open311/v2/tokens/"+token+".json"))[0].ID); n != 1 {
			t.Errorf("after the token %d photos", n)
		}
	})
}
