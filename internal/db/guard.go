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
	if tables == nil || ctx.Value(systemKey{}) != nil || !names(e.Query, *tables) {
		return ctx
	}
	id, _ := ctx.Value(tenantKey{}).(string)
	if id != "" && confined(e.Query, id) {
		return ctx
	}
	slog.ErrorContext(ctx, "refused a statement", "cause", errUnconfined, "operation", e.Operation())
	refused, cancel := context.WithCancelCause(ctx)
	cancel(errUnconfined)
	return refused
}

// AfterQuery implements bun.QueryHook.
func (g *guard) AfterQuery(context.Context, *bun.QueryEvent) {}

// confined reports whether the text compares tenant_id with id, or inserts rows of id.
func confined(query, id string) bool {
	quoted := "'" + id + "'"
	if !strings.Contains(query, quoted) {
		return false
	}
	head := strings.TrimSpace(query)
	if len(head) > 6 && strings.EqualFold(head[:6], "insert") {
		return true
	}
	return strings.Contains(query, `tenant_id" = `+quoted) || strings.Contains(query, "tenant_id = "+quoted) ||
		strings.Contains(query, `tenant_id"=`+quoted) || strings.Contains(query, "tenant_id="+quoted)
}

// names reports whether a word of query outside of quoted values is one of tables.
func names(query string, tables map[string]struct{}) bool {
	for i := 0; i < len(query); {
		c := query[i]
		switch {
		case c == '\'':
			i++
			for i < len(query) && query[i] != '\'' {
				i++
			}
			i++
		case isWord(c):
			start := i
			for i < len(query) && isWord(query[i]) {
				i++
			}
			if _, ok := tables[query[start:i]]; ok {
				return true
			}
		default:
			i++
		}
	}
	return false
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

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
	case q == "BEGIN", q == "COMMIT", q == "ROLLBACK", strings.HasPrefix(q, "select set_config"):
	default:
		c.n.Add(1)
	}
}
