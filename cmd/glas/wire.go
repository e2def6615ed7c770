package main

import (
	"context"

	"glas/internal/authz"
	"glas/internal/job"
	"glas/internal/limit"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/archive"
	"glas/modules/areas"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/calendars"
	"glas/modules/cases"
	"glas/modules/clocks"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/documents"
	"glas/modules/follows"
	"glas/modules/moderation"
	"glas/modules/portal"
	"glas/modules/positions"
	"glas/modules/proposals"
	"glas/modules/remarks"
	"glas/modules/reports"
	"glas/modules/roles"
	"glas/modules/streets"
	"glas/modules/terms"
	"glas/modules/texts"
	"glas/modules/topics"
	"glas/modules/votes"
	"glas/modules/votes/papers"
	"glas/tenant"
)

// parts are the modules of the product. This file and its neighbours are the only place where they meet.
type parts struct {
	accounts      *accounts.Module
	roles         *roles.Module
	areas         *areas.Module
	streets       *streets.Module
	topics        *topics.Module
	departments   *departments.Module
	calendars     *calendars.Module
	audit         *audit.Module
	moderation    *moderation.Module
	follows       *follows.Module
	attachments   *attachments.Module
	comments      *comments.Module
	votes         *votes.Module
	answers       *answers.Module
	documents     *documents.Module
	terms         *terms.Module
	clocks        *clocks.Module
	cases         *cases.Module
	consultations *consultations.Module
	remarks       *remarks.Module
	positions     *positions.Module
	proposals     *proposals.Module
	texts         *texts.Module
	reports       *reports.Module
	archive       *archive.Module
	papers        *papers.Module
	portal        *portal.Module
}

// modules lists the parts in the order of the house, from the people up.
func (p *parts) modules() []web.Module {
	return []web.Module{p.accounts, p.roles, p.areas, p.streets, p.topics, p.departments, p.calendars, p.audit, p.moderation, p.follows, p.attachments, p.comments, p.votes,
		p.answers, p.documents, p.terms, p.clocks, p.cases, p.consultations, p.remarks, p.positions, p.proposals, p.texts, p.reports, p.archive, p.papers, p.portal}
}

// newParts makes the modules from below to above. Hosts of things are known only when all are made, so they are entered last.
func (a *app) newParts() (*parts, error) {
	p := &parts{}
	p.places(a)
	p.accounts = accounts.New(accounts.Deps{
		DB: a.rows, Clock: a.clock, Catalogue: a.catalogue, Secret: a.key("accounts"), Base: a.base,
		Tries: limit.New(a.cache, a.clock), Areas: areaOptions, Departments: departmentOptions, Audit: record, Table: a.table, Data: p.personalData,
	})
	p.roles = roles.New(roles.Deps{DB: a.rows, Policies: a.policies, Changed: a.directory.PolicyChanged, Audit: record})
	p.onAnything(a)
	p.books(a)
	p.clocks = p.newClocks(a)
	var err error
	if p.cases, err = p.newCases(a); err != nil {
		return nil, err
	}
	p.consultations = consultations.New(consultations.Deps{
		DB: a.rows, Discussion: p.comments, Files: p.attachments, Vote: p.ballotButtons, Follow: follows.Button,
		Feeds: []consultations.Feed{offered(proposals.Kind, p.proposalEntries), offered(remarks.Kind, p.remarkEntries), offered(positions.Kind, p.positionEntries)}, Documents: p.documents, Catalogue: a.catalogue, Base: a.base,
	})
	p.remarks = p.newRemarks(a)
	p.positions = p.newPositions(a)
	p.proposals = proposals.New(proposals.Deps{
		DB: a.rows, Clock: a.clock, Consultations: p.consultations, Comments: p.comments, Files: p.attachments, Join: joiner{p.votes, p.comments},
	})
	p.texts = p.newTexts(a)
	p.reports = p.newReports(a)
	p.archive, p.papers = p.newArchive(a), p.newPapers(a)
	p.consultations.Plug(p.texts, p.proposals, p.remarks, p.positions, p.reports, p.archive)
	p.hosts()
	p.portal = p.newPortal(a)
	return p, nil
}

func (p *parts) places(a *app) {
	p.areas = areas.New(areas.Deps{DB: a.rows, Audit: record})
	p.streets = a.newStreets()
	p.topics = topics.New(topics.Deps{DB: a.rows, Audit: record})
	p.departments = departments.New(departments.Deps{DB: a.rows, Audit: record, Staff: p.staffOptions})
	p.calendars = calendars.New(calendars.Deps{DB: a.rows, Audit: record, Departments: departmentOptions, Preview: p.calendarEffect})
	p.audit = audit.New(a.rows, p.titles)
}

// record is the trail for those that stand beside or below it.
func record(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{Action: action, Ref: ref, Data: data})
}

// offered is a feed of things of a kind, empty where the municipality does without them.
func offered(kind string, entries consultations.Feed) consultations.Feed {
	return func(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, n int) ([]consultations.Entry, error) {
		if !tx.Tenant().Offers(kind) {
			return nil, nil
		}
		return entries(ctx, tx, c, n)
	}
}

// proposalEntries are the newest proposals in the feed of a consultation.
func (p *parts) proposalEntries(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, n int) ([]consultations.Entry, error) {
	return p.proposals.Entries(ctx, tx, c, n)
}

// trail is record as an interface.
type trail struct{}

// Record adds an act to the trail.
func (trail) Record(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error {
	return record(ctx, tx, action, ref, data)
}

// table is what roles may do in the municipality in ctx.
func (a *app) table(ctx context.Context) (*authz.Table, error) {
	t := tenant.From(ctx)
	if t == nil {
		return nil, tenant.ErrNone
	}
	return a.policies.Table(t.ID, t.PolicyVersion, func() ([][4]string, error) { return a.directory.PolicyLines(ctx, t.ID) })
}

// sessions finds out who sends a request: the operator at the bare host, people of a municipality elsewhere.
func (a *app) sessions() web.Sessions { return sessions{a} }

type sessions struct{ app *app }

// Actor implements web.Sessions.
func (s sessions) Actor(ctx context.Context, token string) (authz.Actor, error) {
	if tenant.From(ctx) == nil {
		actor, err := s.app.operators().Actor(ctx, token, s.app.clock.Now())
		actor.SessionID = token
		return actor, err
	}
	return s.app.parts.accounts.Actor(ctx, token)
}

// jobStats tells the operator about work that waits and work that failed.
func (a *app) jobStats(ctx context.Context) (job.Stats, []job.Failure, error) {
	stats, err := job.ReadStats(ctx, a.db.Read, a.clock.Now())
	if err != nil {
		return stats, nil, err
	}
	failures, err := job.Failures(ctx, a.db.Read, 50)
	return stats, failures, err
}

// recentMails shows the operator what waits to be sent for one municipality; once a mail was sent, its text is gone.
func (a *app) recentMails(ctx context.Context, tenantID string) ([]mail.Stored, error) {
	return mail.Recent(ctx, a.db.Read, tenantID, 100)
}

// retryJob has failed work tried again.
func (a *app) retryJob(ctx context.Context, id string) (bool, error) {
	ok, err := job.Retry(ctx, a.db.Write, a.clock.Now(), id)
	if ok {
		a.runner.Wake()
	}
	return ok, err
}

// personalData is what the parts keep about a person beside his account, for what he downloads.
func (p *parts) personalData(ctx context.Context, tx *tenant.Tx, accountID string) (map[string]any, error) {
	out := map[string]any{}
	for name, read := range map[string]func(ctx context.Context, tx *tenant.Tx, accountID string) (any, error){
		"proposals": proposals.Personal, "comments": comments.Personal, "votes": votes.Personal, "follows": follows.Personal, "cases": cases.Personal, "remarks": remarks.Personal, "positions": positions.Personal,
	} {
		data, err := read(ctx, tx, accountID)
		if err != nil {
			return nil, err
		}
		out[name] = data
	}
	return out, nil
}
