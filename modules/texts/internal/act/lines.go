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
	wrapped := wrappedText(doc)
	for _, p := range doc.Paragraphs {
		if strings.HasPrefix(p.Style, "toc ") || strings.HasPrefix(p.Style, "contents") {
			continue
		}
		parts, named := strings.Split(p.Full(), "\n"), false
		for i, s := range parts {
			s = strings.TrimSpace(strings.Trim(s, "*_#"))
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
			if n := len(out); i > 0 && n > 0 && wrapped && !alone && !begins(s, lang) && !begun(out[n-1].text, lang) && !headed(out, s, lang) {
				out[n-1].text = glue(out[n-1].text, s)
				continue
			}
			out = append(out, line{text: s, level: p.Level, first: i == 0, style: p.Style})
		}
	}
	quotes(out, lang)
	return out
}

// What stands at the foot of pages of a text that was copied from them, and the name of an act that is written with spaces: "O D L O K".
var (
	pageMark   = regexp.MustCompile(`(?i)^(?:stran|стр\.|страница|σελίδα|sayfa|page)\s*\d{1,4}(?:\s*(?:od|от|από|of|/)\s*\d{1,4})?\.?$`)
	pageNumber = regexp.MustCompile(`^[-–—]?\s*\d{1,3}\s*[-–—]?$`)
	spaced     = regexp.MustCompile(`^\p{Lu}(?: \p{Lu}){3,}$`)
)

// heads reports whether s is the title of the article that begins on the next line, as Turkish acts have it.
func heads(s string, after []string, lang string) bool {
	if lang != "tr" || len(after) == 0 || startsLower(s) || !short(s) || utf8.RuneCountInString(s) > 120 {
		return false
	}
	if last, _ := utf8.DecodeLastRuneInString(s); strings.ContainsRune(".;:,!?)", last) {
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

// wrappedText reports whether the lines within paragraphs were broken by width: hardly any is long.
func wrappedText(doc extract.Doc) bool {
	var lengths []int
	for _, p := range doc.Paragraphs {
		if lines := strings.Split(p.Text, "\n"); len(lines) > 1 {
			for _, s := range lines {
				lengths = append(lengths, utf8.RuneCountInString(s))
			}
		}
	}
	if len(lengths) == 0 {
		return true
	}
	slices.Sort(lengths)
	return lengths[len(lengths)*95/100] <= 130
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
