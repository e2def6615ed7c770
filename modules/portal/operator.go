package portal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"glas/internal/authz"
)

// Operators is how the operator of the deployment gets in: by a link that is printed at the start and can be used once.
type Operators struct{ Store OperatorStore }

// OperatorStore keeps hashes of tokens outside of all municipalities.
type OperatorStore interface {
	// Put keeps a hash for a purpose ("link" or "session") until a moment, and forgets those that are over.
	Put(ctx context.Context, hash, purpose string, now, expires time.Time) error
	// Valid reports whether a hash is kept for a purpose and not over; take forgets it in the same step.
	Valid(ctx context.Context, hash, purpose string, now time.Time, take bool) (bool, error)
}

const (
	operatorLink    = 24 * time.Hour
	operatorSession = 12 * time.Hour
)

// Link makes a one-time link and returns its path.
func (o Operators) Link(ctx context.Context, now time.Time) (string, error) {
	token, err := newToken()
	if err != nil {
		return "", err
	}
	if err := o.Store.Put(ctx, hashed(token), "link", now, now.Add(operatorLink)); err != nil {
		return "", fmt.Errorf("make operator link: %w", err)
	}
	return "/operator/" + token, nil
}

// Enter uses up a link and returns the token of a session; empty when the link is not good any more.
func (o Operators) Enter(ctx context.Context, token string, now time.Time) (string, error) {
	ok, err := o.Store.Valid(ctx, hashed(token), "link", now, true)
	if err != nil || !ok {
		return "", err
	}
	session, err := newToken()
	if err != nil {
		return "", err
	}
	return session, o.Store.Put(ctx, hashed(session), "session", now, now.Add(operatorSession))
}

// Actor is who a session token belongs to.
func (o Operators) Actor(ctx context.Context, token string, now time.Time) (authz.Actor, error) {
	ok, err := o.Store.Valid(ctx, hashed(token), "session", now, false)
	if err != nil || !ok {
		return authz.Actor{Kind: authz.Visitor}, err
	}
	return authz.Actor{ID: "operator", Name: "Operator", Kind: authz.Operator, Level: authz.LevelIdentity, SessionID: hashed(token)}, nil
}

// Leave ends a session; id is that of the actor, which Actor gave.
func (o Operators) Leave(ctx context.Context, id string, now time.Time) error {
	if _, err := o.Store.Valid(ctx, id, "session", now, true); err != nil {
		return fmt.Errorf("end operator session: %w", err)
	}
	return nil
}

func newToken() (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
