package stored

import (
	"cmp"
	"slices"
	"strings"
)

const (
	// alike is the share of words in common from which two remarks are suggested to say the same.
	alike = 0.45
	// wordsRead bounds how much of a remark is compared, in words.
	wordsRead = 200
	wordMin   = 3 // in bytes of the folded word; shorter ones say nothing
)

// Sketch is what comparing needs of a remark.
type Sketch struct {
	ID      string
	Seq     int64
	Block   string
	GroupID string `bun:",nullzero"`
	Folded  string
	Excerpt string
}

// Match is a remark that is like another; Share is of words in common, 0 to 1.
type Match struct {
	Sketch
	Share float64
}

// Similar finds those among others that say about the same as one text, the most alike first, at most n.
func Similar(folded, selfID string, others []Sketch, n int) []Match {
	mine := wordSet(folded)
	var out []Match
	for _, o := range others {
		if o.ID == selfID {
			continue
		}
		if s := share(mine, wordSet(o.Folded)); s >= alike {
			out = append(out, Match{Sketch: o, Share: s})
		}
	}
	slices.SortStableFunc(out, func(a, b Match) int {
		switch {
		case a.Share > b.Share:
			return -1
		case a.Share < b.Share:
			return 1
		}
		return int(a.Seq - b.Seq)
	})
	return out[:min(len(out), n)]
}

// comparedEach is how many others each remark is compared with when groups are looked for.
const comparedEach = 60

// Clusters puts remarks that say about the same together; each has two members at least. Only those that stand near each other by
// a shared rare word are compared, so that thousands are done in a moment.
func Clusters(list []Sketch) [][]Sketch {
	sets, where := numberedWords(list)
	parent := make([]int, len(list))
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i := range list {
		compared := 0
		for _, j := range near(sets[i], where) {
			if j <= i || root(i) == root(j) {
				continue
			}
			if compared++; compared > comparedEach {
				break
			}
			if shareOf(sets[i], sets[j]) >= alike {
				parent[root(j)] = root(i)
			}
		}
	}
	byRoot := map[int][]Sketch{}
	for i, s := range list {
		byRoot[root(i)] = append(byRoot[root(i)], s)
	}
	var out [][]Sketch
	for _, members := range byRoot {
		if len(members) > 1 {
			out = append(out, members)
		}
	}
	slices.SortFunc(out, func(a, b []Sketch) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return int(a[0].Seq - b[0].Seq)
	})
	return out
}

// numberedWords gives the words of each remark as sorted numbers, and for each word the remarks in which it stands.
func numberedWords(list []Sketch) (sets [][]int, where [][]int) {
	numbers := map[string]int{}
	sets = make([][]int, len(list))
	for i, s := range list {
		for w := range wordSet(s.Folded) {
			n, known := numbers[w]
			if !known {
				n = len(where)
				numbers[w], where = n, append(where, nil)
			}
			sets[i] = append(sets[i], n)
			where[n] = append(where[n], i)
		}
		slices.Sort(sets[i])
	}
	return sets, where
}

// near are the remarks that share one of the rarest words of a set.
func near(set []int, where [][]int) []int {
	rare := make([]int, 0, len(set))
	for _, w := range set {
		if len(where[w]) > 1 {
			rare = append(rare, w)
		}
	}
	slices.SortFunc(rare, func(a, b int) int { return cmp.Or(len(where[a])-len(where[b]), a-b) })
	var out []int
	for _, w := range rare[:min(len(rare), 6)] {
		out = append(out, where[w][:min(len(where[w]), 500)]...)
	}
	return out
}

// shareOf is share of words as sorted numbers.
func shareOf(a, b []int) float64 {
	if min(len(a), len(b)) < 3 {
		return 0
	}
	both, j := 0, 0
	for _, w := range a {
		for j < len(b) && b[j] < w {
			j++
		}
		if j < len(b) && b[j] == w {
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

func wordSet(folded string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(folded, func(r rune) bool { return r <= ' ' || strings.ContainsRune(".,;:!?()[]{}\"'»«„“”–-/", r) }) {
		if len(w) >= wordMin {
			if out[w] = true; len(out) >= wordsRead {
				break
			}
		}
	}
	return out
}

// share is how many words two sets have in common, of all that they have.
func share(a, b map[string]bool) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	all := len(a) + len(b) - both
	if all == 0 || len(a) < 3 {
		return 0
	}
	return float64(both) / float64(all)
}
