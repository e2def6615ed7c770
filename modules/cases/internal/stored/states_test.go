package stored

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/fault"
)

// table is the expected outcome of every pair, written down apart from the rules: action, states that allow it, where it leads.
const table = `
confirm: unconfirmed > received
triage: received > in_review
ask: in_review assigned in_progress > waiting_reporter
reply: waiting_reporter > in_progress
expire: waiting_reporter > in_progress
assign: received in_review assigned in_progress > assigned
accept: assigned > in_progress
decline: assigned > in_review
plan: in_progress > scheduled
body_answer: referred waiting_external > =
wait: in_progress > waiting_external
continue: waiting_external scheduled > in_progress
draft: in_progress scheduled in_review > answer_review
return: answer_review > in_progress
finish: answer_review > resolved
refer: received in_review assigned > referred
merge: received in_review waiting_reporter assigned in_progress scheduled waiting_external answer_review reopen_requested > merged
unmerge: merged > scheduled
withdraw: unconfirmed received in_review waiting_reporter assigned in_progress scheduled waiting_external answer_review reopen_requested > withdrawn
spam: unconfirmed received in_review waiting_reporter assigned in_progress scheduled waiting_external answer_review reopen_requested > spam
unspam: spam > in_review
request_reopen: resolved answered rejected > reopen_requested
reopen: reopen_requested resolved answered rejected referred withdrawn > in_progress
refuse_reopen: reopen_requested > in_progress
edit_public: -unconfirmed -spam > =
publish: received in_review waiting_reporter assigned in_progress scheduled waiting_external answer_review reopen_requested resolved answered rejected referred > =
unpublish: -unconfirmed -spam > =
interim: in_review assigned in_progress scheduled waiting_external > =
note: * > =
message: -unconfirmed -spam > =
change: received in_review waiting_reporter assigned in_progress scheduled waiting_external answer_review reopen_requested > =
task_add: received in_review waiting_reporter assigned in_progress scheduled waiting_external answer_review reopen_requested > =
task_done: -unconfirmed -spam > =
threshold: received in_review waiting_reporter assigned in_progress scheduled waiting_external answer_review reopen_requested > =
claim: -unconfirmed -spam > =
redact: * > =
forget: * > =
rate: resolved answered rejected reopen_requested > =
merged_here: -unconfirmed -spam > =
unmerged_here: -unconfirmed -spam > =
attach: * > =
byline: -unconfirmed -spam > =
lapse: received in_review assigned in_progress > answered
prolong: received in_review waiting_reporter assigned in_progress scheduled waiting_external answer_review reopen_requested > =
`

func full(now time.Time) Input {
	return Input{Now: now, Text: "Dovolj dolgo besedilo", Outcome: Resolved, Until: now.AddDate(0, 0, 3), Answer: true, Approved: true, ReopenDays: 14, Body: true, Department: "d", Back: Scheduled}
}

// TestEveryPairIsAllowedOrRefused walks the whole table: an action leads where it should, or is a conflict.
func TestEveryPairIsAllowedOrRefused(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	seen := map[Action]bool{}
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		name, rest, _ := strings.Cut(line, ": ")
		states, to, _ := strings.Cut(rest, " > ")
		words := strings.Fields(states)
		a := Action(name)
		seen[a] = true
		for _, s := range States() {
			want := slices.Contains(words, string(s)) || words[0] == "*" || strings.HasPrefix(words[0], "-") && !slices.Contains(words, "-"+string(s))
			c := &Case{State: s, StateBefore: InProgress, Kind: Defect, Visibility: Public, PublishMode: AfterReview, ClosedAt: now.AddDate(0, 0, -1), Cycle: 1}
			before := *c
			e, err := Apply(c, a, full(now))
			if fmt.Sprint(*c) != fmt.Sprint(before) {
				t.Fatalf("%s changed the case", a)
			}
			if !want {
				if !fault.Is(err, fault.KindConflict) {
					t.Errorf("%s in %s: %v, want a conflict", a, s, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s in %s: %v", a, s, err)
				continue
			}
			end := State(to)
			if to == "=" {
				end = s
			}
			e.On(c)
			if c.State != end || e.FromState != s || e.ToState != end {
				t.Errorf("%s in %s leads to %s, want %s", a, s, c.State, end)
			}
		}
	}
	for _, a := range Actions() {
		if !seen[a] {
			t.Errorf("%s is not in the expected table", a)
		}
	}
}

func TestGuards(t *testing.T) {
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		state  State
		action Action
		change func(c *Case, in *Input)
		kind   fault.Kind
	}{
		"a question needs words":             {InReview, Ask, func(_ *Case, in *Input) { in.Text = "?" }, fault.KindInvalid},
		"declining needs a reason":           {Assigned, Decline, func(_ *Case, in *Input) { in.Text = "" }, fault.KindInvalid},
		"assigning needs a department":       {InReview, Assign, func(_ *Case, in *Input) { in.Department = "" }, fault.KindInvalid},
		"no plan in the past":                {InProgress, Plan, func(_ *Case, in *Input) { in.Until = now.Add(-1) }, fault.KindInvalid},
		"a draft needs an answer":            {InProgress, Draft, func(_ *Case, in *Input) { in.Answer = false }, fault.KindConflict},
		"closing needs an answer":            {AnswerReview, Finish, func(_ *Case, in *Input) { in.Answer = false }, fault.KindConflict},
		"closing needs an outcome":           {AnswerReview, Finish, func(_ *Case, in *Input) { in.Outcome = InProgress }, fault.KindInvalid},
		"an answer in every language":        {AnswerReview, Finish, func(_ *Case, in *Input) { in.Untranslated = true }, fault.KindConflict},
		"four eyes are not two":              {AnswerReview, Finish, func(_ *Case, in *Input) { in.FourEyes, in.SameHand = true, true }, fault.KindForbidden},
		"four eyes have to look":             {AnswerReview, Finish, func(_ *Case, in *Input) { in.FourEyes, in.Approved = true, false }, fault.KindForbidden},
		"tasks are done first":               {AnswerReview, Finish, func(_ *Case, in *Input) { in.Blocking = 1 }, fault.KindConflict},
		"tasks are done first or not needed": {AnswerReview, Finish, func(_ *Case, in *Input) { in.Blocking, in.Despite = 1, "ni več potrebno" }, ""},
		"a photo of the repair":              {AnswerReview, Finish, func(_ *Case, in *Input) { in.PhotoMissing = true }, fault.KindConflict},
		"no photo for a praise":              {AnswerReview, Finish, func(c *Case, in *Input) { c.Kind, in.PhotoMissing = Praise, true }, ""},
		"to whom it is referred":             {InReview, Refer, func(_ *Case, in *Input) { in.Body = false }, fault.KindInvalid},
		"the citizen is told":                {InReview, Refer, func(_ *Case, in *Input) { in.Text = "" }, fault.KindInvalid},
		"reopening within days":              {Resolved, RequestReopen, func(c *Case, _ *Input) { c.ClosedAt = now.AddDate(0, 0, -15) }, fault.KindGone},
		"private stays private":              {InReview, Publish, func(c *Case, _ *Input) { c.Visibility = ReporterOnly }, fault.KindConflict},
		"never is never":                     {InReview, Publish, func(c *Case, _ *Input) { c.PublishMode = Never }, fault.KindConflict},
		"the answer first":                   {InReview, Publish, func(c *Case, in *Input) { c.PublishMode, in.Answer = WithAnswer, false }, fault.KindConflict},
		"promises end":                       {InProgress, Interim, func(c *Case, _ *Input) { c.Promises = MaxPromises }, fault.KindConflict},
		"a promise is in the future":         {InProgress, Interim, func(_ *Case, in *Input) { in.Until = now.AddDate(0, 0, -1) }, fault.KindInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			one := &Case{State: c.state, Kind: Defect, Visibility: Public, PublishMode: AfterReview, ClosedAt: now.AddDate(0, 0, -1)}
			in := full(now)
			c.change(one, &in)
			if _, err := Apply(one, c.action, in); fault.KindOf(err) != c.kind && (err != nil || c.kind != "") {
				t.Errorf("%v, want %q", err, c.kind)
			}
		})
	}
}

// TestWhoSeesWhat is the whole matrix: visibility, published or not, viewer.
func TestWhoSeesWhat(t *testing.T) {
	lat, lng := 46.3591, 15.1106
	for _, v := range Visibilities() {
		for _, published := range []bool{false, true} {
			c := &Case{Title: "Luknja", Body: "Na cesti je luknja", Visibility: v, PublishMode: AfterReview, Published: published, State: InReview, Location: Blurred, Lat: &lat, Lng: &lng, NamePublic: true, Address: "Kidričeva cesta 10"}
			c.Derive()
			open := published && v.Open()
			for _, viewer := range []Viewer{Outsider, Anybody, Citizen, Reporter, OtherDepartment, Department, Overview, Editor, Elsewhere, Entrusted} {
				s := See(c, viewer)
				page := open || viewer == Department || viewer == Editor || (viewer == Reporter || viewer == Entrusted) && v != Internal || viewer == Overview && v.Open()
				if viewer == Outsider {
					page = false
				}
				if s.Page != page {
					t.Errorf("%s published %v: %s opens the page: %v, want %v", v, published, viewer, s.Page, page)
				}
				if s.Listed != (open && viewer != Outsider) || c.Shown != open {
					t.Errorf("%s published %v: %s finds it in lists: %v", v, published, viewer, s.Listed)
				}
				inner := viewer == Department || viewer == Editor || viewer == Overview && v.Open()
				if s.Notes != inner {
					t.Errorf("%s: %s reads notes: %v", v, viewer, s.Notes)
				}
				if (s.Words == OriginalWords || s.Photos || s.Thread) && !inner && viewer != Reporter {
					t.Errorf("%s: %s reads what was typed", v, viewer)
				}
				if s.Name && (viewer == Elsewhere || viewer == Entrusted) {
					t.Errorf("%s: %s reads the name", v, viewer)
				}
				if viewer == Entrusted {
					continue // who is trusted knows the door
				}
				if s.Name && !inner && viewer != Reporter && v != Public {
					t.Errorf("%s: %s reads the name", v, viewer)
				}
				if at, _, ok := s.PlaceFor(c); ok && !inner && viewer != Reporter && at == lat {
					t.Errorf("%s: %s knows the door", v, viewer)
				}
				if got := s.AddressFor(c); s.Page && !inner && viewer != Reporter && got != "Kidričeva cesta" {
					t.Errorf("%s: %s reads the address %q", v, viewer, got)
				}
				if s.Act != (viewer == Reporter && v != Internal) {
					t.Errorf("%s: %s acts: %v", v, viewer, s.Act)
				}
			}
			if open != (c.PublicLat != nil) && c.PublicLat == nil {
				t.Errorf("%s: no public place", v)
			}
		}
	}
	for _, s := range []State{Unconfirmed, Spam, Withdrawn} {
		c := &Case{Title: "x", Visibility: Public, PublishMode: AfterReview, Published: true, State: s}
		if c.Derive(); c.Shown || See(c, Citizen).Page {
			t.Errorf("%s is shown", s)
		}
	}
}

func TestRoute(t *testing.T) {
	rules := []CaseRule{
		{Active: false, DepartmentID: "off", Match: Match{}},
		{Active: true, DepartmentID: "night", Direct: true, Match: Match{FromHour: 22, ToHour: 6}},
		{Active: true, DepartmentID: "water", Priority: Urgent, Match: Match{Keywords: []string{"ΔΙΑΡΡΟΗ"}}},
		{Active: true, DepartmentID: "roads", Match: Match{Topics: []string{"top"}, Kinds: []string{Defect}}},
	}
	topic, parent := &CaseTopic{ParentID: "top"}, &CaseTopic{DepartmentID: "parent"}
	topic.ID, parent.ID = "sub", "top"
	for _, c := range []struct {
		c    Case
		hour int
		want string
	}{
		{Case{Kind: Defect, TopicID: "sub"}, 23, "night"}, {Case{Kind: Defect, TopicID: "sub"}, 12, "roads"}, {Case{Kind: Praise, TopicID: "sub"}, 12, "parent"},
		{Case{Kind: Praise, TopicID: "sub", Body: "διαρροή νερού"}, 12, "water"},
	} {
		if got := Route(rules, topic, parent, &c.c, c.hour); got.DepartmentID != c.want {
			t.Errorf("%+v goes to %s, want %s", c.c.Kind, got.DepartmentID, c.want)
		}
	}
	if got := Route(nil, nil, nil, &Case{}, 1); got != (Routed{}) {
		t.Errorf("nowhere is %v", got)
	}
}

func TestTokensAndNumbers(t *testing.T) {
	if s := NewToken(); len(s) != 22 || !TokenValid(s) || TokenValid(s+"x") || TokenValid("") {
		t.Errorf("token %q", s)
	}
	if NumberOf("VEL", 2026, 123) != "VEL-2026-000123" || !NumberValid("VEL-2026-000123") || NumberValid("x") || NumberValid("VEL-26-1") {
		t.Error("number")
	}
	if PhoneKey("+386 41 123 456") != PhoneKey("041/123-456") && PhoneKey("041 123 456") != "041123456" {
		t.Error("phone")
	}
}
