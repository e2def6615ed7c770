package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// candidate is a document that matches, with what ranking needs.
type candidate struct {
	Kind, SubjectID string
	TitleWords      string
	LeadWords       string
	UpdatedMs       int64
	score           float64
	inTitle         bool
}

// Weights of a match: the very word, a word that begins with what was typed, another form of the word.
const (
	exactWord = 1.0
	beginning = 0.8
	otherForm = 0.6
)

// rank sorts the best first: all words in the title, then BM25-like relevance, then recency.
func rank(found []candidate, terms []string) {
	for i := range found {
		found[i].weigh(terms)
	}
	slices.SortFunc(found, func(a, b candidate) int {
		if a.inTitle != b.inTitle {
			if a.inTitle {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.UpdatedMs, a.UpdatedMs),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.SubjectID, b.SubjectID))
	})
}

// weigh scores the candidate: a title counts five times; repetition in the body counts less and less (BM25 with k1 = 1.2,
// b = 0.75 and a usual length of 120 words).
func (c *candidate) weigh(terms []string) {
	title, lead := strings.Fields(c.TitleWords), strings.Fields(c.LeadWords)
	norm := 1.2 * (0.25 + 0.75*float64(len(lead))/120)
	c.inTitle, c.score = true, 0
	for _, term := range terms {
		root := stem(term)
		best := 0.0
		for _, w := range title {
			best = max(best, likeness(w, term, root))
		}
		tf := 0.0
		for _, w := range lead {
			tf += likeness(w, term, root)
		}
		if best == 0 {
			c.inTitle = false
		}
		c.score += 5*best + tf*2.2/(tf+norm)
	}
}

// likeness is how well a word of the text matches a word of the query.
func likeness(word, term, root string) float64 {
	switch {
	case word == term:
		return exactWord
	case strings.HasPrefix(word, term):
		return beginning
	case strings.HasPrefix(word, root):
		return otherForm
	}
	return 0
}

// Segment is a piece of a snippet; Mark says that it is what was looked for.
type Segment struct {
	Text string
	Mark bool
}

// Bounds of a snippet in letters, and how much of a text is looked through for it, in bytes.
const (
	snippetBefore = 60
	snippetLength = 200
	snippetScan   = 30_000
)

// span is a marked word in bytes.
type span struct{ from, to int }

// marks finds the words of text that match the terms.
func marks(text string, terms []string) []span {
	roots := make([]string, len(terms))
	for i, t := range terms {
		roots[i] = stem(t)
	}
	var out []span
	start := -1
	end := func(i int) {
		if start >= 0 && matches(text[start:i], terms, roots) {
			out = append(out, span{start, i})
		}
		start = -1
	}
	for i, r := range text {
		if isWord(r) || start >= 0 && unicode.Is(unicode.Mn, r) {
			if start < 0 {
				start = i
			}
			continue
		}
		end(i)
	}
	end(len(text))
	return out
}

func matches(word string, terms, roots []string) bool {
	w := Fold(word)
	for i := range terms {
		if likeness(w, terms[i], roots[i]) > 0 {
			return true
		}
	}
	return false
}

// segments cuts text at the marks.
func segments(text string, found []span) []Segment {
	var out []Segment
	at := 0
	for _, s := range found {
		if s.from > at {
			out = append(out, Segment{Text: text[at:s.from]})
		}
		out = append(out, Segment{Text: text[s.from:s.to], Mark: true})
		at = s.to
	}
	if at < len(text) {
		out = append(out, Segment{Text: text[at:]})
	}
	return out
}

// snippet is the part of the body around the first match, or its beginning.
func snippet(body string, terms []string) []Segment {
	body = strings.Join(strings.Fields(head(body, snippetScan)), " ")
	found := marks(body, terms)
	from := 0
	if len(found) > 0 {
		from = back(body, found[0].from, snippetBefore)
	}
	to := forward(body, from, snippetLength)
	window := body[from:to]
	var inside []span
	for _, s := range found {
		if s.from >= from && s.to <= to {
			inside = append(inside, span{s.from - from, s.to - from})
		}
	}
	out := segments(window, inside)
	if from > 0 && len(out) > 0 {
		out = slices.Insert(out, 0, Segment{Text: "… "})
	}
	if to < len(body) && len(out) > 0 {
		out = append(out, Segment{Text: " …"})
	}
	return out
}

// head is at most n bytes of s, cut between letters.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// back goes n letters back from a position and then on to the beginning of a word.
func back(s string, at, n int) int {
	i := at
	for ; i > 0 && n > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	if i == 0 {
		return 0
	}
	if next := strings.IndexByte(s[i:at], ' '); next >= 0 {
		return i + next + 1
	}
	return i
}

// forward goes n letters on and then back to the end of a word.
func forward(s string, at, n int) int {
	i := at
	for ; i < len(s) && n > 0; n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	if i == len(s) {
		return i
	}
	if last := strings.LastIndexByte(s[at:i], ' '); last > 0 {
		return at + last
	}
	return i
}
