package testenv

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// HasRedis reports whether the environment offers a Redis server (GLAS_TEST_REDIS_URL).
func HasRedis() bool { return os.Getenv("GLAS_TEST_REDIS_URL") != "" }

// RedisURL is the address of the offered Redis, or skips the test when there is none. The server is shared by all test programs
// of a run: a test uses keys of its own (an id as prefix) and never flushes.
func RedisURL(t testing.TB) string {
	t.Helper()
	if !HasRedis() {
		t.Skip("GLAS_TEST_REDIS_URL is not set: run it through internal/testenv/up")
	}
	return os.Getenv("GLAS_TEST_REDIS_URL")
}

// Redis connects to the offered Redis, or skips the test when there is none. See RedisURL for what is shared.
func Redis(t testing.TB) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(RedisURL(t))
	if err != nil {
		t.Fatalf("testenv: GLAS_TEST_REDIS_URL: %v", err)
	}
	client := redis.NewClient(options)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := client.Ping(ctx).Err(); err != nil {
		t.Fatalf("testenv: redis does not answer: %v", err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Errorf("testenv: close redis: %v", err)
		}
	})
	return client
}
