package content

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed cases/*.toml
var caseFiles embed.FS

// Cases are what people write to a municipality, as the parts that cases are made of.
type Cases struct {
	// Count is how many cases there are.
	Count      int    `toml:"count"`
	Settlement string `toml:"settlement"`
	// Streets are where they happen; Villages are those of them that are settlements without streets.
	Streets  []string `toml:"streets"`
	Villages []string `toml:"villages"`
	// Locative are endings of streets and what they become after "at", in languages that change them.
	Locative [][2]string `toml:"locative"`
	Names    []string    `toml:"names"`
	// Phone is how invented phone numbers begin.
	Phone    string         `toml:"phone"`
	Channels map[string]int `toml:"channels"`
	// Direct hands cases over to departments without an editor.
	Direct bool `toml:"direct"`
	// Done ends work that was planned, Ask is put to a reporter, Unhappy is said by one, Accepted promises an answer.
	Done     string `toml:"done"`
	Ask      string `toml:"ask"`
	Unhappy  string `toml:"unhappy"`
	Accepted string `toml:"accepted"`
	// Day is how a day is written with {d} and {m}, one of Months.
	Day       string         `toml:"day"`
	Months    []string       `toml:"months"`
	External  []Keyed        `toml:"external"`
	Kinds     []CaseKind     `toml:"kinds"`
	Templates []CaseTemplate `toml:"templates"`
	Filters   []CaseFilter   `toml:"filters"`
	Topics    []CaseTopic    `toml:"topics"`
}

// Keyed is a name with a key.
type Keyed struct {
	Key  string `toml:"key"`
	Name string `toml:"name"`
}

// CaseKind is a kind of case as a municipality takes it. Named ones show who sent them.
type CaseKind struct {
	Code    string `toml:"code"`
	Mode    string `toml:"mode"`
	Place   bool   `toml:"place"`
	Support bool   `toml:"support"`
	Named   bool   `toml:"named"`
}

// CaseTemplate are words that staff write again and again.
type CaseTemplate struct {
	Name string `toml:"name"`
	Text string `toml:"text"`
}

// CaseFilter is a filter of staff under a name.
type CaseFilter struct {
	Name  string `toml:"name"`
	Query string `toml:"query"`
}

// CaseTopic is what cases are about. Texts are title and text, with the kind before them where it is not a defect; Answers are the
// outcome and the text, with the other authority after a referral. Fits are, for each text, the places of the answers that suit it.
type CaseTopic struct {
	Key        string     `toml:"key"`
	Name       Text       `toml:"name"`
	Department string     `toml:"department"`
	Icon       string     `toml:"icon"`
	Share      int        `toml:"share"`
	Sensitive  bool       `toml:"sensitive"`
	Texts      [][]string `toml:"texts"`
	Answers    [][]string `toml:"answers"`
	Fits       [][]int    `toml:"fits"`
}

// CasesOf reads the cases of a municipality; nil when it has none.
func CasesOf(slug string) (*Cases, error) {
	raw, err := caseFiles.ReadFile("cases/" + slug + ".toml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read demo cases: %w", err)
	}
	var c Cases
	md, err := toml.Decode(string(raw), &c)
	if err != nil {
		return nil, fmt.Errorf("demo cases %s: %w", slug, err)
	}
	if left := md.Undecoded(); len(left) > 0 {
		return nil, fmt.Errorf("demo cases %s: unknown key %s", slug, left[0])
	}
	return &c, c.check()
}

func (c *Cases) check() error {
	bodies := map[string]bool{}
	for _, b := range c.External {
		bodies[b.Key] = true
	}
	for _, t := range c.Topics {
		if len(t.Fits) != len(t.Texts) || t.Share <= 0 {
			return fmt.Errorf("demo cases: topic %s has %d texts and %d fits", t.Key, len(t.Texts), len(t.Fits))
		}
		for _, fits := range t.Fits {
			for _, i := range fits {
				if i < 0 || i >= len(t.Answers) {
					return fmt.Errorf("demo cases: topic %s has no answer %d", t.Key, i)
				}
			}
		}
		for _, a := range t.Answers {
			if (a[0] == "referred") != (len(a) == 3 && bodies[a[len(a)-1]]) {
				return fmt.Errorf("demo cases: answer %q of %s needs a known authority", a[1], t.Key)
			}
		}
	}
	if len(c.Months) != 12 || c.Count == 0 || len(c.Channels) == 0 {
		return errors.New("demo cases: months, count or channels are missing")
	}
	return nil
}

// At is a street as it stands after "at".
func (c *Cases) At(street string) string {
	for _, l := range c.Locative {
		if head, ok := strings.CutSuffix(street, l[0]); ok {
			return head + l[1]
		}
	}
	return street
}
