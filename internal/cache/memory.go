package cache

import (
	"container/list"
	"context"
	"fmt"
	"hash/maphash"
	"strconv"
	"sync"
	"time"

	"glas/internal/clock"
)

const (
	// shards is the number of separately locked parts. A power of two, well
	// above the number of processor cores of the machines we expect.
	shards = 32
	// overhead is a generous estimate in bytes of what an entry costs besides
	// its key and value, so that many small entries cannot exceed the bound.
	overhead = 160
)

// Memory is the cache of a single process. It never holds more than the bytes it
// was given: the entries not used for longest are pushed out first.
type Memory struct {
	clock  clock.Clock
	seed   maphash.Seed
	shards [shards]shard

	mu   sync.RWMutex
	next int
	subs map[string]map[int]func([]byte)
}

type shard struct {
	mu      sync.Mutex
	max     int
	used    int
	entries map[string]*list.Element
	recent  *list.List // front: used last
}

type entry struct {
	key     string
	val     []byte
	expires time.Time // zero: never
}

func (e *entry) size() int { return len(e.key) + len(e.val) + overhead }

func (e *entry) dead(now time.Time) bool {
	return !e.expires.IsZero() && !now.Before(e.expires)
}

// NewMemory returns an empty cache of at most maxBytes, counted as keys, values
// and an estimate of the bookkeeping. A single value may take up to a 32nd of it.
func NewMemory(maxBytes int, c clock.Clock) *Memory {
	m := &Memory{clock: c, seed: maphash.MakeSeed(), subs: map[string]map[int]func([]byte){}}
	for i := range m.shards {
		m.shards[i] = shard{max: maxBytes / shards, entries: map[string]*list.Element{}, recent: list.New()}
	}
	return m
}

func (m *Memory) shard(key string) *shard {
	return &m.shards[maphash.String(m.seed, key)%shards]
}

// Get returns the value of key; see Cache.
func (m *Memory) Get(_ context.Context, key string) ([]byte, bool, error) {
	if err := checkKey(key); err != nil {
		return nil, false, err
	}
	now := m.clock.Now()
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.live(key, now)
	if e == nil {
		return nil, false, nil
	}
	return e.val, true, nil
}

// Set stores val; see Cache.
func (m *Memory) Set(_ context.Context, key string, val []byte, ttl time.Duration) error {
	if err := checkKey(key); err != nil {
		return err
	}
	e := &entry{key: key, val: val, expires: m.expiry(ttl)}
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(e)
	return nil
}

// Delete forgets the keys; see Cache.
func (m *Memory) Delete(_ context.Context, keys ...string) error {
	for _, key := range keys {
		s := m.shard(key)
		s.mu.Lock()
		if el, ok := s.entries[key]; ok {
			s.remove(el)
		}
		s.mu.Unlock()
	}
	return nil
}

// Incr adds one to a counter; see Cache.
func (m *Memory) Incr(_ context.Context, key string, ttl time.Duration) (int64, error) {
	if err := checkKey(key); err != nil {
		return 0, err
	}
	now := m.clock.Now()
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.live(key, now)
	if e == nil {
		s.put(&entry{key: key, val: []byte("1"), expires: m.expiry(ttl)})
		return 1, nil
	}
	n, err := strconv.ParseInt(string(e.val), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("increment %q: value is not a whole number", key)
	}
	n++
	// A new slice: the old one may be in the hands of a caller of Get.
	s.put(&entry{key: key, val: strconv.AppendInt(nil, n, 10), expires: e.expires})
	return n, nil
}

// Publish calls the handlers of channel one after the other and returns when all
// have returned.
func (m *Memory) Publish(_ context.Context, channel string, msg []byte) error {
	m.mu.RLock()
	handlers := make([]func([]byte), 0, len(m.subs[channel]))
	for _, handle := range m.subs[channel] {
		handlers = append(handlers, handle)
	}
	m.mu.RUnlock()
	// Outside the lock, so that a handler may itself publish or subscribe.
	for _, handle := range handlers {
		handle(msg)
	}
	return nil
}

// Subscribe calls handle for every message on channel; see Cache.
func (m *Memory) Subscribe(ctx context.Context, channel string, handle func([]byte), _ ...SubscribeOption) (func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("subscribe to %q: %w", channel, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	number := m.next
	m.next++
	if m.subs[channel] == nil {
		m.subs[channel] = map[int]func([]byte){}
	}
	m.subs[channel][number] = handle
	remove := func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.subs[channel], number)
		if len(m.subs[channel]) == 0 {
			delete(m.subs, channel)
		}
	}
	release := context.AfterFunc(ctx, remove)
	return func() {
		release()
		remove()
	}, nil
}

// Healthy is always true: the memory of the own process cannot be lost.
func (m *Memory) Healthy() bool { return true }

// Bytes returns how much is held at present, bookkeeping included.
func (m *Memory) Bytes() int {
	total := 0
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		total += s.used
		s.mu.Unlock()
	}
	return total
}

func (m *Memory) expiry(ttl time.Duration) time.Time {
	if ttl <= 0 {
		return time.Time{}
	}
	return m.clock.Now().Add(ttl)
}

// live returns the entry of key and marks it as used, or nil; an expired entry is
// removed on the way.
func (s *shard) live(key string, now time.Time) *entry {
	el, ok := s.entries[key]
	if !ok {
		return nil
	}
	e := el.Value.(*entry)
	if e.dead(now) {
		s.remove(el)
		return nil
	}
	s.recent.MoveToFront(el)
	return e
}

// put stores e in place of an older entry of the same key and pushes out what was
// not used for longest until everything fits.
func (s *shard) put(e *entry) {
	if el, ok := s.entries[e.key]; ok {
		s.remove(el)
	}
	if e.size() > s.max {
		return
	}
	for s.used+e.size() > s.max {
		s.remove(s.recent.Back())
	}
	s.entries[e.key] = s.recent.PushFront(e)
	s.used += e.size()
}

func (s *shard) remove(el *list.Element) {
	e := s.recent.Remove(el).(*entry)
	delete(s.entries, e.key)
	s.used -= e.size()
}
