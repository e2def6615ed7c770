// Package departments names the departments of the municipality's administration.
//
// A resident sees who prepared and who answers; staff keeps the list in order and says who heads each. A department that is gone
// is archived, never deleted, because its answers stay.
package departments

import (
	"context"

	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/internal/named"
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

// Module is this part of the product: the list, its pages for staff and the public list for programs.
type Module = named.Module[Department]

// New makes the module.
func New(d Deps) *Module {
	return named.New(&list, named.Deps{DB: d.DB, Audit: d.Audit, People: d.Staff})
}
