// Package stored is what is kept of reports: versions, files, letters, and the figures of the census; and the statements that read
// what a report, the register and the board of due dates are made from.
package stored

import (
	"time"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/tenant"
)

// Kind is the subject kind of a report.
const Kind = "report"

// State is where a version stands.
type State string

// The states: staff writes it, the formats are being made, everybody reads it.
const (
	Draft     State = "draft"
	Making    State = "making"
	Published State = "published"
)

// Report is one version of the report of a consultation. Published ones never change.
type Report struct {
	tenant.Key
	ConsultationID string
	Version        int
	State          State
	Introduction   i18n.Text `bun:"type:jsonb"`
	Conclusions    i18n.Text `bun:"type:jsonb"`
	NextStep       i18n.Text `bun:"type:jsonb"`
	GroupsMissing  i18n.Text `bun:"type:jsonb"`
	// Evaluation puts the comparison with the census into the report.
	Evaluation bool
	// Correction is why this version stands beside the one before, whose id is ReplacesID.
	Correction i18n.Text `bun:"type:jsonb"`
	ReplacesID string    `bun:",nullzero"`
	// Progress is how much of the formats is written, in percent; Failure why the last attempt ended.
	Progress    int
	Failure     string
	Figures     *Figures  `bun:"type:jsonb,nullzero"`
	PartCount   int       // of the pieces of the page with remarks
	SHA256      string    `bun:"sha256"` // of the canonical text
	FrozenAt    time.Time `bun:",nullzero"`
	PublishedAt time.Time `bun:",nullzero"`
	PublishedBy string
	RowVersion  int64
	CreatedBy   string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Ref is how others point at it.
func (r *Report) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: r.ID} }

// Figures are the numbers of a report that the register shows.
type Figures struct {
	Days         int   `json:"days"`
	Participants int64 `json:"participants"`
	Remarks      int64 `json:"remarks"`
	Proposals    int64 `json:"proposals"`
	Comments     int64 `json:"comments"`
	Votes        int64 `json:"votes"`
	Accepted     int64 `json:"accepted"` // wholly or partly
	Decided      int64 `json:"decided"`
}

// ReportFile is one file of a version.
type ReportFile struct {
	tenant.Key
	ReportID  string
	Lang      string // empty for what is the same in all languages
	Format    string
	Name      string
	SHA256    string `bun:"sha256"`
	Size      int64
	BlobKey   string
	CreatedAt time.Time
}

// ReportLetter says that somebody was written to.
type ReportLetter struct {
	tenant.Key
	ConsultationID string
	AccountID      string
	ReportID       string
	CreatedAt      time.Time
}

// The kinds of figures of the census.
const (
	ByArea = "area"
	ByAge  = "age"
)

// CensusFigure is how many people live in an area or are of an age, as the municipality says.
type CensusFigure struct {
	tenant.Key
	Kind      string
	Grp       string
	People    int64
	Year      int
	UpdatedAt time.Time
}

// Person is what counts of somebody who took part.
type Person struct {
	BirthYear int
	AreaIDs   []string `bun:"area_ids,type:jsonb"`
}

// Change is a change of the end of a consultation while it was public.
type Change struct {
	tenant.Key
	ConsultationID string
	Kind           string
	Reason         i18n.Text `bun:"type:jsonb"`
	OldAt          time.Time `bun:",nullzero"`
	NewAt          time.Time `bun:",nullzero"`
	CreatedAt      time.Time
}

// Proposal is a public proposal as a report tells it.
type Proposal struct {
	tenant.Key
	Number     int64
	Slug       string
	Title      string
	Lang       string
	AuthorID   string
	AuthorName string
	AuthorKind string
	// OrganisationID is the association in whose name it was made.
	OrganisationID string `bun:",nullzero"`
}

// Consultation is a line of the register and of the board.
type Consultation struct {
	tenant.Key
	Slug         string
	Title        i18n.Text `bun:"type:jsonb"`
	DepartmentID string    `bun:",nullzero"`
	State        string
	StartsAt     time.Time `bun:",nullzero"`
	EndsAt       time.Time `bun:",nullzero"`
	AnswerBy     time.Time `bun:",nullzero"`
	AnsweredAt   time.Time `bun:",nullzero"`
	ReportBy     time.Time `bun:",nullzero"`
	Meetings     []Meeting `bun:"type:jsonb"`

	ProposalCount    int64
	CommentCount     int64
	VoteCount        int64
	ParticipantCount int64
}

// Meeting is a hearing; without ProtocolID its minutes are missing.
type Meeting struct {
	Title      i18n.Text `json:"title"`
	At         time.Time `json:"at"`
	ProtocolID string    `json:"protocol_id"`
}

// Path is the address of its page.
func (c *Consultation) Path() string { return "/consultations/" + c.Slug }

// Pending counts what waits for a department in a consultation, and by when the first of it is due.
type Pending struct {
	ConsultationID string
	DepartmentID   string
	N              int64
	DueAt          time.Time
}
