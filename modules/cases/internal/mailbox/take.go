package mailbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/inbox"
	"glas/internal/mail"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Bounds of what is kept and taken.
const (
	// bodyMax is how much of a message is kept for staff, in letters; a case takes stored.BodyMax of it.
	bodyMax = 50000
	// perDay is how many cases one address may start in a day; what is more waits for staff, so that two programs that mistake each
	// other for people stop.
	perDay       = 20
	documentsMax = 3
	filesMax     = 20
)

// Take takes one message as it stands in a mailbox. The same one twice is one: the second call gives what became of the first.
func (m *Module) Take(ctx context.Context, raw []byte) (*CaseMail, error) {
	ctx = authz.With(ctx, authz.Actor{Kind: authz.Visitor}, nil) // whoever's call carried it
	msg, row := read(raw)
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return m.take(ctx, tx, row, msg) })
	if f, ok := fault.As(err); ok && !errors.Is(err, errKnown) { // something about it cannot be taken: staff decide
		msg, row = read(raw)
		row.Outcome, row.Problem = Held, f.Error()
		err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			row.CreatedAt = tx.Now()
			return add(ctx, tx, row)
		})
	}
	if errors.Is(err, errKnown) {
		err = m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
			row, err = byMessage(ctx, tx, row.MessageID)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("take e-mail: %w", err)
	}
	return row, nil
}

// read makes the row of a message. One that is no e-mail at all, or has no id, is known by its content.
func read(raw []byte) (*inbox.Message, *CaseMail) {
	msg, err := inbox.Parse(raw)
	row := &CaseMail{Direction: in}
	row.ID = id.New()
	if err != nil {
		msg, row.Problem = &inbox.Message{Automatic: true}, "unreadable"
	}
	row.MessageID = text.Truncate(msg.ID, 500)
	if row.MessageID == "" {
		sum := sha256.Sum256(raw)
		row.MessageID = hex.EncodeToString(sum[:])
	}
	row.Sender, row.SenderName = text.Truncate(msg.From, 254), text.Truncate(msg.FromName, stored.NameMax)
	row.Subject, row.Body = msg.Subject, text.Truncate(msg.Text, bodyMax)
	if len(msg.To) > 0 {
		row.Recipient = text.Truncate(msg.To[0], 254)
	}
	for _, f := range msg.Files[:min(len(msg.Files), filesMax)] {
		row.Files = append(row.Files, f.Name)
	}
	if msg.Cut {
		row.Problem = "cut"
	}
	return msg, row
}

// take decides what becomes of a message, and does it.
func (m *Module) take(ctx context.Context, tx *tenant.Tx, row *CaseMail, msg *inbox.Message) error {
	row.CreatedAt = tx.Now()
	if known, err := byMessage(ctx, tx, row.MessageID); known != nil || err != nil {
		if err == nil {
			err = errKnown
		}
		return err
	}
	if err := add(ctx, tx, row); err != nil {
		return err
	}
	var err error
	switch b, _ := m.box(tx.Tenant()); {
	case msg.Bounced != "":
		err = m.bounced(ctx, tx, row, msg)
	case msg.Automatic || row.Sender == b.Address || row.Sender == "":
		row.Outcome = Automatic
	default:
		err = m.person(ctx, tx, row, msg)
	}
	if err != nil {
		return err
	}
	return put(ctx, tx, row)
}

// person takes a message that a person wrote.
func (m *Module) person(ctx context.Context, tx *tenant.Tx, row *CaseMail, msg *inbox.Message) error {
	if n, err := from(ctx, tx, row.Sender, Junk, tx.Now().AddDate(0, 0, -junkDays)); err != nil || n > 0 {
		row.Outcome = Junk // staff threw out what this address sent before
		return err
	}
	c, err := m.named(ctx, tx, msg)
	if err != nil {
		return err
	}
	if c != nil {
		own, err := reporterIs(ctx, tx, c, row.Sender)
		if err != nil {
			return err
		}
		if own && c.State.Can(stored.Message) {
			return m.reply(ctx, tx, row, msg, c)
		}
		if own && c.State == stored.Spam {
			row.Outcome = Junk
			return nil
		}
		row.HintID = c.ID
	}
	n, err := from(ctx, tx, row.Sender, NewCase, tx.Now().AddDate(0, 0, -1))
	if err != nil {
		return err
	}
	if n >= perDay {
		row.Outcome = Held
		return nil
	}
	return m.report(ctx, tx, row, msg)
}

// numberIn finds the number of a case in a subject.
var numberIn = regexp.MustCompile(`\b[A-Z]{1,8}-\d{4}-\d{6,12}\b`)

// named is the case that a message names: by what it answers, by the address that it was sent to, or by the number in its subject; nil
// when it names none.
func (m *Module) named(ctx context.Context, tx *tenant.Tx, msg *inbox.Message) (*stored.Case, error) {
	b, _ := m.box(tx.Tenant())
	for _, answered := range msg.Answers[:min(len(msg.Answers), 20)] {
		local, _, _ := strings.Cut(answered, "@")
		row, err := letter(ctx, tx, local)
		if err == nil && row == nil {
			row, err = byMessage(ctx, tx, answered)
		}
		if err != nil {
			return nil, err
		}
		if row != nil && row.CaseID != "" {
			return stored.Find(ctx, tx, row.CaseID)
		}
	}
	for _, to := range msg.To[:min(len(msg.To), 20)] {
		if token := plusOf(b.Address, to); token != "" {
			row, err := letter(ctx, tx, token)
			if err != nil {
				return nil, err
			}
			if row != nil && row.CaseID != "" {
				return stored.Find(ctx, tx, row.CaseID)
			}
		}
	}
	c, err := stored.FindNumber(ctx, tx, numberIn.FindString(msg.Subject))
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return c, err
}

// reporterIs reports whether an address is that of a reporter of a case: the one that he gave, or that of his account.
func reporterIs(ctx context.Context, tx *tenant.Tx, c *stored.Case, address string) (bool, error) {
	parties, err := stored.Parties(ctx, tx, c.ID)
	if err != nil {
		return false, err
	}
	var ids []string
	for _, p := range parties {
		if p.Role == stored.RoleWitness || p.Role == stored.RoleAffected {
			continue
		}
		if p.Email != "" && strings.EqualFold(p.Email, address) {
			return true, nil
		}
		if p.AccountID != "" {
			ids = append(ids, p.AccountID)
		}
	}
	found, err := accounts.Addresses(ctx, tx, ids)
	for _, r := range found {
		if strings.EqualFold(r.Email, address) {
			return true, err
		}
	}
	return false, err
}

// reply makes a message a part of the thread of its case.
func (m *Module) reply(ctx context.Context, tx *tenant.Tx, row *CaseMail, msg *inbox.Message, c *stored.Case) error {
	body := text.Truncate(msg.Fresh, stored.MessageMax)
	if body == "" {
		body = i18n.T(ctx, "casemail.no_text")
	}
	batch, left := files(msg)
	if len(left) > 0 {
		row.Problem = "files"
	}
	_, err := m.Acts.ReplyIn(ctx, tx, c.ID, acts.Incoming{Body: body, Channel: "email", Lang: c.Lang, MessageID: row.MessageID, InReplyTo: first(msg.Answers), From: row.Sender, Trusted: true, Files: batch})
	row.Outcome, row.CaseID = Reply, c.ID
	return err
}

// report makes a message a case of its own, for review.
func (m *Module) report(ctx context.Context, tx *tenant.Tx, row *CaseMail, msg *inbox.Message) error {
	b, _ := m.box(tx.Tenant())
	n, err := m.Acts.Names.Of(ctx, tx)
	if err != nil {
		return err
	}
	r := acts.Report{Kind: b.Kind, Title: title(ctx, msg.Subject), Body: body(ctx, msg), Lang: tx.Tenant().Default(), Name: row.SenderName, Channel: "email", ChannelRef: row.MessageID, Trusted: true, Review: true}
	if !slices.Contains(stored.Kinds(), r.Kind) {
		r.Kind = stored.Query
	}
	if !n.Offers(r.Kind) && len(n.Kinds) > 0 {
		r.Kind = n.Kinds[0].Code
	}
	if address, err := mail.Address(row.Sender); err == nil {
		r.Email = address
	}
	var left []string
	if r.Files, left = files(msg); len(left) > 0 {
		row.Problem = "files"
	}
	c, err := m.Acts.ReportIn(ctx, tx, r)
	if err != nil {
		return err
	}
	row.Outcome, row.CaseID = NewCase, c.ID
	return nil
}

// prefixes are what programs write before the subject of an answer or of something handed on.
var prefixes = regexp.MustCompile(`(?i)^\s*((re|aw|sv|odg|otg|отг|απ|ynt|fwd?|fw|prep|пр|πρθ|ilt|i̇lt)\s*(\[\d+\])?\s*:\s*)+`)

// title is the subject as a case has it; one that says nothing gets words of its own.
func title(ctx context.Context, subject string) string {
	s := text.Truncate(strings.TrimSpace(prefixes.ReplaceAllString(subject, "")), stored.TitleMax)
	if text.Letters(s) < stored.TitleMin {
		return i18n.T(ctx, "casemail.no_subject")
	}
	return s
}

// body is the whole text as a case has it: quotations stay, because something handed on consists of them.
func body(ctx context.Context, msg *inbox.Message) string {
	s := text.Truncate(msg.Text, stored.BodyMax)
	if text.Letters(s) < stored.BodyMin {
		s = strings.TrimSpace(s + "\n\n" + i18n.T(ctx, "casemail.no_text"))
	}
	return s
}

// files are those of a message that a case takes, and the names of the others. What a file is, its content says.
func files(msg *inbox.Message) (attachments.Batch, []string) {
	b := attachments.Batch{Limits: attachments.Limits{Photos: 100, Documents: 100}} // a thread may bring more than a form
	var left []string
	photos, documents := 0, 0
	for _, f := range msg.Files {
		one := form.File{Name: f.Name, ContentType: f.Type, Size: int64(len(f.Data)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Data)), nil }}
		switch attachments.Usable(one) {
		case attachments.Photo:
			if photos++; photos <= stored.PhotosMax {
				b.Files = append(b.Files, one)
				continue
			}
		case attachments.Document:
			if documents++; documents <= documentsMax {
				b.Files = append(b.Files, one)
				continue
			}
		}
		left = append(left, f.Name)
	}
	return b, left
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// bounced notes that a letter of ours did not arrive: at the letter, at the message that it carried, and in the notes of the case.
func (m *Module) bounced(ctx context.Context, tx *tenant.Tx, row *CaseMail, msg *inbox.Message) error {
	row.Outcome = Bounce
	local, _, _ := strings.Cut(msg.Bounced, "@")
	l, err := letter(ctx, tx, local)
	if err != nil || l == nil || !l.BouncedAt.IsZero() {
		return err
	}
	why := text.Truncate(text.CleanLine(msg.Text), 300)
	l.Bounce, l.BouncedAt, row.CaseID = why, tx.Now(), l.CaseID
	if err := put(ctx, tx, l); err != nil {
		return err
	}
	if err := markLine(ctx, tx, l, why); err != nil {
		return err
	}
	note := &stored.CaseMessage{CaseID: l.CaseID, Direction: stored.NoteLine, Audience: stored.ToInternal, Channel: "email", AuthorKind: "staff", Recipient: l.Recipient, Bounce: why, CreatedAt: tx.Now(),
		Body: i18n.T(ctx, "casemail.bounced", "Address", l.Recipient, "Subject", l.Subject)}
	note.ID = id.New()
	return stored.Add(ctx, tx, note)
}
