// Package around is the rows that hang on a case and need none of its rules: people, departments' shares, supporters, opinions, what was
// passed on or joined, and who may report or be told.
package around

import (
	"encoding/json"
	"time"

	"glas/internal/i18n"
	"glas/tenant"
)

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
	// Company is the legal body that he reports for, RegisterNumber its number in Register.
	Company, Register, RegisterNumber string
	Lang                              string
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
	// RowVersion is raised by each change.
	RowVersion int64
}

// CaseWatcher is one of the municipality's own people who keeps an eye on a case; Level is that of the ladder that made him, empty when he
// wanted to.
type CaseWatcher struct {
	tenant.Key
	CaseID    string
	AccountID string
	Level     string
	CreatedAt time.Time
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
