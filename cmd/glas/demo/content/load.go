package content

import (
	"embed"
	"fmt"
	"hash/fnv"
	"math"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed *.toml
var files embed.FS

// latest is the newest moment, in days from now, at which demo people may have written something.
const latest = -0.02

// Load reads all municipalities, completes what the files leave out (times, places, numbers of
// votes) in the same way every time, and checks them. An error names the file and the entry.
func Load() ([]Municipality, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("list demo content: %w", err)
	}
	var all []Municipality
	for _, e := range entries {
		raw, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("read demo content: %w", err)
		}
		m, err := parse(string(raw))
		if err != nil {
			return nil, fmt.Errorf("demo content %s: %w", e.Name(), err)
		}
		all = append(all, *m)
	}
	sort.Slice(all, func(i, j int) bool { return order(all[i].Slug) < order(all[j].Slug) })
	return all, nil
}

// order is the order in which the municipalities are seeded and listed.
func order(slug string) int {
	return strings.Index("velenje levski nea-smyrni bornova", slug)
}

func parse(raw string) (*Municipality, error) {
	var m Municipality
	md, err := toml.Decode(raw, &m)
	if err != nil {
		return nil, err
	}
	if left := md.Undecoded(); len(left) > 0 {
		return nil, fmt.Errorf("unknown key %s", left[0])
	}
	m.complete()
	return &m, m.check()
}

func (m *Municipality) complete() {
	_, domain, _ := strings.Cut(m.Email, "@")
	for i := range m.Departments {
		if d := &m.Departments[i]; d.Email == "" {
			d.Email = d.Key + "@" + domain
		}
	}
	for i := range m.People {
		if p := &m.People[i]; p.Level == "" {
			p.Level = "email"
		}
	}
	for i := range m.Consultations {
		m.completeConsultation(&m.Consultations[i])
	}
}

func (m *Municipality) completeConsultation(c *Consultation) {
	for i := range c.Phases {
		if p := &c.Phases[i]; p.Level == "" {
			p.Level = "email"
		}
	}
	decided := float64(c.decided())
	c.completeAnswer(c.Answer, float64(c.AnswerDue)-0.4)
	from, to := c.window(func(p Phase) bool { return p.Proposals })
	if from == 0 {
		from, to = c.window(func(Phase) bool { return true })
	}
	cfrom, cto := c.window(func(p Phase) bool { return p.Comments })
	m.completeComments(c.Comments, c.Slug, after(c.Answer, cfrom), cto)
	for i := range c.Proposals {
		p := &c.Proposals[i]
		seed := c.Slug + p.Title
		if p.Lang == "" {
			p.Lang = m.Default
		}
		if p.State == "" {
			p.State = "published"
		}
		if m.isStaff(p.By) && p.At == 0 {
			p.At = from + 0.02 // measures of the municipality stand there from the first day
		}
		if p.At == 0 {
			p.At = from + (to-from)*fraction(seed)
		}
		if p.Place == nil {
			p.Place = m.placeOf(*p, seed)
		}
		if p.Votes == 0 && p.Support > 0 {
			p.Votes = min(len(m.People), int(math.Ceil(float64(p.Support*len(m.People))/120)))
		}
		c.completeAnswer(p.Answer, math.Max(decided+2, p.At+3)+4*fraction(seed+"answer"))
		m.completeComments(p.Comments, seed, after(p.Answer, math.Max(p.At, cfrom)), cto)
	}
}

func (c *Consultation) completeAnswer(a *Answer, at float64) {
	if a == nil {
		return
	}
	if a.At == 0 {
		a.At = math.Min(at, -0.2)
	}
	if a.Department == "" {
		a.Department = c.Department
	}
	if a.By == "" {
		a.By = c.Contact
	}
}

// decided is the last day on which anything is proposed or voted on, or else of the last phase; what
// follows is only talk about the answers.
func (c *Consultation) decided() int {
	for i := len(c.Phases) - 1; i >= 0; i-- {
		if p := c.Phases[i]; p.Proposals || p.Votes != "" {
			return p.End
		}
	}
	if n := len(c.Phases); n > 0 {
		return c.Phases[n-1].End
	}
	return 0
}

// after moves the start of a conversation behind the official answer, because the comments on
// answered things react to it.
func after(a *Answer, from float64) float64 {
	if a == nil {
		return from
	}
	return math.Max(from, a.At)
}

// window is the part of the matching phases that lies in the past, in days from now.
func (c *Consultation) window(match func(Phase) bool) (from, to float64) {
	first := true
	for _, p := range c.Phases {
		if !match(p) || p.Start >= 0 {
			continue
		}
		if first {
			from, first = float64(p.Start), false
		}
		to = math.Min(float64(p.End), latest)
	}
	return from, to
}

// completeComments spreads a list over the time from..to, most of it early, in the order of the file.
func (m *Municipality) completeComments(list []Comment, seed string, from, to float64) {
	times := make([]float64, len(list))
	for i, x := range list {
		f := fraction(seed + x.Text)
		times[i] = math.Min(from+(to-from)*f*f, latest)
	}
	sort.Float64s(times)
	for i := range list {
		x := &list[i]
		if x.Lang == "" {
			x.Lang = m.Default
		}
		x.Official = m.isStaff(x.By)
		if x.At == 0 {
			x.At = times[i]
		}
		m.completeComments(x.Replies, seed+x.Text, x.At+(to-x.At)*0.02, to)
	}
}

func (m *Municipality) isStaff(key string) bool {
	for _, s := range m.Staff {
		if s.Key == key {
			return true
		}
	}
	return false
}

// placeOf is a point near the named street, moved a little so that markers do not hide each other.
func (m *Municipality) placeOf(p Proposal, seed string) *Point {
	for _, s := range m.Streets {
		if s.Name == p.Street {
			return &Point{
				s.At[0] + (fraction(seed+"lat")-0.5)*0.0012,
				s.At[1] + (fraction(seed+"lng")-0.5)*0.0016,
			}
		}
	}
	return nil
}

// fraction is a number in [0,1) that depends only on the seed.
func fraction(seed string) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed)) // a hash never fails to write
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}
