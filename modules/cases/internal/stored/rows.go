package stored

import (
	"slices"
	"time"

	"glas/internal/i18n"
	"glas/modules/cases/internal/around"
	"glas/tenant"
)

// Rows that hang on a case, by their names here.
type (
	ExternalBody     = around.ExternalBody
	CaseParty        = around.CaseParty
	CaseAssignment   = around.CaseAssignment
	CaseTask         = around.CaseTask
	CaseSupport      = around.CaseSupport
	CaseFollower     = around.CaseFollower
	CaseSurvey       = around.CaseSurvey
	CaseSurveyReason = around.CaseSurveyReason
	CaseReferral     = around.CaseReferral
	CaseWatcher      = around.CaseWatcher
	CaseMerge        = around.CaseMerge
	CaseFilter       = around.CaseFilter
	CaseClient       = around.CaseClient
	CaseAlert        = around.CaseAlert
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

// LanguagesKey is the key in the data of the settings: the languages in which final answers must be written.
const LanguagesKey = "answer_languages"

// Mandatory are the languages in which a final answer must be written: the first of the municipality, and those that it named.
func (s *CaseSetting) Mandatory(t *tenant.Tenant) []string {
	out := []string{t.Default()}
	named, _ := s.Data[LanguagesKey].([]any)
	for _, one := range named {
		if lang, ok := one.(string); ok && slices.Contains(t.Languages, lang) && !slices.Contains(out, lang) {
			out = append(out, lang)
		}
	}
	return out
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
	RetentionDays   int
	Photo           bool
	StaffOnly       bool
	Archived        bool
	Keywords        string
	Grp             string
	Position        int
	RowVersion      int64
}

// Roles of a party.
const (
	RoleReporter     = "reporter"
	RoleRepresents   = "representative"
	RoleOrganisation = "organisation"
	RoleWitness      = "witness"
	RoleAffected     = "affected"
)

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
	Public bool
	// Fallback says that who wrote it knows that a language is missing, and that readers get it in another one.
	Fallback    bool
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

// States of a task.
const (
	TaskOpen    = "open"
	TaskDoneNow = "done"
	TaskDropped = "dropped"
)

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
