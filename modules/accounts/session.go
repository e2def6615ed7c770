package accounts

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"glas/internal/authz"
	"glas/internal/id"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
)

const (
	sessionLifetime = 30 * 24 * time.Hour // since last use
	// cookieLifetime is the longest that browsers keep a cookie; the session behind it ends earlier.
	cookieLifetime = 400 * 24 * time.Hour
	touchEvery     = 10 * time.Minute
)

// Actor finds who a session token belongs to in the municipality of ctx; the zero Actor when nobody. It runs one statement for all
// who are here at the time, and none when the same token was asked for within two seconds. It implements web.Sessions.
func (m *Module) Actor(ctx context.Context, token string) (authz.Actor, error) {
	t := tenant.From(ctx)
	if t == nil || token == "" || len(token) > 100 {
		return visitor(), nil
	}
	hash, now := id.Hash(token), m.Clock.Now()
	if a, ok := m.actors.Get(t.ID, hash, now); ok {
		return a, nil
	}
	search := m.actors.Begin(t.ID, hash, now)
	var found map[string]authz.Actor
	defer func() { m.actors.End(search, found, now) }()
	var unseen []string
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		found, unseen, err = rows.TokenHolders(ctx, tx, search.Hashes, now, touchEvery)
		return err
	})
	if err != nil {
		return authz.Actor{}, fmt.Errorf("find session: %w", err)
	}
	for _, sessionID := range unseen {
		m.used(ctx, t, sessionID, now)
	}
	if a, ok := found[hash]; ok {
		return a, nil
	}
	return visitor(), nil
}

func visitor() authz.Actor { return authz.Actor{Kind: authz.Visitor} }

// used remembers that a session is in use, and once a minute writes all such sessions of the municipality at once. A failure is
// logged and costs nothing but a session that may end early; the request goes on.
func (m *Module) used(ctx context.Context, t *tenant.Tenant, sessionID string, now time.Time) {
	ids := m.touch.Add(t.ID, sessionID, now)
	if len(ids) == 0 || t.State != tenant.Active {
		return
	}
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return rows.TouchSessions(ctx, tx, ids, sessionLifetime)
	})
	if err != nil {
		slog.WarnContext(ctx, "could not prolong sessions", "tenant", t.ID, "cause", err)
	}
}

// startSession makes a session for an account; the token goes to the browser and nowhere else.
func (m *Module) startSession(ctx context.Context, tx *tenant.Tx, accountID, agent string) (token string, err error) {
	token, hash := rows.NewToken()
	// A session that the browser held before ends: a token never lives through a sign-in.
	if old := authz.From(ctx); old.SessionID != "" {
		if err := rows.DropSession(ctx, tx, old.ID, old.SessionID); err != nil {
			return "", fmt.Errorf("end old session: %w", err)
		}
		m.forget(tx, old.ID)
	}
	s := &rows.Session{Key: tenant.Key{ID: id.New()}, TokenHash: hash, AccountID: accountID, Agent: rows.ShortAgent(agent),
		CreatedAt: tx.Now(), SeenAt: tx.Now(), ExpiresAt: tx.Now().Add(sessionLifetime)}
	if err := rows.InsertSession(ctx, tx, s); err != nil {
		return "", fmt.Errorf("start session: %w", err)
	}
	return token, nil
}

// forget makes the next request of an account look into the database again.
func (m *Module) forget(tx *tenant.Tx, accountID string) {
	tenantID := tx.ID()
	tx.AfterCommit(func() { m.actors.Drop(tenantID, accountID) })
}
