package stored

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

func zone(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("Europe/Ljubljana")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// at reads a moment in Ljubljana.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05.999999"} {
		if m, err := time.ParseInLocation(layout, s, zone(t)); err == nil {
			return m.UTC()
		}
	}
	t.Fatalf("cannot read moment %q", s)
	return time.Time{}
}

func from(t *testing.T, start, end string) (time.Time, time.Time) {
	t.Helper()
	if end == "" {
		return at(t, start), time.Time{}
	}
	return at(t, start), EndOfDay(at(t, end), zone(t))
}

// made is a consultation from a day to a day inclusive, with phases given as pairs of days.
func made(t *testing.T, start, end string, phases ...[2]string) *Consultation {
	t.Helper()
	c := &Consultation{State: Published, PublishedAt: at(t, "2026-01-01"), Title: i18n.Text{"sl": "Promet"}}
	c.In(zone(t))
	c.StartsAt, c.EndsAt = from(t, start, end)
	for i, days := range phases {
		p := &Phase{ID: string(rune('a' + i)), Title: i18n.Text{"sl": "Faza " + string(rune('A'+i))}}
		p.StartsAt, p.EndsAt = from(t, days[0], days[1])
		c.Phases = append(c.Phases, p)
	}
	return c
}

func TestStateFollowsTheDates(t *testing.T) {
	c := made(t, "2026-11-03", "2026-11-30")
	promised := made(t, "2026-11-03", "2026-11-30")
	promised.AnswerBy = EndOfDay(at(t, "2026-12-15"), zone(t))
	answered := made(t, "2026-11-03", "2026-11-30")
	answered.AnswerBy, answered.AnsweredAt = promised.AnswerBy, at(t, "2026-12-10 10:00")
	open := made(t, "2026-11-03", "")
	for _, tt := range []struct {
		name string
		c    *Consultation
		now  string
		want Status
	}{
		{"the moment before the first day", c, "2026-11-02 23:59:59.999999", Upcoming},
		{"midnight of the first day", c, "2026-11-03 00:00", Open},
		{"the evening before the last day", c, "2026-11-29 23:59:59.9", Open},
		{"the last day begins", c, "2026-11-30 00:00", ClosingToday},
		{"the last day at 23:59:59.9", c, "2026-11-30 23:59:59.9", ClosingToday},
		{"the very last moment", c, "2026-11-30 23:59:59.999999", ClosingToday},
		{"the day after", c, "2026-12-01 00:00", Closed},
		{"with a promise", promised, "2026-12-01 00:00", Waiting},
		{"after the promised day nothing is hidden", promised, "2027-01-10", Waiting},
		{"before the answer", answered, "2026-12-10 09:59", Waiting},
		{"with the answer", answered, "2026-12-10 10:00", Answered},
		{"without an end", open, "2036-01-01", Open},
		{"without dates", &Consultation{State: Published}, "2026-11-03", Upcoming},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.StateAt(at(t, tt.now)); got != tt.want {
				t.Errorf("state %s, want %s", got, tt.want)
			}
		})
	}
}

// In the nights when the clocks change a day has 23 or 25 hours, and still ends with its last second.
func TestLastDayOfADayWithoutTwentyFourHours(t *testing.T) {
	for _, tt := range []struct {
		day   string
		hours float64
	}{{"2026-03-29", 23}, {"2026-10-25", 25}, {"2026-11-30", 24}} {
		t.Run(tt.day, func(t *testing.T) {
			start, end := StartOfDay(at(t, tt.day), zone(t)), EndOfDay(at(t, tt.day), zone(t))
			if got := end.Add(time.Microsecond).Sub(start).Hours(); got != tt.hours {
				t.Errorf("the day has %g hours, want %g", got, tt.hours)
			}
			c := made(t, tt.day, tt.day)
			if got := c.StateAt(at(t, tt.day+" 23:59:59.9")); got != ClosingToday {
				t.Errorf("at 23:59:59.9 it is %s", got)
			}
			if got := c.StateAt(end.Add(time.Microsecond)); got != Closed {
				t.Errorf("at midnight it is %s", got)
			}
			if got := c.DaysLeft(at(t, tt.day+" 12:00")); got != 1 {
				t.Errorf("%d days left on the last day, want 1", got)
			}
			if got := c.TermDays(zone(t)); got != 1 {
				t.Errorf("the term has %d days, want 1", got)
			}
		})
	}
}

func TestDaysAcrossTheChangeOfClocks(t *testing.T) {
	c := made(t, "2026-10-20", "2026-10-31")
	if got := c.TermDays(zone(t)); got != 12 {
		t.Errorf("term of %d days, want 12", got)
	}
	if got := c.DaysLeft(at(t, "2026-10-24 23:30")); got != 8 {
		t.Errorf("%d days left, want 8", got)
	}
	moved := AddDays(EndOfDay(at(t, "2026-10-24"), zone(t)), 1, zone(t))
	if want := EndOfDay(at(t, "2026-10-25"), zone(t)); !moved.Equal(want) {
		t.Errorf("the end of the day after is %s, want %s", moved, want)
	}
}

func TestPhaseAtBoundaries(t *testing.T) {
	c := made(t, "2026-11-01", "2026-11-30", [2]string{"2026-11-01", "2026-11-10"}, [2]string{"2026-11-12", ""})
	for now, want := range map[string]string{
		"2026-10-31 23:59": "", "2026-11-01 00:00": "a", "2026-11-10 23:59:59.9": "a", "2026-11-11 12:00": "", "2026-11-12 00:00": "b", "2027-01-01": "b",
	} {
		got := ""
		if p := c.PhaseAt(at(t, now)); p != nil {
			got = p.ID
		}
		if got != want {
			t.Errorf("at %s phase %q runs, want %q", now, got, want)
		}
	}
}

func TestPhasesDoNotOverlapAndOnlyTheLastMayStayOpen(t *testing.T) {
	for _, tt := range []struct {
		name   string
		phases [][2]string
		want   map[string]string
	}{
		{"one after the other", [][2]string{{"2026-11-01", "2026-11-10"}, {"2026-11-11", "2026-11-30"}}, nil},
		{"with a gap", [][2]string{{"2026-11-01", "2026-11-05"}, {"2026-11-11", "2026-11-30"}}, nil},
		{"the last one open", [][2]string{{"2026-11-01", "2026-11-10"}, {"2026-11-11", ""}}, nil},
		{"in any order", [][2]string{{"2026-11-11", "2026-11-30"}, {"2026-11-01", "2026-11-10"}}, nil},
		{"sharing a day", [][2]string{{"2026-11-01", "2026-11-10"}, {"2026-11-10", "2026-11-30"}}, map[string]string{"b": "consultations.phase.error.overlap"}},
		{"an open one before another", [][2]string{{"2026-11-01", ""}, {"2026-11-10", "2026-11-30"}}, map[string]string{"a": "consultations.phase.error.open_end"}},
		{"before the beginning", [][2]string{{"2026-10-31", "2026-11-10"}}, map[string]string{"a": "consultations.phase.error.before"}},
		{"after the end", [][2]string{{"2026-11-01", "2026-12-01"}}, map[string]string{"a": "consultations.phase.error.after"}},
		{"ending before it begins", [][2]string{{"2026-11-10", "2026-11-01"}}, map[string]string{"a": "consultations.phase.error.order"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := made(t, "2026-11-01", "2026-11-30", tt.phases...)
			var got map[string]string
			for id, msg := range CheckPhases(c) {
				if got == nil {
					got = map[string]string{}
				}
				got[id] = msg.ID
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAfterTheFirstVoteRulesAreOnlyTightened(t *testing.T) {
	base := func() *Phase {
		p := &Phase{ID: "a", Switches: Switches{Votes: VoteRule{Kind: "support", Quota: 5, HideCounts: "until_voted"},
			Eligible: map[string]authz.Policy{ActVote: {MinAge: 15, AreaID: "centre"}}}}
		p.StartsAt, p.EndsAt = from(t, "2026-11-01", "2026-11-30")
		return p
	}
	now := at(t, "2026-11-15")
	eligible := func(p authz.Policy) func(*Phase) {
		return func(q *Phase) { q.Switches.Eligible = map[string]authz.Policy{ActVote: p} }
	}
	for _, tt := range []struct {
		name   string
		change func(p *Phase)
		field  string
	}{
		{"nothing", func(*Phase) {}, ""},
		{"another kind", func(p *Phase) { p.Switches.Votes.Kind = "rating" }, "vote_kind"},
		{"no votes any more", func(p *Phase) { p.Switches.Votes.Kind = "" }, "vote_kind"},
		{"on something else", func(p *Phase) { p.Switches.Votes.On = OnConsultation }, "vote_on"},
		{"a lower quota", func(p *Phase) { p.Switches.Votes.Quota = 3 }, ""},
		{"a higher quota", func(p *Phase) { p.Switches.Votes.Quota = 6 }, "vote_quota"},
		{"no quota", func(p *Phase) { p.Switches.Votes.Quota = 0 }, "vote_quota"},
		{"hidden longer", func(p *Phase) { p.Switches.Votes.HideCounts = "until_closed" }, ""},
		{"shown", func(p *Phase) { p.Switches.Votes.HideCounts = "" }, "hide_counts"},
		{"older voters", eligible(authz.Policy{MinAge: 18, AreaID: "centre"}), ""},
		{"younger voters", eligible(authz.Policy{MinAge: 14, AreaID: "centre"}), "eligible." + ActVote},
		{"an upper age", eligible(authz.Policy{MinAge: 15, MaxAge: 30, AreaID: "centre"}), ""},
		{"everybody's area", eligible(authz.Policy{MinAge: 15}), "eligible." + ActVote},
		{"another area", eligible(authz.Policy{MinAge: 15, AreaID: "hill"}), "eligible." + ActVote},
		{"confirmed people", eligible(authz.Policy{MinAge: 15, AreaID: "centre", MinLevel: authz.LevelResidence}), ""},
		{"extended", func(p *Phase) { p.EndsAt = EndOfDay(at(t, "2026-12-10"), zone(t)) }, ""},
		{"shortened", func(p *Phase) { p.EndsAt = EndOfDay(at(t, "2026-11-20"), zone(t)) }, "ends"},
		{"left open", func(p *Phase) { p.EndsAt = time.Time{} }, ""},
		{"begun earlier", func(p *Phase) { p.StartsAt = at(t, "2026-10-30") }, "starts"},
		{"comments closed", func(p *Phase) { p.Switches.Comments = false }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			next := base()
			tt.change(next)
			fields := CheckFrozen(base(), next, now)
			if tt.field == "" && len(fields) > 0 {
				t.Errorf("refused: %v", fields)
			}
			if _, ok := fields[tt.field]; tt.field != "" && !ok {
				t.Errorf("not refused at %s: %v", tt.field, fields)
			}
		})
	}
	if len(CheckFrozen(base(), nil, now)) == 0 {
		t.Error("a phase with votes was removed")
	}
	if later := base(); len(CheckFrozen(later, nil, at(t, "2026-10-01"))) != 0 {
		t.Error("a phase that has not begun is bound by votes elsewhere")
	}
}

func TestChecklist(t *testing.T) {
	town := *tenanttest.New(t).A
	town.Rules = tenant.Presets()["bg"].Rules
	full := func() *Consultation {
		c := made(t, "2026-11-01", "2026-11-30", [2]string{"2026-11-01", "2026-11-30"})
		c.Phases[0].Switches.Comments = true
		c.Summary, c.Decides, c.InputUse = i18n.Text{"sl": "a"}, i18n.Text{"sl": "b"}, i18n.Text{"sl": "c"}
		c.DepartmentID, c.ContactEmail = "d", "promet@example.org"
		return c
	}
	for _, tt := range []struct {
		name   string
		change func(c *Consultation)
		want   string
	}{
		{"complete", func(*Consultation) {}, ""},
		{"no title", func(c *Consultation) { c.Title = nil }, "title.sl"},
		{"no summary in the own language", func(c *Consultation) { c.Summary = i18n.Text{"en": "a"} }, "summary.sl"},
		{"no department", func(c *Consultation) { c.DepartmentID = "" }, "department"},
		{"a phone is a contact too", func(c *Consultation) { c.ContactEmail, c.ContactPhone = "", "03 1" }, ""},
		{"no contact", func(c *Consultation) { c.ContactEmail = "" }, "contact_email"},
		{"no phases", func(c *Consultation) { c.Phases = nil }, "phases"},
		{"nothing is open", func(c *Consultation) { c.Phases[0].Switches = Switches{} }, "phases"},
		{"a cover nobody described", func(c *Consultation) { c.CoverID = "x" }, "cover_alt.sl"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := full()
			tt.change(c)
			items := Checklist(c, &town)
			got := ""
			for _, i := range items {
				if i.Required && !i.Done {
					got = i.Field
					if got == "" {
						got = i.Part
					}
					break
				}
			}
			if got != tt.want {
				t.Errorf("missing %q, want %q", got, tt.want)
			}
			if Publishable(items) != (tt.want == "") {
				t.Errorf("publishable: %v", Publishable(items))
			}
		})
	}
}

func shorten(t *testing.T, end string) func(c *Consultation) {
	return func(c *Consultation) {
		c.EndsAt = EndOfDay(at(t, end), zone(t))
		c.Phases[0].EndsAt = c.EndsAt
	}
}

func TestBlueprintsFillTheTerm(t *testing.T) {
	list, err := Blueprints()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 5 {
		t.Fatalf("%d blueprints", len(list))
	}
	town := tenanttest.New(t).A
	for _, b := range list {
		for _, days := range []int{len(b.Phases), 7, 30, 100} {
			start := at(t, "2026-10-10") // the clocks change on the way
			c, err := b.Build(i18n.Text{"sl": "Naslov"}, start, AddDays(start, days-1, zone(t)), town)
			if err != nil {
				t.Fatalf("%s over %d days: %v", b.Key, days, err)
			}
			if fields := CheckPhases(c); len(fields) > 0 {
				t.Errorf("%s over %d days: %v", b.Key, days, fields)
			}
			if first, last := c.Phases[0], c.Phases[len(c.Phases)-1]; !first.StartsAt.Equal(c.StartsAt) || !last.EndsAt.Equal(c.EndsAt) {
				t.Errorf("%s over %d days does not fill its term", b.Key, days)
			}
			if c.TermDays(zone(t)) != days {
				t.Errorf("%s has %d days, want %d", b.Key, c.TermDays(zone(t)), days)
			}
		}
		for _, lang := range []string{"en", "sl", "bg", "el", "tr"} {
			if b.Name[lang] == "" || b.Text[lang] == "" {
				t.Errorf("%s lacks words in %s", b.Key, lang)
			}
		}
	}
	if _, err := list[2].Build(i18n.Text{"sl": "Naslov"}, at(t, "2026-10-10"), at(t, "2026-10-11"), town); err == nil {
		t.Error("three phases fit into two days")
	}
}

func TestWhatChangedIsNamedRuleByRule(t *testing.T) {
	was := Switches{Comments: true, Votes: VoteRule{Kind: "support", Quota: 5}, Methods: map[string]json.RawMessage{"remark": json.RawMessage("{}")}, away: []string{"case"}}
	is := Switches{Comments: true, Votes: VoteRule{Kind: "support", Quota: 3}, Eligible: map[string]authz.Policy{ActVote: {MinAge: 18, MinLevel: authz.LevelEmail}}}
	want := []Difference{
		{Rule: "consultations.phase.vote_quota", From: 5, To: 3},
		{Rule: "remarks.switch.label", From: true, To: false},
		{Of: "consultations.act.vote.cast", Rule: "consultations.phase.min_age", From: 0, To: 18},
	}
	if diff := cmp.Diff(want, was.Differences(is, map[string]string{"remark": "remarks.switch.label"})); diff != "" {
		t.Error(diff)
	}
	if same := is.Differences(is, nil); len(same) != 0 {
		t.Errorf("nothing changed, but %v", same)
	}
}
