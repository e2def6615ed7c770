package mailbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"glas/internal/db"
	"glas/internal/fault"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Outcome is what became of a message.
type Outcome string

// The outcomes.
const (
	// NewCase became a case of its own, Reply a message of a case.
	NewCase Outcome = "case"
	Reply   Outcome = "reply"
	// Bounce reported that a letter of ours did not arrive.
	Bounce Outcome = "bounce"
	// Automatic was sent by a program.
	Automatic Outcome = "automatic"
	Junk      Outcome = "spam"
	// Held waits for staff: too many from one sender, or something about it could not be taken.
	Held Outcome = "held"
)

// Outcomes lists them.
func Outcomes() []Outcome { return []Outcome{NewCase, Reply, Held, Bounce, Automatic, Junk} }

// Directions of a message.
const (
	in  = "in"
	out = "out"
)

// CaseMail is a message that came in, or a letter of ours that can be answered, whose ID is the first part of its Message-ID.
type CaseMail struct {
	tenant.Key
	Direction  string
	MessageID  string `bun:",nullzero"`
	Sender     string
	SenderName string
	Recipient  string
	Subject    string
	Body       string
	Kind       string
	Outcome    Outcome
	CaseID     string `bun:",nullzero"`
	// HintID is the case that it names without coming from its reporter.
	HintID    string   `bun:",nullzero"`
	Files     []string `bun:"type:jsonb"`
	Problem   string
	Bounce    string
	BouncedAt time.Time `bun:",nullzero"`
	DecidedBy string    `bun:",nullzero"`
	DecidedAt time.Time `bun:",nullzero"`
	CreatedAt time.Time
}

// errKnown says that a message came before.
var errKnown = errors.New("message is known")

func add(ctx context.Context, tx *tenant.Tx, m *CaseMail) error {
	if m.Files == nil {
		m.Files = []string{}
	}
	if _, err := tx.Insert(m).Exec(ctx); err != nil {
		if db.IsDuplicate(err) {
			return errKnown
		}
		return fmt.Errorf("insert e-mail: %w", err)
	}
	return nil
}

func put(ctx context.Context, tx *tenant.Tx, m *CaseMail) error {
	if _, err := tx.Update(m).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save e-mail: %w", err)
	}
	return nil
}

func one(ctx context.Context, tx *tenant.Tx, where string, args ...any) (*CaseMail, error) {
	m := new(CaseMail)
	err := tx.Select(m).Where(where, args...).Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find e-mail: %w", err)
	}
	return m, nil
}

// byMessage is what came in by the id that its sender gave it; nil when there is none.
func byMessage(ctx context.Context, tx *tenant.Tx, messageID string) (*CaseMail, error) {
	return one(ctx, tx, "case_mail.message_id = ?", messageID)
}

// letter is one of our letters; nil when it is none.
func letter(ctx context.Context, tx *tenant.Tx, id string) (*CaseMail, error) {
	return one(ctx, tx, "case_mail.id = ? and case_mail.direction = ?", id, out)
}

// find is a message that came in.
func find(ctx context.Context, tx *tenant.Tx, id string) (*CaseMail, error) {
	m, err := one(ctx, tx, "case_mail.id = ? and case_mail.direction = ?", id, in)
	if err == nil && m == nil {
		err = fault.NotFound("casemail.error.unknown")
	}
	return m, err
}

// from counts what an address sent since a moment with an outcome.
func from(ctx context.Context, tx *tenant.Tx, sender string, o Outcome, since time.Time) (int64, error) {
	n, err := tx.Select((*CaseMail)(nil)).Where("case_mail.sender = ?", sender).Where("case_mail.outcome = ?", o).Where("case_mail.created_at > ?", since).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count e-mails: %w", err)
	}
	return int64(n), nil
}

// pageSize is how many messages a page of the inbox has.
const pageSize = 50

// Unclear asks for what waits for staff: held, or with a hint that nobody looked at.
const Unclear = "unclear"

// list is a page of the inbox, the newest first, before a message; next is the last one when there are more.
func list(ctx context.Context, tx *tenant.Tx, show, before string) (rows []CaseMail, next string, err error) {
	q := tx.Select(&rows).Where("case_mail.direction = ?", in).ExcludeColumn("body").OrderExpr("case_mail.id desc").Limit(pageSize + 1)
	switch show {
	case "":
	case Unclear:
		q = q.Where("case_mail.decided_at is null").Where("(case_mail.outcome = ? or case_mail.hint_id is not null and case_mail.outcome = ?)", Held, NewCase)
	default:
		q = q.Where("case_mail.outcome = ?", show)
	}
	if before != "" {
		q = q.Where("case_mail.id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("list e-mails: %w", err)
	}
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		next = rows[pageSize-1].ID
	}
	return rows, next, nil
}

// returned are our newest letters that did not arrive.
func returned(ctx context.Context, tx *tenant.Tx) (rows []CaseMail, err error) {
	if err := tx.Select(&rows).Where("case_mail.bounced_at is not null").OrderExpr("case_mail.bounced_at desc").Limit(20).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list letters that came back: %w", err)
	}
	return rows, nil
}

// markLine marks the message of the thread that a letter carried: both were written at the same moment.
func markLine(ctx context.Context, tx *tenant.Tx, l *CaseMail, why string) error {
	_, err := tx.Update((*stored.CaseMessage)(nil)).Set("bounce = ?", why).Where("case_message.case_id = ?", l.CaseID).
		Where("case_message.direction = ?", stored.Out).Where("case_message.created_at = ?", l.CreatedAt).Exec(ctx)
	if err != nil {
		return fmt.Errorf("mark message: %w", err)
	}
	return nil
}

// CaseMailbox is how fetching went the last time; its id is "imap".
type CaseMailbox struct {
	tenant.Key
	Name      string
	Protocol  string
	Active    bool
	PolledAt  time.Time `bun:",nullzero"`
	Problem   string
	CreatedAt time.Time
}

const stateID = "imap"

func putState(ctx context.Context, tx *tenant.Tx, address string, problem error) error {
	words := ""
	if problem != nil {
		words = problem.Error()
		words = words[:min(len(words), 500)]
	}
	row := &CaseMailbox{Name: address, Protocol: stateID, Active: true, PolledAt: tx.Now(), Problem: words, CreatedAt: tx.Now()}
	row.ID = stateID
	_, err := tx.Insert(row).On("conflict (tenant_id, id) do update").Set("name = excluded.name, polled_at = excluded.polled_at, problem = excluded.problem").Exec(ctx)
	if err != nil {
		return fmt.Errorf("note state of mailbox: %w", err)
	}
	return nil
}

func state(ctx context.Context, tx *tenant.Tx) (*CaseMailbox, error) {
	row := new(CaseMailbox)
	err := tx.Select(row).Where("case_mailbox.id = ?", stateID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read state of mailbox: %w", err)
	}
	return row, nil
}

// purge removes what belongs to no case, and what is known of letters, before two moments.
func purge(ctx context.Context, tx *tenant.Tx, junk, letters time.Time) error {
	for _, q := range []struct {
		sql string
		arg []any
	}{
		{"delete from case_mails where tenant_id = ? and direction = ? and outcome in (?, ?, ?) and created_at < ?", []any{tx.ID(), in, Bounce, Automatic, Junk, junk}},
		{"delete from case_mails where tenant_id = ? and direction = ? and created_at < ?", []any{tx.ID(), out, letters}},
	} {
		if _, err := tx.Raw(q.sql, q.arg...).Exec(ctx); err != nil {
			return fmt.Errorf("remove old e-mail: %w", err)
		}
	}
	return nil
}
