package main

import "glas/modules/clocks"

// newClocks makes the clocks. Whoever owns things with clocks is entered into its Hosts later.
func (p *parts) newClocks(a *app) *clocks.Module {
	return clocks.New(clocks.Deps{DB: a.rows, Hosts: map[string]clocks.Host{}, Catalogue: a.catalogue, Base: a.base, Audit: record, Staff: p.staffOptions})
}
