package demo

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/cmd/glas/demo/content"
)

// What becomes of a case.
type fate int

const (
	// ends runs to the final answer, or to a referral.
	ends fate = iota
	// stays as it came, is being reviewed, lies at a department, is worked on, is planned, waits for the reporter.
	stays
	reviewed
	assigned
	worked
	planned
	asked
	// late is worked on without a word to the reporter, joined means the same as another, again was answered and is not settled.
	late
	joined
	again
)

// a planned case: everything about it is decided here, from a fixed seed, so that every demo is the same.
type plan struct {
	at             time.Time
	fate           fate
	topic          *content.CaseTopic
	kind           string
	title, body    string
	answer         []string
	channel        string
	name, phone    string
	person         string // key of somebody with an account
	street, number string
	lat, lng       float64
	master         int // place of the case that this one means the same as
	satisfied      int // 0 nobody said, 1 content, 2 not
	pace           float64
}

// planner decides what happens.
type planner struct {
	c      *content.Cases
	rnd    *rand.Rand
	now    time.Time
	zone   *time.Location
	spots  map[string][2]float64
	layout *town
	people []string
}

// newest is how young a case is that nobody has taken on yet.
const newest = 40 * time.Hour

// recent is which part of the cases is young enough to be open, crowd how much more comes in the last weeks.
const (
	recent = 0.22
	crowd  = 2.1
)

func (p *planner) plans() []*plan {
	n := p.c.Count
	out := make([]*plan, n)
	for i := range out {
		// From the oldest to the youngest; the youngest are hours old.
		days := 364 * math.Pow((float64(n-i)-p.rnd.Float64())/float64(n), crowd)
		out[i] = p.one(p.arrival(days))
	}
	slices.SortStableFunc(out, func(a, b *plan) int { return a.at.Compare(b.at) })
	young := n - int(float64(n)*recent)
	open := []fate{worked, ends, planned, worked, asked, ends, worked, planned}
	fresh := []fate{reviewed, reviewed, assigned, reviewed, stays, reviewed, worked}
	for i := young; i < n; i++ {
		out[i].fate = open[i%len(open)]
		if p.now.Sub(out[i].at) < newest {
			out[i].fate = fresh[i%len(fresh)]
		}
		if out[i].answer[0] == "referred" && p.rnd.Float64() < 0.6 {
			out[i].fate = ends
		}
	}
	for _, i := range []int{young - 3, young - 11, young - 17, young - 26, young + 2, young + 9} {
		out[i].fate = late
	}
	for i := young - 5; i > 0; i-- {
		if one := out[i]; one.fate == ends && one.answer[0] == "resolved" && one.kind == "defect" {
			one.fate, one.satisfied = again, 2
			break
		}
	}
	for _, back := range []int{6, 19} {
		p.double(out, n-back)
	}
	return out
}

// double makes one of the cases the same as the one before it.
func (p *planner) double(out []*plan, i int) {
	a, b := out[i-1], out[i]
	if a.fate == ends || a.fate == joined {
		a.fate = worked
	}
	b.topic, b.kind, b.title, b.body, b.answer, b.street, b.number = a.topic, a.kind, a.title, a.body, a.answer, a.street, a.number
	b.lat, b.lng, b.fate, b.master = a.lat+0.0001, a.lng+0.0001, joined, i-1
}

// arrival is a moment about so many days ago, at an hour and on a day on which people write.
func (p *planner) arrival(days float64) time.Time {
	at := p.now.Add(-time.Duration(days * 24 * float64(time.Hour))).In(p.zone)
	hours := []int{7, 8, 8, 9, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 21, 22}
	day := time.Date(at.Year(), at.Month(), at.Day(), hours[p.rnd.IntN(len(hours))], p.rnd.IntN(60), p.rnd.IntN(60), 0, p.zone)
	if wd := day.Weekday(); (wd == time.Saturday || wd == time.Sunday) && p.rnd.Float64() < 0.55 {
		day = day.AddDate(0, 0, -2)
	}
	if day.After(p.now.Add(-30 * time.Minute)) {
		day = day.AddDate(0, 0, -1)
	}
	return day.UTC()
}

func (p *planner) one(at time.Time) *plan {
	t := p.topicOf()
	k := p.rnd.IntN(len(t.Texts))
	words := t.Texts[k]
	out := &plan{at: at, topic: t, kind: "defect", master: -1, pace: p.rnd.Float64()}
	if len(words) == 3 {
		out.kind, words = words[0], words[1:]
	}
	out.street, out.number = p.c.Streets[p.rnd.IntN(len(p.c.Streets))], strconv.Itoa(1+p.rnd.IntN(40))
	for slices.Contains(p.c.Villages, out.street) {
		out.street = p.c.Streets[p.rnd.IntN(len(p.c.Streets))]
	}
	out.title, out.body = words[0], p.fill(words[1], out, at.AddDate(0, 0, -1-p.rnd.IntN(3)))
	out.answer = t.Answers[t.Fits[k][p.rnd.IntN(len(t.Fits[k]))]]
	out.channel = p.channelOf(at)
	who := p.rnd.IntN(len(p.c.Names))
	out.name, out.phone = p.c.Names[who], p.c.Phone+strconv.Itoa(10+who)+" "+strconv.Itoa(10+who*7%90)
	if out.channel == "web" && p.rnd.Float64() < 0.6 {
		out.person = p.people[p.rnd.IntN(len(p.people))]
	}
	out.lat, out.lng = p.layout.at(out.street, p.rnd.Float64(), 24*(p.rnd.Float64()-0.5))
	if f := p.rnd.Float64(); f < 0.22 {
		out.satisfied = 1
	} else if f < 0.29 {
		out.satisfied = 2
	}
	return out
}

func (p *planner) topicOf() *content.CaseTopic {
	sum := 0
	for _, t := range p.c.Topics {
		sum += t.Share
	}
	n := p.rnd.IntN(sum)
	for i := range p.c.Topics {
		if n -= p.c.Topics[i].Share; n < 0 {
			return &p.c.Topics[i]
		}
	}
	return &p.c.Topics[0]
}

// channelOf is how somebody writes; at night nobody sits at the desk.
func (p *planner) channelOf(at time.Time) string {
	names := make([]string, 0, len(p.c.Channels))
	sum := 0
	for name, n := range p.c.Channels {
		names = append(names, name)
		sum += n
	}
	slices.Sort(names)
	n := p.rnd.IntN(sum)
	for _, name := range names {
		if n -= p.c.Channels[name]; n >= 0 {
			continue
		}
		local := at.In(p.zone)
		office := local.Hour() >= 8 && local.Hour() < 16 && local.Weekday() != time.Saturday && local.Weekday() != time.Sunday
		if !office && (name == "desk" || name == "letter" || name == "field_team") {
			return "web"
		}
		return name
	}
	return "web"
}

// fill puts street, number and day into a text.
func (p *planner) fill(text string, c *plan, day time.Time) string {
	local := day.In(p.zone)
	written := strings.NewReplacer("{d}", strconv.Itoa(local.Day()), "{m}", p.c.Months[local.Month()-1]).Replace(p.c.Day)
	return strings.NewReplacer("{street}", c.street, "{at}", p.c.At(c.street), "{number}", c.number, "{day}", written).Replace(text)
}

// office moves a moment into the hours in which a small municipality works.
func (p *planner) office(at time.Time) time.Time {
	local := at.In(p.zone)
	if local.Hour() < 7 || local.Hour() >= 16 {
		if local.Hour() >= 16 {
			local = local.AddDate(0, 0, 1)
		}
		local = time.Date(local.Year(), local.Month(), local.Day(), 7+p.rnd.IntN(4), p.rnd.IntN(60), p.rnd.IntN(60), 0, p.zone)
	}
	for local.Weekday() == time.Saturday || local.Weekday() == time.Sunday {
		local = local.AddDate(0, 0, 1)
	}
	return local.UTC()
}
