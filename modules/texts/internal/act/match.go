package act

import (
	"hash/fnv"
	"slices"
	"strings"

	"glas/internal/search"
)

// Change is what became of a block between two versions.
type Change string

// What can become of a block.
const (
	Kept       Change = "kept"       // nothing
	Renumbered Change = "renumbered" // says the same under another number or at another place
	Changed    Change = "changed"
	New        Change = "new"
	Vanished   Change = "vanished"
)

// Pair is a block of the new version, of the old one, or of both. Blocks of the new version come in their order; one that vanished
// stands where it was.
type Pair struct {
	Change
	Old, New *Block
}

// Likeness above which a block is taken for another one: of a block with the same citation, and of one with any.
const (
	sameLabel = 0.34
	samePlace = 0.1 // and stands between the same neighbours
	anyLabel  = 0.6
)

// Match finds each block of the old version in the new one and gives it the same key; the others of the new version lose theirs.
// The same words are the same block whatever its number; then come those with the same citation that say something alike; then the
// most alike of the same kind. An article is compared with all that it holds.
func Match(old, next []Block) []Pair {
	m := matcher{old: old, next: next, to: map[int]int{}, from: map[int]int{}, oldWhole: wholes(old), newWhole: wholes(next)}
	m.exact(true)
	m.exact(false)
	m.oldWords, m.newWords = shingles(m.oldWhole), shingles(m.newWhole)
	m.labelled()
	m.alike()
	return m.pairs()
}

type matcher struct {
	old, next          []Block
	oldWhole, newWhole []string
	oldWords, newWords [][]uint32
	to, from           map[int]int // old -> new, new -> old
}

func (m *matcher) tie(o, n int) { m.to[o], m.from[n] = n, o }

func (m *matcher) open(o, n int) bool {
	_, a := m.to[o]
	_, b := m.from[n]
	return !a && !b
}

// exact ties blocks of one kind that say the same, first those with the same citation, then the others in order. One that has only a
// number ("ГЛАВА ПЪРВА") is known by its citation alone.
func (m *matcher) exact(label bool) {
	key := func(b Block, whole string) string {
		k := string(b.Kind) + "\x00" + whole
		if label {
			k += "\x00" + b.Label
		}
		return k
	}
	waiting := map[string][]int{}
	for o, b := range m.old {
		if _, tied := m.to[o]; !tied && (m.oldWhole[o] != "" || label && b.Label != "") {
			waiting[key(b, m.oldWhole[o])] = append(waiting[key(b, m.oldWhole[o])], o)
		}
	}
	for n, b := range m.next {
		k := key(b, m.newWhole[n])
		if list := waiting[k]; len(list) > 0 && m.open(list[0], n) {
			m.tie(list[0], n)
			waiting[k] = list[1:]
		}
	}
}

// labelled ties blocks with the same citation that have something in common.
func (m *matcher) labelled() {
	byLabel := map[string]int{}
	for o, b := range m.old {
		if _, tied := m.to[o]; !tied && b.Label != "" {
			byLabel[string(b.Kind)+b.Label] = o
		}
	}
	for n, b := range m.next {
		o, ok := byLabel[string(b.Kind)+b.Label]
		if !ok || !m.open(o, n) {
			continue
		}
		if like := likeness(m.oldWords[o], m.newWords[n]); like >= sameLabel || like >= samePlace && m.between(o, n) {
			m.tie(o, n)
		}
	}
}

// between reports whether the blocks before and after both stayed as they were: what stands between them under the same citation was
// written anew, as happens with short points.
func (m *matcher) between(o, n int) bool {
	if o == 0 || n == 0 || o+1 >= len(m.old) || n+1 >= len(m.next) {
		return false
	}
	before, kept := m.to[o-1]
	after, too := m.to[o+1]
	return kept && too && before == n-1 && after == n+1
}

// alike ties what is left by likeness, the most alike first.
func (m *matcher) alike() {
	type candidate struct {
		o, n int
		like float64
	}
	var all []candidate
	for o, a := range m.old {
		if _, tied := m.to[o]; tied {
			continue
		}
		for n, b := range m.next {
			if a.Kind != b.Kind || !m.open(o, n) {
				continue
			}
			if like := likeness(m.oldWords[o], m.newWords[n]); like >= anyLabel {
				all = append(all, candidate{o, n, like})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.like > b.like:
			return -1
		case a.like < b.like:
			return 1
		}
		return abs(a.o-a.n) - abs(b.o-b.n)
	})
	for _, c := range all {
		if m.open(c.o, c.n) {
			m.tie(c.o, c.n)
		}
	}
}

func abs(n int) int { return max(n, -n) }

// pairs gives the keys to the new version and compares.
func (m *matcher) pairs() []Pair {
	for n := range m.next {
		m.next[n].Key = ""
		if o, tied := m.from[n]; tied {
			m.next[n].Key = m.old[o].Key
		}
	}
	return Compare(m.old, m.next)
}

// Compare says what became of each block of the old version, told by the keys.
func Compare(old, next []Block) []Pair {
	at, stays := map[string]int{}, map[string]bool{}
	for o, b := range old {
		at[b.Key] = o
	}
	for _, b := range next {
		stays[b.Key] = true
	}
	var out []Pair
	told := 0
	gone := func(until int) {
		for ; told < until; told++ {
			if !stays[old[told].Key] {
				out = append(out, Pair{Change: Vanished, Old: &old[told]})
			}
		}
	}
	for n := range next {
		b := &next[n]
		o, tied := at[b.Key]
		if !tied || b.Key == "" {
			out = append(out, Pair{Change: New, New: b})
			continue
		}
		if o > told {
			gone(o)
		}
		out = append(out, Pair{Change: change(&old[o], b), Old: &old[o], New: b})
	}
	gone(len(old))
	return out
}

func change(a, b *Block) Change {
	switch {
	case a.Kind != b.Kind || normal(a.Whole()) != normal(b.Whole()):
		return Changed
	case a.Label != b.Label || normal(a.Number) != normal(b.Number):
		return Renumbered
	}
	return Kept
}

// wholes is what each block says; an article and a chapter with what they hold.
func wholes(blocks []Block) []string {
	out := make([]string, len(blocks))
	for i, b := range blocks {
		s := b.Whole()
		if b.Kind == Article {
			for _, inner := range blocks[i+1:] {
				if inner.Kind != Paragraph && inner.Kind != Point {
					break
				}
				s += "\n" + inner.Text
			}
		}
		out[i] = normal(s)
	}
	return out
}

// normal makes two spellings of the same words equal: white space, quotation marks and dashes do not count.
func normal(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("„", "\"", "“", "\"", "”", "\"", "«", "\"", "»", "\"", "–", "-", "—", "-", "’", "'", "\u00a0", " ").Replace(s)), " ")
}

// shingles are the words of a text and its pairs of words, as sorted numbers.
func shingles(texts []string) [][]uint32 {
	out := make([][]uint32, len(texts))
	for i, s := range texts {
		words := strings.FieldsFunc(search.Fold(s), func(r rune) bool { return strings.ContainsRune(" \n.,;:()\"'-", r) })
		set := make([]uint32, 0, 2*len(words))
		for k, w := range words {
			set = append(set, number32(w))
			if k > 0 {
				set = append(set, number32(words[k-1]+" "+w))
			}
		}
		slices.Sort(set)
		out[i] = slices.Compact(set)
	}
	return out
}

func number32(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s)) //nolint:errcheck // a hash never fails
	return h.Sum32()
}

// likeness is what two sorted sets have in common, from 0 to 1 (Dice).
func likeness(a, b []uint32) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	if most := 2 * float64(min(len(a), len(b))) / float64(len(a)+len(b)); most < sameLabel {
		return 0
	}
	common := 0
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] == b[k]:
			common++
			i++
			k++
		case a[i] < b[k]:
			i++
		default:
			k++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}
