package attachments

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"glas/internal/blob"
	"glas/internal/job"
	"glas/internal/photo"
	"glas/tenant"
)

// draw makes the copies of a photo and notes what became of it.
func (m *Module) draw(ctx context.Context, a *Attachment) error {
	data, err := m.load(ctx, a.key(original))
	if errors.Is(err, blob.ErrNotFound) {
		a.Broken, err = true, nil // an attempt that was cut short after throwing it away
	}
	if err != nil {
		return fmt.Errorf("draw photo: %w", err)
	}
	if !a.Broken {
		err = m.copies(ctx, a, data)
		if errors.Is(err, photo.ErrBroken) || errors.Is(err, photo.ErrFormat) || errors.Is(err, photo.ErrTooBig) {
			a.Broken, err = true, nil
		}
		if err != nil {
			return fmt.Errorf("draw photo: %w", err)
		}
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a.RenderedAt = tx.Now()
		return rendered(ctx, tx, a)
	})
}

func (m *Module) copies(ctx context.Context, a *Attachment, data []byte) error {
	big, width, height, err := photo.Render(data, fullSide)
	if err != nil {
		return err
	}
	// The small copy is made of the larger one: that has no more pixels than needed.
	small, _, _, err := photo.Render(big, thumbSide)
	if err != nil {
		return err
	}
	for variant, b := range map[string][]byte{Full: big, Thumb: small} {
		if err := m.store.Put(ctx, a.key(variant), bytes.NewReader(b), "image/jpeg"); err != nil {
			return err
		}
	}
	a.Width, a.Height, a.Size = width, height, int64(len(big))
	return nil
}

func (m *Module) load(ctx context.Context, key string) ([]byte, error) {
	r, _, err := m.store.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	return data, errors.Join(err, r.Close())
}

// sweepAtOnce bounds one round of sweeping; a full round is followed by another.
const sweepAtOnce = 200

// sweep deletes what is stored of files that were removed or never used.
func (m *Module) sweep(ctx context.Context, _ job.Job) error {
	var rows []Attachment
	err := m.db.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		rows, err = leftovers(ctx, tx, sweepAtOnce)
		return err
	})
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		for _, variant := range []string{original, Full, Thumb} {
			if err := m.store.Delete(ctx, rows[i].key(variant)); err != nil {
				return fmt.Errorf("sweep files: %w", err)
			}
		}
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := erase(ctx, tx, ids); err != nil || len(rows) < sweepAtOnce {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{Kind: sweepJob})
	})
}

// forget cuts the tie between files and an account that was deleted.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e struct {
		AccountID string `json:"account_id"`
	}
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.AccountID == "" {
		return job.Permanent(errors.New("forget files: no account named"))
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := disown(ctx, tx, e.AccountID); err != nil {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{Kind: sweepJob, Unique: "sweep"})
	})
}
