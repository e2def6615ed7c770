package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
)

// pdfDoc reads the text layer of a PDF, line by line. The library panics on what it does not expect, so everything is caught.
func pdfDoc(data []byte) (doc Doc, err error) {
	defer func() {
		if x := recover(); x != nil {
			doc, err = Doc{}, fmt.Errorf("%w: %v", ErrBroken, x)
		}
	}()
	data, err = normalPDF(data)
	if err != nil {
		return Doc{}, err
	}
	r, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	if errors.Is(err, pdf.ErrInvalidPassword) {
		return Doc{}, fmt.Errorf("%w: %w", ErrEncrypted, err)
	}
	if err != nil {
		return Doc{}, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	root := r.Trailer().Key("Root")
	p := pdfReader{}
	p.doc.Title = tidy(r.Trailer().Key("Info").Key("Title").Text())
	if lang, _, _ := strings.Cut(root.Key("Lang").Text(), "-"); len(lang) == 2 {
		p.doc.Lang = strings.ToLower(lang)
	}
	p.tree(root.Key("Pages"), 0)
	p.doc.Pages = len(p.pages)
	if p.err == nil && len(p.pages) == 0 {
		return Doc{}, fmt.Errorf("no pages: %w", ErrBroken)
	}
	p.paragraphs()
	p.doc.TextLayer = p.size >= 10*len(p.pages) // page numbers alone, stamped on scans, are no text layer
	return p.result()
}

// wide finds declared row widths that no page of text has; the library would reserve the memory before it reads a byte.
var wide = regexp.MustCompile(`/Columns\s*\d{6,}`)

// normalPDF makes the first and the last line what the library insists on, which newer programs and mail do not write so.
func normalPDF(data []byte) ([]byte, error) {
	end := bytes.LastIndex(data, []byte("%%EOF"))
	if len(data) < 200 || !bytes.HasPrefix(data, []byte("%PDF-")) || end < 0 {
		return nil, fmt.Errorf("no PDF: %w", ErrBroken)
	}
	if wide.Match(data) {
		return nil, fmt.Errorf("rows that are too wide: %w", ErrBroken)
	}
	out := bytes.Clone(data[:end+len("%%EOF")])
	copy(out, "%PDF-1.7\n")
	return out, nil
}

type pdfReader struct {
	collector
	pages [][]pdfLine
}

// pdfLine is one line of a page.
type pdfLine struct {
	text strings.Builder
	y    float64 // from the foot of the page
	size float64 // of its largest letters
	// left and right are its ends, word is how long its first word is.
	left, right, word float64
}

// tree goes through the pages. The library follows broken trees in circles, so depth and number are held here.
func (r *pdfReader) tree(node pdf.Value, depth int) {
	if r.err != nil {
		return
	}
	if depth > 30 || len(r.pages) > maxPages {
		r.err = fmt.Errorf("more than %d pages, or a tree of pages without an end: %w", maxPages, ErrTooLarge)
		return
	}
	kids := node.Key("Kids")
	if kids.Len() == 0 && node.Key("Type").Name() != "Pages" {
		if !node.IsNull() && r.fits(node) {
			r.pages = append(r.pages, lines(pdf.Page{V: node}))
		}
		return
	}
	for i := 0; i < kids.Len(); i++ {
		r.tree(kids.Index(i), depth+1)
	}
}

// fits reports whether a page's content unpacks within the limit, and its parents end.
func (r *pdfReader) fits(node pdf.Value) bool {
	steps := 0
	for v := node; !v.IsNull(); v = v.Key("Parent") {
		if steps++; steps > 40 {
			r.err = fmt.Errorf("a page without an uppermost parent: %w", ErrBroken)
			return false
		}
	}
	content := node.Key("Contents")
	parts := []pdf.Value{content}
	if content.Kind() == pdf.Array {
		parts = parts[:0]
		for i := 0; i < content.Len(); i++ {
			parts = append(parts, content.Index(i))
		}
	}
	total := int64(0)
	for _, part := range parts {
		if part.Kind() != pdf.Stream {
			continue
		}
		n, err := io.Copy(io.Discard, io.LimitReader(part.Reader(), maxEntry+1-total))
		if total += n; total > maxEntry {
			r.err = fmt.Errorf("a page unpacks to more than %d bytes: %w", maxEntry, ErrTooLarge)
			return false
		}
		if err != nil && n == 0 {
			r.err = fmt.Errorf("%w: %w", ErrBroken, err)
			return false
		}
	}
	return total > 0
}

// lines puts the letters of a page into lines, in the order in which the page draws them.
func lines(p pdf.Page) []pdfLine {
	var out []pdfLine
	var last pdf.Text
	for _, t := range written(p) {
		size := math.Abs(t.FontSize)
		if n := len(out); n == 0 || math.Abs(out[n-1].y-t.Y) > max(size, out[n-1].size)*0.4 {
			out = append(out, pdfLine{y: t.Y, size: size, left: t.X})
		} else if apart(last, t) {
			out[n-1].text.WriteByte(' ')
		}
		line := &out[len(out)-1]
		if line.right = max(line.right, t.X+t.W); !strings.Contains(strings.TrimSpace(line.text.String()), " ") {
			line.word = t.X - line.left
		}
		line.text.WriteString(t.S)
		line.size = max(line.size, size)
		last = t
	}
	return out
}

// written are the letters of a page without the line feeds that the library adds to each piece of text. In a font that numbers its
// letters from one, a line feed comes out as its tenth letter; where nearly all lines of a font end with it, it is none of theirs.
func written(p pdf.Page) []pdf.Text {
	feeds := map[string]string{}
	for _, name := range p.Fonts() {
		f := p.Font(name)
		_, base, subset := strings.Cut(f.BaseFont(), "+")
		if !subset {
			base = f.BaseFont()
		}
		feeds[base] = f.Encoder().Decode("\n")
	}
	texts := p.Content().Text
	ends := make([]bool, len(texts))
	lines, fed := map[string]int{}, map[string]int{}
	for i, t := range texts {
		last := i+1 == len(texts) || math.Abs(texts[i+1].Y-t.Y) > math.Abs(t.FontSize)*0.4
		ends[i] = last || texts[i+1].X < t.X+t.W/2
		if last {
			lines[t.Font]++
			if t.S == feeds[t.Font] {
				fed[t.Font]++
			}
		}
	}
	kept := texts[:0]
	for i, t := range texts {
		feed := t.S == "\n" || ends[i] && fed[t.Font]*10 >= lines[t.Font]*9 && t.S == feeds[t.Font]
		if !feed && !math.IsNaN(t.Y) {
			kept = append(kept, t)
		}
	}
	return kept
}

// apart reports whether two letters of a line have a gap of a word between them that nobody wrote as a space. Fonts that do not
// give widths by letter have spaces of their own.
func apart(a, b pdf.Text) bool {
	if a.W <= 0 || b.W <= 0 || strings.TrimSpace(a.S) == "" || strings.TrimSpace(b.S) == "" {
		return false
	}
	gap := b.X - a.X - a.W
	return gap > 0.18*b.FontSize || gap < -4*b.FontSize
}

var pageNumber = regexp.MustCompile(`^(?i:(stran|страница|стр\.?|σελίδα|σελ\.?|sayfa|page))?\s*[-–—]?\s*\d{1,4}\s*([-–—/]|od|от|από|of)?\s*(\d{1,4})?\s*$`)

// paragraphs ends a paragraph where the distance between two lines is larger than usual. Page numbers, and what stands at the head
// or foot of most pages, are no part of the text; a sentence that goes on on the next page stays one paragraph.
func (r *pdfReader) paragraphs() {
	repeated := r.repeated()
	whole := lineStep(r.pages)
	r.doc.Measured = r.measured()
	var para []string
	for _, page := range r.pages {
		usual := whole
		if !within(page, whole) {
			usual = usualStep(page)
		}
		first := true
		for i := range page {
			line := tidy(page[i].text.String())
			edge := i == 0 || i == len(page)-1
			if edge && (pageNumber.MatchString(line) || repeated[line]) {
				continue
			}
			gap := i > 0 && (page[i-1].y-page[i].y > usual*1.35 || page[i].y > page[i-1].y)
			if first && !overThePage(para, line) || !first && (gap || r.doc.Measured && page[i].begins(page[i-1], blockEdge(page, i, usual))) {
				if !r.add(Paragraph{Text: strings.Join(para, "\n")}) {
					return
				}
				para = nil
			}
			para, first = append(para, line), false
		}
	}
	r.add(Paragraph{Text: strings.Join(para, "\n")})
}

// measured reports whether the lines have widths: fonts without any put all letters of a line at one place.
func (r *pdfReader) measured() bool {
	wide, all := 0, 0
	for _, page := range r.pages {
		for i := range page {
			all++
			if page[i].right-page[i].left > page[i].size {
				wide++
			}
		}
	}
	return wide*10 >= all*9
}

// blockEdge is how far to the right the lines around one reach that have no larger distance between them.
func blockEdge(page []pdfLine, i int, usual float64) float64 {
	joined := func(k int) bool { return page[k-1].y-page[k].y <= usual*1.35 && page[k].y <= page[k-1].y }
	edge := page[i].right
	for k := i; k > 0 && joined(k); k-- {
		edge = max(edge, page[k-1].right)
	}
	for k := i + 1; k < len(page) && joined(k); k++ {
		edge = max(edge, page[k].right)
	}
	return edge
}

// begins reports whether a line begins a paragraph that nothing but its place tells: the sentence before it ended although there was room
// for its first word.
func (l *pdfLine) begins(before pdfLine, edge float64) bool {
	end, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(before.text.String()))
	next, _ := utf8.DecodeRuneInString(strings.TrimSpace(l.text.String()))
	return unicode.IsUpper(next) && strings.ContainsRune(".:;!?”“»", end) && before.right+l.word+l.size < edge
}

// overThePage reports whether the first line of a page goes on with a sentence of the page before.
func overThePage(para []string, line string) bool {
	if len(para) == 0 {
		return false
	}
	last := []rune(para[len(para)-1])
	next, _ := utf8.DecodeRuneInString(line)
	return len(last) > 0 && unicode.IsLower(next) && !strings.ContainsRune(".:;!?", last[len(last)-1])
}

// repeated are the lines that stand first or last on at least three pages and on half of all.
func (r *pdfReader) repeated() map[string]bool {
	count := map[string]int{}
	for _, page := range r.pages {
		if n := len(page); n > 2 {
			count[tidy(page[0].text.String())]++
			count[tidy(page[n-1].text.String())]++
		}
	}
	out := map[string]bool{}
	for line, n := range count {
		out[line] = n >= 3 && n*2 >= len(r.pages)
	}
	return out
}

// step is the distance from the line before, to half a point.
func step(page []pdfLine, i int) float64 { return math.Round((page[i-1].y-page[i].y)*2) / 2 }

// within reports whether two lines of a page are that far from each other.
func within(page []pdfLine, distance float64) bool {
	for i := 1; i < len(page); i++ {
		if math.Abs(step(page, i)-distance) <= 0.5 {
			return true
		}
	}
	return false
}

// lineStep is the smallest distance between two lines that is common among those in the usual size of letters. Where paragraphs are short,
// the distances between them outnumber those between lines. Without any it is what no page has.
func lineStep(pages [][]pdfLine) float64 {
	letters := map[float64]int{}
	usual := 0.0
	for _, page := range pages {
		for i := range page {
			size := math.Round(page[i].size*2) / 2
			if letters[size] += page[i].text.Len(); letters[size] > letters[usual] {
				usual = size
			}
		}
	}
	count, all := map[float64]int{}, 0
	for _, page := range pages {
		for i := 1; i < len(page); i++ {
			same := math.Abs(page[i].size-usual) <= 0.5 && math.Abs(page[i-1].size-usual) <= 0.5
			if d := step(page, i); same && d >= usual*0.8 {
				count[d]++
				all++
			}
		}
	}
	least := -1.0
	for d, n := range count {
		if near := n + count[d+0.5]; near*10 >= all && (least < 0 || d < least) {
			least = d
		}
	}
	return least
}

// usualStep is the most common distance between two lines of a page.
func usualStep(page []pdfLine) float64 {
	count := map[float64]int{}
	best, most := 0.0, 0
	for i := 1; i < len(page); i++ {
		d := step(page, i)
		if d <= 0 || d < page[i].size*0.8 {
			continue
		}
		if count[d]++; count[d] > most || count[d] == most && d < best {
			best, most = d, count[d]
		}
	}
	if most == 0 {
		return 1e9
	}
	return best
}
