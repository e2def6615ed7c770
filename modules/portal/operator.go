package portal

import (
	"context"
	"fmt"
	"time"

	"glas/internal/authz"
	"glas/internal/id"
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
	token := id.Token(32)
	if err := o.Store.Put(ctx, id.Hash(token), "link", now, now.Add(operatorLink)); err != nil {
		return "", fmt.Errorf("make operator link: %w", err)
	}
	return "/operator/" + token, nil
}

// Enter uses up a link and returns the token of a session; empty when the link is not good any more.
func (o Operators) Enter(ctx context.Context, token string, now time.Time) (string, error) {
	ok, err := o.Store.Valid(ctx, id.Hash(token), "link", now, true)
	if err != nil || !ok {
		return "", err
	}
	session := id.Token(32)
	return session, o.Store.Put(ctx, id.Hash(session), "session", now, now.Add(operatorSession))
}

// Actor is who a session token belongs to.
func (o Operators) Actor(ctx context.Context, token string, now time.Time) (authz.Actor, error) {
	ok, err := o.Store.Valid(ctx, id.Hash(token), "session", now, false)
	if err != nil || !ok {
		return authz.Actor{Kind: authz.Visitor}, err
	}
	return authz.Actor{ID: "operator", Name: "Operator", Kind: authz.Operator, Level: authz.LevelIdentity, SessionID: id.Hash(token)}, nil
}

// Leave ends a session, known by what Actor gave as its id.
func (o Operators) Leave(ctx context.Context, session string, now time.Time) error {
	if _, err := o.Store.Valid(ctx, session, "session", now, true); err != nil {
		return fmt.Errorf("end operator session: %w", err)
	}
	return nil
}
