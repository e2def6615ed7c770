package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"glas/internal/fault"
	"glas/internal/job"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/archive/internal/stored"
	"glas/tenant"
)

// make makes one archive. Done twice it begins anew. What goes wrong is told to staff on the page of the archives.
func (m *Module) make(ctx context.Context, j job.Job) error {
	var w making
	if err := j.Decode(&w); err != nil {
		return job.Permanent(err)
	}
	var a *stored.Archive
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		a, err = stored.Find(ctx, tx, w.ArchiveID)
		return err
	})
	if fault.Is(err, fault.KindNotFound) || err == nil && a.State != stored.Making {
		return nil
	}
	if err != nil {
		return err
	}
	err = m.write(ctx, a)
	if err == nil {
		return nil
	}
	failed := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a.Failure = text.Truncate(err.Error(), 500)
		return stored.Save(ctx, tx, a, "failure")
	})
	return errors.Join(err, failed)
}

// write packs into a file of the machine, stores that, and notes what it is.
func (m *Module) write(ctx context.Context, a *stored.Archive) (err error) {
	f, err := os.CreateTemp("", "glas-archive-*.zip")
	if err != nil {
		return fmt.Errorf("make archive: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	told := 0
	made, err := m.Build(ctx, a.ConsultationID, a.Licence, f, func(percent int) error {
		if percent <= told {
			return nil
		}
		told = percent
		return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.Progress(ctx, tx, a.ID, percent) })
	})
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("make archive: %w", err)
	}
	if a.Size, err = io.Copy(sum, f); err != nil {
		return fmt.Errorf("make archive: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("make archive: %w", err)
	}
	if err := m.Store.Put(ctx, a.BlobKey(), f, "application/zip"); err != nil {
		return fmt.Errorf("store archive: %w", err)
	}
	a.State, a.Progress, a.Failure, a.FileCount, a.TakenAt, a.SHA256 = stored.Done, 100, "", made.Files, made.At, hex.EncodeToString(sum.Sum(nil))
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return stored.Save(ctx, tx, a, "state", "progress", "failure", "file_count", "taken_at", "sha256", "size")
	})
}

// renew looks for archives that hold something that was taken out since. They are given to nobody any more, and those that everybody
// could fetch are made anew.
func (m *Module) renew(ctx context.Context, _ job.Job) error {
	return m.sweep(ctx, func(ctx context.Context, tx *tenant.Tx, a *stored.Archive) (bool, error) {
		return stored.Gone(ctx, tx, a.ConsultationID, a.TakenAt)
	})
}

// forget makes all archives anew in which the name of somebody may stand who deleted his account.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.sweep(ctx, func(context.Context, *tenant.Tx, *stored.Archive) (bool, error) { return true, nil })
}

// settle is how long the making anew waits until every part has taken a name off.
const settle = 2 * time.Minute

// sweep takes the archives away that are out of date.
func (m *Module) sweep(ctx context.Context, gone func(ctx context.Context, tx *tenant.Tx, a *stored.Archive) (bool, error)) error {
	var keys []string
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		keys = nil
		all, err := stored.Current(ctx, tx)
		if err != nil {
			return err
		}
		again := map[string]bool{}
		for _, a := range all {
			out, err := gone(ctx, tx, a)
			if err != nil || !out {
				if err != nil {
					return err
				}
				continue
			}
			a.Outdated = true
			if err := stored.Save(ctx, tx, a, "outdated"); err != nil {
				return err
			}
			keys = append(keys, a.BlobKey())
			if a.Public && !again[a.ConsultationID] {
				again[a.ConsultationID] = true
				next := &stored.Archive{ConsultationID: a.ConsultationID, Licence: a.Licence, Public: true, CreatedBy: a.CreatedBy}
				if err := begin(ctx, tx, next, tx.Now().Add(settle)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, k := range keys {
		err = errors.Join(err, m.Store.Delete(ctx, k))
	}
	return err
}
