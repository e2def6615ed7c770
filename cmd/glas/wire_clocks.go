package main

import (
	"context"

	"github.com/a-h/templ"

	"glas/modules/calendars"
	"glas/modules/clocks"
	"glas/tenant"
)

// newClocks makes the clocks. Whoever owns things with clocks is entered into its Hosts later.
func (p *parts) newClocks(a *app) *clocks.Module {
	return clocks.New(clocks.Deps{DB: a.rows, Hosts: map[string]clocks.Host{}, Catalogue: a.catalogue, Base: a.base, Audit: record, Staff: p.staffOptions})
}

// calendarEffect shows which clocks a change of calendars would move.
func (p *parts) calendarEffect(ctx context.Context, tx *tenant.Tx, set *calendars.Set) (templ.Component, error) {
	preview, err := p.clocks.PreviewCalendars(ctx, tx, set)
	if err != nil {
		return nil, err
	}
	return clocks.PreviewPanel(preview), nil
}
