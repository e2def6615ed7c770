// Package job does work soon, but not while somebody waits: a table in the same
// database, so that a job is enqueued in the transaction that makes it necessary and
// is never run when that is rolled back.
//
// A job runs at least once. An instance that dies in the middle leaves its job to
// another after the lease, so every handler must be able to do the same work twice
// without harm.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// DefaultMaxAttempts is how often a job is tried when its Spec does not say: with
// the waiting times between attempts, for about an hour and a half.
const DefaultMaxAttempts = 10

// Spec is a job to be enqueued.
type Spec struct {
	// Kind names the handler: "proposals.notify". Required.
	Kind string
	// TenantID is the tenant it is for; empty for work of the whole deployment.
	TenantID string
	// Payload is written as JSON and read back by Job.Decode. It should name things
	// by their ids rather than carry them. nil is allowed.
	Payload any
	// RunAt is the earliest moment to run; zero means at once.
	RunAt time.Time
	// Unique, when not empty, drops this job while another of the same tenant, kind
	// and Unique is still waiting to run (whose RunAt is kept). One that is
	// running already does not count, because it may have read its data before
	// the change that this job is about; the two do not run at the same time.
	Unique string
	// MaxAttempts is how often it is tried; zero means DefaultMaxAttempts.
	MaxAttempts int
}

// Job is what a handler is given.
type Job struct {
	ID       string
	Kind     string
	TenantID string
	// Payload is the JSON of Spec.Payload.
	Payload []byte
	// Attempt is 1 at the first try.
	Attempt     int
	MaxAttempts int
	RunAt       time.Time
	CreatedAt   time.Time
}

// Decode reads the payload into v.
func (j Job) Decode(v any) error {
	if err := json.Unmarshal(j.Payload, v); err != nil {
		return fmt.Errorf("job %s: payload: %w", j.Kind, err)
	}
	return nil
}

// Handler does the work of one job. After an error the job is tried again
// later, except when the error is Permanent. ctx ends with the lease.
type Handler func(ctx context.Context, j Job) error

// Permanent marks an error that another attempt would meet again: the job is kept as
// failed at once. Permanent(nil) is nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

// Later wraps err so that the job is tried again after some time and the attempt does not count: the work itself is in order, but
// this is not the moment for it.
func Later(err error, after time.Duration) error { return &later{err, after} }

type later struct {
	err   error
	after time.Duration
}

func (l *later) Error() string { return l.err.Error() }
func (l *later) Unwrap() error { return l.err }

type permanent struct{ err error }

func (p *permanent) Error() string { return p.err.Error() }
func (p *permanent) Unwrap() error { return p.err }

func isPermanent(err error) bool {
	var p *permanent
	return errors.As(err, &p)
}

const (
	firstDelay = 10 * time.Second
	maxDelay   = time.Hour
)

// delay is how long to wait after the given number of attempts: doubling from 10
// seconds to an hour, a quarter more or less by chance (a number from 0 to 1), so that
// jobs that failed together do not come back together.
func delay(attempts int, chance float64) time.Duration {
	d := maxDelay
	if attempts < 16 {
		d = min(maxDelay, firstDelay<<max(attempts-1, 0))
	}
	return time.Duration(float64(d) * (0.75 + chance/2))
}
