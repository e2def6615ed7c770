// Package topics names what things are about: traffic, schools, culture.
//
// A resident filters and follows by topic; staff keeps the list in order. A topic that is no longer used is archived, never
// deleted, because old things still have it.
package topics

import (
	"context"

	"glas/internal/subject"
	"glas/modules/internal/named"
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

// Module is this part of the product: the list, its pages for staff and the public list for programs.
type Module = named.Module[Topic]

// New makes the module.
func New(d Deps) *Module {
	return named.New(&list, named.Deps{DB: d.DB, Audit: d.Audit})
}
