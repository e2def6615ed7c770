package consultations

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/theme"
	"glas/internal/web/ui"
	"glas/modules/areas"
	"glas/modules/departments"
	"glas/modules/topics"
	"glas/tenant"
)

// Limits in letters.
const (
	titleMax   = 150
	summaryMax = 500
	bodyMax    = 20_000
	shortMax   = 2_000
	reasonMax  = 1_000
)

// milestoneRows is how many promised events one form takes.
const milestoneRows = 5

// options are the choices of the forms.
type options struct {
	departments, areas, topics, others []ui.Option
	languages                          []string
	// switches are the ticks of methods, for the form of a phase.
	switches []Switch
	// proposals is set where the municipality has them.
	proposals bool
	zone      *time.Location
	c         *Consultation
}

func loadOptions(ctx context.Context, tx *tenant.Tx, c *Consultation) (o options, err error) {
	o.languages, o.zone, o.c = tx.Tenant().Languages, tx.Tenant().Zone(), c
	o.proposals = tx.Tenant().Offers("proposal")
	if o.departments, err = departments.Options(ctx, tx, c.DepartmentID); err != nil {
		return o, err
	}
	if o.areas, err = areas.Options(ctx, tx, c.AreaID); err != nil {
		return o, err
	}
	if o.topics, err = topics.Options(ctx, tx, c.TopicIDs...); err != nil {
		return o, err
	}
	rows, _, err := List(ctx, tx, Filter{Staff: true, Limit: 200})
	for _, other := range rows {
		if other.ID != c.ID {
			o.others = append(o.others, ui.Option{Value: other.ID, Label: other.Title.In(ctx), Selected: slices.Contains(c.LinkedIDs, other.ID)})
		}
	}
	return o, err
}

func values(list []ui.Option, more ...string) []string {
	for _, o := range list {
		more = append(more, o.Value)
	}
	return more
}

// readStart reads the form that begins a consultation.
func readStart(f *form.Form, languages []string, zone *time.Location) Start {
	s := Start{Blueprint: f.Value("blueprint"), Title: f.Texts("title", languages, form.Limit{Min: 5, Max: titleMax})}
	s.Rules = f.Value("rules")
	f.Required("blueprint")
	f.Required("starts")
	s.Start, s.End = f.Date("starts", zone), f.Date("ends", zone)
	return s
}

// readBasics reads the screen of everything but phases and state.
func readBasics(f *form.Form, o options) Basics {
	texts := func(name string, limit form.Limit) i18n.Text { return f.Texts(name, o.languages, limit) }
	b := Basics{
		Title: texts("title", form.Limit{Min: 5, Max: titleMax}), Summary: texts("summary", form.Limit{Max: summaryMax}),
		Body: texts("body", form.Limit{Max: bodyMax}), Decides: texts("decides", form.Limit{Max: shortMax}),
		InputUse: texts("input_use", form.Limit{Max: shortMax}), Audience: texts("audience", form.Limit{Max: 300}),
		ShortReason:  texts("short_reason", form.Limit{Max: reasonMax}),
		Alternatives: texts("alternatives", form.Limit{Max: shortMax}), Plain: texts("plain", form.Limit{Max: shortMax}),
		DepartmentID: f.OneOf("department", values(o.departments, "")...), AreaID: f.OneOf("area", values(o.areas, "")...),
		ContactName: f.Line("contact_name", form.Limit{Max: 120}), ContactEmail: f.Email("contact_email"),
		ContactPhone: f.Line("contact_phone", form.Limit{Max: 40}), Pattern: f.OneOf("pattern", append(theme.Patterns(), "")...),
		TopicIDs: f.Many("topics", values(o.topics)...), LinkedIDs: f.Many("linked", values(o.others)...),
		Version: int64(f.OptionalInt("version", 0, 1<<30, 0)),
	}
	if at := f.Date("starts", o.zone); !at.IsZero() {
		b.StartsAt = StartOfDay(at, o.zone)
	}
	b.EndsAt, b.AnswerBy = endOf(f, "ends", o.zone), endOf(f, "answer_by", o.zone)
	f.Check("ends", b.EndsAt.IsZero() || b.EndsAt.After(b.StartsAt), "val.date_order")
	f.Check("answer_by", b.AnswerBy.IsZero() || b.EndsAt.IsZero() || b.AnswerBy.After(b.EndsAt), "consultations.error.answer_by")
	for i := range milestoneRows {
		name := "milestone" + strconv.Itoa(i)
		day, at := f.Date(name+".day", o.zone), f.Time(name+".time")
		title := f.Texts(name, o.languages, form.Limit{Max: titleMax})
		if title.Empty() && day.IsZero() {
			continue
		}
		f.Check(name+".day", !day.IsZero(), "val.required")
		f.Check(name+"."+o.languages[0], title[o.languages[0]] != "", "val.required")
		timed := f.Value(name+".time") != ""
		if timed { // by the clock on the wall, also when the clocks change on that day
			y, m, d := day.Date()
			day = time.Date(y, m, d, int(at.Hours()), int(at.Minutes())%60, 0, 0, o.zone)
		}
		b.Milestones = append(b.Milestones, Milestone{Title: title, At: day.UTC(), Timed: timed})
	}
	return b
}

// endOf is the last moment of the day in a field, zero when it is empty.
func endOf(f *form.Form, name string, zone *time.Location) time.Time {
	at := f.Date(name, zone)
	if at.IsZero() {
		return at
	}
	return EndOfDay(at, zone)
}

// The choices of the switches, in the order in which they are offered.
func voteKinds() []string   { return []string{"", "support", "choice", "rating"} }
func voteOn() []string      { return []string{OnProposals, OnConsultation} }
func hideCounts() []string  { return []string{"", "until_voted", "until_closed"} }
func moderations() []string { return []string{"", "none", "first_posts", "reported", "all"} }
func sorts() []string {
	return []string{"", "newest", "supported", "discussed", "trending", "random", "best", "oldest"}
}
func whoChoices() []string { return []string{"", "citizens", "associations"} }

// levels are those that a phase can ask for. Every account has an address, so that nothing below is offered.
func levels() []string { return []string{"", "phone", "residence", "identity"} }

// readPhase reads the one screen of a phase. What it does not show (settings of other methods) is kept from old.
func readPhase(f *form.Form, o options, old *Phase) *Phase {
	p := &Phase{ID: old.ID, Title: f.Texts("title", o.languages, form.Limit{Min: 2, Max: 80}), Text: f.Texts("text", o.languages, form.Limit{Max: summaryMax})}
	f.Required("starts")
	if at := f.Date("starts", o.zone); !at.IsZero() {
		p.StartsAt = StartOfDay(at, o.zone)
	}
	p.EndsAt = endOf(f, "ends", o.zone)
	s := Switches{Proposals: f.Bool("proposals"), Comments: f.Bool("comments"), Stance: f.Bool("stance"), Columns: f.Bool("columns"),
		Pseudonyms: f.Bool("pseudonyms"), Moderation: f.OneOf("moderation", moderations()...), Sort: f.OneOf("sort", sorts()...),
		ProposalQuota: f.OptionalInt("proposal_quota", 0, 1000, 0), Photos: f.OptionalInt("photos", 0, 20, 0), Methods: readMethods(f, o, old)}
	s.Votes = VoteRule{Kind: f.OneOf("vote_kind", voteKinds()...), HideCounts: f.OneOf("hide_counts", hideCounts()...),
		Quota: f.OptionalInt("vote_quota", 0, 1000, 0), Min: f.OptionalInt("vote_min", 0, 1000, 0)}
	if on := f.OneOf("vote_on", append(voteOn(), "")...); on == OnConsultation {
		s.Votes.On = on
	}
	f.Check("vote_min", s.Votes.Quota == 0 || s.Votes.Min <= s.Votes.Quota, "consultations.error.vote_min")
	if !o.proposals {
		s.Proposals, s.ProposalQuota, s.Photos = old.Switches.Proposals, old.Switches.ProposalQuota, old.Switches.Photos
	}
	s.Eligible = maps.Clone(old.Switches.Eligible)
	if s.Eligible == nil {
		s.Eligible = map[string]authz.Policy{}
	}
	for _, act := range o.actions() {
		delete(s.Eligible, act)
		if policy := readPolicy(f, o, act, old.Switches.Eligible[act]); policy != (authz.Policy{}) {
			s.Eligible[act] = policy
		}
	}
	p.Switches = s
	return p
}

// readMethods opens and closes methods by their ticks. Settings of one that stays open are kept, and so is what has no tick.
func readMethods(f *form.Form, o options, old *Phase) map[string]json.RawMessage {
	out := maps.Clone(old.Switches.Methods)
	for _, s := range o.switches {
		_, open := out[s.Key]
		switch on := f.Bool("method." + s.Key); {
		case on && !open && out == nil:
			out = map[string]json.RawMessage{s.Key: json.RawMessage("{}")}
		case on && !open:
			out[s.Key] = json.RawMessage("{}")
		case !on:
			delete(out, s.Key)
		}
	}
	return out
}

// own are the acts that phases open by themselves, without those of what the municipality does without.
func (o options) own() []string {
	return slices.DeleteFunc(Actions(), func(act string) bool { return act == ActSubmit && !o.proposals })
}

// actions are the acts whose eligibility staff chooses: those of every phase, and those of the methods that are plugged in.
func (o options) actions() []string {
	out := o.own()
	for _, s := range o.switches {
		if s.Action != "" {
			out = append(out, s.Action)
		}
	}
	return out
}

func readPolicy(f *form.Form, o options, act string, old authz.Policy) authz.Policy {
	name := "eligible." + act
	p := authz.Policy{Who: f.OneOf(name+".who", whoChoices()...), MinAge: f.OptionalInt(name+".min_age", 0, 120, 0),
		MaxAge: f.OptionalInt(name+".max_age", 0, 120, 0), AreaID: f.OneOf(name+".area", values(o.areas, "")...), Group: old.Group}
	if level := f.OneOf(name+".level", levels()...); level != "" {
		p.MinLevel = authz.Level(slices.Index(levels(), level)) + authz.LevelEmail
	}
	f.Check(name+".max_age", p.MaxAge == 0 || p.MaxAge >= p.MinAge, "consultations.error.max_age")
	for _, a := range o.areas {
		if p.AreaID != "" && a.Value == p.AreaID {
			p.AreaName = a.Label
		}
	}
	return p
}

// readReason reads why staff does something that everybody is told.
func readReason(f *form.Form, languages []string, min int) i18n.Text {
	return f.Texts("reason", languages, form.Limit{Min: min, Max: reasonMax})
}

// date is a moment as a date field holds it.
func date(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.DateOnly)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func setTexts(f *form.Form, name string, t i18n.Text) {
	for lang, s := range t {
		f.Set(name+"."+lang, text.Clean(s))
	}
}

func tick(f *form.Form, name string, on bool) {
	if on {
		f.Set(name, "1")
	}
}
