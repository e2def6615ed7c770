package extract

import (
	"encoding/xml"
	"strings"
)

// docx reads the main part of a Word document with its styles and numberings.
func docx(data []byte) (Doc, error) {
	a, err := openArchive(data)
	if err != nil {
		return Doc{}, err
	}
	main, err := a.open("word/document.xml")
	if err != nil {
		return Doc{}, err
	}
	r := docxReader{collector: collector{doc: Doc{TextLayer: true}}}
	if err := r.parts(a); err != nil {
		return Doc{}, err
	}
	if err := walk(main, r.start, r.text, r.end); err != nil {
		return Doc{}, err
	}
	return r.result()
}

// docxPara is a paragraph that is being read; they nest when a text box hangs on a paragraph.
type docxPara struct {
	text         strings.Builder
	style        string
	level, ilvl  int // -1 when the paragraph itself does not say
	num          string
	inProperties bool
}

type docxReader struct {
	collector
	styles    map[string]docxStyle
	numbering docxNumbering
	stack     []*docxPara
	skip      int // how many elements that are not read we are within
	inText    bool
	row       []string // the cells of the table row, while in one
	tables    int
}

// skipped are elements whose text is not part of what the reader sees: removed passages, second forms of the same box.
var skipped = map[string]bool{"moveFrom": true, "del": true, "Fallback": true, "sectPr": true}

func (r *docxReader) parts(a *archive) error {
	styles, err := a.optional("word/styles.xml")
	if err != nil {
		return err
	}
	numbers, err := a.optional("word/numbering.xml")
	if err != nil {
		return err
	}
	core, err := a.optional("docProps/core.xml")
	if err != nil {
		return err
	}
	tree, err := parse(styles)
	if err != nil {
		return err
	}
	r.styles = docxStyles(tree)
	r.doc.Lang = docxLang(tree)
	if tree, err = parse(numbers); err != nil {
		return err
	}
	r.numbering = docxNumbers(tree)
	if tree, err = parse(core); err != nil {
		return err
	}
	if title := tree.child("coreProperties").child("title"); title != nil {
		r.doc.Title = strings.Join(strings.Fields(title.text), " ")
	}
	return nil
}

func (r *docxReader) start(e xml.StartElement) error {
	name := e.Name.Local
	if r.skip > 0 || skipped[name] {
		r.skip++
		return nil
	}
	switch name {
	case "p":
		r.stack = append(r.stack, &docxPara{level: -1, ilvl: -1})
		return nil
	case "tbl":
		r.tables++
	case "docPr":
		if attr(e.Attr, "descr") == "" && attr(e.Attr, "title") == "" {
			r.doc.ImagesWithoutAlt++
		}
	}
	if len(r.stack) == 0 {
		return nil
	}
	p := r.stack[len(r.stack)-1]
	switch name {
	case "pPr":
		p.inProperties = true
	case "t":
		r.inText = true
	case "tab", "ptab":
		if !p.inProperties {
			p.text.WriteByte('\t')
		}
	case "br", "cr":
		p.text.WriteByte('\n')
	case "noBreakHyphen":
		p.text.WriteRune('‑')
	}
	if p.inProperties {
		p.property(name, attr(e.Attr, "val"))
	}
	return nil
}

// property reads what a paragraph says about itself.
func (p *docxPara) property(name, value string) {
	switch name {
	case "pStyle":
		p.style = value
	case "outlineLvl":
		p.level = outline(value)
	case "ilvl":
		p.ilvl = number(value, 0)
	case "numId":
		p.num = value
	}
}

// outline is a level of headings from Word's own, which counts from 0 and says 9 for body text.
func outline(value string) int {
	if n := number(value, 9); n >= 0 && n < 9 {
		return n + 1
	}
	return 0
}

func (r *docxReader) text(s string) {
	if r.inText && r.skip == 0 && len(r.stack) > 0 {
		r.stack[len(r.stack)-1].text.WriteString(s)
	}
}

func (r *docxReader) end(name string) error {
	if r.skip > 0 {
		r.skip--
		return nil
	}
	switch name {
	case "t":
		r.inText = false
	case "pPr":
		if len(r.stack) > 0 {
			r.stack[len(r.stack)-1].inProperties = false
		}
	case "p":
		if len(r.stack) > 0 {
			p := r.stack[len(r.stack)-1]
			r.stack = r.stack[:len(r.stack)-1]
			r.finish(p)
		}
	case "tr":
		r.add(Paragraph{Text: strings.Join(r.row, " | "), Style: "table"})
		r.row = nil
	case "tbl":
		r.tables--
	}
	return r.err
}

// finish keeps a paragraph with its level and number.
func (r *docxReader) finish(p *docxPara) {
	style := r.styles[p.style]
	out := Paragraph{Text: p.text.String(), Style: style.name, Level: style.level}
	if p.level >= 0 {
		out.Level = p.level
	}
	num, depth := p.num, p.ilvl
	if num == "" {
		num = style.num
		if depth < 0 {
			depth = style.ilvl
		}
	}
	if num != "" && num != "0" {
		out.Depth = min(max(depth, 0), maxLevels-1)
		if p.num == "" && p.ilvl < 0 {
			out.Depth = r.numbering.depthOf(num, p.style, out.Depth)
		}
		out.Number = r.numbering.next(num, out.Depth)
		out.List = out.Level == 0
		out.Bullet = out.List && r.numbering.bullet(num, out.Depth)
	}
	if r.tables > 0 {
		if cell := strings.Join(strings.Fields(out.Full()), " "); cell != "" {
			r.row = append(r.row, cell)
		}
		return
	}
	r.add(out)
}

// docxStyle is a paragraph style with what it inherits.
type docxStyle struct {
	name, base, num string
	level, ilvl     int
}

func docxStyles(tree *element) map[string]docxStyle {
	all := map[string]docxStyle{}
	for _, e := range tree.child("styles").all("style") {
		if t := e.attr("type"); t != "" && t != "paragraph" {
			continue
		}
		properties := e.child("pPr")
		s := docxStyle{
			name: strings.ToLower(e.child("name").attr("val")), base: e.child("basedOn").attr("val"), level: -1,
			num: properties.child("numPr").child("numId").attr("val"), ilvl: number(properties.child("numPr").child("ilvl").attr("val"), 0),
		}
		if level := properties.child("outlineLvl"); level != nil {
			s.level = outline(level.attr("val"))
		} else if n, ok := strings.CutPrefix(s.name, "heading "); ok {
			s.level = number(n, 0)
		}
		all[e.attr("styleId")] = s
	}
	for key, s := range all {
		all[key] = inherit(all, s)
	}
	return all
}

// inherit takes from the styles below what a style does not say. A style cannot be its own ancestor for long.
func inherit(all map[string]docxStyle, s docxStyle) docxStyle {
	for base, steps := s.base, 0; base != "" && steps < 20; steps++ {
		b, known := all[base]
		if !known {
			break
		}
		if s.level < 0 {
			s.level = b.level
		}
		if s.num == "" {
			s.num, s.ilvl = b.num, b.ilvl
		}
		base = b.base
	}
	s.level = max(s.level, 0)
	return s
}

// docxLang is the language that the document is written in unless a passage says otherwise.
func docxLang(tree *element) string {
	for _, e := range tree.child("styles").child("docDefaults").all("lang") {
		if lang, _, _ := strings.Cut(e.attr("val"), "-"); len(lang) == 2 {
			return strings.ToLower(lang)
		}
	}
	return ""
}

// docxNumbering is the numberings of a document and where each stands. Several lists of a document may count on together.
type docxNumbering struct {
	levels   map[string]*[maxLevels]level // by abstract number
	abstract map[string]string            // list -> abstract number
	restart  map[string]map[int]int       // list -> level -> where it starts
	counters map[string]*counter
}

func docxNumbers(tree *element) docxNumbering {
	n := docxNumbering{levels: map[string]*[maxLevels]level{}, abstract: map[string]string{}, restart: map[string]map[int]int{}, counters: map[string]*counter{}}
	root := tree.child("numbering")
	if root == nil {
		return n
	}
	for _, e := range root.children {
		switch e.name {
		case "abstractNum":
			var levels [maxLevels]level
			for _, l := range e.children {
				if depth := number(l.attr("ilvl"), -1); l.name == "lvl" && depth >= 0 && depth < maxLevels {
					levels[depth] = docxLevel(l)
				}
			}
			n.levels[e.attr("abstractNumId")] = &levels
		case "num":
			key := e.attr("numId")
			n.abstract[key] = e.child("abstractNumId").attr("val")
			n.override(key, e)
		}
	}
	return n
}

func docxLevel(l *element) level {
	return level{
		start: number(l.child("start").attr("val"), 1), format: l.child("numFmt").attr("val"),
		text: l.child("lvlText").attr("val"), style: l.child("pStyle").attr("val"),
	}
}

// override reads where one list differs from the numbering it uses.
func (n *docxNumbering) override(key string, e *element) {
	for _, o := range e.children {
		depth := number(o.attr("ilvl"), -1)
		if o.name != "lvlOverride" || depth < 0 || depth >= maxLevels {
			continue
		}
		if start := o.child("startOverride"); start != nil {
			if n.restart[key] == nil {
				n.restart[key] = map[int]int{}
			}
			n.restart[key][depth] = number(start.attr("val"), 1)
		}
		if l := o.child("lvl"); l != nil && n.levels[n.abstract[key]] != nil {
			// A list with its own level counts by itself.
			levels := *n.levels[n.abstract[key]]
			levels[depth] = docxLevel(l)
			own := "own " + key
			n.levels[own], n.abstract[key] = &levels, own
		}
	}
}

// depthOf is the level of a numbering that is tied to a paragraph style.
func (n *docxNumbering) depthOf(num, style string, otherwise int) int {
	if levels := n.levels[n.abstract[num]]; levels != nil && style != "" {
		for i, l := range levels {
			if l.style == style {
				return i
			}
		}
	}
	return otherwise
}

// bullet reports whether the paragraphs of a level have a mere sign in front.
func (n *docxNumbering) bullet(num string, depth int) bool {
	levels := n.levels[n.abstract[num]]
	return levels != nil && levels[depth].format == "bullet"
}

// next is the number of the next paragraph of a list.
func (n *docxNumbering) next(num string, depth int) string {
	key := n.abstract[num]
	levels := n.levels[key]
	if levels == nil {
		return ""
	}
	c := n.counters[key]
	if c == nil {
		c = &counter{}
		n.counters[key] = c
	}
	if start, restarts := n.restart[num][depth]; restarts {
		delete(n.restart[num], depth) // only the first paragraph of the list starts again
		c.at[depth], c.used[depth] = start-1, true
	}
	return c.next(levels, depth)
}
