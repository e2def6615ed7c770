package stored

import "glas/internal/subject"

// News is what happened to a proposal, for those who want to know.
type News struct {
	Ref            subject.Ref `json:"ref"`
	Number         int64       `json:"number"`
	Title          string      `json:"title"`
	Path           string      `json:"path"`
	ConsultationID string      `json:"consultation_id"`
	TopicID        string      `json:"topic_id,omitempty"`
	AreaID         string      `json:"area_id,omitempty"`
	AuthorID       string      `json:"author_id"`
	AuthorName     string      `json:"author_name,omitempty"`
	Excerpt        string      `json:"excerpt,omitempty"`
	Lang           string      `json:"lang,omitempty"`
	// Reason is the author's, of a withdrawal.
	Reason string `json:"reason,omitempty"`
}

func NewsOf(p *Proposal) News {
	return News{Ref: p.Ref(), Number: p.Number, Title: p.Title, Path: p.Path(), ConsultationID: p.ConsultationID, TopicID: p.TopicID, AreaID: p.AreaID,
		AuthorID: p.AuthorID, AuthorName: p.AuthorName, Excerpt: p.Excerpt, Lang: p.Lang, Reason: p.Reason}
}

// PublishedNews is announced when a proposal can be seen for the first time: at once, or after a moderator has read it.
type PublishedNews struct{ News }

// EventName implements tenant.Event.
func (PublishedNews) EventName() string { return "proposals.published" }

// WithdrawnNews is announced when an author took a proposal back.
type WithdrawnNews struct{ News }

// EventName implements tenant.Event.
func (WithdrawnNews) EventName() string { return "proposals.withdrawn" }

// MergedNews is announced when a proposal was joined with another one. News is the one that is no more, Into the one that stays.
type MergedNews struct {
	News
	Into      subject.Ref `json:"into"`
	IntoTitle string      `json:"into_title"`
	IntoPath  string      `json:"into_path"`
}

// EventName implements tenant.Event.
func (MergedNews) EventName() string { return "proposals.merged" }
