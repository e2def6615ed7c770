package stored

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"glas/internal/form"
	"glas/internal/search"
	"glas/internal/subject"
)

// PageSize is how many remarks a page of a list has.
const PageSize = 30

// Values of Filter.Work.
const (
	WorkOpen        = "open"        // not decided
	WorkDecided     = "decided"     // decided, published or not
	WorkUnpublished = "unpublished" // decided, not published as decided
	WorkPublished   = "published"
	WorkOverdue     = "overdue"
)

// Works lists them in the order of the form.
func Works() []string {
	return []string{WorkOpen, WorkDecided, WorkUnpublished, WorkPublished, WorkOverdue}
}

// Filter narrows a list of remarks.
type Filter struct {
	ConsultationID string
	// Host and Block narrow to what remarks are about; Block "-" is the whole, empty is everything.
	Host  subject.Ref
	Block string
	// Eye decides which states come at all; State narrows further and counts for staff only.
	Eye         Eye
	State       State
	Disposition Disposition
	Work        string
	Channel     Channel
	Stance      Stance
	// DepartmentID "-" is none.
	DepartmentID string
	AssigneeID   string
	GroupID      string
	// Kind is who speaks: citizen or association.
	Kind  string
	Text  string
	IDs   []string
	After int64
	// Newest turns the order round: the highest number first.
	Newest bool
	Limit  int
}

// TheWhole is the Block of remarks on the whole.
const TheWhole = "-"

// ReadFilter reads a filter from an address; what is not known is ignored.
func ReadFilter(f *form.Form) Filter {
	v := func(name string, allowed ...string) string {
		if s := f.Value(name); slices.Contains(allowed, s) {
			return s
		}
		return ""
	}
	after, err := strconv.ParseInt(f.Value("after"), 10, 64)
	if err != nil {
		after = 0
	}
	host, err := subject.Parse(f.Value("about"))
	if err != nil {
		host = subject.Ref{}
	}
	return Filter{Host: host, Block: short(f.Value("block")), State: State(v("state", words(States())...)), Disposition: Disposition(v("disposition", words(Dispositions())...)),
		Work: v("work", Works()...), Channel: Channel(v("channel", words(Channels())...)), Stance: Stance(v("stance", words(Stances())...)),
		DepartmentID: short(f.Value("department")), AssigneeID: short(f.Value("assignee")), GroupID: short(f.Value("group")),
		Kind: v("kind", "citizen", "association"), Text: f.Value("q"), After: after}
}

func short(s string) string {
	if len(s) > 200 {
		return ""
	}
	return s
}

// words are values of a named string type as strings.
func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// Query is the filter as parameters of an address, without the cursor.
func (f Filter) Query() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Host.Kind != "" {
		set("about", f.Host.String())
	}
	set("block", f.Block)
	set("state", string(f.State))
	set("disposition", string(f.Disposition))
	set("work", f.Work)
	set("channel", string(f.Channel))
	set("stance", string(f.Stance))
	set("department", f.DepartmentID)
	set("assignee", f.AssigneeID)
	set("group", f.GroupID)
	set("kind", f.Kind)
	set("q", f.Text)
	return q
}

// Narrowed counts the filters that are set.
func (f Filter) Narrowed() int { return len(f.Query()) }

// number is the number that was searched for ("14" or "2026/14"), 0 when words were.
func (f Filter) number() (year int, number int64) {
	before, after, both := strings.Cut(strings.TrimSpace(f.Text), "/")
	if !both {
		before, after = "0", before
	}
	year, err := strconv.Atoi(before)
	if err != nil {
		return 0, 0
	}
	if number, err = strconv.ParseInt(after, 10, 64); err != nil || number < 0 {
		return 0, 0
	}
	return year, number
}

// terms are the folded words that must all occur.
func (f Filter) terms() []string {
	t := strings.Fields(search.Fold(f.Text))
	return t[:min(len(t), 8)]
}
