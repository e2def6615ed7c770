// Package recent remembers for a moment who holds a session and which sessions were used, so that many requests cost few statements.
package recent

import (
	"sync"
	"time"

	"glas/internal/authz"
)

const (
	fresh      = 2 * time.Second
	actorsMax  = 4096
	flushEvery = time.Minute
)

// Actors remembers who holds a token: one page asks several times.
type Actors struct {
	mu sync.Mutex
	m  map[actorKey]cachedActor
}

type actorKey struct{ tenantID, hash string }

type cachedActor struct {
	actor authz.Actor
	at    time.Time
}

// NewActors remembers nobody yet.
func NewActors() *Actors { return &Actors{m: map[actorKey]cachedActor{}} }

// Get gives who holds a token, when that was found out within two seconds.
func (c *Actors) Get(tenantID, hash string, now time.Time) (authz.Actor, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.m[actorKey{tenantID, hash}]
	if !ok || now.Sub(e.at) > fresh || now.Before(e.at) {
		return authz.Actor{}, false
	}
	return e.actor, true
}

// Put remembers who holds a token.
func (c *Actors) Put(tenantID, hash string, a authz.Actor, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.m) >= actorsMax {
		clear(c.m)
	}
	c.m[actorKey{tenantID, hash}] = cachedActor{a, now}
}

// Drop forgets the sessions of one account.
func (c *Actors) Drop(tenantID, accountID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, e := range c.m {
		if k.tenantID == tenantID && e.actor.ID == accountID {
			delete(c.m, k)
		}
	}
}

// Used collects sessions in use, so that many of them cost one write.
type Used struct {
	mu  sync.Mutex
	ids map[string]map[string]struct{}
	at  map[string]time.Time
}

// NewUsed has collected nothing yet.
func NewUsed() *Used {
	return &Used{ids: map[string]map[string]struct{}{}, at: map[string]time.Time{}}
}

// Add notes a session of a municipality. At most once a minute it gives back those to be written now.
func (t *Used) Add(tenantID, sessionID string, now time.Time) []string {
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
