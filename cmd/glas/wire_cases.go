package main

import (
	"glas/modules/cases"
)

// newCases makes the cases and enters them where cases have clocks.
func (p *parts) newCases(a *app) *cases.Module {
	m := cases.New(cases.Deps{DB: a.rows, Clock: a.clock, Files: p.attachments, Clocks: p.clocks, Catalogue: a.catalogue, Base: a.base})
	p.clocks.Hosts[cases.Kind] = m
	return m
}
