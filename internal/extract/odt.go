package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// odt reads the content of an OpenDocument text with its styles and list styles.
func odt(data []byte) (Doc, error) {
	a, err := openArchive(data)
	if err != nil {
		return Doc{}, err
	}
	if manifest, err := a.optional("META-INF/manifest.xml"); err == nil && strings.Contains(string(manifest), "encryption-data") {
		return Doc{}, ErrEncrypted
	}
	content, err := a.open("content.xml")
	if err != nil {
		return Doc{}, err
	}
	r := odtReader{
		collector: collector{doc: Doc{TextLayer: true}}, parents: map[string]string{}, names: map[string]string{},
		lists: map[string]*[maxLevels]level{}, styleLists: map[string]string{}, counters: map[string]*counter{},
	}
	if err := r.parts(a, content); err != nil {
		return Doc{}, err
	}
	if err := walk(content, r.start, r.text, r.end); err != nil {
		return Doc{}, err
	}
	return r.result()
}

// odtPara is a paragraph that is being read.
type odtPara struct {
	Paragraph
	text strings.Builder
}

// odtList is a list that is being read.
type odtList struct {
	style string
	fresh bool // an item has begun whose first paragraph takes the number
	head  bool // a header of a list has no number
}

type odtReader struct {
	collector
	parents    map[string]string            // paragraph style -> the style it is made from
	names      map[string]string            // style -> its name for people
	lists      map[string]*[maxLevels]level // list style -> its levels
	styleLists map[string]string            // paragraph style -> list style
	outline    [maxLevels]level
	headings   counter
	counters   map[string]*counter
	stack      []*odtPara
	open       []odtList
	body       bool
	skip       int
	frames     []bool // for each open frame: whether it holds a picture that has no words yet
	row        []string
	tables     int
}

// unread are elements of ODF whose text is not part of the document's own.
var unread = map[string]bool{"note": true, "annotation": true, "tracked-changes": true, "ruby-text": true, "table-of-content": true, "sequence-decls": true}

func (r *odtReader) parts(a *archive, content []byte) error {
	styles, err := a.optional("styles.xml")
	if err != nil {
		return err
	}
	for _, data := range [][]byte{styles, content} {
		if err := r.readStyles(data); err != nil {
			return err
		}
	}
	meta, err := a.optional("meta.xml")
	if err != nil {
		return err
	}
	tree, err := parse(meta)
	if err != nil {
		return err
	}
	for _, e := range tree.all("title") {
		r.doc.Title = strings.Join(strings.Fields(e.text), " ")
	}
	return nil
}

// readStyles reads the styles of one part. The content itself is passed over, not kept.
func (r *odtReader) readStyles(data []byte) error {
	var kept strings.Builder
	kept.WriteString("<styles>")
	for _, part := range []string{"office:styles", "office:automatic-styles"} {
		if _, rest, found := strings.Cut(string(data), "<"+part); found {
			if inner, _, closed := strings.Cut(rest, "</"+part+">"); closed {
				kept.WriteString("<x" + inner + "</x>")
			}
		}
	}
	kept.WriteString("</styles>")
	tree, err := parse([]byte(kept.String()))
	if err != nil {
		return err
	}
	for _, e := range tree.all("style") {
		name := e.attr("name")
		r.parents[name] = e.attr("parent-style-name")
		r.names[name] = e.attr("display-name")
		if list := e.attr("list-style-name"); list != "" {
			r.styleLists[name] = list
		}
	}
	for _, e := range tree.all("list-style") {
		r.lists[e.attr("name")] = odtLevels(e)
	}
	for _, e := range tree.all("outline-style") {
		r.outline = *odtLevels(e)
	}
	for _, e := range tree.all("default-style") {
		if lang := e.child("text-properties").attr("language"); e.attr("family") == "paragraph" && len(lang) == 2 {
			r.doc.Lang = lang
		}
	}
	return nil
}

func odtLevels(e *element) *[maxLevels]level {
	var levels [maxLevels]level
	for _, l := range e.children {
		depth := number(l.attr("level"), 0) - 1
		if depth < 0 || depth >= maxLevels {
			continue
		}
		levels[depth] = level{start: number(l.attr("start-value"), 1), format: l.attr("num-format")}
		if l.name == "list-level-style-bullet" || levels[depth].format == "" {
			levels[depth].format = "none"
			if l.name == "list-level-style-bullet" {
				levels[depth].format = "bullet"
			}
			continue
		}
		shown := min(max(number(l.attr("display-levels"), 1), 1), depth+1)
		var parts []string
		for i := depth - shown + 1; i <= depth; i++ {
			parts = append(parts, "%"+strconv.Itoa(i+1))
		}
		levels[depth].text = l.attr("num-prefix") + strings.Join(parts, ".") + l.attr("num-suffix")
		if whole := l.attr("num-list-format"); whole != "" {
			levels[depth].text = odtFormat(whole)
		}
	}
	return &levels
}

// odtFormat writes the form "%1%.%2%)" of newer files as "%1.%2)".
func odtFormat(s string) string {
	for i := maxLevels; i > 0; i-- {
		s = strings.ReplaceAll(s, "%"+strconv.Itoa(i)+"%", "%"+strconv.Itoa(i))
	}
	return s
}

func (r *odtReader) start(e xml.StartElement) error {
	name := e.Name.Local
	if r.skip > 0 || unread[name] {
		r.skip++
		return nil
	}
	switch name {
	case "body":
		r.body = true
	case "p", "h":
		if r.body {
			r.paragraph(name, e.Attr)
		}
	case "list":
		r.list(e.Attr)
	case "list-item", "list-header":
		r.item(name, e.Attr)
	case "table":
		r.tables++
	case "frame":
		r.frames = append(r.frames, false)
	case "image":
		if n := len(r.frames); n > 0 {
			r.frames[n-1] = true
		}
	case "title", "desc":
		// Words for a picture stand in its frame, and are not text of the paragraph.
		if n := len(r.frames); n > 0 {
			r.frames[n-1] = false
		}
		r.skip++
	}
	if len(r.stack) > 0 {
		r.space(name, e.Attr)
	}
	return nil
}

func (r *odtReader) space(name string, attrs []xml.Attr) {
	t := &r.stack[len(r.stack)-1].text
	switch name {
	case "s", "tab":
		t.WriteByte(' ')
	case "line-break":
		t.WriteByte('\n')
	}
}

// paragraph begins a paragraph or a heading.
func (r *odtReader) paragraph(name string, attrs []xml.Attr) {
	p := &odtPara{}
	style := attr(attrs, "style-name")
	p.Style = r.styleName(style)
	if name == "h" {
		p.Level = max(number(attr(attrs, "outline-level"), 1), 1)
	}
	switch n := len(r.open); {
	case n > 0:
		p.Depth = min(n, maxLevels) - 1
		p.List = p.Level == 0
		if r.open[n-1].fresh && !r.open[n-1].head {
			list := r.listStyle(style)
			p.Number = r.number(list, p.Depth)
			p.Bullet = p.List && r.lists[list] != nil && r.lists[list][p.Depth].format == "bullet"
		}
		r.open[n-1].fresh = false
	case p.Level > 0 && p.Level <= maxLevels && r.outline[p.Level-1].format != "":
		p.Number = r.headings.next(&r.outline, p.Level-1)
	}
	r.stack = append(r.stack, p)
}

// listStyle is the list style in force: of the nearest list that names one, or of the paragraph's style.
func (r *odtReader) listStyle(paragraph string) string {
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i].style != "" {
			return r.open[i].style
		}
	}
	for steps := 0; paragraph != "" && steps < 20; steps++ {
		if list := r.styleLists[paragraph]; list != "" {
			return list
		}
		paragraph = r.parents[paragraph]
	}
	return ""
}

func (r *odtReader) number(style string, depth int) string {
	levels := r.lists[style]
	if levels == nil {
		return ""
	}
	if r.counters[style] == nil {
		r.counters[style] = &counter{}
	}
	return r.counters[style].next(levels, depth)
}

// list begins a list. One that does not go on from an earlier one starts its numbers again.
func (r *odtReader) list(attrs []xml.Attr) {
	style := attr(attrs, "style-name")
	if len(r.open) == 0 && style != "" && attr(attrs, "continue-numbering") != "true" && attr(attrs, "continue-list") == "" {
		delete(r.counters, style)
	}
	r.open = append(r.open, odtList{style: style})
}

func (r *odtReader) item(name string, attrs []xml.Attr) {
	n := len(r.open)
	if n == 0 {
		return
	}
	r.open[n-1].fresh, r.open[n-1].head = true, name == "list-header"
	if start := number(attr(attrs, "start-value"), 0); start > 0 && n <= maxLevels {
		if style := r.listStyle(""); style != "" {
			if r.counters[style] == nil {
				r.counters[style] = &counter{}
			}
			r.counters[style].at[n-1], r.counters[style].used[n-1] = start-1, true
		}
	}
}

// styleName is the name of the first style with a name of its own below an automatic one ("P12").
func (r *odtReader) styleName(style string) string {
	for steps := 0; steps < 20; steps++ {
		parent, known := r.parents[style]
		if automatic := strings.Trim(style, "P0123456789") == ""; !known || parent == "" || !automatic {
			break
		}
		style = parent
	}
	if name := r.names[style]; name != "" {
		style = name
	}
	return strings.ToLower(strings.ReplaceAll(style, "_20_", " "))
}

func (r *odtReader) text(s string) {
	if r.skip == 0 && len(r.stack) > 0 {
		r.stack[len(r.stack)-1].text.WriteString(s)
	}
}

func (r *odtReader) end(name string) error {
	if r.skip > 0 {
		r.skip--
		return nil
	}
	switch name {
	case "body":
		r.body = false
	case "p", "h":
		r.finish()
	case "list":
		r.open = r.open[:max(len(r.open)-1, 0)]
	case "table-row":
		r.add(Paragraph{Text: strings.Join(r.row, " | "), Style: "table"})
		r.row = nil
	case "table":
		r.tables--
	case "frame":
		if n := len(r.frames); n > 0 {
			if r.frames[n-1] {
				r.doc.ImagesWithoutAlt++
			}
			r.frames = r.frames[:n-1]
		}
	}
	return r.err
}

func (r *odtReader) finish() {
	n := len(r.stack)
	if n == 0 {
		return
	}
	p := r.stack[n-1]
	r.stack = r.stack[:n-1]
	p.Text = p.text.String()
	if r.tables > 0 {
		if cell := strings.Join(strings.Fields(p.Full()), " "); cell != "" {
			r.row = append(r.row, cell)
		}
		return
	}
	r.add(p.Paragraph)
}
