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
	// togetherMax is how many sessions one statement looks for.
	togetherMax = 500
)

// Actors remembers who holds a token: one page asks several times. When one is to be looked for again, all that are in use are
// looked for with it, so that a crowd costs one statement and not one each.
type Actors struct {
	mu sync.Mutex
	m  map[actorKey]cachedActor
	// asking says in which municipalities somebody is looking.
	asking map[string]bool
	// dropped counts what was forgotten, so that nothing that was read before is remembered after it.
	dropped int64
}

type actorKey struct{ tenantID, hash string }

type cachedActor struct {
	actor    authz.Actor
	at, used time.Time
}

// NewActors remembers nobody yet.
func NewActors() *Actors { return &Actors{m: map[actorKey]cachedActor{}, asking: map[string]bool{}} }

// Get gives who holds a token, when that was found out within two seconds. After one second, one of those who ask is told to look
// again while the others still get what is known.
func (c *Actors) Get(tenantID, hash string, now time.Time) (authz.Actor, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := actorKey{tenantID, hash}
	e, ok := c.m[key]
	if !ok || now.Sub(e.at) > fresh || now.Before(e.at) {
		return authz.Actor{}, false
	}
	e.used = now
	c.m[key] = e
	return e.actor, now.Sub(e.at) <= fresh/2 || c.asking[tenantID]
}

// Search is one look for several sessions.
type Search struct {
	// Hashes are those to look for, the wanted one first.
	Hashes   []string
	tenantID string
	dropped  int64
	all      bool
}

// Begin says what to look for when hash is not known: all that were used lately and are no longer new, unless somebody else is
// looking for those already.
func (c *Actors) Begin(tenantID, hash string, now time.Time) *Search {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &Search{Hashes: []string{hash}, tenantID: tenantID, dropped: c.dropped}
	if c.asking[tenantID] {
		return s
	}
	c.asking[tenantID], s.all = true, true
	for k, e := range c.m {
		if len(s.Hashes) == togetherMax {
			break
		}
		if k.tenantID == tenantID && k.hash != hash && now.Sub(e.at) > fresh/2 && now.Sub(e.used) <= fresh {
			s.Hashes = append(s.Hashes, k.hash)
		}
	}
	return s
}

// End remembers what was found, by hash: nil for a look that failed, and nothing when anybody was forgotten meanwhile. It must
// follow every Begin.
func (c *Actors) End(s *Search, found map[string]authz.Actor, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.all {
		delete(c.asking, s.tenantID)
	}
	if found == nil || c.dropped != s.dropped {
		return
	}
	if len(c.m)+len(found) > actorsMax {
		clear(c.m)
	}
	for _, hash := range s.Hashes {
		key := actorKey{s.tenantID, hash}
		used := c.m[key].used
		if hash == s.Hashes[0] {
			used = now
		}
		if a, ok := found[hash]; ok {
			c.m[key] = cachedActor{a, now, used}
		} else {
			delete(c.m, key)
		}
	}
}

// Drop forgets the sessions of one account.
func (c *Actors) Drop(tenantID, accountID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped++
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
