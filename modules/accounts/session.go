package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"glas/internal/authz"
	"glas/internal/id"
	"glas/tenant"
)

const (
	sessionLifetime = 30 * 24 * time.Hour // since last use
	// cookieLifetime is the longest that browsers keep a cookie; the session behind it ends earlier.
	cookieLifetime = 400 * 24 * time.Hour
	touchEvery     = 10 * time.Minute
	flushEvery     = time.Minute
)

// newToken is 260 random bits as text, and their hash as it is stored.
func newToken() (token, hash string) {
	token = rand.Text() + rand.Text()
	return token, hashToken(token)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Actor finds who a session token belongs to in the municipality of ctx; the zero Actor when nobody. It runs one statement, and
// none when the same token was asked for within two seconds. It implements web.Sessions.
func (m *Module) Actor(ctx context.Context, token string) (authz.Actor, error) {
	t := tenant.From(ctx)
	if t == nil || token == "" || len(token) > 100 {
		return visitor(), nil
	}
	hash, now := hashToken(token), m.Clock.Now()
	if a, ok := m.actors.get(t.ID, hash, now); ok {
		return a, nil
	}
	var row *actorRow
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		row, err = sessionActor(ctx, tx, hash)
		return err
	})
	if err != nil {
		return authz.Actor{}, fmt.Errorf("find session: %w", err)
	}
	if row == nil {
		return visitor(), nil
	}
	a, err := row.actor(now)
	if err != nil {
		return authz.Actor{}, err
	}
	m.actors.put(t.ID, hash, a, now)
	if now.Sub(row.SeenAt) >= touchEvery && t.State == tenant.Active {
		m.used(ctx, t.ID, row.SessionID, now)
	}
	return a, nil
}

func visitor() authz.Actor { return authz.Actor{Kind: authz.Visitor} }

// actor reads a row; JSON columns come as text.
func (r *actorRow) actor(now time.Time) (authz.Actor, error) {
	acc := Account{Level: authz.Level(r.Level), LevelUntil: r.LevelUntil}
	a := authz.Actor{ID: r.AccountID, SessionID: r.SessionID, Name: r.Name, Email: r.Email, Level: acc.EffectiveLevel(now), BirthYear: r.BirthYear,
		OrganisationID: r.OrganisationID, OrganisationName: r.OrganisationName, DepartmentID: r.DepartmentID, Lang: r.Lang, Blocked: !r.BlockedAt.IsZero()}
	if r.Roles != "" {
		a.Roles = strings.Split(r.Roles, ",")
	}
	for _, list := range []struct {
		raw string
		to  *[]string
	}{{r.AreaIDs, &a.AreaIDs}, {r.Groups, &a.Groups}} {
		if err := json.Unmarshal([]byte(list.raw), list.to); err != nil {
			return authz.Actor{}, fmt.Errorf("read account %s: %w", r.AccountID, err)
		}
	}
	a.Kind = kindOf(a.Roles, a.OrganisationID)
	return a, nil
}

// used remembers that a session is in use, and once a minute writes all such sessions of the municipality at once. A failure is
// logged and costs nothing but a session that may end early; the request goes on.
func (m *Module) used(ctx context.Context, tenantID, sessionID string, now time.Time) {
	ids := m.touch.add(tenantID, sessionID, now)
	if len(ids) == 0 {
		return
	}
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return touchSessions(ctx, tx, ids, sessionLifetime) })
	if err != nil {
		slog.WarnContext(ctx, "could not prolong sessions", "tenant", tenantID, "cause", err)
	}
}

// add gives back the sessions to be written now, if any.
func (t *touched) add(tenantID, sessionID string, now time.Time) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ids[tenantID] == nil {
		t.ids[tenantID] = map[string]struct{}{}
	}
	t.ids[tenantID][sessionID] = struct{}{}
	if now.Sub(t.at[tenantID]) < flushEvery {
		return nil
	}
	t.at[tenantID] = now
	ids := make([]string, 0, len(t.ids[tenantID]))
	for s := range t.ids[tenantID] {
		ids = append(ids, s)
	}
	delete(t.ids, tenantID)
	return ids
}

// startSession makes a session for an account; the token goes to the browser and nowhere else.
func (m *Module) startSession(ctx context.Context, tx *tenant.Tx, accountID, agent string) (token string, err error) {
	token, hash := newToken()
	// A session that the browser held before ends: a token never lives through a sign-in.
	if old := authz.From(ctx); old.SessionID != "" {
		if err := dropSession(ctx, tx, old.ID, old.SessionID); err != nil {
			return "", fmt.Errorf("end old session: %w", err)
		}
		m.forget(tx, old.ID)
	}
	s := &Session{Key: tenant.Key{ID: id.New()}, TokenHash: hash, AccountID: accountID, Agent: shortAgent(agent),
		CreatedAt: tx.Now(), SeenAt: tx.Now(), ExpiresAt: tx.Now().Add(sessionLifetime)}
	if err := insertSession(ctx, tx, s); err != nil {
		return "", fmt.Errorf("start session: %w", err)
	}
	return token, nil
}

// forget makes the next request of an account look into the database again.
func (m *Module) forget(tx *tenant.Tx, accountID string) {
	tenantID := tx.ID()
	tx.AfterCommit(func() { m.actors.drop(tenantID, accountID) })
}

// shortAgent names the browser and the system, which is all that a person needs to recognise a session.
func shortAgent(agent string) string {
	pick := func(names ...string) string {
		for _, n := range names {
			token, label, _ := strings.Cut(n, "=")
			if strings.Contains(agent, token) {
				if label == "" {
					return token
				}
				return label
			}
		}
		return ""
	}
	browser := pick("Edg=Edge", "OPR=Opera", "SamsungBrowser=Samsung Internet", "Firefox", "FxiOS=Firefox", "Chrome", "CriOS=Chrome", "Safari")
	system := pick("iPhone", "iPad", "Android", "Windows", "Mac OS X=macOS", "CrOS=ChromeOS", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}

// actorCache remembers for a moment who holds a token: one page asks several times.
type actorCache struct {
	mu sync.Mutex
	m  map[actorKey]cachedActor
}

type actorKey struct{ tenantID, hash string }

type cachedActor struct {
	actor authz.Actor
	at    time.Time
}

const (
	actorFresh = 2 * time.Second
	actorsMax  = 4096
)

func newActorCache() *actorCache { return &actorCache{m: map[actorKey]cachedActor{}} }

func (c *actorCache) get(tenantID, hash string, now time.Time) (authz.Actor, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.m[actorKey{tenantID, hash}]
	if !ok || now.Sub(e.at) > actorFresh || now.Before(e.at) {
		return authz.Actor{}, false
	}
	return e.actor, true
}

func (c *actorCache) put(tenantID, hash string, a authz.Actor, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.m) >= actorsMax {
		clear(c.m)
	}
	c.m[actorKey{tenantID, hash}] = cachedActor{a, now}
}

// drop forgets the sessions of one account.
func (c *actorCache) drop(tenantID, accountID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, e := range c.m {
		if k.tenantID == tenantID && e.actor.ID == accountID {
			delete(c.m, k)
		}
	}
}
