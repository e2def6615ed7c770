package act

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// reference is a line that begins with a number which a word of the sentence before it belongs to: "30. člena tega zakona".
var reference = regexp.MustCompile(`^\d+\.(?:\s?[a-zčšž]\.?)?\s+(?:člen(?:a|u|om|i|ov|ih)|odstav\p{L}+|točk(?:e|i|o|ah)|aline(?:je|ji|jo|jah))(?:[\s.,;:)]|$)`)

// unfold divides lines that hold more than one part of the act: a title in front of its article, and paragraphs and points that were
// printed one after another.
func unfold(lines []line, lang string) []line {
	out := make([]line, 0, len(lines))
	last := 0
	var at place
	for _, l := range lines {
		for _, s := range titleBefore(l.text, lang, last) {
			if m := bulgarian.FindStringSubmatch(s); m != nil {
				last, _ = strconv.Atoi(m[1])
			}
			for i, part := range at.inline(s, lang) {
				next := l
				next.text, next.first = part, l.first && i == 0
				out = append(out, next)
			}
		}
	}
	return out
}

var (
	bulgarian = regexp.MustCompile(`^(?:Чл\.|ЧЛ\.)\s?(\d+)`)
	titledBG  = regexp.MustCompile(`^(\p{Lu}[^.;:]{2,160}[^.;:,\s(])\s+((?:Чл\.)\s?(\d+)[а-я]?\.(?:\s|\().*)$`)
)

// titleBefore divides "Предмет Чл. 1. Наредбата ..." as the Bulgarian registers print it. The number must be one that comes next.
func titleBefore(s, lang string, last int) []string {
	if lang != "bg" {
		return []string{s}
	}
	m := titledBG.FindStringSubmatch(s)
	if m == nil || bulgarian.MatchString(s) {
		return []string{s}
	}
	if n, err := strconv.Atoi(m[3]); err != nil || last > 0 && (n < last || n > last+20) {
		return []string{s}
	}
	return []string{m[1], m[2]}
}

// place is where in an article a line stands: in which paragraph and at which point, 0 where there is none.
type place struct{ paragraph, point int }

// inline divides "(1) ... . (2) ..." into paragraphs, and in Bulgarian acts each of them into its points ": 1. ...; 2. ...".
func (p *place) inline(s, lang string) []string {
	rest := s
	if _, _, text, ok := article(s); ok {
		*p, rest = place{}, text
		_, rest = remark(rest)
	}
	if m := numbered.FindStringSubmatch(rest); m != nil {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return []string{s}
		}
		*p = place{paragraph: n}
	} else if class, number, _, ok := marker(rest); ok && class == "1." {
		p.point, _ = strconv.Atoi(strings.TrimSuffix(number, "."))
	}
	var out []string
	for from := len(s) - len(rest); p.paragraph > 0; {
		at, point := next(s, from, "("+strconv.Itoa(p.paragraph+1)+")", ".;!?…»”“\"):"), false
		if lang == "bg" {
			signs := ";,"
			if p.point == 0 {
				signs = ":"
			}
			if i := next(s, from, strconv.Itoa(p.point+1)+".", signs); i >= 0 && (at < 0 || i < at) {
				at, point = i, true
			}
		}
		if at < 0 {
			break
		}
		if point {
			p.point++
		} else {
			*p = place{paragraph: p.paragraph + 1}
		}
		out = append(out, strings.TrimSpace(s[:at]))
		s, from = s[at:], 1
	}
	return append(out, strings.TrimSpace(s))
}

// next is where a mark begins that stands as a word behind one of the signs; "; и 3." counts as one, too.
func next(s string, from int, mark, signs string) int {
	for from = max(from, 1); from < len(s); {
		at := strings.Index(s[from:], " "+mark+" ")
		if at < 0 {
			return -1
		}
		at += from
		before := strings.TrimSuffix(strings.TrimRight(s[:at], " "), "; и")
		if before != strings.TrimRight(s[:at], " ") {
			return at + 1
		}
		if r, _ := utf8.DecodeLastRuneInString(before); strings.ContainsRune(signs, r) {
			return at + 1
		}
		from = at + 1
	}
	return -1
}

// amended are the remarks of consolidated texts in front of an article: "(Нов - ДВ, бр. 74 от 2016 г.)", "(Değişik: 8/12/2004-5273/4 md.)".
var amended = regexp.MustCompile(`^\((?:Нов|Изм|Доп|Отм|Предиш|Загл|Обн|В сила|Değişik|Ek[ :]|Mülga|Yeniden|İptal)[^()]*(?:\([^()]*\)[^()]*)*\)`)

// remark divides such a remark from what follows it.
func remark(s string) (string, string) {
	note := amended.FindString(s)
	return note, strings.TrimSpace(s[len(note):])
}

// canTitle reports whether a line can be the title of the article on the next one, where acts have it there.
func canTitle(s, lang string) bool {
	if lang != "tr" && lang != "bg" || startsLower(s) {
		return false
	}
	if lang == "tr" {
		s = marked.ReplaceAllString(strings.TrimSuffix(s, ":"), "")
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	if utf8.RuneCountInString(s) > 160 || strings.ContainsRune(".;:,!?", last) || lang == "tr" && last == ')' {
		return false
	}
	_, _, _, isPoint := marker(s)
	return !isPoint && !numbered.MatchString(s)
}
