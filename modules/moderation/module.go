// Package moderation keeps discussions fit to be read by everybody, with reasons that everybody can check.
//
// Anybody reports what breaks the rules. A moderator finds reports, and what waits to be read before it is shown, in one queue with
// the most pressing first, and hides, restores, dismisses, approves, refuses, removes personal data or blocks. The author is told
// what was decided, why, by which rule, and can appeal; somebody else decides that. How often all this happens is public.
//
// The decision bound here: no machine ever hides anything. Reports and words from lists only change the order of the queue; a person
// decides, gives a reason and a rule, and is named in the record. What a thing is, is known only to its Host.
package moderation

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

// Item is a thing as a moderator sees it, in whatever state it is.
type Item struct {
	Ref subject.Ref
	// Title is that of the thing, or of what it was said about; Path leads to it, without a language prefix.
	Title, Path string
	// Text is plain text, empty once it was deleted.
	Text                 string
	Lang                 string
	AuthorID, AuthorName string
	// State is the host's own word for it, such as "shown" or "hidden". Gone follows from the usual words (see unreadable).
	State string
	// Gone is set for what nobody but staff can read at present: it waits, is hidden or was deleted.
	Gone      bool
	CreatedAt time.Time
	// ConsultationID is that of the consultation it belongs to, empty for what stands alone. While that is not public, neither is the thing.
	ConsultationID string
}

// unreadable are the states, by the words that hosts share, in which nobody but the author and staff can read a thing.
func unreadable() []string {
	return []string{"draft", "waiting", "refused", "hidden", "deleted", "removed"}
}

// settled fills in what follows from the state.
func (i Item) settled() Item {
	i.Gone = i.Gone || slices.Contains(unreadable(), i.State)
	return i
}

// erased reports whether there is nothing left to decide about: the text is gone for good.
func (i Item) erased() bool { return i.State == "deleted" || i.State == "removed" }

// Verdict is what is done to a thing.
type Verdict string

// The verdicts that a Host carries out.
const (
	// Hide takes a shown thing out of sight, Restore brings it back.
	Hide    Verdict = "hide"
	Restore Verdict = "restore"
	// Approve shows a thing that waited, Refuse never shows it.
	Approve Verdict = "approve"
	Refuse  Verdict = "refuse"
	// Remove takes a text with personal data out for good.
	Remove Verdict = "remove"
)

// Ruling is a verdict with its reason, which the author and readers see, and the rule that was broken, in words.
type Ruling struct {
	Verdict      Verdict
	Reason, Rule string
}

// Host owns things of one kind that can be reported or wait to be read.
type Host interface {
	// Held gives a thing in any state; one that never existed is fault.NotFound.
	Held(ctx context.Context, tx *tenant.Tx, id string) (Item, error)
	// Decide carries a ruling out. One that the thing already satisfies changes nothing; one that does not fit is fault.Conflict.
	Decide(ctx context.Context, tx *tenant.Tx, id string, r Ruling) error
}

// Batcher is a Host that can give many things at once, for the queue.
type Batcher interface {
	HeldMany(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]Item, error)
}

// People takes the right to take part from somebody and gives it back, each in a transaction of its own; *accounts.Module does.
type People interface {
	Block(ctx context.Context, accountID, reason string) error
	Unblock(ctx context.Context, accountID string) error
}

// Deps is what a Module is made of. Audit and People may be nil: then nothing is recorded and nobody can be blocked here.
type Deps struct {
	DB        *tenant.DB
	Catalogue *i18n.Catalogue
	// Hosts own the things, by kind.
	Hosts map[string]Host
	// Public reports whether who acts in ctx may see a consultation; nil, as in tests, says so of all.
	Public func(ctx context.Context, tx *tenant.Tx, consultationID string) (bool, error)
	People People
	// Audit writes into the trail of the municipality.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
	// Base is the beginning of every address of the municipality in ctx, for letters.
	Base func(ctx context.Context) string
}

// Module is the moderation of all municipalities.
type Module struct {
	Deps
}

// New makes the module. Hosts may be added to the map until the first request.
func New(d Deps) *Module {
	if d.Hosts == nil {
		d.Hosts = map[string]Host{}
	}
	if d.Base == nil {
		d.Base = func(context.Context) string { return "" }
	}
	return &Module{Deps: d}
}

// Name implements web.Module.
func (m *Module) Name() string { return "moderation" }

const (
	root      = "/admin/moderation"
	wordsPath = root + "/words"
	logPath   = "/moderation"
	review    = "moderation.review"
)

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "moderation.menu", Path: root, Area: web.AreaStaff, Order: 200, Need: review}}
}

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	reporting := web.Limit{Name: "report", N: 20, Per: time.Hour}
	appealing := web.Limit{Name: "appeal", N: 10, Per: time.Hour}
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/report/:kind/:id", Handle: m.reportForm},
		{Method: fiber.MethodPost, Path: "/report/:kind/:id", Handle: m.sendReport, Limit: reporting},
		{Method: fiber.MethodGet, Path: "/appeal/:id", Handle: m.appealForm, Need: web.SignedIn},
		{Method: fiber.MethodPost, Path: "/appeal/:id", Handle: m.sendAppeal, Need: web.SignedIn, Limit: appealing},
		{Method: fiber.MethodGet, Path: logPath, Handle: m.publicLog, Cache: true},
		{Method: fiber.MethodGet, Path: "/api/v1/moderation", Handle: m.apiLog, Cache: true, API: apiLog()},
		{Method: fiber.MethodGet, Path: root, Handle: m.queue, Need: review},
		{Method: fiber.MethodPost, Path: root, Handle: m.bulk, Need: review},
		{Method: fiber.MethodGet, Path: wordsPath, Handle: m.showWords, Need: review},
		{Method: fiber.MethodPost, Path: wordsPath, Handle: m.saveWords, Need: review},
		{Method: fiber.MethodGet, Path: root + "/appeals/:id", Handle: m.showAppeal, Need: review},
		{Method: fiber.MethodPost, Path: root + "/appeals/:id", Handle: m.settleAppeal, Need: review},
		{Method: fiber.MethodGet, Path: root + "/:id", Handle: m.showCase, Need: review},
		{Method: fiber.MethodPost, Path: root + "/:id", Handle: m.decideCase, Need: review},
	}
}

const (
	commentJob  = "moderation.comment_posted"
	proposalJob = "moderation.proposal_published"
	ruledJob    = "moderation.comment_ruled"
	forgetJob   = "moderation.forget"
)

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{commentJob: m.posted, proposalJob: m.posted, ruledJob: m.ruledElsewhere, forgetJob: m.forget}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{
		"comments.posted": {commentJob}, "proposals.published": {proposalJob}, "comments.hidden": {ruledJob}, "accounts.deleted": {forgetJob},
	}
}
