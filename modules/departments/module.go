// Package departments names the departments of the municipality's administration.
//
// A resident sees who prepared and who answers; staff keeps the list in order and says who heads each. A department that is gone
// is archived, never deleted, because its answers stay.
package departments

import (
	"context"

	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Kind is the subject kind.
const Kind = "department"

// Audit keeps a record of what staff did.
type Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error

// Deps is what the module needs.
type Deps struct {
	DB *tenant.DB
	// Audit may be nil, as in tests.
	Audit Audit
	// Staff lists the accounts that can head a department; nil leaves that out.
	Staff func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
}

// Module is this part of the product.
type Module struct {
	db    *tenant.DB
	audit Audit
	staff func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
}

// New makes the module.
func New(d Deps) *Module { return &Module{db: d.DB, audit: d.Audit, staff: d.Staff} }

// Name is that of the package.
func (m *Module) Name() string { return "departments" }

// Menu is the entry for staff.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "departments.title", Path: root, Area: web.AreaStaff, Order: 73, Need: Permission}}
}

// Routes are the pages for staff and the public list for programs.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: root, Handle: m.adminIndex, Need: Permission},
		{Method: "GET", Path: root + "/new", Handle: m.adminNew, Need: Permission},
		{Method: "POST", Path: root, Handle: m.adminSave, Need: Permission},
		{Method: "GET", Path: root + "/:id", Handle: m.adminEdit, Need: Permission},
		{Method: "POST", Path: root + "/:id", Handle: m.adminSave, Need: Permission},
		{Method: "POST", Path: root + "/:id/move", Handle: m.adminMove, Need: Permission},
		{Method: "POST", Path: root + "/:id/archive", Handle: m.adminArchive, Need: Permission},
		{Method: "GET", Path: "/api/v1/departments", Handle: m.apiList, Cache: true, API: &web.API{
			ID: "listDepartments", Summary: "Departments of the municipality", Result: web.List[Department]{}}},
	}
}
