package positions

import (
	"context"
	"fmt"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/consultations"
	"glas/modules/moderation"
	"glas/tenant"
)

// Adopted is the event that an association adopted a position, or a new wording of it.
type Adopted struct {
	ID             string `json:"id"`
	ConsultationID string `json:"consultation_id"`
	OrganisationID string `json:"organisation_id"`
	Title          string `json:"title"`
	Path           string `json:"path"`
	Author         string `json:"author"`
	AuthorID       string `json:"author_id"`
}

// EventName implements tenant.Event.
func (Adopted) EventName() string { return "positions.adopted" }

// may decides whether who acts in ctx can enter a position on c: as a citizen could, but only for an association.
func may(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) authz.Decision {
	d := c.May(ctx, Act, tx.Now())
	if d.Allowed && authz.From(ctx).OrganisationID == "" {
		return authz.Decision{Reason: fault.Msg("positions.error.association"), Next: &authz.Step{Label: fault.Msg("positions.next.act"), Path: "/me/associations"}}
	}
	return d
}

// limits of the files of a position: the document as it was adopted.
func limits() attachments.Limits { return attachments.Limits{Documents: 3} }

// Adopt enters the position of the association that who acts in ctx speaks for. An earlier one is replaced and stays readable; one
// that a moderator hid must be settled with him first.
func (m *Module) Adopt(ctx context.Context, consultationID string, p *Position, files attachments.Batch) error {
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := consultations.Load(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		if err := may(ctx, tx, c).Err(); err != nil {
			return err
		}
		if fields := p.Check(tx.Now().In(tx.Tenant().Zone())); len(fields) > 0 {
			return fault.Invalid(fields)
		}
		old, err := current(ctx, tx, c.ID, authz.From(ctx).OrganisationID)
		if err != nil {
			return err
		}
		if old != nil {
			if old.State == Hidden {
				return fault.Conflict("positions.error.hidden")
			}
			if err := m.takeOut(ctx, tx, old, Replaced, ""); err != nil {
				return err
			}
			p.ReplacesID = old.ID
		}
		return m.put(ctx, tx, c, p, files)
	})
	if err != nil {
		return fmt.Errorf("adopt position: %w", err)
	}
	return nil
}

func (m *Module) put(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, p *Position, files attachments.Batch) error {
	by, err := accounts.Sign(ctx, tx, accounts.Signature{Scope: c.ID})
	if err != nil {
		return err
	}
	p.Key, p.Byline, p.ConsultationID, p.State, p.Lang = tenant.Key{ID: id.New()}, by, c.ID, Shown, i18n.Lang(ctx)
	p.RowVersion, p.CreatedAt, p.UpdatedAt = 1, tx.Now(), tx.Now()
	if err := insert(ctx, tx, p); err != nil {
		return err
	}
	if m.Files != nil {
		files.Public, files.Limits = true, limits()
		if err := m.Files.Add(ctx, tx, p.Ref(), files); err != nil {
			return err
		}
	}
	if err := consultations.Count(ctx, tx, c.ID, consultations.Delta{Participants: []string{p.AuthorID}}); err != nil {
		return err
	}
	if err := index(ctx, tx, p); err != nil {
		return err
	}
	return tx.Announce(ctx, Adopted{ID: p.ID, ConsultationID: c.ID, OrganisationID: p.OrganisationID, Title: p.Title, Path: p.Path(), Author: p.AuthorName, AuthorID: p.AuthorID})
}

func index(ctx context.Context, tx *tenant.Tx, p *Position) error {
	if p.State != Shown {
		return tx.Unindex(ctx, p.Ref())
	}
	return tx.Index(ctx, search.Document{Ref: p.Ref(), Title: p.Title, Body: p.AuthorName + "\n" + text.Plain(p.Text), Path: p.Path(), Context: p.AuthorName, Lang: p.Lang,
		ConsultationID: p.ConsultationID, Updated: tx.Now()})
}

// takeOut ends the time of a position; its files are readable as long as it is.
func (m *Module) takeOut(ctx context.Context, tx *tenant.Tx, p *Position, state State, reason string) error {
	if err := setState(ctx, tx, p, state, reason); err != nil {
		return err
	}
	if err := attachments.Show(ctx, tx, p.Ref(), p.Readable()); err != nil {
		return err
	}
	return index(ctx, tx, p)
}

// Withdraw takes the position of the association back that who acts in ctx speaks for; it can be done until the term ends.
func (m *Module) Withdraw(ctx context.Context, positionID string) error {
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		p, c, err := m.load(ctx, tx, positionID)
		if err != nil {
			return err
		}
		if !mine(ctx, p) {
			return fault.NotFound("positions.error.unknown")
		}
		if err := may(ctx, tx, c).Err(); err != nil {
			return err
		}
		if p.State != Shown {
			return fault.Conflict("positions.error.stale")
		}
		return m.takeOut(ctx, tx, p, Withdrawn, "")
	})
	if err != nil {
		return fmt.Errorf("withdraw position: %w", err)
	}
	return nil
}

// mine reports whether who acts in ctx speaks for the association of p.
func mine(ctx context.Context, p *Position) bool {
	a := authz.From(ctx)
	return a.SignedIn() && a.OrganisationID != "" && a.OrganisationID == p.OrganisationID
}

// load gives a position that who acts in ctx may open, with its consultation.
func (m *Module) load(ctx context.Context, tx *tenant.Tx, positionID string) (*Position, *consultations.Consultation, error) {
	p, err := find(ctx, tx, positionID)
	if err != nil {
		return nil, nil, err
	}
	c, err := consultations.Load(ctx, tx, p.ConsultationID)
	if err != nil {
		return nil, nil, err
	}
	staff := authz.Can(ctx, "moderation.review", authz.Resource{}).Allowed
	if !c.Visible(tx.Now()) && !authz.Can(ctx, "consultation.preview", authz.Resource{}).Allowed || !p.Readable() && !mine(ctx, p) && !staff {
		return nil, nil, fault.NotFound("positions.error.unknown")
	}
	return p, c, nil
}

// Held gives a position in any state to a moderator (moderation.Host).
func (m *Module) Held(ctx context.Context, tx *tenant.Tx, positionID string) (moderation.Item, error) {
	p, err := find(ctx, tx, positionID)
	if err != nil {
		return moderation.Item{}, err
	}
	return moderation.Item{Ref: p.Ref(), Title: p.Title, Path: p.Path(), Text: text.Plain(p.Text), Lang: p.Lang, AuthorID: p.AuthorID, AuthorName: p.AuthorName,
		State: string(p.State), Gone: !p.Readable(), CreatedAt: p.CreatedAt, ConsultationID: p.ConsultationID}, nil
}

// Decide carries a moderator's ruling out (moderation.Host).
func (m *Module) Decide(ctx context.Context, tx *tenant.Tx, positionID string, r moderation.Ruling) error {
	p, err := find(ctx, tx, positionID)
	if err != nil {
		return err
	}
	state := Hidden
	if r.Verdict == moderation.Restore || r.Verdict == moderation.Approve {
		state = Shown
	}
	if p.State == state || state == Shown && p.State == Replaced {
		return nil
	}
	if p.State == Withdrawn || p.State == Replaced {
		return fault.Conflict("positions.error.stale")
	}
	if err := m.takeOut(ctx, tx, p, state, r.Reason); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Action: "position." + string(state), Ref: p.Ref(), Data: map[string]any{"reason": r.Reason}})
}

// Personal is what a person entered, for what he downloads about himself.
func Personal(ctx context.Context, tx *tenant.Tx, accountID string) (any, error) {
	return ofAuthor(ctx, tx, accountID)
}
