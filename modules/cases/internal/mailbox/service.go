package mailbox

import (
	"context"
	"fmt"
	"strings"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/inbox"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/audit"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// What staff do with a message.
const (
	// Seen says that it stands where it belongs.
	Seen = "seen"
	// Move puts it into another case.
	Move = "move"
	// Throw marks it as not meant seriously, and its case; what its address sends later goes the same way.
	Throw = "spam"
	// Make makes it a case after all.
	Make = "case"
)

// can lists what staff may do with a message as it stands.
func can(r *CaseMail) []string {
	switch r.Outcome {
	case NewCase:
		return []string{Seen, Move, Throw}
	case Reply:
		return []string{Move}
	case Held:
		return []string{Make, Move, Throw}
	}
	return []string{Make, Move}
}

// Decide does it; number is that of the other case, for Move.
func (m *Module) Decide(ctx context.Context, mailID, action, number string) error {
	if err := authz.Can(ctx, acts.PermReview, authz.Resource{}).Err(); err != nil {
		return err
	}
	var row *CaseMail
	var target *stored.Case
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if row, err = find(ctx, tx, mailID); err != nil || action != Move {
			return err
		}
		target, err = stored.FindNumber(ctx, tx, strings.ToUpper(strings.TrimSpace(number)))
		if fault.Is(err, fault.KindNotFound) {
			err = fault.InvalidField("number", "casemail.error.number")
		}
		return err
	})
	if err != nil {
		return err
	}
	allowed := false
	for _, a := range can(row) {
		allowed = allowed || a == action
	}
	if !allowed {
		return fault.Conflict("casemail.error.state")
	}
	// What belongs to the case is done first, in its own transaction: done twice it is refused, and nothing is lost in between.
	if err := m.onCase(ctx, row, action, target); err != nil {
		return fmt.Errorf("%s e-mail: %w", action, err)
	}
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := m.onRow(ctx, tx, row, action, target); err != nil {
			return err
		}
		row.DecidedBy, row.DecidedAt = authz.From(ctx).ID, tx.Now()
		if err := put(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "case.mail_" + action, Ref: subject.Ref{Kind: "case_mail", ID: row.ID}, Data: map[string]any{"number": number}})
	})
	if err != nil {
		return fmt.Errorf("%s e-mail: %w", action, err)
	}
	return nil
}

// onCase does what the case of a message needs.
func (m *Module) onCase(ctx context.Context, row *CaseMail, action string, target *stored.Case) error {
	var err error
	switch {
	case row.Outcome == NewCase && action == Move:
		_, err = m.Acts.Merge(ctx, acts.Key{ID: row.CaseID}, target.ID, i18n.T(ctx, "casemail.moved"))
	case row.Outcome == NewCase && action == Throw:
		_, err = m.Acts.Spam(ctx, acts.Key{ID: row.CaseID})
	case row.Outcome == Junk && action == Make && row.CaseID != "":
		_, err = m.Acts.Unspam(ctx, acts.Key{ID: row.CaseID})
	}
	return err
}

// onRow does what the message needs.
func (m *Module) onRow(ctx context.Context, tx *tenant.Tx, row *CaseMail, action string, target *stored.Case) error {
	switch action {
	case Throw:
		row.Outcome = Junk
	case Make:
		if row.CaseID != "" && row.Outcome == Junk {
			row.Outcome = NewCase
			return nil
		}
		row.CaseID = ""
		return m.report(ctx, tx, row, &inbox.Message{Subject: row.Subject, Text: row.Body})
	case Move:
		row.HintID = target.ID
		switch row.Outcome {
		case NewCase:
			return nil
		case Reply:
			row.CaseID = target.ID
			return m.Acts.MoveMessage(ctx, tx, row.MessageID, target)
		}
		row.Outcome, row.CaseID = Reply, target.ID
		words := text.Truncate(row.Body, stored.MessageMax)
		if words == "" {
			words = i18n.T(ctx, "casemail.no_text")
		}
		_, err := m.Acts.ReplyIn(ctx, tx, target.ID, acts.Incoming{Body: words, Channel: "email", Lang: target.Lang, MessageID: row.MessageID, From: row.Sender, Trusted: true})
		return err
	}
	return nil
}
