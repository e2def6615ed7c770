// Package follows tells people what happened to what they care for.
//
// A resident follows a consultation, a proposal, a topic, an area or the whole municipality, says how often he wants mail, reads
// everything on one page, and stops any of it with one press in the mail itself, without signing in. Staff do nothing: what others
// announce becomes news.
//
// The decision bound here: a piece of news is stored once, in the transaction of what it tells, and spread afterwards in batches, so
// that thousands of readers slow nobody down. Nothing is mailed twice, because a person's notice and his letter are committed
// together; and nothing is mailed that he may no longer read or no longer wants, because both are asked again at that moment.
package follows

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

// Kind is a kind of things that can be followed or told of.
type Kind struct {
	// Cards describes things of the kind in the language of ctx, by id; those that are gone are left out.
	Cards func(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error)
	// Visible reports whether an account may read the thing at this moment; nil asks only whether its card is visible.
	Visible func(ctx context.Context, tx *tenant.Tx, accountID string, ref subject.Ref) (bool, error)
	// Closed kinds can be told of, but not followed, as comments.
	Closed bool
}

// Deps is what a Module is made of.
type Deps struct {
	DB        *tenant.DB
	Catalogue *i18n.Catalogue
	// Key signs the links that end a subscription.
	Key []byte
	// Base is the beginning of every address of the municipality in ctx, such as "https://velenje.si", for letters.
	Base func(ctx context.Context) string
	// Kinds are the things that can be followed. News of a kind that is not here reaches nobody.
	Kinds map[string]Kind
	// Supporters are the accounts that support a thing and are told when it is answered; nil means nobody.
	Supporters func(ctx context.Context, tx *tenant.Tx, ref subject.Ref) ([]string, error)
	// Participants are the accounts that took part in a consultation and are told when its term changes; nil means nobody.
	Participants func(ctx context.Context, tx *tenant.Tx, consultationID string) ([]string, error)
	// Asked are the accounts that get a letter of their own when a term begins anew, which asks whether what they said stands, and are
	// not told a second time; nil means nobody.
	Asked func(ctx context.Context, tx *tenant.Tx, consultationID string) ([]string, error)
}

// Module is the subscriptions of all municipalities.
type Module struct {
	Deps
}

// New makes the module. Kinds may be added to the map until the first request.
func New(d Deps) *Module {
	if d.Kinds == nil {
		d.Kinds = map[string]Kind{}
	}
	if d.Base == nil {
		d.Base = func(context.Context) string { return "" }
	}
	return &Module{Deps: d}
}

// Name implements web.Module.
func (m *Module) Name() string { return "follows" }

const (
	followingPath = "/me/following"
	noticesPath   = "/me/notices"
)

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{
		{Label: "follows.menu.following", Path: followingPath, Area: web.AreaAccount, Order: 30, Need: web.SignedIn},
		{Label: "follows.menu.notices", Path: noticesPath, Area: web.AreaAccount, Order: 20, Need: web.SignedIn},
	}
}

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodPost, Path: "/follow/:kind/:id", Handle: m.toggle, Limit: web.Limit{Name: "follow", N: 60, Per: time.Minute}},
		{Method: fiber.MethodGet, Path: followingPath, Handle: m.following, Need: web.SignedIn},
		{Method: fiber.MethodPost, Path: followingPath, Handle: m.saveSettings, Need: web.SignedIn},
		{Method: fiber.MethodGet, Path: noticesPath, Handle: m.notices, Need: web.SignedIn},
		{Method: fiber.MethodGet, Path: "/unsubscribe/:token", Handle: m.askLeave},
		{Method: fiber.MethodPost, Path: "/unsubscribe/:token", Handle: m.leave, FromOutside: true, Limit: web.Limit{Name: "unsubscribe", N: 60, Per: time.Minute}},
	}
}

const (
	fanJob    = "follows.fan"
	digestJob = "follows.digest"
	forgetJob = "follows.forget"
	eventJob  = "follows.on." // and the name of the event
)

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	all := map[string]job.Handler{fanJob: m.fan, digestJob: m.digest, forgetJob: m.forget}
	for event, h := range m.listeners() {
		all[eventJob+event] = h
	}
	return all
}

// Periodic is the work that is done for each municipality again and again.
func (m *Module) Periodic() map[string]time.Duration {
	return map[string]time.Duration{digestJob: 5 * time.Minute}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	all := map[string][]string{"accounts.deleted": {forgetJob}}
	for event := range m.listeners() {
		all[event] = append(all[event], eventJob+event)
	}
	return all
}
