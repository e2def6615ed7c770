// Package acts is what people do with cases, one method for each act: who may is asked, the case is loaded, the table of states asked,
// and row, event, message, letter and clock are written in one transaction.
//
// The decision bound here: pages, the desk, Open311 and the mailbox all call these methods and write nothing themselves, so that a case
// is the same whichever way it came.
package acts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/mail"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/tenant"
)

// The permissions of cases.
const (
	PermReport   = "case.report"
	PermSupport  = "case.support"
	PermAll      = "case.view_all"
	PermPrivate  = "case.view_private"
	PermContact  = "case.view_contact"
	PermReview   = "case.review"
	PermEdit     = "case.edit_public"
	PermEnter    = "case.create_for_other"
	PermAssign   = "case.assign"
	PermWork     = "case.work"
	PermAccept   = "case.accept"
	PermDraft    = "case.answer_draft"
	PermApprove  = "case.answer_approve"
	PermPublish  = "case.publish"
	PermMerge    = "case.merge"
	PermRefer    = "case.refer"
	PermClose    = "case.close"
	PermReopen   = "case.reopen"
	PermExport   = "case.export"
	PermTemplate = "template.edit"
)

// Acts are the acts of all municipalities.
type Acts struct {
	DB    *tenant.DB
	Names *listed.NameCache
	// Files takes photos; nil takes none.
	Files *attachments.Module
	// Clocks keep the times; nil keeps none.
	Clocks timed.Clocks
	// Catalogue and Base write letters; without them none is written.
	Catalogue *i18n.Catalogue
	Base      func(ctx context.Context) string
	// Post prepares a letter to the reporter so that what he answers by e-mail comes back to the case; nil leaves it as it is.
	Post func(ctx context.Context, tx *tenant.Tx, c *stored.Case, m mail.Message) (mail.Message, error)
}

// Turn is what happened to a case as far as clocks are concerned.
type Turn = timed.Turn

func (a *Acts) begin(ctx context.Context, tx *tenant.Tx, c *stored.Case, at time.Time) error {
	if a.Clocks == nil {
		return nil
	}
	return a.Clocks.Begin(ctx, tx, c, at)
}

func (a *Acts) turn(ctx context.Context, tx *tenant.Tx, c *stored.Case, t Turn) error {
	if a.Clocks == nil {
		return nil
	}
	if t.At.IsZero() {
		t.At = tx.Now()
	}
	if t.Outcome == "" {
		t.Outcome = timed.OutcomeMet
	}
	return a.Clocks.Turn(ctx, tx, c, t)
}

// CanAny reports whether who acts in ctx holds one of the permissions.
func CanAny(ctx context.Context, permissions ...string) bool {
	return slices.ContainsFunc(permissions, func(p string) bool { return authz.Can(ctx, p, authz.Resource{}).Allowed })
}

// ViewerOf is what who acts in ctx is to a case; token is the one of the address that he came by, empty for none.
func ViewerOf(ctx context.Context, tx *tenant.Tx, c *stored.Case, token string) (stored.Viewer, error) {
	if c.TenantID != tx.ID() {
		return stored.Outsider, nil
	}
	actor := authz.From(ctx)
	if actor.IsStaff() {
		v, err := staffViewer(ctx, tx, c, actor)
		if v != "" || err != nil {
			return v, err
		}
	}
	switch {
	case token != "" && token == c.Token, actor.SignedIn() && actor.ID == c.ReporterID:
		return stored.Reporter, nil
	case actor.IsStaff() && CanAny(ctx, PermAll):
		return stored.Overview, nil
	case actor.IsStaff() && CanAny(ctx, PermWork):
		return stored.OtherDepartment, nil
	case actor.SignedIn():
		return stored.Citizen, nil
	}
	return stored.Anybody, nil
}

func staffViewer(ctx context.Context, tx *tenant.Tx, c *stored.Case, actor authz.Actor) (stored.Viewer, error) {
	switch {
	case CanAny(ctx, PermPrivate):
		return stored.Editor, nil
	case actor.ID == c.EnteredBy && CanAny(ctx, PermEnter):
		return stored.Department, nil
	case !CanAny(ctx, PermWork) || actor.DepartmentID == "":
		return "", nil
	case actor.DepartmentID == c.DepartmentID:
		return stored.Department, nil
	}
	mine, err := stored.HasTask(ctx, tx, c.ID, actor.DepartmentID)
	if mine {
		return stored.Department, err
	}
	return "", err
}

// Sight is what who acts in ctx sees of a case.
func Sight(ctx context.Context, tx *tenant.Tx, c *stored.Case, token string) (stored.Sight, error) {
	v, err := ViewerOf(ctx, tx, c, token)
	return stored.See(c, v), err
}

// CanContact reports whether who acts in ctx may read name, address and phone of the reporter: a permission of its own, and only of
// cases that he works on. A party that is hidden from departments is shown to those only who read every case.
func CanContact(ctx context.Context, s stored.Sight, p *stored.CaseParty) bool {
	if !s.Notes || !CanAny(ctx, PermContact) {
		return false
	}
	return p == nil || !p.Hidden || CanAny(ctx, PermPrivate)
}

// Contact is the reporter of a case for who may read him, nil for others; that he was read is written down.
func (a *Acts) Contact(ctx context.Context, c *stored.Case) (*stored.CaseParty, error) {
	var p *stored.CaseParty
	err := a.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := Sight(ctx, tx, c, "")
		if err != nil {
			return err
		}
		if p, err = stored.ReporterOf(ctx, tx, c.ID); err != nil || p == nil {
			return err
		}
		if !CanContact(ctx, s, p) {
			p = nil
			return nil
		}
		return audit.Record(ctx, tx, audit.Entry{Action: PermContact, Ref: c.Ref(), Data: map[string]any{"number": c.Number}})
	})
	return p, err
}

// step is one act on one case.
type step struct {
	// perm are the permissions of which staff need one; empty is an act of the reporter, who is known by his account or token.
	perm  []string
	token string
	// free acts are of the program itself.
	free   bool
	action stored.Action
	in     stored.Input
	// fill adds to the input what must be asked of the database; change writes into the case before it is saved, after does what
	// belongs to it in the same transaction.
	fill   func(ctx context.Context, tx *tenant.Tx, c *stored.Case, in *stored.Input) error
	change func(c *stored.Case)
	after  func(ctx context.Context, tx *tenant.Tx, c *stored.Case) error
}

// Key names a case and the version that who acts has read; version 0 is not compared.
type Key struct {
	ID      string
	Version int64
}

// do carries out an act in its own transaction.
func (a *Acts) do(ctx context.Context, k Key, s step) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if c, err = stored.Find(ctx, tx, k.ID); err != nil {
			return err
		}
		if k.Version != 0 && k.Version != c.RowVersion {
			return stored.ErrStale()
		}
		return a.take(ctx, tx, c, s)
	})
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", s.action, err)
	}
	return c, nil
}

// take carries out an act on a loaded case.
func (a *Acts) take(ctx context.Context, tx *tenant.Tx, c *stored.Case, s step) error {
	if err := allowed(ctx, tx, c, s); err != nil {
		return err
	}
	s.in.Now = tx.Now()
	if s.fill != nil {
		if err := s.fill(ctx, tx, c, &s.in); err != nil {
			return err
		}
	}
	e, err := stored.Apply(c, s.action, s.in)
	if err != nil {
		return err
	}
	shown, first := c.Shown, len(s.perm) > 0 && c.AckAt.IsZero() && c.Number != ""
	if s.change != nil {
		s.change(c)
	}
	if first {
		c.AckAt = tx.Now()
	}
	if len(s.perm) > 0 {
		c.WorkedAt = tx.Now()
	}
	if err := stored.Save(ctx, tx, c, e); err != nil {
		return err
	}
	if c.Shown != shown {
		if err := stored.SyncPhotos(ctx, tx, c); err != nil {
			return err
		}
	}
	if len(s.perm) > 0 {
		data := map[string]any{"number": c.Number}
		if e.FromState != e.ToState {
			data["from"], data["to"] = e.FromState, e.ToState
		}
		if err := audit.Record(ctx, tx, audit.Entry{Action: "case." + string(s.action), Ref: c.Ref(), Data: data}); err != nil {
			return err
		}
	}
	if first { // a person looked at it: an automatic receipt does not count
		if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricAcknowledge}}); err != nil {
			return err
		}
	}
	if s.after != nil {
		return s.after(ctx, tx, c)
	}
	return nil
}

// allowed says why who acts in ctx may not.
func allowed(ctx context.Context, tx *tenant.Tx, c *stored.Case, s step) error {
	if s.free {
		return nil
	}
	sight, err := Sight(ctx, tx, c, s.token)
	if err != nil {
		return err
	}
	if len(s.perm) == 0 {
		if !sight.Act {
			if !sight.Page {
				return stored.ErrUnknown()
			}
			return fault.Forbidden("cases.error.not_yours")
		}
		return nil
	}
	if !CanAny(ctx, s.perm...) {
		return authz.Can(ctx, s.perm[0], authz.Resource{}).Err()
	}
	if !sight.Notes {
		if !sight.Page {
			return stored.ErrUnknown()
		}
		return fault.Forbidden("cases.error.not_yours")
	}
	return nil
}

// governs are the rules that hold for a case.
func (a *Acts) governs(ctx context.Context, tx *tenant.Tx, c *stored.Case) (listed.Governs, error) {
	n, err := a.Names.Of(ctx, tx)
	if err != nil {
		return listed.Governs{}, err
	}
	return n.Govern(c.Kind, c.TopicID), nil
}
