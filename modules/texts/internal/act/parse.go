package act

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"glas/internal/extract"
)

// Draft is an act as it was found in a document.
type Draft struct {
	Title  string
	Lang   string
	Blocks []Block
}

// Parse finds the blocks of an act. lang decides where our languages differ: a number with a full stop is a paragraph in Greek and
// English, and a point in the others. It never fails: a document without any article is a row of notes.
func Parse(doc extract.Doc, lang string) Draft {
	p := parser{lang: lang}
	p.lines, p.notes = footnotes(linesOf(doc, lang), lang)
	p.title()
	for p.at < len(p.lines) {
		p.step()
	}
	p.footnotesBefore(len(p.lines))
	p.blocks = firstParagraphs(p.blocks)
	Labels(p.blocks, lang)
	title := p.name
	if title == "" {
		title = strings.Join(strings.Fields(doc.Title), " ")
	}
	return Draft{Title: title, Lang: lang, Blocks: p.blocks}
}

type parser struct {
	lang   string
	lines  []line
	at     int
	name   string
	blocks []Block
	notes  []footnote // that were not added yet
	// inside an article: whether one began, whether its paragraphs are numbered, the classes of the points that are open.
	inArticle, numberedParas, ended bool
	classes                         []string
	lastLetter                      string
}

// title takes the name of the act from the lines before the first chapter or article: a heading, or a line of capitals with the one
// that goes on with it ("ODLOK" / "o pokopališkem redu").
func (p *parser) title() {
	for i, l := range p.lines {
		if p.structural(l) || i > 30 {
			return
		}
		spaced := strings.ReplaceAll(l.text, " ", "")
		capitals := upper(l.text) && utf8.RuneCountInString(spaced) >= 4
		if l.level == 0 && !capitals {
			continue
		}
		taken := 1
		p.name = l.text
		if utf8.RuneCountInString(l.text) > 2*utf8.RuneCountInString(spaced)-2 {
			p.name = spaced // O D L O K
		}
		for n := i + 1; n < len(p.lines) && taken < 4 && !p.structural(p.lines[n]) && short(p.lines[n].text) && (upper(p.lines[n].text) || taken == 1 && startsLower(p.lines[n].text)); n++ {
			p.name += " " + p.lines[n].text
			taken++
		}
		p.lines = slices.Delete(p.lines, i, i+taken)
		for n := range p.notes {
			if p.notes[n].after > i {
				p.notes[n].after = max(i, p.notes[n].after-taken)
			}
		}
		return
	}
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

func upper(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 2
}

func (p *parser) structural(l line) bool {
	if _, _, _, ok := article(l.text); ok {
		return true
	}
	_, _, ok := chapter(l.text)
	return ok
}

// step reads one line and those that belong to it.
func (p *parser) step() {
	l := p.lines[p.at]
	p.at++
	if l.quoted {
		p.more(l.text)
		return
	}
	if number, heading, text, ok := article(l.text); ok {
		p.article(number, heading, text)
		return
	}
	if number, heading, ok := chapter(l.text); ok && !p.point(l.text, number) {
		p.chapter(number, heading)
		return
	}
	if p.subchapter(l.text) {
		return
	}
	if l.level > 0 && l.level <= 3 && short(l.text) && !p.beforeArticle() {
		p.chapter("", l.text)
		return
	}
	if p.inArticle && ending.MatchString(l.text) && !p.articleFollows() {
		p.ended = true
	}
	if !p.inArticle || p.ended {
		if !p.headingOfNext(l.text) {
			p.push(Block{Kind: Note, Text: l.text})
		}
		return
	}
	p.inner(l)
}

// point reports whether what looks like a chapter is a point of the article: "1. SPLOŠNO" within points that count so.
func (p *parser) point(s, number string) bool {
	return p.inArticle && len(p.classes) > 0 && number != "" && number[0] >= '0' && number[0] <= '9' && capital.MatchString(s)
}

// beforeArticle reports whether an article begins on the next line: a heading there is the article's.
func (p *parser) beforeArticle() bool {
	if p.at >= len(p.lines) || p.lines[p.at].quoted {
		return false
	}
	_, heading, _, ok := article(p.lines[p.at].text)
	return ok && heading == "" && (p.lang == "tr" || p.lang == "bg")
}

// articleFollows reports whether any article comes later.
func (p *parser) articleFollows() bool {
	for _, l := range p.lines[p.at:] {
		if _, _, _, ok := article(l.text); ok && !l.quoted {
			return true
		}
	}
	return false
}

// headingOfNext keeps a line back that is the title of the article on the next one, as Turkish acts write it.
func (p *parser) headingOfNext(s string) bool {
	if !p.beforeArticle() || !canTitle(s, p.lang) || p.lang == "bg" && !p.closed() {
		return false
	}
	number, _, text, _ := article(p.lines[p.at].text)
	p.at++
	p.article(number, strings.TrimSuffix(s, ":"), text)
	return true
}

// closed reports whether the block before ends as a sentence does.
func (p *parser) closed() bool {
	if len(p.blocks) == 0 || !p.inArticle {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(p.blocks[len(p.blocks)-1].Whole())
	return strings.ContainsRune(".;:!?)“”\"»", last)
}

func (p *parser) article(number, heading, text string) {
	p.footnotesBefore(p.at - 1)
	p.inArticle, p.numberedParas, p.ended, p.classes = true, false, false, nil
	if heading == "" && text == "" {
		heading = p.headingBelow()
	}
	p.push(Block{Kind: Article, Number: number, Heading: heading})
	if note, rest := remark(text); note != "" && numbered.MatchString(rest) {
		p.blocks[len(p.blocks)-1].Text, text = note, rest
	}
	if text != "" {
		p.inner(line{text: text})
	}
}

// headingBelow is the title of an article on the line after its number: in brackets, or a short line before the text. The last line
// of an article is its text, however short.
func (p *parser) headingBelow() string {
	if p.at >= len(p.lines) || p.lines[p.at].quoted {
		return ""
	}
	s := p.lines[p.at].text
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && !numbered.MatchString(s) {
		p.at++
		return strings.TrimSpace(s[1 : len(s)-1])
	}
	if p.lang == "sl" || p.lang == "bg" || !short(s) || utf8.RuneCountInString(s) > 120 || begins(s, p.lang) || p.at+1 >= len(p.lines) || p.structural(p.lines[p.at+1]) {
		return ""
	}
	p.at++
	return s
}

func (p *parser) chapter(number, heading string) {
	p.footnotesBefore(p.at - 1)
	p.inArticle, p.ended, p.classes = false, false, nil
	if heading == "" && p.at < len(p.lines) {
		if l := p.lines[p.at]; !l.quoted && (!p.structural(l) || closing.MatchString(l.text)) && short(l.text) && utf8.RuneCountInString(l.text) <= 120 && !numbered.MatchString(l.text) {
			heading = l.text
			p.at++
			for upper(heading) && p.at < len(p.lines) && p.headingGoesOn(p.lines[p.at]) {
				heading += " " + p.lines[p.at].text
				p.at++
			}
		}
	}
	p.push(Block{Kind: Chapter, Number: number, Heading: heading})
}

// headingGoesOn reports whether a line in capitals goes on with the title of a chapter. The title of an article that follows does not.
func (p *parser) headingGoesOn(l line) bool {
	if l.quoted || p.structural(l) || !upper(l.text) || !short(l.text) || utf8.RuneCountInString(l.text) > 120 {
		return false
	}
	p.at++
	articles := p.beforeArticle()
	p.at--
	_, _, _, marked := marker(l.text)
	return !articles && !marked && !numbered.MatchString(l.text)
}

// subchapter reads a numbered or lettered title directly in front of an article or another title: "2. Najem grobov", "b) Druga
// samouprava". What goes on with the numbers of the article before it is a point or a paragraph of that article.
func (p *parser) subchapter(s string) bool {
	class, number, text, ok := marker(s)
	if !ok || class == "–" || p.lang == "tr" || startsLower(text) || !short(s) || utf8.RuneCountInString(s) > 120 || p.at >= len(p.lines) || p.lines[p.at].quoted {
		return false
	}
	if last, _ := utf8.DecodeLastRuneInString(s); strings.ContainsRune("!?)", last) {
		return false
	}
	if _, _, _, follows := article(p.lines[p.at].text); !follows {
		return false
	}
	if p.inArticle {
		last := p.blocks[len(p.blocks)-1]
		if strings.HasSuffix(last.Text, ":") || slices.Contains(p.classes, class) || p.lang == "el" && class == "1." && p.follows(number) && !p.goesOnAfterChapter(number) {
			return false
		}
	}
	p.inArticle, p.ended, p.classes = false, false, nil
	p.push(Block{Kind: Chapter, Number: number, Heading: text})
	return true
}

// goesOnAfterChapter reports whether a number that could be the next paragraph's is the next title's: it begins at one although a list of
// one paragraph is none, or goes on after the last numbered title, where the text before it ended as a sentence does.
func (p *parser) goesOnAfterChapter(number string) bool {
	if !p.closed() {
		return false
	}
	n, _ := strconv.Atoi(Bare(number))
	for i := len(p.blocks) - 1; i >= 0; i-- {
		if b := p.blocks[i]; b.Kind == Chapter && b.Number != "" {
			if before, err := strconv.Atoi(Bare(b.Number)); err == nil {
				return n == before+1
			}
			break
		}
	}
	return n == 1
}

// follows reports whether a number is the next one after the last numbered paragraph.
func (p *parser) follows(number string) bool {
	for i := len(p.blocks) - 1; i >= 0; i-- {
		b := p.blocks[i]
		if b.Kind == Paragraph && b.Number != "" {
			n, _ := strconv.Atoi(Bare(b.Number))
			return Bare(number) == strconv.Itoa(n+1)
		}
		if b.Kind == Article {
			break
		}
	}
	return Bare(number) == "1"
}

// inner reads a line within an article.
func (p *parser) inner(l line) {
	if m := numbered.FindStringSubmatch(l.text); m != nil {
		p.paragraph(m[1], m[3])
		return
	}
	if reference.MatchString(l.text) && p.blocks[len(p.blocks)-1].Whole() != "" {
		p.more(l.text)
		return
	}
	if class, number, text, ok := marker(l.text); ok {
		if class == "1." && p.countsParagraphs(number) {
			p.paragraph(number, text)
			return
		}
		p.pointBlock(class, number, text)
		return
	}
	if p.headingOfNext(l.text) {
		return
	}
	last := &p.blocks[len(p.blocks)-1]
	if p.lang == "el" && last.Kind == Article && last.Heading != "" && last.Text == "" && strings.HasPrefix(l.text, "(") && strings.HasSuffix(l.text, ")") {
		last.Heading += " " + l.text // the provision that the article transposes
		return
	}
	if len(p.classes) > 0 && last.Kind == Point && p.tail(l.text) {
		p.more(l.text)
		return
	}
	if r, _ := utf8.DecodeRuneInString(l.text); last.Text != "" && quoteSigns(p.lang)[r] != "" {
		p.more(l.text) // what an amendment quotes belongs to the sentence that announces it
		return
	}
	p.classes = nil
	switch {
	case last.Kind == Article && last.Text == "":
		last.Text = l.text
	case p.numberedParas:
		p.more(l.text)
	default:
		p.push(Block{Kind: Paragraph, Text: l.text})
	}
}

// tail reports whether a line ends the sentence whose points came before it: "yetkilidir."
func (p *parser) tail(s string) bool {
	return startsLower(s) || p.lang == "tr" && strings.HasPrefix(s, "İfade ed") && utf8.RuneCountInString(s) < 40
}

// countsParagraphs reports whether "1." begins a paragraph here: in Greek and English, where paragraphs are not in brackets and no
// sentence that ends with a colon announces points.
func (p *parser) countsParagraphs(number string) bool {
	if p.lang != "el" && p.lang != "en" || p.bracketedParas() {
		return false
	}
	last := p.blocks[len(p.blocks)-1]
	announced := strings.HasSuffix(last.Text, ":") && number == "1." && last.Kind != Article
	return !announced && !slices.Contains(p.classes, "1.")
}

func (p *parser) bracketedParas() bool {
	for i := len(p.blocks) - 1; i >= 0 && p.blocks[i].Kind != Article; i-- {
		if p.blocks[i].Kind == Paragraph && strings.HasPrefix(p.blocks[i].Number, "(") {
			return true
		}
	}
	return false
}

func (p *parser) paragraph(number, text string) {
	p.numberedParas, p.classes = true, nil
	// Points on the same line as their paragraph, "(1) 1. ...", stay with it.
	p.push(Block{Kind: Paragraph, Number: number, Text: text})
}

// pointBlock adds a point. The first class of marks in a paragraph is the outer one; a class that is open already goes on there.
func (p *parser) pointBlock(class, number, text string) {
	bare := Bare(number)
	if class == "i)" && p.lastLetter == "h" && slices.Contains(p.classes, "a)") {
		class = "a)"
	}
	if class == "aa)" && (!slices.Contains(p.classes, "a)") || !doubled(bare) || p.lang == "tr" && (p.lastLetter == "z" || doubled(p.lastLetter))) {
		class = "a)" // "στ)" and "ια)" go on with the Greek letters, "aa)" after "z)" with the Turkish ones
	}
	if i := slices.Index(p.classes, class); i >= 0 {
		p.classes = p.classes[:i+1]
	} else {
		p.classes = append(p.classes, class)
	}
	if class == "a)" {
		p.lastLetter = bare
	}
	if class == "–" {
		number = "–"
	}
	p.push(Block{Kind: Point, Number: number, Text: text, Depth: min(len(p.classes), 4)})
}

// doubled reports whether a mark is one letter twice: "аа".
func doubled(s string) bool {
	letters := []rune(s)
	return len(letters) == 2 && letters[0] == letters[1]
}

// more adds a line to the block before it.
func (p *parser) more(s string) {
	if len(p.blocks) == 0 {
		p.push(Block{Kind: Note, Text: s})
		return
	}
	last := &p.blocks[len(p.blocks)-1]
	if last.Text != "" {
		last.Text += "\n"
	}
	last.Text += s
}

func (p *parser) push(b Block) { p.blocks = append(p.blocks, b) }

// firstParagraphs makes the text of an article its first paragraph where other paragraphs follow, so that they count from one. A remark
// about amendments is no paragraph, and one paragraph alone is the text of its article.
func firstParagraphs(blocks []Block) []Block {
	out := make([]Block, 0, len(blocks)+16)
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		if b.Kind != Article || b.Text == "" || !followedByParagraph(blocks[i+1:]) {
			out = append(out, b)
			continue
		}
		if _, rest := remark(b.Text); rest != "" {
			text := b.Text
			b.Text = ""
			out = append(out, b, Block{Kind: Paragraph, Text: text})
			continue
		}
		if next := blocks[i+1]; next.Kind == Paragraph && !followedByParagraph(blocks[i+2:]) {
			b.Text += "\n" + next.Text
			i++
		}
		out = append(out, b)
	}
	return out
}

func followedByParagraph(rest []Block) bool {
	for _, b := range rest {
		switch b.Kind {
		case Paragraph:
			return b.Number == ""
		case Article, Chapter, Note:
			return false
		}
	}
	return false
}

// Count is how many blocks of a kind there are.
func Count(blocks []Block, kind Kind) int {
	n := 0
	for _, b := range blocks {
		if b.Kind == kind {
			n++
		}
	}
	return n
}
