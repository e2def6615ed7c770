package act

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"glas/internal/extract"
)

// line is one line of a document that may begin a block.
type line struct {
	text   string
	level  int  // of a heading
	first  bool // begins a paragraph of the document
	quoted bool // stands within a quotation that began on an earlier line
	style  string
}

// linesOf puts the lines of a document together as their authors meant them: lines that were broken by the width of a window are
// one again, unless a line begins with what begins a block.
func linesOf(doc extract.Doc, lang string) []line {
	var out []line
	width := widthOf(doc)
	how := breaks{width: width, measured: doc.Measured}
	for _, p := range doc.Paragraphs {
		if strings.HasPrefix(p.Style, "toc ") || strings.HasPrefix(p.Style, "contents") {
			continue
		}
		parts, named := strings.Split(full(p), "\n"), false
		how.title = doc.Measured && short(strings.Join(parts, " "))
		for i, s := range parts {
			s = strings.TrimSpace(strings.ReplaceAll(strings.Trim(s, "*_#"), "**", ""))
			if s == "" || dotted.MatchString(s) || pageMark.MatchString(s) || len(parts) == 1 && p.Style == "" && !p.List && pageNumber.MatchString(s) {
				continue
			}
			if spaced.MatchString(s) {
				s, named = strings.ReplaceAll(s, " ", ""), true
				out = append(out, line{text: s, level: p.Level, first: true, style: p.Style})
				continue
			}
			alone := named || heads(s, parts[i+1:], lang)
			named = false
			if n := len(out); i > 0 && n > 0 && width > 0 && !alone && goesOn(out, parts[i-1], s, how, lang) {
				out[n-1].text = glue(out[n-1].text, s)
				continue
			}
			out = append(out, line{text: s, level: p.Level, first: i == 0, style: p.Style})
		}
	}
	out = unfold(out, lang)
	quotes(out, lang)
	return out
}

// full is a paragraph as its reader sees it, with a dash for the sign of an item.
func full(p extract.Paragraph) string {
	if _, _, _, marked := marker(p.Text); p.Bullet && p.Number == "" && !marked {
		return "– " + p.Text
	}
	return p.Full()
}

// breaks is how the lines of a document were broken: at a number of letters, or by a width that was measured already.
type breaks struct {
	width    int
	measured bool
	title    bool // the whole paragraph can be a title, so none of its lines begins the text
}

// goesOn reports whether s goes on with the last line, which was broken by the width of a window only.
func goesOn(out []line, before, s string, how breaks, lang string) bool {
	last := out[len(out)-1].text
	if reference.MatchString(s) || ranged.MatchString(s) && endsWithDigit(last) {
		return true
	}
	if lang == "tr" && (ruled.MatchString(s) || ruled.MatchString(last) || noteOf.MatchString(s)) {
		return false
	}
	if begun(last, lang) || !how.title && headed(out, s, lang) {
		return false
	}
	if open := strings.LastIndexByte(last, '('); open > strings.LastIndexByte(last, ')') && utf8.RuneCountInString(last[open:]) < 120 {
		_, _, _, ok := article(s)
		return !ok
	}
	if begins(s, lang) {
		return midSentence(last, before, s, how.width)
	}
	return how.measured || !newSentence(last, before, s, how.width)
}

// ranged is the second half of "чл. 57, ал. 4 - 9": no point begins with a dash and a number behind a number.
var ranged = regexp.MustCompile(`^[-–] ?\d+[\s.,;)]`)

func endsWithDigit(s string) bool {
	end, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsDigit(end)
}

// fits reports whether the first word of s would have fitted on the line before it, with some room to spare.
func fits(before, s string, width, spare int) bool {
	word, _, _ := strings.Cut(s, " ")
	return utf8.RuneCountInString(strings.TrimSpace(before))+1+utf8.RuneCountInString(word)+spare <= width
}

// newSentence reports whether the author broke the line, not the width of a window: a sentence ended long before it.
func newSentence(last, before, s string, width int) bool {
	first, _ := utf8.DecodeRuneInString(s)
	end, _ := utf8.DecodeLastRuneInString(last)
	return unicode.IsUpper(first) && strings.ContainsRune(".:;!?”“»", end) && fits(before, s, width, 2)
}

// midSentence reports whether a line that looks like the beginning of something stands within a sentence: its first word did not fit
// on the line before it, and that line does not end as one does before a point or an article.
func midSentence(last, before, s string, width int) bool {
	if fits(before, s, width, 0) {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("»„«“\"", r) {
		return false // quotations are told apart later
	}
	end, _ := utf8.DecodeLastRuneInString(last)
	return !strings.ContainsRune(".;:,!?…»”“\"", end) && (unicode.IsLetter(end) || unicode.IsDigit(end) || strings.ContainsRune("(-–—", end))
}

// What stands at the foot of pages of a text that was copied from them, and the name of an act that is written with spaces: "O D L O K".
var (
	pageMark   = regexp.MustCompile(`(?i)^(?:stran|стр\.|страница|σελίδα|sayfa|page)\s*\d{1,4}(?:\s*(?:od|от|από|of|/)\s*\d{1,4})?\.?$`)
	pageNumber = regexp.MustCompile(`^[-–—]?\s*\d{1,3}\s*[-–—]?$`)
	spaced     = regexp.MustCompile(`^\p{Lu}(?: \p{Lu}){3,}$`)
)

// heads reports whether s is the title of the article that begins on the next line, as Turkish acts have it.
func heads(s string, after []string, lang string) bool {
	if len(after) == 0 || !canTitle(s, lang) {
		return false
	}
	_, _, _, ok := article(strings.TrimSpace(after[0]))
	return ok
}

// headed reports whether the last line is the title of the article on the line before it, so that s begins the text.
func headed(lines []line, s, lang string) bool {
	n := len(lines)
	if n < 2 || lang == "sl" || lang == "bg" || !short(lines[n-1].text) || startsLower(s) {
		return false
	}
	_, heading, text, ok := article(lines[n-2].text)
	return ok && heading == "" && text == ""
}

// widthOf is the length at which the lines within paragraphs were broken, 0 where they were not: where some are longer than any window.
func widthOf(doc extract.Doc) int {
	var lengths []int
	for _, p := range doc.Paragraphs {
		if lines := strings.Split(p.Text, "\n"); len(lines) > 1 {
			for _, s := range lines {
				lengths = append(lengths, utf8.RuneCountInString(s))
			}
		}
	}
	if len(lengths) == 0 {
		return 80
	}
	slices.Sort(lengths)
	usual := lengths[len(lengths)*95/100]
	if usual > 130 {
		return 0
	}
	for n := len(lengths) - 1; ; n-- {
		if lengths[n] <= usual*11/10 {
			return lengths[n]
		}
	}
}

// glue puts two halves of a line together; a word that was divided becomes one again.
func glue(a, b string) string {
	if before, ok := strings.CutSuffix(a, "-"); ok {
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(b)
		if unicode.IsLetter(last) && unicode.IsLower(next) {
			return before + b
		}
	}
	return a + " " + b
}

// openers and closers of quotations by language. Slovenian turns the angles round.
func quoteSigns(lang string) map[rune]string {
	m := map[rune]string{'„': "“”", '"': "\""}
	if lang == "sl" {
		m['»'] = "«"
		return m
	}
	m['«'] = "»"
	if lang != "bg" {
		m['“'] = "”"
	}
	return m
}

// longestQuote is how many lines a quotation has at most; a sign that is closed later, or never, was none.
const longestQuote = 150

// quotes marks the lines that stand within a quotation: the articles that an amendment quotes are not articles of the amendment.
func quotes(lines []line, lang string) {
	signs := quoteSigns(lang)
	open, from := rune(0), 0
	for i := range lines {
		before := ' '
		text := []rune(lines[i].text)
		for k, r := range text {
			switch {
			case open == 0 && signs[r] != "" && (r != '"' || (unicode.IsSpace(before) || before == '(') && k+1 < len(text) && !unicode.IsSpace(text[k+1])):
				open, from = r, i
			case open != 0 && strings.ContainsRune(signs[open], r):
				for n := from + 1; n <= i; n++ {
					lines[n].quoted = true
				}
				open = 0
			}
			before = r
		}
		if open != 0 && i-from > longestQuote {
			open = 0
		}
	}
}
