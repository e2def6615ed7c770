package cache_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"glas/internal/cache"
	"glas/internal/clock"
	"glas/internal/id"
)

// patience is how long something may take that happens elsewhere before the test fails.
const patience = 20 * time.Second

// server is a Redis of the test's own on a unix socket.
type server struct {
	binary, dir, socket string
	process             *exec.Cmd
}

func newServer(t *testing.T) *server {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("redis-server is not installed")
	}
	dir, err := os.MkdirTemp("", "glas") // short: a socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	s := &server{binary: binary, dir: dir, socket: filepath.Join(dir, "redis.sock")}
	t.Cleanup(func() {
		s.kill(t)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	s.start(t)
	return s
}

func (s *server) url() string { return "unix://" + s.socket + "?read_timeout=10s" } // on a busy machine Redis too has to wait

func (s *server) start(t *testing.T) {
	t.Helper()
	s.process = exec.Command(s.binary, "--port", "0", "--unixsocket", s.socket, "--save", "", "--appendonly", "no", "--dir", s.dir)
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "redis listens", func() bool {
		conn, err := net.Dial("unix", s.socket)
		return err == nil && conn.Close() == nil
	})
}

func (s *server) kill(t *testing.T) {
	t.Helper()
	if s.process == nil {
		return
	}
	if err := s.process.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = s.process.Wait() // says that it was killed
	s.process = nil
	_ = os.Remove(s.socket)
}

func (s *server) connect(t *testing.T, prefix string) *cache.Redis {
	t.Helper()
	r, err := cache.NewRedis(s.url(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// eventually asks again and again for something that another process does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for !ok() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("never happened: %s", what)
		}
	}
}

func TestContract(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		now := clock.NewFixed(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
		contract(t, cache.NewMemory(1<<20, now), func(d time.Duration) { now.Add(d) })
	})
	t.Run("redis", func(t *testing.T) {
		s := newServer(t)
		// Redis has a clock of its own: there time has to pass.
		contract(t, s.connect(t, "a:"), nil)
	})
}

// contract is what both versions must keep. pass moves the clock; nil means that the
// cache follows real time.
func contract(t *testing.T, c cache.Cache, pass func(time.Duration)) {
	ctx := context.Background()
	expires := func(t *testing.T, key string, ttl time.Duration) {
		t.Helper()
		if pass != nil {
			pass(ttl)
		}
		eventually(t, key+" expires", func() bool {
			_, found, err := c.Get(ctx, key)
			return err == nil && !found
		})
	}
	ttl := 50 * time.Millisecond

	t.Run("get set delete", func(t *testing.T) {
		for _, val := range []string{"", "one", "\x00\xff", strings.Repeat("x", 5000)} {
			if err := c.Set(ctx, "k", []byte(val), time.Hour); err != nil {
				t.Fatal(err)
			}
			got, found, err := c.Get(ctx, "k")
			if err != nil || !found || string(got) != val {
				t.Errorf("Get = %q, %v, %v", got, found, err)
			}
		}
		if err := c.Delete(ctx, "k", "never there"); err != nil {
			t.Fatal(err)
		}
		if err := c.Delete(ctx); err != nil {
			t.Errorf("Delete of nothing: %v", err)
		}
		if got, found, err := c.Get(ctx, "k"); got != nil || found || err != nil {
			t.Errorf("after Delete: %q, %v, %v", got, found, err)
		}
	})
	t.Run("expiry", func(t *testing.T) {
		for _, set := range []time.Duration{0, -time.Second, time.Hour} {
			if err := c.Set(ctx, "stays", []byte("v"), set); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Set(ctx, "goes", []byte("v"), ttl); err != nil {
			t.Fatal(err)
		}
		expires(t, "goes", ttl)
		if _, found, err := c.Get(ctx, "stays"); !found || err != nil {
			t.Errorf("stays: %v, %v", found, err)
		}
	})
	t.Run("incr", func(t *testing.T) {
		for want := int64(1); want <= 3; want++ {
			// The later lifetimes do not count.
			n, err := c.Incr(ctx, "n", map[bool]time.Duration{true: ttl, false: time.Hour}[want == 1])
			if err != nil {
				t.Fatal(err)
			}
			if n != want && pass != nil {
				t.Errorf("Incr = %d, want %d", n, want)
			}
		}
		expires(t, "n", ttl)
		if n, err := c.Incr(ctx, "n", time.Hour); n != 1 || err != nil {
			t.Errorf("a new counter begins at %d, %v", n, err)
		}
		if got, _, err := c.Get(ctx, "n"); string(got) != "1" || err != nil {
			t.Errorf("Get of a counter = %q, %v", got, err)
		}
		if err := c.Set(ctx, "word", []byte("abc"), time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Incr(ctx, "word", time.Hour); err == nil || errors.Is(err, cache.ErrUnavailable) {
			t.Errorf("Incr of a word: %v", err)
		}
		if !c.Healthy() {
			t.Error("a wrong type made the cache unhealthy")
		}
	})
	t.Run("incr by many is exact", func(t *testing.T) {
		var all sync.WaitGroup
		var mu sync.Mutex
		seen := map[int64]bool{}
		for range 8 {
			all.Go(func() {
				for range 50 {
					n, err := c.Incr(ctx, "many", time.Hour)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					seen[n] = true
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if len(seen) != 400 || !seen[400] {
			t.Errorf("%d different numbers, want 400", len(seen))
		}
	})
	t.Run("keys", func(t *testing.T) {
		for _, key := range []string{"", strings.Repeat("k", cache.MaxKey+1)} {
			_, _, getErr := c.Get(ctx, key)
			_, incrErr := c.Incr(ctx, key, ttl)
			if getErr == nil || incrErr == nil || c.Set(ctx, key, nil, ttl) == nil {
				t.Errorf("a key of %d bytes was taken", len(key))
			}
		}
	})
	t.Run("publish subscribe", func(t *testing.T) { contractMessages(t, c) })
}

func contractMessages(t *testing.T, c cache.Cache) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	first, second, ended := make(chan string, 10), make(chan string, 10), make(chan string, 10)
	into := func(ch chan string) func([]byte) { return func(m []byte) { ch <- string(m) } }
	subscribe := func(ctx context.Context, channel string, ch chan string) func() {
		stop, err := c.Subscribe(ctx, channel, into(ch), cache.OnReconnect(func() { t.Error("OnReconnect without a loss") }))
		if err != nil {
			t.Fatal(err)
		}
		return stop
	}
	publish := func(channel, msg string) {
		if err := c.Publish(ctx, channel, []byte(msg)); err != nil {
			t.Fatal(err)
		}
	}
	receive := func(ch chan string, want ...string) {
		t.Helper()
		var got []string
		for range want {
			select {
			case m := <-ch:
				got = append(got, m)
			case <-time.After(patience):
				t.Fatalf("got %q, want %q", got, want)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	}
	publish("news", "to nobody")
	stopFirst := subscribe(ctx, "news", first)
	stopSecond := subscribe(ctx, "news", second)
	defer stopSecond()
	short, end := context.WithCancel(ctx)
	defer subscribe(short, "news", ended)()
	publish("other", "not for them")
	publish("news", "a")
	publish("news", "b")
	receive(first, "a", "b")
	receive(second, "a", "b")
	receive(ended, "a", "b")
	stopFirst()
	stopFirst()
	end()
	// What was stopped hears nothing any more; that takes a moment for the context.
	eventually(t, "the ended context ends the subscription", func() bool {
		publish("news", "c")
		receive(second, "c")
		select {
		case <-ended:
			return false
		default:
			return true
		}
	})
	if len(first) != 0 {
		t.Errorf("a stopped subscription heard %q", <-first)
	}
	over, stop := context.WithCancel(ctx)
	stop()
	if _, err := c.Subscribe(over, "news", into(first)); !errors.Is(err, context.Canceled) {
		t.Errorf("Subscribe with an ended context: %v", err)
	}
}

func TestMemoryNeverHoldsMoreThanItsBound(t *testing.T) {
	ctx := context.Background()
	const bound = 1 << 20
	m := cache.NewMemory(bound, clock.NewFixed(time.Unix(0, 0)))
	if err := m.Set(ctx, "hot", []byte("page"), 0); err != nil {
		t.Fatal(err)
	}
	for i := range 20_000 {
		if err := m.Set(ctx, fmt.Sprint("k", i), make([]byte, i%300), 0); err != nil {
			t.Fatal(err)
		}
		if _, found, _ := m.Get(ctx, "hot"); !found {
			t.Fatalf("what is used all the time was pushed out at %d", i)
		}
	}
	if used := m.Bytes(); used > bound || used < bound*8/10 {
		t.Errorf("holds %d bytes of %d", used, bound)
	}
	if _, found, _ := m.Get(ctx, "k0"); found {
		t.Error("the oldest was not pushed out")
	}
	before := m.Bytes()
	if err := m.Set(ctx, "hot", make([]byte, bound), 0); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := m.Get(ctx, "hot"); found || m.Bytes() > before {
		t.Error("a value larger than a part was kept, or its predecessor was")
	}
	if !m.Healthy() {
		t.Error("not healthy")
	}
}

func TestRedisPrefixesKeepDeploymentsApart(t *testing.T) {
	s := newServer(t)
	ctx := context.Background()
	a, b := s.connect(t, "a:"), s.connect(t, "b:")
	if err := a.Set(ctx, "k", []byte("a"), time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, found, err := b.Get(ctx, "k"); found || err != nil {
		t.Errorf("the other deployment sees it: %v, %v", found, err)
	}
}

func TestLostRedisIsReportedAndFoundAgain(t *testing.T) {
	s := newServer(t)
	ctx := context.Background()
	c := s.connect(t, id.New())
	heard, again := make(chan string, 100), make(chan struct{}, 100)
	stop, err := c.Subscribe(ctx, "news", func(m []byte) { heard <- string(m) }, cache.OnReconnect(func() { again <- struct{}{} }))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()

	s.kill(t)
	for name, err := range map[string]error{
		"set": c.Set(ctx, "k", nil, 0), "publish": c.Publish(ctx, "news", nil), "delete": c.Delete(ctx, "k"),
	} {
		if !errors.Is(err, cache.ErrUnavailable) {
			t.Errorf("%s = %v, want ErrUnavailable", name, err)
		}
	}
	if _, _, err := c.Get(ctx, "k"); !errors.Is(err, cache.ErrUnavailable) {
		t.Errorf("get = %v", err)
	}
	if _, err := c.Incr(ctx, "k", 0); !errors.Is(err, cache.ErrUnavailable) {
		t.Errorf("incr = %v", err)
	}
	if c.Healthy() {
		t.Error("still called healthy")
	}
	late := make(chan struct{}, 100)
	stopLate, err := c.Subscribe(ctx, "news", func([]byte) {}, cache.OnReconnect(func() { late <- struct{}{} }))
	if err != nil {
		t.Fatalf("subscribe while redis is away: %v", err)
	}
	defer stopLate()

	s.start(t)
	eventually(t, "healthy again", c.Healthy)
	for name, ch := range map[string]chan struct{}{"standing": again, "made meanwhile": late} {
		select {
		case <-ch:
		case <-time.After(patience):
			t.Fatalf("OnReconnect of the subscription %s was not called", name)
		}
	}
	if err := c.Publish(ctx, "news", []byte("back")); err != nil {
		t.Fatal(err)
	}
	select {
	case m := <-heard:
		if m != "back" {
			t.Errorf("heard %q", m)
		}
	case <-time.After(patience):
		t.Fatal("the subscription did not come back")
	}
}

func TestRedisCallerWhoGivesUpDoesNotMakeItUnhealthy(t *testing.T) {
	s := newServer(t)
	c := s.connect(t, "")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := c.Get(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if !c.Healthy() {
		t.Error("unhealthy")
	}
}

func TestNewRedisNeedsNoServerButAReadableAddress(t *testing.T) {
	if _, err := cache.NewRedis("http://user:secret@x", ""); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("err = %v, want one without the password", err)
	}
	c, err := cache.NewRedis("unix://"+filepath.Join(t.TempDir(), "none"), "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Healthy() {
		t.Error("healthy without a server")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// TestABusyRedisIsNotALostOne: on a busy machine an answer took longer than usual, and the cache was given up.
func TestABusyRedisIsNotALostOne(t *testing.T) {
	s := newServer(t)
	c := s.connect(t, "")
	if err := c.Set(context.Background(), "k", []byte("v"), 0); err != nil {
		t.Fatal(err)
	}
	if err := s.process.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	wake := time.AfterFunc(600*time.Millisecond, func() { _ = s.process.Process.Signal(syscall.SIGCONT) }) // longer than the usual deadline
	defer wake.Stop()
	if v, found, err := c.Get(context.Background(), "k"); err != nil || !found || string(v) != "v" {
		t.Errorf("%q, %v, %v", v, found, err)
	}
}
