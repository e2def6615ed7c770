package tenant

import (
	"context"
	"fmt"
	"log/slog"
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
}

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
	g := &Generations{cache: c}
	stop, err := c.Subscribe(ctx, generationChannel, func(id []byte) { g.local.get(string(id)).Add(1) }, cache.OnReconnect(g.MovedAll))
	if err != nil {
		return nil, nil, fmt.Errorf("follow generations: %w", err)
	}
	return g, stop, nil
}

// Current is the generation of a municipality, and whether it can be trusted: without a connection to the other instances it can
// not, and a page may then be kept for no longer than the second that a page of an older generation may be shown anyway.
func (g *Generations) Current(tenantID string) (generation int64, trusted bool) {
	return g.local.get(tenantID).Load(), g.cache.Healthy()
}

// Moved says that a write of a municipality was committed.
func (g *Generations) Moved(tenantID string) {
	g.local.get(tenantID).Add(1)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := g.cache.Publish(ctx, generationChannel, []byte(tenantID)); err != nil {
		// The others notice that the connection is gone and keep pages for a second only.
		slog.Warn("could not tell other instances of a change", "tenant", tenantID, "cause", err)
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
