package core

import "glas/internal/subject"

// Sent is announced when a remark can be read for the first time, by whatever way it came.
type Sent struct {
	ID string `json:"id"`
	// Ref is the remark itself, About what it is about.
	Ref            subject.Ref `json:"ref"`
	About          subject.Ref `json:"about"`
	ConsultationID string      `json:"consultation_id"`
	AuthorID       string      `json:"author_id"`
	Title          string      `json:"title"`
	Path           string      `json:"path"`
	Excerpt        string      `json:"excerpt"`
	Channel        string      `json:"channel"`
	Lang           string      `json:"lang"`
	Hints          []string    `json:"hints,omitempty"`
	// Official is set for what the office entered: nobody has to read it first.
	Official bool `json:"official"`
}

// EventName implements tenant.Event.
func (Sent) EventName() string { return "remarks.sent" }

// Published is announced when answers to remarks of a consultation were published.
type Published struct {
	ConsultationID string `json:"consultation_id"`
	N              int    `json:"n"`
	ActorID        string `json:"actor_id"`
}

// EventName implements tenant.Event.
func (Published) EventName() string { return "remarks.published" }
