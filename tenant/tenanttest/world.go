// Package tenanttest gives tests a small world: a real database, two municipalities that must know nothing of each other, a clock
// that stands still, and contexts of people who act in them. Only tests import it.
package tenanttest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"glas/config"
	"glas/internal/authz"
	"glas/internal/cache"
	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/testenv"
	"glas/locales"
	"glas/tenant"
)

// World is what a test works in.
type World struct {
	T testing.TB
	// Raw is the database itself, for wiring and for looking behind the doors.
	Raw   *db.DB
	DB    *tenant.DB
	Dir   *tenant.Directory
	Clock *clock.Fixed
	Cache cache.Cache
	// A speaks Slovenian and English, B Greek and English.
	A, B      *tenant.Tenant
	Catalogue *i18n.Catalogue
	Policies  *authz.Policies
	events    map[string][]string
}

// Start is the moment at which every world begins: a Saturday in autumn, 09:00 in Ljubljana.
func Start() time.Time { return time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC) }

// New makes a world on SQLite. subscriptions are those of the modules under test (event name to kinds of job).
func New(t testing.TB, subscriptions ...map[string][]string) *World {
	t.Helper()
	return on(t, testenv.Open(t, testenv.SQLite(t)), subscriptions)
}

// EachBench runs fn as a benchmark on every kind of database that there is.
func EachBench(b *testing.B, fn func(b *testing.B, w *World)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { fn(b, New(b)) })
	if testenv.HasPostgres() {
		b.Run("postgres", func(b *testing.B) { fn(b, on(b, testenv.Open(b, testenv.Postgres(b)), nil)) })
	}
}

// Each runs fn as a subtest on every kind of database that there is.
func Each(t *testing.T, fn func(t *testing.T, w *World), subscriptions ...map[string][]string) {
	t.Helper()
	testenv.Each(t, func(t *testing.T, d *db.DB) { fn(t, on(t, d, subscriptions)) })
}

func on(t testing.TB, d *db.DB, subscriptions []map[string][]string) *World {
	t.Helper()
	ctx := context.Background()
	w := &World{T: t, Raw: d, Clock: clock.NewFixed(Start()), events: map[string][]string{}}
	w.Cache = cache.NewMemory(8<<20, w.Clock)
	for _, s := range subscriptions {
		for event, kinds := range s {
			w.events[event] = append(w.events[event], kinds...)
		}
	}
	var err error
	if w.Dir, err = tenant.NewDirectory(ctx, d, w.Cache, w.Clock, "localhost"); err != nil {
		t.Fatal(err)
	}
	generations, stop, err := tenant.NewGenerations(ctx, w.Cache)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	w.DB = tenant.NewDB(tenant.Deps{DB: d, Clock: w.Clock, Generations: generations, Subscribers: w.events})
	w.A = w.add("kamnik", "si", i18n.Text{"sl": "Občina Kamnik", "en": "Municipality of Kamnik"})
	w.B = w.add("kalamata", "gr", i18n.Text{"el": "Δήμος Καλαμάτας", "en": "Municipality of Kalamata"})
	if w.Catalogue, err = catalogue(); err != nil {
		t.Fatal(err)
	}
	if w.Policies, err = policies(); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *World) add(slug, country string, name i18n.Text) *tenant.Tenant {
	w.T.Helper()
	t, err := w.Dir.Add(context.Background(), tenant.New{Slug: slug, Country: country, Name: name, Brand: "#1B6B50", Listed: true})
	if err != nil {
		w.T.Fatal(err)
	}
	return t
}

// policies is the role policy, compiled once for all worlds: tables are known by the tenant, whose id no other world has.
var policies = sync.OnceValues(func() (*authz.Policies, error) { return authz.NewPolicies(config.Model, config.Policy) })

// catalogue reads the message files once for all worlds; nothing changes them.
var catalogue = sync.OnceValues(func() (*i18n.Catalogue, error) { return i18n.Load(locales.FS) })

// Ctx is the context of somebody who acts in a municipality, in its default language.
func (w *World) Ctx(t *tenant.Tenant, a authz.Actor) context.Context {
	w.T.Helper()
	table, err := w.table(t)
	if err != nil {
		w.T.Fatal(err)
	}
	ctx := i18n.With(tenant.With(context.Background(), t), w.Catalogue.Localizer(t.Default(), t.Zone(), ""))
	return authz.With(ctx, a, table)
}

func (w *World) table(t *tenant.Tenant) (*authz.Table, error) {
	return w.Policies.Table(t.ID, t.PolicyVersion, func() ([][4]string, error) { return w.Dir.PolicyLines(context.Background(), t.ID) })
}

// Visitor is a context of somebody without an account.
func (w *World) Visitor(t *tenant.Tenant) context.Context {
	return w.Ctx(t, authz.Actor{Kind: authz.Visitor})
}

// Citizen is a context of somebody with a confirmed e-mail address; accountID must exist where rows point at accounts.
func (w *World) Citizen(t *tenant.Tenant, accountID, name string) context.Context {
	return w.Ctx(t, authz.Actor{ID: accountID, Name: name, Kind: authz.Citizen, Level: authz.LevelEmail, Lang: t.Default()})
}

// Staff is a context of somebody who holds roles.
func (w *World) Staff(t *tenant.Tenant, accountID, name string, roles ...string) context.Context {
	return w.Ctx(t, authz.Actor{ID: accountID, Name: name, Kind: authz.Staff, Level: authz.LevelEmail, Lang: t.Default(), Roles: roles})
}

// View runs fn as the door of the same name and fails the test on an error.
func (w *World) View(ctx context.Context, fn func(ctx context.Context, tx *tenant.Tx) error) {
	w.T.Helper()
	if err := w.DB.View(ctx, fn); err != nil {
		w.T.Fatal(err)
	}
}

// Update runs fn as the door of the same name and fails the test on an error.
func (w *World) Update(ctx context.Context, fn func(ctx context.Context, tx *tenant.Tx) error) {
	w.T.Helper()
	if err := w.DB.Update(ctx, fn); err != nil {
		w.T.Fatal(err)
	}
}

// Jobs does all work that is due, with the given handlers, each in the municipality that it is for.
func (w *World) Jobs(handlers map[string]job.Handler) {
	w.T.Helper()
	runner := job.New(w.Raw.Write, w.Raw.PG, w.Clock, slog.Default(), handlers)
	runner.Wrap = w.Enter
	if _, err := runner.RunDue(context.Background()); err != nil {
		w.T.Fatal(err)
	}
}

// Enter puts the municipality of a job into its context.
func (w *World) Enter(ctx context.Context, j job.Job) (context.Context, error) {
	t, err := w.Dir.ByID(ctx, j.TenantID)
	if err != nil || t == nil {
		return ctx, err
	}
	ctx = i18n.With(tenant.With(ctx, t), w.Catalogue.Localizer(t.Default(), t.Zone(), ""))
	return authz.With(ctx, authz.Actor{Kind: authz.Visitor}, nil), nil
}
