// Package term holds what clocks are made of, and computes them: policies with their targets and ladders, when a clock is due, and when the
// ladder has something to do. It knows no database, no page and no present moment.
package term

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/BurntSushi/toml"

	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/tenant"
)

// The metrics. What a metric means is decided by who stops it; a receipt is not an answer, so FirstAnswer is stopped by nothing but
// an answer.
const (
	Acknowledge  = "acknowledge"
	Moderate     = "moderate"
	Accept       = "accept"
	FirstAnswer  = "first_answer"
	Resolve      = "resolve"
	Statutory    = "statutory"
	Transfer     = "transfer"
	PromiseDue   = "promise"
	Department   = "department"
	ReopenReview = "reopen_review"
)

// Metrics lists them in the order in which they are offered.
func Metrics() []string {
	return []string{FirstAnswer, Statutory, Resolve, Acknowledge, Moderate, Accept, Transfer, Department, PromiseDue, ReopenReview}
}

// Levels of the ladder, from below.
func Levels() []string {
	return []string{"assignee", "head", "deputy", "coordinator", "vice_mayor", "mayor"}
}

// Points at which a rule acts.
const (
	// FromStart is so much of the term after the start, Percent so many percent of it.
	FromStart = "start"
	Percent   = "percent"
	// BeforeDue and AfterDue are so much of the unit before and after it is due.
	BeforeDue = "before"
	AfterDue  = "after"
)

// Points lists them.
func Points() []string { return []string{FromStart, Percent, BeforeDue, AfterDue} }

// Notify tells the people of a level; every other act is done by the host as well.
const Notify = "notify"

// Acts are what a rule can do.
func Acts() []string {
	return []string{Notify, "raise_priority", "add_watcher", "reassign", "create_task"}
}

// ByDepartment as the calendar of a target is that of the department.
const ByDepartment = "department"

// Match is what decides which policy a thing gets.
type Match struct {
	Kind, TopicID, Channel, Priority, DepartmentID, AreaID string
}

// Fit narrows a policy: each list that is not empty must have the thing's value.
type Fit struct {
	Kinds       []string `json:"kinds,omitempty" toml:"kinds"`
	Topics      []string `json:"topics,omitempty" toml:"topics"`
	Channels    []string `json:"channels,omitempty" toml:"channels"`
	Priorities  []string `json:"priorities,omitempty" toml:"priorities"`
	Departments []string `json:"departments,omitempty" toml:"departments"`
	Areas       []string `json:"areas,omitempty" toml:"areas"`
}

// Takes reports whether a thing fits.
func (f Fit) Takes(m Match) bool {
	for _, x := range []struct {
		list  []string
		value string
	}{{f.Kinds, m.Kind}, {f.Topics, m.TopicID}, {f.Channels, m.Channel}, {f.Priorities, m.Priority}, {f.Departments, m.DepartmentID}, {f.Areas, m.AreaID}} {
		if len(x.list) > 0 && !slices.Contains(x.list, x.value) {
			return false
		}
	}
	return true
}

// ClockPolicy is a set of targets for things that fit.
type ClockPolicy struct {
	tenant.Key
	Name       i18n.Text `bun:"type:jsonb"`
	Fit        Fit       `bun:"type:jsonb"`
	Position   int
	Archived   bool
	RowVersion int64
	UpdatedAt  time.Time

	Targets []ClockTarget `bun:"-"`
}

// ClockTarget is how long one thing may take.
type ClockTarget struct {
	tenant.Key
	PolicyID   string
	Metric     string
	Term       calendar.Target `bun:"type:jsonb"`
	CalendarID string
	// Pausable clocks stand still while the citizen is asked something, those that are PausableOutside while another authority must act.
	Pausable        bool
	PausableOutside bool
	LegalBasis      i18n.Text `bun:"type:jsonb"`
	RowVersion      int64
	UpdatedAt       time.Time

	Rules []ClockRule `bun:"-"`
}

// ClockRule is a step of the ladder.
type ClockRule struct {
	tenant.Key
	TargetID string
	Position int
	Point    string
	// Amount is in percent, or in the unit of the target (days for months, hours for promises).
	Amount int
	// Repeats says it again every so much of the unit after it was due; 0 once.
	Repeats int
	Level   string
	Act     string
	// ValidFrom is when the rule began to hold: nothing before is told.
	ValidFrom time.Time
}

//go:embed presets.toml
var presetFile string

// PresetTarget is a target of a Preset.
type PresetTarget struct {
	Metric      string        `toml:"metric"`
	Amount      int           `toml:"amount"`
	Unit        calendar.Unit `toml:"unit"`
	EndOfDay    bool          `toml:"end_of_day"`
	NextWorking bool          `toml:"next_working"`
	Pausable    bool          `toml:"pausable"`
	Outside     bool          `toml:"pausable_outside"`
	Legal       i18n.Text     `toml:"legal"`
	Rules       []struct {
		Point  string `toml:"point"`
		Amount int    `toml:"amount"`
		Level  string `toml:"level"`
		Act    string `toml:"act"`
	} `toml:"rule"`
}

// Preset is a policy as it is shipped.
type Preset struct {
	Key string `toml:"key"`
	// Countries for which it is offered, all when empty; Default those in which it holds as long as nothing else is said.
	Countries []string       `toml:"countries"`
	Default   []string       `toml:"default"`
	Name      i18n.Text      `toml:"name"`
	Fit       Fit            `toml:"fit"`
	Targets   []PresetTarget `toml:"target"`
}

// Presets are the policies that are shipped for a country; wanted chooses among them.
func Presets(country string, wanted func(Preset) bool) ([]ClockPolicy, error) {
	var file struct {
		Policy []Preset `toml:"policy"`
	}
	if _, err := toml.Decode(presetFile, &file); err != nil {
		return nil, fmt.Errorf("read presets of clocks: %w", err)
	}
	var out []ClockPolicy
	for _, p := range file.Policy {
		if len(p.Countries) > 0 && !slices.Contains(p.Countries, country) || !wanted(p) {
			continue
		}
		out = append(out, p.policy(len(out)+1))
	}
	return out, nil
}

func (p Preset) policy(position int) ClockPolicy {
	policy := ClockPolicy{Key: tenant.Key{ID: p.Key}, Name: p.Name, Fit: p.Fit, Position: position, RowVersion: 1}
	for _, t := range p.Targets {
		target := ClockTarget{Key: tenant.Key{ID: p.Key + "." + t.Metric}, PolicyID: p.Key, Metric: t.Metric, Pausable: t.Pausable, PausableOutside: t.Outside, LegalBasis: t.Legal, RowVersion: 1,
			Term: calendar.Target{Amount: t.Amount, Unit: t.Unit, EndOfDay: t.EndOfDay, NextWorkingDay: t.NextWorking}}
		if t.Metric == Accept || t.Metric == Department {
			target.CalendarID = ByDepartment
		}
		for i, r := range t.Rules {
			rule := ClockRule{Key: tenant.Key{ID: fmt.Sprintf("%s.%d", target.ID, i+1)}, TargetID: target.ID, Position: i + 1, Point: r.Point, Amount: r.Amount, Level: r.Level, Act: r.Act}
			if rule.Act == "" {
				rule.Act = Notify
			}
			target.Rules = append(target.Rules, rule)
		}
		policy.Targets = append(policy.Targets, target)
	}
	return policy
}

// Shipped are the policies of a municipality that has none of its own.
func Shipped(country string) ([]ClockPolicy, error) {
	return Presets(country, func(p Preset) bool { return slices.Contains(p.Default, country) })
}

// TargetsFor finds the target of each metric: that of the first policy in order that fits and has one.
func TargetsFor(policies []ClockPolicy, m Match) map[string]*ClockTarget {
	out := map[string]*ClockTarget{}
	for i := range policies {
		p := &policies[i]
		if p.Archived || !p.Fit.Takes(m) {
			continue
		}
		for j := range p.Targets {
			if t := &p.Targets[j]; out[t.Metric] == nil {
				out[t.Metric] = t
			}
		}
	}
	return out
}

// Label is the name of a policy in the reader's language.
func (p *ClockPolicy) Label(ctx context.Context) string { return p.Name.In(ctx) }

// Check refuses a target that could not be computed.
func (t *ClockTarget) Check() error {
	if t.Term.Check() != nil || !slices.Contains(Metrics(), t.Metric) {
		return fault.InvalidField("amount", "clocks.error.term")
	}
	return nil
}

// Give puts the target's term into a clock; a promise keeps its date.
func (t *ClockTarget) Give(c *Clock) {
	if c.Fixed() {
		return
	}
	c.Term, c.Pausable, c.PausableOutside, c.LegalBasis = t.Term, t.Pausable, t.PausableOutside, t.LegalBasis
	if c.ByDepartment = t.CalendarID == ByDepartment; !c.ByDepartment {
		c.CalendarID = t.CalendarID
	}
}
