package tenant

import (
	"context"
	"sync"
	"time"
)

// Kept remembers something of each municipality for a while, such as its names, so that lists cost no statement for them. What is
// given is shared and must not be changed.
type Kept[T any] struct {
	age      time.Duration
	load     func(ctx context.Context, tx *Tx) (T, error)
	mu       sync.Mutex
	byTenant map[string]kept[T]
}

type kept[T any] struct {
	value T
	until time.Time
}

// Keep remembers what load reads until it is as old as age.
func Keep[T any](age time.Duration, load func(ctx context.Context, tx *Tx) (T, error)) *Kept[T] {
	return &Kept[T]{age: age, load: load, byTenant: map[string]kept[T]{}}
}

// Of is what belongs to the municipality, from memory when it is fresh.
func (k *Kept[T]) Of(ctx context.Context, tx *Tx) (T, error) {
	k.mu.Lock()
	known, ok := k.byTenant[tx.ID()]
	k.mu.Unlock()
	if ok && tx.Now().Before(known.until) {
		return known.value, nil
	}
	value, err := k.load(ctx, tx)
	if err != nil {
		return value, err
	}
	k.mu.Lock()
	k.byTenant[tx.ID()] = kept[T]{value, tx.Now().Add(k.age)}
	k.mu.Unlock()
	return value, nil
}

// Forget drops what is remembered of the municipality, after it was edited.
func (k *Kept[T]) Forget(tenantID string) {
	k.mu.Lock()
	delete(k.byTenant, tenantID)
	k.mu.Unlock()
}
