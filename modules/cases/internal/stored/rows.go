package stored

import (
	"encoding/json"
	"time"

	"glas/internal/i18n"
	"glas/tenant"
)

// CaseEvent is one change of a case. Seq is the row version that the change made, so that no change has two events and none has none.
type CaseEvent struct {
	tenant.Key
	CaseID    string
	Seq       int64
	Action    Action
	FromState State
	ToState   State
	// ActorKind is citizen, staff, system or api.
	ActorKind string
	ActorID   string `bun:",nullzero"`
	ActorName string
	Data      map[string]any `bun:"type:jsonb"`
	// Public events are told to everybody who sees the case, without their data.
	Public bool
	At     time.Time
	// Until is how long is waited in the new state; it is kept on the case.
	Until time.Time `bun:"-"`
}

// Who makes events.
const (
	BySystem  = "system"
	ByCitizen = "citizen"
	ByStaff   = "staff"
	ByAPI     = "api"
)

// CaseSetting is how a municipality takes cases; its id is SettingsID. Zero numbers take the usual ones.
type CaseSetting struct {
	tenant.Key
	Prefix string
	// Anonymous takes cases without an account, confirmed by a letter.
	Anonymous     bool
	ConfirmDays   int
	WaitDays      int
	SurveyDays    int
	CoordinatorID string         `bun:",nullzero"`
	Data          map[string]any `bun:"type:jsonb"`
	RowVersion    int64
}

// SettingsID is the id of the one row of settings.
const SettingsID = "cases"

// CaseKind is a kind of case as a municipality takes it. Place, Anonymous and Support say what it needs and allows.
type CaseKind struct {
	tenant.Key
	Code      string
	Name      i18n.Text `bun:"type:jsonb"`
	Hint      i18n.Text `bun:"type:jsonb"`
	Position  int
	Archived  bool
	Place     bool
	Anonymous bool
	Support   bool
	// Threshold supports within SupportDays are needed before the clock of an initiative starts; 0 needs none.
	Threshold   int64
	SupportDays int
	PublishMode PublishMode
	Visibility  Visibility
	Formal      bool
	RowVersion  int64
}

// Question is one of the topic's own questions, in the datatypes of Open311 and two more: notice only says something, and stop does so
// when the question before was answered with Stop, and takes no report.
type Question struct {
	Code     string    `json:"code"`
	Datatype string    `json:"datatype"`
	Required bool      `json:"required,omitempty"`
	Label    i18n.Text `json:"label"`
	Help     i18n.Text `json:"help,omitempty"`
	Options  []Option  `json:"options,omitempty"`
	Order    int       `json:"order,omitempty"`
	// Public answers are shown to everybody.
	Public bool `json:"public,omitempty"`
}

// Option is one answer of a list. With Stop, who chooses it is told that and cannot report.
type Option struct {
	Key  string    `json:"key"`
	Name i18n.Text `json:"name"`
	Stop i18n.Text `json:"stop,omitempty"`
}

// Datatypes are those of questions (Open311 GeoReport v2, service definition), and notice.
func Datatypes() []string {
	return []string{"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist", "notice"}
}

// CaseTopic is what cases can be about. Zero numbers and empty words take the usual values.
type CaseTopic struct {
	tenant.Key
	ParentID        string `bun:",nullzero"`
	Slug            string
	Name            i18n.Text `bun:"type:jsonb"`
	Hint            i18n.Text `bun:"type:jsonb"`
	Kinds           []string  `bun:"type:jsonb"`
	Icon            string
	Colour          string
	DepartmentID    string     `bun:",nullzero"`
	Questions       []Question `bun:"type:jsonb"`
	PublishMode     PublishMode
	Visibility      Visibility
	Location        Location
	DuplicateRadius int
	DuplicateDays   int
	FourEyes        bool
	ReopenDays      int
	UpdatesDays     int
	RetentionDays   int
	Photo           bool
	StaffOnly       bool
	Archived        bool
	Keywords        string
	Grp             string
	Position        int
	RowVersion      int64
}

// ExternalBody is another authority.
type ExternalBody struct {
	tenant.Key
	Name       i18n.Text `bun:"type:jsonb"`
	Email      string
	Phone      string
	URL        string `bun:"url"`
	Basis      string
	Keywords   string
	Archived   bool
	Position   int
	RowVersion int64
}

// Roles of a party.
const (
	RoleReporter     = "reporter"
	RoleRepresents   = "representative"
	RoleOrganisation = "organisation"
	RoleWitness      = "witness"
	RoleAffected     = "affected"
)

// CaseParty is who stands behind a case and how he is reached.
type CaseParty struct {
	tenant.Key
	CaseID         string
	Role           string
	Name           string
	Email          string
	Phone          string
	PhoneKey       string
	Address        string
	IdentityHash   string
	AccountID      string `bun:",nullzero"`
	OrganisationID string `bun:",nullzero"`
	Lang           string
	// Preferred is email, phone or none.
	Preferred string
	// Consent lets the municipality contact him; Hidden keeps his identity from departments; Refused wants no letter any more.
	Consent      bool
	Hidden       bool
	Refused      bool
	VerifiedAt   time.Time `bun:",nullzero"`
	AnonymisedAt time.Time `bun:",nullzero"`
	CreatedAt    time.Time
}

// Directions and audiences of messages.
const (
	In       = "in"
	Out      = "out"
	NoteLine = "note"

	ToPublic     = "public"
	ToReporter   = "reporter"
	ToDepartment = "department"
	ToInternal   = "internal"
)

// CaseMessage is one piece of the thread.
type CaseMessage struct {
	tenant.Key
	CaseID     string
	Direction  string
	Audience   string
	Channel    string
	AuthorID   string `bun:",nullzero"`
	AuthorName string
	// AuthorKind is citizen, staff or body.
	AuthorKind string
	Body       string
	Lang       string
	TemplateID string `bun:",nullzero"`
	// MessageID is that of an e-mail; the same one twice is one message.
	MessageID   string `bun:",nullzero"`
	InReplyTo   string
	Recipient   string
	DeliveredAt time.Time `bun:",nullzero"`
	Bounce      string
	// Question is one that the citizen is waited for.
	Question bool
	// FromCase is the merged case that a reply came to.
	FromCase  string `bun:",nullzero"`
	CreatedAt time.Time
}

// States of an answer.
const (
	AnswerDraft     = "draft"
	AnswerApproved  = "approved"
	AnswerPublished = "published"
	AnswerWithdrawn = "withdrawn"
)

// CaseAnswer is an interim or the final answer of a cycle.
type CaseAnswer struct {
	tenant.Key
	CaseID       string
	Cycle        int64
	DepartmentID string `bun:",nullzero"`
	Version      int64
	Body         i18n.Text `bun:"type:jsonb"`
	State        string
	// Outcome is the state that the final answer leads to.
	Outcome State
	Final   bool
	// Public answers are shown with the case; others go to the reporter only.
	Public      bool
	PromiseAt   time.Time `bun:",nullzero"`
	DraftedBy   string    `bun:",nullzero"`
	ApprovedBy  string    `bun:",nullzero"`
	PublishedAt time.Time `bun:",nullzero"`
	Note        string
	CreatedAt   time.Time
	UpdatedAt   time.Time
	RowVersion  int64
}

// Rect is a part of a photo to be made black, each number from 0 to 1.
type Rect struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// CaseFile is what is particular about a file of a case.
type CaseFile struct {
	tenant.Key
	CaseID       string
	AttachmentID string
	Public       bool
	Redactions   []Rect `bun:"type:jsonb"`
	CreatedAt    time.Time
}

// CaseAssignment is one stretch in which a department had a case.
type CaseAssignment struct {
	tenant.Key
	CaseID       string
	DepartmentID string `bun:",nullzero"`
	AssigneeID   string `bun:",nullzero"`
	ByID         string `bun:",nullzero"`
	RuleID       string `bun:",nullzero"`
	State        string
	Reason       string
	AcceptedAt   time.Time `bun:",nullzero"`
	DeclinedAt   time.Time `bun:",nullzero"`
	EndedAt      time.Time `bun:",nullzero"`
	CreatedAt    time.Time
}

// States of a task.
const (
	TaskOpen    = "open"
	TaskDoneNow = "done"
	TaskDropped = "dropped"
)

// CaseTask is a part of the work.
type CaseTask struct {
	tenant.Key
	CaseID       string
	Title        string
	Body         string
	DepartmentID string `bun:",nullzero"`
	AssigneeID   string `bun:",nullzero"`
	Blocking     bool
	State        string
	Result       string
	DueAt        time.Time `bun:",nullzero"`
	ByID         string    `bun:",nullzero"`
	DoneAt       time.Time `bun:",nullzero"`
	CreatedAt    time.Time
	RowVersion   int64
}

// CaseSupport is one voter's support.
type CaseSupport struct {
	tenant.Key
	CaseID    string
	VoterID   string
	FromCase  string `bun:",nullzero"`
	CreatedAt time.Time
}

// CaseFollower is told what becomes of a case. Without an account he has an address and a token to leave.
type CaseFollower struct {
	tenant.Key
	CaseID      string
	AccountID   string `bun:",nullzero"`
	Email       string
	Lang        string
	Token       string
	FromCase    string    `bun:",nullzero"`
	ConfirmedAt time.Time `bun:",nullzero"`
	CreatedAt   time.Time
}

// CaseSurvey asks once for each final answer whether the citizen is content.
type CaseSurvey struct {
	tenant.Key
	CaseID string
	Cycle  int64
	Token  string
	SentAt time.Time `bun:",nullzero"`
	// RemindedAt is the one reminder.
	RemindedAt  time.Time `bun:",nullzero"`
	ExpiresAt   time.Time
	SubmittedAt time.Time `bun:",nullzero"`
	Satisfied   *bool
	Score       int
	Reasons     []string `bun:"type:jsonb"`
	Body        string
	NoContact   bool
	Channel     string
	RecordedBy  string `bun:",nullzero"`
	CreatedAt   time.Time
}

// CaseSurveyReason can be ticked in the survey.
type CaseSurveyReason struct {
	tenant.Key
	Text      i18n.Text `bun:"type:jsonb"`
	Satisfied bool
	Reopens   bool
	Grp       string
	Position  int
	Archived  bool
}

// CaseReferral is to whom a case was passed on.
type CaseReferral struct {
	tenant.Key
	CaseID     string
	BodyID     string
	Reason     string
	Notice     string
	Reference  string
	SentAt     time.Time `bun:",nullzero"`
	NoticedAt  time.Time `bun:",nullzero"`
	AnsweredAt time.Time `bun:",nullzero"`
	ByID       string    `bun:",nullzero"`
	CreatedAt  time.Time
}

// CaseMerge is which case was joined to which. Snapshot is the child and the master's due date as they were.
type CaseMerge struct {
	tenant.Key
	ChildID   string
	MasterID  string
	ByID      string          `bun:",nullzero"`
	Snapshot  json.RawMessage `bun:"type:jsonb"`
	UndoneAt  time.Time       `bun:",nullzero"`
	UndoneBy  string          `bun:",nullzero"`
	CreatedAt time.Time
}

// Snapshot is what unmerging restores.
type Snapshot struct {
	State       State     `json:"state"`
	StateBefore State     `json:"state_before,omitempty"`
	StateSince  time.Time `json:"state_since"`
	WaitUntil   time.Time `json:"wait_until"`
	ClosedAt    time.Time `json:"closed_at"`
	DueAt       time.Time `json:"due_at"`
	MasterDue   time.Time `json:"master_due"`
}

// CaseTemplate is words that staff write again and again; {number}, {title}, {name}, {link}, {department} and {date} are filled in.
type CaseTemplate struct {
	tenant.Key
	Code         string
	State        State
	Channel      string
	TopicID      string    `bun:",nullzero"`
	DepartmentID string    `bun:",nullzero"`
	Subject      i18n.Text `bun:"type:jsonb"`
	Body         i18n.Text `bun:"type:jsonb"`
	Position     int
	Archived     bool
	RowVersion   int64
}

// CaseFilter is a filter of staff, kept under a name.
type CaseFilter struct {
	tenant.Key
	OwnerID      string
	Name         string
	Query        string
	Shared       bool
	DepartmentID string `bun:",nullzero"`
	Position     int
	CreatedAt    time.Time
}

// CaseRule says who gets a case: the first one that fits, in the order of Position.
type CaseRule struct {
	tenant.Key
	Name         string
	Position     int
	Active       bool
	Match        Match  `bun:"type:jsonb"`
	DepartmentID string `bun:",nullzero"`
	AssigneeID   string `bun:",nullzero"`
	Priority     int64
	// Direct hands the case over without an editor.
	Direct bool
	// BodyID suggests that it concerns another authority.
	BodyID     string `bun:",nullzero"`
	RowVersion int64
}

// CaseClient is a program that may report for others, by the hash of its key.
type CaseClient struct {
	tenant.Key
	Name      string
	Contact   string
	KeyHash   string
	Active    bool
	Test      bool
	Channel   string
	Callback  string
	UsedAt    time.Time `bun:",nullzero"`
	CreatedAt time.Time
}

// CaseAlert is who wants to hear of new cases around a place or of a topic.
type CaseAlert struct {
	tenant.Key
	AccountID   string `bun:",nullzero"`
	Email       string
	Lang        string
	Token       string
	Lat, Lng    *float64
	Metres      int64
	AreaID      string `bun:",nullzero"`
	TopicID     string `bun:",nullzero"`
	Kind        string
	ConfirmedAt time.Time `bun:",nullzero"`
	LastAt      time.Time `bun:",nullzero"`
	CreatedAt   time.Time
}
