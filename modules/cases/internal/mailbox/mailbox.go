// Package mailbox turns e-mail into cases, and answers by e-mail into messages of the case that they belong to.
//
// A municipality names an address. What comes there is fetched from its mail server (IMAP) every minute, or delivered by a mail service
// with a signed call; staff see in an inbox what came and what became of it.
//
// The decision bound here: a message gets into an existing case only when it names the case (by what it answers, by the address that
// it was sent to, or by the number in its subject) and comes from the address of the case's own reporter. Everything else of a person is
// a new case for review, with a hint. Programs start and answer nothing.
package mailbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"glas/internal/clock"
	"glas/internal/inbox"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/web"
	"glas/modules/cases/internal/acts"
	"glas/tenant"
)

// Box is how a municipality takes e-mail.
type Box struct {
	// Address is where people write to, and where answers to our letters go.
	Address string `toml:"address"`
	// IMAP is "imaps://user:password@host:port/folder", empty for a service that delivers.
	IMAP string `toml:"imap"`
	// Secret signs the calls of a service that delivers, at least sixteen bytes; empty takes none.
	Secret string `toml:"secret"`
	// Plus says that the mail server takes address+anything@host too; answers are then known by their address alone.
	Plus bool `toml:"plus"`
	// Kind is the kind of case that a message becomes, question when empty.
	Kind string `toml:"kind"`

	imap inbox.Mailbox
}

// secretMin is the shortest secret in bytes.
const secretMin = 16

// ReadBoxes reads the boxes of municipalities, by their short name, from TOML. Errors never repeat a password.
func ReadBoxes(s string) (map[string]Box, error) {
	boxes := map[string]Box{}
	meta, err := toml.Decode(s, &boxes)
	if err != nil {
		return nil, errors.New("mailboxes: cannot be read as TOML") // the text of err may hold a password
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("mailboxes: %s is not a setting", extra[0])
	}
	for slug, b := range boxes {
		if b.Address, err = mail.Address(b.Address); err != nil {
			return nil, fmt.Errorf("mailboxes: address of %s: %w", slug, err)
		}
		b.Address = strings.ToLower(b.Address)
		if b.IMAP != "" {
			if b.imap, err = inbox.ParseMailbox(b.IMAP); err != nil {
				return nil, fmt.Errorf("mailboxes: imap of %s: %w", slug, err)
			}
		}
		if b.Secret != "" && len(b.Secret) < secretMin {
			return nil, fmt.Errorf("mailboxes: secret of %s has fewer than %d bytes", slug, secretMin)
		}
		boxes[slug] = b
	}
	return boxes, nil
}

// Module is the mailboxes of all municipalities.
type Module struct {
	DB    *tenant.DB
	Acts  *acts.Acts
	Clock clock.Clock
	// Boxes are the addresses by the short name of the municipality.
	Boxes map[string]Box
}

func (m *Module) box(t *tenant.Tenant) (Box, bool) {
	b, ok := m.Boxes[t.Slug]
	return b, ok
}

// The jobs of mailboxes.
const (
	FetchJob = "cases.mail_fetch"
	SweepJob = "cases.mail_sweep"
)

const (
	hookPath = "/hooks/inbound/email"
	root     = "/admin/inbox"
)

// Routes are the signed call and the inbox of staff.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "POST", Path: hookPath, Handle: m.deliver, FromOutside: true, Limit: web.Limit{Name: "inbound-mail", N: 600, Per: time.Minute},
			Body: inbox.MaxBytes + 1<<20},
		{Method: "GET", Path: root, Handle: m.index, Need: acts.PermReview},
		{Method: "GET", Path: root + "/:id", Handle: m.show, Need: acts.PermReview},
		{Method: "POST", Path: root + "/:id", Handle: m.decide, Need: acts.PermReview},
	}
}

// Menu is the inbox of staff.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "casemail.menu", Path: root, Area: web.AreaStaff, Order: 45, Need: acts.PermReview}}
}

// Jobs are the handlers of this package's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{FetchJob: m.Fetch, SweepJob: m.Sweep}
}

// Periodic says how often they are done.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{FetchJob: time.Minute, SweepJob: 24 * time.Hour}
}

// Fetch is the job that empties the mailbox of a municipality. What goes wrong is kept for staff to see and tried again in a minute.
func (m *Module) Fetch(ctx context.Context, _ job.Job) error {
	t := tenant.From(ctx)
	if t == nil {
		return tenant.ErrNone
	}
	b, ok := m.box(t)
	if !ok || b.IMAP == "" {
		return nil
	}
	_, problem := b.imap.Fetch(ctx, func(ctx context.Context, raw []byte) error {
		_, err := m.Take(ctx, raw)
		return err
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return putState(ctx, tx, b.Address, problem) })
}

// How long what is no part of a case is kept, in days: automatic messages and spam, and our own letters.
const (
	junkDays   = 30
	letterDays = 730
)

// Sweep is the job that removes old messages that belong to no case, and what is known of old letters.
func (m *Module) Sweep(ctx context.Context, _ job.Job) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return purge(ctx, tx, tx.Now().AddDate(0, 0, -junkDays), tx.Now().AddDate(0, 0, -letterDays))
	})
}
