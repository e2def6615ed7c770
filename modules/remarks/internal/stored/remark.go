// Package stored is what a remark is: its rows, the rules on them, who may see what of it, and the statements that read and write.
//
// The decision bound here: what anybody may see of a remark is said by one function, Remark.For. Pages, lists, the interface, feeds,
// search, exports and the report all ask it, so that nothing that was hidden comes out by a side door.
package stored

import (
	"context"
	"strconv"
	"time"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/tenant"
)

// Kind is the subject kind of a remark.
const Kind = "remark"

// ActSend is what a phase opens by its method "remark".
const ActSend = "remark.send"

// Bounds of what is written, in letters; MaxFiles in files.
const (
	BodyMin, BodyMax = 3, 5000
	WordingMax       = 20000
	EffectsMax       = 2000
	QuoteMax         = 1000
	ContextMax       = 60
	SourceMin        = 3
	SourceMax        = 300
	NameMax          = 150
	AddressMax       = 300
	ReasonMin        = 10
	ReasonMax        = 10000
	MaxFiles         = 5
	excerptLetters   = 280
)

// Channel is the way by which a remark came.
type Channel string

// The channels.
const (
	Web     Channel = "web"
	Letter  Channel = "letter"
	Email   Channel = "email"
	Desk    Channel = "desk"
	Hearing Channel = "hearing"
	Import  Channel = "import"
)

// Channels lists all in the order of reports.
func Channels() []Channel { return []Channel{Web, Letter, Email, Desk, Hearing, Import} }

// Stance is where an author stands; empty when he does not say.
type Stance string

// The stances.
const (
	For     Stance = "for"
	Against Stance = "against"
	Neutral Stance = "neutral"
)

// Stances lists them in the order of forms.
func Stances() []Stance { return []Stance{For, Against, Neutral} }

// State is whether a remark can be read.
type State string

// The states. Their words are those that moderation knows.
const (
	Shown     State = "shown"
	Waiting   State = "waiting"
	Hidden    State = "hidden"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
	Removed   State = "removed"
)

// States lists them all.
func States() []State { return []State{Shown, Waiting, Hidden, Refused, Withdrawn, Removed} }

// Disposition is what the municipality decided on a remark; empty while it has not.
type Disposition string

// The dispositions.
const (
	Accepted    Disposition = "accepted"
	Partly      Disposition = "partly"
	NotAccepted Disposition = "not_accepted"
	Noted       Disposition = "noted"
	OutOfScope  Disposition = "out_of_scope"
)

// Dispositions lists them in the order of forms and reports; the number of its key is its place, from 1.
func Dispositions() []Disposition {
	return []Disposition{Accepted, Partly, NotAccepted, Noted, OutOfScope}
}

// Carried is what became of the block of a remark in a new version of its text.
type Carried string

// The fates of a block.
const (
	Kept     Carried = "kept"
	Changed  Carried = "changed"
	Vanished Carried = "vanished"
)

// Reconfirm is where a remark stands after a document was replaced; empty when nothing was.
type Reconfirm string

// The steps: to be asked, asked, and what the author said.
const (
	ToAsk       Reconfirm = "ask"
	Asked       Reconfirm = "asked"
	Reconfirmed Reconfirm = "kept"
	Rewritten   Reconfirm = "changed"
)

// Anchor is what a remark is about.
type Anchor struct {
	// Ref is the text, the sheet or the consultation.
	Ref subject.Ref
	// Block is the stable key of a block, empty for the whole; Label is how it is called, Version the version that was read.
	Block, Label, Version string
	// Quote are words of the block; Prefix and Suffix stand before and after them, so that they can be found again.
	Quote, Prefix, Suffix string
	// Zone is the number of a zone of a sheet; X and Y are a point of it from 0 to 1, both 0 for none.
	Zone string
	X, Y float64
}

// Target is a host's thing as remarks need it.
type Target struct {
	Ref            subject.Ref
	ConsultationID string
	Title          string
	// Path is the address of the thing, without a language prefix.
	Path    string
	Visible bool
}

// BlockInfo is one block as it reads now. Path leads to it.
type BlockInfo struct {
	Key, Label, Text string
	VersionID, Path  string
}

// Fate is what became of a block in the version with the id Version.
type Fate struct {
	What    Carried
	Version string
}

// Answer is what the municipality says to a remark.
type Answer struct {
	Disposition  Disposition `json:"disposition"`
	Reason       i18n.Text   `json:"reason"`
	DepartmentID string      `json:"department_id,omitempty"`
	// The resulting change: the block and the version of the text in which it stands, and where that is seen.
	ChangeBlock   string `json:"change_block,omitempty"`
	ChangeLabel   string `json:"change_label,omitempty"`
	ChangeVersion string `json:"change_version,omitempty"`
	ChangePath    string `json:"change_path,omitempty"`
	// DecidedAt is when it was decided; who did is for staff only.
	DecidedAt time.Time `json:"decided_at"`
}

// Person is who sent a remark, as the office knows it; never public.
type Person struct{ Name, Email, Address string }

// Remark is one remark.
type Remark struct {
	tenant.Key
	Seq            int64  `json:"-"`
	Year           int    `json:"year"`
	Number         int64  `json:"number"`
	Token          string `json:"-"`
	ConsultationID string `json:"consultation_id"`

	HostKind    string  `json:"host_kind"`
	HostID      string  `json:"host_id"`
	Block       string  `json:"block,omitempty"`
	Label       string  `json:"label,omitempty"`
	VersionID   string  `json:"version_id,omitempty"`
	BlockText   string  `json:"block_text,omitempty"`
	Quote       string  `json:"quote,omitempty"`
	QuotePrefix string  `json:"quote_prefix,omitempty"`
	QuoteSuffix string  `json:"quote_suffix,omitempty"`
	Zone        string  `json:"zone,omitempty"`
	X           float64 `json:"x,omitempty"`
	Y           float64 `json:"y,omitempty"`

	Channel    Channel   `json:"channel"`
	Source     string    `json:"source,omitempty"`
	ReceivedAt time.Time `json:"received_at"`
	Stance     Stance    `json:"stance,omitempty"`
	Body       string    `json:"body"`
	Wording    string    `json:"wording,omitempty"`
	Effects    string    `json:"effects,omitempty"`
	Excerpt    string    `json:"-"`
	Folded     string    `json:"-"`
	Lang       string    `json:"lang,omitempty"`
	accounts.Byline
	PersonName    string `json:"person_name,omitempty"`
	PersonEmail   string `json:"person_email,omitempty"`
	PersonAddress string `json:"person_address,omitempty"`
	AreaID        string `bun:",nullzero" json:"-"`
	AgeBand       string `json:"-"`
	FileCount     int    `json:"file_count"`

	State       State  `json:"state"`
	StateReason string `json:"state_reason,omitempty"`
	StateRule   string `json:"state_rule,omitempty"`
	Hints       string `json:"-"`

	Carried        Carried   `json:"carried,omitempty"`
	CarriedVersion string    `json:"carried_version,omitempty"`
	Reconfirm      Reconfirm `json:"reconfirm,omitempty"`
	ReconfirmFor   string    `json:"-"`
	ReconfirmAt    time.Time `bun:",nullzero" json:"-"`

	Disposition   Disposition `json:"-"`
	AnswerReason  i18n.Text   `bun:"type:jsonb" json:"-"`
	DepartmentID  string      `bun:",nullzero" json:"-"`
	AssigneeID    string      `bun:",nullzero" json:"-"`
	DueAt         time.Time   `bun:",nullzero" json:"-"`
	ChangeBlock   string      `json:"-"`
	ChangeLabel   string      `json:"-"`
	ChangeVersion string      `json:"-"`
	ChangePath    string      `json:"-"`
	DecidedBy     string      `json:"-"`
	DecidedByName string      `json:"-"`
	DecidedAt     time.Time   `bun:",nullzero" json:"-"`

	// PublicAnswer is the answer that everybody sees, nil before it is published.
	PublicAnswer      *Answer     `bun:"type:jsonb" json:"answer,omitempty"`
	PublicDisposition Disposition `json:"-"`
	PublishedAt       time.Time   `bun:",nullzero" json:"published_at,omitzero"`
	ToldAt            time.Time   `bun:",nullzero" json:"-"`
	// Changes are the parts of the text that were changed because of it.
	Changes []TextChange `bun:"type:jsonb" json:"changes,omitempty"`

	GroupID    string    `bun:",nullzero" json:"-"`
	ExternalID string    `bun:",nullzero" json:"-"`
	Dedupe     string    `bun:",nullzero" json:"-"`
	Revision   int       `json:"revision"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"-"`
	EditedAt   time.Time `bun:",nullzero" json:"edited_at,omitzero"`
	ClosedAt   time.Time `bun:",nullzero" json:"closed_at,omitzero"`
	RowVersion int64     `json:"-"`
}

// RemarkRevision is what a remark said before an edit.
type RemarkRevision struct {
	tenant.Key
	RemarkID  string
	Revision  int
	Stance    Stance
	Body      string
	Wording   string
	Effects   string
	CreatedAt time.Time
}

// RemarkGroup is a number of remarks that say the same and get one answer.
type RemarkGroup struct {
	tenant.Key
	ConsultationID string
	Title          string
	CreatedAt      time.Time
}

// yearStep keeps years apart in Seq; no municipality gets a hundred million remarks in a year.
const yearStep = 100_000_000

// SeqOf is the place of a number among all.
func SeqOf(year int, number int64) int64 { return int64(year)*yearStep + number }

// Ref is how others point at it.
func (r *Remark) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: r.ID} }

// Host is what it is about.
func (r *Remark) Host() subject.Ref { return subject.Ref{Kind: r.HostKind, ID: r.HostID} }

// Anchor is where it stands.
func (r *Remark) Anchor() Anchor {
	return Anchor{Ref: r.Host(), Block: r.Block, Label: r.Label, Version: r.VersionID, Quote: r.Quote, Prefix: r.QuotePrefix, Suffix: r.QuoteSuffix,
		Zone: r.Zone, X: r.X, Y: r.Y}
}

// Name is its number as people write it: "2026/14".
func (r *Remark) Name() string { return strconv.Itoa(r.Year) + "/" + strconv.FormatInt(r.Number, 10) }

// Path is its address without a language prefix.
func (r *Remark) Path() string { return "/remarks/" + r.Name() }

// ReceiptPath is the address of its receipt, known to whom it was given only.
func (r *Remark) ReceiptPath() string { return r.Path() + "/receipt/" + r.Token }

// ConfirmPath is where its author says what becomes of it after a document was replaced.
func (r *Remark) ConfirmPath() string { return r.Path() + "/confirm/" + r.Token }

// Association reports whether an association speaks.
func (r *Remark) Association() bool { return r.AuthorKind == accounts.AuthorAssociation }

// Answered reports whether the office has decided, published or not.
func (r *Remark) Answered() bool { return r.Disposition != "" }

// Counts reports whether the remark has to be answered: it was not taken back, refused or removed. One that is hidden from the public
// still is.
func (r *Remark) Counts() bool {
	return r.State == Shown || r.State == Waiting || r.State == Hidden
}

// Working is the answer as the office has it, published or not.
func (r *Remark) Working() Answer {
	return Answer{Disposition: r.Disposition, Reason: r.AnswerReason, DepartmentID: r.DepartmentID, ChangeBlock: r.ChangeBlock,
		ChangeLabel: r.ChangeLabel, ChangeVersion: r.ChangeVersion, ChangePath: r.ChangePath, DecidedAt: r.DecidedAt}
}

// Unpublished reports whether the office decided something that the public does not see yet.
func (r *Remark) Unpublished() bool {
	return r.Answered() && r.State == Shown && (r.PublicAnswer == nil || !r.PublicAnswer.DecidedAt.Equal(r.DecidedAt))
}

// Write sets the words and what follows from them.
func (r *Remark) Write(w Words) {
	r.Stance, r.Body, r.Wording, r.Effects = w.Stance, w.Body, w.Wording, w.Effects
	r.Excerpt = text.Excerpt(w.Body, excerptLetters)
	if r.Excerpt == "" {
		r.Excerpt = text.Excerpt(w.Wording, excerptLetters)
	}
	r.Folded = search.Fold(text.Plain(w.Body) + "\n" + w.Wording + "\n" + w.Effects + "\n" + r.Label)
}

// Words is what an author says.
type Words struct {
	Stance  Stance
	Body    string
	Wording string
	Effects string
}

// Check says what is wrong with words, by field. Words without a text must propose another wording. was is the wording of the block:
// proposing what stands there already is proposing nothing.
func (w Words) Check(was string) fault.Fields {
	fields := fault.Fields{}
	most := func(name, s string, n int) {
		if text.Letters(s) > n {
			fields[name] = fault.Msg("val.max_chars", "N", n)
		}
	}
	most("body", w.Body, BodyMax)
	most("wording", w.Wording, WordingMax)
	most("effects", w.Effects, EffectsMax)
	n := text.Letters(w.Body)
	switch {
	case n == 0 && (w.Wording == "" || w.Wording == was):
		fields["body"] = fault.Msg("val.required")
	case n > 0 && n < BodyMin:
		fields["body"] = fault.Msg("val.min_chars", "N", BodyMin)
	}
	return fields
}

// Document is what the search keeps of a remark that everybody may read; title is that of what it is about.
func (r *Remark) Document(title string) search.Document {
	at := r.CreatedAt
	if !r.EditedAt.IsZero() {
		at = r.EditedAt
	}
	return search.Document{Ref: r.Ref(), Title: r.Heading(title), Body: text.Plain(r.Body) + "\n" + r.Wording, Path: r.Path(), Context: title, Lang: r.Lang,
		ConsultationID: r.ConsultationID, Updated: at}
}

// Heading is a remark in one line: its number and what it is about.
func (r *Remark) Heading(title string) string {
	if r.Label != "" {
		return r.Name() + " · " + r.Label
	}
	return r.Name() + " · " + title
}

// AgeBandOf is the band of age of a year of birth: "18-24"; empty when the year is not known.
func AgeBandOf(birthYear int, now time.Time) string {
	age := now.Year() - birthYear
	if birthYear == 0 || age < 0 || age > 120 {
		return ""
	}
	for _, b := range []struct {
		most int
		name string
	}{{17, "0-17"}, {24, "18-24"}, {34, "25-34"}, {44, "35-44"}, {54, "45-54"}, {64, "55-64"}, {74, "65-74"}} {
		if age <= b.most {
			return b.name
		}
	}
	return "75+"
}

// ErrUnknown is what every address of a remark that cannot be seen answers: that it exists is not told.
func ErrUnknown() error { return fault.NotFound("remarks.error.unknown") }

// ReasonIn is the reason in the reader's language, else in that of the municipality, with the language that it is in.
func (a *Answer) ReasonIn(ctx context.Context) (words, lang string) {
	return a.Reason.Pick(i18n.Lang(ctx), tenant.From(ctx).Default())
}

// Against drops a proposed wording that is the one which stands there already: the form is filled with it.
func (w Words) Against(was string) Words {
	if text.Clean(w.Wording) == text.Clean(was) {
		w.Wording = ""
	}
	return w
}
