package votes

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web/ui"
)

// fieldValue is the name of the form field that says what is voted.
const fieldValue = "value"

// ActionPath is where a vote on ref is sent, without a language prefix.
func ActionPath(ref subject.Ref) string { return "/votes/" + ref.Kind + "/" + ref.ID }

// ResultPath is where the frozen result of ref is downloaded.
func ResultPath(ref subject.Ref) string { return ActionPath(ref) + "/result.json" }

// ElementID is the id of the form of ref on a page.
func ElementID(ref subject.Ref) string { return "vote-" + ref.Kind + "-" + ref.ID }

// open reports whether the form can be pressed: by who may vote, and by visitors, who are led to sign in.
func (b Ballot) open() bool {
	return !b.Over(time.Time{}) && (b.Decision.Allowed || b.Decision.SignIn)
}

// shown is Shows for a ballot as For and Cast give it, whose Closed is up to date.
func (b Ballot) shown(mine *Vote) bool { return b.Shows(mine, time.Time{}) }

// press is what a button says: its value, or to withdraw when it is pressed already.
func press(value string, mine *Vote) string {
	if mine.Says() == value {
		return Withdraw
	}
	return value
}

// Box is the support of one thing for ui.VoteBox and ui.ListRow, or the helpfulness of a comment for ui.UsefulVote. b is as For
// gave it. Where the count is hidden, Count is -1.
func Box(ctx context.Context, b Ballot, t Total, mine *Vote) *ui.VoteData {
	value, label := ValueSupport, "votes.support.label"
	if b.Kind == Helpful {
		value, label = ValueUp, "votes.helpful.label"
	}
	d := &ui.VoteData{
		ID: ElementID(b.Ref), Action: i18n.Href(ctx, ActionPath(b.Ref)), Name: fieldValue, Value: press(value, mine),
		Label: i18n.T(ctx, label), Count: int(t.Up), Pressed: mine.Says() == value, Closed: !b.open(), SignIn: b.Decision.SignIn,
	}
	d.Spoken = spoken(ctx, b, t.Up, d.Pressed, mine)
	if !b.shown(mine) {
		d.Count = -1
	}
	return d
}

// spoken says aloud how a vote stands: "93 people support this, you too".
func spoken(ctx context.Context, b Ballot, n int64, pressed bool, mine *Vote) string {
	prefix := "votes.support." //i18n: votes.support.*
	if b.Kind == Helpful {
		prefix = "votes.helpful." //i18n: votes.helpful.*
	}
	switch {
	case !b.shown(mine) && pressed:
		return i18n.T(ctx, prefix+"hidden_mine")
	case !b.shown(mine):
		return i18n.T(ctx, prefix+"hidden")
	case pressed:
		return i18n.N(ctx, prefix+"spoken_mine", n)
	default:
		return i18n.N(ctx, prefix+"spoken", n)
	}
}

// Buttons is the choice between for, against and abstain.
func Buttons(ctx context.Context, b Ballot, t Total, mine *Vote) templ.Component {
	d := ui.VoteButtonsData{
		ID: ElementID(b.Ref), Action: i18n.Href(ctx, ActionPath(b.Ref)), Name: fieldValue, Label: i18n.T(ctx, "votes.yours"),
		Closed: !b.open(), SignIn: b.Decision.SignIn,
	}
	for _, value := range Choice.Values() {
		o := ui.VoteOption{
			Value: press(value, mine), Label: i18n.T(ctx, "votes.value."+value), Kind: value, Count: -1, Pressed: mine.Says() == value,
		} //i18n: votes.value.*
		if b.shown(mine) {
			o.Count = int(t.Of(value))
			if o.Pressed {
				o.Spoken = i18n.N(ctx, "votes.choice.spoken_mine", t.Of(value))
			}
		}
		d.Options = append(d.Options, o)
	}
	return ui.VoteButtons(d)
}

// RatingBox is the rating from 1 to 5.
func RatingBox(ctx context.Context, b Ballot, t Total, mine *Vote) templ.Component {
	d := ratingData{
		ID: ElementID(b.Ref), Action: i18n.Href(ctx, ActionPath(b.Ref)), Closed: !b.open(), SignIn: b.Decision.SignIn, Mine: mine.Number(), Count: -1,
	}
	if b.shown(mine) {
		d.Count = t.Count
		d.Average = i18n.T(ctx, "votes.rating.average", "Average", float64(int(t.Average()*10+0.5))/10)
	}
	return ratingForm(d)
}

// Component is the form of a ballot of any kind, as it is shown on a page and answered after a press.
func (v View) Component(ctx context.Context) templ.Component {
	switch v.Ballot.Kind {
	case Choice:
		return Buttons(ctx, v.Ballot, v.Total, v.Mine)
	case Rating:
		return RatingBox(ctx, v.Ballot, v.Total, v.Mine)
	case Helpful:
		return usefulVote(*Box(ctx, v.Ballot, v.Total, v.Mine))
	default:
		return voteBox(*Box(ctx, v.Ballot, v.Total, v.Mine))
	}
}

// Box is the support of a list row.
func (v View) Box(ctx context.Context) *ui.VoteData { return Box(ctx, v.Ballot, v.Total, v.Mine) }

// Left says how much of a quota is left: "2 of 5 left"; "" without a quota.
func Left(ctx context.Context, used, quota int) string {
	if quota <= 0 {
		return ""
	}
	return i18n.N(ctx, "votes.left", max(0, quota-used), "Quota", quota)
}

// Advice says how many things a person is asked to choose; "" when the phase does not ask.
func Advice(ctx context.Context, b Ballot) string {
	if b.Min <= 0 {
		return ""
	}
	return i18n.N(ctx, "votes.advice", b.Min)
}

// Facts are the words beside a ballot: who voted, when the counts are shown, until when a vote can be changed, what is left.
func (v View) Facts(ctx context.Context) []ui.Fact {
	var facts []ui.Fact
	b := v.Ballot
	if v.Shown {
		facts = append(facts, ui.Fact{Term: i18n.T(ctx, "votes.facts.voted"), Text: voters(ctx, v.Total)})
	} else {
		facts = append(facts, ui.Fact{Term: i18n.T(ctx, "votes.facts.results"), Text: i18n.T(ctx, "votes.hide."+b.HideCounts)}) //i18n: votes.hide.*
	}
	if !b.ClosesAt.IsZero() && b.open() {
		facts = append(facts, ui.Fact{Term: i18n.T(ctx, "votes.facts.until"), Text: i18n.DateTime(ctx, b.ClosesAt)})
	}
	if text := Left(ctx, v.Used, b.Quota); text != "" && b.Decision.Allowed {
		facts = append(facts, ui.Fact{Term: i18n.T(ctx, "votes.facts.left"), Text: text})
	}
	return facts
}

// voters says how many people and associations voted, each apart.
func voters(ctx context.Context, t Total) string {
	people := i18n.N(ctx, "votes.people", t.Count-t.Associations)
	if t.Associations == 0 {
		return people
	}
	return people + " · " + i18n.N(ctx, "votes.associations", t.Associations)
}

// live lets a press be answered without leaving the page; a visitor's press is a plain post, because it leads to sign-in.
func live(signIn bool, action string) templ.Attributes {
	if signIn {
		return nil
	}
	return templ.Attributes{"data-vote": true, "hx-post": action, "hx-swap": "outerHTML", "hx-target": "this"}
}

func starValue(i, mine int) string {
	if i == mine {
		return Withdraw
	}
	return strconv.Itoa(i)
}

// quotaID is the id of the words that say what is left of a scope's quota.
func quotaID(scope string) string {
	return "votes-left-" + strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, scope)
}
