package stored

import (
	"context"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/tenant"
)

// Kind is the subject kind of a consultation.
const Kind = "consultation"

// State is what staff decided about a consultation. What the public sees of a published one is its Status.
type State string

// The states.
const (
	Draft     State = "draft"
	Scheduled State = "scheduled"
	Published State = "published"
	Archived  State = "archived"
)

// Status is what a published consultation shows at a moment. It is computed from the dates and never stored.
type Status string

// The statuses, in the order of a consultation's life.
const (
	Upcoming     Status = "upcoming"
	Open         Status = "open"
	ClosingToday Status = "closing_today"
	Waiting      Status = "waiting"
	Answered     Status = "answered"
	Closed       Status = "closed"
)

// Statuses lists all of them in order.
func Statuses() []Status {
	return []Status{Upcoming, Open, ClosingToday, Waiting, Answered, Closed}
}

// Milestone is a promised event that is no phase, such as the sitting of the council that decides.
type Milestone struct {
	Title i18n.Text `json:"title"`
	At    time.Time `json:"at"`
	// Timed events have a time of day; the others are said as a date.
	Timed bool `json:"timed,omitempty"`
}

// Consultation is one consultation with its phases in order.
type Consultation struct {
	tenant.Key
	Slug    string
	Title   i18n.Text `bun:"type:jsonb"`
	Summary i18n.Text `bun:"type:jsonb"`
	Body    i18n.Text `bun:"type:jsonb"`
	// Decides says what is decided, InputUse how contributions will be used, Audience who is asked, in words.
	Decides      i18n.Text `bun:"type:jsonb"`
	InputUse     i18n.Text `bun:"type:jsonb"`
	Audience     i18n.Text `bun:"type:jsonb"`
	DepartmentID string    `bun:",nullzero"`
	ContactName  string
	ContactEmail string
	ContactPhone string
	AreaID       string `bun:",nullzero"`
	// CoverID is the attachment of CoverRef that is shown; CoverAlt is required with it. Without one, Pattern names a drawn cover.
	CoverID  string
	CoverAlt i18n.Text `bun:"type:jsonb"`
	Pattern  string
	State    State
	// PublishAt is from when a scheduled consultation is public.
	PublishAt   time.Time `bun:",nullzero"`
	PublishedAt time.Time `bun:",nullzero"`
	StartsAt    time.Time `bun:",nullzero"`
	// EndsAt is the last moment of the last day, so that its date is the inclusive one; zero leaves the end open.
	EndsAt time.Time `bun:",nullzero"`
	// AnswerBy is until when (the last moment of a day) the municipality promised to answer.
	AnswerBy    time.Time   `bun:",nullzero"`
	AnsweredAt  time.Time   `bun:",nullzero"`
	ShortReason i18n.Text   `bun:"type:jsonb"`
	TopicIDs    []string    `bun:"topic_ids,type:jsonb"`
	LinkedIDs   []string    `bun:"linked_ids,type:jsonb"`
	Milestones  []Milestone `bun:"type:jsonb"`
	Blueprint   string
	// TitleFold is the title as it is searched for.
	TitleFold string

	ProposalCount    int64
	CommentCount     int64
	VoteCount        int64
	ParticipantCount int64

	OwnUp, OwnDown, OwnAbstain, OwnCount, OwnSum, OwnAssociations int64

	FirstVoteAt   time.Time `bun:",nullzero"`
	ToldOpenedAt  time.Time `bun:",nullzero"`
	ToldClosingAt time.Time `bun:",nullzero"`
	RowVersion    int64
	CreatedBy     string
	CreatedAt     time.Time
	UpdatedAt     time.Time
	DeletedAt     time.Time `bun:",nullzero"`

	// Law is what it must hold to, and what it says about that.
	Law
	// Alternatives says what else was thought of, Plain in plain words what changes for people.
	Alternatives i18n.Text `bun:"type:jsonb"`
	Plain        i18n.Text `bun:"type:jsonb"`

	// Phases are ordered and do not overlap.
	Phases []*Phase `bun:"type:jsonb"`
	// DocumentCount counts the documents that staff put beside the text.
	DocumentCount int64

	// DepartmentName and AreaName come with every load.
	DepartmentName i18n.Text `bun:"type:jsonb,scanonly"`
	AreaName       i18n.Text `bun:"type:jsonb,scanonly"`

	zone *time.Location
	// away are the kinds of things that the municipality does without.
	away []string
}

// Ref is how others point at it.
func (c *Consultation) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: c.ID} }

// CoverRef is what the cover picture is attached to, apart from the documents.
func (c *Consultation) CoverRef() subject.Ref {
	return subject.Ref{Kind: "consultation_cover", ID: c.ID}
}

// Path is the address of its page without a language prefix.
func (c *Consultation) Path() string { return "/consultations/" + c.Slug }

// Card is how others show it.
func (c *Consultation) Card(ctx context.Context, now time.Time) subject.Card {
	return subject.Card{Ref: c.Ref(), Title: c.Title.In(ctx), Path: c.Path(), Visible: c.Visible(now)}
}

// Visible reports whether the public may see it: published, or scheduled and its moment has come.
func (c *Consultation) Visible(now time.Time) bool {
	if !c.DeletedAt.IsZero() {
		return false
	}
	switch c.State {
	case Published, Archived:
		return true
	case Scheduled:
		return !now.Before(c.PublishAt)
	}
	return false
}

// Frozen reports whether votes were cast, so that rules may only be tightened and the end only extended.
func (c *Consultation) Frozen() bool { return !c.FirstVoteAt.IsZero() }

// StateAt is the status at a moment. The last day is open to its end in the municipality's zone.
func (c *Consultation) StateAt(now time.Time) Status {
	switch {
	case c.StartsAt.IsZero() || now.Before(c.StartsAt):
		return Upcoming
	case c.EndsAt.IsZero():
		return Open
	case !now.After(c.EndsAt):
		if sameDay(now, c.EndsAt, c.Zone(now)) {
			return ClosingToday
		}
		return Open
	case !c.AnsweredAt.IsZero() && !c.AnsweredAt.After(now):
		return Answered
	case !c.AnswerBy.IsZero():
		return Waiting
	}
	return Closed
}

// IsOpen reports whether people may take part at a moment, as far as the dates say.
func (c *Consultation) IsOpen(now time.Time) bool {
	s := c.StateAt(now)
	return s == Open || s == ClosingToday
}

// Zone is the municipality's, as Load learned it; without one, that of the given moment.
func (c *Consultation) Zone(now time.Time) *time.Location {
	if c.zone != nil {
		return c.zone
	}
	return now.Location()
}

// In sets the zone that the consultation's days are reckoned in; Load does it.
func (c *Consultation) In(zone *time.Location) *Consultation {
	c.zone = zone
	return c
}

// as is the consultation as a municipality shows it: in its zone, and without what it switched off. What is switched off stays in the
// switches and counters, so that it is there again when it is switched on.
func (c *Consultation) as(t *tenant.Tenant) *Consultation {
	c.zone, c.away = t.Zone(), t.Missing()
	for _, p := range c.Phases {
		p.Switches.away = c.away
	}
	return c
}

// Proposals is how many proposals it shows: none where they are switched off.
func (c *Consultation) Proposals() int64 {
	if slices.Contains(c.away, "proposal") {
		return 0
	}
	return c.ProposalCount
}

// PhaseAt is the phase that runs at a moment, or nil before, between and after the phases.
func (c *Consultation) PhaseAt(now time.Time) *Phase {
	for _, p := range c.Phases {
		if p.Contains(now) {
			return p
		}
	}
	return nil
}

// Phase finds a phase by its id, or nil.
func (c *Consultation) Phase(id string) *Phase {
	for _, p := range c.Phases {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// ClosesAt is the last moment of what runs now: of the phase or the whole, whichever ends first; zero for an open end.
func (c *Consultation) ClosesAt(now time.Time) time.Time {
	end := c.EndsAt
	if p := c.PhaseAt(now); p != nil && !p.EndsAt.IsZero() && (end.IsZero() || p.EndsAt.Before(end)) {
		end = p.EndsAt
	}
	return end
}

// Shown is the phase whose switches decide how things look: the running one, else the last that began, else the first.
func (c *Consultation) Shown(now time.Time) *Phase {
	if p := c.PhaseAt(now); p != nil {
		return p
	}
	for _, p := range slices.Backward(c.Phases) {
		if !p.StartsAt.After(now) {
			return p
		}
	}
	if len(c.Phases) > 0 {
		return c.Phases[0]
	}
	return &Phase{}
}

// NextChange is the next moment at which the page looks different by itself: a date passes or a day ends.
func (c *Consultation) NextChange(now time.Time) time.Time {
	next := EndOfDay(now, c.Zone(now)).Add(time.Microsecond)
	dates := []time.Time{c.StartsAt, c.EndsAt, c.PublishAt, c.AnsweredAt}
	for _, p := range c.Phases {
		dates = append(dates, p.StartsAt, p.EndsAt)
	}
	for _, at := range dates {
		if at.After(now) && at.Before(next) {
			next = at.Add(time.Microsecond)
		}
	}
	return next
}

// Opens reports whether any phase opens the method that an action needs.
func (c *Consultation) Opens(action string) bool {
	return slices.ContainsFunc(c.Phases, func(p *Phase) bool { return p.Switches.Allows(action) })
}

// May decides whether who acts in ctx may do action ("proposal.submit", "comment.post", "vote.cast", or a later method's own) on
// this consultation now: the dates and the switches of the running phase first, then the role, then who is eligible.
func (c *Consultation) May(ctx context.Context, action string, now time.Time) authz.Decision {
	res := authz.Resource{Closed: c.closed(action, now), Now: now.In(c.Zone(now))}
	if p := c.PhaseAt(now); p != nil {
		policy := p.Switches.Eligible[action]
		res.Policy = &policy
	}
	return authz.Can(ctx, action, res)
}

// closed is why nobody can do action now, or the zero message.
func (c *Consultation) closed(action string, now time.Time) fault.Message {
	switch {
	case !c.Visible(now):
		return fault.Msg("consultations.closed.draft")
	case c.State == Archived:
		return fault.Msg("consultations.closed.archived")
	case !c.Opens(action):
		return fault.Msg("consultations.closed.off")
	case c.StateAt(now) == Upcoming:
		return fault.Msg("consultations.closed.upcoming", "Date", c.StartsAt)
	case !c.IsOpen(now):
		return fault.Msg("consultations.closed.ended", "Date", c.EndsAt)
	}
	if p := c.PhaseAt(now); p != nil && p.Switches.Allows(action) {
		return fault.Message{}
	}
	for _, p := range c.Phases {
		if p.StartsAt.After(now) && p.Switches.Allows(action) {
			return fault.Msg("consultations.closed.later", "Phase", p.Title, "Date", p.StartsAt)
		}
	}
	return fault.Msg("consultations.closed.over")
}

// DaysLeft counts the days until the end, the last one included: 1 on the last day, 0 when it is over or has no end.
func (c *Consultation) DaysLeft(now time.Time) int {
	if c.EndsAt.IsZero() || now.After(c.EndsAt) {
		return 0
	}
	return DaysBetween(now, c.EndsAt, c.Zone(now)) + 1
}

// TermDays is how many calendar days the consultation lasts, first and last included; 0 without both dates.
func (c *Consultation) TermDays(zone *time.Location) int {
	if c.StartsAt.IsZero() || c.EndsAt.IsZero() {
		return 0
	}
	return DaysBetween(c.StartsAt, c.EndsAt, zone) + 1
}

// StartOfDay is the first moment of the day of t in zone, also where the clocks skip midnight.
func StartOfDay(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC()
}

// EndOfDay is the last moment of the day of t in zone, to the microsecond that both databases keep: "until D inclusive".
func EndOfDay(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone).Add(-time.Microsecond).UTC()
}

func sameDay(a, b time.Time, zone *time.Location) bool {
	return a.In(zone).Format(time.DateOnly) == b.In(zone).Format(time.DateOnly)
}

// DaysBetween counts midnights from a to b as the calendar does, whatever the clocks did in between.
func DaysBetween(a, b time.Time, zone *time.Location) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(b).Sub(day(a)) / (24 * time.Hour))
}

// AddDays moves a moment by calendar days in zone and keeps its time of day.
func AddDays(t time.Time, days int, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	l := t.In(zone)
	if t.Equal(EndOfDay(t, zone)) { // a day's end stays a day's end when the clocks change in between
		return EndOfDay(time.Date(l.Year(), l.Month(), l.Day()+days, 12, 0, 0, 0, zone), zone)
	}
	return l.AddDate(0, 0, days).UTC()
}
