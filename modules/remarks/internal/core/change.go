package core

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/moderation"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// mine loads a remark for its author.
func mine(ctx context.Context, tx *tenant.Tx, year int, number int64) (*stored.Remark, error) {
	r, err := stored.FindNumber(ctx, tx, year, number)
	if err != nil {
		return nil, err
	}
	actor := authz.From(ctx)
	switch {
	case !actor.SignedIn():
		return nil, fault.SignIn()
	case actor.Blocked:
		return nil, fault.Forbidden("authz.blocked")
	case r.AuthorID != actor.ID:
		return nil, fault.Forbidden("authz.owner")
	}
	return r, nil
}

// Editable loads a remark of who acts in ctx for the form that changes it, and says why he may not.
func (m *Core) Editable(ctx context.Context, tx *tenant.Tx, year int, number int64) (*stored.Remark, Place, error) {
	r, err := mine(ctx, tx, year, number)
	if err != nil {
		return nil, Place{}, err
	}
	p, err := m.PlaceOf(ctx, tx, stored.Anchor{Ref: r.Host()})
	if err != nil {
		return nil, Place{}, err
	}
	return r, p, mayEdit(tx, r, p)
}

// EditableUntil is the last moment at which an author may change his remark, zero when he may not at all.
func EditableUntil(r *stored.Remark, rules Rules) time.Time {
	if r.State != stored.Shown && r.State != stored.Waiting || r.Answered() || r.Channel != stored.Web {
		return time.Time{}
	}
	until := r.CreatedAt.Add(time.Duration(rules.EditMinutes) * time.Minute)
	if !rules.ClosesAt.IsZero() && rules.ClosesAt.Before(until) {
		until = rules.ClosesAt
	}
	return until
}

func mayEdit(tx *tenant.Tx, r *stored.Remark, p Place) error {
	switch {
	case !r.Counts() || r.State == stored.Hidden:
		return fault.Conflict("remarks.error.gone")
	case r.Answered():
		return fault.Forbidden("remarks.error.answered")
	case tx.Now().After(EditableUntil(r, p.Rules)):
		return fault.Forbidden("remarks.error.edit_over", "N", p.Rules.EditMinutes)
	case r.State == stored.Shown && p.Rules.Moderation == string(moderation.ModeAll):
		return fault.Forbidden("remarks.error.edit_read")
	}
	return p.Decision.Err()
}

// Edit changes the words within the first minutes. revision is the one that the author was looking at. The old words are kept.
func (m *Core) Edit(ctx context.Context, year int, number int64, w stored.Words, revision int) (*stored.Remark, error) {
	var r *stored.Remark
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		var p Place
		if r, p, err = m.Editable(ctx, tx, year, number); err != nil {
			return err
		}
		if r.Revision != revision {
			return fault.Conflict("remarks.error.stale")
		}
		return m.rewrite(ctx, tx, r, w, p.Target.Title)
	})
	if err != nil {
		return nil, fmt.Errorf("edit remark: %w", err)
	}
	return r, nil
}

// rewrite gives a remark other words and keeps the old ones.
func (m *Core) rewrite(ctx context.Context, tx *tenant.Tx, r *stored.Remark, w stored.Words, title string) error {
	w = w.Against(r.BlockText)
	if fields := w.Check(r.BlockText); len(fields) > 0 {
		return fault.Invalid(fields)
	}
	if (w == stored.Words{Stance: r.Stance, Body: r.Body, Wording: r.Wording, Effects: r.Effects}) {
		return stored.Save(ctx, tx, r)
	}
	if err := stored.KeepRevision(ctx, tx, r); err != nil {
		return err
	}
	m.words(r, w)
	r.Revision, r.EditedAt, r.Dedupe = r.Revision+1, tx.Now(), ""
	if err := stored.Save(ctx, tx, r); err != nil {
		return err
	}
	if r.State != stored.Shown {
		return nil
	}
	return tx.Index(ctx, r.Document(title))
}

// Withdraw takes a remark of who acts in ctx back, until the municipality's answer to it is published. Its words are no longer public;
// its number stays.
func (m *Core) Withdraw(ctx context.Context, year int, number int64, reason string) error {
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		r, err := mine(ctx, tx, year, number)
		if err != nil {
			return err
		}
		return m.withdraw(ctx, tx, r, reason)
	})
	if err != nil {
		return fmt.Errorf("withdraw remark: %w", err)
	}
	return nil
}

func (m *Core) withdraw(ctx context.Context, tx *tenant.Tx, r *stored.Remark, reason string) error {
	switch {
	case r.State == stored.Withdrawn:
		return nil
	case r.State != stored.Shown && r.State != stored.Waiting:
		return fault.Conflict("remarks.error.gone")
	case r.PublicAnswer != nil:
		return fault.Forbidden("remarks.error.answered")
	}
	was := r.State
	r.State, r.StateReason, r.ClosedAt, r.Dedupe = stored.Withdrawn, text.Truncate(text.Clean(reason), 500), tx.Now(), ""
	if err := stored.Save(ctx, tx, r); err != nil {
		return err
	}
	if was != stored.Shown {
		return nil
	}
	return m.disappear(ctx, tx, r)
}

// Bearer loads a remark for whoever holds its receipt.
func Bearer(ctx context.Context, tx *tenant.Tx, year int, number int64, token string) (*stored.Remark, error) {
	r, err := stored.FindNumber(ctx, tx, year, number)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(r.Token), []byte(token)) != 1 {
		return nil, stored.ErrUnknown()
	}
	return r, nil
}

// What an author says after a document was replaced.
const (
	ConfirmKeep     = "keep"
	ConfirmChange   = "change"
	ConfirmWithdraw = "withdraw"
)

// Confirm is what an author says to his remark after a document was replaced. The letter that asked him is enough to know him.
func (m *Core) Confirm(ctx context.Context, year int, number int64, token, what string, w stored.Words) error {
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		r, err := Bearer(ctx, tx, year, number, token)
		if err != nil {
			return err
		}
		if r.Reconfirm != stored.ToAsk && r.Reconfirm != stored.Asked {
			return fault.Conflict("remarks.error.confirmed")
		}
		s, err := m.scene(ctx, tx, stored.Anchor{Ref: r.Host()})
		if err != nil {
			return err
		}
		if !s.c.IsOpen(tx.Now()) {
			return fault.Forbidden("consultations.closed.ended", "Date", s.c.EndsAt)
		}
		switch what {
		case ConfirmWithdraw:
			r.Reconfirm = stored.Reconfirmed
			return m.withdraw(ctx, tx, r, "")
		case ConfirmChange:
			r.Reconfirm = stored.Rewritten
			return m.rewrite(ctx, tx, r, w, s.target.Title)
		default:
			r.Reconfirm = stored.Reconfirmed
			return stored.Save(ctx, tx, r)
		}
	})
	if err != nil {
		return fmt.Errorf("reconfirm remark: %w", err)
	}
	return nil
}

// Held gives moderators a remark in any state (moderation.Host).
func (m *Core) Held(ctx context.Context, tx *tenant.Tx, remarkID string) (moderation.Item, error) {
	r, err := stored.Find(ctx, tx, remarkID)
	if err != nil {
		return moderation.Item{}, err
	}
	return held(r), nil
}

// HeldMany gives many at once (moderation.Batcher).
func (m *Core) HeldMany(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]moderation.Item, error) {
	list, err := stored.FindMany(ctx, tx, ids)
	out := make(map[string]moderation.Item, len(list))
	for _, r := range list {
		out[r.ID] = held(r)
	}
	return out, err
}

func held(r *stored.Remark) moderation.Item {
	body := text.Plain(r.Body)
	for _, more := range []string{r.Wording, r.Effects} {
		if more != "" {
			body += "\n\n" + more
		}
	}
	return moderation.Item{Ref: r.Ref(), Title: r.Heading(""), Path: r.Path(), Text: body, Lang: r.Lang, AuthorID: r.AuthorID, AuthorName: r.AuthorName,
		State: string(r.State), Gone: r.State != stored.Shown, CreatedAt: r.CreatedAt, ConsultationID: r.ConsultationID}
}

// Decide carries a moderator's ruling out (moderation.Host).
func (m *Core) Decide(ctx context.Context, tx *tenant.Tx, remarkID string, ruling moderation.Ruling) error {
	r, err := stored.Find(ctx, tx, remarkID)
	if err != nil {
		return err
	}
	was := r.State
	next, ok := verdicts()[ruling.Verdict][was]
	if !ok {
		return fault.Conflict("remarks.error.gone")
	}
	if next == was && ruling.Verdict != moderation.Remove {
		return nil
	}
	r.State, r.StateReason, r.StateRule, r.ClosedAt = next, ruling.Reason, ruling.Rule, tx.Now()
	if next == stored.Shown {
		r.StateReason, r.StateRule, r.ClosedAt = "", "", time.Time{}
	}
	if next == stored.Removed {
		if err := erase(ctx, tx, r); err != nil {
			return err
		}
	}
	if err := stored.Save(ctx, tx, r); err != nil {
		return err
	}
	return m.moved(ctx, tx, r, was)
}

// moved does what follows from a change of state by a moderator.
func (m *Core) moved(ctx context.Context, tx *tenant.Tx, r *stored.Remark, was stored.State) error {
	if was == stored.Shown && r.State != stored.Shown {
		return m.disappear(ctx, tx, r)
	}
	if was == stored.Shown || r.State != stored.Shown {
		return nil
	}
	t, err := m.TitleOf(ctx, tx, r.Host())
	if err != nil {
		return err
	}
	if was == stored.Waiting {
		return m.show(ctx, tx, r, t.Title)
	}
	return m.appear(ctx, tx, r, t.Title)
}

// verdicts say into which state each verdict brings a remark.
func verdicts() map[moderation.Verdict]map[stored.State]stored.State {
	type to = map[stored.State]stored.State
	const shown, waiting, hidden, refused, removed = stored.Shown, stored.Waiting, stored.Hidden, stored.Refused, stored.Removed
	return map[moderation.Verdict]to{
		moderation.Hide:    {shown: hidden, hidden: hidden, waiting: hidden},
		moderation.Restore: {hidden: shown, shown: shown},
		moderation.Approve: {waiting: shown, refused: shown, shown: shown},
		moderation.Refuse:  {waiting: refused, refused: refused},
		moderation.Remove:  {shown: removed, waiting: removed, hidden: removed, refused: removed, stored.Withdrawn: removed, removed: removed},
	}
}

// erase takes the words of a remark, its earlier ones and its files out for good.
func erase(ctx context.Context, tx *tenant.Tx, r *stored.Remark) error {
	if err := stored.ForgetRevisions(ctx, tx, r.ID); err != nil {
		return err
	}
	if r.FileCount > 0 {
		if err := attachments.Remove(ctx, tx, r.Ref()); err != nil {
			return err
		}
	}
	r.Write(stored.Words{})
	r.Quote, r.QuotePrefix, r.QuoteSuffix, r.Hints, r.Dedupe, r.FileCount, r.Folded = "", "", "", "", "", 0, ""
	r.PersonName, r.PersonEmail, r.PersonAddress = "", "", ""
	return nil
}

// Carry notes what became of blocks of a thing in a new version of it; each remark on them shows it with the wording that it was about.
func (m *Core) Carry(ctx context.Context, tx *tenant.Tx, ref subject.Ref, fates map[string]stored.Fate) error {
	return stored.Carry(ctx, tx, ref, fates)
}
