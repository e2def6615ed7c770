// Package positions lets associations speak with their own voice in a consultation.
//
// The representative of a verified association enters what it adopted: the position, how and when it was adopted, who signs for it,
// and the document. Everybody reads the positions apart from what citizens say, and sees how many associations are for and against.
//
// The decision bound here: an association has one position in a consultation, and it is not the opinion of whoever typed it. Its
// name, not a person's, stands above it; it may be replaced until the term ends, and each earlier wording stays readable.
package positions

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/tenant"
)

// Deps is what the module needs. Files may be missing; then there are no documents.
type Deps struct {
	DB            *tenant.DB
	Consultations *consultations.Module
	Files         *attachments.Module
	// ReportPath is where a subject is reported to the moderators; nil means nowhere.
	ReportPath func(ref subject.Ref) string
}

// Module is this part of the product.
type Module struct{ Deps }

// New makes the module.
func New(d Deps) *Module { return &Module{d} }

// Name implements web.Module.
func (m *Module) Name() string { return "positions" }

// Menu implements web.Module: positions are found where their consultations are.
func (m *Module) Menu() []web.MenuItem { return nil }

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	const of, one = "/consultations/:slug/positions", "/positions/:id"
	writing := web.Limit{Name: "position", N: 20, Per: 10 * time.Minute}
	return []web.Route{
		{Method: fiber.MethodGet, Path: of, Handle: m.list, Cache: true},
		{Method: fiber.MethodGet, Path: of + "/new", Handle: m.newForm},
		{Method: fiber.MethodPost, Path: of, Handle: m.adopt, Limit: writing, Files: true},
		{Method: fiber.MethodGet, Path: one, Handle: m.show, Cache: true},
		{Method: fiber.MethodGet, Path: one + "/withdraw", Handle: m.withdrawForm, Need: web.SignedIn},
		{Method: fiber.MethodPost, Path: one + "/withdraw", Handle: m.withdraw, Limit: writing},
		{Method: fiber.MethodGet, Path: "/api/v1/consultations/:slug/positions", Handle: m.apiList, Cache: true, API: apiDescription()},
	}
}

// Tally is how many associations hold which view.
type Tally struct {
	For     int64 `json:"for"`
	Neutral int64 `json:"neutral"`
	Against int64 `json:"against"`
}

// All is the number of positions.
func (t Tally) All() int64 { return t.For + t.Neutral + t.Against }

// Of lists the shown positions of a consultation, the newest first, for reports and archives: at most one for each association.
func Of(ctx context.Context, tx *tenant.Tx, consultationID string) ([]*Position, error) {
	return listOf(ctx, tx, consultationID)
}
