// Package named keeps a list of named things in the order that staff chose: areas, topics, departments.
//
// A name is said in the languages of the municipality. What is no longer used is archived, never deleted, because old things still
// point at it. What is particular about one list stands in a List; everything else is the same for all of them.
package named

import (
	"context"

	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Deps is what the module of a list needs.
type Deps struct {
	DB *tenant.DB
	// Audit keeps a record of what staff did; it may be nil, as in tests.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
	// People lists the accounts that a row can point at; nil leaves that out.
	People func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
}

// Module is a list with its pages.
type Module[T any] struct {
	list *List[T]
	deps Deps
}

// New makes the module of a list.
func New[T any](l *List[T], d Deps) *Module[T] { return &Module[T]{list: l, deps: d} }

// Name is that of the list.
func (m *Module[T]) Name() string { return m.list.Many }

// Menu is the entry for staff.
func (m *Module[T]) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: m.list.Many + ".title", Path: m.list.root(), Area: web.AreaStaff, Order: m.list.Order, Need: m.list.Permission()}}
}

// Routes are the pages for staff and the public list for programs.
func (m *Module[T]) Routes() []web.Route {
	root, need := m.list.root(), m.list.Permission()
	return []web.Route{
		{Method: "GET", Path: root, Handle: m.adminIndex, Need: need},
		{Method: "GET", Path: root + "/new", Handle: m.adminNew, Need: need},
		{Method: "POST", Path: root, Handle: m.adminSave, Need: need, Files: true},
		{Method: "GET", Path: root + "/:id", Handle: m.adminEdit, Need: need},
		{Method: "POST", Path: root + "/:id", Handle: m.adminSave, Need: need, Files: true},
		{Method: "POST", Path: root + "/:id/move", Handle: m.adminMove, Need: need},
		{Method: "POST", Path: root + "/:id/archive", Handle: m.adminArchive, Need: need},
		{Method: "GET", Path: "/api/v1/" + m.list.Many, Handle: m.apiList, Cache: true, API: &web.API{
			ID: m.list.Operation, Summary: m.list.Summary, Result: web.List[T]{}}},
	}
}
