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
	// PublishedDays is how many days the term had when it was published; it is what a restart gives again.
	PublishedDays int `bun:"term_days"`
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

// Running is the phase whose end is the end of the term at a moment: the running one, else the last that began; nil without phases.
func (c *Consultation) Running(now time.Time) *Phase {
	if len(c.Phases) == 0 {
		return nil
	}
	return c.Shown(now)
}

// TermAt is the term that runs at a moment: its last moment, and how many days it had when it was published. A consultation of one
// phase has the days of its publication; of several, each phase has its own.
func (c *Consultation) TermAt(now time.Time) (end time.Time, days int) {
	p := c.Running(now)
	if p == nil || len(c.Phases) == 1 || p.EndsAt.IsZero() {
		days = c.PublishedDays
		if days == 0 {
			days = c.TermDays(c.Zone(now))
		}
		return c.EndsAt, days
	}
	return p.EndsAt, DaysBetween(p.StartsAt, p.EndsAt, c.Zone(now)) + 1
}

// Prolong moves the end of the term that runs at a moment to a later one. Phases to come, the end and the promise to answer move by the
// same number of days.
func (c *Consultation) Prolong(now, end time.Time, zone *time.Location) {
	old, _ := c.TermAt(now)
	days := DaysBetween(old, end, zone)
	running := c.Running(now)
	last := true
	for _, p := range c.Phases {
		switch {
		case p == running && !p.EndsAt.IsZero():
			p.EndsAt = end
		case running != nil && p.StartsAt.After(running.StartsAt):
			last = false
			p.StartsAt, p.EndsAt = AddDays(p.StartsAt, days, zone), AddDays(p.EndsAt, days, zone)
		}
	}
	if last {
		c.EndsAt = end
	} else {
		c.EndsAt = AddDays(c.EndsAt, days, zone)
	}
	c.AnswerBy = AddDays(c.AnswerBy, days, zone)
}

// RulesAreGeneral reports whether it follows the rules for any matter, for which staff makes the promises itself.
func (l *Law) RulesAreGeneral() bool { return l.RuleSetID == "" || l.RuleSetID == "general" }
