package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"glas/config"
	"glas/internal/clock"
	"glas/internal/testenv"
	"glas/internal/web/webtest"
	"glas/tenant"
)

// now is the moment at which the program under test stands: a Saturday morning.
func now() time.Time { return time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC) }

// patience is how long something may take on a busy machine and with the race detector before a test fails.
const patience = 2 * time.Minute

// demoFile is the embedded database with the demo municipalities at the moment of now, liveFile the same on real time; each is made
// once for the whole test program. Few of the cases are enough to reach every page; all of them take minutes with the race detector.
var (
	demoFile = sync.OnceValues(func() (string, error) { return seeded(clock.NewFixed(now())) })
	liveFile = sync.OnceValues(func() (string, error) { return seeded(clock.System) })
	// demoServed is the first of them on PostgreSQL: a folder with what is not in the database, and the address of that.
	demoServed = sync.OnceValues(func() (served, error) {
		url, err := testenv.LastingPostgres()
		if err != nil {
			return served{}, err
		}
		dir, err := seededAt(url, clock.NewFixed(now()))
		return served{dir, url}, err
	})
)

type served struct{ dir, url string }

// seeded is a folder with a new database.
func seeded(clk clock.Clock) (string, error) { return seededAt("", clk) }

// seededAt fills the database at an address, or else a file in the folder that it gives.
func seededAt(url string, clk clock.Clock) (string, error) {
	dir, err := os.MkdirTemp("", "glas-demo")
	if err != nil {
		return "", err
	}
	if url == "" {
		url = "sqlite:" + filepath.Join(dir, "glas.db")
	}
	a, err := openTest(config.Config{DataDir: dir, DatabaseURL: url}, clk)
	if err != nil {
		return "", err
	}
	if err := a.seedDemo(context.Background(), io.Discard, true); err != nil {
		return "", err
	}
	// The write-ahead log is folded in at the close, so that the file alone is the whole database.
	return dir, a.close()
}

func openTest(cfg config.Config, clk clock.Clock) (*app, error) {
	cfg.BaseDomain, cfg.PublicScheme, cfg.Listen, cfg.BodyLimit, cfg.Demo = "localhost", "http", ":80", 64<<20, true
	cfg.RequestTime = patience
	cfg.SecretFile = filepath.Join(cfg.DataDir, "secret")
	return open(context.Background(), cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), clk, nil)
}

// demo is the whole program with the demo municipalities, on a database of its own that is gone after the test.
func demo(t testing.TB, clk clock.Clock) *app {
	t.Helper()
	from, err := demoFile()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	a, err := openTest(config.Config{DataDir: dir, DatabaseURL: "sqlite:" + filepath.Join(dir, "glas.db")}, clk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// demoEach is demo on every kind of database that there is.
func demoEach(t *testing.T, fn func(t *testing.T, a *app)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, demo(t, clock.NewFixed(now()))) })
	if !testenv.HasPostgres() {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		from, err := demoServed()
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(from.dir)); err != nil {
			t.Fatal(err)
		}
		cfg := config.Config{DataDir: dir, DatabaseURL: testenv.CopyPostgres(t, from.url)}
		if testenv.HasRedis() {
			cfg.RedisURL = testenv.RedisURL(t)
		}
		a, err := openTest(cfg, clock.NewFixed(now()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := a.close(); err != nil {
				t.Error(err)
			}
		})
		fn(t, a)
	})
}

func (a *app) town(t testing.TB, slug string) *tenant.Tenant {
	t.Helper()
	one, err := a.directory.BySlug(context.Background(), slug)
	if err != nil {
		t.Fatal(err)
	}
	return one
}

// visitor is a browser without a session.
func (a *app) visitor(t testing.TB, slug string) *webtest.Client {
	t.Helper()
	return &webtest.Client{T: t, App: a.fiber(), Host: a.town(t, slug).Host, Routes: a.kernel.Routes()}
}

// person is a browser of somebody with an account and roles, signed in by a one-time link.
func (a *app) person(t testing.TB, slug, name string, roles ...string) *webtest.Client {
	t.Helper()
	link, err := a.oneTimeLink(context.Background(), a.town(t, slug), name+"@person.example", strings.ToUpper(name[:1])+name[1:]+" Test", roles...)
	if err != nil {
		t.Fatal(err)
	}
	c := a.visitor(t, slug)
	path := link[strings.Index(link, "/sign-in"):]
	if r := c.Get(path); r.Status != 200 {
		t.Fatalf("GET %s: %d", path, r.Status)
	}
	if r := c.Post(path, nil); r.Status != 303 {
		t.Fatalf("POST %s: %d %s", path, r.Status, r.Body)
	}
	return c
}
