package comments

import "glas/internal/subject"

// Posted is announced when a comment is shown for the first time: at once, or after a moderator has read it.
type Posted struct {
	ID string `json:"id"`
	// Ref is what was commented on, OwnerID the account whose thing that is.
	Ref            subject.Ref `json:"ref"`
	OwnerID        string      `json:"owner_id,omitempty"`
	ParentID       string      `json:"parent_id,omitempty"`
	AuthorID       string      `json:"author_id"`
	AuthorName     string      `json:"author_name"`
	ParentAuthorID string      `json:"parent_author_id,omitempty"`
	ConsultationID string      `json:"consultation_id,omitempty"`
	// Title is that of the subject, Path leads to the comment, Excerpt is the beginning of its text.
	Title    string `json:"title"`
	Path     string `json:"path"`
	Excerpt  string `json:"excerpt"`
	Official bool   `json:"official,omitempty"`
	Lang     string `json:"lang,omitempty"`
	// Hints are words that a moderator may want to look at.
	Hints []string `json:"hints,omitempty"`
}

// EventName implements tenant.Event.
func (Posted) EventName() string { return "comments.posted" }

// Ruled is announced when a moderator hid, refused or removed a comment, or showed it again at the comment itself, so that its author is told what, why and by which rule.
type Ruled struct {
	ID       string      `json:"id"`
	Ref      subject.Ref `json:"ref"`
	AuthorID string      `json:"author_id"`
	// State is what the comment became: hidden, refused, removed or shown.
	State  State  `json:"state"`
	Reason string `json:"reason"`
	Rule   string `json:"rule,omitempty"`
	Title  string `json:"title"`
	Path   string `json:"path"`
}

// EventName implements tenant.Event.
func (Ruled) EventName() string { return "comments.hidden" }
