package acts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/modules/attachments"
	"glas/modules/cases/internal/filing"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/cases/internal/told"
	"glas/tenant"
)

// fastest is the shortest time in which a person fills in the form.
const fastest = 3 * time.Second

// Report is what somebody tells the municipality.
type Report = filing.Report

// Report takes a report of who acts in ctx. With an account, entered by staff, or from a trusted program it is received at once; without,
// where the municipality allows that, a letter asks to confirm it first. The same words within ten minutes, and the same ChannelRef
// ever, are one case.
func (a *Acts) Report(ctx context.Context, r Report) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = a.ReportIn(ctx, tx, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("report case: %w", err)
	}
	return c, nil
}

// ReportIn is Report within a transaction of the caller.
func (a *Acts) ReportIn(ctx context.Context, tx *tenant.Tx, r Report) (*stored.Case, error) {
	n, err := a.Names.Of(ctx, tx)
	if err != nil {
		return nil, err
	}
	actor := authz.From(ctx)
	staff := r.ForOther && actor.IsStaff()
	if err := mayReport(ctx, n, &r, staff); err != nil {
		return nil, err
	}
	if known, err := stored.FindRef(ctx, tx, r.Channel, r.ChannelRef); known != nil || err != nil {
		return known, err
	}
	t := n.Topic(r.TopicID)
	if r.TopicID != "" && t == nil {
		r.TopicID = ""
	}
	fields := r.Check(n, t, staff)
	if !actor.SignedIn() && !r.Trusted && r.Email == "" {
		fields["email"] = fault.Msg("val.required")
	}
	if !staff {
		if err := filing.Within(ctx, tx, fields, r.Lat, r.Lng); err != nil {
			return nil, err
		}
	}
	if len(fields) > 0 {
		return nil, fault.Invalid(fields)
	}
	if age := tx.Now().Sub(r.Opened); !r.Opened.IsZero() && age >= 0 && age < fastest {
		return nil, fault.InvalidField("", "cases.error.too_fast")
	}
	c := filing.Compose(ctx, tx, n, t, r, staff)
	if err := filing.PlaceIn(ctx, tx, c); err != nil {
		return nil, err
	}
	if twin, err := stored.FindRepeat(ctx, tx, c.Dedupe); !staff && (twin != nil || err != nil) {
		return twin, err
	}
	return c, a.store(ctx, tx, n, c, r, staff)
}

// mayReport says why who acts cannot report this.
func mayReport(ctx context.Context, n *listed.Names, r *Report, staff bool) error {
	actor := authz.From(ctx)
	switch {
	case r.Trusted:
		return nil
	case r.ForOther:
		return authz.Can(ctx, PermEnter, authz.Resource{}).Err()
	case !actor.SignedIn() && n.Settings.Anonymous && n.Kind(r.Kind).Anonymous:
		return nil
	}
	return authz.Can(ctx, PermReport, authz.Resource{}).Err()
}

// store writes a composed case, its reporter and its photos, and receives it unless it waits to be confirmed.
func (a *Acts) store(ctx context.Context, tx *tenant.Tx, n *listed.Names, c *stored.Case, r Report, staff bool) error {
	at := tx.Now()
	if staff && !r.RegisteredAt.IsZero() && r.RegisteredAt.Before(at) || r.Trusted && !r.RegisteredAt.IsZero() {
		at = r.RegisteredAt
	}
	e := &stored.CaseEvent{Action: stored.Created, ToState: c.State, Public: true, At: tx.Now(), Data: map[string]any{"channel": c.Channel}}
	if c.State != stored.Unconfirmed {
		if err := filing.Receive(tx, n, c, r.DepartmentID, at); err != nil {
			return err
		}
		if err := stored.TakeNumber(ctx, tx, c, n.Settings.Prefix, at); err != nil {
			return err
		}
		e.ToState = c.State
		e.Data["rule"], e.Data["department"] = c.RuleID, c.DepartmentID
	}
	if c.PublishMode == stored.OnConfirm && c.State != stored.Unconfirmed {
		c.Published, c.PublishedAt = true, tx.Now()
	}
	if err := stored.Insert(ctx, tx, c, e); err != nil {
		return err
	}
	if err := a.party(ctx, tx, c, r, staff); err != nil {
		return err
	}
	if a.Files != nil {
		r.Files.Public = false
		r.Files.Limits = attachments.Limits{Photos: stored.PhotosMax, Documents: 3}
		if err := a.Files.Add(ctx, tx, c.Ref(), r.Files); err != nil {
			return err
		}
	}
	if c.State == stored.Unconfirmed {
		return a.tellReporter(ctx, tx, c, "confirm", "/c/"+c.ConfirmToken+"/confirm")
	}
	return a.welcome(ctx, tx, c)
}

// welcome is what follows when a case is received: the assignment, the clocks, the receipt and the news.
func (a *Acts) welcome(ctx context.Context, tx *tenant.Tx, c *stored.Case) error {
	if c.State == stored.Assigned {
		if err := a.assignment(ctx, tx, c, ""); err != nil {
			return err
		}
	}
	if c.ThresholdMet {
		if err := a.begin(ctx, tx, c, c.RegisteredAt); err != nil {
			return err
		}
	}
	if !c.AckAt.IsZero() {
		if err := a.turn(ctx, tx, c, Turn{Stop: []string{timed.MetricAcknowledge}}); err != nil {
			return err
		}
	}
	if err := tx.Announce(ctx, told.Received{News: told.NewsOf(c)}); err != nil {
		return err
	}
	return a.tellReporter(ctx, tx, c, "received", c.TokenPath(), "Date", c.RegisteredAt)
}

// party keeps how the reporter is reached.
func (a *Acts) party(ctx context.Context, tx *tenant.Tx, c *stored.Case, r Report, staff bool) error {
	actor := authz.From(ctx)
	p := &stored.CaseParty{CaseID: c.ID, Role: stored.RoleReporter, Name: r.Name, Email: strings.ToLower(r.Email), Phone: r.Phone, PhoneKey: stored.PhoneKey(r.Phone), Address: r.PostAddress,
		Lang: c.Lang, Preferred: "email", Consent: true, Hidden: r.Hide, CreatedAt: tx.Now(), Company: r.Company, Register: r.Register, RegisterNumber: r.Number}
	p.ID = id.New()
	if c.ReporterID != "" {
		p.AccountID, p.OrganisationID = actor.ID, actor.OrganisationID
		if p.Name == "" {
			p.Name = actor.Name
		}
	}
	if p.Email == "" && p.AccountID == "" {
		p.Preferred = "phone"
	}
	if p.Name == "" && p.Email == "" && p.Phone == "" && p.AccountID == "" && p.Company == "" {
		return nil // nobody is known: an anonymous call
	}
	return stored.Add(ctx, tx, p)
}

// Confirm receives a case that was reported without an account; token is that of the letter. Doing it twice gives the same case.
func (a *Acts) Confirm(ctx context.Context, token string) (*stored.Case, error) {
	var c *stored.Case
	err := a.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if c, err = stored.FindConfirm(ctx, tx, token); err != nil {
			return err
		}
		if c.State != stored.Unconfirmed {
			return nil
		}
		n, err := a.Names.Of(ctx, tx)
		if err != nil {
			return err
		}
		e, err := stored.Apply(c, stored.Confirm, stored.Input{Now: tx.Now()})
		if err != nil {
			return err
		}
		e.ActorKind = stored.ByCitizen
		e.On(c)
		if err := filing.Receive(tx, n, c, "", tx.Now()); err != nil {
			return err
		}
		e.ToState = c.State
		if err := stored.TakeNumber(ctx, tx, c, n.Settings.Prefix, tx.Now()); err != nil {
			return err
		}
		if c.PublishMode == stored.OnConfirm {
			c.Published, c.PublishedAt = true, tx.Now()
		}
		if err := stored.Save(ctx, tx, c, e); err != nil {
			return err
		}
		if p, err := stored.ReporterOf(ctx, tx, c.ID); err != nil || p != nil {
			if err != nil {
				return err
			}
			p.VerifiedAt = tx.Now()
			if err := stored.Put(ctx, tx, p); err != nil {
				return err
			}
		}
		return a.welcome(ctx, tx, c)
	})
	if err != nil {
		return nil, fmt.Errorf("confirm case: %w", err)
	}
	return c, nil
}
