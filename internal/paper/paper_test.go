package paper_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"glas/internal/extract"
	"glas/internal/paper"
)

const letters = "ščžđćŠČŽĐĆ şğıİŞĞçöüÇÖÜâîû ΐϋΰΏώόάέήίύΆΈΉΊΌΎ йѝЙъьщюя „“”»«–— € ₺ № §"

func document(remarks int) *paper.Document {
	d := &paper.Document{Title: "Poročilo o javni razpravi", Subtitle: "Odlok o zelenih površinah", Lang: "sl", Author: "Občina Velenje",
		Subject: "Javna razprava", Date: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Header: "Občina Velenje", Footer: "Preverite na https://x.si/verify",
		Page: "Stran {page} od {pages}", Contents: "Kazalo"}
	d.Blocks = append(d.Blocks, paper.Heading{Level: 1, Text: "Predmet"}, paper.P(letters),
		paper.Paragraph{Spans: []paper.Span{{Text: "Krepko ", Bold: true}, {Text: "ležeče ", Italic: true}, {Text: "povezava", Link: "https://example.si/a?b=1&c=2"}, {Text: " <b>ni oznaka</b> 😀 \x01"}}},
		paper.List{Items: [][]paper.Span{paper.Text("prva"), paper.Text(strings.Repeat("druga ", 60))}}, paper.List{Ordered: true, Items: [][]paper.Span{paper.Text("ena"), paper.Text("dve")}},
		paper.Pairs{{Key: "Začetek", Value: paper.Text("1. 10. 2026 00.00 (Europe/Ljubljana)")}, {Key: "Zelo dolgo ime podatka, ki se prelomi", Value: paper.Text("x")}},
		paper.Note{Title: "Opomba", Spans: paper.Text(strings.Repeat("Beseda. ", 80))},
		paper.Table{Caption: "Po členih", Head: []string{"Člen", "Pripombe"}, Numbers: []bool{false, true}, Widths: []float64{4, 1},
			Rows: [][][]paper.Span{{paper.Text("7. člen"), paper.Text("12")}, {paper.Text(strings.Repeat("dolgo besedilo ", 900)), paper.Text("0")}}})
	for i := range remarks {
		if i%17 == 0 {
			d.Blocks = append(d.Blocks, paper.Heading{Level: 2, Text: fmt.Sprintf("%d. člen", i/17+1)})
		}
		d.Blocks = append(d.Blocks, paper.Heading{Level: 3, Text: fmt.Sprintf("Pripomba %d/2026", i+1)},
			paper.P(strings.Repeat("Predlagam, da se v tem členu doda zaščita dreves. ", 5)), paper.Pairs{{Key: "Odločitev", Value: paper.Text("delno upoštevano")}})
	}
	return d
}

func write(t testing.TB, f func(io.Writer, *paper.Document) error, d *paper.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	for name, f := range map[string]func(io.Writer, *paper.Document) error{"pdf": paper.PDF, "docx": paper.DOCX, "html": paper.HTML} {
		if a, b := write(t, f, document(60)), write(t, f, document(60)); !bytes.Equal(a, b) {
			t.Errorf("%s: other bytes", name)
		}
	}
}

func TestPDFHoldsTheLettersOfAllLanguages(t *testing.T) {
	data := write(t, paper.PDF, document(200))
	if path := os.Getenv("GLAS_TEST_PAPER"); path != "" {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flat := strings.ReplaceAll(drawn(t, data), " ", "")
	for _, word := range strings.Fields(strings.ReplaceAll(letters, "₺", "TL")) {
		if !strings.Contains(flat, word) {
			t.Errorf("%q is not in the PDF", word)
		}
	}
	if n := strings.Count(flat, "7.člen"); n < 2 {
		t.Errorf("the article stands %d times, want it in the contents and in its place", n)
	}
	for _, mark := range []string{"/Lang (sl)", "/Outlines"} {
		if !bytes.Contains(data, []byte(mark)) {
			t.Errorf("the PDF lacks %s", mark)
		}
	}
	pages := bytes.Count(data, []byte("/Type /Page\n"))
	if want := fmt.Sprintf("Stran%dod%d", pages, pages); !strings.Contains(flat, want) {
		t.Errorf("the last page does not say %s", want)
	}
}

// drawn is the text that the pages of a PDF draw: the codes of its letters are their numbers in UTF-16.
func drawn(t *testing.T, data []byte) string {
	t.Helper()
	var out strings.Builder
	for _, part := range bytes.Split(data, []byte("stream\n"))[1:] {
		in, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			continue
		}
		content, err := io.ReadAll(in)
		if err != nil {
			continue
		}
		for _, m := range regexp.MustCompile(`(?s)\(((?:[^\\)]|\\.)*)\) Tj`).FindAllSubmatch(content, -1) {
			raw := regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(m[1], func(b []byte) []byte {
				if b[1] == 'r' {
					return []byte("\r")
				}
				return b[1:]
			})
			var units []uint16
			for i := 0; i+1 < len(raw); i += 2 {
				units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
			}
			out.WriteString(string(utf16.Decode(units)) + "\n")
		}
	}
	return out.String()
}

func TestDOCXIsWellFormed(t *testing.T) {
	data := write(t, paper.DOCX, document(20))
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err := errors.Join(err, in.Close()); err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(content)
		decoder := xml.NewDecoder(bytes.NewReader(content))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	body := parts["word/document.xml"]
	for _, want := range []string{`w:val="Heading1"`, `w:val="Heading2"`, `<w:tblHeader/>`, `TOC \o`, letters, `&lt;b&gt;`, `<w:numId w:val="2"/>`} {
		if !strings.Contains(body, want) {
			t.Errorf("the body lacks %s", want)
		}
	}
	if !strings.Contains(parts["word/styles.xml"], `<w:lang w:val="sl"`) || !strings.Contains(parts["word/_rels/document.xml.rels"], "b=1&amp;c=2") {
		t.Error("the language or the link is missing")
	}
	if strings.Count(body, "<w:bookmarkStart") != strings.Count(body, "<w:bookmarkEnd") {
		t.Error("a bookmark has no end")
	}
}

func TestHTMLIsTheEqual(t *testing.T) {
	page := string(write(t, paper.HTML, document(20)))
	for _, want := range []string{`<html lang="sl">`, `<h1>Poročilo`, `<th scope="col" class="number">Pripombe</th>`, letters, "&lt;b&gt;", "<ol><li>ena", `href="#h1"`, `id="h1"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "<b>") {
		t.Error("a mark of the content is a mark of the page")
	}
	if strings.Count(page, "<ul>") != strings.Count(page, "</ul>") || strings.Count(page, "<li>") != strings.Count(page, "</li>") {
		t.Error("lists are not closed")
	}
	var part bytes.Buffer
	if err := paper.Fragment(&part, []paper.Block{paper.Heading{Level: 1, Text: "A"}, paper.Paragraph{Spans: []paper.Span{{Text: "x", Link: "javascript:alert(1)"}}}}, 7); err != nil {
		t.Fatal(err)
	}
	if got := part.String(); !strings.Contains(got, `<h2 id="h8">A</h2>`) || strings.Contains(got, "javascript") {
		t.Error(got)
	}
}

func TestAnEmptyDocument(t *testing.T) {
	for _, f := range []func(io.Writer, *paper.Document) error{paper.PDF, paper.DOCX, paper.HTML} {
		write(t, f, &paper.Document{Title: "x", Lang: "en", Contents: "Contents", Blocks: []paper.Block{paper.Table{Head: []string{"a"}}, paper.Break{}, paper.Pairs{}, paper.List{}}})
	}
}

func BenchmarkFiveThousandRemarks(b *testing.B) {
	d := document(5000)
	for name, f := range map[string]func(io.Writer, *paper.Document) error{"pdf": paper.PDF, "docx": paper.DOCX, "html": paper.HTML} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.SetBytes(int64(len(write(b, f, d))))
			}
		})
	}
}

// What is written as DOCX is read back by another reader with its headings, lists and language.
func TestDOCXIsReadBack(t *testing.T) {
	doc, err := extract.Paragraphs("x.docx", write(t, paper.DOCX, document(20)))
	if err != nil {
		t.Fatal(err)
	}
	levels := map[int]int{}
	text := ""
	for _, p := range doc.Paragraphs {
		levels[p.Level]++
		text += p.Text + "\n"
	}
	if levels[2] != 2 || levels[3] != 20 || !strings.Contains(text, letters) || !strings.Contains(text, "7. člen") {
		t.Errorf("headings by level %v, title %q, language %q", levels, doc.Title, doc.Lang)
	}
}
