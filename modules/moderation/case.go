package moderation

import (
	"math"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/subject"
	"glas/tenant"
)

// ModerationCase is everything that is open about one thing.
type ModerationCase struct {
	tenant.Key
	SubjectKind string
	SubjectID   string
	AuthorID    string
	Open        bool
	// Waiting things have not been shown yet.
	Waiting bool
	// Hints are words to look at, one to a line.
	Hints string
	// Reports counts the open reports, TopReason is the reason given most often.
	Reports   int64
	TopReason string
	// Weight orders the queue.
	Weight   float64
	OpenedAt time.Time
	ClosedAt time.Time `bun:",nullzero"`
}

// Ref is the thing.
func (c *ModerationCase) Ref() subject.Ref { return subject.Ref{Kind: c.SubjectKind, ID: c.SubjectID} }

// reopen makes a closed case a fresh one.
func (c *ModerationCase) reopen(now time.Time) {
	if c.Open {
		return
	}
	c.Open, c.Waiting, c.Hints, c.Reports, c.TopReason, c.Weight, c.OpenedAt, c.ClosedAt = true, false, "", 0, "", 0, now, time.Time{}
}

// words are the words to look at.
func (c *ModerationCase) words() []string {
	if c.Hints == "" {
		return nil
	}
	return strings.Split(c.Hints, "\n")
}

// Reason is why somebody reports a thing.
type Reason string

// The reasons of a report.
const (
	Spam         Reason = "spam"
	Offensive    Reason = "offensive"
	OffTopic     Reason = "off_topic"
	PersonalData Reason = "personal_data"
	Illegal      Reason = "illegal"
	Other        Reason = "other"
)

// Reasons are all reasons in the order of a form.
func Reasons() []Reason { return []Reason{Offensive, Spam, OffTopic, PersonalData, Illegal, Other} }

// pressing is how much more a report weighs when what is reported does harm while it is seen.
func (r Reason) pressing() float64 {
	if r == PersonalData || r == Illegal {
		return 1.5
	}
	return 1
}

// Rules are the keys of the rules that a decision can name; their words are the messages moderation.rule.<key>.
func Rules() []string {
	return []string{"respect", "hate", "spam", "topic", "personal_data", "law", "identity", "duplicate", "other"}
}

// record is how the earlier reports of somebody were judged.
type record struct{ Upheld, Dismissed int64 }

const (
	// judgedEnough is how many judged reports say something about the judgement of whoever sent them.
	judgedEnough = 5
	// usualAccuracy is the share of reports that are right on average; who is right as often weighs what a stranger weighs.
	usualAccuracy = 0.7
	// bonusSize is how much a perfect record adds, times the logarithm to base 4 of the number of judged reports.
	bonusSize = 2
	// leastWeight keeps the reports of somebody who is always wrong in sight.
	leastWeight = 0.1
)

// weight is how much a report of an actor counts for the order of the queue:
//
//	weight = max(0.1, base + bonus) x pressing
//	base   = 0.5 visitor, 1 account, 1.5 verified residence or identity, or association, 5 staff
//	bonus  = 0 up to 5 judged reports; else distance x log4(judged) x 2, where distance is from -1 (never right) over 0 (right in
//	         7 of 10) to 1 (always right)
//	pressing = 1.5 for personal data and what is illegal, else 1
//
// The idea, that a report weighs by how often the same person was right before, is that of Discourse's public description of
// its flags; the numbers are our own.
func weight(a authz.Actor, r record, reason Reason) float64 {
	base := 1.0
	switch {
	case !a.SignedIn():
		base = 0.5
	case a.IsStaff():
		base = 5
	case a.Level >= authz.LevelResidence || a.OrganisationID != "":
		base = 1.5
	}
	return max(leastWeight, base+r.bonus()) * reason.pressing()
}

func (r record) bonus() float64 {
	judged := r.Upheld + r.Dismissed
	if judged <= judgedEnough {
		return 0
	}
	accuracy := float64(r.Upheld) / float64(judged)
	distance := (accuracy - usualAccuracy) / (1 - usualAccuracy)
	if accuracy < usualAccuracy {
		distance = (accuracy - usualAccuracy) / usualAccuracy
	}
	return distance * math.Log(float64(judged)) / math.Log(4) * bonusSize
}
