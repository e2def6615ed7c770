package tenanttest

import (
	"context"
	"log/slog"
	"net/url"

	"glas/internal/authz"
	"glas/internal/cache"
	"glas/internal/web"
	"glas/internal/web/assets"
	"glas/internal/web/webtest"
	"glas/tenant"
)

// Site serves pages of modules for the municipalities of a world, as the program does. It remembers one parked form.
type Site struct {
	*web.Kernel
	// Bind changes the context of every request; nil leaves it as it is.
	Bind   func(context.Context) context.Context
	world  *World
	path   string
	parked url.Values
}

// Tokens tells from the token of a session who acts.
type Tokens func(token string) authz.Actor

// Actor implements web.Sessions.
func (f Tokens) Actor(_ context.Context, token string) (authz.Actor, error) { return f(token), nil }

// People are sessions whose token is a name: who has it acts as in that context, and everybody else is a visitor.
func People(contexts map[string]context.Context) Tokens {
	return func(token string) authz.Actor {
		if ctx, ok := contexts[token]; ok {
			return authz.From(ctx)
		}
		return authz.Actor{Kind: authz.Visitor}
	}
}

// Serve serves modules to people with sessions.
func (w *World) Serve(sessions web.Sessions, modules ...web.Module) *Site {
	w.T.Helper()
	bundle, err := assets.New()
	if err != nil {
		w.T.Fatal(err)
	}
	s := &Site{world: w}
	s.Kernel = web.New(web.Options{Catalogue: w.Catalogue, Assets: bundle, Cache: cache.NewMemory(1<<20, w.Clock), Clock: w.Clock,
		Logger: slog.New(slog.NewTextHandler(w.T.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		Sites:  s, Sessions: sessions, Parking: s, BodyLimit: 32 << 20, AddressKey: []byte("k"), Modules: modules})
	return s
}

// As gives a browser at municipality A with the token of a session, empty for a visitor.
func (s *Site) As(token string) *webtest.Client {
	return &webtest.Client{T: s.world.T, App: s.App(), Host: s.world.A.Host, Session: token}
}

// Find implements web.Sites.
func (s *Site) Find(ctx context.Context, host string) (*web.Site, error) {
	t, _, err := s.world.Dir.ByHost(ctx, host)
	if err != nil || t == nil {
		return nil, err
	}
	return &web.Site{ID: t.ID, Name: t.Name, Languages: t.Languages, Zone: t.Zone(), Host: t.Host, Base: "http://" + t.Host,
		Generation: func() (int64, bool) { return 0, false },
		Bind: func(ctx context.Context) context.Context {
			if s.Bind != nil {
				ctx = s.Bind(ctx)
			}
			return tenant.With(ctx, t)
		},
		Table: func(context.Context) (*authz.Table, error) { return s.world.table(t) }}, nil
}

// Park implements web.Parking.
func (s *Site) Park(_ context.Context, path string, form url.Values) (string, error) {
	s.path, s.parked = path, form
	return "token", nil
}

// Parked implements web.Parking.
func (s *Site) Parked(context.Context, string) (string, url.Values, error) {
	return s.path, s.parked, nil
}

// Drop implements web.Parking.
func (s *Site) Drop(context.Context, string) error {
	s.path, s.parked = "", nil
	return nil
}
