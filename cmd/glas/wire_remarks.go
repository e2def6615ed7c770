package main

import (
	"context"

	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/accounts"
	"glas/modules/consultations"
	"glas/modules/moderation"
	"glas/modules/remarks"
	"glas/tenant"
)

// newRemarks makes the remarks. Texts and sheets enter themselves among their hosts when they are made.
func (p *parts) newRemarks(a *app) *remarks.Module {
	return remarks.New(remarks.Deps{
		DB: a.rows, Clock: a.clock, Consultations: p.consultations, Hosts: map[string]remarks.Host{}, Files: p.attachments, Hints: moderation.Hints,
		Catalogue: a.catalogue, Base: a.base, People: p.officers,
		OnSent:     []string{"moderation.proposal_published"}, // a first post counts whatever it is
		ReportPath: func(ref subject.Ref) string { return "/report/" + ref.Kind + "/" + ref.ID },
	})
}

// remarkEntries are the newest remarks in the feed of a consultation.
func (p *parts) remarkEntries(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, n int) ([]consultations.Entry, error) {
	return p.remarks.Entries(ctx, tx, c, n)
}

// officers are those who can be given a remark to answer.
func (p *parts) officers(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error) {
	ids, err := p.accounts.StaffOf(ctx, tx, "remark.answer")
	if err != nil {
		return nil, err
	}
	people, err := accounts.Addresses(ctx, tx, ids)
	var out []ui.Option
	for _, id := range ids {
		if who, ok := people[id]; ok {
			out = append(out, ui.Option{Value: id, Label: who.Name})
		}
	}
	return out, err
}

var _ moderation.Host = (*remarks.Module)(nil)
