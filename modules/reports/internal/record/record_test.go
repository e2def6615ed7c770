package record_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"glas/modules/reports/internal/record"
)

func cells(ns ...int64) []record.Cell {
	out := make([]record.Cell, len(ns))
	for i, n := range ns {
		out[i] = record.Cell{Key: fmt.Sprint(i), N: &n}
	}
	return out
}

func shown(cs []record.Cell) string {
	s := ""
	for _, c := range cs {
		if c.N == nil {
			s += "- "
		} else {
			s += fmt.Sprint(*c.N, " ")
		}
	}
	return s
}

func TestSuppress(t *testing.T) {
	for _, c := range []struct {
		in   []int64
		want string
	}{
		{[]int64{10, 20, 30}, "10 20 30 "},
		{[]int64{10, 3, 30}, "- - 30 "},     // one alone is reckoned from the total
		{[]int64{1, 1, 30, 7}, "- - 30 - "}, // two that hold less than five together
		{[]int64{0, 0, 0, 9}, "- - - - "},   // nobody in three is told by the fourth
		{[]int64{4, 3, 30, 7}, "- - 30 7 "}, // two that hold seven
		{[]int64{2}, "- "},
		{nil, ""},
	} {
		if got := shown(record.Suppress(cells(c.in...))); got != c.want {
			t.Errorf("%v: %q, want %q", c.in, got, c.want)
		}
	}
}

// No small cell may be reckoned from the total: what is withheld always leaves several possibilities.
func TestATotalDoesNotGiveACellAway(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		ns := make([]int64, 2+random.IntN(6))
		for i := range ns {
			ns[i] = random.Int64N(14)
		}
		in := cells(ns...)
		hidden, sum := 0, int64(0)
		for i, c := range record.Suppress(in) {
			if *in[i].N < record.Small && c.N != nil {
				t.Fatalf("%v: a small cell is told", ns)
			}
			if c.N == nil {
				hidden++
				sum += ns[i]
			}
		}
		if hidden == 1 || hidden > 1 && hidden < len(ns) && sum < record.Small {
			t.Fatalf("%v: %d cells with %d people are withheld", ns, hidden, sum)
		}
	}
}

// Three cells of four people were told by their sum: whoever knew the rule knew that none can hold more. Every table with the same marks and
// the same total is tried, and each withheld cell must leave at least two numbers.
func TestWhoKnowsTheRuleReckonsNoCell(t *testing.T) {
	const most = 22
	possible := map[string][][]int64{}
	var fill func(ns []int64, size int)
	fill = func(ns []int64, size int) {
		if len(ns) < size {
			for n := int64(0); n <= most; n++ {
				if n < 8 || n > 12 { // enough small ones, and some that are large
					fill(append(slices.Clone(ns), n), size)
				}
			}
			return
		}
		total := int64(0)
		for _, n := range ns {
			total += n
		}
		key := fmt.Sprint(shown(record.Suppress(cells(ns...))), total)
		possible[key] = append(possible[key], ns)
	}
	for size := 2; size <= 4; size++ {
		fill(nil, size)
	}
	for key, all := range possible {
		one := slices.IndexFunc(all, func(ns []int64) bool { return slices.Max(ns) < 8 && slices.Max(ns) > 0 })
		if one < 0 {
			continue // others with the same marks are larger than what is tried, or nobody took part
		}
		for i, mark := range strings.Fields(key)[:len(all[one])] {
			if mark == "-" && !slices.ContainsFunc(all, func(ns []int64) bool { return ns[i] != all[one][i] }) {
				t.Errorf("%s is only %v", key, all[one])
				break
			}
		}
	}
}

func TestCount(t *testing.T) {
	r := &record.Report{Articles: []record.Article{{TextID: "t", Block: "1"}, {TextID: "t", Block: "2"}}, Remarks: []record.Remark{
		{TextID: "t", Block: "2", Channel: "web", Disposition: record.Accepted}, {TextID: "t", Block: "2", Channel: "letter", AuthorKind: "association", Author: "X"},
		{Channel: "web", Disposition: record.Rejected},
	}}
	r.Count()
	if r.Articles[0].Remarks != 0 || r.Articles[1].Remarks != 2 || r.Articles[1].Associations != 1 || r.Articles[1].Accepted != 1 {
		t.Errorf("%+v", r.Articles)
	}
	c := r.Counts
	if c.Remarks != 3 || c.RemarksCitizens != 2 || c.Associations != 1 || c.Undecided != 1 || c.Rejected != 1 || r.Nothing {
		t.Errorf("%+v", c)
	}
	if fmt.Sprint(r.Channels) != "[{letter 1} {web 2}]" {
		t.Errorf("%v", r.Channels)
	}
	empty := &record.Report{}
	if empty.Count(); !empty.Nothing {
		t.Error("nothing was received")
	}
}

func TestRemarksOnSignaturesAndOnWhatVanishedCountForNoArticle(t *testing.T) {
	r := &record.Report{Articles: []record.Article{
		{TextID: "t", Block: "1", Label: "1. člen"}, {TextID: "t", Block: "n1", Kind: "note"}, {TextID: "t", Block: "n2", Kind: "note"}, {TextID: "u", Block: "1"},
	}, Remarks: []record.Remark{{TextID: "t", Block: "n2"}, {TextID: "t", Block: "9", Label: "9. člen"}, {TextID: "t", Block: "9", Label: "9. člen"}, {TextID: "u", Block: "1"}, {TextID: "t"}}}
	r.Count()
	got := ""
	for _, a := range r.Articles {
		got += fmt.Sprint(a.TextID, a.Block, a.Kind, a.Remarks, " ")
	}
	if want := "t10 tn2note1 t9gone2 u11 "; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

func TestCanonical(t *testing.T) {
	r := &record.Report{Format: record.Format, Areas: record.Suppress(cells(1, 9)), Remarks: []record.Remark{{AuthorID: "secret-id", Body: "<b>š"}}}
	a, err := r.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	again, err := record.Read(a)
	if err != nil {
		t.Fatal(err)
	}
	b, err := again.Canonical()
	if err != nil || !bytes.Equal(a, b) {
		t.Error("read and written again it differs")
	}
	if bytes.Contains(a, []byte("secret-id")) || !bytes.Contains(a, []byte("<b>š")) {
		t.Errorf("%s", a)
	}
}

func TestOnePersonWhoWroteByLetterIsCountedOnce(t *testing.T) {
	letters := []record.Sender{
		{Name: "Ana Novak", Email: "Ana@example.si"}, {Name: "A. Novak", Email: "ana@example.si"}, {Name: "Ana Novak"}, // one
		{Name: "Žiga Kos", Address: "Kidričeva 1"}, {Name: "ŽIGA KOS", Address: "Kidričeva 1"}, {Name: "Žiga Kos", Address: "Cesta 2"}, // two
		{Name: "Bor", Email: "bor@example.si"}, {Name: "Bor"}, // took part with his account
		{}, {Address: "Trg 3"}, // nobody knows who
	}
	if n := record.Outside(letters, map[string]bool{"bor@example.si": true}); n != 3 {
		t.Errorf("%d people, want 3", n)
	}
}

func TestCompare(t *testing.T) {
	census := map[string]int64{"0": 500, "1": 250, "2": 250}
	nobody, few := int64(0), cells(10, 30)
	got := record.Compare(append(few, record.Cell{Key: "2"}, record.Cell{Key: record.Unknown, N: &nobody}), 50, census)
	if len(got) != 3 || *got[0].Part != 20 || got[0].Home != 50 || got[2].Part != nil {
		t.Errorf("the groups that are shown are taken for all people: %+v", got)
	}
	if got = record.Compare(append(cells(10, 30), record.Cell{Key: "2"}, record.Cell{Key: record.Unknown}), 50, census); got[0].Part != nil {
		t.Errorf("a share says how many are withheld: %+v", got)
	}
	if got = record.Compare(append(cells(10, 30), record.Cell{Key: record.Unknown}), 50, census); *got[0].Part != 25 {
		t.Errorf("%+v", got)
	}
	if got = record.Compare(cells(90, 350), 440, map[string]int64{"0": 90, "1": 350}); got[0].Home != 20.45 {
		t.Errorf("20.45 %% is rounded twice: %+v", got)
	}
	if record.BandOf(2000, 2026) != "18-29" || record.BandOf(0, 2026) != record.Unknown || record.BandOf(1940, 2026) != "75+" {
		t.Error("bands")
	}
}
