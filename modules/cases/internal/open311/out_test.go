package open311

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
)

// elsewhere is a system of others: it fails as often as told, then takes requests and has updates.
type elsewhere struct {
	*httptest.Server
	mu      sync.Mutex
	fail    int
	refuse  bool
	silent  bool
	got     []url.Values
	updates string
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
		case strings.HasSuffix(r.URL.Path, "/servicerequestupdates.json"):
			fmt.Fprint(w, o.updates)
		case o.silent:
			_ = r.ParseForm()
			o.got = append(o.got, r.PostForm)
			panic(http.ErrAbortHandler)
		case o.refuse:
			w.WriteHeader(400)
			fmt.Fprint(w, `[{"code":400,"description":"service_code is wrong"}]`)
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
		o.updates = `[{"update_id":"1","service_request_id":"R1","status":"FIXED","updated_datetime":"2026-11-21T09:00:00Z","description":"Popravljeno."},{"update_id":"2","service_request_id":"R99","status":"OPEN","description":"Tuje"}]`
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
		o.refuse = true
		tw.assigned(t, o)
		tw.work(t, 8)
		if h := tw.handovers(t); len(h) != 1 || h[0].Tries != 1 || !strings.Contains(h[0].Problem, "service_code is wrong") {
			t.Errorf("%+v", h)
		}
	})
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
	for _, a := range []string{"::ffff:10.0.0.1", "fd00::1", "fe80::1", "0.0.0.0", "224.0.0.1"} {
		if !private(netip.MustParseAddr(a)) {
			t.Errorf("%s is public", a)
		}
	}
}
