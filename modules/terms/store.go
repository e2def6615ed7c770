package terms

import (
	"context"
	"fmt"
	"slices"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/tenant"
)

// All lists the rules of the municipality: its own, and the presets of its country that it has not changed; one statement.
func All(ctx context.Context, tx *tenant.Tx) ([]RuleSet, error) {
	out, err := Presets(tx.Tenant())
	if err != nil {
		return nil, err
	}
	var own []RuleSet
	if err := tx.Select(&own).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list rules of terms: %w", err)
	}
	for _, s := range own {
		if i := slices.IndexFunc(out, func(p RuleSet) bool { return p.ID == s.ID }); i >= 0 {
			out[i] = s
		} else {
			out = append(out, s)
		}
	}
	return out, nil
}

// Find is a rule set by its id; an empty one is the general one, and one that is gone too.
func Find(ctx context.Context, tx *tenant.Tx, id string) (RuleSet, error) {
	all, err := All(ctx, tx)
	if err != nil {
		return RuleSet{}, err
	}
	for _, wanted := range []string{id, General} {
		for _, s := range all {
			if s.ID == wanted {
				return s, nil
			}
		}
	}
	return general(tx.Tenant()), nil
}

// Options are the choices of a select: those that are not archived, and the chosen one in any case.
func Options(ctx context.Context, tx *tenant.Tx, chosen string) ([]ui.Option, error) {
	all, err := All(ctx, tx)
	var out []ui.Option
	for i := range all {
		if s := &all[i]; !s.Archived || s.ID == chosen {
			out = append(out, ui.Option{Value: s.ID, Label: s.Label(ctx), Selected: s.ID == chosen})
		}
	}
	return out, err
}

// Label is the title in the reader's language.
func (s *RuleSet) Label(ctx context.Context) string {
	if t := s.Name.In(ctx); t != "" {
		return t
	}
	return i18n.Message(ctx, ActWords(s.Act))
}

func one(ctx context.Context, tx *tenant.Tx, id string) (RuleSet, error) {
	all, err := All(ctx, tx)
	if err != nil {
		return RuleSet{}, err
	}
	i := slices.IndexFunc(all, func(s RuleSet) bool { return s.ID == id })
	if i < 0 {
		return RuleSet{}, fault.NotFound("terms.error.unknown")
	}
	return all[i], nil
}

// put stores a rule set unless somebody else did since it was read; a preset becomes the municipality's own.
func put(ctx context.Context, tx *tenant.Tx, s *RuleSet) error {
	old := s.RowVersion
	s.RowVersion, s.UpdatedAt = old+1, tx.Now()
	if old == 0 {
		res, err := tx.Insert(s).On("conflict (tenant_id, id) do nothing").Exec(ctx)
		return kept(res, err)
	}
	res, err := tx.Update(s).WherePK().Where("row_version = ?", old).Exec(ctx)
	return kept(res, err)
}

func kept(res interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return fmt.Errorf("store rules of terms: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("store rules of terms: %w", err)
	}
	if n == 0 {
		return fault.Conflict("terms.error.stale")
	}
	return nil
}

// drop forgets the municipality's own version, so that the preset is followed again; its own rules without a preset are archived.
func drop(ctx context.Context, tx *tenant.Tx, s *RuleSet) error {
	if !slices.Contains(Acts(), s.ID) {
		s.Archived = !s.Archived
		return put(ctx, tx, s)
	}
	if _, err := tx.Delete((*RuleSet)(nil)).Where("id = ?", s.ID).Exec(ctx); err != nil {
		return fmt.Errorf("forget rules of terms: %w", err)
	}
	return nil
}
