// Package consultations lets a municipality ask its people, and the people see what is asked, how long, and what becomes of it.
//
// A resident finds a consultation, reads what is decided and how contributions are used, sees who may take part and until when,
// takes part by whatever the running phase opens, and reads the outcome. Staff make one from a blueprint, set its phases, check it
// against the rules of the municipality, show a draft by a link that expires, publish, extend, close and answer it.
//
// The decision bound here: a phase is a switchboard, and dates drive the state. What a consultation shows is computed from its
// dates at the moment of asking; no job ever sets it, jobs only send notices. Methods (proposals and later ones) plug themselves in
// through Method, and this package never learns their names.
package consultations

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/comments"
	"glas/modules/consultations/internal/book"
	"glas/modules/documents"
	"glas/modules/votes"
	"glas/tenant"
)

// Method is a way of taking part that plugs itself into consultations: proposals, and later texts, polls, budgets.
type Method interface {
	// Key is the name in addresses and in Switches.Methods: "proposals".
	Key() string
	// Tab describes the method on the page of c; shown is false when it has no place there. It makes no statements.
	Tab(ctx context.Context, tx *tenant.Tx, c *Consultation) (tab Tab, shown bool, err error)
	// Panel is a part of the first page of c, such as the newest proposals; nil for none.
	Panel(ctx context.Context, tx *tenant.Tx, c *Consultation) (templ.Component, error)
}

// Switch is what a method adds to the form of a phase: one tick, which opens it.
type Switch struct {
	// Key is that in Switches.Methods: "remark" opens "remark.send". It is also the kind of things that the method is about.
	Key string
	// Label and Hint are message ids; Hint may be empty.
	Label, Hint string
	// Action, when set, is the act whose eligibility staff chooses, such as "remark.send".
	Action string
}

// Switcher is implemented by methods that a tick in a phase opens.
type Switcher interface{ Switch() Switch }

// switches are the ticks of the methods that are plugged in and that the municipality has.
func (m *Module) switches(ctx context.Context) []Switch {
	var out []Switch
	for _, method := range m.methods {
		if s, ok := method.(Switcher); ok && tenant.From(ctx).Offers(s.Switch().Key) {
			out = append(out, s.Switch())
		}
	}
	return out
}

// namedActs are the acts of methods whose eligibility staff chooses.
func (m *Module) namedActs(ctx context.Context) []namedAct {
	var out []namedAct
	for _, s := range m.switches(ctx) {
		if s.Action != "" {
			out = append(out, namedAct{s.Action, i18n.T(ctx, s.Label)})
		}
	}
	return out
}

// Tab is a method's entry among the tabs, and what it asks people to do.
type Tab struct {
	Label string
	// Href is an address without a language prefix.
	Href string
	// Count is shown beside the label; below zero it is not.
	Count int
	// Action is the link of the button in the side panel; Href without a language prefix, empty for none.
	Action ui.Action
	// Decision says whether the reader may do it; the reason is shown when not.
	Decision authz.Decision
}

// Discussion shows the comments of a thread; *comments.Module satisfies it.
type Discussion interface {
	Section(ctx context.Context, tx *tenant.Tx, t comments.Thread, q comments.Query) (templ.Component, error)
}

// Entry is one piece of news of a consultation, for its feed.
type Entry struct {
	ID    string
	Title string
	// Path is an address without a language prefix.
	Path   string
	Text   string
	Author string
	At     time.Time
}

// Feed gives the newest entries about a consultation, at most n.
type Feed func(ctx context.Context, tx *tenant.Tx, c *Consultation, n int) ([]Entry, error)

// Deps is what the module needs. Everything but DB may be missing; then its part of the page is.
type Deps struct {
	DB         *tenant.DB
	Discussion Discussion
	Files      *attachments.Module
	// Vote is the buttons of a ballot for who acts in ctx.
	Vote func(ctx context.Context, tx *tenant.Tx, b votes.Ballot) (templ.Component, error)
	// Follow is the button that follows ref.
	Follow func(ctx context.Context, tx *tenant.Tx, ref subject.Ref, title string) (templ.Component, error)
	Feeds  []Feed
	// Documents keeps the official documents.
	Documents *documents.Module
	// Catalogue and Base are for letters to staff; without them none is written.
	Catalogue *i18n.Catalogue
	Base      func(ctx context.Context) string
}

// Module is this part of the product.
type Module struct {
	Deps
	methods []Method
	desk    *book.Desk
}

// New makes the module.
func New(d Deps) *Module {
	desk := &book.Desk{DB: d.DB, Docs: d.Documents, Catalogue: d.Catalogue, Base: d.Base}
	return &Module{Deps: d, desk: desk}
}

// Plug adds methods, in the order of their tabs. It is called while the program is put together.
func (m *Module) Plug(methods ...Method) {
	m.methods = append(m.methods, methods...)
	for _, method := range methods {
		if r, ok := method.(Reporter); ok {
			m.desk.Reported = r.Reported
		}
	}
}

// Reporter is implemented by the method that makes reports: once one is published, nobody is reminded of it.
type Reporter interface {
	Reported(ctx context.Context, tx *tenant.Tx, consultationID string) (bool, error)
}

// Name is that of the package.
func (m *Module) Name() string { return "consultations" }

// Menu has an entry for everybody and one for staff.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{
		{Label: "consultations.menu", Path: "/consultations", Area: web.AreaPublic, Order: 10},
		{Label: "consultations.menu", Path: root, Area: web.AreaStaff, Order: 10, Need: "consultation.preview"},
	}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{votes.FrozenResult{}.EventName(): {votersJob}}
}

// Routes are the public pages, the interface for programs and the pages for staff.
func (m *Module) Routes() []web.Route {
	routes := []web.Route{
		{Method: "GET", Path: "/consultations", Handle: m.index, Cache: true},
		{Method: "GET", Path: "/consultations/:slug", Handle: m.show, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/comments", Handle: m.discussion, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/documents", Handle: m.documents, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/course", Handle: m.course, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/feed.atom", Handle: m.feed, Cache: true},
		{Method: "GET", Path: "/consultations/:slug/calendar.ics", Handle: m.calendarOne, Cache: true},
		{Method: "GET", Path: "/calendar.ics", Handle: m.calendar, Cache: true},
		{Method: "GET", Path: "/preview/:token", Handle: m.preview, Limit: web.Limit{Name: "preview", N: 60, Per: time.Minute}},
	}
	return slices.Concat(routes, apiRoutes(m), adminRoutes(m), m.desk.Routes())
}

func adminRoutes(m *Module) []web.Route {
	const one = root + "/:id"
	r := func(method, path, need string, handle fiber.Handler) web.Route {
		return web.Route{Method: method, Path: path, Need: need, Handle: handle}
	}
	return []web.Route{
		r("GET", root, "consultation.preview", m.adminIndex),
		r("GET", root+"/new", "consultation.create", m.adminNew),
		r("POST", root, "consultation.create", m.adminCreate),
		r("GET", one, "consultation.preview", m.adminShow),
		r("GET", one+"/basics", "consultation.edit", m.adminBasics),
		r("POST", one+"/basics", "consultation.edit", m.adminSaveBasics),
		r("GET", one+"/documents", "consultation.edit", m.adminDocuments),
		r("POST", one+"/documents", "consultation.edit", m.adminAddDocuments).WithFiles(),
		r("GET", one+"/phases/:phase", "consultation.edit", m.adminPhase),
		r("POST", one+"/phases/:phase", "consultation.edit", m.adminSavePhase),
		r("POST", one+"/phases/:phase/remove", "consultation.edit", m.adminRemovePhase),
		r("POST", one+"/publish", "consultation.publish", m.adminPublish),
		r("POST", one+"/act", "staff.enter", m.adminAct),
		r("GET", one+"/extend", "consultation.close", m.adminTerm),
		r("POST", one+"/extend", "consultation.close", m.adminExtend),
		r("POST", one+"/close", "consultation.close", m.adminClose),
		r("GET", one+"/answer", "consultation.publish", m.adminAnswerForm),
		r("POST", one+"/answer", "consultation.publish", m.adminAnswer),
		r("POST", one+"/clone", "consultation.create", m.adminClone),
		r("POST", one+"/previews", "consultation.preview", m.adminNewPreview),
		r("POST", one+"/previews/:preview/revoke", "consultation.preview", m.adminRevokePreview),
	}
}
