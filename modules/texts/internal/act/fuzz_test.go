package act

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"glas/internal/extract"
)

// letters are the letters of a text and the digits of lines that hold letters (others are numbers of pages), with how often each is there.
func letters(s string) map[rune]int {
	n := map[rune]int{}
	for line := range strings.Lines(s) {
		words := strings.ContainsFunc(line, unicode.IsLetter)
		for _, r := range line {
			if unicode.IsLetter(r) || words && unicode.IsDigit(r) {
				n[r]++
			}
		}
	}
	return n
}

// FuzzParse: no letter of an act is lost or made up on its way into blocks, every block has a citation, and a version is the same as itself.
func FuzzParse(f *testing.F) {
	f.Add("ODLOK\no redu\n\nI. SPLOŠNE DOLOČBE\n\n7. člen\n(namen)\n\n(1) Ta odlok:\n– a,\n– b.\n\n(2) Drugo.\n", byte(0))
	f.Add("# Наредба\n\nЧл. 7. (1) Текст: 1. едно; 2. две. (2) Още.\n\n§ 1. Край.\n", byte(1))
	f.Add("Άρθρο 7\nΤίτλος\n\n1. Πρώτο.\nα) ένα\nβ) δύο\n", byte(2))
	f.Add("MADDE 7 – (1) Bu:\na) bir,\nb) iki.\n(2) Son.\n\nGEÇİCİ MADDE 1 – Yok.\n", byte(3))
	f.Add("ДЯЛ ПЪРВИ\n\nЧл. 1. Текст.\n\nДЯЛ ВТОРИ\n\nЧл. 2. Още.\n", byte(1))
	f.Add("Article 7\n\n1. One\n(a) two\n", byte(4))
	f.Fuzz(func(t *testing.T, s string, which byte) {
		if !utf8.ValidString(s) {
			return
		}
		lang := Languages()[int(which)%len(Languages())]
		doc, err := extract.Paragraphs("a.txt", []byte(s))
		if err != nil {
			return
		}
		var in strings.Builder
		for _, p := range doc.Paragraphs {
			in.WriteString(p.Full() + "\n")
		}
		d := Parse(doc, lang)
		var out strings.Builder
		out.WriteString(d.Title)
		for _, b := range d.Blocks {
			out.WriteString(b.Number + b.Heading + strings.ReplaceAll(b.Text, "\n", " "))
			if b.Label == "" && b.Kind != Chapter {
				t.Errorf("%+v cannot be cited", b)
			}
		}
		had, has := letters(in.String()), letters(out.String())
		for r, n := range had {
			if has[r] < n {
				t.Errorf("%s: %q stands %d times in\n%q\nand %d times in\n%+v", lang, r, n, in.String(), has[r], d)
			}
		}
		for i := range d.Blocks {
			d.Blocks[i].Key = string(rune('a' + i))
		}
		next := append([]Block{}, d.Blocks...)
		for _, p := range Match(d.Blocks, next) {
			if p.Change != Kept {
				t.Errorf("%s: not the same as itself: %+v", lang, p)
			}
		}
	})
}
