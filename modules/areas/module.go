// Package areas names the parts of a municipality: villages, quarters, local communities.
//
// A resident sees where something happens and chooses what concerns him; staff keeps the list in order. An area that is no longer
// used is archived, never deleted, because old things still lie in it.
package areas

import (
	"context"

	"glas/internal/subject"
	"glas/modules/internal/named"
	"glas/tenant"
)

// Kind is the subject kind.
const Kind = "area"

// Audit keeps a record of what staff did.
type Audit func(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error

// Deps is what the module needs.
type Deps struct {
	DB *tenant.DB
	// Audit may be nil, as in tests.
	Audit Audit
}

// Module is this part of the product: the list, its pages for staff and the public list for programs.
type Module = named.Module[Area]

// New makes the module.
func New(d Deps) *Module {
	return named.New(&list, named.Deps{DB: d.DB, Audit: d.Audit})
}
