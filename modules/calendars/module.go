// Package calendars keeps the opening hours and holidays by which a municipality and its departments work.
//
// Staff edits the week, adds days off and half days, takes a shipped holiday away or brings a file of holidays, and tries out when
// something would be due. Whoever computes a term or a clock asks for a calendar and gets one in any case.
//
// The decision bound here: holidays are shipped data that is laid under what the municipality says, never copied into its rows, so that
// a municipality that says nothing has the right days, and a correction of the shipped ones reaches everybody who did not decide
// otherwise.
package calendars

import (
	"context"

	"github.com/a-h/templ"

	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

const (
	kind = "calendar"
	root = "/admin/calendars"
	need = "calendar.edit"
)

// Deps is what the module needs. All but DB may be nil.
type Deps struct {
	DB *tenant.DB
	// Audit keeps what staff did.
	Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error
	// Departments are those that can have a calendar of their own.
	Departments func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)
	// Preview shows what calendars as in set would do to what is computed from them, before they are saved.
	Preview func(ctx context.Context, tx *tenant.Tx, set *Set) (templ.Component, error)
}

// Module is this part of the product.
type Module struct{ Deps }

// New makes the module.
func New(d Deps) *Module { return &Module{Deps: d} }

// Name is that of the package.
func (m *Module) Name() string { return "calendars" }

// Menu has an entry for staff.
func (m *Module) Menu() []web.MenuItem {
	return []web.MenuItem{{Label: "calendars.title", Path: root, Area: web.AreaStaff, Order: 440, Need: need}}
}

// Routes are the pages for staff.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Path: root, Handle: m.index, Need: need},
		{Method: "GET", Path: root + "/days", Handle: m.days, Need: need},
		{Method: "POST", Path: root + "/days", Handle: m.setDay, Need: need},
		{Method: "POST", Path: root + "/days/remove", Handle: m.removeDay, Need: need},
		{Method: "POST", Path: root + "/import", Handle: m.bring, Need: need, Files: true},
		{Method: "GET", Path: root + "/try", Handle: m.try, Need: need},
		{Method: "GET", Path: root + "/:id", Handle: m.edit, Need: need},
		{Method: "POST", Path: root + "/:id", Handle: m.save, Need: need},
	}
}
