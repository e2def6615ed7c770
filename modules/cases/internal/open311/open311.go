// Package open311 serves the cases of a municipality as GeoReport v2 and hands cases to systems of others that speak it.
//
// The decision bound here: what is given out is what everybody sees of a case (stored.See), a request that comes in goes the way of
// every report (acts.ReportIn), and no program outside changes a state: its updates are messages that people of the municipality read.
package open311

import (
	"context"
	"slices"
	"strings"
	"time"

	"glas/internal/clock"
	"glas/internal/georeport"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/timed"
	"glas/modules/clocks"
	"glas/tenant"
)

// Server is the interface of all municipalities.
type Server struct {
	DB    *tenant.DB
	Acts  *acts.Acts
	Names *listed.NameCache
	Clock clock.Clock
	// Secret seals the keys that others gave; without it no endpoint with a key can be kept.
	Secret []byte
	// Private lets endpoints of others lie in private networks.
	Private bool
}

// services are the topics that others may report on: those in use without topics below them, named by their slug.
func services(ctx context.Context, n *listed.Names, batch bool) []georeport.Service {
	var out []georeport.Service
	for i := range n.Topics {
		t := &n.Topics[i]
		if !offered(n, t) {
			continue
		}
		s := georeport.Service{Code: t.Slug, Name: t.Name.In(ctx), Description: t.Hint.In(ctx), Metadata: len(t.Questions) > 0, Type: kindOf(batch), Keywords: keywords(t.Keywords), Group: t.Grp}
		if up := n.Above(t); up != nil {
			s.Group = up.Name.In(ctx)
		}
		out = append(out, s)
	}
	return out
}

func kindOf(batch bool) string {
	if batch {
		return "batch"
	}
	return "realtime"
}

func keywords(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }), ",")
}

func offered(n *listed.Names, t *stored.CaseTopic) bool {
	return !t.Archived && !t.StaffOnly && len(n.Below(t.ID)) == 1
}

// topicOf is the topic of a service code, nil when there is none or it is not offered.
func topicOf(n *listed.Names, code string) *stored.CaseTopic {
	for i := range n.Topics {
		if n.Topics[i].Slug == code && offered(n, &n.Topics[i]) {
			return &n.Topics[i]
		}
	}
	return nil
}

// definition are the questions of a topic. A notice is an attribute that is only shown; what ends a report is not offered as a choice.
func definition(ctx context.Context, t *stored.CaseTopic) georeport.Definition {
	d := georeport.Definition{Code: t.Slug, Attributes: []georeport.Attribute{}}
	for i, q := range t.Questions {
		a := georeport.Attribute{Variable: q.Datatype != "notice", Code: q.Code, Datatype: q.Datatype, Required: q.Required, DatatypeDescription: q.Help.In(ctx), Order: i + 1, Description: q.Label.In(ctx)}
		if !a.Variable {
			a.Datatype, a.Required = "string", false
		}
		for _, o := range q.Options {
			if len(o.Stop) == 0 {
				a.Values = append(a.Values, georeport.Value{Key: o.Key, Name: o.Name.In(ctx)})
			}
		}
		d.Attributes = append(d.Attributes, a)
	}
	return d
}

// status is open or closed, as the standard has it.
func status(c *stored.Case) string {
	if c.State.Group() == stored.GroupClosed {
		return "closed"
	}
	return "open"
}

// Extended is a state in the words of the update extension.
func Extended(s stored.State) string {
	switch s.PublicState() {
	case stored.Received:
		return "OPEN"
	case stored.InReview, stored.ReopenRequested:
		return "FOR_TRIAGE"
	case stored.WaitingReporter, stored.WaitingExternal:
		return "INVESTIGATING"
	case stored.Assigned, stored.InProgress:
		return "IN_PROGRESS"
	case stored.Scheduled:
		return "ACTION_SCHEDULED"
	case stored.Resolved:
		return "FIXED"
	case stored.Answered:
		return "CLOSED"
	case stored.Rejected:
		return "NO_FURTHER_ACTION"
	case stored.Referred:
		return "NOT_COUNCILS_RESPONSIBILITY"
	case stored.Merged:
		return "DUPLICATE"
	}
	return "CANCELLED"
}

// around is what requests are written with besides their rows, loaded for all of them at once.
type around struct {
	names  *listed.Names
	base   string
	files  map[subject.Ref][]attachments.Attachment
	clocks map[subject.Ref][]clocks.Clock
	events map[string][]stored.CaseEvent
}

// request is a case as everybody may see it; false when nobody may.
func (a around) request(ctx context.Context, c *stored.Case, extensions bool) (georeport.Request, bool) {
	s := stored.See(c, stored.Anybody)
	if !s.Listed {
		return georeport.Request{}, false
	}
	r := georeport.Request{ID: c.Number, Status: status(c), Description: text.Truncate(c.ShownTitle()+"\n\n"+c.ShownBody(), georeport.MaxDescription), AgencyResponsible: a.names.DepartmentName(c.DepartmentID).In(ctx),
		StatusNotes: text.Plain(c.Answer.In(ctx)), Requested: georeport.At(c.RegisteredAt), Updated: georeport.At(c.UpdatedAt), Expected: georeport.At(a.expected(c)), Address: s.AddressFor(c)}
	if c.State.Group() == stored.GroupClosed && !c.ClosedAt.IsZero() {
		r.Updated = georeport.At(c.ClosedAt)
	}
	if c.State == stored.Referred {
		if b := a.names.Body(c.BodyID); b != nil {
			r.AgencyResponsible = b.Name.In(ctx)
		}
	}
	if t := a.names.Topic(c.TopicID); t != nil {
		r.ServiceCode, r.ServiceName = t.Slug, t.Name.In(ctx)
	}
	if lat, lng, ok := s.PlaceFor(c); ok {
		r.Lat, r.Long = &lat, &lng
	}
	photos := a.photos(c)
	if len(photos) > 0 {
		r.MediaURL = photos[0].MediaURL
	}
	if extensions {
		r.Attributes = a.answers(ctx, c)
		r.Extended = &georeport.Extended{Title: c.ShownTitle(), Channel: c.Channel, Photos: photos}
		for _, e := range a.events[c.ID] {
			r.Notes = append(r.Notes, georeport.Note{At: *georeport.At(e.At), Description: i18n.T(ctx, "cases.state."+string(e.ToState.PublicState())), Type: string(e.Action)})
		}
	}
	return r, true
}

// answers are those that everybody may read.
func (a around) answers(ctx context.Context, c *stored.Case) georeport.Answers {
	var out georeport.Answers
	for _, r := range a.names.OpenReplies(c) {
		one := georeport.Answer{Code: r.Code, Description: r.Label}
		for _, v := range r.Values {
			one.Values = append(one.Values, georeport.Value{Key: v, Name: a.names.ReplyWord(ctx, c.TopicID, r.Code, v)})
		}
		out = append(out, one)
	}
	return out
}

func (a around) photos(c *stored.Case) []georeport.Photo {
	var out []georeport.Photo
	for _, f := range attachments.Items(a.files[c.Ref()]) {
		if f.Kind == attachments.Photo {
			out = append(out, georeport.Photo{MediaURL: a.base + f.URL, Title: f.Alt})
		}
	}
	return out
}

// expected is when the citizen can count on it: what was promised or planned, or else what the clocks say.
func (a around) expected(c *stored.Case) time.Time {
	if !c.State.Running() {
		return time.Time{}
	}
	for _, t := range []time.Time{c.PromiseAt, c.PlannedAt} {
		if !t.IsZero() {
			return t
		}
	}
	for _, metric := range []string{timed.MetricResolve, timed.MetricFirstAnswer, timed.MetricStatutory} {
		for _, k := range a.clocks[c.Ref()] {
			if k.Metric == metric && k.StoppedAt.IsZero() {
				return k.DueAt
			}
		}
	}
	return time.Time{}
}

// jurisdictions are the names by which a municipality may be meant: its short name and its host, with or without www.
func known(t *tenant.Tenant, host, asked string) bool {
	asked = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(asked)), "www.")
	host, _, _ = strings.Cut(host, ":")
	return asked == "" || slices.Contains([]string{t.Slug, t.ID, strings.TrimPrefix(strings.ToLower(host), "www.")}, asked)
}

// reportOf makes a report out of what a program sent. A title is its first line, because the standard has none.
func reportOf(ctx context.Context, n *listed.Names, t *stored.CaseTopic, p georeport.Post) acts.Report {
	name := t.Name.In(ctx)
	title := text.Truncate(text.CleanLine(firstLine(p.Description)), stored.TitleMax)
	if text.Letters(title) < stored.TitleMin {
		title = text.Truncate(name, stored.TitleMax)
	}
	if text.Letters(title) < stored.TitleMin {
		title = "Open311: " + title
	}
	body := p.Description
	if text.Letters(body) < stored.BodyMin {
		body = strings.TrimSpace(name + ": " + body)
	}
	if text.Letters(body) < stored.BodyMin {
		body += " (Open311 GeoReport)"
	}
	r := acts.Report{Kind: stored.Defect, TopicID: t.ID, Title: title, Body: body, Lang: i18n.Lang(ctx), Address: text.Truncate(p.AddressString, stored.AddressMax), Answers: p.Attributes,
		Name: text.Truncate(strings.TrimSpace(p.FirstName+" "+p.LastName), stored.NameMax), Email: p.Email, Phone: p.Phone, Channel: "open311", Trusted: true}
	if len(t.Kinds) > 0 {
		r.Kind = t.Kinds[0]
	} else if !n.Offers(r.Kind) && len(n.Kinds) > 0 {
		r.Kind = n.Kinds[0].Code
	}
	if p.HasPoint {
		r.Lat, r.Lng = &p.Lat, &p.Long
	}
	if r.Address == "" && p.AddressID != "" {
		r.Address = text.Truncate(p.AddressID, stored.AddressMax)
	}
	return r
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// batched reports whether the municipality takes requests with a token first.
func batched(n *listed.Names) bool { return n.Settings.Data[batchSetting] == true }

const batchSetting = "open311_batch"

// reference is what a case is called that came from a program.
func reference(clientID, token string) string {
	if token == "" {
		token = id.New()
	}
	return clientID + ":" + token
}

// oneError is a list of one error.
func oneError(code int, words string) []georeport.Error {
	return []georeport.Error{{Code: code, Description: words}}
}

// bounded is a page of a list as the standard bounds it.
func bounded(q georeport.Query) (limit, offset int64) {
	return int64(q.Size), int64(q.Page-1) * int64(q.Size)
}

// changeset is when the lists of a municipality last changed, as far as is known: its own last change.
func changeset(t *tenant.Tenant) georeport.Time {
	if t.UpdatedAt.IsZero() {
		return georeport.Time{Time: time.Unix(0, 0).UTC()}
	}
	return georeport.Time{Time: t.UpdatedAt.UTC()}
}
