package content

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	slugForm   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	colourForm = regexp.MustCompile(`^#[0-9A-F]{6}$`)
)

// checker holds the keys that entries may refer to.
type checker struct {
	m                                             *Municipality
	departments, topics, areas, people, all, desk map[string]bool
	streets                                       map[string]bool
}

// check returns the first mistake of the file.
func (m *Municipality) check() error {
	k, err := m.keys()
	if err != nil {
		return err
	}
	if err := k.head(); err != nil {
		return err
	}
	if err := k.places(); err != nil {
		return err
	}
	if err := k.persons(); err != nil {
		return err
	}
	slugs := map[string]bool{}
	for _, c := range m.Consultations {
		if slugs[c.Slug] || !slugForm.MatchString(c.Slug) {
			return fmt.Errorf("consultation slug %q is bad or taken", c.Slug)
		}
		slugs[c.Slug] = true
	}
	for i := range m.Consultations {
		c := &m.Consultations[i]
		if err := k.consultation(c, slugs); err != nil {
			return fmt.Errorf("consultation %s: %w", c.Slug, err)
		}
	}
	return nil
}

func (m *Municipality) keys() (*checker, error) {
	k := &checker{m: m}
	var err error
	set := func(into *map[string]bool, what string, keys ...string) {
		if *into == nil {
			*into = map[string]bool{}
		}
		for _, key := range keys {
			if key == "" || (*into)[key] {
				err = fmt.Errorf("%s %q is empty or taken", what, key)
			}
			(*into)[key] = true
		}
	}
	for _, d := range m.Departments {
		set(&k.departments, "department", d.Key)
	}
	for _, t := range m.Topics {
		set(&k.topics, "topic", t.Key)
	}
	for _, a := range m.Areas {
		set(&k.areas, "area", a.Key)
	}
	for _, s := range m.Streets {
		set(&k.streets, "street", s.Name)
	}
	for _, p := range m.People {
		set(&k.people, "person", p.Key)
		set(&k.all, "key", p.Key)
	}
	for _, a := range m.Associations {
		set(&k.all, "key", a.Key)
	}
	for _, s := range m.Staff {
		set(&k.desk, "staff", s.Key)
		set(&k.all, "key", s.Key)
	}
	return k, err
}

// text demands the default language and English; the others may follow.
func (k *checker) text(what string, t Text) error {
	for _, lang := range []string{k.m.Default, "en"} {
		if strings.TrimSpace(t[lang]) == "" {
			return fmt.Errorf("%s is missing in %s", what, lang)
		}
	}
	return k.languages(what, t)
}

func (k *checker) languages(what string, t Text) error {
	for lang := range t {
		if !slices.Contains(k.m.Languages, lang) {
			return fmt.Errorf("%s has unknown language %s", what, lang)
		}
	}
	return nil
}

func (k *checker) texts(pairs map[string]Text) error {
	for what, t := range pairs {
		if err := k.text(what, t); err != nil {
			return err
		}
	}
	return nil
}

func (k *checker) head() error {
	m := k.m
	if !slugForm.MatchString(m.Slug) || !slices.Contains([]string{"si", "bg", "gr", "tr"}, m.Country) {
		return fmt.Errorf("bad slug %q or country %q", m.Slug, m.Country)
	}
	if !slices.Contains(m.Languages, m.Default) || !slices.Contains(m.Languages, "en") {
		return fmt.Errorf("languages %v lack the default or English", m.Languages)
	}
	if !colourForm.MatchString(m.Colour) || !slices.Contains([]string{"waves", "roofs", "fields", "rings"}, m.Pattern) {
		return fmt.Errorf("bad colour %q or pattern %q", m.Colour, m.Pattern)
	}
	if !strings.HasSuffix(m.Email, ".example") || m.Phone == "" || m.Address == "" {
		return fmt.Errorf("contact is not complete or not made up")
	}
	return k.texts(map[string]Text{
		"name": m.Name, "tagline": m.Tagline, "hero heading": m.Hero.Heading, "hero text": m.Hero.Text,
	})
}

func (k *checker) places() error {
	m := k.m
	if len(m.Map.Boundary) < 8 || m.Map.Zoom == 0 {
		return fmt.Errorf("map is not complete")
	}
	for _, p := range m.Map.Boundary {
		if !near(p, m.Map.Centre) {
			return fmt.Errorf("boundary point %v is far away", p)
		}
	}
	for _, d := range m.Departments {
		if err := k.text("department "+d.Key, d.Name); err != nil {
			return err
		}
	}
	for _, t := range m.Topics {
		if err := k.text("topic "+t.Key, t.Name); err != nil {
			return err
		}
	}
	for _, a := range m.Areas {
		if a.Name == "" || !near(a.At, m.Map.Centre) {
			return fmt.Errorf("area %s has no name or place", a.Key)
		}
	}
	for _, s := range m.Streets {
		if !near(s.At, m.Map.Centre) || !k.areas[s.Area] {
			return fmt.Errorf("street %s has a bad place or area", s.Name)
		}
	}
	return nil
}

// near tells whether a point lies within about 40 km of another.
func near(a, b Point) bool {
	dlat, dlng := a[0]-b[0], a[1]-b[1]
	return dlat*dlat+dlng*dlng < 0.13
}

func (k *checker) persons() error {
	for _, p := range k.m.People {
		if p.Name == "" || p.Born < 1925 || p.Born > 2012 || !k.areas[p.Area] || !known(levels, p.Level) {
			return fmt.Errorf("person %s is not complete", p.Key)
		}
	}
	for _, a := range k.m.Associations {
		if a.Name == "" || !k.people[a.Person] || !known(kinds, a.Kind) {
			return fmt.Errorf("association %s is not complete", a.Key)
		}
		if !ValidRegister(k.m.Country, a.Register) {
			return fmt.Errorf("association %s: check digit of %s is wrong", a.Key, a.Register)
		}
	}
	roles := map[string]int{}
	for _, s := range k.m.Staff {
		roles[s.Role]++
		if s.Name == "" || !k.departments[s.Department] {
			return fmt.Errorf("staff %s is not complete", s.Key)
		}
	}
	if roles["administrator"] != 1 || roles["editor"] < 1 || roles["moderator"] < 1 || roles["officer"] < 2 || len(roles) != 4 {
		return fmt.Errorf("staff roles are %v", roles)
	}
	return nil
}

// The closed lists of the format.
const (
	levels     = "email phone residence identity"
	kinds      = "association company chamber school cooperative sports_club foundation"
	blueprints = "thematic draft_act ideas_vote rating plan_chapter"
	phaseKinds = "input vote review rating"
	states     = "accepted accepted_in_part not_accepted under_review out_of_scope"
)

func known(list, word string) bool {
	return word != "" && slices.Contains(strings.Fields(list), word)
}

func (k *checker) consultation(c *Consultation, slugs map[string]bool) error {
	if !known(blueprints, c.Blueprint) || !k.departments[c.Department] || !k.desk[c.Contact] {
		return fmt.Errorf("bad blueprint %q, department %q or contact %q", c.Blueprint, c.Department, c.Contact)
	}
	if c.Area != "" && !k.areas[c.Area] {
		return fmt.Errorf("unknown area %q", c.Area)
	}
	for _, t := range c.Topics {
		if !k.topics[t] {
			return fmt.Errorf("unknown topic %q", t)
		}
	}
	for _, s := range c.Linked {
		if !slugs[s] || s == c.Slug {
			return fmt.Errorf("unknown linked consultation %q", s)
		}
	}
	err := k.texts(map[string]Text{
		"title": c.Title, "summary": c.Summary, "body": c.Body,
		"decides": c.Decides, "use": c.Use, "audience": c.Audience,
	})
	if err != nil {
		return err
	}
	if err := k.languages("short reason", c.ShortReason); err != nil {
		return err
	}
	if err := k.phases(c); err != nil {
		return err
	}
	if err := k.answer(c.Answer); err != nil {
		return err
	}
	if err := k.comments(c.Comments, 1); err != nil {
		return err
	}
	return k.proposals(c)
}

func (k *checker) phases(c *Consultation) error {
	if len(c.Phases) == 0 || len(c.Topics) == 0 {
		return fmt.Errorf("no phases or no topics")
	}
	for i, p := range c.Phases {
		if err := k.text("phase label", p.Label); err != nil {
			return err
		}
		if p.End < p.Start || (i > 0 && p.Start <= c.Phases[i-1].End) {
			return fmt.Errorf("phase %d ends before it starts or overlaps", i+1)
		}
		if !known(phaseKinds, p.Kind) || !known(levels, p.Level) || (p.Votes != "" && !known("support choice rating", p.Votes)) {
			return fmt.Errorf("phase %d: bad kind, level or votes", i+1)
		}
		if p.Area != "" && !k.areas[p.Area] || p.Columns && !p.Stance {
			return fmt.Errorf("phase %d: unknown area, or columns without stance", i+1)
		}
	}
	first, last := c.Phases[0], c.Phases[len(c.Phases)-1]
	if c.AnswerDue <= c.decided() {
		return fmt.Errorf("the answer is promised before the end")
	}
	state := "open"
	switch {
	case first.Start > 0:
		state = "upcoming"
	case last.End < 0 && c.Answer != nil:
		state = "answered"
	case last.End < 0:
		state = "closed"
	}
	if state != c.State || c.ClosesToday != (last.End == 0) {
		return fmt.Errorf("dates make it %s, the file says %q", state, c.State)
	}
	if state == "upcoming" && len(c.Proposals)+len(c.Comments) > 0 {
		return fmt.Errorf("upcoming, but something was said")
	}
	return nil
}

func (k *checker) answer(a *Answer) error {
	if a == nil {
		return nil
	}
	if !known(states, a.State) || !k.departments[a.Department] || !k.desk[a.By] || a.At >= 0 || a.Cost < 0 {
		return fmt.Errorf("answer: bad state %q, department %q, author %q or time %v", a.State, a.Department, a.By, a.At)
	}
	if strings.TrimSpace(a.Text[k.m.Default]) == "" {
		return fmt.Errorf("answer without text in the default language")
	}
	if err := k.languages("answer period", a.Period); err != nil {
		return err
	}
	return k.languages("answer", a.Text)
}

func (k *checker) proposals(c *Consultation) error {
	open, titles := false, map[string]bool{}
	for _, p := range c.Phases {
		open = open || (p.Proposals && p.Start <= 0)
	}
	for i := range c.Proposals {
		p := &c.Proposals[i]
		if !open && !k.desk[p.By] {
			return fmt.Errorf("proposal %q in a consultation that takes none", p.Title)
		}
		if titles[p.Title] {
			return fmt.Errorf("proposal %q stands twice", p.Title)
		}
		titles[p.Title] = true
		if err := k.proposal(c, p); err != nil {
			return fmt.Errorf("proposal %q: %w", p.Title, err)
		}
	}
	return nil
}

func (k *checker) proposal(c *Consultation, p *Proposal) error {
	if n := utf8.RuneCountInString(p.Title); n < 15 || n > 90 {
		return fmt.Errorf("title has %d letters", n)
	}
	if !k.all[p.By] || !k.topics[p.Topic] || utf8.RuneCountInString(p.Text) < 40 {
		return fmt.Errorf("bad author %q, topic %q or text too short", p.By, p.Topic)
	}
	if p.Area != "" && !k.areas[p.Area] || p.Street != "" && !k.streets[p.Street] {
		return fmt.Errorf("unknown area %q or street %q", p.Area, p.Street)
	}
	if p.Place != nil && !near(*p.Place, k.m.Map.Centre) {
		return fmt.Errorf("place %v is far away", *p.Place)
	}
	voters := len(k.m.People)
	if p.Support < 0 || p.Support > 120 || p.Votes > voters || (p.Tally != nil && p.Tally.Total() > voters) {
		return fmt.Errorf("more votes than demo people")
	}
	if n := len(p.Ratings); n != 0 && n != 5 {
		return fmt.Errorf("ratings need five numbers")
	}
	sum := 0
	for _, n := range p.Ratings {
		sum += n
	}
	if sum > voters {
		return fmt.Errorf("more ratings than demo people")
	}
	if !known("published withdrawn", p.State) || (p.State == "withdrawn") != (p.Reason != "") {
		return fmt.Errorf("bad state %q, or withdrawn without a reason", p.State)
	}
	if first := c.Phases[0].Start; p.At >= 0 || p.At < float64(first) {
		return fmt.Errorf("made at %v, outside the consultation", p.At)
	}
	if err := k.answer(p.Answer); err != nil {
		return err
	}
	return k.comments(p.Comments, 1)
}

func (k *checker) comments(list []Comment, depth int) error {
	for i := range list {
		x := &list[i]
		if !k.all[x.By] || strings.TrimSpace(x.Text) == "" || depth > 4 || x.At >= 0 {
			return fmt.Errorf("comment %q by %q: bad author, depth or time %v", x.Text, x.By, x.At)
		}
		if x.Stance != "" && !known("for neutral against", x.Stance) || x.Gone != "" && !known("author moderator personal", x.Gone) {
			return fmt.Errorf("comment %q: bad stance or tombstone", x.Text)
		}
		if x.Up+x.Down >= len(k.m.People) || !slices.Contains(k.m.Languages, x.Lang) {
			return fmt.Errorf("comment %q: too many votes or bad language", x.Text)
		}
		if err := k.comments(x.Replies, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// ValidRegister checks the check digit of an organisation number: matična številka (si), ЕИК (bg),
// ΑΦΜ (gr), vergi kimlik numarası (tr).
func ValidRegister(country, s string) bool {
	d := make([]int, 0, 10)
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
		d = append(d, int(r-'0'))
	}
	switch country {
	case "si":
		return len(d) == 10 && maticna(d)
	case "bg":
		return len(d) == 9 && eik(d)
	case "gr":
		return len(d) == 9 && afm(d)
	case "tr":
		return len(d) == 10 && vkn(d)
	}
	return false
}

func maticna(d []int) bool {
	sum := 0
	for i := range 6 {
		sum += d[i] * (7 - i)
	}
	c := (11 - sum%11) % 11
	return c != 0 && c%10 == d[6]
}

func eik(d []int) bool {
	a, b := 0, 0
	for i := range 8 {
		a += (i + 1) * d[i]
		b += (i + 3) * d[i]
	}
	c := a % 11
	if c == 10 {
		c = b % 11 % 10
	}
	return c == d[8]
}

func afm(d []int) bool {
	sum := 0
	for i := range 8 {
		sum += d[i] << (8 - i)
	}
	return sum%11%10 == d[8]
}

func vkn(d []int) bool {
	sum := 0
	for i := range 9 {
		c := (d[i] + 9 - i) % 10
		if c != 0 {
			if c = c << (9 - i) % 9; c == 0 {
				c = 9
			}
		}
		sum += c
	}
	return (10-sum%10)%10 == d[9]
}
