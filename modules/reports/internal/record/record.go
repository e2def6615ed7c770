// Package record is the report of a consultation as data: one canonical text whose SHA-256 everybody can check, and from which
// every format is written. It knows neither database nor language of a reader.
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"glas/internal/i18n"
)

// Format names the shape of the text. Fields are only added; what is there keeps its meaning.
const Format = "glas-report-1"

// Report is everything that a report says.
type Report struct {
	Format       string       `json:"format"`
	Municipality Municipality `json:"municipality"`
	Subject      Subject      `json:"subject"`
	Version      int          `json:"version"`
	// Correction is why this version stands beside the one before, Replaces the fingerprint of that one.
	Correction i18n.Text `json:"correction,omitempty"`
	Replaces   string    `json:"replaces,omitempty"`
	FrozenAt   time.Time `json:"frozen_at"`

	Introduction i18n.Text `json:"introduction,omitempty"`
	Conclusions  i18n.Text `json:"conclusions,omitempty"`
	NextStep     i18n.Text `json:"next_step,omitempty"`
	DecisionURL  string    `json:"decision_url,omitempty"`
	Decision     i18n.Text `json:"decision,omitempty"`

	Dates     Dates      `json:"dates"`
	Documents []Document `json:"documents"`
	Meetings  []Meeting  `json:"meetings"`
	Counts    Counts     `json:"counts"`
	Channels  []Channel  `json:"channels"`
	Articles  []Article  `json:"articles"`
	Areas     []Cell     `json:"areas"` // of participants with an account, as ages
	Ages      []Cell     `json:"ages"`
	Remarks   []Remark   `json:"remarks"`
	Positions []Position `json:"positions"`
	Proposals []Proposal `json:"proposals"`
	Changes   []Change   `json:"changes"`
	Votes     []Vote     `json:"votes"`
	// Nothing is whether nothing at all was received.
	Nothing    bool        `json:"nothing_received"`
	Evaluation *Evaluation `json:"evaluation,omitempty"`
}

// Municipality is who reports.
type Municipality struct {
	Name    i18n.Text `json:"name"`
	Slug    string    `json:"slug"`
	Zone    string    `json:"time_zone"`
	Address string    `json:"address"` // of its pages on the web
}

// Subject is what was consulted on.
type Subject struct {
	ID         string    `json:"id"`
	Title      i18n.Text `json:"title"`
	Summary    i18n.Text `json:"summary,omitempty"`
	Decides    i18n.Text `json:"decides,omitempty"`
	InputUse   i18n.Text `json:"input_use,omitempty"`
	LegalBasis i18n.Text `json:"legal_basis,omitempty"`
	Department i18n.Text `json:"department,omitempty"`
	Area       i18n.Text `json:"area,omitempty"`
	Path       string    `json:"path"`
}

// Dates is when what was due and done.
type Dates struct {
	PublishedAt time.Time   `json:"published_at,omitzero"`
	StartsAt    time.Time   `json:"starts_at,omitzero"`
	EndsAt      time.Time   `json:"ends_at,omitzero"`
	Days        int         `json:"days"`
	AnswerBy    time.Time   `json:"answer_by,omitzero"`
	AnsweredAt  time.Time   `json:"answered_at,omitzero"`
	ReportBy    time.Time   `json:"report_by,omitzero"`
	ShortReason i18n.Text   `json:"short_reason,omitempty"`
	Phases      []Phase     `json:"phases"`
	Changes     []Extension `json:"changes"`
	Overrides   []Override  `json:"overrides"`
}

// Phase is a part of the consultation.
type Phase struct {
	Title    i18n.Text `json:"title"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at,omitzero"`
}

// Extension is a change of the end while the consultation was public.
type Extension struct {
	Kind   string    `json:"kind"`
	Reason i18n.Text `json:"reason,omitempty"`
	Old    time.Time `json:"old,omitzero"`
	New    time.Time `json:"new,omitzero"`
	At     time.Time `json:"at"`
}

// Override is a rule that was set aside, with the published reason.
type Override struct {
	Rule   string    `json:"rule"`
	Reason i18n.Text `json:"reason"`
	At     time.Time `json:"at"`
}

// Document is one version of a document of the consultation.
type Document struct {
	ID            string    `json:"id"`
	Title         i18n.Text `json:"title"`
	Kind          string    `json:"kind,omitempty"`
	KindName      i18n.Text `json:"kind_name,omitempty"`
	Lang          string    `json:"lang,omitempty"`
	Version       int       `json:"version"`
	FileName      string    `json:"file_name"`
	Size          int64     `json:"size"`
	SHA256        string    `json:"sha256"`
	AddedAt       time.Time `json:"added_at"`
	Path          string    `json:"path"`
	Replaced      bool      `json:"replaced,omitempty"`
	ReplaceReason i18n.Text `json:"replace_reason,omitempty"`
}

// Meeting is a hearing or another meeting.
type Meeting struct {
	Title        i18n.Text `json:"title"`
	At           time.Time `json:"at"`
	Place        i18n.Text `json:"place,omitempty"`
	Protocol     string    `json:"protocol,omitempty"`      // file name
	ProtocolPath string    `json:"protocol_path,omitempty"` // address
	// ProtocolTitle is what the record is called.
	ProtocolTitle i18n.Text `json:"protocol_title,omitempty"`
}

// Counts are the numbers of the whole.
type Counts struct {
	Participants        int64 `json:"participants"`
	ParticipantsOutside int64 `json:"participants_outside"` // of them without an account: by letter, by e-mail, at the desk, at a hearing
	Remarks             int64 `json:"remarks"`
	RemarksCitizens     int64 `json:"remarks_citizens"`
	RemarksAssociations int64 `json:"remarks_associations"`
	RemarkFiles         int64 `json:"remark_files"` // that came with remarks
	Associations        int64 `json:"associations"` // that sent remarks or proposals
	Proposals           int64 `json:"proposals"`
	Positions           int64 `json:"positions"` // of associations
	Comments            int64 `json:"comments"`
	Votes               int64 `json:"votes"`                // in frozen results only
	Voters              int64 `json:"voters"`               // who cast them
	Population          int64 `json:"population,omitempty"` // of the census, for the turnout
	Accepted            int64 `json:"accepted"`
	Partly              int64 `json:"partly"`
	Rejected            int64 `json:"not_accepted"`
	Noted               int64 `json:"noted"`
	OutOfScope          int64 `json:"out_of_scope"`
	Undecided           int64 `json:"undecided"`
}

// Channel is how many remarks came one way.
type Channel struct {
	Channel string `json:"channel"`
	Remarks int64  `json:"remarks"`
}

// Article is a block of a text with the remarks on it; those without any are listed too.
type Article struct {
	TextID       string    `json:"text_id"`
	TextTitle    i18n.Text `json:"text_title,omitempty"`
	Block        string    `json:"block"`
	Label        string    `json:"label"`
	Title        string    `json:"title,omitempty"`
	Path         string    `json:"path,omitempty"`
	Level        int       `json:"level,omitempty"`
	Remarks      int64     `json:"remarks"`
	Citizens     int64     `json:"citizens"`
	Associations int64     `json:"associations"`
	Accepted     int64     `json:"accepted"` // wholly or partly
	Files        int64     `json:"files"`    // that came with the remarks
	// Kind is empty for an article, chapter or note for what stands outside of articles, and gone for a block that vanished with a later
	// version; sheet for a plan sheet as a whole, and zone for a zone of one: then Label is its number.
	Kind string `json:"kind,omitempty"`
	// Blocks are the blocks that belong to it, itself first; when there are none, itself alone.
	Blocks []string `json:"-"`
}

// The kinds of an Article that is none.
const (
	KindChapter = "chapter"
	KindNote    = "note"
	KindGone    = "gone"
	KindSheet   = "sheet"
	KindZone    = "zone"
)

// OfPlan reports whether it is no part of an act but of a plan sheet.
func (a *Article) OfPlan() bool { return a.Kind == KindSheet || a.Kind == KindZone }

// Name is how a part of an act is called: its citation and its title, once.
func (a *Article) Name() string {
	if a.Title == "" || strings.HasSuffix(a.Label, a.Title) {
		return a.Label
	}
	return strings.TrimSpace(a.Label + " " + a.Title)
}

// Parts are the blocks of an article in their order.
func (a *Article) Parts() []string {
	if len(a.Blocks) == 0 {
		return []string{a.Block}
	}
	return a.Blocks
}

// Cell is one line of a table of people. Without N it is withheld.
type Cell struct {
	Key   string    `json:"key"`
	Label i18n.Text `json:"label,omitempty"`
	N     *int64    `json:"n"`
}

// The dispositions of a remark.
const (
	Accepted   = "accepted"
	Partly     = "partly"
	Rejected   = "not_accepted"
	Noted      = "noted"
	OutOfScope = "out_of_scope"
)

// Remark is a remark as published.
type Remark struct {
	No         string    `json:"no"`
	ReceivedAt time.Time `json:"received_at"`
	Channel    string    `json:"channel"`
	TextID     string    `json:"text_id,omitempty"`
	Block      string    `json:"block,omitempty"`
	Label      string    `json:"label,omitempty"`
	Quote      string    `json:"quote,omitempty"`
	Author     string    `json:"author"`
	AuthorKind string    `json:"author_kind"`
	Stance     string    `json:"stance,omitempty"`
	Lang       string    `json:"lang,omitempty"`
	Body       string    `json:"body"`
	Proposed   string    `json:"proposed_wording,omitempty"`
	Effects    string    `json:"effects,omitempty"`
	// Point is a place on a plan sheet in per cent of its width and height; Files are what came with it.
	Point       *[2]float64 `json:"point,omitempty"`
	Files       []File      `json:"files,omitempty"`
	Disposition string      `json:"disposition,omitempty"`
	Reason      i18n.Text   `json:"reason,omitempty"`
	Department  i18n.Text   `json:"department,omitempty"`
	Change      string      `json:"change,omitempty"` // what was changed because of it
	DecidedAt   time.Time   `json:"decided_at,omitzero"`
	Path        string      `json:"path,omitempty"`

	// AuthorID is never written: it counts associations. DepartmentID is told by its name.
	AuthorID     string `json:"-"`
	DepartmentID string `json:"-"`
}

// File is an attachment that everybody can read. The fingerprint is told of documents: pictures are drawn anew.
type File struct {
	Name   string `json:"name"`
	Alt    string `json:"alt,omitempty"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256,omitempty"`
	Path   string `json:"path"`
}

// Association reports whether an association sent it.
func (r *Remark) Association() bool { return r.AuthorKind == "association" }

// Proposal is a proposal with its answer.
type Proposal struct {
	No         int64     `json:"no"`
	Title      string    `json:"title"`
	Lang       string    `json:"lang,omitempty"`
	Author     string    `json:"author"`
	AuthorKind string    `json:"author_kind"`
	Answer     string    `json:"answer,omitempty"` // its public state
	AnswerName string    `json:"answer_name,omitempty"`
	Reason     i18n.Text `json:"reason,omitempty"`
	Path       string    `json:"path"`
	AuthorID   string    `json:"-"`
	ID         string    `json:"-"`
}

// Position is what an association adopted, its own voice.
type Position struct {
	Association string    `json:"association"`
	Title       string    `json:"title"`
	Text        string    `json:"text"`
	Lang        string    `json:"lang,omitempty"`
	Stance      string    `json:"stance"`
	AdoptedBy   string    `json:"adopted_by"`
	AdoptedOn   string    `json:"adopted_on"` // a day, as in 2026-11-21
	Signatories []string  `json:"signatories,omitempty"`
	PublishedAt time.Time `json:"published_at"`
	Path        string    `json:"path"`
	Files       []File    `json:"files,omitempty"`
	AuthorID    string    `json:"-"`
}

// Change is a change of the text.
type Change struct {
	TextTitle i18n.Text `json:"text_title,omitempty"`
	Label     string    `json:"label"`
	Before    string    `json:"before,omitempty"`
	After     string    `json:"after,omitempty"`
	Because   []string  `json:"because,omitempty"` // numbers of remarks
	Version   string    `json:"version,omitempty"`
}

// Vote is a frozen result.
type Vote struct {
	Title    string           `json:"title"`
	Kind     string           `json:"kind"` // consultation or proposal
	Path     string           `json:"path,omitempty"`
	Votes    int64            `json:"votes"`
	ByValue  map[string]int64 `json:"by_value"`
	ByVoter  map[string]int64 `json:"by_voter"`
	Rule     string           `json:"rule,omitempty"` // support, choice or rating
	Quota    int              `json:"quota,omitempty"`
	Who      i18n.Text        `json:"who,omitempty"` // who might vote, in words
	FrozenAt time.Time        `json:"frozen_at"`
	Hash     string           `json:"sha256"`
}

// Evaluation compares who took part with who lives there.
type Evaluation struct {
	CensusYear int       `json:"census_year,omitempty"`
	Areas      []Share   `json:"areas,omitempty"`
	Ages       []Share   `json:"ages,omitempty"`
	Languages  []string  `json:"languages_missing,omitempty"` // that the subject was not published in
	Documents  int       `json:"documents"`
	Groups     i18n.Text `json:"groups_missing,omitempty"` // as staff write it
}

// Share is the share of a group among those who took part and among those who live there, in percent. Without Part it is withheld.
type Share struct {
	Key   string    `json:"key"`
	Label i18n.Text `json:"label,omitempty"`
	Part  *float64  `json:"participants_percent"`
	Home  float64   `json:"population_percent"`
}

// Canonical is the text of the report: JSON with fields in their order, maps by their keys, one line end at the end.
func (r *Report) Canonical() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(r); err != nil {
		return nil, fmt.Errorf("write report: %w", err)
	}
	return out.Bytes(), nil
}

// Read reads the text of a report.
func Read(body []byte) (*Report, error) {
	r := new(Report)
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	return r, nil
}

// Hash is the SHA-256 in hexadecimal.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
