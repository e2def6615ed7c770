package extract

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	textunicode "golang.org/x/text/encoding/unicode"

	"glas/internal/fault"
)

func pack(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func must(t *testing.T, name string, data []byte) Doc {
	t.Helper()
	doc, err := Paragraphs(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func full(doc Doc) string {
	var out []string
	for _, p := range doc.Paragraphs {
		out = append(out, strings.ReplaceAll(p.Full(), "\n", "/"))
	}
	return strings.Join(out, " ¦ ")
}

func TestMarkdown(t *testing.T) {
	doc := must(t, "odlok.MD", []byte("# Odlok o **redu**\n\n7. člen\n\n(1) Prvi\nodstavek &amp; [povezava](https://x.si).\n\n- alineja\n\n8. člen\n(naslov)\n\n![](a.png)\n"))
	if doc.Title != "Odlok o redu" || doc.ImagesWithoutAlt != 1 {
		t.Errorf("title %q, images %d", doc.Title, doc.ImagesWithoutAlt)
	}
	if got, want := full(doc), "Odlok o redu ¦ 7. člen ¦ (1) Prvi/odstavek & povezava. ¦ alineja ¦ 8. člen/(naslov)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMarkdownListsKeepWhatTheirAuthorWrote(t *testing.T) {
	doc := must(t, "a.md", []byte("7. člen\n\n9. člen\n\n- ena\n- dve\n  - tri\n\n1. prva\n3. tretja\n"))
	if got, want := full(doc), "7. člen ¦ 9. člen ¦ ena ¦ dve ¦ tri ¦ 1. prva ¦ 3. tretja"; got != want {
		t.Errorf("found %s\nwant %s", got, want)
	}
	for i, want := range []bool{false, false, true, true, true, false, false} {
		if doc.Paragraphs[i].Bullet != want {
			t.Errorf("%q has a mere sign in front: %v, want %v", doc.Paragraphs[i].Text, !want, want)
		}
	}
}

func TestWindowsLineEndsAreNoEmptyLines(t *testing.T) {
	if got, want := full(must(t, "a.txt", []byte("ena\r\ndve\r\n\r\ntri\r\n"))), "ena/dve ¦ tri"; got != want {
		t.Errorf("found %s\nwant %s", got, want)
	}
}

func TestPDFWithAFontOfItsOwnHasNoForeignLettersAtTheEndsOfLines(t *testing.T) {
	// The font numbers its letters from one; the tenth of them is "z".
	cmap := "1 begincodespacerange <00> <FF> endcodespacerange 3 beginbfchar <01> <0041> <02> <0042> <0A> <007A> endbfchar"
	content := "BT /F1 12 Tf 50 700 Td [<010201>] TJ 0 -14 Td [<0202>] TJ 0 -14 Td [<0A01>] TJ ET"
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content),
		"<</Type/Font/Subtype/TrueType/BaseFont/BAAAAA+Serif/FirstChar 0/LastChar 10/Widths[0 500 500 0 0 0 0 0 0 0 500]/ToUnicode 6 0 R>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(cmap), cmap),
	}
	var b strings.Builder
	var at []int
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	if got, want := full(must(t, "a.pdf", []byte(b.String()))), "ABA/BB/zA"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestEncodings(t *testing.T) {
	texts := map[encoding.Encoding]string{
		charmap.Windows1250: "7. člen\r\n(občinska površina)\r\n\r\nŽupan določi način uporabe.",
		charmap.Windows1251: "Чл. 7. (1) Кметът на общината определя условията с наредба.\r\n\r\nЮридическите лица",
		charmap.Windows1253: "Άρθρο 7\r\n\r\nΟ Δήμος καθορίζει τους κοινόχρηστους χώρους και τις χρήσεις.",
		charmap.Windows1254: "MADDE 7 – Belediye, ağaçların korunması için gerekli işleri yapar. Şehir içi ulaşım İzmir.",
		textunicode.UTF16(textunicode.LittleEndian, textunicode.UseBOM): "Άρθρο 7 και čšž",
		textunicode.UTF16(textunicode.BigEndian, textunicode.IgnoreBOM): "Article 7 without a mark",
		textunicode.UTF8BOM: "7. člen s čšž",
	}
	for e, text := range texts {
		data, err := e.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := Text(must(t, "a.txt", data)), strings.ReplaceAll(strings.ReplaceAll(text, "\r\n\r\n", "\n"), "\r\n", "\n"); strings.TrimSpace(got) != want {
			t.Errorf("%v: got %q", e, got)
		}
	}
}

const wordNumbers = `<numbering xmlns:w="w"><abstractNum w:abstractNumId="1"><lvl w:ilvl="0"><start w:val="1"/><numFmt w:val="decimal"/><lvlText w:val="%1. člen"/></lvl>` +
	`<lvl w:ilvl="1"><start w:val="1"/><numFmt w:val="decimal"/><lvlText w:val="(%2)"/></lvl><lvl w:ilvl="2"><start w:val="1"/><numFmt w:val="russianLower"/><lvlText w:val="%3)"/></lvl></abstractNum>` +
	`<num w:numId="5"><abstractNumId w:val="1"/></num><num w:numId="6"><abstractNumId w:val="1"/><lvlOverride w:ilvl="0"><startOverride w:val="10"/></lvlOverride></num></numbering>`

func word(body string) map[string]string {
	return map[string]string{
		"word/document.xml":  `<w:document xmlns:w="w"><w:body>` + body + `</w:body></w:document>`,
		"word/numbering.xml": wordNumbers,
		"word/styles.xml": `<w:styles xmlns:w="w"><w:docDefaults><w:lang w:val="sl-SI"/></w:docDefaults><w:style w:type="paragraph" w:styleId="Naslov1"><w:name w:val="heading 1"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="Clen"><w:name w:val="Člen"/><w:basedOn w:val="Naslov1"/><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style></w:styles>`,
	}
}

func para(style, num, depth, text string) string {
	properties := ""
	if style != "" {
		properties += `<w:pStyle w:val="` + style + `"/>`
	}
	if num != "" {
		properties += `<w:numPr><w:ilvl w:val="` + depth + `"/><w:numId w:val="` + num + `"/></w:numPr>`
	}
	return `<w:p><w:pPr>` + properties + `</w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
}

func TestDocx(t *testing.T) {
	body := para("Naslov1", "", "", "Odlok") + para("Clen", "", "", "") + para("", "5", "1", "Prvi") + para("", "5", "1", "Drugi") + para("", "5", "2", "točka") +
		para("Clen", "", "", "(namen)") + para("", "5", "1", "Spet prvi") + para("", "6", "0", "deseti") +
		`<w:p><w:r><w:t xml:space="preserve">Ostane </w:t></w:r><w:del><w:r><w:delText>pade</w:delText></w:r></w:del><w:ins><w:r><w:t>pride</w:t></w:r></w:ins><w:r><w:drawing><wp:docPr id="1"/></w:drawing></w:r></w:p>` +
		`<w:tbl><w:tr><w:tc>` + para("", "", "", "a") + `</w:tc><w:tc>` + para("", "", "", "b") + `</w:tc></w:tr></w:tbl>`
	doc := must(t, "a.docx", pack(t, word(body)))
	if got, want := full(doc), "Odlok ¦ 1. člen ¦ (1) Prvi ¦ (2) Drugi ¦ а) točka ¦ 2. člen (namen) ¦ (1) Spet prvi ¦ 10. člen deseti ¦ Ostane pride ¦ a | b"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if doc.Lang != "sl" || doc.Title != "Odlok" || doc.ImagesWithoutAlt != 1 || doc.Paragraphs[1].Level != 1 || doc.Paragraphs[1].Style != "člen" {
		t.Errorf("lang %q title %q images %d, %+v", doc.Lang, doc.Title, doc.ImagesWithoutAlt, doc.Paragraphs[1])
	}
}

func TestOdt(t *testing.T) {
	content := `<office:document-content><office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" style:num-prefix="(" style:num-suffix=")"/>` +
		`<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style><style:style style:name="P1" style:family="paragraph" style:parent-style-name="Text_20_body"/></office:automatic-styles>` +
		`<office:body><office:text><text:tracked-changes><text:p>stran</text:p></text:tracked-changes><text:h text:outline-level="2">Άρθρο<text:s/>7</text:h><text:p text:style-name="P1">Κείμενο<text:note><text:p>υποσημείωση</text:p></text:note> εδώ<text:line-break/>και εδώ</text:p>` +
		`<text:list text:style-name="L1"><text:list-item><text:p>πρώτη</text:p></text:list-item><text:list-item><text:p>δεύτερη</text:p><text:list><text:list-item><text:p>α</text:p></text:list-item></text:list></text:list-item></text:list>` +
		`<text:p><draw:frame><draw:image/><svg:desc>χάρτης</svg:desc></draw:frame><draw:frame><draw:image/></draw:frame>τέλος</text:p></office:text></office:body></office:document-content>`
	doc := must(t, "a.odt", pack(t, map[string]string{"content.xml": content}))
	if got, want := full(doc), "Άρθρο 7 ¦ Κείμενο εδώ/και εδώ ¦ (1) πρώτη ¦ (2) δεύτερη ¦ a) α ¦ τέλος"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if doc.Paragraphs[0].Level != 2 || doc.Paragraphs[1].Style != "text body" || doc.ImagesWithoutAlt != 1 {
		t.Errorf("%+v images %d", doc.Paragraphs[:2], doc.ImagesWithoutAlt)
	}
}

// Short paragraphs with room between them were one; a sentence that ended near the margin was taken for the end of a paragraph, and one
// that went on on the next page for two.
func TestParagraphsOfPDFAreToldByTheirPlace(t *testing.T) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetFont("Helvetica", "", 12)
	f.SetAutoPageBreak(false, 10)
	page := func(paragraphs ...[]string) {
		f.AddPage()
		y := 20.0
		for _, lines := range paragraphs {
			for _, l := range lines {
				f.Text(20, y, l)
				y += 5
			}
			y += 4
		}
	}
	page([]string{"First article"}, []string{"One short."}, []string{"Two short."}, []string{"Three short."},
		[]string{"This sentence reaches quite far to the right and ends here, at its end.", "Another sentence begins on the line that follows, in the same paragraph."},
		[]string{"A sentence that goes on"})
	page([]string{"over the page."})
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range must(t, "a.pdf", out.Bytes()).Paragraphs {
		got = append(got, strings.ReplaceAll(p.Text, "\n", "/"))
	}
	want := []string{"First article", "One short.", "Two short.", "Three short.",
		"This sentence reaches quite far to the right and ends here, at its end./Another sentence begins on the line that follows, in the same paragraph.",
		"A sentence that goes on/over the page."}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Of lines without room between them the width of the page says which one its author ended: there was room for the next word.
func TestLinesThatEndEarlyEndAParagraph(t *testing.T) {
	r := pdfReader{}
	page := make([]pdfLine, 5)
	for i, l := range []struct {
		text        string
		right, word float64
	}{{"The first line reaches as far to the right as any and", 500, 20}, {"ends here, without any room for what follows.", 485, 20}, {"Another sentence of the same paragraph ends early.", 300, 40},
		{"So this one is the next, which has a line as", 495, 15}, {"long as others.", 120, 25}} {
		page[i] = pdfLine{y: 700 - 14*float64(i), size: 12, left: 50, right: l.right, word: l.word}
		page[i].text.WriteString(l.text)
	}
	r.pages = [][]pdfLine{page}
	r.paragraphs()
	if len(r.doc.Paragraphs) != 2 || !r.doc.Measured || !strings.HasPrefix(r.doc.Paragraphs[1].Text, "So this one") {
		t.Errorf("%+v", r.doc.Paragraphs)
	}
}

func TestPDF(t *testing.T) {
	make := func(write func(*fpdf.Fpdf)) []byte {
		f := fpdf.New("P", "mm", "A4", "")
		f.SetFont("Helvetica", "", 12)
		write(f)
		var b bytes.Buffer
		if err := f.Output(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	doc := must(t, "a.pdf", make(func(f *fpdf.Fpdf) {
		for n := range 2 {
			f.AddPage()
			f.Cell(0, 6, fmt.Sprintf("Article %d", n+1))
			f.Ln(14)
			f.MultiCell(80, 6, strings.Repeat("The mayor keeps the trees of the town. ", 4), "", "L", false)
		}
	}))
	if doc.Pages != 2 || !doc.TextLayer || len(doc.Paragraphs) != 4 || doc.Paragraphs[2].Text != "Article 2" || !strings.HasPrefix(doc.Paragraphs[1].Text, "The mayor keeps the trees of the") {
		t.Errorf("%+v", doc)
	}
	if doc = must(t, "scan.pdf", make(func(f *fpdf.Fpdf) { f.AddPage(); f.Rect(10, 10, 50, 50, "F") })); doc.TextLayer || doc.Pages != 1 {
		t.Errorf("a page without letters: %+v", doc)
	}
}

func TestRefused(t *testing.T) {
	bomb := word("")
	bomb["word/document.xml"] = strings.Repeat(" ", maxEntry+1)
	deep := word(strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300))
	cases := map[string]struct {
		name string
		data []byte
		want error
	}{
		"unknown":      {"a.exe", []byte("x"), ErrKind},
		"huge":         {"a.txt", make([]byte, MaxFile+1), ErrTooLarge},
		"bomb":         {"a.docx", pack(t, bomb), ErrTooLarge},
		"deep":         {"a.docx", pack(t, deep), ErrBroken},
		"no zip":       {"a.docx", []byte("PK nothing"), ErrBroken},
		"old word":     {"a.docx", []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1}, ErrEncrypted},
		"other zip":    {"a.odt", pack(t, map[string]string{"x": "y"}), ErrBroken},
		"torn xml":     {"a.odt", pack(t, map[string]string{"content.xml": "<a><b>"}), ErrBroken},
		"no pdf":       {"a.pdf", []byte("%PDF-1.4\nnothing"), ErrBroken},
		"pdf nonsense": {"a.pdf", []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj <<", 90) + "\nstartxref\n9\n%%EOF"), ErrBroken},
		"binary text":  {"a.txt", []byte("abcdefghijklmnopqrstuvwxyz\x00 and so on"), ErrBroken},
	}
	for label, c := range cases {
		_, err := Paragraphs(c.name, c.data)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", label, err, c.want)
		}
		if !fault.Is(Fault("file", err), fault.KindInvalid) {
			t.Errorf("%s cannot be said: %v", label, err)
		}
	}
}

func FuzzParagraphs(f *testing.F) {
	f.Add("a.md", []byte("# a\n\n1. b"))
	f.Add("a.pdf", []byte("%PDF-1.4\n%%EOF"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if doc, err := Paragraphs(name, data); err == nil {
			Text(doc)
		}
	})
}
