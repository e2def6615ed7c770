package acts

import (
	"context"
	"fmt"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// What people in the field do.
const (
	// TakeOver accepts a case that was assigned to their department.
	TakeOver = "take"
	// JustNote writes a note, with photos or without.
	JustNote = "note"
	// Finished says that the work is done: the note becomes the draft of the final answer, which somebody else reads and publishes.
	Finished = "done"
)

// FieldPost is what somebody in the field sent. ID is given by the device, so that the same post sent twice, after a connection that broke
// off, is one.
type FieldPost struct {
	ID, CaseID, Action, Text string
	Files                    attachments.Batch
}

// Field takes what somebody in the field sent, in one transaction; fresh is false when it came before.
func (a *Acts) Field(ctx context.Context, p FieldPost) (c *stored.Case, fresh bool, err error) {
	if n := text.Letters(p.Text); n > stored.MessageMax || n == 0 && p.Action == JustNote && len(p.Files.Files) == 0 {
		return nil, false, fault.InvalidField("text", "cases.error.text", "Min", 1, "Max", stored.MessageMax)
	}
	err = a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if known, err := stored.FindFieldPost(ctx, tx, p.ID); known != nil || err != nil {
			if err == nil {
				c, err = stored.Find(ctx, tx, known.CaseID)
			}
			return err
		}
		if c, err = stored.Find(ctx, tx, p.CaseID); err != nil {
			return err
		}
		row := &stored.CaseFieldPost{CaseID: c.ID, AccountID: authz.From(ctx).ID, Action: p.Action, CreatedAt: tx.Now()}
		row.ID, fresh = p.ID, true
		if err := stored.Add(ctx, tx, row); err != nil {
			return err
		}
		return a.field(ctx, tx, c, p)
	})
	if err != nil {
		return nil, false, fmt.Errorf("field post: %w", err)
	}
	return c, fresh, nil
}

func (a *Acts) field(ctx context.Context, tx *tenant.Tx, c *stored.Case, p FieldPost) error {
	if p.Action != JustNote && c.State == stored.Assigned {
		if err := a.take(ctx, tx, c, a.accepting(ctx)); err != nil {
			return err
		}
	} else if p.Action == TakeOver {
		return fault.Conflict("cases.error.state")
	}
	if p.Text != "" || len(p.Files.Files) > 0 {
		if err := a.fieldNote(ctx, tx, c, p); err != nil {
			return err
		}
	}
	if p.Action != Finished || c.State == stored.AnswerReview {
		return nil
	}
	g, err := a.governs(ctx, tx, c)
	if err != nil {
		return err
	}
	if g.Photo && c.Kind == stored.Defect && len(p.Files.Files) == 0 {
		return fault.InvalidField("files", "cases.error.photo")
	}
	return a.take(ctx, tx, c, a.drafting(Draft{Body: i18n.Text{tx.Tenant().Default(): p.Text}, Outcome: stored.Resolved, Public: true}))
}

// fieldNote keeps words and photos.
func (a *Acts) fieldNote(ctx context.Context, tx *tenant.Tx, c *stored.Case, p FieldPost) error {
	return a.take(ctx, tx, c, step{perm: []string{PermWork}, action: stored.Note, in: stored.Input{Data: map[string]any{"files": len(p.Files.Files)}},
		after: func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
			if p.Text != "" {
				if _, err := a.line(ctx, tx, c, stored.CaseMessage{Direction: stored.NoteLine, Audience: stored.ToInternal, Channel: "field_team", Body: p.Text}); err != nil {
					return err
				}
			}
			if a.Files == nil || len(p.Files.Files) == 0 {
				return nil
			}
			p.Files.Public, p.Files.Limits = false, attachments.Limits{}
			return a.Files.Add(ctx, tx, c.Ref(), p.Files)
		}})
}
