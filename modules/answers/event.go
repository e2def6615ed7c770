package answers

import "glas/internal/subject"

// PublishedEvent says that an official answer, or a changed one, was published.
type PublishedEvent struct {
	Ref            subject.Ref `json:"ref"`
	Title          string      `json:"title"`
	Path           string      `json:"path"`
	State          State       `json:"state"`
	ConsultationID string      `json:"consultation_id,omitempty"`
	AnswerID       string      `json:"answer_id"`
	// Version is 1 for a first answer and more for a changed one.
	Version int64 `json:"version"`
	// ActorID is who published it, so that he is not told himself.
	ActorID string `json:"actor_id,omitempty"`
}

// EventName implements tenant.Event.
func (PublishedEvent) EventName() string { return "answers.published" }
