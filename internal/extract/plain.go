package extract

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	gmtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// plain reads text. An empty line ends a paragraph; the lines of a paragraph stay lines, because in a plain text only its reader
// can know whether a line was broken by the width of the window or by the author.
func plain(data []byte) (Doc, error) {
	s, err := decode(data)
	if err != nil {
		return Doc{}, err
	}
	c := collector{doc: Doc{TextLayer: true}}
	var lines []string
	flush := func() bool {
		ok := c.add(Paragraph{Text: strings.Join(lines, "\n")})
		lines = lines[:0]
		return ok
	}
	for _, line := range strings.Split(strings.Map(visible, s), "\n") {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		} else if !flush() {
			break
		}
	}
	flush()
	return c.result()
}

// markdown reads Markdown by its own parser. "7. člen" at the beginning of a line is an item of a list there, so that its number
// comes out as the number of a paragraph.
func markdown(data []byte) (Doc, error) {
	s, err := decode(data)
	if err != nil {
		return Doc{}, err
	}
	source := []byte(s)
	r := mdReader{source: source, collector: collector{doc: Doc{TextLayer: true}}}
	r.blocks(goldmark.DefaultParser().Parse(gmtext.NewReader(source)), 0, "", 0)
	return r.result()
}

type mdReader struct {
	collector
	source []byte
	bullet bool // the next paragraph begins an item with a mere sign
}

// blocks reads the children of a node. number belongs to the first paragraph of a list's item; depth counts lists, from 1.
func (r *mdReader) blocks(parent ast.Node, depth int, number string, nesting int) {
	if nesting > maxDepth {
		r.err = ErrBroken
	}
	for n := parent.FirstChild(); n != nil && r.err == nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			r.add(Paragraph{Text: r.inline(n, 0), Level: n.Level, Style: "heading " + strconv.Itoa(n.Level), Number: number, Depth: max(depth-1, 0)})
		case *ast.Paragraph, *ast.TextBlock:
			r.add(Paragraph{Text: r.inline(n, 0), List: depth > 0, Depth: max(depth-1, 0), Number: number, Bullet: r.bullet})
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			r.add(Paragraph{Text: r.lines(n), List: depth > 0, Depth: max(depth-1, 0), Number: number})
		case *ast.List:
			r.list(n, depth+1, nesting)
		case *ast.ThematicBreak, *ast.HTMLBlock:
		default:
			r.blocks(n, depth, number, nesting+1)
		}
		number, r.bullet = "", false
	}
}

// list reads the items of a list with the numbers that its author wrote: "9. člen" may follow "7. člen".
func (r *mdReader) list(l *ast.List, depth, nesting int) {
	at := l.Start
	for item := l.FirstChild(); item != nil && r.err == nil; item = item.NextSibling() {
		number := ""
		if r.bullet = !l.IsOrdered(); l.IsOrdered() {
			if n, written := r.written(item); written {
				at = n
			}
			number = strconv.Itoa(at) + string(l.Marker)
			at++
		}
		if item.FirstChild() == nil {
			r.add(Paragraph{Number: number, List: true, Depth: depth - 1})
		}
		r.blocks(item, depth, number, nesting+1)
	}
}

// itemNumber is what stands in front of an item of a numbered list.
var itemNumber = regexp.MustCompile(`(\d{1,9})[.)]\s*$`)

// written is the number in front of an item as its author wrote it.
func (r *mdReader) written(item ast.Node) (int, bool) {
	first := item.FirstChild()
	if first == nil || first.Type() != ast.TypeBlock || first.Lines() == nil || first.Lines().Len() == 0 {
		return 0, false
	}
	before := r.source[:first.Lines().At(0).Start]
	m := itemNumber.FindSubmatch(before[bytes.LastIndexByte(before, '\n')+1:])
	if m == nil {
		return 0, false
	}
	return number(string(m[1]), 0), true
}

// lines are the raw lines of a block of code: four spaces in front are an indent in acts, not a program.
func (r *mdReader) lines(n ast.Node) string {
	var b strings.Builder
	for i := 0; i < n.Lines().Len(); i++ {
		at := n.Lines().At(i)
		b.Write(at.Value(r.source))
	}
	return b.String()
}

// inline is the text within a paragraph, without marks of emphasis and addresses of links.
func (r *mdReader) inline(parent ast.Node, nesting int) string {
	var b strings.Builder
	if nesting > maxDepth {
		r.err = ErrBroken
	}
	for n := parent.FirstChild(); n != nil && r.err == nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			b.Write(unescape(n.Segment.Value(r.source)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(r.source))
		case *ast.RawHTML:
		case *ast.Image:
			alt := r.inline(n, nesting+1)
			if strings.TrimSpace(alt) == "" {
				r.doc.ImagesWithoutAlt++
			}
			b.WriteString(alt)
		default:
			b.WriteString(r.inline(n, nesting+1))
		}
	}
	return b.String()
}

func unescape(s []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(s)))
}
