package stored

import (
	"slices"
	"time"

	"glas/internal/fault"
	"glas/internal/text"
)

// State is where a case stands.
type State string

// The states.
const (
	Unconfirmed     State = "unconfirmed"
	Received        State = "received"
	InReview        State = "in_review"
	WaitingReporter State = "waiting_reporter"
	Assigned        State = "assigned"
	InProgress      State = "in_progress"
	Scheduled       State = "scheduled"
	WaitingExternal State = "waiting_external"
	AnswerReview    State = "answer_review"
	Resolved        State = "resolved"
	Answered        State = "answered"
	Rejected        State = "rejected"
	Referred        State = "referred"
	Merged          State = "merged"
	Withdrawn       State = "withdrawn"
	Spam            State = "spam"
	ReopenRequested State = "reopen_requested"
)

// States lists all of them.
func States() []State {
	return []State{Unconfirmed, Received, InReview, WaitingReporter, Assigned, InProgress, Scheduled, WaitingExternal, AnswerReview,
		Resolved, Answered, Rejected, Referred, Merged, Withdrawn, Spam, ReopenRequested}
}

// Group joins states that lists treat alike.
type Group string

// The groups.
const (
	GroupHidden Group = "hidden"
	GroupOpen   Group = "open"
	GroupPaused Group = "paused"
	GroupClosed Group = "closed"
)

// Group is that of a state.
func (s State) Group() Group {
	switch s {
	case Unconfirmed, Spam:
		return GroupHidden
	case WaitingReporter, WaitingExternal:
		return GroupPaused
	case Resolved, Answered, Rejected, Referred, Merged, Withdrawn:
		return GroupClosed
	}
	return GroupOpen
}

// PublicState is the state as everybody reads it: that an answer is being read by a second person is the municipality's own matter.
func (s State) PublicState() State {
	if s == AnswerReview {
		return InProgress
	}
	return s
}

// Running reports whether there is still something to do for the municipality.
func (s State) Running() bool { return s.Group() == GroupOpen || s.Group() == GroupPaused }

// Action is something done with a case.
type Action string

// Actions that change the state.
const (
	Confirm       Action = "confirm"
	Triage        Action = "triage"
	Ask           Action = "ask"
	ReplyTo       Action = "reply"
	Expire        Action = "expire"
	Assign        Action = "assign"
	Accept        Action = "accept"
	Decline       Action = "decline"
	Plan          Action = "plan"
	Wait          Action = "wait"
	Continue      Action = "continue"
	Draft         Action = "draft"
	Return        Action = "return"
	Finish        Action = "finish"
	Refer         Action = "refer"
	Merge         Action = "merge"
	Unmerge       Action = "unmerge"
	Withdraw      Action = "withdraw"
	MarkSpam      Action = "spam"
	Unspam        Action = "unspam"
	RequestReopen Action = "request_reopen"
	Reopen        Action = "reopen"
	RefuseReopen  Action = "refuse_reopen"
	// Lapse answers an initiative that found too little support in its time.
	Lapse Action = "lapse"
)

// Actions that leave the state as it is.
const (
	EditPublic Action = "edit_public"
	Publish    Action = "publish"
	Unpublish  Action = "unpublish"
	Interim    Action = "interim"
	Note       Action = "note"
	Message    Action = "message"
	Change     Action = "change"
	TaskAdd    Action = "task_add"
	TaskDone   Action = "task_done"
	Threshold  Action = "threshold"
	Claim      Action = "claim"
	Redact     Action = "redact"
	Forget     Action = "forget"
	Rate       Action = "rate"
	Master     Action = "merged_here"
	Unmaster   Action = "unmerged_here"
	Attach     Action = "attach"
	// Prolong gives an initiative more time to find support.
	Prolong Action = "prolong"
	// Byline hides or shows the name of the reporter, as he wishes, at any time.
	Byline Action = "byline"
	// BodyAnswer is what another authority said about a case that was passed on to it or waits for it.
	BodyAnswer Action = "body_answer"
)

// Created is the first event of every case; it comes from no state.
const Created Action = "report"

// Input is what the guards ask about an act: everything they need, so that they look at nothing else.
type Input struct {
	Now time.Time
	// Text is the question, reason or message that the act needs, of Min to Max letters.
	Text string
	// Outcome is Resolved, Answered or Rejected, for Finish.
	Outcome State
	// Until is the date planned, waited for or promised.
	Until time.Time
	// Answer reports that a draft (Draft) or an approved final answer (Finish) exists; Approved that a second person read it.
	Answer, Approved bool
	// Untranslated reports that a mandatory language of the answer is missing, and nobody marked that another one may stand for it.
	Untranslated bool
	// Blocking is the number of open tasks that must be done first; Despite is why it is closed all the same.
	Blocking int64
	Despite  string
	// Photo reports that the topic wants a photo of the solved defect and there is none.
	PhotoMissing bool
	// FourEyes is that of the topic; SameHand that who approves wrote the draft.
	FourEyes, SameHand bool
	// ReopenDays is how long after closing a citizen may ask to look again.
	ReopenDays int
	// Body reports that the other authority is known.
	Body bool
	// Department is to whom it is assigned.
	Department string
	// Back is the state that Unmerge restores.
	Back State
	// Data goes into the event.
	Data map[string]any
}

// rule is one line of the table: from which states an action is possible, where it leads and what must hold.
type rule struct {
	from  []State
	to    func(c *Case, in Input) State
	guard func(c *Case, in Input) error
	// public events are told to everybody who sees the case.
	public bool
}

func open() []State {
	return []State{Received, InReview, WaitingReporter, Assigned, InProgress, Scheduled, WaitingExternal, AnswerReview, ReopenRequested}
}

func closed() []State { return []State{Resolved, Answered, Rejected, Referred, Merged, Withdrawn} }

func shownStates() []State { return append(open(), closed()...) }

func always(s State) func(*Case, Input) State { return func(*Case, Input) State { return s } }

func stay(c *Case, _ Input) State { return c.State }

func before(c *Case, _ Input) State {
	if c.StateBefore == "" {
		return InReview
	}
	return c.StateBefore
}

// rules is the one table of states and transitions (services reference, "Case").
func rules() map[Action]rule {
	working := []State{Received, InReview, Assigned, InProgress}
	return map[Action]rule{
		Confirm:       {from: []State{Unconfirmed}, to: always(Received), public: true},
		Triage:        {from: []State{Received}, to: always(InReview)},
		Ask:           {from: []State{InReview, Assigned, InProgress}, to: always(WaitingReporter), guard: worded, public: true},
		ReplyTo:       {from: []State{WaitingReporter}, to: before},
		Expire:        {from: []State{WaitingReporter}, to: before},
		Assign:        {from: working, to: always(Assigned), guard: toSomebody, public: true},
		Accept:        {from: []State{Assigned}, to: always(InProgress), public: true},
		Decline:       {from: []State{Assigned}, to: always(InReview), guard: worded},
		Plan:          {from: []State{InProgress}, to: always(Scheduled), guard: ahead, public: true},
		Wait:          {from: []State{InProgress}, to: always(WaitingExternal), guard: worded, public: true},
		Continue:      {from: []State{WaitingExternal, Scheduled}, to: always(InProgress), public: true},
		Draft:         {from: []State{InProgress, Scheduled, InReview}, to: always(AnswerReview), guard: drafted},
		Return:        {from: []State{AnswerReview}, to: always(InProgress), guard: worded},
		Finish:        {from: []State{AnswerReview}, to: outcome, guard: finished, public: true},
		Refer:         {from: []State{Received, InReview, Assigned}, to: always(Referred), guard: told, public: true},
		Merge:         {from: open(), to: always(Merged), public: true},
		Unmerge:       {from: []State{Merged}, to: restored, public: true},
		Withdraw:      {from: append([]State{Unconfirmed}, open()...), to: always(Withdrawn), public: true},
		MarkSpam:      {from: append([]State{Unconfirmed}, open()...), to: always(Spam)},
		Unspam:        {from: []State{Spam}, to: always(InReview)},
		RequestReopen: {from: []State{Resolved, Answered, Rejected}, to: always(ReopenRequested), guard: soon},
		Reopen:        {from: []State{ReopenRequested, Resolved, Answered, Rejected, Referred, Withdrawn}, to: always(InProgress), guard: worded, public: true},
		RefuseReopen:  {from: []State{ReopenRequested}, to: before, guard: worded},
		Lapse:         {from: []State{Received, InReview, Assigned, InProgress}, to: always(Answered), public: true},

		EditPublic: {from: shownStates(), to: stay},
		Publish:    {from: append(open(), Resolved, Answered, Rejected, Referred), to: stay, guard: publishable},
		Unpublish:  {from: shownStates(), to: stay, guard: worded},
		Interim:    {from: []State{InReview, Assigned, InProgress, Scheduled, WaitingExternal}, to: stay, guard: promised, public: true},
		Note:       {from: States(), to: stay},
		Message:    {from: shownStates(), to: stay},
		Change:     {from: open(), to: stay},
		TaskAdd:    {from: open(), to: stay},
		TaskDone:   {from: shownStates(), to: stay},
		Threshold:  {from: open(), to: stay, public: true},
		Claim:      {from: shownStates(), to: stay},
		Redact:     {from: States(), to: stay},
		Forget:     {from: States(), to: stay},
		Rate:       {from: []State{Resolved, Answered, Rejected, ReopenRequested}, to: stay},
		Master:     {from: shownStates(), to: stay, public: true},
		Unmaster:   {from: shownStates(), to: stay, public: true},
		Attach:     {from: States(), to: stay},
		Byline:     {from: shownStates(), to: stay},
		Prolong:    {from: open(), to: stay, public: true},
		BodyAnswer: {from: []State{Referred, WaitingExternal}, to: stay, guard: told, public: true},
	}
}

// Actions lists every action in the table, in no order.
func Actions() []Action {
	var out []Action
	for a := range rules() {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// Can reports whether an action is possible in a state, its guards apart.
func (s State) Can(a Action) bool { return slices.Contains(rules()[a].from, s) }

// Apply says what an action does to a case: the event with the state that follows, or why it cannot be. It changes nothing; Event.On does.
// An action that the state does not allow is fault.Conflict.
func Apply(c *Case, a Action, in Input) (*CaseEvent, error) {
	r, known := rules()[a]
	if !known || !slices.Contains(r.from, c.State) {
		return nil, fault.Conflict("cases.error.state")
	}
	if r.guard != nil {
		if err := r.guard(c, in); err != nil {
			return nil, err
		}
	}
	data := in.Data
	if data == nil {
		data = map[string]any{}
	}
	return &CaseEvent{CaseID: c.ID, Action: a, FromState: c.State, ToState: r.to(c, in), Data: data, Public: r.public, At: in.Now, Until: in.Until}, nil
}

// On writes an event into the case: its state, and the times that hang on it.
func (e *CaseEvent) On(c *Case) {
	if e.ToState == c.State {
		return
	}
	was := c.State
	if e.ToState == WaitingReporter || e.ToState == ReopenRequested {
		c.StateBefore = was
	}
	c.State, c.StateSince = e.ToState, e.At
	c.WaitUntil = time.Time{}
	if c.State.Group() == GroupPaused {
		c.WaitUntil = e.Until
	}
	switch {
	case c.State.Group() == GroupClosed && was != ReopenRequested:
		c.ClosedAt = e.At
	case c.State.Group() != GroupClosed && c.State != ReopenRequested:
		c.ClosedAt = time.Time{}
	}
	if e.Action == Reopen {
		c.Cycle++
		c.Promises, c.AnsweredAt, c.AnswerState, c.PromiseAt = 0, time.Time{}, "", time.Time{}
	}
}

func outcome(_ *Case, in Input) State { return in.Outcome }

func restored(c *Case, in Input) State {
	if in.Back != "" {
		return in.Back
	}
	return InReview
}

// worded asks for a text: the question, the reason, the comment.
func worded(_ *Case, in Input) error {
	if n := text.Letters(in.Text); n < ReasonMin || n > MessageMax {
		return fault.InvalidField("text", "cases.error.text", "Min", ReasonMin, "Max", MessageMax)
	}
	return nil
}

func toSomebody(_ *Case, in Input) error {
	if in.Department == "" {
		return fault.InvalidField("department", "val.required")
	}
	return nil
}

func ahead(_ *Case, in Input) error {
	if in.Until.Before(in.Now) {
		return fault.InvalidField("until", "cases.error.past")
	}
	return nil
}

func drafted(_ *Case, in Input) error {
	if !in.Answer {
		return fault.Conflict("cases.error.no_answer")
	}
	return nil
}

// finished is what must hold before a case is closed with its final answer.
func finished(c *Case, in Input) error {
	switch {
	case !slices.Contains([]State{Resolved, Answered, Rejected}, in.Outcome):
		return fault.InvalidField("outcome", "val.required")
	case !in.Answer:
		return fault.Conflict("cases.error.no_answer")
	case in.Untranslated:
		return fault.Conflict("cases.error.languages")
	case in.FourEyes && (in.SameHand || !in.Approved):
		return fault.Forbidden("cases.error.four_eyes")
	case in.Blocking > 0 && text.Letters(in.Despite) < ReasonMin:
		return fault.Conflict("cases.error.tasks", "N", in.Blocking)
	case in.Outcome == Resolved && c.Kind == Defect && in.PhotoMissing:
		return fault.Conflict("cases.error.photo")
	}
	return nil
}

// told asks for the other authority and for the words with which the citizen hears of it.
func told(c *Case, in Input) error {
	if !in.Body {
		return fault.InvalidField("body", "val.required")
	}
	return worded(c, in)
}

// soon lets a citizen ask to look again for some days after the end.
func soon(c *Case, in Input) error {
	if in.ReopenDays < 0 || !c.ClosedAt.IsZero() && in.Now.After(c.ClosedAt.AddDate(0, 0, in.ReopenDays)) {
		return fault.Gone("cases.error.reopen_late")
	}
	return worded(c, in)
}

// publishable: a private case has no public, and one that must wait for its answer waits.
func publishable(c *Case, in Input) error {
	switch {
	case !c.Visibility.Open() || c.PublishMode == Never:
		return fault.Conflict("cases.error.private")
	case c.PublishMode == WithAnswer && !in.Answer && c.FirstAnswerAt.IsZero():
		return fault.Conflict("cases.error.answer_first")
	}
	return nil
}

// promised asks for a text and, because a receipt is no answer, for a date to come; there are few of them in a cycle.
func promised(c *Case, in Input) error {
	if err := ahead(c, in); err != nil {
		return err
	}
	if c.Promises >= MaxPromises {
		return fault.Conflict("cases.error.promises", "N", MaxPromises)
	}
	return nil
}
