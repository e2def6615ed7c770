package proposals

import (
	"context"

	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/proposals/internal/stored"
	"glas/modules/streets"
	"glas/modules/votes"
	"glas/tenant"
)

// listRow is a proposal for the shared component. The vote stands at its side when it is one press whose count may be seen.
func listRow(ctx context.Context, r row, n *stored.Names, all bool) ui.ListRowData {
	p := r.Proposal
	d := ui.ListRowData{Href: i18n.Href(ctx, p.Path()), Title: p.Title, Text: p.Excerpt, Pill: statePill(ctx, p), Meta: rowMeta(ctx, r, n, all),
		Answer: answerLine(ctx, p, n), ID: "p-" + p.ID, Lang: i18n.Other(ctx, p.Lang)}
	if p.State == Withdrawn || p.State == Hidden {
		d.Text = p.Reason
	}
	if boxed(r) {
		d.Vote = r.vote.Box(ctx)
	}
	return d
}

// boxed reports whether the vote on a proposal fits at the side of a row.
func boxed(r row) bool { return r.vote != nil && r.vote.Ballot.Kind == votes.Support && r.vote.Shown }

// byline is who proposes, with a badge for those who speak for others.
func byline(ctx context.Context, b accounts.Byline) ui.MetaItem {
	item := ui.MetaItem{Text: accounts.BylineName(ctx, b)}
	switch b.AuthorKind {
	case accounts.AuthorAssociation:
		item.Badge = "association"
	case accounts.AuthorStaff:
		item.Badge = "municipality"
	}
	return item
}

func rowMeta(ctx context.Context, r row, n *stored.Names, all bool) []ui.MetaItem {
	out := []ui.MetaItem{byline(ctx, r.Byline)}
	if s := whereabouts(ctx, r.Proposal, n); s != "" {
		out = append(out, ui.MetaItem{Text: s})
	}
	if r.CommentCount > 0 {
		out = append(out, ui.MetaItem{Text: i18n.N(ctx, "n.comment", r.CommentCount)})
	}
	if all {
		out = append(out, ui.MetaItem{Text: r.c.Title.In(ctx), Href: i18n.Href(ctx, tabPath(r.c))})
	}
	return out
}

// whereabouts is the place in words: what was typed, else the area.
func whereabouts(ctx context.Context, p *Proposal, n *stored.Names) string {
	if p.Place != "" {
		return p.Place
	}
	return n.ByArea[p.AreaID].In(ctx)
}

// statePill says the state of a proposal that is not simply public.
func statePill(ctx context.Context, p *Proposal) *ui.PillData {
	kind := map[State]string{Draft: "draft", Waiting: "waiting", Withdrawn: "closed", Merged: "closed", Hidden: "danger"}[p.State]
	if kind == "" {
		return nil
	}
	return &ui.PillData{Kind: kind, Text: i18n.T(ctx, "proposals.state."+string(p.State))} //i18n: proposals.state.*
}

// headPill is the state at the top of the page: its own, else that of the answer.
func headPill(ctx context.Context, d pageData) *ui.PillData {
	if pill := statePill(ctx, d.Proposal); pill != nil || d.answer == nil {
		return pill
	}
	pill := answers.Pill(ctx, d.answer)
	return &pill
}

// answerLine is the published answer in short, under the municipality's own label.
func answerLine(ctx context.Context, p *Proposal, n *stored.Names) *ui.AnswerData {
	if p.Answer == nil || p.State != Published {
		return nil
	}
	a := p.Answer
	words, lang := a.Text.Pick(i18n.Lang(ctx), tenant.From(ctx).Default())
	return &ui.AnswerData{Kind: answers.Colour(n.Labels, a.State), State: answers.Label(ctx, n.Labels, a.State), Department: n.Departments[a.DepartmentID].In(ctx),
		Text: words, Lang: i18n.Other(ctx, lang)}
}

// happened is what became of a proposal, in order of time.
func happened(ctx context.Context, d pageData) []ui.TimelineItem {
	var out []ui.TimelineItem
	add := func(id, when, text, href string) {
		out = append(out, ui.TimelineItem{Title: i18n.T(ctx, id), When: when, Text: text, Href: href, State: ui.Past})
	}
	if !d.PublishedAt.IsZero() {
		add("proposals.happened.submitted", i18n.Date(ctx, d.PublishedAt), "", "")
	}
	if !d.EditedAt.IsZero() {
		add("proposals.happened.edited", i18n.Date(ctx, d.EditedAt), "", i18n.Href(ctx, d.Path()+"/history"))
	}
	if n := len(d.joined); n > 0 {
		add("proposals.happened.joined", i18n.Date(ctx, d.joined[n-1].ClosedAt), i18n.N(ctx, "n.proposal", n), "")
	}
	if d.answer != nil {
		add("proposals.happened.answered", i18n.Date(ctx, d.answer.PublishedAt), d.answer.StateLabel(ctx), i18n.Href(ctx, d.answer.Path()))
	} else if !d.c.AnswerBy.IsZero() && d.State == Published {
		out = append(out, ui.TimelineItem{Title: i18n.T(ctx, "proposals.happened.promised"), When: i18n.T(ctx, "time.until_inclusive", "Date", i18n.DayMonth(ctx, d.c.AnswerBy)), State: ui.Future})
	}
	if d.State == Withdrawn {
		add("proposals.happened.withdrawn", i18n.Date(ctx, d.ClosedAt), "", "")
	}
	return out
}

// sideFacts are the facts beside a proposal.
func sideFacts(ctx context.Context, d pageData) []ui.Fact {
	var out []ui.Fact
	add := func(id, text, href string) {
		if text != "" {
			out = append(out, ui.Fact{Term: i18n.T(ctx, id), Text: text, Href: href})
		}
	}
	if d.vote != nil {
		out = append(out, d.vote.Facts(ctx)...)
	}
	add("proposals.fact.consultation", d.c.Title.In(ctx), i18n.Href(ctx, tabPath(d.c)))
	add("proposals.fact.topic", d.names.ByTopic[d.TopicID].In(ctx), i18n.Href(ctx, tabPath(d.c)+"?topic="+d.TopicID))
	add("common.area", d.names.ByArea[d.AreaID].In(ctx), i18n.Href(ctx, tabPath(d.c)+"?area="+d.AreaID))
	add("common.location", d.Place, "")
	add("proposals.fact.number", i18n.Number(ctx, d.Number), "")
	return out
}

// listMap is the map of a list.
func listMap(ctx context.Context, d listData) ui.MapData {
	out := streets.MapOf(ctx, tenant.From(ctx), i18n.T(ctx, "proposals.map.label"))
	f := d.filter
	f.After, f.Sort, f.Box = "", "", nil // the part that is seen is asked for
	address := d.href(f)
	out.MarkersURL = i18n.Href(ctx, d.base+"/map.json"+address[len(d.base):])
	out.Tall = true
	if b := d.filter.Box; b != nil {
		out.Lat, out.Lng, out.Zoom = (b.South+b.North)/2, (b.West+b.East)/2, b.Zoom()
	}
	return out
}

// pageMap is the place of one proposal.
func pageMap(ctx context.Context, p *Proposal) ui.MapData {
	d := streets.MapOf(ctx, tenant.From(ctx), i18n.T(ctx, "proposals.map.place"))
	d.Lat, d.Lng, d.Zoom = *p.Lat, *p.Lng, 16
	d.Markers = []ui.Marker{{Lat: *p.Lat, Lng: *p.Lng, Label: p.Title, Text: p.Place}}
	return d
}

func sortOptions(ctx context.Context, d listData) []ui.Option {
	var out []ui.Option
	for _, s := range stored.SortsOf(d.c, d.now) {
		out = append(out, ui.Option{Value: s, Label: i18n.T(ctx, "proposals.sort."+s)}) //i18n: proposals.sort.*
	}
	return out
}

func statusOptions(ctx context.Context, n *stored.Names) []ui.Option {
	out := []ui.Option{{Value: stored.StatusUnanswered, Label: i18n.T(ctx, "proposals.status.unanswered")}}
	for _, s := range answers.States() {
		out = append(out, ui.Option{Value: string(s), Label: answers.Label(ctx, n.Labels, s)})
	}
	return append(out, ui.Option{Value: stored.StatusWithdrawn, Label: i18n.T(ctx, "proposals.state.withdrawn")})
}

func ofOptions(ctx context.Context, signedIn bool) []ui.Option {
	var out []ui.Option
	list := []string{OfAssociations, OfMunicipality}
	if signedIn {
		list = append([]string{OfMine, OfFollowed}, list...)
	}
	for _, s := range list {
		out = append(out, ui.Option{Value: s, Label: i18n.T(ctx, "proposals.of_whom."+s)}) //i18n: proposals.of_whom.*
	}
	return out
}

// softHints are friendly remarks on the manner of a text; they refuse nothing.
func softHints(ctx context.Context, p *Proposal) []string {
	var out []string
	for _, id := range text.Hints(p.Title + "\n" + p.Body) {
		out = append(out, i18n.T(ctx, id))
	}
	return out
}
