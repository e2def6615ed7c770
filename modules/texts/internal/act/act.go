// Package act knows how an act is built: chapters, articles, paragraphs and points, as our five languages write them.
//
// It finds them in the paragraphs of a document, names them as lawyers do ("Art. 7(2)"), and finds each of them again in a later
// version whatever became of its number. It is pure: no rows, no pages, no clock.
package act

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is what a block is.
type Kind string

// The kinds, from the outside in. A Note is text that is no part of the numbered act: what stands before the first article, signatures.
const (
	Chapter   Kind = "chapter"
	Article   Kind = "article"
	Paragraph Kind = "paragraph"
	Point     Kind = "point"
	Note      Kind = "note"
)

// Kinds lists them all.
func Kinds() []Kind { return []Kind{Chapter, Article, Paragraph, Point, Note} }

// Block is one piece of an act, in the order of reading.
type Block struct {
	// Key names the block through all versions of its act; empty until it is given.
	Key string
	Kind
	// Number is what stands in front as it is printed: "7. člen", "Чл. 7.", "(2)", "а)", "–", "ГЛАВА ПЪРВА". Empty where nothing does.
	Number string
	// Heading is the title of a chapter or an article.
	Heading string
	// Text is what the block says, without number and heading. Paragraphs within it (quoted articles) are lines.
	Text string
	// Label is how the block is cited: "7. člen, 2. odstavek".
	Label string
	// Depth of points: 1 for those of a paragraph, 2 for those of a point.
	Depth int
}

// Whole is everything that the block says, for comparing.
func (b Block) Whole() string { return strings.TrimSpace(b.Heading + "\n" + b.Text) }

// Languages are those whose acts are known.
func Languages() []string { return []string{"sl", "bg", "el", "tr", "en"} }

// names are the parts of a citation in one language.
type names struct {
	article, paragraph, point, dash, note string // with % for the number
	between                               string
	tight                                 bool // "7(2)(a)": numbers follow without a space
}

func namesOf(lang string) names {
	switch lang {
	case "sl":
		return names{"%. člen", "%. odstavek", "%. točka", "%. alineja", "besedilo %", ", ", false}
	case "bg":
		return names{"чл. %", "ал. %", "т. %", "тире %", "текст %", ", ", false}
	case "el":
		return names{"άρθρο %", "παρ. %", "περ. %", "εδ. %", "κείμενο %", " ", false}
	case "tr":
		return names{"Madde %", "/%", "-%", "-%", "metin %", "", true}
	}
	return names{"Art. %", "(%)", "(%)", "(%)", "text %", "", true}
}

// cite fills a number into a name.
func cite(name, number string) string { return strings.Replace(name, "%", number, 1) }

// Labels gives every block its citation, from its kind and number and those around it. Own labels of staff are set after it.
func Labels(blocks []Block, lang string) {
	n := namesOf(lang)
	var article, paragraph string
	var points []string
	counts := map[Kind]int{}
	dashes := map[int]int{}
	for i := range blocks {
		b := &blocks[i]
		bare := Bare(b.Number)
		switch b.Kind {
		case Chapter:
			b.Label, article, paragraph = chapterLabel(*b), "", ""
		case Article:
			article, paragraph, points = articleLabel(n, b.Number, bare), "", nil
			counts[Paragraph], dashes, b.Label = 0, map[int]int{}, article
		case Paragraph:
			counts[Paragraph]++
			if bare == "" {
				bare = strconv.Itoa(counts[Paragraph])
			}
			paragraph, points, dashes = join(n, article, cite(n.paragraph, bare)), nil, map[int]int{}
			b.Label = paragraph
		case Point:
			depth := max(b.Depth, 1)
			points = points[:min(len(points), depth-1)]
			name := n.point
			if bare == "" {
				dashes[depth]++
				name, bare = n.dash, strconv.Itoa(dashes[depth])
			}
			if lang == "sl" && !digits(bare) {
				name = "%) točka"
			}
			points = append(points, cite(name, bare))
			b.Label = join(n, append([]string{first(paragraph, article)}, points...)...)
		case Note:
			counts[Note]++
			b.Label = cite(n.note, strconv.Itoa(counts[Note]))
		}
	}
}

// chapterLabel is the number of a chapter, with its title where the number is no word of its own ("I. SPLOŠNE DOLOČBE").
func chapterLabel(b Block) string {
	number := strings.TrimRight(b.Number, ". –-")
	switch {
	case number == "":
		return b.Heading
	case b.Heading != "" && utf8.RuneCountInString(number) <= 5:
		return strings.TrimSpace(b.Number) + " " + b.Heading
	}
	return number
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func join(n names, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, n.between)
}

// articleLabel cites an article; those that are called otherwise ("§ 1", "GEÇİCİ MADDE 1") are cited as they are called.
func articleLabel(n names, number, bare string) string {
	lower := strings.ToLower(number)
	switch {
	case strings.HasPrefix(number, "§"):
		return "§ " + bare
	case strings.HasPrefix(lower, "geç"):
		return cite("Geçici "+n.article, bare)
	case strings.HasPrefix(lower, "ek "):
		return cite("Ek "+n.article, bare)
	case strings.HasPrefix(lower, "sec"):
		return cite("Section %", bare)
	case bare == "":
		return strings.TrimRight(number, ". –-")
	}
	return cite(n.article, bare)
}

// numeral is the digits of a number with the letter that was put between two others later: "7", "7.a", "7а", "7/A".
var numeral = regexp.MustCompile(`(\d+(?:\.\d+)*)\s?([.\s/]?\s?(\p{L}))?(\p{L}*)`)

// Bare is the number alone: "7" of "7. člen", "2" of "(2)", "а" of "а)", nothing of a dash. Greek "1ο" loses its ending.
func Bare(number string) string {
	s := strings.Trim(number, "()[]. \t:–—-•*§")
	if m := numeral.FindStringSubmatch(s); m != nil {
		if m[4] == "" && m[3] != "" && !strings.ContainsAny(m[3], "οoºη") {
			if strings.Contains(m[2], "/") {
				return m[1] + "/" + m[3]
			}
			return m[1] + m[3]
		}
		return m[1]
	}
	fields := strings.Fields(s)
	if len(fields) > 1 {
		fields = fields[1:]
	}
	return strings.Join(fields, " ")
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
