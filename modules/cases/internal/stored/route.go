package stored

import (
	"slices"
	"strings"

	"glas/internal/search"
)

// Match is what a rule asks of a case; what is empty asks nothing.
type Match struct {
	Topics   []string `json:"topics,omitempty"`
	Kinds    []string `json:"kinds,omitempty"`
	Areas    []string `json:"areas,omitempty"`
	Channels []string `json:"channels,omitempty"`
	Keywords []string `json:"keywords,omitempty"`
	Asset    string   `json:"asset,omitempty"`
	// FromHour and ToHour bound the local hour of arrival; both 0 bound nothing, and from above to spans midnight.
	FromHour int `json:"from_hour,omitempty"`
	ToHour   int `json:"to_hour,omitempty"`
}

// Fits reports whether a case fits. hour is the local one of its arrival, parent the topic above its topic.
func (m Match) Fits(c *Case, parent string, hour int) bool {
	one := func(list []string, values ...string) bool {
		return len(list) == 0 || slices.ContainsFunc(values, func(v string) bool { return v != "" && slices.Contains(list, v) })
	}
	if !one(m.Topics, c.TopicID, parent) || !one(m.Kinds, c.Kind) || !one(m.Areas, c.AreaID) || !one(m.Channels, c.Channel) {
		return false
	}
	if m.Asset != "" && m.Asset != c.Asset {
		return false
	}
	if m.FromHour != m.ToHour {
		in := hour >= m.FromHour && hour < m.ToHour
		if m.FromHour > m.ToHour {
			in = hour >= m.FromHour || hour < m.ToHour
		}
		if !in {
			return false
		}
	}
	folded := search.Fold(c.Title + " " + c.Body)
	return len(m.Keywords) == 0 || slices.ContainsFunc(m.Keywords, func(k string) bool { return strings.Contains(folded, search.Fold(k)) })
}

// Routed is where a case goes, and by which rule.
type Routed struct {
	DepartmentID, AssigneeID, RuleID string
	Priority                         int64
	Direct                           bool
	BodyID                           string
}

// Route is the first rule that fits, else the department of the topic or of the one above it, else nowhere: the coordinator's desk.
func Route(rules []CaseRule, topic, parent *CaseTopic, c *Case, hour int) Routed {
	above := ""
	if parent != nil {
		above = parent.ID
	}
	for _, r := range rules {
		if r.Active && r.Match.Fits(c, above, hour) {
			return Routed{DepartmentID: r.DepartmentID, AssigneeID: r.AssigneeID, RuleID: r.ID, Priority: r.Priority, Direct: r.Direct && r.DepartmentID != "", BodyID: r.BodyID}
		}
	}
	for _, t := range []*CaseTopic{topic, parent} {
		if t != nil && t.DepartmentID != "" {
			return Routed{DepartmentID: t.DepartmentID}
		}
	}
	return Routed{}
}
