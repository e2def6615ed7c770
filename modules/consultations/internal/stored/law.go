package stored

import (
	"slices"
	"time"

	"glas/internal/i18n"
)

// Meeting is a hearing or another meeting of a consultation.
type Meeting struct {
	ID    string    `json:"id"`
	Title i18n.Text `json:"title"`
	At    time.Time `json:"at"`
	Place i18n.Text `json:"place,omitempty"`
	// ProtocolID is the document with its protocol, empty until there is one.
	ProtocolID string `json:"protocol_id,omitempty"`
}

// Override sets a rule aside, with a reason that everybody reads.
type Override struct {
	// Rule is its name in package terms: "minimum", "notice", "document.impact".
	Rule   string    `json:"rule"`
	Reason i18n.Text `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Law is what a consultation must hold to, and what it says about that.
type Law struct {
	// Act is the kind of act, RuleSetID the rules that it follows; empty ones are those for any matter.
	Act        string
	RuleSetID  string
	LegalBasis i18n.Text  `bun:"type:jsonb"`
	Meetings   []Meeting  `bun:"type:jsonb"`
	Overrides  []Override `bun:"type:jsonb"`
	// DecisionURL is where the decision that was taken stands, DecisionTitle what it is called.
	DecisionURL   string
	DecisionTitle i18n.Text `bun:"type:jsonb"`
	// ReportBy is until when (the last moment of a day) the report is due.
	ReportBy time.Time `bun:",nullzero"`
	// TermDays is how many days the term had when it was published; it is what a restart gives again.
	TermDays int `bun:"term_days"`
}

// Overridden reports whether a rule was set aside.
func (l *Law) Overridden(rule string) bool {
	return slices.ContainsFunc(l.Overrides, func(o Override) bool { return o.Rule == rule })
}

// Meeting finds a meeting by its id, or nil.
func (l *Law) Meeting(meetingID string) *Meeting {
	for i := range l.Meetings {
		if l.Meetings[i].ID == meetingID {
			return &l.Meetings[i]
		}
	}
	return nil
}
