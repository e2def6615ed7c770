package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"runtime/debug"
	"slices"

	towns "glas/cmd/glas/demo"
	"glas/cmd/glas/demo/content"
	"glas/internal/clock"
	"glas/modules/cases"
	"glas/tenant"
)

// seedDemo fills an empty database with the demo municipalities, with a bar on out; few makes only a sixth of their cases.
func (a *app) seedDemo(ctx context.Context, out io.Writer, few bool) error {
	// Seeding makes much that is thrown away at once: tidying less often saves a fifth of the time.
	const rarely = 400
	defer debug.SetGCPercent(debug.SetGCPercent(rarely))
	release, err := a.db.Alone(ctx)
	if err != nil {
		return err
	}
	defer release()
	p := a.parts
	return towns.Seed(ctx, towns.Deps{
		Directory: a.directory, DB: a.rows, As: a.as, Accounts: p.accounts, Proposals: p.proposals, Comments: p.comments, Votes: p.votes, Answers: p.answers,
		Past: a.past, Few: few,
	}, bar(out, "demo     "))
}

// past makes the modules anew with a clock that the demo moves, without subscribers and letters: what is brought in happened long ago.
func (a *app) past() (towns.Past, error) {
	clk := clock.NewFixed(a.clock.Now())
	b := *a
	b.clock = clk
	b.rows = tenant.NewDB(tenant.Deps{DB: a.db, Clock: clk, Generations: a.generations})
	p, err := b.newParts()
	if err != nil {
		return towns.Past{}, err
	}
	p.remarks.Core.Catalogue = nil
	return towns.Past{
		Clock: clk, DB: b.rows, Table: a.table, Texts: p.texts, Remarks: p.remarks, Positions: p.positions, Documents: p.documents, Reports: p.reports, Clocks: p.clocks,
		Cases: cases.New(cases.Deps{DB: b.rows, Clock: clk, Files: p.attachments, Clocks: p.clocks}),
	}, nil
}

// announce prints where to click: each municipality with a link for its demo administrator, and one for the operator.
func (a *app) announce(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "\nGlas serves at %s\n", a.cfg.Base(a.cfg.BaseDomain))
	all, err := a.directory.All(ctx)
	if err != nil {
		return err
	}
	if a.cfg.Demo {
		demos, err := content.Load()
		if err != nil {
			return err
		}
		for _, t := range all {
			link, err := a.demoAdministrator(ctx, t, demos)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "  %-28s %s\n", t.Name[t.Default()], a.link(t, "/"))
			if err := a.announceNew(out, t); err != nil {
				return err
			}
			if link != "" {
				fmt.Fprintf(out, "    administrator, once:       %s\n", link)
			}
		}
	}
	path, err := a.operators().Link(ctx, a.clock.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "  operator, once:              %s\n\n", a.cfg.Base(a.cfg.BaseDomain)+path)
	return err
}

// announceNew prints where an act is read article by article, and where the cases of a demo municipality are.
func (a *app) announceNew(out io.Writer, t *tenant.Tenant) error {
	books, err := content.BooksOf(t.Slug)
	if err != nil {
		return err
	}
	for _, slug := range slices.Sorted(maps.Keys(books)) {
		fmt.Fprintf(out, "    an act, article by article: %s\n", a.link(t, "/consultations/"+slug+"/texts"))
	}
	c, err := content.CasesOf(t.Slug)
	if c != nil {
		fmt.Fprintf(out, "    cases, map and desk:       %s\n", a.link(t, "/cases"))
	}
	return err
}

// demoAdministrator makes a link for the administrator of a demo municipality; empty for one that is not from the demo.
func (a *app) demoAdministrator(ctx context.Context, t *tenant.Tenant, demos []content.Municipality) (string, error) {
	if t.State != tenant.Active {
		return "", nil
	}
	for _, m := range demos {
		for _, one := range m.Staff {
			if m.Slug == t.Slug && one.Role == "administrator" {
				return a.oneTimeLink(ctx, t, one.Key+"@"+m.Slug+".example", one.Name, one.Role)
			}
		}
	}
	return "", nil
}
