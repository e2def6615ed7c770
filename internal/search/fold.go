// Package search finds the things of one municipality by words, in five languages and two databases alike.
//
// Every thing that can be found keeps one document. Its text is folded and cut into words here, not in the database, so that
// SQLite (FTS5) and PostgreSQL (tsvector) index the same words; and the order of the results is computed here too. Both
// databases therefore give the same answers.
package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes texts comparable however they were typed: lower case, without accents and carons, ς as σ, the Turkish ı and İ as
// i, đ as d, ß as ss. Cyrillic letters stay whole (й is not и). It is for finding only, never for sorting or showing.
func Fold(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	s = norm.NFC.String(s)
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		foldRune(&b, r)
	}
	return b.String()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func foldRune(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		b.WriteByte(byte(r))
		return
	}
	switch r {
	case 'ı', 'İ':
		b.WriteByte('i')
		return
	case 'ς', 'Σ':
		b.WriteRune('σ')
		return
	case 'đ', 'Đ':
		b.WriteByte('d')
		return
	case 'ß', 'ẞ':
		b.WriteString("ss")
		return
	}
	r = unicode.ToLower(r)
	switch {
	case unicode.Is(unicode.Cyrillic, r), unicode.Is(unicode.Hangul, r):
		b.WriteRune(r)
		return
	case unicode.Is(unicode.Mn, r):
		return
	}
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	parts := norm.NFD.Properties(buf[:n]).Decomposition()
	if parts == nil {
		b.WriteRune(r)
		return
	}
	for len(parts) > 0 {
		p, size := utf8.DecodeRune(parts)
		if !unicode.Is(unicode.Mn, p) {
			b.WriteRune(p)
		}
		parts = parts[size:]
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// Bounds of the index.
const (
	maxWord  = 40     // letters of a word that are indexed; a longer query word matches by its beginning
	maxWords = 12_000 // words of a text that are indexed (positions of a tsvector end at 16,383)
	maxTerms = 8      // words of a query that count
)

// words are the folded words of a text, at most limit of them.
func words(s string, limit int) []string {
	var out []string
	for w := range strings.FieldsFuncSeq(Fold(s), func(r rune) bool { return !isWord(r) }) {
		if len(out) == limit {
			break
		}
		out = append(out, shorten(w))
	}
	return out
}

func shorten(w string) string {
	if len(w) <= maxWord {
		return w
	}
	runes := []rune(w)
	return string(runes[:min(len(runes), maxWord)])
}

// Terms are the words of a query, folded, each once, at most eight. Single letters count only when there is nothing else.
func Terms(query string) []string {
	const longest = 1000 // bytes of a query that are read
	if len(query) > longest {
		query = query[:longest]
	}
	var long, single []string
	for _, w := range words(strings.ToValidUTF8(query, " "), 100) {
		list := &long
		if utf8.RuneCountInString(w) == 1 {
			list = &single
		}
		if !slices.Contains(*list, w) {
			*list = append(*list, w)
		}
	}
	if len(long) == 0 {
		long = single
	}
	return long[:min(len(long), maxTerms)]
}

// stem shortens a word so that its inflected forms begin with it: endings of Greek, Bulgarian articles, and up to two
// vowels go while four letters stay. Words under five letters stay whole.
func stem(w string) string {
	const short, keep = 5, 4
	runes := []rune(w)
	if len(runes) < short || !unicode.IsLetter(runes[len(runes)-1]) {
		return w
	}
	if runes[len(runes)-1] == 'σ' {
		runes = runes[:len(runes)-1]
	}
	if len(runes) > keep+2 {
		for _, article := range []string{"ът", "ят", "та", "то", "те"} {
			if strings.HasSuffix(string(runes), article) {
				runes = runes[:len(runes)-2]
				break
			}
		}
	}
	for range 2 {
		if len(runes) > keep && strings.ContainsRune("aeiouyαεηιουωаеиоуъьюяй", runes[len(runes)-1]) {
			runes = runes[:len(runes)-1]
		}
	}
	return string(runes)
}

// Similarity compares two short texts by their trigrams after folding: 1 for equal, 0 for nothing in common. Above 0.3 two
// titles probably speak of the same thing.
func Similarity(a, b string) float64 {
	x, y := trigrams(a), trigrams(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			common++
			i++
			j++
		case x[i] < y[j]:
			i++
		default:
			j++
		}
	}
	return float64(common) / float64(len(x)+len(y)-common)
}

// trigrams are the sorted triples of letters of every word, with two spaces before and one after it.
func trigrams(s string) []uint64 {
	var out []uint64
	for _, w := range words(s, 400) {
		a, b := uint64(' '), uint64(' ')
		for _, r := range w {
			out = append(out, a<<42|b<<21|uint64(r))
			a, b = b, uint64(r)
		}
		out = append(out, a<<42|b<<21|uint64(' '))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
