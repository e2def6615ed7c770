// Package desk is the office's side of remarks: the table, the answer, entering and importing what came by letter, exports.
package desk

import (
	"context"

	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Root is the address of the table.
const Root = "/admin/remarks"

// PlaceOption is something that a remark can be entered on.
type PlaceOption struct {
	Anchor stored.Anchor
	Label  string
}

// Options lists what a select offers.
type Options func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)

// Desk serves the pages.
type Desk struct {
	*core.Core
	Places func(ctx context.Context, tx *tenant.Tx, consultationID string) ([]PlaceOption, error)
	// People can be given remarks; nil for none.
	People Options
}

// Routes are the pages of the office.
func (d *Desk) Routes() []web.Route { return nil }
