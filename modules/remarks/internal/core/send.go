package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/moderation"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

const (
	// doubles are words that one author sends again within this time: they are one remark.
	doubles = 10 * time.Minute
	// tooFast is how quickly nobody writes and sends a remark.
	tooFast = 3 * time.Second
)

// Draft is what somebody wants to say.
type Draft struct {
	stored.Anchor
	stored.Words
	Pseudonym bool
	Files     attachments.Batch
	// OpenedAt is when the form was shown to the author, zero when that is not known.
	OpenedAt time.Time
}

// Send takes in a remark of who acts in ctx, with its number, and mails the receipt. It is shown at once, or waits for a moderator
// where the phase says so. The moment that counts is the one at which the transaction begins: what comes up to the last moment of the
// term counts, in the zone of the municipality. The same words sent twice within ten minutes are one remark.
func (m *Core) Send(ctx context.Context, d Draft) (*stored.Remark, error) {
	var r *stored.Remark
	send := func(ctx context.Context, tx *tenant.Tx) (err error) {
		r, err = m.send(ctx, tx, d)
		return err
	}
	err := m.DB.Update(ctx, send)
	if errors.Is(err, stored.ErrTwin) {
		err = m.DB.Update(ctx, send) // finds the twin now
	}
	if err != nil {
		return nil, fmt.Errorf("send remark: %w", err)
	}
	return r, nil
}

func (m *Core) send(ctx context.Context, tx *tenant.Tx, d Draft) (*stored.Remark, error) {
	s, err := m.scene(ctx, tx, d.Anchor)
	if err != nil {
		return nil, err
	}
	if err := s.c.May(ctx, stored.ActSend, tx.Now()).Err(); err != nil {
		return nil, err
	}
	d.Words = d.Words.Against(s.block.Text)
	if fields := d.Words.Check(s.block.Text); len(fields) > 0 {
		return nil, fault.Invalid(fields)
	}
	if err := tooMany(d.Files); err != nil {
		return nil, err
	}
	if age := tx.Now().Sub(d.OpenedAt); !d.OpenedAt.IsZero() && age >= 0 && age < tooFast {
		return nil, fault.InvalidField("", "remarks.error.too_fast")
	}
	key := sameKey(authz.From(ctx).ID, d)
	if r, err := freshTwin(ctx, tx, key); r != nil || err != nil {
		return r, err
	}
	r, err := m.compose(ctx, tx, s, d)
	if err != nil {
		return nil, err
	}
	r.Dedupe = key
	if err := stored.Insert(ctx, tx, r); err != nil {
		return nil, err
	}
	return r, m.settle(ctx, tx, s, r, d.Files)
}

// settle does what follows when a remark of somebody with an account is stored.
func (m *Core) settle(ctx context.Context, tx *tenant.Tx, s scene, r *stored.Remark, files attachments.Batch) error {
	if m.Files != nil {
		files.Public, files.Limits = r.State == stored.Shown, Limits()
		if err := m.Files.Add(ctx, tx, r.Ref(), files); err != nil {
			return err
		}
	}
	if err := consultations.Count(ctx, tx, r.ConsultationID, consultations.Delta{Participants: []string{r.AuthorID}}); err != nil {
		return err
	}
	if r.State == stored.Waiting {
		if err := moderation.Waiting(ctx, tx, r.Ref(), r.AuthorID); err != nil {
			return err
		}
	} else if err := m.show(ctx, tx, r, s.target.Title); err != nil {
		return err
	}
	return m.mailReceipt(ctx, tx, r, s.target.Title)
}

// show makes a remark readable for the first time and announces it.
func (m *Core) show(ctx context.Context, tx *tenant.Tx, r *stored.Remark, title string) error {
	if err := m.appear(ctx, tx, r, title); err != nil {
		return err
	}
	return announce(ctx, tx, r, title)
}

func announce(ctx context.Context, tx *tenant.Tx, r *stored.Remark, title string) error {
	var hints []string
	if r.Hints != "" {
		hints = strings.Split(r.Hints, "\n")
	}
	return tx.Announce(ctx, Sent{ID: r.ID, Ref: r.Ref(), About: r.Host(), Official: r.Channel != stored.Web, ConsultationID: r.ConsultationID, AuthorID: r.AuthorID, Title: r.Heading(title), Path: r.Path(),
		Excerpt: r.Excerpt, Channel: string(r.Channel), Lang: r.Lang, Hints: hints})
}

// compose makes the remark of a draft, signed by who acts in ctx.
func (m *Core) compose(ctx context.Context, tx *tenant.Tx, s scene, d Draft) (*stored.Remark, error) {
	rules, actor := rulesOf(tx, s.c), authz.From(ctx)
	by, err := accounts.Sign(ctx, tx, accounts.Signature{Scope: s.c.ID, Pseudonym: rules.Pseudonyms, Ask: d.Pseudonym})
	if err != nil {
		return nil, err
	}
	wait, err := moderation.Gate(ctx, tx, actor, moderation.Mode(rules.Moderation))
	if err != nil {
		return nil, fmt.Errorf("ask whether a remark waits: %w", err)
	}
	r := blank(tx, s, d.Anchor)
	r.Byline, r.Channel, r.ReceivedAt, r.Lang = by, stored.Web, tx.Now(), i18n.Lang(ctx)
	r.AgeBand = stored.AgeBandOf(actor.BirthYear, tx.Now())
	if len(actor.AreaIDs) > 0 {
		r.AreaID = actor.AreaIDs[0]
	}
	r.FileCount = len(d.Files.Staged) + len(d.Files.Files)
	if wait {
		r.State = stored.Waiting
	}
	m.words(r, d.Words)
	return r, nil
}

// blank is a remark at a place, without words and author.
func blank(tx *tenant.Tx, s scene, a stored.Anchor) *stored.Remark {
	r := &stored.Remark{Token: id.Token(16), ConsultationID: s.c.ID, HostKind: a.Ref.Kind, HostID: a.Ref.ID, Block: a.Block, Label: s.block.Label,
		VersionID: s.block.VersionID, BlockText: s.block.Text, Zone: text.Truncate(text.CleanLine(a.Zone), 20), X: unit(a.X), Y: unit(a.Y),
		State: stored.Shown, AnswerReason: i18n.Text{}}
	if r.Label == "" {
		r.Label = r.Zone
	}
	if quote := text.Clean(a.Quote); quote != "" && a.Block != "" {
		r.Quote = text.Truncate(quote, stored.QuoteMax)
		r.QuotePrefix, r.QuoteSuffix = text.Truncate(a.Prefix, stored.ContextMax), text.Truncate(a.Suffix, stored.ContextMax)
	}
	if r.VersionID == "" {
		r.VersionID = a.Version
	}
	return r
}

// unit keeps a coordinate on the sheet.
func unit(v float64) float64 {
	if !(v >= 0 && v <= 1) { // NaN is neither
		return 0
	}
	return v
}

// words sets the words of a remark and what follows from them.
func (m *Core) words(r *stored.Remark, w stored.Words) {
	r.Write(w)
	r.Hints = ""
	if m.Hints != nil {
		r.Hints = strings.Join(m.Hints(r.Lang, text.Plain(w.Body)+"\n"+w.Effects), "\n")
	}
}

// sameKey is the same for the same words of the same author at the same place.
func sameKey(authorID string, d Draft) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{authorID, d.Ref.String(), d.Block, d.Quote, d.Zone, string(d.Stance), d.Body, d.Wording, d.Effects}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// freshTwin finds the remark that was just sent with the same words. An older one gives its key up.
func freshTwin(ctx context.Context, tx *tenant.Tx, key string) (*stored.Remark, error) {
	r, err := stored.Twin(ctx, tx, key)
	if r == nil || err != nil {
		return nil, err
	}
	if tx.Now().Sub(r.CreatedAt) < doubles && r.Counts() {
		return r, nil
	}
	return nil, stored.FreeKey(ctx, tx, r.ID)
}
