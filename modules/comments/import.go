package comments

import (
	"context"
	"fmt"

	"glas/internal/subject"
	"glas/modules/comments/internal/stored"
	"glas/tenant"
)

// Import brings comments in, all of them or none. Answers deeper than MaxDepth stand at MaxDepth and say whom they answer, as if they
// had been written here. The counters of threads and hosts follow, and the search. Nobody is told. The order of rows does not matter;
// a row whose parent is nowhere, or which answers itself by a detour, is an error that names it.
func (m *Module) Import(ctx context.Context, tx *tenant.Tx, rows []Imported) error {
	totals, err := stored.Import(ctx, tx, rows)
	if err != nil {
		return fmt.Errorf("import comments: %w", err)
	}
	for ref, t := range totals {
		if host, ok := m.Hosts[ref.Kind]; ok && t.Total != 0 {
			if err := host.Commented(ctx, tx, ref.ID, int(t.Total)); err != nil {
				return fmt.Errorf("import comments: %w", err)
			}
		}
	}
	return nil
}

// Refs finds comments that came in from elsewhere, by external id.
func (m *Module) Refs(ctx context.Context, tx *tenant.Tx, externalIDs []string) (map[string]subject.Ref, error) {
	return stored.Refs(ctx, tx, externalIDs)
}

// Recount computes every counter of subjects from their comments, and tells the hosts what was wrong. It repairs what an interrupted
// migration or a hand in the database left behind; nothing needs it in daily work.
func (m *Module) Recount(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) error {
	before, err := stored.TotalsOf(ctx, tx, refs)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		now, err := stored.Recount(ctx, tx, ref)
		if err != nil {
			return err
		}
		host, ok := m.Hosts[ref.Kind]
		if delta := now.Total - before[ref].Total; ok && delta != 0 {
			if err := host.Commented(ctx, tx, ref.ID, int(delta)); err != nil {
				return fmt.Errorf("recount comments of %s: %w", ref, err)
			}
		}
	}
	return nil
}
