package main

import (
	"context"
	"strconv"
	"strings"

	"glas/internal/subject"
	"glas/modules/consultations"
	"glas/modules/proposals"
	"glas/modules/votes/papers"
	"glas/tenant"
)

// newPapers lets staff enter votes from the desk and from paper.
func (p *parts) newPapers(a *app) *papers.Module {
	return papers.New(papers.Deps{DB: a.rows, Votes: p.votes, Subject: votable})
}

// votable is what staff means by the number of a proposal, or by the address of a page; the zero Ref when it is nothing.
func votable(ctx context.Context, tx *tenant.Tx, typed string) (subject.Ref, error) {
	if _, after, ok := strings.Cut(typed, "/consultations/"); ok {
		slug, _, _ := strings.Cut(after, "/")
		c, err := consultations.Find(ctx, tx, slug)
		if err != nil {
			return subject.Ref{}, err
		}
		return c.Ref(), nil
	}
	if _, after, ok := strings.Cut(typed, "/proposals/"); ok {
		typed, _, _ = strings.Cut(after, "-")
	}
	number, err := strconv.ParseInt(strings.TrimLeft(typed, "#"), 10, 64)
	if err != nil {
		return subject.Ref{}, nil
	}
	var ids []string
	if err := tx.Raw("select id from proposals where tenant_id = ? and number = ?", tx.ID(), number).Scan(ctx, &ids); err != nil || len(ids) == 0 {
		return subject.Ref{}, err
	}
	return subject.Ref{Kind: proposals.Kind, ID: ids[0]}, nil
}
