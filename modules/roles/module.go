// Package roles lets a municipality say what its own people may do.
//
// An administrator sees, for each role of the staff, what it may do, and ticks or unticks what his municipality wants otherwise;
// one press brings back what Glas proposes. Every change takes effect at once, for everybody signed in, on every instance.
//
// The decision bound here: only differences from the shared policy are kept, so that a later version of Glas may add permissions
// without asking every municipality. Nobody gives a role what he lacks himself, and the administrator's own role stays as it is, so
// that nobody locks himself out.
package roles

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

// Deps is what the module needs.
type Deps struct {
	DB       *tenant.DB
	Policies *authz.Policies
	// Changed makes every instance read the roles of a municipality again.
	Changed func(ctx context.Context, tenantID string) error
	// Audit keeps a record of what staff did.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
}

// Module is this part of the product.
type Module struct{ Deps }

// New makes the module.
func New(d Deps) *Module { return &Module{d} }

// Name implements web.Module.
func (m *Module) Name() string { return "roles" }

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: root, Handle: m.index, Need: permission},
		{Method: fiber.MethodGet, Path: root + "/:role", Handle: m.show, Need: permission},
		{Method: fiber.MethodPost, Path: root + "/:role", Handle: m.save, Need: permission},
		{Method: fiber.MethodPost, Path: root + "/:role/reset", Handle: m.reset, Need: permission},
	}
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "roles.menu", Path: root, Area: web.AreaStaff, Order: 860, Need: permission}}
}

const (
	root       = "/admin/roles"
	permission = "role.grant"
)
