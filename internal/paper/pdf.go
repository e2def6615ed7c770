package paper

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-pdf/fpdf"
)

// Measures of a page of A4 in millimetres, and of letters in points.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	marginSide = 20.0
	marginTop  = 24.0
	marginFoot = 22.0
	bodyWidth  = pageWidth - 2*marginSide
	bottom     = pageHeight - marginFoot

	sizeBody  = 10.0
	keys      = 52.0 // the width of the names of pairs
	sizeSmall = 8.5
	lead      = 1.42 // lines are this many times their letters apart
	point     = 25.4 / 72
)

func lineHeight(size float64) float64 { return size * point * lead }

func headingSize(level int) float64 {
	switch level {
	case 1:
		return 16
	case 2:
		return 13
	case 3:
		return 11
	}
	return sizeBody
}

// pdf is a document while it is written.
type pdf struct {
	*fpdf.Fpdf
	doc    *Document
	glyphs *glyphs
	widths map[style]map[rune]float64 // of a letter at one point
	y      float64
	places []place // of the headings of the contents, in their order
	toc    int     // the first page of the contents
}

type place struct {
	link int
	page int
}

// PDF writes the document as PDF 1.4 with embedded fonts, bookmarks, its language and its properties.
func PDF(w io.Writer, d *Document) error {
	g, err := newGlyphs()
	if err != nil {
		return err
	}
	p := &pdf{Fpdf: fpdf.New("P", "mm", "A4", ""), doc: d, glyphs: g, widths: map[style]map[rune]float64{}}
	for _, s := range []style{regular, bold, italic, boldItalic} {
		p.AddUTF8FontFromBytes("go", string(s), font(s))
		p.widths[s] = map[rune]float64{}
	}
	p.properties()
	p.AddPage()
	p.y = marginTop
	p.title()
	p.reserveContents()
	for i, b := range d.Blocks {
		p.keep(d.Blocks, i)
		p.block(b)
	}
	last := p.PageNo()
	p.contents()
	p.furniture(last)
	p.SetPage(last)
	if err := p.Output(w); err != nil {
		return fmt.Errorf("write pdf: %w", err)
	}
	return nil
}

func (p *pdf) properties() {
	p.SetCatalogSort(true)
	p.SetCreationDate(p.doc.Date.UTC())
	p.SetModificationDate(p.doc.Date.UTC())
	p.SetProducer("Glas", true)
	p.SetCreator("Glas", true)
	p.SetTitle(p.doc.Title, true)
	p.SetAuthor(p.doc.Author, true)
	p.SetSubject(p.doc.Subject, true)
	p.SetLang(p.doc.Lang)
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(marginSide, marginTop, marginSide)
	p.SetDisplayMode("fullwidth", "continuous")
}

// measure is the width of a letter; it is asked of the library once per letter and style.
func (p *pdf) measure(r rune, s style, size float64) float64 {
	w, ok := p.widths[s][r]
	if !ok {
		p.SetFont("go", string(s), 1000)
		w = p.GetStringWidth(string(r)) / 1000
		p.widths[s][r] = w
	}
	return w * size
}

func (p *pdf) wrap(spans []Span, width, size float64) []line {
	return breakLines(spans, p.glyphs, width, size, p.measure)
}

// room begins a new page when less than a height is left, and reports whether it did.
func (p *pdf) room(height float64) bool {
	if p.y+height <= bottom {
		return false
	}
	p.AddPage()
	p.y = marginTop
	return true
}

// put draws one line with its base at the right place below y.
func (p *pdf) put(x, y float64, l line, size float64) {
	base := y + lineHeight(size)*0.74
	for _, piece := range l {
		p.SetFont("go", string(piece.style), size)
		if piece.link != "" {
			p.SetTextColor(0, 60, 140)
		}
		p.Text(x, base, piece.text)
		if piece.link != "" {
			p.SetTextColor(0, 0, 0)
			p.SetDrawColor(0, 60, 140)
			p.SetLineWidth(0.15)
			p.Line(x, base+0.5, x+piece.width, base+0.5)
			if local, ok := strings.CutPrefix(piece.link, "#"); ok {
				if id, err := strconv.Atoi(local); err == nil {
					p.Link(x, y, piece.width, lineHeight(size), id)
				}
			} else {
				p.LinkString(x, y, piece.width, lineHeight(size), piece.link)
			}
		}
		x += piece.width
	}
}

// flow draws lines one under the other over as many pages as they need.
func (p *pdf) flow(x float64, lines []line, size float64) {
	h := lineHeight(size)
	for i, l := range lines {
		// Neither the first nor the last line of a paragraph stands alone.
		need := h
		if i == 0 && len(lines) > 1 || i == len(lines)-2 {
			need = 2 * h
		}
		p.room(need)
		p.put(x, p.y, l, size)
		p.y += h
	}
}

func (p *pdf) title() {
	p.y += 6
	p.flow(marginSide, p.wrap(Bold(p.doc.Title), bodyWidth, 20), 20)
	if p.doc.Subtitle != "" {
		p.y += 2
		p.flow(marginSide, p.wrap(Text(p.doc.Subtitle), bodyWidth, 12), 12)
	}
	p.y += 6
}

func (p *pdf) block(b Block) {
	switch b := b.(type) {
	case Heading:
		p.heading(b)
	case Paragraph:
		size := sizeBody
		if b.Small {
			size = sizeSmall
		}
		p.flow(marginSide, p.wrap(b.Spans, bodyWidth, size), size)
		p.y += 2
	case List:
		p.list(b)
	case Table:
		p.table(b)
	case Pairs:
		p.pairs(b)
	case Note:
		p.note(b)
	case Break:
		if p.y > marginTop {
			p.AddPage()
			p.y = marginTop
		}
	}
}

func (p *pdf) heading(h Heading) {
	size := headingSize(h.Level)
	lines := p.wrap(Bold(h.Text), bodyWidth, size)
	// A heading does not stand alone at the foot.
	if !p.room(float64(len(lines))*lineHeight(size)+3*lineHeight(sizeBody)+4) && p.y > marginTop {
		p.y += map[bool]float64{true: 5, false: 3}[h.Level <= 2]
	}
	p.Bookmark(p.glyphs.drawable(h.Text), h.Level-1, p.y)
	if h.Level <= 2 {
		link := p.AddLink()
		p.SetLink(link, p.y, p.PageNo())
		p.places = append(p.places, place{link, p.PageNo()})
	}
	p.flow(marginSide, lines, size)
	p.y += 1.5
}

func (p *pdf) list(l List) {
	const indent = 7.0
	for i, item := range l.Items {
		mark := "•"
		if l.Ordered {
			mark = strconv.Itoa(i+1) + "."
		}
		lines := p.wrap(item, bodyWidth-indent, sizeBody)
		p.room(lineHeight(sizeBody) * float64(min(2, len(lines))))
		p.put(marginSide+1.5, p.y, line{{text: mark}}, sizeBody)
		p.flow(marginSide+indent, lines, sizeBody)
		p.y += 0.6
	}
	p.y += 1.6
}

func (p *pdf) pairs(pairs Pairs) {
	h := lineHeight(sizeBody)
	for _, pair := range pairs {
		key := p.wrap(Bold(pair.Key), keys-3, sizeBody)
		value := p.wrap(pair.Value, bodyWidth-keys, sizeBody)
		if need := h * float64(max(len(key), min(3, len(value)))); need < bottom-marginTop {
			p.room(need)
		}
		start, page := p.y, p.PageNo()
		for i, l := range key {
			p.put(marginSide, start+float64(i)*h, l, sizeBody)
		}
		p.flow(marginSide+keys, value, sizeBody)
		if p.PageNo() == page {
			p.y = max(p.y, start+float64(len(key))*h)
		}
		p.y += 1
	}
	p.y += 2
}

func (p *pdf) note(n Note) {
	const inset = 4.0
	var lines []line
	if n.Title != "" {
		lines = p.wrap(Bold(n.Title), bodyWidth-2*inset, sizeBody)
	}
	if len(n.Spans) > 0 {
		lines = append(lines, p.wrap(n.Spans, bodyWidth-2*inset, sizeBody)...)
	}
	h := lineHeight(sizeBody)
	for len(lines) > 0 {
		p.room(h*float64(min(len(lines), 3)) + 3)
		fit := max(1, min(len(lines), int((bottom-p.y-3)/h)))
		height := float64(fit)*h + 3
		p.SetFillColor(241, 244, 248)
		p.Rect(marginSide, p.y, bodyWidth, height, "F")
		p.SetFillColor(60, 90, 140)
		p.Rect(marginSide, p.y, 1, height, "F")
		for i, l := range lines[:fit] {
			p.put(marginSide+inset, p.y+1.5+float64(i)*h, l, sizeBody)
		}
		lines = lines[fit:]
		p.y += height
	}
	p.y += 3
}
