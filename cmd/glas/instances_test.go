package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"glas/config"
	"glas/internal/testenv"
	"glas/internal/web/webtest"
)

// TestTwoInstances runs the program twice on one PostgreSQL and one Redis, as behind one address.
func TestTwoInstances(t *testing.T) {
	wire := newWire(t, testenv.RedisURL(t))
	cfg := config.Config{DataDir: t.TempDir(), DatabaseURL: testenv.EmptyPostgres(t), RedisURL: "unix://" + wire.path, Listen: ":80"}
	one := openPublic(t, cfg)
	if err := one.seedDemo(context.Background(), io.Discard, true); err != nil {
		t.Fatal(err)
	}
	two := openPublic(t, cfg)
	const list = "/consultations/varno-pes-in-s-kolesom/proposals"
	voter, reader := one.person(t, "velenje", "voter"), two.visitor(t, "velenje")
	action, before := firstBallot(t, reader, list)
	firstBallot(t, reader, list) // from the cache of pages now

	t.Run("a vote on one is seen on the other", func(t *testing.T) {
		press(t, voter, action, "support")
		soon(t, "the support", func() bool { _, n := firstBallot(t, reader, list); return n == before+1 })
	})
	t.Run("a session of one is valid on the other", func(t *testing.T) {
		same := *voter // with its cookies
		same.App = two.fiber()
		if r := same.Get("/me"); r.Status != http.StatusOK || !strings.Contains(r.Body, "voter@person.example") {
			t.Errorf("/me on the other instance: %d", r.Status)
		}
	})
	t.Run("what somebody says of himself on one holds on the other", func(t *testing.T) {
		aged := one.person(t, "velenje", "aged")
		same := *aged // with its cookies
		same.App = two.fiber()
		mayVote := func() bool {
			return aged.Get("/consultations/zelene-povrsine/proposals").Doc(t).Find("form.g-vote button[name=value]").Length() > 0
		}
		if mayVote() {
			t.Fatal("somebody whose age is not known may vote")
		}
		if r := same.Post("/me", url.Values{"name": {"Aged"}, "lang": {"sl"}, "birth_year": {"1980"}}); r.Status != http.StatusSeeOther {
			t.Fatalf("POST /me: %d", r.Status)
		}
		soon(t, "the vote", mayVote)
	})
	t.Run("settings of one hold on the other", func(t *testing.T) {
		town := *one.town(t, "velenje")
		since := town.UpdatedAt
		town.Tagline = map[string]string{"sl": "Nova beseda", "en": "A new word"}
		if err := one.directory.Save(context.Background(), &town, since); err != nil {
			t.Fatal(err)
		}
		soon(t, "the new tagline", func() bool { return strings.Contains(reader.Get("/").Body, "Nova beseda") })
	})
	t.Run("who is blocked on one is blocked on the other", func(t *testing.T) {
		admin := one.person(t, "velenje", "admin", "administrator")
		same := *voter // with its cookies
		same.App = two.fiber()
		var at string
		admin.Get("/admin/people?q=voter").Doc(t).Find("a[href*='/admin/people/']").Each(func(_ int, s *goquery.Selection) {
			if href := s.AttrOr("href", ""); strings.Count(href, "/") == 3 {
				at = href
			}
		})
		if r := admin.Post(at+"/block", url.Values{"reason": {"Večkratno žaljenje drugih udeležencev."}}); r.Status != http.StatusSeeOther {
			t.Fatalf("POST %s/block: %d", at, r.Status)
		}
		var other string
		reader.Get(list).Doc(t).Find("form.g-vote").Each(func(i int, s *goquery.Selection) {
			if i == 1 {
				other = s.AttrOr("action", "")
			}
		})
		// Who acts is remembered for two seconds on each instance, so a block made elsewhere may take as long.
		soon(t, "the block", func() bool {
			same.Post(other, url.Values{"value": {"support"}})
			if same.Get(list).Doc(t).Find("form[action='"+other+"'] button[aria-pressed=true]").Length() == 0 {
				return true
			}
			same.Post(other, url.Values{"value": {"withdraw"}})
			return false
		})
		if r := same.Get("/me"); r.Status == http.StatusOK && !strings.Contains(r.Body, "Večkratno žaljenje") {
			t.Error("the other instance does not tell who is blocked why")
		}
	})
	t.Run("without Redis nothing is wrong", func(t *testing.T) {
		second := one.person(t, "velenje", "second")
		_, count := firstBallot(t, reader, list)
		wire.cut()
		press(t, second, action, "support")
		if _, n := firstBallot(t, reader, list); n != count+1 {
			soon(t, "the support", func() bool { _, n := firstBallot(t, reader, list); return n == count+1 })
		}
		wire.mend(t)
		press(t, second, action, "withdraw")
		soon(t, "the withdrawal", func() bool { _, n := firstBallot(t, reader, list); return n == count })
	})
	t.Run("one stops and the other goes on", func(t *testing.T) {
		last := two.person(t, "velenje", "last")
		_, count := firstBallot(t, reader, list)
		if err := one.close(); err != nil {
			t.Errorf("close: %v", err)
		}
		press(t, last, action, "support")
		soon(t, "the support", func() bool { _, n := firstBallot(t, reader, list); return n == count+1 })
	})
}

// TestSecondInstanceSeededTheDemoToo starts two instances on an empty database at the same moment.
func TestSecondInstanceSeededTheDemoToo(t *testing.T) {
	cfg := config.Config{DataDir: t.TempDir(), DatabaseURL: testenv.EmptyPostgres(t), RedisURL: testenv.RedisURL(t), Listen: ":80"}
	both := []*app{openPublic(t, cfg), openPublic(t, cfg)}
	errs := make(chan error, len(both))
	for _, one := range both {
		go func() { errs <- one.seedDemo(context.Background(), io.Discard, true) }()
	}
	for range both {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	all, err := both[0].directory.All(context.Background())
	if err != nil || len(all) != 4 {
		t.Errorf("%d municipalities, %v", len(all), err)
	}
}

// firstBallot is where the first thing on a list is voted for, and how many did.
func firstBallot(t *testing.T, c *webtest.Client, path string) (action string, count int) {
	t.Helper()
	r := c.Get(path)
	if r.Status != http.StatusOK {
		t.Fatalf("GET %s: %d", path, r.Status)
	}
	form := r.Doc(t).Find("form.g-vote").First()
	n, err := strconv.Atoi(form.Find("[data-vote-count]").AttrOr("data-vote-count", form.Find(".g-vote__count").Text()))
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return form.AttrOr("action", ""), n
}

func press(t *testing.T, c *webtest.Client, action, value string) {
	t.Helper()
	if r := c.Post(action, url.Values{"value": {value}}); r.Status != http.StatusSeeOther {
		t.Fatalf("POST %s: %d %s", action, r.Status, r.Body)
	}
}

// soon waits for what another instance is told, no longer than anything may be remembered.
func soon(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("%s is not seen on the other instance", what)
		}
		<-time.After(50 * time.Millisecond)
	}
}

// wire leads to Redis and can be cut, so that no other test loses it.
type wire struct {
	path, to string
	mu       sync.Mutex
	listener net.Listener
	lines    []net.Conn
}

func newWire(t *testing.T, address string) *wire {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "unix" {
		t.Skipf("Redis is not at a unix socket: %s", address)
	}
	dir, err := os.MkdirTemp("", "wire") // short: a unix socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{path: filepath.Join(dir, "r.sock"), to: u.Path}
	w.mend(t)
	t.Cleanup(func() {
		w.cut()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return w
}

// mend lets connections through again.
func (w *wire) mend(t *testing.T) {
	t.Helper()
	l, err := net.Listen("unix", w.path)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.listener = l
	w.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return // cut
			}
			out, err := net.Dial("unix", w.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			w.mu.Lock()
			w.lines = append(w.lines, in, out)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		}
	}()
}

// cut ends every connection and takes no new ones.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.listener.Close()
	for _, line := range w.lines {
		_ = line.Close()
	}
	w.lines = nil
}
