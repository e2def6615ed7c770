package main

import (
	"context"

	"glas/modules/cases"
	"glas/modules/proposals"
	"glas/tenant"
)

// newCases makes the cases and enters them where cases have clocks.
func (p *parts) newCases(a *app) (*cases.Module, error) {
	boxes, err := cases.ReadMailboxes(a.cfg.Mailbox)
	if err != nil {
		return nil, err
	}
	m := cases.New(cases.Deps{DB: a.rows, Clock: a.clock, Files: p.attachments, Clocks: p.clocks, People: p.staffOptions, Catalogue: a.catalogue, Base: a.base, Mailboxes: boxes, Proposals: p.proposalsAround,
		Secret: a.secret, PrivateEndpoints: a.cfg.PrivateEndpoints})
	p.clocks.Hosts[cases.Kind] = m
	p.clocks.Vocabulary = cases.Vocabulary()
	return m, nil
}

// proposalsAround are what the alerts of cases tell of proposals: those that everybody may open when the letter is written.
func (p *parts) proposalsAround(ctx context.Context, tx *tenant.Tx, s cases.AlertSearch) ([]cases.AlertFind, error) {
	if !tx.Tenant().Offers(proposals.Kind) {
		return nil, nil
	}
	list, err := proposals.Fresh(ctx, tx, proposals.Near{Box: proposals.Box(s.Box), Topics: s.Topics, After: s.After, Until: s.Until, Limit: s.Limit})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.ID
	}
	cards, err := p.proposals.Cards(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var out []cases.AlertFind
	for _, one := range list {
		if card, ok := cards[one.ID]; ok && card.Visible {
			out = append(out, cases.AlertFind{Title: card.Title, About: card.Context, Path: card.Path, Place: one.Place, Lat: *one.Lat, Lng: *one.Lng})
		}
	}
	return out, nil
}
