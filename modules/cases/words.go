package cases

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/streets"
	"glas/tenant"
)

// stateName is the state as everybody reads it.
func stateName(ctx context.Context, s stored.State) string {
	return i18n.T(ctx, "cases.state."+string(s.PublicState())) //i18n: cases.state.*
}

// statePill is the state in word and shape.
func statePill(ctx context.Context, c *stored.Case) *ui.PillData {
	kind := "open"
	switch c.State.PublicState() {
	case stored.Resolved, stored.Answered:
		kind = "answered"
	case stored.Rejected, stored.Merged, stored.Withdrawn, stored.Referred:
		kind = "closed"
	case stored.WaitingReporter, stored.WaitingExternal:
		kind = "waiting"
	case stored.Scheduled:
		kind = "soon"
	case stored.Unconfirmed:
		kind = "draft"
	case stored.Spam:
		kind = "danger"
	}
	return &ui.PillData{Kind: kind, Text: stateName(ctx, c.State)}
}

// listRow is a case in a list. mine are the reader's own, with what he typed.
func listRow(ctx context.Context, d listData, c *stored.Case) ui.ListRowData {
	s := stored.See(c, stored.Anybody)
	if d.filter.Mine != "" {
		s = stored.See(c, stored.Reporter)
	}
	title, body := c.ShownTitle(), c.ShownBody()
	if d.filter.Mine != "" && !c.Published {
		title, body = c.Title, c.Body
	}
	row := ui.ListRowData{ID: "case-" + c.ID, Href: i18n.Href(ctx, c.Path()), Title: title, Text: text.Excerpt(body, 180), Pill: statePill(ctx, c), Lang: i18n.Other(ctx, c.ShownLang())}
	add := func(text string) {
		if text != "" {
			row.Meta = append(row.Meta, ui.MetaItem{Text: text})
		}
	}
	add(d.names.KindName(ctx, c.Kind))
	add(d.names.TopicName(c.TopicID).In(ctx))
	add(s.AddressFor(c))
	if !c.RegisteredAt.IsZero() {
		add(i18n.Date(ctx, c.RegisteredAt))
	}
	if c.Supports > 0 {
		add(i18n.N(ctx, "cases.supports", c.Supports))
	}
	row.Answer = outcome(ctx, d.names, d.town, c)
	if d.asMap { // beside the map there is room for what and where, and what became of it
		row.Text = ""
		if row.Answer != nil {
			row.Answer.Text = ""
		}
	}
	return row
}

// outcome is what became of a case, in short; nil while nothing has. That another authority was told and the reporter with it is as much an
// outcome as an answer.
func outcome(ctx context.Context, n *listed.Names, town *tenant.Tenant, c *stored.Case) *ui.AnswerData {
	if c.State == stored.Referred {
		out := &ui.AnswerData{Kind: "explained", State: stateName(ctx, c.State), Text: text.Excerpt(c.Reason, 200), Lang: i18n.Other(ctx, c.ShownLang())}
		if b := n.Body(c.BodyID); b != nil {
			out.State = i18n.T(ctx, "cases.outcome.referred", "Body", b.Name.In(ctx))
		}
		return out
	}
	words, lang := c.Answer.Pick(i18n.Lang(ctx), town.Default())
	if words == "" {
		return nil
	}
	return &ui.AnswerData{Kind: answerKind(c.State), State: stateName(ctx, c.State), Department: n.DepartmentName(c.DepartmentID).In(ctx), Text: text.Excerpt(words, 200), Lang: i18n.Other(ctx, lang)}
}

func answerKind(s stored.State) string {
	switch s {
	case stored.Resolved, stored.Answered:
		return "accepted"
	case stored.Rejected:
		return "rejected"
	}
	return "explained"
}

// href is the address of the list with a filter, without a language prefix.
func (d listData) href(f listed.Filter) string { return hrefOf(f, d.asMap) }

func hrefOf(f listed.Filter, asMap bool) string {
	q := url.Values{}
	for name, value := range map[string]string{"kind": f.Kind, "topic": f.TopicID, "area": f.AreaID, "state": string(f.Group), "sort": f.Sort, "after": f.After} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Mine != "" {
		q.Set("mine", "1")
	}
	if f.Box != nil {
		q.Set("bbox", f.Box.String())
	}
	if asMap {
		q.Set("view", "map")
	}
	if len(q) == 0 {
		return listPath
	}
	return listPath + "?" + q.Encode()
}

// listMap is the map of the list.
func listMap(ctx context.Context, d listData) ui.MapData {
	out := streets.MapOf(ctx, d.town, i18n.T(ctx, "cases.map.label"))
	f := d.filter
	f.After, f.Sort, f.Mine, f.Box = "", "", "", nil // the part that is seen is asked for
	address := hrefOf(f, true)
	out.MarkersURL = i18n.Href(ctx, listPath+"/map.json"+address[len(listPath):])
	out.ListURL = i18n.Href(ctx, address)
	out.Tall, out.Beside = true, true
	if b := d.filter.Box; b != nil {
		out.Lat, out.Lng, out.Zoom = (b.South+b.North)/2, (b.West+b.East)/2, geo.Zoom(*b, 600, 500)
	}
	return out
}

// caseMap is the place of one case as far as who looks may know it.
func caseMap(ctx context.Context, d pageData) (ui.MapData, bool) {
	lat, lng, ok := d.sight.PlaceFor(d.Case)
	if !ok {
		return ui.MapData{}, false
	}
	out := streets.MapOf(ctx, d.town, i18n.T(ctx, "cases.map.place"))
	out.Lat, out.Lng, out.Zoom = lat, lng, 16
	title, _, _ := d.words()
	out.Markers = []ui.Marker{{Lat: lat, Lng: lng, Label: title}}
	return out, true
}

func kindOptions(ctx context.Context, n *listed.Names) []ui.Option {
	var out []ui.Option
	for _, k := range n.Kinds {
		o := ui.Option{Value: k.Code, Label: n.KindName(ctx, k.Code)}
		if len(k.Hint) > 0 {
			o.Help = k.Hint.In(ctx)
		} else if slices.Contains([]string{stored.Defect, stored.Initiative, stored.Complaint, stored.Praise, stored.Query}, k.Code) {
			o.Help = i18n.T(ctx, "cases.kind_help."+k.Code) //i18n: cases.kind_help.*
		}
		out = append(out, o)
	}
	return out
}

func groupOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: string(stored.GroupOpen), Label: i18n.T(ctx, "cases.group.open")}, {Value: string(stored.GroupPaused), Label: i18n.T(ctx, "cases.group.paused")},
		{Value: string(stored.GroupClosed), Label: i18n.T(ctx, "cases.group.closed")}}
}

func sortOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, s := range listed.Sorts() {
		out = append(out, ui.Option{Value: s, Label: i18n.T(ctx, "cases.sort."+s)}) //i18n: cases.sort.*
	}
	return out
}

// facts are those beside a case.
func facts(ctx context.Context, d pageData) []ui.Fact {
	var out []ui.Fact
	add := func(id, text, href string) {
		if text != "" {
			out = append(out, ui.Fact{Term: i18n.T(ctx, id), Text: text, Href: href})
		}
	}
	add("cases.fact.number", d.Number, "")
	add("cases.fact.kind", d.names.KindName(ctx, d.Kind), "")
	add("cases.fact.topic", d.names.TopicName(d.TopicID).In(ctx), "")
	add("common.location", d.sight.AddressFor(d.Case), "")
	add("common.area", d.names.AreaName(d.AreaID).In(ctx), "")
	add("cases.fact.reported", day(ctx, d.RegisteredAt), "")
	if d.sight.Name && d.ReporterName != "" {
		add("cases.fact.reporter", d.ReporterName, "")
	}
	add("cases.fact.department", d.names.DepartmentName(d.DepartmentID).In(ctx), "")
	if d.State == stored.Scheduled {
		add("cases.fact.planned", day(ctx, d.PlannedAt), "")
	}
	if d.State.Running() {
		add("cases.fact.promised", day(ctx, d.PromiseAt), "")
	}
	if d.body != nil {
		add("cases.fact.body", d.body.Name.In(ctx), "")
	}
	replies := d.Answers
	if d.sight.Words != stored.OriginalWords {
		replies = d.names.OpenReplies(d.Case)
	}
	for _, r := range replies {
		out = append(out, ui.Fact{Term: r.Label, Text: d.names.ReplyWords(ctx, d.TopicID, r)})
	}
	return out
}

func day(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.Date(ctx, t)
}

// happened is what became of a case, in order of time.
func happened(ctx context.Context, d pageData) []ui.TimelineItem {
	var out []ui.TimelineItem
	for _, e := range d.events {
		if e.Action == stored.Confirm {
			continue // the report itself says as much
		}
		out = append(out, ui.TimelineItem{Title: i18n.T(ctx, "cases.did."+string(e.Action)), When: i18n.DateTime(ctx, e.At), State: ui.Past}) //i18n: cases.did.*
	}
	if d.State.Running() && !d.PromiseAt.IsZero() {
		out = append(out, ui.TimelineItem{Title: i18n.T(ctx, "cases.did.promised"), When: i18n.T(ctx, "time.until_inclusive", "Date", i18n.Date(ctx, d.PromiseAt)), State: ui.Future})
	}
	return out
}

// answerBlock is one answer for the shared component.
func answerBlock(ctx context.Context, d pageData, a stored.CaseAnswer) ui.AnswerData {
	words, lang := a.Body.Pick(i18n.Lang(ctx), d.town.Default())
	out := ui.AnswerData{Kind: "explained", State: i18n.T(ctx, "cases.answer.interim"), Department: d.names.DepartmentName(a.DepartmentID).In(ctx), Date: i18n.Date(ctx, a.PublishedAt),
		HTML: text.Markdown(words), Lang: i18n.Other(ctx, lang)}
	if a.Final {
		out.Kind, out.State = answerKind(a.Outcome), stateName(ctx, a.Outcome)
	} else if !a.PromiseAt.IsZero() {
		out.State = i18n.T(ctx, "cases.answer.promise", "Date", i18n.Date(ctx, a.PromiseAt))
	}
	return out
}

// canReopen reports whether the reporter may ask to look again now.
func (d *pageData) canReopen() bool {
	return d.State.Can(stored.RequestReopen) && d.reopens > 0 && !d.now.After(d.ClosedAt.AddDate(0, 0, d.reopens))
}

// act is the address that the acts of the reporter are sent to.
func (d *pageData) act(name string) string { return d.TokenPath() + "/" + name }

// questionsOf are the questions of a topic that the form names.
func questionsOf(d reportData) []stored.Question {
	if t := d.names.Topic(d.form.Value("topic")); t != nil {
		return t.Questions
	}
	return nil
}

// shownAs says who will see what is about to be sent.
func shownAs(ctx context.Context, d reportData) string {
	g := d.names.Govern(d.form.Value("kind"), d.form.Value("topic"))
	if d.form.Value("private") != "" || !g.Visibility.Open() {
		return i18n.T(ctx, "cases.shown.private")
	}
	return i18n.T(ctx, "cases.shown."+string(g.PublishMode)) //i18n: cases.shown.*
}

// placeWord says how exactly everybody knows a place.
func placeWord(ctx context.Context, l stored.Location) string {
	if l == "" {
		l = stored.Exact
	}
	return i18n.T(ctx, "cases.place."+string(l)) //i18n: cases.place.*
}

func siteName(ctx context.Context, t *tenant.Tenant) string { return t.Name.In(ctx) }

// steps are the parts of the form, by the name of their heading. Where there are no topics, none is asked for.
func steps(d reportData) []string {
	if len(d.names.Topics) == 0 {
		return []string{"where", "near", "words", "who"}
	}
	return []string{"where", "near", "topic", "words", "who"}
}

// placeField asks for the place, as far as the kind needs one: in words while no kind is chosen, by itself as soon as one is.
func placeField(ctx context.Context, d reportData) streets.PickerData {
	p := d.place
	p.Within, p.By = true, "kind"
	var names []string
	for _, k := range d.names.Kinds {
		if k.Place {
			p.For, names = append(p.For, k.Code), append(names, d.names.KindName(ctx, k.Code))
		}
	}
	chosen := d.form.Value("kind")
	p.Required = slices.Contains(p.For, chosen) || len(p.For) == len(d.names.Kinds)
	if !d.names.Offers(chosen) && len(p.For) > 0 && !p.Required {
		p.Sometimes = i18n.T(ctx, "cases.report.place_for", "Kinds", strings.Join(names, ", "))
	}
	return p
}

// nameOffer reports whether the name can be shown at all with what the form chose, and what is said about it. While no kind is chosen the
// help says with which kinds it can.
func nameOffer(ctx context.Context, d reportData) (offered bool, help string) {
	kind, topic := d.form.Value("kind"), d.form.Value("topic")
	named := func(kind string) bool {
		g := d.names.Govern(kind, topic)
		return g.Visibility == stored.Public && g.PublishMode != stored.Never
	}
	if d.names.Offers(kind) {
		return named(kind), i18n.T(ctx, "cases.who.name_help")
	}
	var names []string
	for _, k := range d.names.Kinds {
		if named(k.Code) {
			names = append(names, d.names.KindName(ctx, k.Code))
		}
	}
	if len(names) == len(d.names.Kinds) {
		return true, i18n.T(ctx, "cases.who.name_help")
	}
	return len(names) > 0, i18n.T(ctx, "cases.who.name_kinds", "Kinds", strings.Join(names, ", "))
}

func registerOptions(ctx context.Context, registers []string) []ui.Option {
	var out []ui.Option
	for _, r := range registers {
		out = append(out, ui.Option{Value: r, Label: i18n.T(ctx, "accounts.number."+r)}) //i18n: accounts.number.*
	}
	return out
}

// accountless reports whether what the form chose can be reported without an account. While no kind is chosen, it can where any kind can.
func accountless(d reportData) bool {
	if kind := d.form.Value("kind"); d.names.Offers(kind) {
		return d.anonymous && d.names.Kind(kind).Anonymous
	}
	return d.anonymous && slices.ContainsFunc(d.names.Kinds, func(k stored.CaseKind) bool { return k.Anonymous })
}

// contactAs says in short how the form asks for the contact.
func contactAs(ctx context.Context, d reportData) string {
	named, _ := nameOffer(ctx, d)
	return strconv.FormatBool(accountless(d)) + " " + strconv.FormatBool(named)
}

// accountWords say, while no kind is chosen, for which an account is needed all the same.
func accountWords(ctx context.Context, d reportData) string {
	if d.names.Offers(d.form.Value("kind")) {
		return ""
	}
	var names []string
	for _, k := range d.names.Kinds {
		if !k.Anonymous {
			names = append(names, d.names.KindName(ctx, k.Code))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " " + i18n.T(ctx, "cases.who.account_kinds", "Kinds", strings.Join(names, ", "))
}

func signInWords(ctx context.Context, d reportData) string {
	if d.anonymous {
		return i18n.T(ctx, "cases.who.sign_in_kind")
	}
	return i18n.T(ctx, "cases.who.sign_in")
}

// reportKinds are the kinds of the form; of those that need an account a visitor is told so before he begins.
func reportKinds(ctx context.Context, d reportData) []ui.Option {
	out := kindOptions(ctx, d.names)
	if authz.From(ctx).SignedIn() || !d.anonymous {
		return out
	}
	for i, o := range out {
		if !d.names.Kind(o.Value).Anonymous {
			out[i].Help = strings.TrimSpace(o.Help + " " + i18n.T(ctx, "cases.who.account_only"))
		}
	}
	return out
}
