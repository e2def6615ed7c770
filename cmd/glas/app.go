package main

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"glas/config"
	"glas/internal/authz"
	"glas/internal/blob"
	"glas/internal/cache"
	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/web"
	"glas/internal/web/assets"
	"glas/locales"
	"glas/migrations"
	"glas/tenant"
)

// app is the whole program, put together but not yet serving.
type app struct {
	cfg         config.Config
	log         *slog.Logger
	clock       clock.Clock
	db          *db.DB
	cache       cache.Cache
	directory   *tenant.Directory
	generations *tenant.Generations
	rows        *tenant.DB
	blobs       blob.Store
	catalogue   *i18n.Catalogue
	policies    *authz.Policies
	assets      *assets.Bundle
	metrics     *prometheus.Registry
	sender      mail.Sender
	runner      *job.Runner
	parts       *parts
	sites       *sites
	kernel      *web.Kernel
	secret      []byte
	closers     []func() error
}

// open puts the program together: settings, stores, municipalities, modules. progress is told about migrations and may be nil.
func open(ctx context.Context, cfg config.Config, log *slog.Logger, clk clock.Clock, progress db.Progress) (*app, error) {
	a := &app{cfg: cfg, log: log, clock: clk, metrics: prometheus.NewRegistry()}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return a.openStores(ctx, progress) }, a.openDirectory, a.wire,
	} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, a.close())
		}
	}
	return a, nil
}

func (a *app) openStores(ctx context.Context, progress db.Progress) (err error) {
	if a.secret, err = readSecret(a.cfg.SecretFile); err != nil {
		return err
	}
	if a.db, err = db.Open(ctx, a.cfg.DatabaseURL); err != nil {
		return err
	}
	a.closers = append(a.closers, a.db.Close)
	if err := a.db.Migrate(ctx, migrations.FS, migrations.Dialect{PG: a.db.PG}, progress); err != nil {
		return err
	}
	if a.cfg.RedisURL == "" {
		a.cache = cache.NewMemory(32<<20, a.clock)
	} else {
		r, err := cache.NewRedis(a.cfg.RedisURL, "glas:")
		if err != nil {
			return err
		}
		a.cache, a.closers = r, append(a.closers, r.Close)
	}
	if a.cfg.S3URL == "" {
		a.blobs, err = blob.NewFolder(filepath.Join(a.cfg.DataDir, "files"))
	} else {
		a.blobs, err = blob.NewS3(a.cfg.S3URL)
	}
	if err != nil {
		return err
	}
	if a.cfg.SMTPURL != "" {
		if a.sender, err = mail.NewSMTP(a.cfg.SMTPURL, a.clock); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) openDirectory(ctx context.Context) (err error) {
	if a.catalogue, err = i18n.Load(locales.FS); err != nil {
		return err
	}
	if a.policies, err = authz.NewPolicies(config.Model, config.Policy); err != nil {
		return err
	}
	if a.assets, err = assets.New(); err != nil {
		return err
	}
	if a.directory, err = tenant.NewDirectory(ctx, a.db, a.cache, a.clock, a.cfg.BaseDomain); err != nil {
		return err
	}
	generations, stop, err := tenant.NewGenerations(ctx, a.cache)
	if err != nil {
		return err
	}
	a.generations = generations
	a.closers = append(a.closers, func() error { stop(); return nil })
	return nil
}

// wire makes the modules, the jobs and the kernel that serves them.
func (a *app) wire(context.Context) error {
	subscribers := map[string][]string{}
	a.rows = tenant.NewDB(tenant.Deps{DB: a.db, Clock: a.clock, Generations: a.generations, Subscribers: subscribers, Wake: func() { a.runner.Wake() }})
	a.sites = newSites(a)
	p, err := a.newParts()
	if err != nil {
		return err
	}
	a.parts = p
	handlers, periodic := a.jobs(subscribers)
	a.runner = job.New(a.db.Write, a.db.PG, a.clock, a.log, handlers)
	a.runner.Wrap = a.enter
	for kind, interval := range periodic {
		a.runner.Every(kind, interval)
	}
	a.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.kernel = web.New(web.Options{
		Catalogue: a.catalogue, Assets: a.assets, Cache: a.cache, Clock: a.clock, Logger: a.log, Sites: a.sites, Sessions: a.sessions(),
		Parking: tenant.Park{DB: a.rows}, Metrics: a.metrics, TrustedProxies: a.cfg.TrustedProxies, BodyLimit: a.cfg.BodyLimit, RequestTime: a.cfg.RequestTime,
		AddressKey: a.key("addresses"), Modules: p.modules(), Ready: func(ctx context.Context) error { return a.db.Read.PingContext(ctx) },
	})
	return nil
}

// jobs collects the work that modules do by themselves, and which events start it.
func (a *app) jobs(subscribers map[string][]string) (map[string]job.Handler, map[string]time.Duration) {
	handlers, periodic := map[string]job.Handler{}, map[string]time.Duration{}
	for _, m := range a.parts.modules() {
		if w, ok := m.(interface{ Jobs() map[string]job.Handler }); ok {
			for kind, h := range w.Jobs() {
				handlers[kind] = h
			}
		}
		if s, ok := m.(interface{ Subscriptions() map[string][]string }); ok {
			for event, kinds := range s.Subscriptions() {
				subscribers[event] = append(subscribers[event], kinds...)
			}
		}
		if p, ok := m.(interface {
			Periodic() map[string]time.Duration
		}); ok {
			for kind, interval := range p.Periodic() {
				each, part := "each:"+kind, ""
				if b, ok := m.(web.Belonging); ok {
					part = b.PartOf()
				}
				handlers[each], periodic[each] = a.forEach(part, handlers[kind]), interval
			}
		}
	}
	handlers["mail.deliver"] = a.deliverMail
	periodic["mail.deliver"] = 15 * time.Second
	handlers["mail.purge"] = a.purgeMail
	periodic["mail.purge"] = 24 * time.Hour
	return handlers, periodic
}

// forEach does a periodic job once for every active municipality that has the part; one that fails does not keep the others from it.
func (a *app) forEach(part string, h job.Handler) job.Handler {
	return func(ctx context.Context, j job.Job) error {
		all, err := a.directory.All(ctx)
		if err != nil {
			return err
		}
		var failed []error
		for _, t := range all {
			if t.State != tenant.Active || !t.Has(part) {
				continue
			}
			if err := h(a.as(ctx, t, t.Default()), j); err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", t.Slug, err))
			}
		}
		return errors.Join(failed...)
	}
}

// enter puts the municipality of a job into its context.
func (a *app) enter(ctx context.Context, j job.Job) (context.Context, error) {
	if j.TenantID == "" {
		return ctx, nil
	}
	t, err := a.directory.ByID(ctx, j.TenantID)
	if err != nil {
		return ctx, err
	}
	if t == nil {
		return ctx, job.Permanent(fmt.Errorf("municipality %s of the job is gone", j.TenantID))
	}
	if t.State != tenant.Active {
		return ctx, job.Later(fmt.Errorf("municipality %s is %s", t.Slug, t.State), time.Hour)
	}
	return a.as(ctx, t, t.Default()), nil
}

// as is the context of work for a municipality that nobody asked for through a page.
func (a *app) as(ctx context.Context, t *tenant.Tenant, lang string) context.Context {
	prefix := ""
	if lang != t.Default() {
		prefix = "/" + lang
	}
	ctx = i18n.With(tenant.With(ctx, t), a.catalogue.Localizer(lang, t.Zone(), prefix))
	return authz.With(ctx, authz.Actor{Kind: authz.Visitor}, nil)
}

func (a *app) deliverMail(ctx context.Context, _ job.Job) error {
	if a.sender == nil {
		return nil // kept, and read by the operator
	}
	_, err := mail.Deliver(ctx, a.db.Write, a.sender, a.clock)
	return err
}

// mailKept is how long a mail that was sent or given up is remembered: long enough to see that it went out.
const mailKept = 30 * 24 * time.Hour

// purgeMail forgets mails that were sent or given up long ago: addresses are kept no longer than they are of use.
func (a *app) purgeMail(ctx context.Context, _ job.Job) error {
	_, err := mail.Purge(ctx, a.db.Write, a.clock.Now().Add(-mailKept))
	return err
}

// base is how addresses of a municipality begin in mails and feeds.
func (a *app) base(ctx context.Context) string {
	if t := tenant.From(ctx); t != nil {
		return a.cfg.Base(t.Host)
	}
	return a.cfg.Base(a.cfg.BaseDomain)
}

// key derives a key for one purpose from the secret of the deployment (HKDF, RFC 5869).
func (a *app) key(purpose string) []byte {
	k, err := hkdf.Key(sha256.New, a.secret, nil, "glas "+purpose, 32)
	if err != nil {
		panic(fmt.Sprintf("derive key: %v", err)) // only at start, and only for an impossible length
	}
	return k
}

func (a *app) close() error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i]())
	}
	a.closers = nil
	return errors.Join(errs...)
}

// readSecret reads the secret of the deployment, or makes one at the first start.
func readSecret(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		fresh := make([]byte, 32)
		if _, err := rand.Read(fresh); err != nil {
			return nil, fmt.Errorf("make secret: %w", err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return nil, fmt.Errorf("make secret: %w", err)
		}
		raw = []byte(hex.EncodeToString(fresh))
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			return nil, fmt.Errorf("make secret: %w", err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("read secret: %w", err)
	}
	secret := []byte(strings.TrimSpace(string(raw)))
	if len(secret) < 32 {
		return nil, fmt.Errorf("secret in %s: at least 32 bytes are needed", path)
	}
	return secret, nil
}

// fiber is the application that answers requests.
func (a *app) fiber() *fiber.App { return a.kernel.App() }
