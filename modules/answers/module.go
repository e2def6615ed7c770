// Package answers lets a municipality answer officially, whatever the answer is to.
//
// An officer finds what waits for an answer, the most urgent first, reads the thing and the draft side by side, and saves it; a head
// publishes it, alone or together with others. A resident reads the answer beside what was asked, with cost and date where they are
// known, and every version that was published before.
//
// The decision bound here: what staff work on and what everybody reads are two copies in one row. Nothing becomes public by being
// saved, a published answer is never changed in place, and a list shows its answers with one statement.
package answers

import (
	"context"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/form"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Item is a thing that can be answered, as staff see it.
type Item struct {
	subject.Card
	// Excerpt is plain text: the whole for AnswerCard, some 300 letters in a queue.
	Excerpt        string
	ConsultationID string
	Supports       int64
	Comments       int64
	DepartmentID   string
	// DueAt is until when an answer was promised; zero when it was not.
	DueAt time.Time
	// SubmittedAt is when the thing was published.
	SubmittedAt time.Time
}

// Query narrows what waits for an answer.
type Query struct {
	ConsultationID string
	DepartmentID   string
	// Overdue leaves those whose DueAt is past.
	Overdue bool
	// IDs, when not empty, asks for exactly these things, answered or not; the other fields then do not count, and neither
	// numbers nor Next are needed.
	IDs   []string
	Limit int
	// After is the Next of the page before.
	After string
}

// Queue is what waits for an answer, the earliest DueAt first.
type Queue struct {
	Items []Item
	// Next is the cursor of the next page, empty at the end.
	Next string
	// Total is how many things need an answer, with those that have one; Answered is how many have one. They follow the filter.
	Total, Answered int64
	// DueAt is the nearest time by which those without one are promised an answer; zero when none is.
	DueAt time.Time
}

// Host owns things of one kind that can be answered.
type Host interface {
	// AnswerCard describes one thing, for the page on which it is answered and for the public page of its answers. One that does not
	// exist is fault.NotFound.
	AnswerCard(ctx context.Context, tx *tenant.Tx, id string) (Item, error)
	// Answered tells that an answer was published, in the same transaction. The plain fields of a are the public ones.
	Answered(ctx context.Context, tx *tenant.Tx, id string, a *Answer) error
	// Waiting lists what has no published answer.
	Waiting(ctx context.Context, tx *tenant.Tx, q Query) (Queue, error)
}

// Files keeps the files of answers (ref kind "answer").
type Files interface {
	// Take stores the files that f carries before the transaction that uses them; complaints go to f.
	Take(ctx context.Context, f *form.Form) error
	// Field is the part of a form in which files of ref (zero while there is no answer) are chosen; f is nil for a fresh form.
	Field(ctx context.Context, tx *tenant.Tx, ref subject.Ref, f *form.Form) (templ.Component, error)
	// Save carries out what the field says; with f nil it shows all files of ref to everybody.
	Save(ctx context.Context, tx *tenant.Tx, ref subject.Ref, f *form.Form) error
}

// Trail keeps what staff did.
type Trail interface {
	Record(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
}

// Kind is a kind of things that can be answered.
type Kind struct {
	// Name is that of subject.Ref.
	Name string
	// Label is the message id of its plural, such as "answers.kind.proposal".
	Label string
	Host  Host
}

// Deps is what a Module is made of. All but DB and Kinds may be nil: then answers have no files, nothing is recorded, and the
// queue has no filter of that kind.
type Deps struct {
	DB *tenant.DB
	// Kinds are those that can be answered, in the order of the queue's tabs.
	Kinds []Kind
	Files Files
	Trail Trail
	// FileList shows the files of many refs to everybody who may see them.
	FileList func(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]templ.Component, error)
	// Consultations are the choices of the queue's filter.
	Consultations func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
}

// Module is the answers of all municipalities.
type Module struct {
	db *tenant.DB
	Deps
}

// New makes the module. Kinds may be set until the first request.
func New(d Deps) *Module { return &Module{db: d.DB, Deps: d} }

// Name implements web.Module.
func (m *Module) Name() string { return "answers" }

// PartOf implements web.Belonging: proposals are what is answered here.
func (m *Module) PartOf() string { return "proposals" }

const root = "/admin/answers"

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/answers/:kind/:id", Handle: m.versions, Cache: true},
		{Method: fiber.MethodGet, Path: root, Handle: m.queue, Need: "answer.draft"},
		{Method: fiber.MethodPost, Path: root, Handle: m.bulk, Need: "answer.publish"},
		{Method: fiber.MethodGet, Path: root + "/labels", Handle: m.labels, Need: "settings.edit"},
		{Method: fiber.MethodPost, Path: root + "/labels", Handle: m.saveLabels, Need: "settings.edit"},
		{Method: fiber.MethodGet, Path: root + "/:kind/:id", Handle: m.edit, Need: "answer.draft"},
		{Method: fiber.MethodPost, Path: root + "/:kind/:id", Handle: m.save, Need: "answer.draft", Files: true},
	}
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "answers.menu", Path: root, Area: web.AreaStaff, Order: 25, Need: "answer.draft"}}
}

const forgetJob = "answers.forget"

// Jobs are the handlers of this module's jobs by kind.
func (m *Module) Jobs() map[string]job.Handler {
	return map[string]job.Handler{forgetJob: m.forget}
}

// Subscriptions lists the jobs that events of others start.
func (m *Module) Subscriptions() map[string][]string {
	return map[string][]string{"accounts.deleted": {forgetJob}}
}

// host is that of a kind, nil when there is none.
func (m *Module) host(kind string) Host {
	for _, k := range m.Kinds {
		if k.Name == kind {
			return k.Host
		}
	}
	return nil
}
