// Package remarks lets people say what should be otherwise in a draft, and makes the municipality answer to each of them.
//
// A resident or an association remarks on a whole act, one block of it, quoted words, a place on a plan or simply on a consultation:
// stance, text, another wording, effects, files. Each gets a number without gaps and a receipt. The office enters and imports what came
// by letter or at the desk, works through the table, and publishes what it decided and why; everybody concerned is told.
//
// The decision bound here: what anybody may see of a remark is said by one function (internal/stored, Remark.For), and the moment of
// a remark is that of its transaction. Texts and plans are known only as Hosts.
package remarks

import (
	"context"

	"glas/internal/clock"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/desk"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Deps is what a Module is made of. Everything but DB and Consultations may be missing; then its part is.
type Deps struct {
	DB    *tenant.DB
	Clock clock.Clock
	// Consultations draws the frame around the lists.
	Consultations *consultations.Module
	// Hosts own what is remarked on, by kind. New adds consultations themselves; others may be added until the first request.
	Hosts map[string]Host
	Files *attachments.Module
	// Hints lists the words of a text that a moderator may want to look at.
	Hints func(lang, text string) []string
	// Catalogue and Base are for letters; without them none are written.
	Catalogue *i18n.Catalogue
	Base      func(ctx context.Context) string
	// ReportPath gives the page on which a subject is reported to the moderators; nil means none.
	ReportPath func(ref subject.Ref) string
	// Places lists what staff can enter remarks on beside the whole consultation: the blocks of its texts.
	Places func(ctx context.Context, tx *tenant.Tx, consultationID string) ([]PlaceOption, error)
	// OnSent are the jobs of others that a remark starts when it can be read for the first time (core.Sent).
	OnSent []string
	// People are those who can be given a remark; nil for none.
	People desk.Options
}

// Module is the remarks of all municipalities. The acts (Send, Enter, Answer ...) are those of its Core.
type Module struct {
	*core.Core
	Deps
	desk *desk.Desk
}

// New makes the module.
func New(d Deps) *Module {
	if d.Clock == nil {
		d.Clock = clock.System
	}
	if d.Hosts == nil {
		d.Hosts = map[string]Host{}
	}
	if d.Hosts[consultations.Kind] == nil {
		d.Hosts[consultations.Kind] = core.ConsultationHost()
	}
	m := &Module{Deps: d, Core: &core.Core{DB: d.DB, Hosts: d.Hosts, Files: d.Files, Hints: d.Hints, Catalogue: d.Catalogue, Base: d.Base}}
	m.desk = &desk.Desk{Core: m.Core, Places: func(ctx context.Context, tx *tenant.Tx, id string) ([]desk.PlaceOption, error) {
		if m.Deps.Places == nil {
			return nil, nil
		}
		return m.Deps.Places(ctx, tx, id)
	}, People: d.People}
	return m
}

// Name implements web.Module.
func (m *Module) Name() string { return "remarks" }

// Menu implements web.Module: the public finds remarks where their consultations are.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "remarks.menu", Path: desk.Root, Area: web.AreaStaff, Order: 15, Need: "remark.read"}}
}

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler { return m.Core.Jobs() }

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {core.ForgetJob}, "documents.replaced": {core.ReplacedJob}, core.Sent{}.EventName(): m.OnSent}
}

// Walk gives the public remarks of a consultation to fn, by number, each as everybody may read it: no person behind a name, no answer
// that is not published. It reads by keyset.
func Walk(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(r *Remark) error) error {
	return stored.Walk(ctx, tx, consultationID, stored.Public(), fn)
}

// TotalsOf counts the remarks of a consultation in every state, for reports: numbers only.
func TotalsOf(ctx context.Context, tx *tenant.Tx, consultationID string) (Totals, error) {
	return stored.TotalsOf(ctx, tx, consultationID, stored.Eye{Staff: true})
}

// Personal is what a person remarked, for what he downloads about himself.
func Personal(ctx context.Context, tx *tenant.Tx, accountID string) (any, error) {
	return stored.OfAuthor(ctx, tx, accountID)
}
