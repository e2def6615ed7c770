package proposals

import (
	"context"
	"fmt"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/consultations"
	"glas/modules/moderation"
	"glas/modules/proposals/internal/stored"
	"glas/tenant"
)

// draftBytes bounds what a draft keeps of a text that is far too long.
const draftBytes = 64 << 10

// SaveDraft keeps an unfinished proposal of who acts in ctx: one for each consultation. It refuses no text for its length.
func (m *Module) SaveDraft(ctx context.Context, consultationID string, in Input) (*Proposal, error) {
	var p *Proposal
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err := m.open(ctx, tx, consultationID, in)
		if err != nil {
			return err
		}
		p, err = m.keepDraft(ctx, tx, c, in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("save draft: %w", err)
	}
	return p, nil
}

// open loads a consultation that who acts in ctx may propose something in.
func (m *Module) open(ctx context.Context, tx *tenant.Tx, consultationID string, in Input) (*consultations.Consultation, error) {
	c, err := consultations.Load(ctx, tx, consultationID)
	if err != nil {
		return nil, err
	}
	if in.Official {
		return c, authz.Can(ctx, stored.PermManage, authz.Resource{}).Err()
	}
	return c, c.May(ctx, stored.PermSubmit, tx.Now()).Err()
}

func (m *Module) keepDraft(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, in Input) (*Proposal, error) {
	if len(in.Body) > draftBytes || len(in.Title) > draftBytes {
		return nil, fault.InvalidField("body", "val.max_chars", "N", BodyMax)
	}
	p, err := stored.FindDraft(ctx, tx, c.ID, authz.From(ctx).ID)
	if err != nil {
		return nil, err
	}
	fresh := p == nil
	if fresh {
		p = &Proposal{Key: tenant.Key{ID: id.New()}, ConsultationID: c.ID, State: Draft, CreatedAt: tx.Now()}
	}
	r := stored.RulesOf(c, tx.Now(), tx.Tenant().Rules.Moderation)
	p.Byline, err = accounts.Sign(ctx, tx, accounts.Signature{Scope: c.ID, Pseudonym: r.Pseudonyms && in.Pseudonym, Ask: in.Pseudonym, Official: in.Official})
	if err != nil {
		return nil, err
	}
	p.Official = in.Official
	in.Apply(p, tx.Tenant().Default())
	if !in.OnEarth() {
		p.Lat, p.Lng = nil, nil
	}
	if fresh {
		// A draft that is saved late, when the same text has just been published, makes no second one.
		if twin, err := stored.FindRepeat(ctx, tx, p); twin != nil || err != nil {
			return twin, err
		}
		err = stored.Insert(ctx, tx, p)
	} else {
		err = stored.Save(ctx, tx, p)
	}
	if err != nil {
		return nil, err
	}
	return p, m.addFiles(ctx, tx, p, in.Files, r)
}

func (m *Module) addFiles(ctx context.Context, tx *tenant.Tx, p *Proposal, b attachments.Batch, r Rules) error {
	if m.Files == nil {
		return nil
	}
	b.Public, b.Limits = p.State.Public(), r.Limits()
	return m.Files.Add(ctx, tx, p.Ref(), b)
}

// Publish submits a proposal of who acts in ctx, with the files of his draft. It is shown at once, or waits for a moderator where
// the phase says so. The same text sent twice within ten minutes is one proposal.
func (m *Module) Publish(ctx context.Context, consultationID string, in Input) (*Proposal, error) {
	var p *Proposal
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		p, err = m.publish(ctx, tx, consultationID, in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("publish proposal: %w", err)
	}
	return p, nil
}

func (m *Module) publish(ctx context.Context, tx *tenant.Tx, consultationID string, in Input) (*Proposal, error) {
	c, err := m.open(ctx, tx, consultationID, in)
	if err != nil {
		return nil, err
	}
	r := stored.RulesOf(c, tx.Now(), tx.Tenant().Rules.Moderation)
	if fields := in.Check(r); len(fields) > 0 {
		return nil, fault.Invalid(fields)
	}
	if in.TooFast(tx.Now()) {
		return nil, fault.InvalidField("", "proposals.error.too_fast")
	}
	p, err := m.keepDraft(ctx, tx, c, in)
	if err != nil || p.State != Draft {
		return p, err
	}
	if twin, err := stored.FindRepeat(ctx, tx, p); twin != nil || err != nil {
		if err == nil {
			err = stored.Remove(ctx, tx, p)
		}
		return twin, err
	}
	if err := withinQuota(ctx, tx, c, in, r); err != nil {
		return nil, err
	}
	if p.Number, err = stored.TakeNumbers(ctx, tx, 1); err != nil {
		return nil, err
	}
	p.Dedupe = p.Fingerprint()
	p.Hints = hints(p)
	wait, err := waits(ctx, tx, in, r)
	if err != nil {
		return nil, err
	}
	if wait {
		p.State = Waiting
		if err := stored.Save(ctx, tx, p); err != nil {
			return nil, err
		}
		return p, moderation.Waiting(ctx, tx, p.Ref(), p.AuthorID)
	}
	return p, m.show(ctx, tx, p)
}

// withinQuota refuses more proposals than the phase allows each author. The municipality has no quota.
func withinQuota(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, in Input, r Rules) error {
	if r.Quota == 0 || in.Official {
		return nil
	}
	n, err := stored.CountOf(ctx, tx, c.ID, authz.From(ctx).ID)
	if err != nil {
		return err
	}
	if n >= int64(r.Quota) {
		return fault.Forbidden("proposals.error.quota", "N", r.Quota)
	}
	return nil
}

// waits reports whether a proposal must be read by a moderator first. The municipality's own word never waits.
func waits(ctx context.Context, tx *tenant.Tx, in Input, r Rules) (bool, error) {
	if in.Official {
		return false, nil
	}
	return moderation.Gate(ctx, tx, authz.From(ctx), moderation.Mode(r.Moderation))
}

// hints are the words of a proposal that a moderator may want to look at, one to a line.
func hints(p *Proposal) string {
	return strings.Join(moderation.Hints(p.Lang, p.Title+"\n"+text.Plain(p.Body)), "\n")
}

// show makes a proposal readable for everybody: files, counters, search, and news when it is the first time.
func (m *Module) show(ctx context.Context, tx *tenant.Tx, p *Proposal) error {
	if !p.State.Can(Published) {
		return fault.Conflict("proposals.error.state")
	}
	first := p.PublishedAt.IsZero()
	if p.Body == "" {
		return fault.Conflict("proposals.error.empty") // its words were removed for good
	}
	p.State, p.Reason, p.Rule, p.ClosedAt = Published, "", "", time.Time{}
	if first {
		p.PublishedAt = tx.Now()
	}
	if err := stored.Save(ctx, tx, p); err != nil {
		return err
	}
	if err := attachments.Show(ctx, tx, p.Ref(), true); err != nil {
		return err
	}
	d := consultations.Delta{Proposals: 1}
	if !p.Official {
		d.Participants = []string{p.AuthorID}
	}
	if err := consultations.Count(ctx, tx, p.ConsultationID, d); err != nil {
		return err
	}
	if err := tx.Index(ctx, p.Document("")); err != nil {
		return err
	}
	if !first {
		return nil
	}
	if err := stored.SetTrend(ctx, tx, p.ID, stored.TrendAt(p.PublishedAt, stored.OwnWeight)); err != nil {
		return err
	}
	return tx.Announce(ctx, PublishedNews{News: stored.NewsOf(p)})
}

// leave takes a proposal out of lists, search and counters. Its new state is set already.
func (m *Module) leave(ctx context.Context, tx *tenant.Tx, p *Proposal, was State) error {
	p.ClosedAt = tx.Now()
	if err := stored.Save(ctx, tx, p); err != nil {
		return err
	}
	if p.State != Merged { // the survivor shows them
		if err := attachments.Show(ctx, tx, p.Ref(), false); err != nil {
			return err
		}
	}
	if was != Published {
		return nil
	}
	if err := tx.Unindex(ctx, p.Ref()); err != nil {
		return err
	}
	return consultations.Count(ctx, tx, p.ConsultationID, consultations.Delta{Proposals: -1})
}

// own loads a proposal that who acts in ctx wrote, with its consultation.
func (m *Module) own(ctx context.Context, tx *tenant.Tx, number int64) (*Proposal, *consultations.Consultation, error) {
	p, err := stored.FindNumber(ctx, tx, number)
	if err != nil {
		return nil, nil, err
	}
	if err := authz.Can(ctx, stored.PermSubmit, authz.Resource{OwnerOnly: true, OwnerID: p.AuthorID}).Err(); err != nil {
		return nil, nil, err
	}
	c, err := consultations.Load(ctx, tx, p.ConsultationID)
	return p, c, err
}

// mayEdit says why the author cannot change the text now.
func mayEdit(tx *tenant.Tx, p *Proposal, r Rules) error {
	if p.State == Published && r.Moderation == "all" {
		return fault.Forbidden("proposals.error.edit_read")
	}
	if !p.Editable(tx.Now(), tx.Tenant().Rules.EditMinutes, r.ClosesAt) {
		return fault.Forbidden("proposals.error.edit_over")
	}
	return nil
}

// Edit changes what an author published. The version before is kept and can be compared by everybody.
func (m *Module) Edit(ctx context.Context, number int64, in Input) (*Proposal, error) {
	var p *Proposal
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		var c *consultations.Consultation
		if p, c, err = m.own(ctx, tx, number); err != nil {
			return err
		}
		r := stored.RulesOf(c, tx.Now(), tx.Tenant().Rules.Moderation)
		if err := mayEdit(tx, p, r); err != nil {
			return err
		}
		if in.Version != p.RowVersion {
			return fault.Conflict("proposals.error.stale")
		}
		if fields := in.Check(r); len(fields) > 0 {
			return fault.Invalid(fields)
		}
		return m.change(ctx, tx, p, in, r)
	})
	if err != nil {
		return nil, fmt.Errorf("edit proposal: %w", err)
	}
	return p, nil
}

func (m *Module) change(ctx context.Context, tx *tenant.Tx, p *Proposal, in Input, r Rules) error {
	if p.State == Published && (p.Title != in.Title || p.Body != in.Body) {
		if err := stored.InsertRevision(ctx, tx, p); err != nil {
			return err
		}
		p.Revision++
		p.EditedAt = tx.Now()
	}
	in.Apply(p, tx.Tenant().Default())
	p.Hints = hints(p)
	if err := stored.Save(ctx, tx, p); err != nil {
		return err
	}
	if err := m.addFiles(ctx, tx, p, in.Files, r); err != nil {
		return err
	}
	if p.State != Published {
		return nil
	}
	return tx.Index(ctx, p.Document(""))
}

// Withdraw takes a proposal of who acts in ctx back. The reason stands in its place; the discussion stays.
func (m *Module) Withdraw(ctx context.Context, number int64, reason string) (*Proposal, error) {
	var p *Proposal
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if p, _, err = m.own(ctx, tx, number); err != nil {
			return err
		}
		was := p.State
		if !was.Can(Withdrawn) {
			return fault.Conflict("proposals.error.state")
		}
		if n := text.Letters(reason); n < ReasonMin || n > ReasonMax {
			return fault.InvalidField("reason", "proposals.error.reason", "Min", ReasonMin, "Max", ReasonMax)
		}
		p.State, p.Reason = Withdrawn, reason
		if err := m.leave(ctx, tx, p, was); err != nil {
			return err
		}
		return tx.Announce(ctx, WithdrawnNews{News: stored.NewsOf(p)})
	})
	if err != nil {
		return nil, fmt.Errorf("withdraw proposal: %w", err)
	}
	return p, nil
}

// DropDraft throws the draft of who acts in ctx away; without one nothing happens.
func (m *Module) DropDraft(ctx context.Context, consultationID string) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		p, err := stored.FindDraft(ctx, tx, consultationID, authz.From(ctx).ID)
		if p == nil || err != nil {
			return err
		}
		if err := attachments.Remove(ctx, tx, p.Ref()); err != nil {
			return err
		}
		return stored.Remove(ctx, tx, p)
	})
}

func record(ctx context.Context, tx *tenant.Tx, p *Proposal, action string, data map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{Action: action, Ref: p.Ref(), Data: data})
}
