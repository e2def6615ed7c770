package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the longest slug in characters (all of them ASCII).
const maxSlug = 80

// Slug is the Latin, lower-case, hyphenated form of a title for addresses: the official Bulgarian transliteration, ELOT 743
// for Greek, plain letters for Slovenian and Turkish. The language decides only where scripts do not tell (none today among
// the five); text in another language than lang comes out right by its script. Without a usable letter it is "".
func Slug(s, lang string) string {
	s = strings.ToLower(strings.NewReplacer("İ", "i", "I", "i").Replace(norm.NFC.String(s)))
	if lang == "bg" || strings.ContainsFunc(s, isCyrillic) {
		s = bulgarianLatin(s)
	}
	if lang == "el" || strings.ContainsFunc(s, isGreek) {
		s = greekLatin(s)
	}
	var b strings.Builder
	hyphen := false
	for _, r := range norm.NFD.String(latin.Replace(s)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
		default:
			hyphen = true
		}
	}
	return cutSlug(b.String())
}

// cutSlug shortens at a hyphen.
func cutSlug(s string) string {
	if len(s) <= maxSlug {
		return s
	}
	s = s[:maxSlug]
	if i := strings.LastIndexByte(s, '-'); i > maxSlug/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, "-")
}

func isCyrillic(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }
func isGreek(r rune) bool    { return unicode.Is(unicode.Greek, r) }

// latin covers letters that do not decompose into a base letter and a mark.
var latin = strings.NewReplacer("ı", "i", "đ", "d", "ß", "ss", "æ", "ae", "ø", "o", "ł", "l", "œ", "oe", "þ", "th", "ð", "d")

// cyrillic is the table of the Bulgarian transliteration act of 2009.
var cyrillic = strings.NewReplacer(
	"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "й", "y", "ѝ", "i", "к", "k",
	"л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "h", "ц", "ts",
	"ч", "ch", "ш", "sh", "щ", "sht", "ъ", "a", "ь", "y", "ю", "yu", "я", "ya",
	"ё", "yo", "ы", "y", "э", "e", "ђ", "dj", "ј", "j", "љ", "lj", "њ", "nj", "ћ", "c", "џ", "dz", "ѓ", "gj", "ќ", "kj", "ѕ", "dz",
	"і", "i", "ї", "yi", "є", "ye", "ґ", "g")

// bulgarianLatin writes "ия" at the end of a word as "ia", as the act demands (София is Sofia).
func bulgarianLatin(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		atEnd := i+2 >= len(runes) || !unicode.IsLetter(runes[i+2])
		if runes[i] == 'и' && i+1 < len(runes) && runes[i+1] == 'я' && atEnd {
			b.WriteString("ia")
			i++
			continue
		}
		b.WriteRune(runes[i])
	}
	return cyrillic.Replace(b.String())
}

var greekPairs = strings.NewReplacer("ου", "ou", "ού", "ou", "γγ", "ng", "γξ", "nx", "γχ", "nch")

var greekSingles = strings.NewReplacer(
	"α", "a", "β", "v", "γ", "g", "δ", "d", "ε", "e", "ζ", "z", "η", "i", "θ", "th", "ι", "i", "κ", "k", "λ", "l", "μ", "m",
	"ν", "n", "ξ", "x", "ο", "o", "π", "p", "ρ", "r", "σ", "s", "ς", "s", "τ", "t", "υ", "y", "φ", "f", "χ", "ch", "ψ", "ps",
	"ω", "o", "ά", "a", "έ", "e", "ή", "i", "ί", "i", "ό", "o", "ύ", "y", "ώ", "o", "ϊ", "i", "ϋ", "y", "ΐ", "i", "ΰ", "y")

// greekLatin follows ELOT 743: αυ, ευ and ηυ end in f before a voiceless sound or at the end of a word, else in v; μπ is b
// at the beginning of a word, else mp.
func greekLatin(s string) string {
	runes := []rune(s)
	var b strings.Builder
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		next := at(runes, i+1)
		switch {
		case strings.ContainsRune("αεη", r) && (next == 'υ' || next == 'ύ'):
			b.WriteRune(r)
			b.WriteByte(voice(at(runes, i+2)))
			i++
		case r == 'μ' && next == 'π' && !unicode.IsLetter(at(runes, i-1)):
			b.WriteByte('b')
			i++
		default:
			b.WriteRune(r)
		}
	}
	return greekSingles.Replace(greekPairs.Replace(b.String()))
}

func at(runes []rune, i int) rune {
	if i < 0 || i >= len(runes) {
		return 0
	}
	return runes[i]
}

func voice(next rune) byte {
	if !unicode.IsLetter(next) || strings.ContainsRune("θκξπσςτφχψ", next) {
		return 'f'
	}
	return 'v'
}
