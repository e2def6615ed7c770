package term

import (
	"strconv"
	"time"

	"glas/internal/calendar"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/calendars"
	"glas/tenant"
)

// Outcome is how a clock ended.
type Outcome string

// The outcomes. A clock that is stopped with Met is Missed when that was too late.
const (
	Met       Outcome = "met"
	Missed    Outcome = "missed"
	Cancelled Outcome = "cancelled"
	Merged    Outcome = "merged"
)

// Clock is one time that runs for a thing, with the target as it was when it began.
type Clock struct {
	tenant.Key
	SubjectKind  string
	SubjectID    string
	Cycle        int
	Metric       string
	PolicyID     string
	TargetID     string
	DepartmentID string
	// Term is the target; one with the amount 0 has a fixed end, a promise.
	Term         calendar.Target `bun:"type:jsonb"`
	CalendarID   string
	ByDepartment bool
	// Pausable and PausableOutside are those of the target.
	Pausable        bool
	PausableOutside bool
	LegalBasis      i18n.Text `bun:"type:jsonb"`
	StartedAt       time.Time
	// DueAt is when it is due; while it stands still, when it would be if it went on at ComputedAt. It is frozen at the end.
	DueAt       time.Time
	ComputedAt  time.Time
	PausedSince time.Time `bun:",nullzero"`
	// WatchedFrom is since when the ladder looks at it: nothing that lay before is told.
	WatchedFrom time.Time
	// NextAt is when the ladder has something to do next; zero when it has not.
	NextAt    time.Time `bun:",nullzero"`
	StoppedAt time.Time `bun:",nullzero"`
	Outcome   Outcome
	// Overshoot is by how many seconds it was missed.
	Overshoot int64
	// Explanation is how DueAt came about, kept when the clock ends.
	Explanation []calendar.Line `bun:"type:jsonb"`
}

// ClockPause is a time in which a clock stood still; ToAt is zero while it does.
type ClockPause struct {
	tenant.Key
	ClockID string
	FromAt  time.Time
	ToAt    time.Time `bun:",nullzero"`
	Reason  string
	ActorID string
}

// ClockFiring is something that the ladder did.
type ClockFiring struct {
	tenant.Key
	ClockID string
	RuleID  string
	N       int
	Level   string
	Act     string
	// People is how many were told.
	People  int
	FiredAt time.Time
}

// ClockLevel says who stands at a level of the ladder. Its ID is the level.
type ClockLevel struct {
	tenant.Key
	Accounts  []string `bun:"type:jsonb"`
	UpdatedAt time.Time
}

// Ref is the thing for which it runs.
func (c *Clock) Ref() subject.Ref { return subject.Ref{Kind: c.SubjectKind, ID: c.SubjectID} }

// Running reports whether it has not ended.
func (c *Clock) Running() bool { return c.StoppedAt.IsZero() }

// Late reports whether it is past its due moment, or was when it ended.
func (c *Clock) Late(now time.Time) bool {
	if !c.Running() {
		return c.Outcome == Missed
	}
	return c.PausedSince.IsZero() && now.After(c.DueAt)
}

// Fixed reports whether it has a fixed end, as a promise.
func (c *Clock) Fixed() bool { return c.Term.Amount == 0 }

// Engine computes clocks with the calendars of a municipality.
type Engine struct {
	set *calendars.Set
	// made are calendars by id; making one lays holidays over a week.
	made map[string]*calendar.Calendar
}

// NewEngine computes by the calendars of set.
func NewEngine(set *calendars.Set) *Engine {
	return &Engine{set, map[string]*calendar.Calendar{}}
}

func (e *Engine) calendar(id string) (*calendar.Calendar, error) {
	if c := e.made[id]; c != nil {
		return c, nil
	}
	c, err := e.set.Of(id)
	e.made[id] = c
	return c, err
}

// Compute sets when a clock is due as of now, and gives the explanation.
func (e *Engine) Compute(c *Clock, pauses []calendar.Pause, now time.Time) ([]calendar.Line, error) {
	c.ComputedAt = now
	if c.Fixed() {
		return nil, nil
	}
	if c.ByDepartment {
		c.CalendarID = e.set.Department(c.DepartmentID)
	}
	cal, err := e.calendar(c.CalendarID)
	if err != nil {
		return nil, err
	}
	due, lines := cal.Due(c.StartedAt, c.Term, pauses, now)
	c.DueAt = due.UTC()
	return lines, nil
}

// moment is when a rule acts for the n-th time. Days are told in the morning, when somebody is there.
func (e *Engine) moment(c *Clock, r *ClockRule, n int, pauses []calendar.Pause, now time.Time) (time.Time, error) {
	amount := r.Amount + n*r.Repeats
	if c.Fixed() {
		return fixedMoment(c, r.Point, amount), nil
	}
	cal, err := e.calendar(c.CalendarID)
	if err != nil {
		return time.Time{}, err
	}
	term := calendar.Target{Amount: amount, Unit: c.Term.Unit, EndOfDay: c.Term.EndOfDay && c.Term.Unit.InDays()}
	if term.Unit == calendar.CalendarMonths {
		term.Unit = calendar.CalendarDays
	}
	at := c.DueAt
	switch r.Point {
	case FromStart, Percent:
		if amount < 1 {
			return c.StartedAt, nil
		}
	}
	switch r.Point {
	case FromStart:
		at, _ = cal.Due(c.StartedAt, term, pauses, now)
	case Percent:
		at = cal.Share(c.StartedAt, c.Term, amount, pauses, now)
	case BeforeDue:
		at = before(cal, c, amount, pauses, now)
	case AfterDue:
		if amount > 0 {
			at, _ = cal.Due(c.DueAt, term, pauses, now)
		}
	}
	if !c.Term.Unit.InDays() {
		return at, nil
	}
	if r.Point == AfterDue {
		return cal.Opening(at), nil
	}
	return cal.Opening(calendar.DateOf(at, cal.Zone()).Start(cal.Zone())), nil
}

// before is so much of the unit before a clock is due, not before it started.
func before(cal *calendar.Calendar, c *Clock, amount int, pauses []calendar.Pause, now time.Time) time.Time {
	day := calendar.DateOf(c.DueAt, cal.Zone())
	switch c.Term.Unit {
	case calendar.WorkingDays:
		return cal.AddWorkingDays(day, -amount).Start(cal.Zone())
	case calendar.CalendarDays, calendar.CalendarMonths:
		return day.Add(-amount).Start(cal.Zone())
	}
	if amount >= c.Term.Amount {
		return c.StartedAt
	}
	at, _ := cal.Due(c.StartedAt, calendar.Target{Amount: c.Term.Amount - amount, Unit: c.Term.Unit}, pauses, now)
	return at
}

// fixedMoment is that of a promise, whose rules are in real hours.
func fixedMoment(c *Clock, point string, amount int) time.Time {
	hours := time.Duration(amount) * time.Hour
	switch point {
	case FromStart:
		return c.StartedAt.Add(hours)
	case Percent:
		return c.StartedAt.Add(c.DueAt.Sub(c.StartedAt) / 100 * time.Duration(amount))
	case BeforeDue:
		return c.DueAt.Add(-hours)
	}
	return c.DueAt.Add(hours)
}

// maxRepeats bounds how often a rule is repeated.
const maxRepeats = 10

// Due is what the ladder has to do for a clock now, and it sets when it has something to do next. Nothing is done while the clock
// stands still, nothing that lay before the clock was watched or the rule held, and nothing twice.
func (e *Engine) Due(c *Clock, rules []ClockRule, fired map[string]bool, pauses []calendar.Pause, now time.Time) ([]ClockFiring, error) {
	c.NextAt = time.Time{}
	if !c.Running() || !c.PausedSince.IsZero() {
		return nil, nil
	}
	var out []ClockFiring
	for i := range rules {
		r := &rules[i]
		last := 0
		if r.Repeats > 0 {
			last = maxRepeats
		}
		for n := 0; n <= last; n++ {
			if fired[FiringID(c.ID, r.ID, n)] {
				continue
			}
			at, err := e.moment(c, r, n, pauses, now)
			if err != nil {
				return nil, err
			}
			if at.After(now) {
				if c.NextAt.IsZero() || at.Before(c.NextAt) {
					c.NextAt = at.UTC()
				}
				break
			}
			if at.Before(c.WatchedFrom) || at.Before(r.ValidFrom) {
				continue
			}
			out = append(out, ClockFiring{Key: tenant.Key{ID: FiringID(c.ID, r.ID, n)}, ClockID: c.ID, RuleID: r.ID, N: n, Level: r.Level, Act: r.Act, FiredAt: now})
		}
	}
	return out, nil
}

// FiringID names the n-th time of a rule for a clock.
func FiringID(clockID, ruleID string, n int) string {
	return clockID + "." + ruleID + "." + strconv.Itoa(n)
}

// Stands reports whether it stands still in a pause: outside when another authority has to act, otherwise when the citizen has.
func (c *Clock) Stands(outside bool) bool {
	if outside {
		return c.PausableOutside
	}
	return c.Pausable
}
