package streets

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"glas/internal/search"
	"glas/internal/text"
	"glas/tenant"
)

// kindsText lists what kinds of streets are called: on each line a language, the word and its short forms, all folded.
//
//go:embed kinds.txt
var kindsText string

// speech is how streets are spoken of in one municipality.
type speech struct{ generic map[string]string }

func speechOf(t *tenant.Tenant) speech {
	s := speech{map[string]string{}}
	for i := len(t.Languages) - 1; i >= 0; i-- { // the first language has the last word
		for line := range strings.Lines(kindsText) {
			words := strings.Fields(line)
			if len(words) < 2 || words[0] != t.Languages[i] {
				continue
			}
			for _, form := range words[1:] {
				s.generic[form] = words[1]
			}
		}
	}
	return s
}

// kind is the whole word when w is a kind of street or short for one.
func (s speech) kind(w string) (string, bool) {
	word, ok := s.generic[w]
	return word, ok
}

// begins reports whether w is the beginning of a word for a kind of street that is being typed.
func (s speech) begins(w, word string) bool {
	for form, whole := range s.generic {
		if whole == word && strings.HasPrefix(form, w) {
			return true
		}
	}
	return false
}

// tokens are the folded words of a text, at most limit of them.
func tokens(s string, limit int) []string {
	var out []string
	for w := range strings.FieldsFuncSeq(search.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		if len(out) == limit {
			break
		}
		if len(w) > maxWordBytes {
			w = strings.ToValidUTF8(w[:maxWordBytes], "")
		}
		out = append(out, w)
	}
	return out
}

// latin is a word of the register in Latin letters, empty when it is written in them anyway.
func latin(word string) string {
	if r, _ := utf8.DecodeRuneInString(word); r < 0x370 || !unicode.IsLetter(r) {
		return ""
	}
	return text.Slug(word, "")
}

// Bounds on what is typed and registered.
const (
	maxWordBytes = 80
	maxTyped     = 200 // bytes that are read
	maxTokens    = 8
	maxNameWords = 12
)

// canon is a name as names are compared: folded, abbreviations written out, one space between words.
func (s speech) canon(name string) string {
	words := tokens(name, maxNameWords)
	for i, w := range words {
		if i > 0 || len(words) > 1 {
			if whole, ok := s.kind(w); ok {
				words[i] = whole
			}
		}
	}
	return strings.Join(words, " ")
}

// own are the words of a compared name by which it is found: all but the kinds of street, or all when there are no others.
func (s speech) own(canon string) []string {
	words := strings.Fields(canon)
	var out []string
	for _, w := range words {
		if _, ok := s.kind(w); !ok {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return words
	}
	return out
}

// numbered reports whether a word begins with a digit, as house numbers do.
func numbered(w string) bool { return w != "" && w[0] >= '0' && w[0] <= '9' }

// beforeNumber are words that people write before a house number.
const beforeNumber = " no nr st numara numarasi hst h αρ αριθμοσ номер ном "

// numberFold is a house number as it is compared: "10 / A" as "10a".
func numberFold(s string) string {
	return strings.Join(tokens(strings.ReplaceAll(s, "No", " "), 4), "")
}

// near reports whether a word may be meant by what was typed with a slip or two: one in four to seven letters, two in more. What was
// typed may be the beginning of the word when it has six letters.
func near(typed, word string) bool {
	n := utf8.RuneCountInString(typed)
	slips := 1
	switch {
	case n < 4 || numbered(typed):
		return false
	case n < 6 && utf8.RuneCountInString(word) > n+1:
		return false // the beginnings of too many words are like a short one
	case n >= 8:
		slips = 2
	}
	return distance([]rune(typed), []rune(word), slips) <= slips
}

// distance counts the slips (a letter too many, too few, another one, two swapped) that turn a into b or a beginning of b. It stops
// counting above most.
func distance(a, b []rune, most int) int {
	if len(b) > len(a)+most {
		b = b[:len(a)+most]
	}
	if len(a)-len(b) > most {
		return most + 1
	}
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	best := most + 1
	for j := len(a) - most; j <= len(b); j++ {
		if j >= 0 {
			best = min(best, row[j])
		}
	}
	return best
}
