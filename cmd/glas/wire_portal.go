package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/a-h/templ"

	"glas/internal/authz"
	"glas/internal/db"
	"glas/internal/feed"
	"glas/internal/i18n"
	"glas/internal/search"
	"glas/internal/web/ui"
	"glas/modules/answers"
	"glas/modules/areas"
	"glas/modules/attachments"
	"glas/modules/cases"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/portal"
	"glas/modules/proposals"
	"glas/modules/topics"
	"glas/modules/votes"
	"glas/tenant"
)

// version is that of the public interface.
const version = "1"

func (a *app) operators() portal.Operators {
	return portal.Operators{Store: db.OperatorTokens{DB: a.db}}
}

func (p *parts) newPortal(a *app) *portal.Module {
	return portal.New(portal.Deps{
		DB: a.rows, Directory: a.directory, Clock: a.clock, Operators: a.operators(), Base: a.base,
		Front: p.front, Duties: p.duties, Beginnings: p.beginnings, Filters: searchFilters, Contexts: hitContexts, Title: p.title, Pages: p.pages, News: p.news,
		OpenAPI: a.openAPI,
		Jobs:    a.jobStats, RetryJob: a.retryJob, Mails: a.recentMails, Audit: record,
	})
}

// openAPI describes the public interface of the municipality in ctx.
func (a *app) openAPI(ctx context.Context) map[string]any {
	t := tenant.From(ctx)
	return a.kernel.OpenAPI(t.Name.In(ctx), version, a.base(ctx), t.Off...)
}

const (
	frontCards    = 6
	frontOutcomes = 4
	frontCases    = 4
)

// front gathers the first page: what is open, and what became of proposals.
func (p *parts) front(ctx context.Context, tx *tenant.Tx) (portal.Front, error) {
	var f portal.Front
	list, _, err := consultations.List(ctx, tx, consultations.Filter{Limit: frontCards})
	if err != nil {
		return f, err
	}
	now := tx.Now()
	for _, c := range list {
		f.Cards = append(f.Cards, consultations.CardOf(ctx, c, now, coverOf(c)))
		if next := c.NextChange(now); !next.IsZero() && (f.NextChange.IsZero() || next.Before(f.NextChange)) {
			f.NextChange = next
		}
		if f.NewPath == "" && c.IsOpen(now) && c.PhaseAt(now) != nil && c.PhaseAt(now).Switches.Allows(consultations.ActSubmit) {
			f.NewPath = c.Path() + "/proposals/new"
		}
	}
	sums, err := consultations.SumAll(ctx, tx)
	if err != nil {
		return f, err
	}
	f.Stats = []ui.Stat{{Value: i18n.Number(ctx, sums.Open), Label: i18n.N(ctx, "portal.stat.open", sums.Open)}}
	if tx.Tenant().Offers(proposals.Kind) {
		f.Stats = append(f.Stats, ui.Stat{Value: i18n.Number(ctx, sums.Proposals), Label: i18n.N(ctx, "portal.stat.proposals", sums.Proposals)})
	}
	f.Stats = append(f.Stats,
		ui.Stat{Value: i18n.Number(ctx, sums.Comments), Label: i18n.N(ctx, "portal.stat.comments", sums.Comments)},
		ui.Stat{Value: i18n.Number(ctx, sums.Votes), Label: i18n.N(ctx, "portal.stat.votes", sums.Votes)})
	if tx.Tenant().Offers(cases.Kind) {
		told, err := p.cases.Front(ctx, tx, frontCases)
		if err != nil {
			return f, err
		}
		f.Cases, f.ReportPath = told.Rows, told.ReportPath
	}
	f.Outcomes, err = p.proposals.Outcomes(ctx, tx, frontOutcomes)
	return f, err
}

// coverOf is the address of the picture of a consultation, empty when it has a drawn one.
func coverOf(c *consultations.Consultation) string {
	if c.CoverID == "" {
		return ""
	}
	return "/files/" + c.CoverID + "/" + attachments.Thumb
}

// duties are what waits for who acts in ctx.
func (p *parts) duties(ctx context.Context, tx *tenant.Tx) ([]portal.Duty, error) {
	var out []portal.Duty
	if may(ctx, "moderation.review") {
		n, err := p.moderation.Open(ctx, tx)
		if err != nil {
			return nil, err
		}
		out = append(out, portal.Duty{Label: i18n.N(ctx, "portal.duty.moderation", n), Count: int(n), Path: "/admin/moderation"})
	}
	if may(ctx, "answer.draft") && tx.Tenant().Offers(proposals.Kind) {
		q, err := p.proposals.Waiting(ctx, tx, answers.Query{Limit: 1})
		if err != nil {
			return nil, err
		}
		n := q.Total - q.Answered
		out = append(out, portal.Duty{Label: i18n.N(ctx, "portal.duty.answers", n), Count: int(n), Path: "/admin/answers", Late: !q.DueAt.IsZero() && q.DueAt.Before(tx.Now())})
	}
	for _, queue := range cases.Queues() {
		if !tx.Tenant().Offers(cases.Kind) {
			break
		}
		n, path, err := cases.Waiting(ctx, tx, queue)
		if err != nil {
			return nil, err
		}
		if path != "" {
			out = append(out, portal.Duty{Label: i18n.N(ctx, "casedesk.duty."+queue, n), Count: n, Path: path, Late: queue == "overdue" && n > 0}) //i18n: casedesk.duty.*
		}
	}
	if tx.Tenant().Offers(cases.Kind) {
		n, late, path, err := cases.ToCall(ctx, tx)
		if err != nil {
			return nil, err
		}
		if path != "" {
			out = append(out, portal.Duty{Label: i18n.N(ctx, "casedesk.duty.calls", n), Count: n, Path: path, Late: late})
		}
	}
	if may(ctx, "association.verify") {
		n, err := p.accounts.Applied(ctx, tx)
		if err != nil {
			return nil, err
		}
		out = append(out, portal.Duty{Label: i18n.N(ctx, "portal.duty.associations", n), Count: int(n), Path: "/admin/associations"})
	}
	if may(ctx, "consultation.edit") {
		list, _, err := consultations.List(ctx, tx, consultations.Filter{Staff: true, State: consultations.Draft, Limit: 100})
		if err != nil {
			return nil, err
		}
		n := len(list)
		out = append(out, portal.Duty{Label: i18n.N(ctx, "portal.duty.drafts", n), Count: n, Path: "/admin/consultations?state=draft"})
	}
	return out, nil
}

// beginnings is what a new municipality has made of itself so far.
func (p *parts) beginnings(ctx context.Context, tx *tenant.Tx) (b portal.Beginnings, err error) {
	haveDepartments, err := departments.All(ctx, tx)
	if err != nil {
		return b, err
	}
	haveTopics, err := topics.All(ctx, tx)
	if err != nil {
		return b, err
	}
	staff, err := p.accounts.StaffOf(ctx, tx, "staff.enter")
	if err != nil {
		return b, err
	}
	list, _, err := consultations.List(ctx, tx, consultations.Filter{Staff: true, Limit: 1})
	return portal.Beginnings{Departments: len(haveDepartments), Topics: len(haveTopics), Consultations: len(list), Staff: len(staff)}, err
}

func may(ctx context.Context, permission string) bool {
	return authz.Can(ctx, permission, authz.Resource{}).Allowed
}

func searchFilters(ctx context.Context, tx *tenant.Tx) (inAreas, aboutTopics []ui.Option, err error) {
	if inAreas, err = areas.Options(ctx, tx); err != nil {
		return nil, nil, err
	}
	aboutTopics, err = topics.Options(ctx, tx)
	return inAreas, aboutTopics, err
}

// hitContexts names the consultations that hits belong to as the reader reads them: what is found was stored in one language.
func hitContexts(ctx context.Context, tx *tenant.Tx, hits []search.Hit) error {
	var ids []string
	for _, h := range hits {
		if h.ConsultationID != "" && h.Context != "" {
			ids = append(ids, h.ConsultationID)
		}
	}
	found, err := consultations.LoadMany(ctx, tx, ids)
	if err != nil {
		return err
	}
	for i := range hits {
		if c := found[hits[i].ConsultationID]; c != nil {
			inWords(ctx, &hits[i], c)
		}
	}
	return nil
}

// inWords puts the title of c where a hit bears it: a comment as its own title, the rest in the line that says where it belongs.
func inWords(ctx context.Context, h *search.Hit, c *consultations.Consultation) {
	for _, title := range c.Title {
		switch {
		case title == "" || !strings.Contains(h.Context, title):
			continue
		case h.Context == h.Title && h.Title == title:
			here := c.Title.In(ctx)
			if here != title {
				h.Title, h.TitleParts = here, []search.Segment{{Text: here}}
			}
			h.TitleLang = cmp.Or(c.Title.Other(ctx), i18n.Lang(ctx))
		case h.Context != h.Title:
			h.Context = strings.Replace(h.Context, title, c.Title.In(ctx), 1)
		}
		return
	}
}

// title finds the title of a public thing by the last part of its address.
func (p *parts) title(ctx context.Context, tx *tenant.Tx, kind, slug string) (string, error) {
	if !tx.Tenant().Offers(kind) {
		return "", nil
	}
	switch kind {
	case consultations.Kind:
		c, err := consultations.Find(ctx, tx, slug)
		if err != nil {
			return "", err
		}
		return c.Title.In(ctx), nil
	case proposals.Kind:
		return p.proposals.TitleOf(ctx, tx, slug)
	}
	return "", nil
}

// sitemapPages bounds the sitemap; search engines take 50,000.
const sitemapPages = 5000

// pages are the public consultations and proposals, newest first.
func (p *parts) pages(ctx context.Context, tx *tenant.Tx) ([]portal.SitemapPage, error) {
	var out []portal.SitemapPage
	list, _, err := consultations.List(ctx, tx, consultations.Filter{Limit: 1000})
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		out = append(out, portal.SitemapPage{Path: c.Path(), Changed: c.UpdatedAt})
	}
	newest, _, err := proposals.List(ctx, tx, proposals.Filter{Sort: proposals.SortNewest, Limit: sitemapPages})
	for _, one := range newest {
		out = append(out, portal.SitemapPage{Path: one.Path(), Changed: one.UpdatedAt})
	}
	if err != nil || !tx.Tenant().Offers(cases.Kind) {
		return out, err
	}
	told, err := cases.Newest(ctx, tx, sitemapPages)
	for _, one := range told {
		out = append(out, portal.SitemapPage{Path: one.Path(), Changed: one.UpdatedAt})
	}
	return out, err
}

// feedEntries is how many pieces of news the feed of a municipality has.
const feedEntries = 30

// news are the newest consultations and proposals of the municipality, for its feed.
func (p *parts) news(ctx context.Context, tx *tenant.Tx) ([]feed.Entry, error) {
	var out []feed.Entry
	list, _, err := consultations.List(ctx, tx, consultations.Filter{Limit: feedEntries})
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		out = append(out, feed.Entry{ID: c.ID, Title: c.Title.In(ctx), Path: c.Path(), Summary: c.Summary.In(ctx), Updated: c.UpdatedAt, Published: c.PublishedAt})
	}
	newest, _, err := proposals.List(ctx, tx, proposals.Filter{Sort: proposals.SortNewest, Limit: feedEntries})
	for _, one := range newest {
		out = append(out, feed.Entry{ID: one.ID, Title: one.Title, Path: one.Path(), Summary: one.Excerpt, Updated: one.PublishedAt, Published: one.PublishedAt})
	}
	return out, err
}

// ballotButtons are the buttons of a ballot for who acts in ctx, and below them the frozen result when voting is over.
func (p *parts) ballotButtons(ctx context.Context, tx *tenant.Tx, b votes.Ballot) (templ.Component, error) {
	views, err := votes.For(ctx, tx, []votes.Ballot{b})
	if err != nil || !b.Over(tx.Now()) {
		return votes.Form(views[b.Ref]), err
	}
	result, err := votes.Snapshot(ctx, tx, b.Ref)
	return templ.Join(votes.Form(views[b.Ref]), votes.ResultBlock(result)), err
}
