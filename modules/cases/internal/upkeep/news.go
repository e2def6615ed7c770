package upkeep

import (
	"context"
	"fmt"

	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/desk"
	"glas/modules/cases/internal/ladder"
	"glas/modules/cases/internal/letters"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/told"
	"glas/modules/follows"
	"glas/tenant"
)

// Tell is the job that writes to the followers. What they may see is asked again: the case may have been hidden meanwhile.
func (m *Module) Tell(ctx context.Context, j job.Job) error {
	var n acts.NewsTask
	if err := j.Decode(&n); err != nil {
		return job.Permanent(err)
	}
	return m.Acts.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := stored.Find(ctx, tx, n.CaseID)
		if err != nil {
			return err
		}
		if len(n.To) > 0 {
			return staff(ctx, tx, c, n, n.To)
		}
		if err := watching(ctx, tx, c, n); err != nil || n.Inside || !stored.See(c, stored.Anybody).Page {
			return err
		}
		list, err := stored.Followers(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		var ids []string
		for _, f := range list {
			if f.AccountID != "" && f.AccountID != n.Actor && f.AccountID != c.ReporterID {
				ids = append(ids, f.AccountID)
			}
		}
		if len(ids) > 0 { // people with accounts are told as they chose to be told of everything
			err := follows.Tell(ctx, tx, follows.News{Event: "cases.news." + n.Kind, Refs: []subject.Ref{c.Ref()}, Also: ids, Direct: true, Title: c.ShownTitle(), Path: c.Path(), Actor: n.Actor, Ref: c.Ref()}) //i18n: cases.news.*
			if err != nil {
				return err
			}
		}
		for _, f := range list {
			if f.AccountID != "" || f.Email == "" {
				continue
			}
			if err := m.Acts.Letter(ctx, tx, c, letters.To{Email: f.Email, Lang: f.Lang}, "news_"+n.Kind, "/cases/following/"+f.Token); err != nil {
				return err
			}
		}
		return nil
	})
}

// watching tells the municipality's own people who keep an eye on a case, by its number: what it says they read where their rights are asked.
func watching(ctx context.Context, tx *tenant.Tx, c *stored.Case, n acts.NewsTask) error {
	list, err := ladder.Watchers(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	var ids []string
	for _, w := range list {
		if w.AccountID != n.Actor {
			ids = append(ids, w.AccountID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return staff(ctx, tx, c, n, ids)
}

// staff tells people of the municipality news of a case by its number.
func staff(ctx context.Context, tx *tenant.Tx, c *stored.Case, n acts.NewsTask, ids []string) error {
	ref := subject.Ref{Kind: told.StaffKind, ID: c.ID}
	news := follows.News{Event: "cases.news." + n.Kind, Refs: []subject.Ref{ref}, Also: ids, Direct: true, Title: c.Number, Path: desk.WorkPath(c), Actor: n.Actor, Ref: ref} //i18n: cases.news.*
	if n.Version > 0 {
		news.Key = fmt.Sprintf("case.%s.%s.%d", n.Kind, c.ID, n.Version)
	}
	return follows.Tell(ctx, tx, news)
}
