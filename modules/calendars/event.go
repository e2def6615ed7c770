package calendars

// Changed says that opening hours or holidays changed, so that what is computed from them may be due at another time.
type Changed struct {
	// CalendarID is empty when all calendars changed.
	CalendarID string `json:"calendar_id,omitempty"`
}

// EventName implements tenant.Event.
func (Changed) EventName() string { return "calendars.changed" }
