package tenant

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"glas/internal/cache"
)

const generationChannel = "tenant.generation"

// Generations counts the committed writes of each municipality, so that cached pages know when they are out of date.
type Generations struct {
	cache cache.Cache
	local generationMap
	// owed are municipalities whose changes the others were not told of; nil when there are none.
	owedMu sync.Mutex
	owed   map[string]struct{}
	done   chan struct{}
}

// owedEvery is the time between two attempts to tell the others what they missed.
const owedEvery = 200 * time.Millisecond

type generationMap struct {
	mu sync.RWMutex
	m  map[string]*atomic.Int64
}

func (g *generationMap) get(id string) *atomic.Int64 {
	g.mu.RLock()
	n := g.m[id]
	g.mu.RUnlock()
	if n != nil {
		return n
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.m == nil {
		g.m = map[string]*atomic.Int64{}
	}
	if g.m[id] == nil {
		g.m[id] = &atomic.Int64{}
	}
	return g.m[id]
}

// NewGenerations follows the writes of all instances that share c until the returned stop is called.
func NewGenerations(ctx context.Context, c cache.Cache) (*Generations, func(), error) {
	g := &Generations{cache: c, done: make(chan struct{})}
	stop, err := c.Subscribe(ctx, generationChannel, func(id []byte) { g.local.get(string(id)).Add(1) }, cache.OnReconnect(g.MovedAll))
	if err != nil {
		return nil, nil, fmt.Errorf("follow generations: %w", err)
	}
	return g, func() { close(g.done); stop() }, nil
}

// Current is the generation of a municipality, and whether it can be trusted: without a connection to the other instances it can
// not, and a page may then be kept for no longer than the second that a page of an older generation may be shown anyway.
func (g *Generations) Current(tenantID string) (generation int64, trusted bool) {
	return g.local.get(tenantID).Load(), g.cache.Healthy()
}

// Moved says that a write of a municipality was committed.
func (g *Generations) Moved(tenantID string) {
	g.local.get(tenantID).Add(1)
	if err := g.tell(tenantID); err != nil {
		// Others without the connection keep pages for a second only; those that have it again before this one are told later.
		slog.Warn("could not tell other instances of a change yet", "tenant", tenantID, "cause", err)
		g.owe(tenantID)
	}
}

func (g *Generations) tell(tenantID string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return g.cache.Publish(ctx, generationChannel, []byte(tenantID))
}

// owe remembers a change that the others were not told of, and tells them as soon as it can.
func (g *Generations) owe(tenantID string) {
	g.owedMu.Lock()
	defer g.owedMu.Unlock()
	if g.owed == nil {
		g.owed = map[string]struct{}{}
		go g.pay()
	}
	g.owed[tenantID] = struct{}{}
}

func (g *Generations) pay() {
	tick := time.NewTicker(owedEvery)
	defer tick.Stop()
	for {
		select {
		case <-g.done:
			return
		case <-tick.C:
		}
		g.owedMu.Lock()
		ids := slices.Collect(maps.Keys(g.owed))
		g.owedMu.Unlock()
		for _, tenantID := range ids {
			// Taken off before it is told: a change that fails meanwhile puts it back and is told again.
			g.owedMu.Lock()
			delete(g.owed, tenantID)
			g.owedMu.Unlock()
			if g.tell(tenantID) != nil {
				g.owedMu.Lock()
				g.owed[tenantID] = struct{}{}
				g.owedMu.Unlock()
				break
			}
		}
		g.owedMu.Lock()
		if len(g.owed) == 0 {
			g.owed = nil
			g.owedMu.Unlock()
			return
		}
		g.owedMu.Unlock()
	}
}

// MovedAll says that anything may have changed, as after a lost connection.
func (g *Generations) MovedAll() {
	g.local.mu.RLock()
	defer g.local.mu.RUnlock()
	for _, n := range g.local.m {
		n.Add(1)
	}
}
