package paper

import (
	"strconv"
	"strings"
)

const contentsLine = 6.0

// perPage is how many lines of contents stand on a page.
const perPage = 39

// reserveContents keeps as many pages for the contents as they will need: the numbers of the pages are known only in the end.
func (p *pdf) reserveContents() {
	if p.doc.Contents == "" {
		p.y += 4
		return
	}
	n := len(p.doc.outline())
	for i := 0; i < n; i += perPage {
		p.AddPage()
		if p.toc == 0 {
			p.toc = p.PageNo()
		}
	}
	p.AddPage()
	p.y = marginTop
}

func (p *pdf) contents() {
	if p.toc == 0 {
		return
	}
	for i, e := range p.doc.outline() {
		if i%perPage == 0 {
			p.turnTo(p.toc + i/perPage)
			p.y = marginTop
			if i == 0 {
				p.put(marginSide, p.y, line{{text: p.glyphs.drawable(p.doc.Contents), style: bold}}, 14)
			}
			p.y += 12
		}
		number := strconv.Itoa(p.places[i].page)
		indent := float64(e.level-1) * 6
		text := p.short(e.text, bodyWidth-indent-14)
		p.put(marginSide+indent, p.y, line{{text: text, style: styleOf(e.level)}}, sizeBody)
		p.put(pageWidth-marginSide-textWidth(number, regular, sizeBody, p.measure), p.y, line{{text: number}}, sizeBody)
		p.Link(marginSide, p.y, bodyWidth, contentsLine, p.places[i].link)
		p.y += contentsLine
	}
}

func styleOf(level int) style {
	if level == 1 {
		return bold
	}
	return regular
}

// short cuts a text to a width.
func (p *pdf) short(s string, width float64) string {
	s = strings.ReplaceAll(p.glyphs.drawable(s), "\n", " ")
	if textWidth(s, bold, sizeBody, p.measure) <= width {
		return s
	}
	used := p.measure('…', bold, sizeBody)
	for i, r := range s {
		if used += p.measure(r, bold, sizeBody); used > width {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s
}

// turnTo goes back to a page. The library remembers the font that it last named, but each page must name its own.
func (p *pdf) turnTo(page int) {
	p.SetPage(page)
	p.SetFont("go", "", 3)
	p.SetFont("go", "B", 4)
}

// furniture draws the head and the foot of every page, now that their number is known.
func (p *pdf) furniture(last int) {
	for page := 1; page <= last; page++ {
		p.turnTo(page)
		p.SetDrawColor(150, 158, 170)
		p.SetLineWidth(0.2)
		if page > 1 {
			p.put(marginSide, 11, line{{text: p.short(p.doc.Header, bodyWidth)}}, sizeSmall)
			p.Line(marginSide, 17, pageWidth-marginSide, 17)
		}
		p.Line(marginSide, pageHeight-16, pageWidth-marginSide, pageHeight-16)
		number := p.glyphs.drawable(strings.NewReplacer("{page}", strconv.Itoa(page), "{pages}", strconv.Itoa(last)).Replace(p.doc.Page))
		w := textWidth(number, regular, sizeSmall, p.measure)
		p.put(pageWidth-marginSide-w, pageHeight-14, line{{text: number}}, sizeSmall)
		p.put(marginSide, pageHeight-14, line{{text: p.short(p.doc.Footer, bodyWidth-w-6)}}, sizeSmall)
	}
}
