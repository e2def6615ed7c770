// Package audit keeps the record of what staff and moderation did: who, when, what, on what, and why.
//
// An administrator or an auditor can read the record, narrow it to a person, a thing or an action, take it away as CSV, and let the
// program check that nothing in it was removed or changed. Entries are only ever added, in the same transaction as the act itself.
package audit

import (
	"github.com/gofiber/fiber/v2"

	"glas/internal/web"
	"glas/tenant"
)

// Module serves the record.
type Module struct{ db *tenant.DB }

// New returns the module.
func New(db *tenant.DB) *Module { return &Module{db: db} }

// Name implements web.Module.
func (m *Module) Name() string { return "audit" }

// Routes implements web.Module.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/admin/audit", Handle: m.list, Need: "audit.read"},
		{Method: fiber.MethodGet, Path: "/admin/audit.csv", Handle: m.export, Need: "audit.read"},
		{Method: fiber.MethodGet, Path: "/admin/audit/check", Handle: m.check, Need: "audit.read"},
	}
}

// Menu implements web.Module.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "audit.menu", Path: "/admin/audit", Area: web.AreaStaff, Order: 900, Need: "audit.read"}}
}
