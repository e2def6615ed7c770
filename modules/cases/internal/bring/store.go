package bring

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// known are the cases that were brought in before, by what they are called elsewhere.
func known(ctx context.Context, tx *tenant.Tx, refs []string) (map[string]*stored.Case, error) {
	out := map[string]*stored.Case{}
	if len(refs) == 0 {
		return out, nil
	}
	var rows []*stored.Case
	if err := tx.Select(&rows).Where("c.channel = ?", Channel).Where("c.channel_ref IN (?)", bun.List(refs)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find cases brought in: %w", err)
	}
	for _, c := range rows {
		out[c.ChannelRef] = c
	}
	return out, nil
}

// AddTopic adds a topic with a name in the municipality's language, after all others.
func AddTopic(ctx context.Context, tx *tenant.Tx, name, slug string, position int) (string, error) {
	t := &stored.CaseTopic{Slug: slug, Name: i18n.Text{tx.Tenant().Default(): name}, Hint: i18n.Text{}, Kinds: []string{}, Questions: []stored.Question{}, Position: position}
	t.ID = id.New()
	return t.ID, stored.Add(ctx, tx, t)
}
