// Package extract reads the paragraphs of a document that somebody wrote elsewhere: Markdown, plain text in any of the encodings
// of our four countries, DOCX, ODT and PDF.
//
// What comes out is text with just enough of its shape to find articles and headings in it: the level of a heading, the number
// that the word processor puts in front of a paragraph by itself, the name of the style. Nothing of it is trusted: every archive
// and every stream is read up to a limit, and a broken file is an error that can be said to the person who chose it.
package extract

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"glas/internal/fault"
)

// Limits of one document. They are far above what a municipality publishes and far below what hurts a small machine.
const (
	MaxFile       = 32 << 20 // bytes of the file
	maxEntry      = 48 << 20 // bytes of one unpacked part of an archive, or of one page's content in a PDF
	maxEntries    = 4000     // files in an archive
	maxText       = 8 << 20  // bytes of text taken from one document
	maxParagraphs = 60_000
	maxPages      = 2000
	maxDepth      = 200 // elements within elements
)

// The ways in which a file can be refused. Fault turns them into words.
var (
	ErrKind      = errors.New("a kind of file that is not read")
	ErrTooLarge  = errors.New("the file, or what it unpacks to, is too large")
	ErrBroken    = errors.New("the file is broken or not what its name says")
	ErrEncrypted = errors.New("the file is protected by a password")
)

// Paragraph is one paragraph, heading, list item or table row, in the order of the document.
type Paragraph struct {
	Text   string // without the automatic number; line breaks within are kept as "\n", a table row is "a | b"
	Style  string // the name of the style in lower case, "heading 2", "title", "list paragraph"; "" in plain text
	Level  int    // 0 body, 1.. heading
	List   bool   // an item of a list, numbered or not
	Bullet bool   // begins an item that has a mere dot or dash in front
	Depth  int    // how deep in lists, 0 the outermost
	Number string // what the program prints in front: "7.", "a)", "7. člen"; "" without a number or with a mere dot
}

// Full is the paragraph as a reader sees it, with its automatic number.
func (p Paragraph) Full() string {
	if p.Number == "" {
		return p.Text
	}
	return strings.TrimSpace(p.Number + " " + p.Text)
}

// Doc is what was found in a file.
type Doc struct {
	// Measured is whether lines within a paragraph were broken by the width of a page only, which is known of PDF with widths of letters.
	Measured         bool
	Paragraphs       []Paragraph
	Title            string // from the document's properties, or its first heading
	Lang             string // two letters as the document says, or ""
	Pages            int    // PDF only
	TextLayer        bool   // false for a PDF that is only pictures of pages
	ImagesWithoutAlt int    // pictures that have no words for those who do not see them (not counted in PDF)
}

// Paragraphs reads a document by the ending of its name. Errors are ErrKind, ErrTooLarge, ErrBroken and ErrEncrypted, wrapped.
func Paragraphs(name string, data []byte) (Doc, error) {
	if len(data) > MaxFile {
		return Doc{}, fmt.Errorf("%d bytes: %w", len(data), ErrTooLarge)
	}
	doc, err := read(strings.ToLower(path.Ext(name)), data)
	if err != nil {
		return Doc{}, fmt.Errorf("read %q: %w", path.Base(name), err)
	}
	if doc.Title == "" {
		doc.Title = firstHeading(doc.Paragraphs)
	}
	return doc, nil
}

func read(ending string, data []byte) (Doc, error) {
	switch ending {
	case ".md", ".markdown":
		return markdown(data)
	case ".txt", ".text":
		return plain(data)
	case ".docx":
		return docx(data)
	case ".odt":
		return odt(data)
	case ".pdf":
		return pdfDoc(data)
	}
	return Doc{}, fmt.Errorf("%q: %w", ending, ErrKind)
}

// Text is the whole document as text, one paragraph in a line, with automatic numbers; for search.
func Text(doc Doc) string {
	var b strings.Builder
	for _, p := range doc.Paragraphs {
		if full := p.Full(); full != "" {
			b.WriteString(full)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Fault says an error of Paragraphs to the person who chose the file, beside the field of that name. Other errors stay as they are.
func Fault(field string, err error) error {
	for cause, id := range map[error]string{
		ErrKind: "extract.error.kind", ErrTooLarge: "extract.error.too_large", ErrBroken: "extract.error.broken", ErrEncrypted: "extract.error.encrypted",
	} {
		if errors.Is(err, cause) {
			return fault.InvalidField(field, id).With(err)
		}
	}
	return err
}

func firstHeading(paragraphs []Paragraph) string {
	for _, p := range paragraphs {
		if p.Level > 0 && p.Text != "" {
			return strings.Join(strings.Fields(p.Text), " ")
		}
	}
	return ""
}

// collector gathers paragraphs within the limits.
type collector struct {
	doc  Doc
	size int
	err  error
}

// add keeps a paragraph that says something and reports whether there is room for more.
func (c *collector) add(p Paragraph) bool {
	p.Text = tidy(p.Text)
	if c.err != nil || p.Text == "" && p.Number == "" {
		return c.err == nil
	}
	c.size += len(p.Text)
	if c.size > maxText || len(c.doc.Paragraphs) >= maxParagraphs {
		c.err = fmt.Errorf("more than %d bytes of text or %d paragraphs: %w", maxText, maxParagraphs, ErrTooLarge)
		return false
	}
	c.doc.Paragraphs = append(c.doc.Paragraphs, p)
	return true
}

// result is the document, or why there is none.
func (c *collector) result() (Doc, error) {
	if c.err != nil {
		return Doc{}, c.err
	}
	return c.doc, nil
}

// tidy makes any white space but line breaks one space, and drops what no reader sees.
func tidy(s string) string {
	lines := strings.Split(strings.Map(visible, s), "\n")
	kept := lines[:0]
	for _, line := range lines {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// visible drops soft hyphens, zero-width marks and control characters.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return '\n'
	case r < 0x20 || r == 0x7f || r == 0xad || r == 0xfeff || r == 0xfffe || r >= 0x200b && r <= 0x200f && r != 0x200d || r >= 0x202a && r <= 0x202e:
		return -1
	}
	return r
}
