// Package topics names what things are about: traffic, schools, culture.
//
// A resident filters and follows by topic; staff keeps the list in order. A topic that is no longer used is archived, never
// deleted, because old things still have it.
package topics

import (
	"context"

	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

// Kind is the subject kind.
const Kind = "topic"

// Audit keeps a record of what staff did.
type Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error

// Deps is what the module needs.
type Deps struct {
	DB *tenant.DB
	// Audit may be nil, as in tests.
	Audit Audit
}

// Module is this part of the product.
type Module struct {
	db    *tenant.DB
	audit Audit
}

// New makes the module.
func New(d Deps) *Module { return &Module{db: d.DB, audit: d.Audit} }

// Name is that of the package.
func (m *Module) Name() string { return "topics" }

// Menu is the entry for staff.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "topics.title", Path: root, Area: web.AreaStaff, Order: 71, Need: Permission}}
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
		{Method: "GET", Path: "/api/v1/topics", Handle: m.apiList, Cache: true, API: &web.API{
			ID: "listTopics", Summary: "Topics of the municipality", Result: web.List[Topic]{}}},
	}
}
