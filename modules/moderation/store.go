package moderation

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"glas/internal/subject"
	"glas/tenant"
)

// ModerationPost is one of the first published posts of an account; ID is "kind:id" of the thing.
type ModerationPost struct {
	tenant.Key
	AuthorID  string
	CreatedAt time.Time
}

// published counts the published posts of an account, up to those that matter.
func published(ctx context.Context, tx *tenant.Tx, accountID string) (int64, error) {
	n, err := tx.Select((*ModerationPost)(nil)).Where("author_id = ?", accountID).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count published posts: %w", err)
	}
	return int64(n), nil
}

// caseOf finds the case of a thing; nil when there is none.
func caseOf(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (*ModerationCase, error) {
	c := new(ModerationCase)
	err := tx.Select(c).Where("subject_kind = ?", ref.Kind).Where("subject_id = ?", ref.ID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find case of %s: %w", ref, err)
	}
	return c, nil
}

// saveCase stores a case, new or not.
func saveCase(ctx context.Context, tx *tenant.Tx, c *ModerationCase) error {
	q := tx.Insert(c).On("conflict (tenant_id, id) do update")
	for _, column := range []string{"author_id", "open", "waiting", "hints", "reports", "top_reason", "weight", "opened_at", "closed_at"} {
		q = q.Set(column + " = excluded." + column)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("store case: %w", err)
	}
	return nil
}
