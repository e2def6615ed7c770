package stored

import (
	"time"

	"github.com/uptrace/bun"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/cases/internal/counted"
	"glas/tenant"
)

// Case is what somebody told the municipality. It is a row, and what the rules work on.
type Case struct {
	bun.BaseModel `bun:"table:cases,alias:c"`
	tenant.Key
	// Number is "VEL-2026-000123", empty until the case is received; Year and Serial are its parts.
	Number string `bun:",nullzero"`
	Year   int
	Serial int64
	// Token leads to the case without an account; ConfirmToken is in the letter that asks for confirmation.
	Token        string
	ConfirmToken string `bun:",nullzero"`
	Kind         string
	TopicID      string `bun:",nullzero"`
	Channel      string
	// ChannelRef is what the case is called where it came from (Message-ID, post); the same one twice is one case.
	ChannelRef string `bun:",nullzero"`
	Lang       string
	// Title and Body are what was typed. They are never overwritten, only removed.
	Title string
	Body  string
	// Answers are those to the topic's own questions.
	Answers []Reply `bun:"type:jsonb"`
	// PublicTitle and PublicBody are the editor's version; empty takes what was typed.
	PublicTitle string
	PublicBody  string
	PublicLang  string
	Visibility  Visibility
	PublishMode PublishMode
	// Published says that an editor, or the rule of the topic, let it be shown; Shown that lists and maps may name it.
	Published   bool
	Shown       bool
	PublishedAt time.Time `bun:",nullzero"`

	State       State
	Grp         Group
	StateSince  time.Time
	StateBefore State

	// Lat and Lng are degrees (WGS 84), nil without a place. PublicLat, PublicLng and Cell are those that everybody may know.
	Lat, Lng  *float64
	Address   string
	StreetID  string `bun:",nullzero"`
	AreaID    string `bun:",nullzero"`
	PlaceKind string
	Location  Location
	PublicLat *float64
	PublicLng *float64
	Cell      *int64
	Asset     string

	ReporterID   string `bun:",nullzero"`
	ReporterName string
	NamePublic   bool
	EnteredBy    string `bun:",nullzero"`
	OnBehalf     bool
	// RegisteredAt is the legal arrival, ReceivedAt that at the channel, OccurredAt when the thing happened.
	RegisteredAt time.Time `bun:",nullzero"`
	ReceivedAt   time.Time `bun:",nullzero"`
	OccurredAt   time.Time `bun:",nullzero"`

	DepartmentID string `bun:",nullzero"`
	AssigneeID   string `bun:",nullzero"`
	// Responsibility is pending, accepted or declined; empty while no department has it.
	Responsibility string
	CoordinatorID  string `bun:",nullzero"`
	RuleID         string `bun:",nullzero"`
	Priority       int64
	ParentID       string    `bun:",nullzero"`
	MergedInto     string    `bun:",nullzero"`
	BodyID         string    `bun:",nullzero"`
	PromiseAt      time.Time `bun:",nullzero"`
	Promise        i18n.Text `bun:"type:jsonb"`
	PlannedAt      time.Time `bun:",nullzero"`
	WaitUntil      time.Time `bun:",nullzero"`
	Resolution     string
	AnswerState    string
	// Reason is why it was closed without an answer, in words for the citizen.
	Reason string
	// Answer is the newest published answer as a list shows it.
	Answer        i18n.Text `bun:"type:jsonb"`
	ClosedAt      time.Time `bun:",nullzero"`
	FirstAnswerAt time.Time `bun:",nullzero"`
	AnsweredAt    time.Time `bun:",nullzero"`
	AckAt         time.Time `bun:",nullzero"`
	// Cycle counts from 1; a reopened case begins another one. Promises counts the promised dates of the cycle.
	Cycle    int64
	Promises int64

	Supports     int64
	Followers    int64
	Messages     int64
	OpenTasks    int64
	Satisfaction string
	// DueAt is the nearest date that a clock sets.
	DueAt time.Time `bun:",nullzero"`
	// InheritedDue is the soonest date of the cases that were joined to it, until the citizens were answered.
	InheritedDue time.Time `bun:",nullzero"`
	SupportUntil time.Time `bun:",nullzero"`
	ThresholdMet bool
	// Hints are what looks like personal data in the text, one to a line.
	Hints        string
	Folded       string
	Dedupe       string
	SpamScore    int64
	AnonymisedAt time.Time `bun:",nullzero"`
	// Facet is under what the map counts it.
	Facet string
	// Counted is where the figures have it.
	Counted string
	// WorkedAt is when somebody of the municipality last did something about it.
	WorkedAt   time.Time `bun:",nullzero"`
	CreatedAt  time.Time
	UpdatedAt  time.Time
	RowVersion int64
}

// Ref points at the case.
func (c *Case) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: c.ID} }

// Path is the address of its page, without a language prefix.
func (c *Case) Path() string {
	if c.Number == "" {
		return c.TokenPath()
	}
	return "/cases/" + c.Number
}

// TokenPath is the address that leads to it without an account.
func (c *Case) TokenPath() string { return "/c/" + c.Token }

// Located reports whether it has a point on the map.
func (c *Case) Located() bool { return c.Lat != nil && c.Lng != nil }

// ShownTitle and ShownBody are what everybody reads: the editor's version, or else what was typed.
func (c *Case) ShownTitle() string {
	if c.PublicTitle != "" {
		return c.PublicTitle
	}
	return c.Title
}

// ShownBody is the text that everybody reads.
func (c *Case) ShownBody() string {
	if c.PublicBody != "" {
		return c.PublicBody
	}
	return c.Body
}

// ShownLang is the language of what everybody reads.
func (c *Case) ShownLang() string {
	if c.PublicLang != "" && c.PublicBody != "" {
		return c.PublicLang
	}
	return c.Lang
}

// Fact is the case as the figures count it: only what was received, without spam.
func (c *Case) Fact(zone *time.Location) counted.Fact {
	if c.RegisteredAt.IsZero() || c.State.Group() == GroupHidden || c.ParentID != "" {
		return counted.Fact{}
	}
	f := counted.Fact{Kind: c.Kind, Topic: c.TopicID, Department: c.DepartmentID, Channel: c.Channel, Area: c.AreaID, Running: c.State.Running(),
		Aside: c.State == Merged || c.State == Withdrawn, Rated: c.Satisfaction != "", Content: c.Satisfaction == "satisfied"}
	return f.Of(c.RegisteredAt, c.FirstAnswerAt, zone)
}
