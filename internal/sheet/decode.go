package sheet

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
)

// codePage is one of the old encodings that offices still save in, with the letters of its language: the frequent ones speak for
// it, the others are possible, all else speaks against it.
type codePage struct {
	page     *charmap.Charmap
	frequent string
	other    string
	script   *unicode.RangeTable // nil for Latin, whose words mix plain letters with others
}

func codePages() []codePage {
	return []codePage{
		{charmap.Windows1250, "čšžČŠŽ", "đćĐĆ„“”»«–§€’", nil},
		{charmap.Windows1254, "ışğİŞĞçöüÇÖÜ", "âîûÂÎÛ“”’–§", nil},
		{charmap.Windows1251, "аоиетнрвсАОИЕТНРВС", "бгдзйклмпуфхцчшщъьюяБГДЗЙКЛМПУФХЦЧШЩЪЬЮЯѝ№„“”»«–§€’", unicode.Cyrillic},
		{charmap.Windows1253, "αοιετνσρςάόίέήΑΟΙΕΤΝΣΡ", "βγδζηθκλμξπυφχψωύώϊϋΐΰΆΈΉΊΌΎΏΒΓΔΖΗΘΚΛΜΞΠΥΦΧΨΩ“”»«–§€’΄", unicode.Greek},
	}
}

// Decode turns the bytes of a text file into text: UTF-8 and UTF-16 with or without a mark, else the one of the code pages
// Windows-1250, 1251, 1253 and 1254 that reads most like its language. Ends of lines become "\n".
func Decode(data []byte) string {
	s := decode(data)
	s = strings.TrimPrefix(s, "\ufeff")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.ReplaceAll(s, "\r", "\n")
}

func decode(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), looksWide(data, 1):
		return with(xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM), data)
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}), looksWide(data, 0):
		return with(xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM), data)
	case utf8.Valid(data):
		return string(data)
	}
	pages := codePages()
	sample := data[:min(len(data), 64<<10)]
	best, most := pages[0].page, -1<<60
	for _, p := range pages {
		if score := p.score([]rune(with(p.page, sample))); score > most {
			best, most = p.page, score
		}
	}
	return with(best, data)
}

// with decodes; what cannot be decoded becomes the sign for that.
func with(e encoding.Encoding, data []byte) string {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\ufffd")
	}
	return string(out)
}

// looksWide reports whether every second byte, counted from at, is mostly zero: plain letters and delimiters in UTF-16.
func looksWide(data []byte, at int) bool {
	sample := data[:min(len(data), 4<<10)]
	if len(sample) < 4 {
		return false
	}
	zeros, other := 0, 0
	for i, b := range sample {
		if b == 0 && i%2 == at {
			zeros++
		} else if b == 0 {
			other++
		}
	}
	return zeros*10 > len(sample) && other*20 < zeros
}

func (p codePage) score(text []rune) int {
	score := 0
	for i, r := range text {
		if r < 0x80 {
			continue
		}
		switch {
		case strings.ContainsRune(p.frequent, r):
			score += 2
		case strings.ContainsRune(p.other, r):
			score++
		default:
			score -= 3
		}
		if p.script != nil && unicode.Is(p.script, r) && (i > 0 && plainLetter(text[i-1]) || i+1 < len(text) && plainLetter(text[i+1])) {
			score -= 4
		}
	}
	return score
}

func plainLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }
