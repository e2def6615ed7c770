package acts

import (
	"context"
	"strings"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/photo"
	"glas/modules/attachments"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// RedactJob makes parts of a photo black, in a copy of it.
const RedactJob = "cases.redact"

// RedactTask is what RedactJob is asked for.
type RedactTask struct {
	CaseID string        `json:"case_id"`
	FileID string        `json:"file_id"`
	Rects  []stored.Rect `json:"rects"`
}

// rectsMax is how many parts of one photo can be made black.
const rectsMax = 20

// Redact makes parts of a photo black. The photo itself stays as it is, for the municipality only; a copy with black parts is made by a
// job and is then shown or not like any other.
func (a *Acts) Redact(ctx context.Context, k Key, fileID string, rects []stored.Rect) (*stored.Case, error) {
	if len(rects) == 0 || len(rects) > rectsMax {
		return nil, fault.InvalidField("rects", "casedesk.error.rects")
	}
	for _, r := range rects {
		if !photo.Rect(r).Valid() {
			return nil, fault.InvalidField("rects", "casedesk.error.rects")
		}
	}
	return a.do(ctx, k, step{perm: []string{PermEdit}, action: stored.Redact, in: stored.Input{Data: map[string]any{"file": fileID, "rects": len(rects)}},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			file, err := stored.PhotoOf(ctx, tx, c.ID, fileID)
			if err != nil {
				return err
			}
			if file == nil {
				return stored.ErrUnknown()
			}
			if err := stored.ShowPhoto(ctx, tx, c, fileID, false); err != nil {
				return err
			}
			return tx.Enqueue(ctx, job.Spec{Kind: RedactJob, Payload: RedactTask{CaseID: c.ID, FileID: fileID, Rects: rects}})
		}})
}

// Attach adds files of the municipality's own people to a case: the photo of the repaired thing, the scan of a letter.
func (a *Acts) Attach(ctx context.Context, k Key, files attachments.Batch) (*stored.Case, error) {
	if a.Files == nil || len(files.Files)+len(files.Staged) == 0 {
		return nil, fault.InvalidField("files", "val.required")
	}
	return a.do(ctx, k, step{perm: []string{PermWork, PermReview, PermEnter}, action: stored.Attach, in: stored.Input{Data: map[string]any{"files": len(files.Files) + len(files.Staged)}},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			files.Public, files.Limits = false, attachments.Limits{}
			return a.Files.Add(ctx, tx, c.Ref(), files)
		}})
}

// Person is one who signed a petition, or stands beside the reporter.
type Person struct{ Name, Email, Phone, Address string }

// Sign adds the people who signed a petition.
func (a *Acts) Sign(ctx context.Context, k Key, people []Person) (*stored.Case, error) {
	return a.do(ctx, k, step{perm: []string{PermEnter}, action: stored.Change, in: stored.Input{Data: map[string]any{"signers": len(people)}},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			for _, p := range people {
				row := &stored.CaseParty{CaseID: c.ID, Role: stored.RoleSigner, Name: p.Name, Email: strings.ToLower(p.Email), Phone: p.Phone, PhoneKey: stored.PhoneKey(p.Phone), Address: p.Address, Lang: c.Lang,
					Preferred: "none", CreatedAt: tx.Now()}
				row.ID = id.New()
				if err := stored.Add(ctx, tx, row); err != nil {
					return err
				}
			}
			return nil
		}})
}
