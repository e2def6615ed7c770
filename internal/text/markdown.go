package text

import (
	"bytes"
	"html"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// engine is built on first use and then only read.
var engine = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(parser.WithBlockParsers(without(parser.DefaultBlockParsers(), parser.NewHTMLBlockParser())...),
			parser.WithInlineParsers(without(parser.DefaultInlineParsers(), parser.NewRawHTMLParser())...),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...))),
		goldmark.WithExtensions(extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})),
			extension.Table, extension.Strikethrough),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(lowerHeadings{}, 500))),
		goldmark.WithRendererOptions(ghtml.WithHardWraps(), renderer.WithNodeRenderers()),
	)
})

// without leaves parsers of the same type as one out: what looks like HTML is what somebody typed, and is shown as he typed it.
func without(all []util.PrioritizedValue, one any) []util.PrioritizedValue {
	return slices.DeleteFunc(all, func(v util.PrioritizedValue) bool { return reflect.TypeOf(v.Value) == reflect.TypeOf(one) })
}

// lowerHeadings makes the highest heading h3: the page's own title is h1 and its sections are h2.
type lowerHeadings struct{}

// Transform moves every heading down by two levels.
func (lowerHeadings) Transform(doc *ast.Document, _ gtext.Reader, _ parser.Context) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		lower(n)
	}
}

func lower(n ast.Node) {
	if h, ok := n.(*ast.Heading); ok {
		h.Level = min(h.Level+2, 6)
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		lower(c)
	}
}

// safe is the allow-list for what people write: no images, no styles, no scripts, links that carry no trust.
var safe = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "h3", "h4", "h5", "h6", "strong", "em", "del", "ul", "ol", "li", "blockquote", "code", "pre", "hr",
		"table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
})

// bare leaves no element at all.
var bare = sync.OnceValue(bluemonday.StrictPolicy)

// linkRel marks links as written by residents: no credit in search engines, no access to the page they were opened from.
const linkRel = `<a rel="nofollow ugc noopener" href=`

// Markdown renders what people write as safe HTML. Headings begin at h3, a line break is kept, HTML is shown as it was typed, images
// are dropped, links say rel="nofollow ugc noopener". Something always shows: marks around nothing are shown as they are. Rendering takes about a millisecond for 4 kB: do it when text is saved and store the result.
func Markdown(s string) string {
	var b bytes.Buffer
	if err := engine().Convert([]byte(Clean(s)), &b); err != nil {
		return "<p>" + html.EscapeString(Clean(s)) + "</p>"
	}
	// The policy has just written every attribute itself, so that this start of a link cannot stand inside a value.
	out := strings.TrimSpace(strings.ReplaceAll(safe().Sanitize(b.String()), `<a href=`, linkRel))
	if strings.TrimSpace(bare().Sanitize(out)) == "" && Clean(s) != "" {
		return "<p>" + html.EscapeString(Clean(s)) + "</p>"
	}
	return out
}

// Plain is the text of Markdown without its marks, one line for each block.
func Plain(markdown string) string {
	source := []byte(Clean(markdown))
	doc := engine().Parser().Parse(gtext.NewReader(source))
	var b strings.Builder
	plain(&b, doc, source)
	return Clean(b.String())
}

func plain(b *strings.Builder, n ast.Node, source []byte) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch v := c.(type) {
		case *ast.Text:
			b.WriteString(html.UnescapeString(unescape(v.Segment.Value(source))))
			if v.SoftLineBreak() || v.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(v.Value)
		case *ast.AutoLink:
			b.Write(v.Label(source))
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			for i := range c.Lines().Len() {
				segment := c.Lines().At(i)
				b.Write(segment.Value(source))
			}
		default:
			plain(b, c, source)
		}
		if c.Type() == ast.TypeBlock {
			b.WriteByte('\n')
		} else if c.Kind().String() == "TableCell" {
			b.WriteByte(' ')
		}
	}
}

// unescape takes the backslash from escaped punctuation.
func unescape(s []byte) string { return string(util.UnescapePunctuations(s)) }

// Excerpt is the beginning of a Markdown text as one plain line of at most the given number of letters.
func Excerpt(markdown string, letters int) string {
	return Truncate(strings.Join(strings.Fields(Plain(markdown)), " "), letters)
}
