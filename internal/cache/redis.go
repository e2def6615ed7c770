package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// deadline of one call. Redis answers in well under a millisecond; a page must
	// not wait longer for a cache than it takes to be rendered without one.
	deadline = 250 * time.Millisecond
	// probe is how often a lost Redis is tried again, and a found one checked.
	probe = 500 * time.Millisecond
	// silence is how long a subscription may be without a word from Redis before
	// its connection is doubted.
	silence = time.Second
	// bulkDeadline is that of commands that may touch many keys.
	bulkDeadline = time.Second
)

// count is INCR and PEXPIRE in one step: a counter must never be left without an
// end, which would refuse somebody for ever.
var count = redis.NewScript(`
local n = redis.call('INCR', KEYS[1])
if n == 1 and tonumber(ARGV[1]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return n`)

// Redis is the cache shared by many instances. While Redis is lost every call
// fails at once with ErrUnavailable instead of waiting; a probe in the background
// finds it again.
type Redis struct {
	client *redis.Client
	prefix string
	// deadline is that of one call.
	deadline time.Duration
	down     atomic.Bool
	life     context.Context // ends with Close
	stop     context.CancelFunc
	done     sync.WaitGroup
}

// NewRedis returns the cache at url, such as "redis://:password@host:6379/0",
// "rediss://..." with TLS, or "unix:///run/redis.sock". Several deployments can
// share one Redis when each has a prefix of its own, which is put before every
// key and channel. Redis need not be up yet; only an unreadable url is an error.
// A url that ends in "?read_timeout=1s" waits longer for an answer than is usual,
// for a machine on which even Redis has to wait. Close releases the connections.
func NewRedis(url, prefix string) (*Redis, error) {
	opt, err := redis.ParseURL(url)
	if err != nil {
		// Not wrapped: the text would repeat the password.
		return nil, errors.New("redis address cannot be read")
	}
	limit := max(deadline, opt.ReadTimeout)
	opt.DialTimeout, opt.ReadTimeout, opt.WriteTimeout = limit, limit, limit
	opt.ContextTimeoutEnabled = true
	opt.MaxRetries = 1
	opt.DisableIdentity = true
	opt.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Redis{client: redis.NewClient(opt), prefix: prefix, deadline: limit, life: ctx, stop: cancel}
	r.check(ctx)
	r.done.Go(func() { r.watch(ctx) })
	return r, nil
}

// Close ends all subscriptions and connections.
func (r *Redis) Close() error {
	r.stop()
	r.done.Wait()
	if err := r.client.Close(); err != nil {
		return fmt.Errorf("close redis: %w", err)
	}
	return nil
}

// Healthy reports whether Redis answered when last asked, at most a second ago.
func (r *Redis) Healthy() bool { return !r.down.Load() }

func (r *Redis) watch(ctx context.Context) {
	tick := time.NewTicker(probe)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			r.check(ctx)
		}
	}
}

func (r *Redis) check(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.deadline)
	defer cancel()
	r.down.Store(r.client.Ping(ctx).Err() != nil)
}

// call runs one command within its deadline and keeps the state of health. do gets
// nothing but a context: its error decides.
func (r *Redis) call(ctx context.Context, what string, limit time.Duration, do func(ctx context.Context) error) error {
	if r.down.Load() {
		return fmt.Errorf("%s: %w", what, ErrUnavailable)
	}
	short, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := do(short)
	var refused redis.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, redis.Nil):
		return err
	case errors.As(err, &refused):
		// Redis is there and says no: a wrong type, loading, read only.
		return fmt.Errorf("%s: %w", what, err)
	case ctx.Err() != nil:
		// The caller gave up; that says nothing about Redis.
		return fmt.Errorf("%s: %w", what, ctx.Err())
	}
	r.down.Store(true)
	return fmt.Errorf("%s: %w: %w", what, ErrUnavailable, err)
}

// Get returns the value of key; see Cache.
func (r *Redis) Get(ctx context.Context, key string) ([]byte, bool, error) {
	if err := checkKey(key); err != nil {
		return nil, false, err
	}
	var val []byte
	err := r.call(ctx, "cache get", r.deadline, func(ctx context.Context) (err error) {
		val, err = r.client.Get(ctx, r.prefix+key).Bytes()
		return err
	})
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return val, true, nil
}

// Set stores val; see Cache.
func (r *Redis) Set(ctx context.Context, key string, val []byte, ttl time.Duration) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return r.call(ctx, "cache set", r.deadline, func(ctx context.Context) error {
		return r.client.Set(ctx, r.prefix+key, val, lifetime(ttl)).Err()
	})
}

// Delete forgets the keys; see Cache.
func (r *Redis) Delete(ctx context.Context, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	full := make([]string, len(keys))
	for i, key := range keys {
		full[i] = r.prefix + key
	}
	return r.call(ctx, "cache delete", max(bulkDeadline, r.deadline), func(ctx context.Context) error {
		return r.client.Unlink(ctx, full...).Err()
	})
}

// Incr adds one to a counter; see Cache.
func (r *Redis) Incr(ctx context.Context, key string, ttl time.Duration) (int64, error) {
	if err := checkKey(key); err != nil {
		return 0, err
	}
	var n int64
	err := r.call(ctx, "cache increment", r.deadline, func(ctx context.Context) (err error) {
		n, err = count.Run(ctx, r.client, []string{r.prefix + key}, lifetime(ttl).Milliseconds()).Int64()
		return err
	})
	return n, err
}

// Publish sends msg to the subscribers of channel on all instances; see Cache.
func (r *Redis) Publish(ctx context.Context, channel string, msg []byte) error {
	return r.call(ctx, "publish", r.deadline, func(ctx context.Context) error {
		return r.client.Publish(ctx, r.prefix+channel, msg).Err()
	})
}

// Subscribe calls handle for every message on channel; see Cache. A connection
// that is lost later is made again by itself; see OnReconnect. When Redis cannot be
// reached now, the subscription is made as soon as it can, which is reported
// through OnReconnect too.
func (r *Redis) Subscribe(ctx context.Context, channel string, handle func([]byte), opts ...SubscribeOption) (func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("subscribe to %q: %w", channel, err)
	}
	sub := options(opts)
	// Without channels this opens no connection yet, so that it cannot fail.
	line := r.client.Subscribe(context.WithoutCancel(ctx))
	short, cancel := context.WithTimeout(ctx, r.deadline)
	defer cancel()
	// The first confirmation is awaited here, so that messages published after the
	// return are not missed. Later ones mean that the line was down in between.
	standing := line.Subscribe(short, r.prefix+channel) == nil && confirmed(short, line, r.deadline)
	messages := line.ChannelWithSubscriptions(
		redis.WithChannelHealthCheckInterval(silence),
		redis.WithChannelPingTimeout(r.deadline),
		redis.WithChannelReconnectTimeout(deadline),
	)
	if !standing {
		r.down.Store(true)
	}
	r.done.Go(func() {
		for m := range messages {
			switch m := m.(type) {
			case *redis.Message:
				handle([]byte(m.Payload))
			case *redis.Subscription:
				sub.onReconnect()
			}
		}
	})
	var once sync.Once
	// Closing a line a second time is all that can fail, and means nothing.
	end := func() { once.Do(func() { _ = line.Close() }) }
	leave := context.AfterFunc(ctx, end)
	closing := context.AfterFunc(r.life, end)
	return func() {
		leave()
		closing()
		end()
	}, nil
}

// confirmed waits for Redis to say that the subscription stands.
func confirmed(ctx context.Context, line *redis.PubSub, limit time.Duration) bool {
	m, err := line.ReceiveTimeout(ctx, limit)
	if err != nil {
		return false
	}
	_, ok := m.(*redis.Subscription)
	return ok
}

// lifetime is what Redis is told: whole milliseconds, at least one; zero for ever.
func lifetime(ttl time.Duration) time.Duration {
	if ttl <= 0 {
		return 0
	}
	return max(ttl.Round(time.Millisecond), time.Millisecond)
}
