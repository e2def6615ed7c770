// Package text handles what people write: counting it in letters, cleaning it, cutting it, turning it into safe HTML and
// comparing versions.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// Letters counts what a person sees as one letter (a grapheme cluster), which is what every limit of length means: an emoji
// of four code points and a Greek letter with its accent are one each.
func Letters(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] == '\r' {
			return uniseg.GraphemeClusterCount(s)
		}
	}
	return len(s)
}

// Truncate cuts s to at most max letters, at the end of a word where one is near, and marks the cut with "…".
func Truncate(s string, max int) string {
	if max <= 0 {
		return ""
	}
	if len(s) <= max || Letters(s) <= max {
		return s
	}
	end, space, count, state := 0, 0, 0, -1
	rest := s
	for rest != "" && count < max-1 {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if strings.TrimSpace(cluster) == "" {
			space = end
		}
		end += len(cluster)
		count++
	}
	if next, _ := utf8.DecodeRuneInString(s[end:]); !unicode.IsSpace(next) && space > end/2 {
		end = space
	}
	return strings.TrimRightFunc(s[:end], func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }) + "…"
}

// Head is the beginning of what a foreign program said, of at most max bytes, in a form that every database keeps: cut inside a letter or
// with a zero byte it would be no text to PostgreSQL.
func Head(s string, max int) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s[:min(len(s), max)], ""), "\x00", "")
}

// Clean makes typed text storable: valid UTF-8 in composed form (NFC), no control characters but line feeds and tabs, no
// marks that turn the direction of the text around them, no trailing spaces, no more than one empty line in a row.
func Clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "�")
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = norm.NFC.String(strings.Map(storable, s))
	lines := strings.Split(s, "\n")
	out := lines[:0]
	empty := 0
	for _, line := range lines {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line == "" {
			empty++
			if empty > 1 {
				continue
			}
		} else {
			empty = 0
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// CleanLine is Clean for a single line: every run of white space is one space.
func CleanLine(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// storable drops control characters and the invisible marks by which text pretends to be other text.
func storable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r):
		return -1
	case r == '\u200e' || r == '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
		return -1
	case r == '\ufeff' || r == '\u2028' || r == '\u2029' || r >= 0xE0000 && r <= 0xE001F:
		return -1
	case r >= '\ufdd0' && r <= '\ufdef' || r&0xFFFE == 0xFFFE:
		return -1
	}
	return r
}

// Words are the words of s in order: runs with at least one letter or digit, by the Unicode word boundaries.
func Words(s string) []string {
	var out []string
	state := -1
	for s != "" {
		var word string
		word, s, state = uniseg.FirstWordInString(s, state)
		if strings.IndexFunc(word, isWordRune) >= 0 {
			out = append(out, word)
		}
	}
	return out
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Shouting reports whether s is written in capitals: at least 20 letters that have a case, four fifths of them capital.
func Shouting(s string) bool {
	const enough = 20
	upper, lower := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper+lower >= enough && upper*5 >= (upper+lower)*4
}

// Hints are ids of friendly remarks on the manner of a text: "common.hint.shouting", "common.hint.marks" (a row of
// exclamation or question marks), "common.hint.repeated" (a letter held down). They advise; they never refuse.
func Hints(s string) []string {
	var out []string
	if Shouting(s) {
		out = append(out, "common.hint.shouting")
	}
	if longestRun(s, func(r rune) bool { return r == '!' || r == '?' || r == ';' || r == '¡' }, false) >= 3 {
		out = append(out, "common.hint.marks")
	}
	if longestRun(s, unicode.IsLetter, true) >= 5 {
		out = append(out, "common.hint.repeated")
	}
	return out
}

// longestRun counts the longest row of runes that belong, all the same one if same is set.
func longestRun(s string, belongs func(rune) bool, same bool) int {
	best, run := 0, 0
	var last rune
	for _, r := range s {
		r = unicode.ToLower(r)
		switch {
		case !belongs(r):
			run = 0
		case run > 0 && same && r != last:
			run = 1
		default:
			run++
		}
		last = r
		best = max(best, run)
	}
	return best
}
