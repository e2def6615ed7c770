package content

import (
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		states := map[string]int{}
		proposals, comments := 0, 0
		for _, c := range m.Consultations {
			states[c.State]++
			if c.ClosesToday {
				states["today"]++
			}
			proposals += len(c.Proposals)
			comments += count(c.Comments)
			for _, p := range c.Proposals {
				comments += count(p.Comments)
			}
		}
		t.Logf("%s: %d people, %d proposals, %d comments, %v", m.Slug, len(m.People), proposals, comments, states)
		for _, s := range []string{"upcoming", "open", "today", "closed", "answered"} {
			if states[s] == 0 {
				t.Errorf("%s shows no consultation that is %s", m.Slug, s)
			}
		}
		if n := len(m.People); n < 25 || n > 40 {
			t.Errorf("%s has %d people", m.Slug, n)
		}
	}
}

func count(list []Comment) int {
	n := len(list)
	for _, c := range list {
		n += count(c.Replies)
	}
	return n
}

func TestLoadIsStable(t *testing.T) {
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for i := range a {
		for j := range a[i].Consultations {
			for n, p := range a[i].Consultations[j].Proposals {
				if q := b[i].Consultations[j].Proposals[n]; p.At != q.At || p.Votes != q.Votes {
					t.Fatalf("%q differs between two loads", p.Title)
				}
			}
		}
	}
}

func TestValidRegister(t *testing.T) {
	for _, x := range []struct {
		country, number string
		want            bool
	}{
		{"si", "9331310000", true}, {"si", "9331311000", false},
		{"bg", "175074752", true}, {"bg", "175074753", false},
		{"gr", "094259216", true}, {"gr", "123456781", false},
		{"tr", "4540536920", true}, {"tr", "4540536921", false},
		{"tr", "45405369", false}, {"xx", "1", false}, {"bg", "17507475a", false},
	} {
		if got := ValidRegister(x.country, x.number); got != x.want {
			t.Errorf("ValidRegister(%q, %q) = %v", x.country, x.number, got)
		}
	}
}

func TestParseRefusesMistakes(t *testing.T) {
	raw, err := files.ReadFile("velenje.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`country = "si"`, `country = "xx"`},
		{`country = "si"`, "country = \"si\"\nunknown = 1"},
		{`default = "sl"`, `default = "de"`},
		{`role = "moderator"`, `role = "editor"`},
		{`state = "upcoming"`, `state = "open"`},
		{`blueprint = "draft_act"`, `blueprint = "other"`},
	} {
		changed := strings.Replace(string(raw), change[0], change[1], 1)
		if changed == string(raw) {
			t.Errorf("%q is not in the file", change[0])
		}
		if _, err := parse(changed); err == nil {
			t.Errorf("%q was accepted", change[1])
		}
	}
}

// A reaction to an answer must not stand before it, nor a reply before what it replies to.
func TestOrderInTime(t *testing.T) {
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	var walk func(list []Comment, from float64)
	walk = func(list []Comment, from float64) {
		for _, c := range list {
			if c.At < from || c.At >= 0 {
				t.Errorf("%q at %v, earlier than %v", c.Text, c.At, from)
			}
			walk(c.Replies, c.At)
		}
	}
	for _, m := range all {
		for _, c := range m.Consultations {
			for _, p := range c.Proposals {
				walk(p.Comments, after(p.Answer, p.At))
			}
			walk(c.Comments, float64(c.Phases[0].Start))
		}
	}
}

func TestCasesAndBooks(t *testing.T) {
	for slug, least := range map[string]int{"velenje": 300, "bornova": 330} {
		c, err := CasesOf(slug)
		if err != nil || c.Count < least {
			t.Errorf("%s: %v", slug, err)
		}
	}
	if c, err := CasesOf("levski"); c != nil || err != nil {
		t.Errorf("a municipality without cases has %v, %v", c, err)
	}
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		books, err := BooksOf(m.Slug)
		if err != nil || len(books) == 0 {
			t.Errorf("%s has no book: %v", m.Slug, err)
		}
		for slug, b := range books {
			checkBook(t, m, slug, b)
		}
	}
}

// checkBook holds a book to what the demo promises: enough remarks, each by somebody who is known or by another way.
func checkBook(t *testing.T, m Municipality, slug string, b *Book) {
	if n := len(b.Remarks); n < 8 || n > 14 {
		t.Errorf("%s has %d remarks", slug, n)
	}
	known := map[string]bool{}
	for _, p := range m.People {
		known[p.Key] = true
	}
	for _, a := range m.Associations {
		known[a.Key] = true
	}
	for i, r := range b.Remarks {
		if (r.Channel == "") != known[r.By] || r.Channel != "" && r.Source == "" {
			t.Errorf("%s: remark %d is by nobody who is known", slug, i+1)
		}
		if r.Answer != nil && r.Answer.How != "accepted" && r.Answer.Reason[m.Default] == "" {
			t.Errorf("%s: remark %d is answered without a reason", slug, i+1)
		}
	}
	for _, p := range b.Positions {
		if !known[p.By] {
			t.Errorf("%s: the position %q is by nobody who is known", slug, p.Title)
		}
	}
}

func TestStreetsAfterAt(t *testing.T) {
	c, err := CasesOf("velenje")
	if err != nil {
		t.Fatal(err)
	}
	for street, want := range map[string]string{"Kidričeva cesta": "Kidričevi cesti", "Foitova ulica": "Foitovi ulici", "Kardeljev trg": "Kardeljevem trgu"} {
		if got := c.At(street); got != want {
			t.Errorf("%s: %s, want %s", street, got, want)
		}
	}
}
