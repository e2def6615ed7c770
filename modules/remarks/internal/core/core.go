// Package core is what people do with remarks: send, enter, change, take back, decide, publish, carry over. Each is one method and one
// transaction. Pages and programs stand above it.
package core

import (
	"context"
	"fmt"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Host owns things that remarks are about.
type Host interface {
	// Target describes a thing; one that does not exist is fault.NotFound.
	Target(ctx context.Context, tx *tenant.Tx, id string) (stored.Target, error)
	// Block is one block of a thing as it reads now; one that is not there is fault.NotFound.
	Block(ctx context.Context, tx *tenant.Tx, id, block string) (stored.BlockInfo, error)
	// Remarked tells by how much the number of shown remarks on each block changed, in the same transaction; "" is the whole.
	Remarked(ctx context.Context, tx *tenant.Tx, id string, blocks map[string]int) error
}

// Core is made of what it works with. Files, Hints and Base may be nil.
type Core struct {
	DB    *tenant.DB
	Hosts map[string]Host
	Files *attachments.Module
	// Hints lists the words of a text that a moderator may want to look at.
	Hints     func(lang, text string) []string
	Catalogue *i18n.Catalogue
	// Base is the address of the municipality in ctx, for links in letters.
	Base func(ctx context.Context) string
}

// scene is where a remark stands: its host's thing, its consultation, its block ("" text for the whole).
type scene struct {
	target stored.Target
	c      *consultations.Consultation
	block  stored.BlockInfo
}

// host is the owner of things of one kind.
func (m *Core) host(kind string) (Host, error) {
	h, ok := m.Hosts[kind]
	if !ok {
		return nil, fault.NotFound("remarks.error.target")
	}
	return h, nil
}

// target asks the owner of a thing for it. One whose kind is switched off is still what a remark is about, but has no page.
func target(ctx context.Context, tx *tenant.Tx, h Host, ref subject.Ref) (stored.Target, error) {
	t, err := h.Target(ctx, tx, ref.ID)
	if !tx.Tenant().Offers(ref.Kind) {
		t.Path = ""
	}
	return t, err
}

// scene finds what an anchor points at. What who acts may not see does not exist.
func (m *Core) scene(ctx context.Context, tx *tenant.Tx, a stored.Anchor) (s scene, err error) {
	h, err := m.host(a.Ref.Kind)
	if err != nil {
		return s, err
	}
	if s.target, err = target(ctx, tx, h, a.Ref); err != nil {
		return s, err
	}
	if s.c, err = consultations.Load(ctx, tx, s.target.ConsultationID); err != nil {
		return s, err
	}
	staff := authz.Can(ctx, "remark.read", authz.Resource{}).Allowed
	if !staff && (!s.target.Visible || !s.c.Visible(tx.Now())) {
		return s, fault.NotFound("remarks.error.target")
	}
	if a.Block != "" {
		s.block, err = h.Block(ctx, tx, a.Ref.ID, a.Block)
	}
	return s, err
}

// Place is what a form needs to know of where a remark will stand.
type Place struct {
	Target       stored.Target
	Consultation *consultations.Consultation
	Block        stored.BlockInfo
	Decision     authz.Decision
	Rules        Rules
}

// Rules are what the phase asks of remarks.
type Rules struct {
	Pseudonyms bool
	// Moderation is none, first_posts, reported or all.
	Moderation string
	// ClosesAt is the last moment, zero for an open end.
	ClosesAt    time.Time
	EditMinutes int
}

// Limits are what the form takes of files.
func Limits() attachments.Limits {
	return attachments.Limits{Photos: stored.MaxFiles, Documents: stored.MaxFiles}
}

// tooMany complains about more files than a remark may have, of whatever sort.
func tooMany(b attachments.Batch) error {
	if len(b.Staged)+len(b.Files) > stored.MaxFiles {
		return fault.InvalidField("files", "remarks.error.files", "N", stored.MaxFiles)
	}
	return nil
}

func rulesOf(tx *tenant.Tx, c *consultations.Consultation) Rules {
	s := c.Shown(tx.Now()).Switches
	return Rules{Pseudonyms: s.Pseudonyms, Moderation: s.ModerationOr(tx.Tenant().Rules.Moderation), ClosesAt: c.ClosesAt(tx.Now()), EditMinutes: tx.Tenant().Rules.EditMinutes}
}

// PlaceOf is the place of an anchor for who acts in ctx.
func (m *Core) PlaceOf(ctx context.Context, tx *tenant.Tx, a stored.Anchor) (Place, error) {
	s, err := m.scene(ctx, tx, a)
	if err != nil {
		return Place{}, err
	}
	return Place{Target: s.target, Consultation: s.c, Block: s.block, Decision: s.c.May(ctx, stored.ActSend, tx.Now()), Rules: rulesOf(tx, s.c)}, nil
}

// appear does what follows when a remark becomes readable: counters, search, files.
func (m *Core) appear(ctx context.Context, tx *tenant.Tx, r *stored.Remark, title string) error {
	if err := m.count(ctx, tx, r.Host(), map[string]int{r.Block: 1}); err != nil {
		return err
	}
	if r.FileCount > 0 {
		if err := attachments.Show(ctx, tx, r.Ref(), true); err != nil {
			return err
		}
	}
	if err := tx.Index(ctx, r.Document(title)); err != nil {
		return fmt.Errorf("index remark: %w", err)
	}
	return nil
}

// disappear does what follows when a remark is no longer readable.
func (m *Core) disappear(ctx context.Context, tx *tenant.Tx, r *stored.Remark) error {
	if err := m.count(ctx, tx, r.Host(), map[string]int{r.Block: -1}); err != nil {
		return err
	}
	if r.FileCount > 0 {
		if err := attachments.Show(ctx, tx, r.Ref(), false); err != nil {
			return err
		}
	}
	if err := tx.Unindex(ctx, r.Ref()); err != nil {
		return fmt.Errorf("unindex remark: %w", err)
	}
	return nil
}

// count tells the host; one that is switched off is told nothing.
func (m *Core) count(ctx context.Context, tx *tenant.Tx, ref subject.Ref, blocks map[string]int) error {
	h, ok := m.Hosts[ref.Kind]
	if !ok {
		return nil
	}
	if err := h.Remarked(ctx, tx, ref.ID, blocks); err != nil {
		return fmt.Errorf("tell the host of a remark: %w", err)
	}
	return nil
}

// TitleOf is the title of what a remark is about; empty when it is gone.
func (m *Core) TitleOf(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (stored.Target, error) {
	h, ok := m.Hosts[ref.Kind]
	if !ok {
		return stored.Target{Ref: ref}, nil
	}
	t, err := target(ctx, tx, h, ref)
	if fault.Is(err, fault.KindNotFound) {
		return stored.Target{Ref: ref}, nil
	}
	return t, err
}

// BlockOf is the block of a remark as it reads now; the zero BlockInfo when it is the whole or is gone.
func (m *Core) BlockOf(ctx context.Context, tx *tenant.Tx, ref subject.Ref, block string) (stored.BlockInfo, error) {
	h, ok := m.Hosts[ref.Kind]
	if !ok || block == "" {
		return stored.BlockInfo{}, nil
	}
	b, err := h.Block(ctx, tx, ref.ID, block)
	if fault.Is(err, fault.KindNotFound) {
		return stored.BlockInfo{}, nil
	}
	return b, err
}

func record(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{Action: action, Ref: ref, Data: data})
}

// consultationHost lets a consultation without a text be remarked on as a whole.
type consultationHost struct{}

// ConsultationHost is the host of consultations themselves.
func ConsultationHost() Host { return consultationHost{} }

// Target implements Host.
func (consultationHost) Target(ctx context.Context, tx *tenant.Tx, consultationID string) (stored.Target, error) {
	c, err := consultations.Load(ctx, tx, consultationID)
	if err != nil {
		return stored.Target{}, err
	}
	return stored.Target{Ref: c.Ref(), ConsultationID: c.ID, Title: c.Title.In(ctx), Path: c.Path(), Visible: c.Visible(tx.Now())}, nil
}

// Block implements Host: a consultation has none.
func (consultationHost) Block(context.Context, *tenant.Tx, string, string) (stored.BlockInfo, error) {
	return stored.BlockInfo{}, fault.NotFound("remarks.error.block")
}

// Remarked implements Host: the remarks on a whole consultation are counted where they are shown.
func (consultationHost) Remarked(context.Context, *tenant.Tx, string, map[string]int) error {
	return nil
}
