package desk

import (
	"context"
	"fmt"
	"testing"

	"glas/internal/db"
	"glas/modules/cases/internal/acts"
)

// both is a context with the values of another one beside its own.
type both struct {
	context.Context
	other context.Context
}

// Value implements context.Context.
func (b both) Value(key any) any {
	if v := b.Context.Value(key); v != nil {
		return v
	}
	return b.other.Value(key)
}

// TestPagesTakeAConstantNumberOfStatements looks at a queue and at a case with little and with much on it.
func TestPagesTakeAConstantNumberOfStatements(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		c := h.report("Luč ne gori")
		statements := func(path string) int {
			outer, count := db.Counting(context.Background())
			h.site.Bind = func(ctx context.Context) context.Context { return both{ctx, outer} }
			defer func() { h.site.Bind = nil }()
			want(t, h.site.As("eva").Get(path), 200)
			return int(count.N())
		}
		pages := []string{Queue + "/review", Queue + "/all?q=luc", WorkPath(c)}
		before := map[string]int{}
		for _, path := range pages {
			statements(path) // names are remembered from here on
			before[path] = statements(path)
		}
		for i := range 12 {
			h.report(fmt.Sprintf("Luč %d ne gori", i))
			if _, err := h.d.Note(h.eva, acts.Key{ID: c.ID}, fmt.Sprintf("Opomba %d", i)); err != nil {
				t.Fatal(err)
			}
		}
		for _, path := range pages {
			if n := statements(path); n != before[path] || n > 20 {
				t.Errorf("%s takes %d statements, %d before", path, n, before[path])
			}
		}
	})
}
