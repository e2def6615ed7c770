package texts

import (
	"context"

	"glas/internal/fault"
	"glas/internal/job"
	"glas/modules/consultations"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// indexAll puts the acts of a consultation that became public into the search.
func (m *Module) indexAll(ctx context.Context, j job.Job) error {
	var e consultations.Event
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := consultations.Load(ctx, tx, e.ID)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		list, err := stored.Of(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		for _, t := range list {
			if t.VersionID == "" || !c.Visible(tx.Now()) {
				continue
			}
			blocks, err := stored.Blocks(ctx, tx, t.VersionID)
			if err != nil {
				return err
			}
			if err := index(ctx, tx, t, c, blocks); err != nil {
				return err
			}
		}
		return nil
	})
}
