// Package cache keeps what can be lost: rendered pages, counters of rate limits,
// compiled rights, and messages that tell other instances to forget something.
//
// There are two versions with one contract: Memory for a single instance and
// Redis for many. Whatever must last is in the database, so a lost cache makes
// the product slower, never wrong: every error returned here is to be answered
// by doing the work without the cache.
package cache

import (
	"context"
	"errors"
	"time"
)

// ErrUnavailable is returned, usually wrapped, when the cache cannot be reached.
var ErrUnavailable = errors.New("cache is not available")

// Cache is the contract both versions keep. All methods are safe for use by
// several goroutines. Keys are arbitrary text of up to MaxKey bytes; a value may be
// empty. Byte slices handed over or received must not be changed afterwards.
type Cache interface {
	// Get returns the value of key and whether there was one.
	Get(ctx context.Context, key string) (val []byte, found bool, err error)
	// Set stores val until ttl has passed; a ttl of zero or less means until it
	// is deleted or pushed out. A value too large to be kept is dropped silently.
	Set(ctx context.Context, key string, val []byte, ttl time.Duration) error
	// Delete forgets the keys; unknown ones are no error.
	Delete(ctx context.Context, keys ...string) error
	// Incr adds one to the counter key in one atomic step and returns the new
	// value. A counter that does not exist begins at 0 and lives for ttl from
	// then on: later calls do not prolong it. A value that is not a whole number
	// is an error.
	Incr(ctx context.Context, key string, ttl time.Duration) (int64, error)
	// Publish hands msg to everyone who is subscribed to channel at this moment,
	// the own process included. Delivery is at most once.
	Publish(ctx context.Context, channel string, msg []byte) error
	// Subscribe calls handle for every message on channel until stop is called
	// or ctx ends; once it has returned, no message published later is missed
	// as long as the connection lasts. The handler must be quick and safe for
	// concurrent use; one message may still be in hand when stop returns.
	Subscribe(ctx context.Context, channel string, handle func(msg []byte), opts ...SubscribeOption) (stop func(), err error)
	// Healthy reports whether the cache was reachable when last tried. It does
	// not wait for anything.
	Healthy() bool
}

// MaxKey is the longest key in bytes.
const MaxKey = 1024

// SubscribeOption changes how one subscription behaves.
type SubscribeOption func(*subscription)

type subscription struct {
	onReconnect func()
}

// OnReconnect has f called whenever the subscription was interrupted and stands
// again. Messages published in between are lost, so f should forget everything
// that they could have been about. Memory never calls it.
func OnReconnect(f func()) SubscribeOption {
	return func(s *subscription) { s.onReconnect = f }
}

func options(opts []SubscribeOption) subscription {
	s := subscription{onReconnect: func() {}}
	for _, opt := range opts {
		opt(&s)
	}
	return s
}

func checkKey(key string) error {
	if key == "" || len(key) > MaxKey {
		return errors.New("cache key must have between 1 and 1024 bytes")
	}
	return nil
}
