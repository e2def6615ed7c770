// Package stored is what a proposal is, which rules it keeps, and how it is stored, listed and found: no pages, and nobody's rights.
package stored

import (
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/votes"
	"glas/tenant"
)

// Kind is the subject kind of a proposal.
const Kind = "proposal"

// Bounds of what people write, in letters (grapheme clusters).
const (
	TitleMin, TitleMax = 15, 150
	BodyMin, BodyMax   = 20, 5000
	PlaceMax           = 150
	ReasonMin          = 10
	ReasonMax          = 1000
	// PhotosMax is how many photos and documents a proposal has where its phase says nothing.
	PhotosMax = 5
	// titleFloor is the shortest title that a phase can allow.
	titleFloor = 5
)

const (
	excerptLetters = 220
	foldedBytes    = 3000
	// repeatWindow is how long the same text of the same author counts as one proposal.
	repeatWindow = 10 * time.Minute
	// fastest is the shortest time in which a person fills in the form.
	fastest = 3 * time.Second
)

// State is what can be seen of a proposal.
type State string

// The states of a proposal.
const (
	// Draft is seen by its author only and has no number yet.
	Draft State = "draft"
	// Waiting is seen by its author and moderators until one of those has read it.
	Waiting State = "waiting"
	// Published is seen by everybody.
	Published State = "published"
	// Withdrawn was taken back by its author: the reason stands in place of the text, the discussion stays.
	Withdrawn State = "withdrawn"
	// Merged was joined with another one, which its address leads to.
	Merged State = "merged"
	// Hidden was taken out by a moderator, or refused by one; its author sees why.
	Hidden State = "hidden"
)

// next lists the states that a state can become. Hidden goes back to Published, and to Waiting only by being written again.
func (s State) next() []State {
	switch s {
	case Draft:
		return []State{Waiting, Published}
	case Waiting:
		return []State{Published, Hidden, Withdrawn}
	case Published:
		return []State{Withdrawn, Merged, Hidden}
	case Hidden:
		return []State{Published}
	default:
		return nil
	}
}

// Can reports whether a proposal may go from one state to another.
func (s State) Can(to State) bool {
	for _, n := range s.next() {
		if n == to {
			return true
		}
	}
	return false
}

// Public reports whether everybody can open the page: published ones, and withdrawn ones as a mark with their discussion.
func (s State) Public() bool { return s == Published || s == Withdrawn }

// Proposal is what somebody proposes within a consultation. It is a row, and what the rules work on.
type Proposal struct {
	tenant.Key
	// Number counts the proposals of a municipality from 1; 0 for a draft.
	Number         int64 `bun:",nullzero"`
	Slug           string
	ConsultationID string
	State          State
	Title          string
	// Body is what was typed (Markdown); BodyHTML the safe rendering, Excerpt the beginning as plain text and Folded what likeness
	// and filters compare, all three made when it was saved.
	Body     string
	BodyHTML string `bun:"body_html"`
	Excerpt  string
	Folded   string
	Lang     string
	TopicID  string `bun:",nullzero"`
	AreaID   string `bun:",nullzero"`
	// Place is a street or settlement in words; Lat and Lng are degrees (WGS 84), nil without a point on the map.
	Place string
	Lat   *float64
	Lng   *float64
	accounts.Byline
	// Official proposals are measures of the municipality itself.
	Official bool
	// Revision counts the edits after publication.
	Revision   int
	Reason     string
	Rule       string
	MergedInto string `bun:",nullzero"`
	// Hints are words that moderators may want to look at, one to a line. They never hide anything.
	Hints       string
	Answer      *AnswerLine `bun:"type:jsonb,nullzero"`
	AnswerState string
	AnsweredAt  time.Time `bun:",nullzero"`

	SupportCount     int64
	AgainstCount     int64
	AbstainCount     int64
	RatingCount      int64
	RatingSum        int64
	AssociationCount int64
	CommentCount     int64
	// Popular is what "most supported" sorts by: the supports, or the sum of the ratings.
	Popular int64
	// Trend is what "trending" sorts by, see trend.go; Shuffle is a fixed random number from 0 to shuffleSpan-1.
	Trend   float64
	Shuffle int64

	ExternalID  string `bun:",nullzero"`
	Dedupe      string `bun:",nullzero"`
	CreatedAt   time.Time
	UpdatedAt   time.Time
	PublishedAt time.Time `bun:",nullzero"`
	EditedAt    time.Time `bun:",nullzero"`
	// ClosedAt is when it was withdrawn, merged or hidden.
	ClosedAt   time.Time `bun:",nullzero"`
	RowVersion int64
}

// AnswerLine is the published answer as a list shows it. How its state is called is asked when it is shown.
type AnswerLine struct {
	State        answers.State `json:"state"`
	Text         i18n.Text     `json:"text,omitempty"`
	DepartmentID string        `json:"department_id,omitempty"`
	At           time.Time     `json:"at"`
}

// Ref points at the proposal.
func (p *Proposal) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: p.ID} }

// Path is the address of its page without a language prefix.
func (p *Proposal) Path() string {
	if p.Slug == "" {
		return "/proposals/" + strconv.FormatInt(p.Number, 10)
	}
	return "/proposals/" + strconv.FormatInt(p.Number, 10) + "-" + p.Slug
}

// Located reports whether it has a point on the map.
func (p *Proposal) Located() bool { return p.Lat != nil && p.Lng != nil }

// Total is how the votes stand, from the proposal's own counters.
func (p *Proposal) Total() votes.Total {
	t := votes.Total{Ref: p.Ref(), Up: p.SupportCount, Down: p.AgainstCount, Abstain: p.AbstainCount, Associations: p.AssociationCount}
	if p.RatingCount > 0 {
		t.Count, t.Sum = p.RatingCount, p.RatingSum
		return t
	}
	t.Count, t.Sum = t.Up+t.Down+t.Abstain, t.Up-t.Down
	return t
}

// voteCount is how many voted, whatever the kind of vote.
func (p *Proposal) voteCount() int64 {
	return p.SupportCount + p.AgainstCount + p.AbstainCount + p.RatingCount
}

// derive makes everything that is computed from the text.
func (p *Proposal) derive(defaultLang string) {
	lang := p.Lang
	if lang == "" {
		lang = defaultLang
	}
	p.Slug = text.Slug(p.Title, lang)
	p.BodyHTML = text.Markdown(p.Body)
	p.Excerpt = text.Excerpt(p.Body, excerptLetters)
	p.Folded = cutBytes(search.Fold(p.Title+" "+text.Plain(p.Body)), foldedBytes)
}

// Document is how a proposal is found. The author is not part of it, so that nobody is looked up by what he proposed.
func (p *Proposal) Document(in string) search.Document {
	return search.Document{Ref: p.Ref(), Title: p.Title, Body: text.Plain(p.Body) + "\n" + p.Place, Path: p.Path(), Context: in, Lang: p.Lang,
		Area: p.AreaID, Topic: p.TopicID, ConsultationID: p.ConsultationID, Updated: p.PublishedAt}
}

// cutBytes cuts s at the end of a word within n bytes.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if at := strings.LastIndexByte(s[:n], ' '); at > 0 {
		return s[:at]
	}
	return strings.ToValidUTF8(s[:n], "")
}

// Fingerprint is the same for the same text of the same author in the same consultation, so that a form that was sent twice is
// one proposal.
func (p *Proposal) Fingerprint() string {
	h := fnv.New64a()
	for _, s := range []string{p.ConsultationID, p.AuthorID, search.Fold(p.Title), search.Fold(p.Body)} {
		_, _ = h.Write([]byte(s + "\x00")) // a hash in memory cannot fail
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// Editable is until when the author may change what he published: within minutes of publishing, longer while nobody has voted or
// commented and the phase that took it still runs (closesAt, zero when open-ended).
func (p *Proposal) Editable(now time.Time, minutes int, closesAt time.Time) bool {
	switch {
	case p.State == Draft || p.State == Waiting:
		return true
	case p.State != Published || p.AnswerState != "":
		return false
	case now.Before(p.PublishedAt.Add(time.Duration(minutes) * time.Minute)):
		return true
	}
	return p.voteCount() == 0 && p.CommentCount == 0 && (closesAt.IsZero() || now.Before(closesAt))
}

// Author is an author beside the first one, whose proposal was joined with this one.
type Author struct {
	tenant.Key
	ProposalID string
	FromID     string
	accounts.Byline
	CreatedAt time.Time
}

// Revision is what a proposal said before an edit.
type Revision struct {
	tenant.Key
	ProposalID string
	Revision   int
	Title      string
	Body       string
	CreatedAt  time.Time
}

// shuffleSpan is the range of Proposal.Shuffle.
const shuffleSpan = 1 << 31

// shuffleOf is a number that looks random and is always the same for an id.
func shuffleOf(id string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // a hash in memory cannot fail
	return int64(h.Sum32() >> 1)
}

// Distance is between two points in metres, on a sphere (haversine).
func Distance(lat1, lng1, lat2, lng2 float64) float64 {
	const radius, degree = 6_371_000, math.Pi / 180
	a := math.Pow(math.Sin((lat2-lat1)*degree/2), 2) +
		math.Cos(lat1*degree)*math.Cos(lat2*degree)*math.Pow(math.Sin((lng2-lng1)*degree/2), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(a)))
}
