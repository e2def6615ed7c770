package texts

// Published says that everybody can read a new version of an act.
type Published struct {
	TextID         string `json:"text_id"`
	ConsultationID string `json:"consultation_id"`
	Title          string `json:"title"`
	Path           string `json:"path"`
	Version        int    `json:"version"`
}

// EventName implements tenant.Event.
func (Published) EventName() string { return "texts.published" }
