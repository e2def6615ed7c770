// Package paper writes one document as PDF, DOCX and HTML, so that the three say the same.
//
// The HTML is the accessible equal of the PDF: the library that writes the PDF cannot tag it. The same document gives the same
// bytes, whenever and wherever it is written: what is published can be checked by its hash.
package paper

import (
	"strings"
	"time"
)

// Document is what is written. All words are given in the language of the document, those of the furniture too.
type Document struct {
	Title    string
	Subtitle string
	Lang     string // as in "sl"
	Author   string
	Subject  string
	Date     time.Time // of the properties: never the clock of the writing
	Header   string    // at the head of every page
	Footer   string    // at the foot of every page, beside its number
	Page     string    // "Page {page} of {pages}"
	Contents string    // the heading of the table of contents; "" for none
	Blocks   []Block
}

// Block is one piece of a document.
type Block interface{ block() }

// Heading begins a part; Level is 1 to 4. Those of level 1 and 2 stand in the contents.
type Heading struct {
	Level  int
	Text   string
	Anchor string // its id in HTML; found from its place when empty
}

// Span is a run of text in one style.
type Span struct {
	Text         string
	Bold, Italic bool
	Link         string // an absolute address
}

// Text is a single plain run.
func Text(s string) []Span { return []Span{{Text: s}} }

// Bold is a single bold run.
func Bold(s string) []Span { return []Span{{Text: s, Bold: true}} }

// Paragraph is running text; a newline within it breaks the line.
type Paragraph struct {
	Spans []Span
	Small bool // for what is said beside
}

// List is a list of points or, when Ordered, of numbers.
type List struct {
	Ordered bool
	Items   [][]Span
}

// Table has a head that is repeated on every page.
type Table struct {
	Caption string
	Head    []string
	Rows    [][][]Span // rows of cells of runs
	Widths  []float64  // shares of the width; equal when missing
	Numbers []bool     // columns set to the right
}

// Pair is a name with what it stands for.
type Pair struct {
	Key   string
	Value []Span
}

// Pairs is a list of names and what they stand for.
type Pairs []Pair

// Note stands in a box.
type Note struct {
	Title string
	Spans []Span
}

// Break begins a new page where there are pages.
type Break struct{}

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (Pairs) block()     {}
func (Note) block()      {}
func (Break) block()     {}

// P is a paragraph of plain text.
func P(s string) Paragraph { return Paragraph{Spans: Text(s)} }

// Paragraphs splits plain text at its empty lines.
func Paragraphs(s string) []Block {
	var blocks []Block
	for part := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if part = strings.Trim(part, "\n "); part != "" {
			blocks = append(blocks, P(part))
		}
	}
	return blocks
}

// entry is a heading of the contents.
type entry struct {
	level  int
	text   string
	anchor string
}

// outline lists the headings that stand in the contents, with their anchors.
func (d *Document) outline() []entry {
	var all []entry
	n := 0
	for _, b := range d.Blocks {
		h, ok := b.(Heading)
		if !ok {
			continue
		}
		n++
		if h.Level <= 2 {
			all = append(all, entry{h.Level, h.Text, anchor(h, n)})
		}
	}
	return all
}
