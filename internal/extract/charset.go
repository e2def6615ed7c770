package extract

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	textunicode "golang.org/x/text/encoding/unicode"
)

// decode reads a plain text in whatever encoding, with the ends of lines of Unix.
func decode(data []byte) (string, error) {
	s, err := decoded(data)
	return strings.ReplaceAll(s, "\r\n", "\n"), err
}

// decoded finds the encoding of a plain text: UTF-8 and UTF-16 by their marks or their form, else the Windows code page whose
// letters make words.
func decoded(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}):
		data = data[3:]
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return as(textunicode.UTF16(textunicode.LittleEndian, textunicode.UseBOM), data)
	}
	if even, odd := zeros(data); even+odd > len(data)/8 {
		order := textunicode.BigEndian
		if odd > even {
			order = textunicode.LittleEndian
		}
		return as(textunicode.UTF16(order, textunicode.IgnoreBOM), data)
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", fmt.Errorf("zero bytes in a text: %w", ErrBroken)
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	return as(codePage(data), data)
}

func as(e encoding.Encoding, data []byte) (string, error) {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return string(out), nil
}

// zeros counts zero bytes at even and odd places: ASCII letters and spaces in UTF-16 have one.
func zeros(data []byte) (even, odd int) {
	for i, b := range data[:min(len(data), 1<<16)] {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	return even, odd
}

// page is a code page with the letters that its language uses most of those beyond ASCII.
type page struct {
	encoding *charmap.Charmap
	common   string
}

// codePage guesses among the pages of Central European, Cyrillic, Greek and Turkish Windows. A letter that the language uses
// counts for a page; a capital after a small letter, a word of two scripts, or a sign in the middle of a word, counts against it.
func codePage(data []byte) encoding.Encoding {
	pages := []page{
		{charmap.Windows1250, "čšžćđČŠŽĆĐ"},
		{charmap.Windows1251, "аеиостнрвлкдпмзуъягбцчщшжфхйюьѝАЕИОСТНРВЛКДПМЗУЪЯГБЦЧЩШЖФХЙЮ"},
		{charmap.Windows1253, "αειουστνρπκμλγδθφχξζβψωηςάέήίόύώϊϋΐΰΑΕΙΟΥΣΤΝΡΠΚΜΛΓΔΘΦΧΞΖΒΨΩΗΆΈΉΊΌΎΏ"},
		{charmap.Windows1254, "şğıçöüâîûŞĞİÇÖÜ"},
	}
	sample := data[:min(len(data), 1<<17)]
	best, most := encoding.Encoding(charmap.Windows1250), -1<<30
	for _, p := range pages {
		text, err := as(p.encoding, sample)
		if err != nil {
			continue
		}
		if points := fits(text, p.common); points > most {
			best, most = p.encoding, points
		}
	}
	return best
}

func fits(text, common string) int {
	points := 0
	before := ' '
	for _, r := range text {
		if r > 0x7f {
			switch {
			case strings.ContainsRune(common, r):
				points += 2
			case unicode.IsLetter(r):
				points--
			case r == utf8.RuneError:
				points -= 4
			case unicode.IsLetter(before) && !unicode.IsPunct(r) && !unicode.IsSpace(r):
				points -= 2
			}
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				points -= 4
			}
		}
		if unicode.IsLetter(r) && unicode.IsLetter(before) && unicode.Is(unicode.Latin, r) != unicode.Is(unicode.Latin, before) {
			points -= 4
		}
		before = r
	}
	return points
}
