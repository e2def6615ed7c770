package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// DOCX writes the document as Office Open XML with real headings, lists, repeated heads of tables, its language and its properties.
func DOCX(w io.Writer, d *Document) error {
	body := &docx{}
	body.document(d)
	out := zip.NewWriter(w)
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageLinks},
		{"docProps/core.xml", coreProperties(d)},
		{"word/document.xml", body.out.String()},
		{"word/styles.xml", strings.ReplaceAll(styleParts, "{lang}", xmlText(d.Lang))},
		{"word/numbering.xml", numbering(body.ordered)},
		{"word/header1.xml", running("hdr", "Header", d.Header)},
		{"word/footer1.xml", footer(d)},
		{"word/settings.xml", settings},
		{"word/_rels/document.xml.rels", body.links()},
	} {
		// A fixed time, so that the same document gives the same bytes.
		f, err := out.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: d.Date.UTC().Truncate(2 * time.Second)})
		if err != nil {
			return fmt.Errorf("write docx: %w", err)
		}
		if _, err := io.WriteString(f, part.content); err != nil {
			return fmt.Errorf("write docx: %w", err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("write docx: %w", err)
	}
	return nil
}

// docx is the main part of a document while it is written.
type docx struct {
	out      strings.Builder
	targets  []string       // of the links to elsewhere
	known    map[string]int // a target's place among them
	headings int
	ordered  int // ordered lists so far: each counts from one
}

// Page of A4 in twentieths of a point, with margins of 20 mm.
const (
	twipsBody = 9638
	section   = `<w:sectPr><w:headerReference w:type="default" r:id="rIdH"/><w:footerReference w:type="default" r:id="rIdF"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1361" w:right="1134" w:bottom="1247" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>`
)

func (d *docx) s(s string)                   { d.out.WriteString(s) }
func (d *docx) f(format string, args ...any) { fmt.Fprintf(&d.out, format, args...) }
func (d *docx) paragraph(style, inside string) {
	d.s(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>` + inside + `</w:p>`)
}

func (d *docx) document(doc *Document) {
	d.known = map[string]int{}
	d.s(xml.Header + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`)
	d.paragraph("Title", d.runs(Text(doc.Title)))
	if doc.Subtitle != "" {
		d.paragraph("Subtitle", d.runs(Text(doc.Subtitle)))
	}
	if doc.Contents != "" {
		d.contents(doc)
	}
	for _, b := range doc.Blocks {
		d.block(b)
	}
	d.s(section + `</w:body></w:document>`)
}

// contents is a field that a word processor can bring up to date; what stands in it already are links to the headings.
func (d *docx) contents(doc *Document) {
	d.paragraph("TOCHeading", d.runs(Text(doc.Contents)))
	entries := doc.outline()
	for i, e := range entries {
		begin := ""
		if i == 0 {
			begin = `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \n \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`
		}
		end := ""
		if i == len(entries)-1 {
			end = `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
		}
		d.paragraph("TOC"+strconv.Itoa(e.level), begin+`<w:hyperlink w:anchor="`+xmlText(bookmark(e.anchor))+`" w:history="1">`+run(Span{Text: e.text}, "")+`</w:hyperlink>`+end)
	}
}

// bookmark is a name that a word processor takes: letters, digits and low lines, at most 40.
func bookmark(anchor string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, anchor)
	return "_" + name[:min(len(name), 39)]
}

func (d *docx) block(b Block) {
	switch b := b.(type) {
	case Heading:
		d.headings++
		id := d.headings
		d.paragraph("Heading"+strconv.Itoa(min(b.Level, 4)), fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%d"/>`,
			id, xmlText(bookmark(anchor(b, id))), d.runs(Text(b.Text)), id))
	case Paragraph:
		style := "BodyText"
		if b.Small {
			style = "Small"
		}
		d.paragraph(style, d.runs(b.Spans))
	case List:
		number := 1
		if b.Ordered {
			d.ordered++
			number = 1 + d.ordered
		}
		for _, item := range b.Items {
			d.f(`<w:p><w:pPr><w:pStyle w:val="ListParagraph"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr></w:pPr>%s</w:p>`, number, d.runs(item))
		}
	case Table:
		d.table(b)
	case Pairs:
		rows := make([][][]Span, len(b))
		for i, pair := range b {
			rows[i] = [][]Span{Bold(pair.Key), pair.Value}
		}
		d.grid(nil, rows, []int{twipsBody * 3 / 10, twipsBody * 7 / 10}, nil, "Pairs", "")
	case Note:
		if b.Title != "" {
			d.paragraph("Note", d.runs(Bold(b.Title)))
		}
		if len(b.Spans) > 0 {
			d.paragraph("Note", d.runs(b.Spans))
		}
	case Break:
		d.s(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
	}
}

func (d *docx) table(t Table) {
	widths := make([]int, len(t.Head))
	for i, share := range shares(t) {
		widths[i] = int(share / bodyWidth * twipsBody)
	}
	if t.Caption != "" {
		d.paragraph("Caption", d.runs(Text(t.Caption)))
	}
	d.grid(t.Head, t.Rows, widths, t.Numbers, "Grid", t.Caption)
}

func (d *docx) grid(head []string, rows [][][]Span, widths []int, numbers []bool, style, caption string) {
	d.f(`<w:tbl><w:tblPr><w:tblStyle w:val="%s"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="%d"/>`, style, twipsBody, min(1, len(head)))
	if caption != "" {
		d.f(`<w:tblCaption w:val="%s"/>`, xmlText(caption))
	}
	d.s(`</w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		d.f(`<w:gridCol w:w="%d"/>`, w)
	}
	d.s(`</w:tblGrid>`)
	if len(head) > 0 {
		d.s(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
		for i, h := range head {
			d.cell(Bold(h), widths[i], i < len(numbers) && numbers[i], `<w:shd w:val="clear" w:color="auto" w:fill="E4E9F1"/>`)
		}
		d.s(`</w:tr>`)
	}
	for _, row := range rows {
		d.s(`<w:tr>`)
		for i := range widths {
			var cell []Span
			if i < len(row) {
				cell = row[i]
			}
			d.cell(cell, widths[i], i < len(numbers) && numbers[i], "")
		}
		d.s(`</w:tr>`)
	}
	d.s(`</w:tbl><w:p><w:pPr><w:pStyle w:val="Small"/></w:pPr></w:p>`)
}

func (d *docx) cell(spans []Span, width int, number bool, shade string) {
	align := ""
	if number {
		align = `<w:jc w:val="right"/>`
	}
	d.f(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s</w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/>%s</w:pPr>%s</w:p></w:tc>`, width, shade, align, d.runs(spans))
}

func (d *docx) runs(spans []Span) string {
	var out strings.Builder
	for _, s := range spans {
		switch {
		case strings.HasPrefix(s.Link, "#"):
			out.WriteString(`<w:hyperlink w:anchor="` + xmlText(bookmark(s.Link[1:])) + `">` + run(s, "Hyperlink") + `</w:hyperlink>`)
		case s.Link != "" && safeLink(s.Link):
			n, ok := d.known[s.Link]
			if !ok {
				d.targets = append(d.targets, s.Link)
				n = len(d.targets)
				d.known[s.Link] = n
			}
			out.WriteString(`<w:hyperlink r:id="rId` + strconv.Itoa(n) + `">` + run(s, "Hyperlink") + `</w:hyperlink>`)
		default:
			out.WriteString(run(s, ""))
		}
	}
	return out.String()
}

func run(s Span, style string) string {
	properties := ""
	if style != "" {
		properties += `<w:rStyle w:val="` + style + `"/>`
	}
	if s.Bold {
		properties += `<w:b/>`
	}
	if s.Italic {
		properties += `<w:i/>`
	}
	if properties != "" {
		properties = `<w:rPr>` + properties + `</w:rPr>`
	}
	var out strings.Builder
	for i, part := range strings.Split(s.Text, "\n") {
		out.WriteString(`<w:r>` + properties)
		if i > 0 {
			out.WriteString(`<w:br/>`)
		}
		out.WriteString(`<w:t xml:space="preserve">` + xmlText(part) + `</w:t></w:r>`)
	}
	return out.String()
}

// xmlText escapes, and leaves out what XML forbids.
func xmlText(s string) string {
	var out bytes.Buffer
	clean := strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF || r == 0xFFFD {
			return -1
		}
		return r
	}, s)
	if err := xml.EscapeText(&out, []byte(clean)); err != nil {
		return "" // a buffer in memory takes everything
	}
	return out.String()
}
