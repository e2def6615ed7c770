package main

import (
	"context"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/areas"
	"glas/modules/attachments"
	"glas/modules/cases"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/follows"
	"glas/modules/moderation"
	"glas/modules/positions"
	"glas/modules/proposals"
	"glas/modules/remarks"
	"glas/modules/topics"
	"glas/modules/votes"
	"glas/tenant"
)

// onAnything makes the parts that work on whatever has a host.
func (p *parts) onAnything(a *app) {
	p.moderation = moderation.New(moderation.Deps{DB: a.rows, Catalogue: a.catalogue, People: p.accounts, Audit: record, Base: a.base, Hosts: map[string]moderation.Host{}, Public: consultationPublic})
	p.follows = follows.New(follows.Deps{
		DB: a.rows, Catalogue: a.catalogue, Key: a.key("subscriptions"), Base: a.base, Kinds: map[string]follows.Kind{}, Supporters: votes.Supporters,
		Participants: consultations.Participants, Asked: remarks.Authors,
	})
	p.attachments = attachments.New(attachments.Deps{DB: a.rows, Store: a.blobs})
	p.comments = comments.New(comments.Deps{
		DB: a.rows, Hosts: map[string]comments.Host{}, Gate: p.moderation, Ballots: commentBallots{}, Hints: moderation.Hints, Trail: trail{},
		ReportPath: func(ref subject.Ref) string { return "/report/" + ref.Kind + "/" + ref.ID },
	})
	p.votes = votes.New(votes.Deps{DB: a.rows, Clock: a.clock, Hosts: map[string]votes.Host{}, Audit: record})
	p.answers = answers.New(answers.Deps{DB: a.rows, Files: p.attachments, FileList: attachments.List, Trail: trail{}, Consultations: consultationOptions})
}

// hosts enters who owns which kind of thing, now that all parts are made.
func (p *parts) hosts() {
	p.comments.Hosts[consultations.Kind] = p.consultations
	p.comments.Hosts[proposals.Kind] = p.proposals
	p.votes.Hosts[consultations.Kind] = p.consultations
	p.votes.Hosts[proposals.Kind] = p.proposals
	p.votes.Hosts[comments.Kind] = commentVotes{p.comments}
	p.moderation.Hosts[proposals.Kind] = p.proposals
	p.moderation.Hosts[remarks.Kind] = p.remarks
	p.moderation.Hosts[positions.Kind] = p.positions
	p.moderation.Hosts[comments.Kind] = heldComments{p.comments}
	p.moderation.Hosts[cases.Kind] = p.cases
	p.answers.Kinds = []answers.Kind{{Name: proposals.Kind, Label: "answers.kind.proposal", Host: p.proposals}}
	p.follows.Kinds[proposals.Kind] = follows.Kind{Cards: p.proposals.Cards}
	p.follows.Kinds[consultations.Kind] = follows.Kind{Cards: consultationCards}
	p.follows.Kinds[topics.Kind] = follows.Kind{Cards: topicCards}
	p.follows.Kinds[areas.Kind] = follows.Kind{Cards: areaCards}
	p.follows.Kinds[cases.Kind] = follows.Kind{Cards: p.cases.Cards, Closed: true} // cases keep their followers themselves, with and without accounts
	p.follows.Kinds[cases.StaffKind] = follows.Kind{Cards: p.cases.StaffCards, Closed: true}
	p.follows.Kinds[comments.Kind] = follows.Kind{Cards: p.commentCards, Closed: true}
}

// commentVotes lets comments be voted on.
type commentVotes struct{ comments *comments.Module }

// Ballots implements votes.Host.
func (h commentVotes) Ballots(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]votes.Ballot, error) {
	targets, err := h.comments.VoteTargets(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]votes.Ballot, len(targets))
	for id, t := range targets {
		out[id] = votes.Ballot{Ref: t.Ref, Kind: votes.Helpful, Scope: "", Decision: t.Decision, Judge: t.Judge, ClosesAt: t.ClosesAt, Title: t.Title, Path: t.Path}
	}
	return out, nil
}

// Tallied implements votes.Host.
func (h commentVotes) Tallied(ctx context.Context, tx *tenant.Tx, totals []votes.Total) error {
	for _, t := range totals {
		if err := h.comments.CountVotes(ctx, tx, t.Ref.ID, t.Up, t.Down); err != nil {
			return err
		}
	}
	return nil
}

// commentBallots tells comments how a person voted on them.
type commentBallots struct{}

// Mine implements comments.Ballots.
func (commentBallots) Mine(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]int, error) {
	refs := make([]subject.Ref, len(ids))
	for i, id := range ids {
		refs[i] = subject.Ref{Kind: comments.Kind, ID: id}
	}
	mine, err := votes.Mine(ctx, tx, refs)
	out := make(map[string]int, len(mine))
	for ref, v := range mine {
		out[ref.ID] = v.Number()
	}
	return out, err
}

// heldComments puts comments before moderators.
type heldComments struct{ comments *comments.Module }

// Held implements moderation.Host.
func (h heldComments) Held(ctx context.Context, tx *tenant.Tx, id string) (moderation.Item, error) {
	c, err := h.comments.Held(ctx, tx, id)
	return moderation.Item{Ref: c.Ref, Title: c.Title, Path: c.Path, Text: c.Text, Lang: c.Lang, AuthorID: c.AuthorID, AuthorName: c.AuthorName,
		State: string(c.State), CreatedAt: c.CreatedAt, ConsultationID: c.ConsultationID}, err
}

// Decide implements moderation.Host.
func (h heldComments) Decide(ctx context.Context, tx *tenant.Tx, id string, r moderation.Ruling) error {
	return h.comments.Decide(ctx, tx, id, comments.Ruling{Verdict: comments.Verdict(r.Verdict), Reason: r.Reason, Rule: r.Rule})
}

// joiner carries votes and discussion over when two proposals are joined.
type joiner struct {
	votes    *votes.Module
	comments *comments.Module
}

// JoinVotes implements proposals.Joiner.
func (j joiner) JoinVotes(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error {
	return j.votes.Join(ctx, tx, from, to)
}

// MoveComments implements proposals.Joiner.
func (j joiner) MoveComments(ctx context.Context, tx *tenant.Tx, from, to subject.Ref) error {
	return j.comments.Move(ctx, tx, from, to)
}

func areaOptions(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error) {
	return areas.Options(ctx, tx)
}
func departmentOptions(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error) {
	return departments.Options(ctx, tx)
}

// staffOptions are the people who can head a department.
func (p *parts) staffOptions(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error) {
	ids, err := p.accounts.StaffOf(ctx, tx, "staff.enter")
	if err != nil {
		return nil, err
	}
	people, err := accounts.Addresses(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	for _, id := range ids {
		if who, ok := people[id]; ok {
			out = append(out, ui.Option{Value: id, Label: who.Name})
		}
	}
	return out, nil
}

// consultationOptions are the consultations whose things wait for answers.
func consultationOptions(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error) {
	list, _, err := consultations.List(ctx, tx, consultations.Filter{Limit: 100})
	var out []ui.Option
	for _, c := range list {
		out = append(out, ui.Option{Value: c.ID, Label: c.Title.In(ctx)})
	}
	return out, err
}

// consultationCards are consultations as news and subscriptions show them.
func consultationCards(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error) {
	found, err := consultations.LoadMany(ctx, tx, ids)
	out := make(map[string]subject.Card, len(found))
	for id, c := range found {
		out[id] = c.Card(ctx, tx.Now())
	}
	return out, err
}

// consultationPublic reports whether who acts in ctx may see a consultation.
func consultationPublic(ctx context.Context, tx *tenant.Tx, consultationID string) (bool, error) {
	c, err := consultations.Load(ctx, tx, consultationID)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	return err == nil && (c.Visible(tx.Now()) || authz.Can(ctx, "consultation.preview", authz.Resource{}).Allowed), err
}

func topicCards(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error) {
	all, err := topics.Map(ctx, tx)
	out := map[string]subject.Card{}
	for _, id := range ids {
		if t, ok := all[id]; ok {
			out[id] = subject.Card{Ref: subject.Ref{Kind: topics.Kind, ID: id}, Title: t.Name.In(ctx), Path: "/consultations?topic=" + id, Visible: true}
		}
	}
	return out, err
}

func areaCards(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error) {
	all, err := areas.Map(ctx, tx)
	out := map[string]subject.Card{}
	for _, id := range ids {
		if t, ok := all[id]; ok {
			out[id] = subject.Card{Ref: subject.Ref{Kind: areas.Kind, ID: id}, Title: t.Name.In(ctx), Path: "/consultations?area=" + id, Visible: true}
		}
	}
	return out, err
}

// commentCards are comments as news tell of them.
func (p *parts) commentCards(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]subject.Card, error) {
	targets, err := p.comments.VoteTargets(ctx, tx, ids)
	out := make(map[string]subject.Card, len(targets))
	for id, t := range targets {
		out[id] = subject.Card{Ref: t.Ref, Title: t.Title, Path: t.Path, Visible: true}
	}
	return out, err
}

// titles are what things are called to staff, for the record of what was done: by what who reads may open, by what can be found, and
// by name for people, departments, areas and topics.
func (p *parts) titles(ctx context.Context, tx *tenant.Tx, refs []subject.Ref) (map[subject.Ref]string, error) {
	out, err := tx.Titles(ctx, refs)
	if err != nil {
		return nil, err
	}
	for kind, ids := range subject.ByKind(refs) {
		named := map[string]string{}
		switch host, ok := p.follows.Kinds[kind]; {
		case kind == "" || kind == "account" || kind == departments.Kind:
			named, err = namesOf(ctx, tx, ids)
		case ok:
			cards, failed := host.Cards(ctx, tx, ids)
			for id, c := range cards {
				named[id] = c.Title
			}
			err = failed
		}
		if err != nil {
			return nil, err
		}
		for id, name := range named {
			if name != "" {
				out[subject.Ref{Kind: kind, ID: id}] = name
			}
		}
	}
	return out, nil
}

// namesOf are the names of people, departments, areas and topics.
func namesOf(ctx context.Context, tx *tenant.Tx, ids []string) (map[string]string, error) {
	people, err := accounts.Addresses(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(ids))
	for id, p := range people {
		out[id] = p.Name
	}
	units, err := departments.Map(ctx, tx)
	if err != nil {
		return nil, err
	}
	parts, err := areas.Map(ctx, tx)
	if err != nil {
		return nil, err
	}
	themes, err := topics.Map(ctx, tx)
	for _, id := range ids {
		for _, name := range []i18n.Text{units[id].Name, parts[id].Name, themes[id].Name} {
			if len(name) > 0 {
				out[id] = name.In(ctx)
			}
		}
	}
	return out, err
}
