package main

import (
	"context"
	"time"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/newest"
	"glas/internal/theme"
	"glas/internal/web"
	"glas/tenant"
)

// sites makes a web.Site of each municipality, once for each version of its settings.
type sites struct {
	app  *app
	home *web.Site
	made newest.Map[string, *tenant.Tenant, madeSite]
}

type madeSite struct {
	site *web.Site
	// away is the same site for an address that is not the main one.
	away *web.Site
}

func newSites(a *app) *sites {
	in := theme.Input{Brand: "#3F3D9E", Pattern: "rings", Crest: "sun"}
	s := &sites{app: a}
	s.home = &web.Site{
		ID: "deployment", Deployment: true, Languages: []string{"en", "sl", "bg", "el", "tr"}, Zone: time.UTC,
		Name:    i18n.Text{"en": "Glas", "sl": "Glas", "bg": "Глас", "el": "Glas", "tr": "Glas"},
		Tagline: i18n.Text{"en": "Municipalities that listen", "sl": "Občine, ki poslušajo", "bg": "Общини, които слушат", "el": "Δήμοι που ακούν", "tr": "Dinleyen belediyeler"},
		Host:    a.cfg.BaseDomain, Base: a.cfg.Base(a.cfg.BaseDomain), Crest: "sun", ThemeURL: themeURL(in), ThemeCSS: theme.CSS(in), Icon: theme.Icon(in),
		Generation: func() (int64, bool) { return 0, a.cache.Healthy() },
		Bind:       func(ctx context.Context) context.Context { return ctx },
		Table:      func(context.Context) (*authz.Table, error) { return a.policies.Table("", 0, noOverrides) },
	}
	return s
}

func noOverrides() ([][4]string, error) { return nil, nil }

func themeURL(in theme.Input) string { return "/theme/" + theme.Hash(in) + ".css" }

// Find implements web.Sites.
func (s *sites) Find(ctx context.Context, host string) (*web.Site, error) {
	if host == s.app.cfg.BaseDomain || host == "127.0.0.1" {
		return s.home, nil
	}
	t, main, err := s.app.directory.ByHost(ctx, host)
	if err != nil || t == nil {
		return nil, err
	}
	m, err := s.made.Of(t.ID, t, func() (madeSite, error) { return s.make(t), nil })
	if err != nil {
		return nil, err
	}
	if main {
		return m.site, nil
	}
	return m.away, nil
}

func (s *sites) make(t *tenant.Tenant) madeSite {
	a := s.app
	site := web.Site{
		ID: t.ID, Name: t.Name, Tagline: t.Tagline, Crest: t.Theme.Crest, Languages: t.Languages, Zone: t.Zone(), Host: t.Host, Base: a.cfg.Base(t.Host),
		Contact:   web.Contact{Address: t.Contact.Address, Phone: t.Contact.Phone, Email: t.Contact.Email},
		Suspended: t.State == tenant.Suspended, ReadOnly: t.State == tenant.ReadOnly, Off: t.Off, Tiles: t.Map.TileHost(),
		ThemeURL: themeURL(t.Theme), ThemeCSS: theme.CSS(t.Theme), Icon: theme.Icon(t.Theme),
		Generation: func() (int64, bool) {
			n, trusted := a.generations.Current(t.ID)
			// Settings are part of every page, so a change of them makes every page old too.
			return n + t.UpdatedAt.UnixNano(), trusted
		},
		Bind: func(ctx context.Context) context.Context { return tenant.With(ctx, t) },
		Table: func(ctx context.Context) (*authz.Table, error) {
			return a.policies.Table(t.ID, t.PolicyVersion, func() ([][4]string, error) { return a.directory.PolicyLines(ctx, t.ID) })
		},
	}
	away := site
	away.Redirect = true
	return madeSite{site: &site, away: &away}
}

// link is a full address on the site of a municipality.
func (a *app) link(t *tenant.Tenant, path string) string {
	return a.cfg.Base(t.Host) + path
}
