package votes

import (
	"context"
	"slices"
	"strconv"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/tenant"
)

// Kind is how people vote on something.
type Kind string

// The kinds of vote.
const (
	// Support is one press: a person supports a thing or does not.
	Support Kind = "support"
	// Choice is for, against or abstain.
	Choice Kind = "choice"
	// Rating is 1 (worst) to 5 (best).
	Rating Kind = "rating"
	// Helpful says of a comment whether it helps.
	Helpful Kind = "helpful"
)

// The values of a vote. Ratings are "1" to "5".
const (
	ValueSupport = "support"
	ValueFor     = "for"
	ValueAgainst = "against"
	ValueAbstain = "abstain"
	ValueUp      = "up"
	ValueDown    = "down"
	// Withdraw takes a vote back.
	Withdraw = "withdraw"
)

// Values lists what can be said in a vote of this kind, in the order in which it is shown.
func (k Kind) Values() []string {
	switch k {
	case Support:
		return []string{ValueSupport}
	case Choice:
		return []string{ValueFor, ValueAgainst, ValueAbstain}
	case Rating:
		return []string{"1", "2", "3", "4", "5"}
	case Helpful:
		return []string{ValueUp, ValueDown}
	default:
		return nil
	}
}

// Takes reports whether value can be said in a vote of this kind.
func (k Kind) Takes(value string) bool { return slices.Contains(k.Values(), value) }

// The ways of hiding how votes stand.
const (
	// HideUntilVoted shows the counts to those who have voted, and to everybody after the close.
	HideUntilVoted = "until_voted"
	// HideUntilClosed shows the counts after the close only.
	HideUntilClosed = "until_closed"
)

// The channels that votes come through.
const (
	ChannelWeb   = "web"
	ChannelDesk  = "desk"
	ChannelPaper = "paper"
	// ChannelCarried are counts of another system that came without voters.
	ChannelCarried = "carried"
)

// The kinds of voter, counted apart.
const (
	VoterCitizen     = "citizen"
	VoterAssociation = "association"
)

// Ballot is what can be voted on, as its host describes it to the person who asks.
type Ballot struct {
	Ref  subject.Ref
	Kind Kind
	// Scope is what a quota is counted within, usually a consultation or a phase of it; empty means none.
	Scope string
	// Quota is how many things of the scope one voter may vote on; 0 sets no limit.
	Quota int
	// Min is how many he is advised to choose; it is words only.
	Min int
	// Decision says whether the person in ctx may vote, and if not, why.
	Decision authz.Decision
	// Judge, when set, makes Decision for whoever acts in the context that it is given. It must only compute: then one look at the
	// database serves all who vote at the same moment. Without it the host is asked once for every voter.
	Judge func(ctx context.Context) authz.Decision
	// HideCounts is "", HideUntilVoted or HideUntilClosed.
	HideCounts string
	// ClosesAt is when voting ends, zero when nothing is set.
	ClosesAt time.Time
	// Closed is set when voting is over for another reason than ClosesAt.
	Closed bool
	// Title is plain text, Path the page of the thing without a language prefix.
	Title string
	Path  string
	// Total is how the votes stand when the host has it on its own row; nil lets this module read it.
	Total *Total
}

// Over reports whether voting has ended at now.
func (b Ballot) Over(now time.Time) bool {
	return b.Closed || !b.ClosesAt.IsZero() && !now.Before(b.ClosesAt)
}

// Hides reports whether there is somebody at now who may not see how the votes stand.
func (b Ballot) Hides(now time.Time) bool { return b.HideCounts != "" && !b.Over(now) }

// Shows reports whether the person whose vote is mine (nil for none) may see how the votes stand at now.
func (b Ballot) Shows(mine *Vote, now time.Time) bool {
	switch b.HideCounts {
	case HideUntilVoted:
		return mine != nil || b.Over(now)
	case HideUntilClosed:
		return b.Over(now)
	default:
		return true
	}
}

// decide is the decision on who acts in ctx.
func (b Ballot) decide(ctx context.Context) authz.Decision {
	if b.Judge != nil {
		return b.Judge(ctx)
	}
	return b.Decision
}

// Total is how the votes on one subject stand.
type Total struct {
	Ref subject.Ref
	// Up counts support, for and helpful; Down against and not helpful.
	Up, Down, Abstain int64
	// Count is the number of votes of any value, Sum that of all ratings (Up less Down for the other kinds).
	Count, Sum int64
	// Associations is how many of the votes are those of associations.
	Associations int64
	// Rated counts the ratings of 1 to 5.
	Rated [5]int64
	// Hidden tells a host that the public may not see yet how the votes stand; it is set for Host.Tallied only.
	Hidden bool
}

// Average is the mean rating, 0 without any.
func (t Total) Average() float64 {
	if t.Count == 0 {
		return 0
	}
	return float64(t.Sum) / float64(t.Count)
}

// Of is how many said value.
func (t Total) Of(value string) int64 {
	switch value {
	case ValueSupport, ValueFor, ValueUp:
		return t.Up
	case ValueAgainst, ValueDown:
		return t.Down
	case ValueAbstain:
		return t.Abstain
	}
	if i, ok := ratingOf(value); ok {
		return t.Rated[i-1]
	}
	return 0
}

// add counts (by 1) or discounts (by -1) one vote.
func (t *Total) add(value, voterKind string, by int64) {
	if value == "" {
		return
	}
	t.Count += by
	if voterKind == VoterAssociation {
		t.Associations += by
	}
	switch value {
	case ValueSupport, ValueFor, ValueUp:
		t.Up += by
		t.Sum += by
	case ValueAgainst, ValueDown:
		t.Down += by
		t.Sum -= by
	case ValueAbstain:
		t.Abstain += by
	}
	if i, ok := ratingOf(value); ok {
		t.Rated[i-1] += by
		t.Sum += by * int64(i)
	}
}

// plus is t with d counted in.
func (t Total) plus(d Total) Total {
	t.Up, t.Down, t.Abstain, t.Count, t.Sum, t.Associations = t.Up+d.Up, t.Down+d.Down, t.Abstain+d.Abstain, t.Count+d.Count, t.Sum+d.Sum, t.Associations+d.Associations
	for i := range t.Rated {
		t.Rated[i] += d.Rated[i]
	}
	return t
}

// less is t with every count turned round, to be taken off by plus.
func (t Total) less() Total {
	return Total{Ref: t.Ref, Up: -t.Up, Down: -t.Down, Abstain: -t.Abstain, Count: -t.Count, Sum: -t.Sum, Associations: -t.Associations,
		Rated: [5]int64{-t.Rated[0], -t.Rated[1], -t.Rated[2], -t.Rated[3], -t.Rated[4]}}
}

func ratingOf(value string) (int, bool) {
	n, err := strconv.Atoi(value)
	return n, err == nil && n >= 1 && n <= 5
}

// Vote is what one voter says about one subject. It is a row.
type Vote struct {
	tenant.Key
	SubjectKind string
	SubjectID   string
	// VoterID is an account or an association; after the account is deleted an id that leads to nobody.
	VoterID   string
	VoterKind string
	Value     string
	Scope     string
	Channel   string
	CastAt    time.Time
	ChangedAt time.Time
}

// Ref is what was voted on.
func (v *Vote) Ref() subject.Ref { return subject.Ref{Kind: v.SubjectKind, ID: v.SubjectID} }

// Says is the value of a vote, "" for nil.
func (v *Vote) Says() string {
	if v == nil {
		return ""
	}
	return v.Value
}

// Number is 1 to 5 for a rating, 1 for support, for and helpful, -1 for against and not helpful, 0 for nil and abstain.
func (v *Vote) Number() int {
	switch v.Says() {
	case ValueSupport, ValueFor, ValueUp:
		return 1
	case ValueAgainst, ValueDown:
		return -1
	}
	n, _ := ratingOf(v.Says())
	return n
}

// Command is a wish to vote, by who acts in the context.
type Command struct {
	Ref subject.Ref
	// Value is one of those of the ballot's kind, or Withdraw. Saying the same twice is one vote.
	Value string
	// Channel is ChannelWeb when empty.
	Channel string
}

// Result is how things stand after a vote.
type Result struct {
	Ballot Ballot
	Total  Total
	// Mine is the voter's vote, nil after a withdrawal.
	Mine *Vote
	// Used is how many votes of the scope's quota the voter has used; only set when there is a quota.
	Used int
}

// View is everything that a page shows about one ballot.
type View struct {
	Ballot Ballot
	Total  Total
	Mine   *Vote
	Used   int
	// Shown is whether the counts may be seen.
	Shown bool
}

// View is what a page shows after a vote at now.
func (r Result) View(now time.Time) View {
	return View{Ballot: r.Ballot, Total: r.Total, Mine: r.Mine, Used: r.Used, Shown: r.Ballot.Shows(r.Mine, now)}
}

// check says why this voter cannot say value on b at now, apart from his quota.
func (b Ballot) check(d authz.Decision, value string, now time.Time) error {
	if err := d.Err(); err != nil {
		return err
	}
	if b.Over(now) {
		return fault.Forbidden("votes.error.closed")
	}
	if value != Withdraw && !b.Kind.Takes(value) {
		return fault.InvalidField("value", "votes.error.value")
	}
	return nil
}
