package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// piece is what is drawn in one go: text of one style on one line.
type piece struct {
	text  string
	style style
	link  string
	width float64
}

// line is a line of a paragraph.
type line []piece

// measure gives the width of a letter in millimetres.
type measure func(r rune, s style, size float64) float64

func textWidth(s string, st style, size float64, m measure) float64 {
	w := 0.0
	for _, r := range s {
		w += m(r, st, size)
	}
	return w
}

// breaker breaks runs into lines of a width.
type breaker struct {
	width float64
	size  float64
	m     measure

	lines []line
	now   line
	used  float64
	space bool // a space is owed before the next word
}

// breakLines breaks runs into lines; a word wider than a line is cut.
func breakLines(spans []Span, g *glyphs, width, size float64, m measure) []line {
	b := &breaker{width: width, size: size, m: m}
	for _, span := range spans {
		for i, part := range strings.Split(g.drawable(span.Text), "\n") {
			if i > 0 {
				b.end()
			}
			b.run(part, span)
		}
	}
	if len(b.now) > 0 || len(b.lines) == 0 {
		b.end()
	}
	return b.lines
}

func (b *breaker) end() {
	b.lines = append(b.lines, b.now)
	b.now, b.used, b.space = nil, 0, false
}

// run sets the words of one run.
func (b *breaker) run(s string, span Span) {
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' })
		if i == 0 {
			b.space = len(b.now) > 0
			_, n := utf8.DecodeRuneInString(s)
			s = s[n:]
			continue
		}
		word := s
		if i > 0 {
			word = s[:i]
		}
		s = s[len(word):]
		b.word(word, span)
	}
}

func (b *breaker) word(word string, span Span) {
	st := span.style()
	w := textWidth(word, st, b.size, b.m)
	gap := 0.0
	if b.space {
		gap = b.m(' ', st, b.size)
	}
	if len(b.now) > 0 && b.used+gap+w > b.width {
		// A word begun by the run before stays with it only when a space stands between.
		b.end()
		gap = 0
	}
	for w > b.width {
		head := b.head(word, st)
		b.put(head, st, span.Link, textWidth(head, st, b.size, b.m))
		b.end()
		word = word[len(head):]
		w = textWidth(word, st, b.size, b.m)
	}
	if word == "" {
		return
	}
	if gap > 0 {
		// The space before a link is no part of it.
		link := ""
		if n := len(b.now); n > 0 && b.now[n-1].link == span.Link {
			link = span.Link
		}
		b.put(" ", st, link, gap)
	}
	b.put(word, st, span.Link, w)
	b.space = false
}

// head is what of a word fits a whole line, at least one letter.
func (b *breaker) head(word string, st style) string {
	w := 0.0
	for i, r := range word {
		if w += b.m(r, st, b.size); w > b.width && i > 0 {
			return word[:i]
		}
	}
	return word
}

func (b *breaker) put(s string, st style, link string, w float64) {
	b.used += w
	if n := len(b.now); n > 0 && b.now[n-1].style == st && b.now[n-1].link == link {
		b.now[n-1].text += s
		b.now[n-1].width += w
		return
	}
	b.now = append(b.now, piece{s, st, link, w})
}
