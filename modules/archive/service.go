package archive

import (
	"context"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/job"
	"glas/modules/archive/internal/stored"
	"glas/modules/audit"
	"glas/modules/consultations"
	"glas/tenant"
)

// stuck is after how long an archive that makes no progress is taken for given up.
const stuck = 30 * time.Minute

// making names the archive that a job makes.
type making struct {
	ArchiveID string `json:"archive_id"`
}

// Make starts the making of an archive of a consultation that is public; when it stands, everybody may fetch it if public is set.
func (m *Module) Make(ctx context.Context, consultationID, licence string, public bool) error {
	if err := authz.Can(ctx, export, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := consultations.Load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		if !c.Visible(tx.Now()) {
			return fault.Conflict("archive.error.private")
		}
		before, err := stored.Of(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		for _, a := range before {
			if a.State == stored.Making && tx.Now().Sub(a.UpdatedAt) < stuck {
				return fault.Conflict("archive.error.making")
			}
		}
		a := &stored.Archive{ConsultationID: c.ID, Licence: licenceOf(licence).Key, Public: public, CreatedBy: authz.From(ctx).ID}
		if err := begin(ctx, tx, a, tx.Now()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "archive.make", Ref: c.Ref(), Data: map[string]any{"licence": a.Licence, "public": public}})
	})
}

func begin(ctx context.Context, tx *tenant.Tx, a *stored.Archive, at time.Time) error {
	if err := stored.Insert(ctx, tx, a); err != nil {
		return err
	}
	return tx.Enqueue(ctx, job.Spec{Kind: makeJob, Payload: making{a.ID}, RunAt: at})
}

// change loads an archive of a consultation and changes it.
func (m *Module) change(ctx context.Context, consultationID, archiveID, action string, do func(ctx context.Context, tx *tenant.Tx, a *stored.Archive) error) error {
	if err := authz.Can(ctx, export, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		a, err := of(ctx, tx, consultationID, archiveID)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: action, Ref: a.Ref(), Data: map[string]any{"consultation": a.ConsultationID, "public": a.Public}})
	})
}

// of is an archive of a consultation.
func of(ctx context.Context, tx *tenant.Tx, consultationID, archiveID string) (*stored.Archive, error) {
	a, err := stored.Find(ctx, tx, archiveID)
	if err == nil && a.ConsultationID != consultationID {
		err = fault.NotFound("archive.error.unknown")
	}
	return a, err
}

// SetPublic lets everybody fetch an archive, or staff only.
func (m *Module) SetPublic(ctx context.Context, consultationID, archiveID string, public bool) error {
	return m.change(ctx, consultationID, archiveID, "archive.public", func(ctx context.Context, tx *tenant.Tx, a *stored.Archive) error {
		if a.Outdated && public {
			return fault.Conflict("archive.error.outdated")
		}
		a.Public = public
		return stored.Save(ctx, tx, a, "public")
	})
}

// Remove takes the file of an archive away for good.
func (m *Module) Remove(ctx context.Context, consultationID, archiveID string) error {
	return m.change(ctx, consultationID, archiveID, "archive.delete", func(ctx context.Context, tx *tenant.Tx, a *stored.Archive) error {
		a.Public, a.Outdated = false, true
		if a.State == stored.Making {
			a.State = stored.Failed
		}
		if err := stored.Save(ctx, tx, a, "public", "outdated", "state"); err != nil {
			return err
		}
		return m.Store.Delete(ctx, a.BlobKey())
	})
}
