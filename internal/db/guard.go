package db

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/uptrace/bun"
)

type tenantKey struct{}

type systemKey struct{}

// WithTenant says whose rows the statements under ctx may touch.
func WithTenant(ctx context.Context, tenantID string) context.Context {
	return context.WithValue(ctx, tenantKey{}, tenantID)
}

// System lifts the statement guard for work that belongs to no tenant, such as a backup. why is for the reader of the code.
func System(ctx context.Context, why string) context.Context {
	return context.WithValue(ctx, systemKey{}, why)
}

var errUnconfined = errors.New("statement names a tenant's table without its tenant")

// guard is the second net on SQLite: it reads the final text of every statement and stops one that names a table of a tenant
// without naming the tenant. bun writes values into the text, so the text tells; model hooks would miss counts, joins and raw SQL.
type guard struct {
	tables atomic.Pointer[map[string]struct{}]
}

// BeforeQuery implements bun.QueryHook. A hook cannot refuse, so a refused statement gets a context that is over already.
func (g *guard) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	tables := g.tables.Load()
	if tables == nil || ctx.Value(systemKey{}) != nil {
		return ctx
	}
	id, _ := ctx.Value(tenantKey{}).(string)
	if confined(e.Query, id, *tables) {
		return ctx
	}
	slog.ErrorContext(ctx, "refused a statement", "cause", errUnconfined, "operation", e.Operation())
	refused, cancel := context.WithCancelCause(ctx)
	cancel(errUnconfined)
	return refused
}

// AfterQuery implements bun.QueryHook.
func (g *guard) AfterQuery(context.Context, *bun.QueryEvent) {}

type countKey struct{}

// Counter counts the statements that a request runs, without begin, commit and the setting of the tenant.
type Counter struct{ n atomic.Int64 }

// N is the number of statements so far.
func (c *Counter) N() int { return int(c.n.Load()) }

// Counting returns a context under which statements are counted.
func Counting(ctx context.Context) (context.Context, *Counter) {
	c := &Counter{}
	return context.WithValue(ctx, countKey{}, c), c
}

type counting struct{}

// BeforeQuery implements bun.QueryHook.
func (counting) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

// AfterQuery implements bun.QueryHook.
func (counting) AfterQuery(ctx context.Context, e *bun.QueryEvent) {
	c, ok := ctx.Value(countKey{}).(*Counter)
	if !ok {
		return
	}
	switch q := e.Query; {
	case q == "BEGIN", q == "COMMIT", q == "ROLLBACK", q == "rollback", strings.HasPrefix(q, "select set_config"), strings.HasPrefix(q, "begin; select set_config"):
	default:
		c.n.Add(1)
	}
}
