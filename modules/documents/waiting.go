package documents

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/id"
	"glas/internal/job"
	"glas/tenant"
)

// waitsFor is how long a file of a form that was refused may be used by the next send of it.
const waitsFor = 24 * time.Hour

// The hidden fields that carry a file from one send of a form to the next: the first is believed only when the same person sent the
// file, the second is for showing.
const (
	waitingField = "document.kept"
	waitingName  = "document.kept_name"
)

// WaitingDocument is a file that came with a form and belongs to nothing yet. Its id is that of the document to be.
type WaitingDocument struct {
	tenant.Key
	OwnerID   string
	FileName  string
	Mime      string
	Size      int64
	SHA256    string `bun:"sha256"`
	TextLayer bool
	BlobKey   string
	CreatedAt time.Time
}

// wait stores the file of a form, so that it need not be chosen again when something else in the form is refused.
func (m *Module) wait(ctx context.Context, f *form.Form, file File) (*WaitingDocument, error) {
	w, err := m.put(ctx, file)
	if err != nil {
		return nil, err
	}
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		w.OwnerID, w.CreatedAt = authz.From(ctx).ID, tx.Now()
		return insertWaiting(ctx, tx, w)
	})
	if err != nil {
		return nil, err
	}
	f.Set(waitingField, w.ID)
	f.Set(waitingName, w.FileName)
	return w, nil
}

// waited is the file that an earlier send of a form brought; nil, with a complaint, when there is none any more.
func (m *Module) waited(ctx context.Context, f *form.Form) (w *WaitingDocument, err error) {
	err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		w, err = findWaiting(ctx, tx, f.Value(waitingField), authz.From(ctx).ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if w == nil {
		f.Set(waitingField)
		f.Set(waitingName)
		f.Fail("document", "documents.error.gone")
		return nil, nil
	}
	f.Set(waitingName, w.FileName)
	return w, nil
}

// put puts a file into the store.
func (m *Module) put(ctx context.Context, file File) (*WaitingDocument, error) {
	t := tenant.From(ctx)
	if t == nil {
		return nil, tenant.ErrNone
	}
	sum := sha256.Sum256(file.Data)
	w := &WaitingDocument{Key: tenant.Key{ID: id.New()}, FileName: file.Name, Mime: file.Mime, Size: int64(len(file.Data)), SHA256: hex.EncodeToString(sum[:]), TextLayer: !file.Scan}
	w.BlobKey = t.ID + "/doc/" + w.ID
	if err := m.Store.Put(ctx, w.BlobKey, bytes.NewReader(file.Data), file.Mime); err != nil {
		return nil, fmt.Errorf("store document: %w", err)
	}
	return w, nil
}

// sweepAtOnce bounds one round of sweeping; a full round is followed by another.
const sweepAtOnce = 200

// sweep deletes files that no form was accepted with in time. The rows go first: a file that is left over is only unused, a row without
// its file would be a document that cannot be read.
func (m *Module) sweep(ctx context.Context, _ job.Job) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		old, err := takeOldWaiting(ctx, tx, tx.Now().Add(-waitsFor), sweepAtOnce)
		if err != nil {
			return err
		}
		jobs := make([]job.Spec, len(old))
		for i, w := range old {
			jobs[i] = job.Spec{Kind: dropJob, Payload: payload{Key: w.BlobKey}}
		}
		if len(old) == sweepAtOnce {
			jobs = append(jobs, job.Spec{Kind: sweepJob})
		}
		if len(jobs) == 0 {
			return nil
		}
		return tx.Enqueue(ctx, jobs...)
	})
}

// used takes the file of a form out of those that wait, once.
func used(ctx context.Context, tx *tenant.Tx, s *Sent) error {
	if !s.waits {
		return nil
	}
	ok, err := takeWaiting(ctx, tx, s.id)
	if err == nil && !ok {
		return fault.InvalidField("document", "documents.error.gone")
	}
	return err
}
