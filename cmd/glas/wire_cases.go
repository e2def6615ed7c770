package main

import (
	"glas/modules/cases"
)

// newCases makes the cases and enters them where cases have clocks.
func (p *parts) newCases(a *app) (*cases.Module, error) {
	boxes, err := cases.ReadMailboxes(a.cfg.Mailbox)
	if err != nil {
		return nil, err
	}
	m := cases.New(cases.Deps{DB: a.rows, Clock: a.clock, Files: p.attachments, Clocks: p.clocks, People: p.staffOptions, Catalogue: a.catalogue, Base: a.base, Mailboxes: boxes,
		Secret: a.secret, PrivateEndpoints: a.cfg.PrivateEndpoints})
	p.clocks.Hosts[cases.Kind] = m
	p.clocks.Vocabulary = cases.Vocabulary()
	return m, nil
}
