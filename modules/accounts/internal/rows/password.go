package rows

import (
	"context"
	"fmt"
	"sync"

	"github.com/alexedwards/argon2id"
)

// Hasher hashes passwords with argon2id at 19 MiB, two passes, one lane (OWASP password storage, 2024), for as many at once as the
// memory allows; the others wait.
type Hasher struct {
	slots  chan struct{}
	params *argon2id.Params
	// dummy is what a password is compared with when there is no account, so that an answer takes as long.
	dummy func() (string, error)
}

func NewHasher(concurrent int) *Hasher {
	h := &Hasher{slots: make(chan struct{}, concurrent),
		params: &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}}
	h.dummy = sync.OnceValues(func() (string, error) { return argon2id.CreateHash("no such account", h.params) })
	return h
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for hashing: %w", ctx.Err())
	}
}

func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.slots }()
	s, err := argon2id.CreateHash(password, h.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return s, nil
}

// Matches compares in the same time whether there is a hash or not.
func (h *Hasher) Matches(ctx context.Context, password, hash string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.slots }()
	real := hash != ""
	if !real {
		var err error
		if hash, err = h.dummy(); err != nil {
			return false, fmt.Errorf("hash password: %w", err)
		}
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && real, nil
}
