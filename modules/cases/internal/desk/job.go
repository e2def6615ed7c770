package desk

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"glas/internal/form"
	"glas/internal/job"
	"glas/internal/photo"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Blacken is the job of Redact.
func (d *Desk) Blacken(ctx context.Context, j job.Job) error {
	var t acts.RedactTask
	if err := j.Decode(&t); err != nil {
		return job.Permanent(err)
	}
	var file *attachments.Attachment
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		file, err = stored.PhotoOf(ctx, tx, t.CaseID, t.FileID)
		return err
	})
	if err != nil || file == nil || d.Files == nil || file.Broken {
		return err
	}
	if !file.Ready() {
		return fmt.Errorf("make parts of photo %s black: it is not drawn yet", file.ID)
	}
	data, err := d.Files.Bytes(ctx, file, attachments.Full)
	if err != nil {
		return fmt.Errorf("make parts of photo black: %w", err)
	}
	rects := make([]photo.Rect, len(t.Rects))
	for i, r := range t.Rects {
		rects[i] = photo.Rect(r)
	}
	out, _, _, err := photo.Redact(data, rects, max(file.Width, file.Height, 1))
	if err != nil {
		return job.Permanent(fmt.Errorf("make parts of photo black: %w", err))
	}
	copied := form.File{Name: file.Name, ContentType: "image/jpeg", Size: int64(len(out)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(out)), nil }}
	return d.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := d.Files.Add(ctx, tx, file.Ref(), attachments.Batch{Files: []form.File{copied}, Alts: []string{file.Alt}}); err != nil {
			return err
		}
		return stored.Blackened(ctx, tx, t.CaseID, t.Rects)
	})
}
