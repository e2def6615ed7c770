// Package stored is comments as rows: what they are, where each stands in its thread, and every statement that reads or writes them.
//
// The decision bound here: a page is put together from subqueries that walk an index and stop at their limit, joined in one
// statement, so that its cost does not depend on how long the thread is.
package stored

import (
	"math"
	"strconv"
	"strings"
	"time"

	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/tenant"
)

// Kind is the kind of subject that a comment is, for votes, reports and the search.
const Kind = "comment"

// MaxDepth is the deepest level of a thread; what stands at the top has depth 0. An answer to a comment at MaxDepth stands beside
// it and says whom it answers.
const MaxDepth = 4

// MaxLetters is the longest body in letters (grapheme clusters).
const MaxLetters = 4000

// Stance is what a comment says about its subject; empty when the thread does not ask.
type Stance string

// The stances.
const (
	For     Stance = "for"
	Neutral Stance = "neutral"
	Against Stance = "against"
)

// lane is the column a stance stands in: 1 for, -1 against, 0 everything else.
func (s Stance) Number() int {
	switch s {
	case For:
		return 1
	case Against:
		return -1
	default:
		return 0
	}
}

// State is whether a comment can be read. Only Shown ones have a text for the public.
type State string

// The states of a comment.
const (
	// Shown comments can be read by everybody who can read the thread.
	Shown State = "shown"
	// Waiting ones are seen by their author and moderators until one of those has read them.
	Waiting State = "waiting"
	// Refused ones were never shown; their author sees why.
	Refused State = "refused"
	// Hidden ones were taken out by a moderator, who says why; they can be restored.
	Hidden State = "hidden"
	// Deleted ones were removed by their author; the text is gone.
	Deleted State = "deleted"
	// Removed ones held personal data; the text and its history are gone.
	Removed State = "removed"
)

// tombstone reports whether a mark stands in the thread where the text was.
func (s State) Tombstone() bool { return s == Hidden || s == Deleted || s == Removed }

// listed reports whether the comment, or a mark in its place, is part of the thread.
func (s State) IsListed() bool { return s == Shown || s.Tombstone() }

// Comment is one remark on something. It is a row, and what the rules work on.
type Comment struct {
	tenant.Key
	SubjectKind    string
	SubjectID      string
	ConsultationID string
	// RootID is the comment at the top; its own id there. ParentID is what it stands under, ReplyToID what it answers: another one
	// than ParentID when the thread is too deep.
	RootID    string
	ParentID  string `bun:",nullzero"`
	ReplyToID string `bun:",nullzero"`
	Depth     int
	// Path orders the answers of one root: a segment for each level, official answers before others, then older before newer.
	// It is empty at the top and until the comment is listed.
	Path   string
	Stance Stance
	Lane   int
	accounts.Byline
	Official bool
	// Pinned is 1 for the official comments that stand above the list; Listed is 1 for what the public sees in the thread.
	Pinned int
	Listed int
	State  State
	// Reason is what the public reads in place of a hidden text, Rule the rule that was broken.
	Reason string
	Rule   string
	Lang   string
	// Body is what was typed (Markdown), HTML the safe rendering of it, made when it was saved.
	Body string
	HTML string `bun:"html"`
	// Hints are words that moderators may want to look at, one to a line. They never hide anything.
	Hints string
	// Revision counts the edits; a form that was opened at an older one is refused.
	Revision int
	Up       int64
	Down     int64
	// Score is the lower bound of Wilson's interval of the share of helpful votes, 0 to 1.
	Score float64
	// ReplyCount counts the shown answers right below, ThreadCount (at the top only) all shown answers at any depth, and
	// ReplySeq (at the top only) all answers that were ever listed.
	ReplyCount  int64
	ThreadCount int64
	ReplySeq    int64
	ExternalID  string `bun:",nullzero"`
	Dedupe      string `bun:",nullzero"`
	CreatedAt   time.Time
	EditedAt    time.Time `bun:",nullzero"`
	RemovedAt   time.Time `bun:",nullzero"`
}

// Ref points at the comment.
func (c *Comment) Ref() subject.Ref { return subject.Ref{Kind: Kind, ID: c.ID} }

// Subject points at what was commented on.
func (c *Comment) Subject() subject.Ref { return subject.Ref{Kind: c.SubjectKind, ID: c.SubjectID} }

// Permalink is the address that leads to the comment wherever it stands, without a language prefix.
func (c *Comment) Permalink() string { return "/comments/" + c.ID }

// Anchor is the id of the comment's element on a page.
func (c *Comment) Anchor() string { return "c-" + c.ID }

// Visible reports whether its text may be read by everybody.
func (c *Comment) Visible() bool { return c.State == Shown }

// Place is where an answer to parent stands; nil is the top, whose root is the comment itself.
func Place(parent *Comment) (rootID, parentID string, depth int) {
	if parent == nil {
		return "", "", 0
	}
	if parent.Depth >= MaxDepth {
		return parent.RootID, parent.ParentID, MaxDepth
	}
	return parent.RootID, parent.ID, parent.Depth + 1
}

const (
	segmentDigits = 6 // 36^6 answers to one comment at the top
	officialMark  = "0"
	ordinaryMark  = "1"
)

// segment is the last part of a path.
func segment(official bool, seq int64) string {
	mark := ordinaryMark
	if official {
		mark = officialMark
	}
	digits := strconv.FormatInt(seq, 36)
	return mark + strings.Repeat("0", max(0, segmentDigits-len(digits))) + digits
}

// Ancestors are the paths of everything above path, without itself.
func Ancestors(path string) []string {
	const width = segmentDigits + 1
	var out []string
	for end := width; end < len(path); end += width {
		out = append(out, path[:end])
	}
	return out
}

// Wilson is the lower bound of the interval in which the true share of helpful votes lies with 95 % certainty: few votes count
// for little, and many for what they are. Without votes it is 0.
func Wilson(up, down int64) float64 {
	n := float64(up + down)
	if n <= 0 {
		return 0
	}
	const z = 1.959963984540054
	p := float64(up) / n
	bound := (p + z*z/(2*n) - z*math.Sqrt((p*(1-p)+z*z/(4*n))/n)) / (1 + z*z/n)
	return math.Max(0, bound)
}

// editable reports whether the author may still change the text at now.
func (c *Comment) Editable(now time.Time, minutes int) bool {
	return (c.State == Shown || c.State == Waiting) && now.Before(c.CreatedAt.Add(time.Duration(minutes)*time.Minute))
}

// hints are the words that a moderator may want to look at.
func (c *Comment) HintList() []string {
	if c.Hints == "" {
		return nil
	}
	return strings.Split(c.Hints, "\n")
}

// document is how a comment is found. The author is not part of it, so that nobody is looked up by what he said.
func (c *Comment) Document(title string) search.Document {
	return search.Document{Ref: c.Ref(), Title: title, Body: text.Plain(c.Body), Path: c.Permalink(), Context: title, Lang: c.Lang,
		ConsultationID: c.ConsultationID, Updated: c.CreatedAt}
}

// PathCursor lets through only what can be a path.
func PathCursor(s string) string {
	if len(s)%(segmentDigits+1) != 0 || len(s) > MaxDepth*(segmentDigits+1) {
		return ""
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return ""
		}
	}
	return s
}

// Ident lets through only what can be an identifier.
func Ident(s string) string {
	if !id.Valid(s) {
		return ""
	}
	return s
}
