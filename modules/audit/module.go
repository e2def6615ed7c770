// Package audit keeps the record of what staff and moderation did: who, when, what, on what, and why.
//
// An administrator or an auditor can read the record, narrow it to a person, a thing or an action, take it away as CSV, and let the
// program check that nothing in it was removed or changed. Entries are only ever added, in the same transaction as the act itself.
package audit

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

// Titles says how things are called to who reads the record; what has no title is left out. A Ref without a kind is an identifier
// that stands among the details of an act.
type Titles func(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]string, error)

// Module serves the record.
type Module struct {
	db     *tenant.DB
	titles Titles
}

// New returns the module. titles may be nil, as in tests.
func New(db *tenant.DB, titles Titles) *Module { return &Module{db: db, titles: titles} }

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
