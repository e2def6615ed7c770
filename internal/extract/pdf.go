package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"

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
			out = append(out, pdfLine{y: t.Y, size: size})
		} else if apart(last, t) {
			out[n-1].text.WriteByte(' ')
		}
		line := &out[len(out)-1]
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
// or foot of most pages, are no part of the text.
func (r *pdfReader) paragraphs() {
	repeated := r.repeated()
	for _, page := range r.pages {
		usual := usualStep(page)
		var para []string
		for i := range page {
			line := tidy(page[i].text.String())
			edge := i == 0 || i == len(page)-1
			if edge && (pageNumber.MatchString(line) || repeated[line]) {
				continue
			}
			if i > 0 && (page[i-1].y-page[i].y > usual*1.35 || page[i].y > page[i-1].y) {
				r.add(Paragraph{Text: strings.Join(para, "\n")})
				para = nil
			}
			para = append(para, line)
		}
		if !r.add(Paragraph{Text: strings.Join(para, "\n")}) {
			return
		}
	}
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

// usualStep is the most common distance between two lines of a page.
func usualStep(page []pdfLine) float64 {
	count := map[float64]int{}
	best, most := 0.0, 0
	for i := 1; i < len(page); i++ {
		step := math.Round((page[i-1].y-page[i].y)*2) / 2
		if step <= 0 || step < page[i].size*0.8 {
			continue
		}
		if count[step]++; count[step] > most || count[step] == most && step < best {
			best, most = step, count[step]
		}
	}
	if most == 0 {
		return 1e9
	}
	return best
}
