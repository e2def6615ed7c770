package paper

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// style names a font as the PDF library does.
type style string

const (
	regular    style = ""
	bold       style = "B"
	italic     style = "I"
	boldItalic style = "BI"
)

func (s Span) style() style {
	switch {
	case s.Bold && s.Italic:
		return boldItalic
	case s.Bold:
		return bold
	case s.Italic:
		return italic
	}
	return regular
}

// font gives the bytes of a font of its own to each document: the library reads them as its own.
func font(s style) []byte {
	switch s {
	case bold:
		return slices.Clone(gobold.TTF)
	case italic:
		return slices.Clone(goitalic.TTF)
	case boldItalic:
		return slices.Clone(gobolditalic.TTF)
	}
	return slices.Clone(goregular.TTF)
}

// glyphs knows which letters the fonts draw; all four draw the same.
type glyphs struct {
	font   *sfnt.Font
	buffer sfnt.Buffer
	known  map[rune]string
}

func newGlyphs() (*glyphs, error) {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	return &glyphs{font: f, known: map[rune]string{}}, nil
}

// instead says what stands for signs that the fonts lack.
func instead(r rune) (string, bool) {
	switch r {
	case '₺':
		return "TL", true
	case '\u202f', '\u2009', '\u2007', '\u2002', '\u2003', '\u200a':
		return "\u00a0", true
	case '\u2011', '\u2010':
		return "-", true
	case '\u02bc', '\u2019':
		return "’", true
	case '✓', '✔', '☑':
		return "√", true
	case '☐':
		return "□", true
	case '\u200b', '\u200c', '\u200d', '\ufe0f', '\ufe0e', '\u00ad', '\ufeff', '\u200e', '\u200f':
		return "", true
	case '\t':
		return "    ", true
	}
	return "", false
}

func (g *glyphs) has(r rune) bool {
	if r > 0xFFFF {
		return false
	}
	i, err := g.font.GlyphIndex(&g.buffer, r)
	return err == nil && i != 0
}

// drawable gives the text in letters that can be drawn: composed, or without a mark that the fonts lack, or as an empty box.
func (g *glyphs) drawable(s string) string {
	var out strings.Builder
	for _, r := range norm.NFC.String(s) {
		drawn, ok := g.known[r]
		if !ok {
			drawn = g.draw(r)
			g.known[r] = drawn
		}
		out.WriteString(drawn)
	}
	return out.String()
}

func (g *glyphs) draw(r rune) string {
	if r == '\n' {
		return "\n"
	}
	if s, ok := instead(r); ok {
		return s
	}
	if r < 0x20 {
		return ""
	}
	if g.has(r) {
		return string(r)
	}
	for _, base := range norm.NFKD.String(string(r)) {
		if base != r && g.has(base) {
			return string(base)
		}
		break
	}
	if g.has('□') {
		return "□"
	}
	return "?"
}
