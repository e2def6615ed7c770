package text

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// SafeText turns imported HTML into Markdown: paragraphs, lists, headings, emphasis and links to http, https and mailto stay;
// scripts, styles, forms, images and every attribute go. Text without tags comes back clean, with its entities resolved.
// Marks that Markdown would read as its own are escaped, so that imported text looks as it did.
func SafeText(s string) string {
	doc, err := html.Parse(strings.NewReader(Clean(s)))
	if err != nil {
		return Clean(s)
	}
	w := &markdownWriter{}
	if !strings.ContainsAny(s, "<") {
		w.keepLines = true
	}
	w.node(doc, 0)
	return tidy(w.b.String())
}

// SafeLine is the words of an imported title: tags go, entities are resolved, and it is one line.
func SafeLine(s string) string {
	var b strings.Builder
	hidden := false
	for z := html.NewTokenizer(strings.NewReader(Clean(s))); ; {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return CleanLine(b.String())
		case html.TextToken:
			if !hidden {
				b.WriteString(z.Token().Data)
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			switch t := z.Token(); t.DataAtom {
			case atom.Script, atom.Style:
				hidden = kind == html.StartTagToken
			case atom.Br, atom.P, atom.Div, atom.Li:
				b.WriteByte(' ')
			}
		}
	}
}

// maxDepth ends the walk through hostile nesting.
const maxDepth = 200

type markdownWriter struct {
	b         strings.Builder
	keepLines bool
	lists     []int // 0 for a bulleted list, else the next number
}

var spaces = regexp.MustCompile(`[ \t\n\f\r\x{00a0}]+`)
var marks = regexp.MustCompile("[\\\\`*_\\[\\]<>#]")

func (w *markdownWriter) text(s string) {
	s = visible(s)
	if !w.keepLines {
		s = spaces.ReplaceAllString(s, " ")
	}
	w.b.WriteString(marks.ReplaceAllStringFunc(s, func(m string) string {
		if m == "_" || m == "#" || m == ">" {
			return m
		}
		return `\` + m
	}))
}

// visible drops what may not be stored but keeps the spaces at the ends, which separate words.
func visible(s string) string { return strings.Map(storable, s) }

func (w *markdownWriter) node(n *html.Node, depth int) {
	if depth > maxDepth {
		return
	}
	if n.Type == html.TextNode {
		w.text(n.Data)
		return
	}
	if n.Type != html.ElementNode {
		w.children(n, depth)
		return
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Template, atom.Iframe, atom.Object, atom.Svg, atom.Math, atom.Noscript,
		atom.Form, atom.Input, atom.Button, atom.Select, atom.Textarea, atom.Img:
	case atom.Br:
		w.b.WriteString("\n")
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.around(n, depth, "\n\n## ", "\n\n")
	case atom.B, atom.Strong:
		w.emphasis(n, depth, "**")
	case atom.I, atom.Em:
		w.emphasis(n, depth, "*")
	case atom.A:
		w.link(n, depth)
	case atom.Ul, atom.Ol:
		w.list(n, depth)
	case atom.Li:
		w.item(n, depth)
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Blockquote, atom.Table, atom.Tr, atom.Pre, atom.Header, atom.Footer:
		w.around(n, depth, "\n\n", "\n\n")
	case atom.Td, atom.Th:
		w.around(n, depth, "", " ")
	default:
		w.children(n, depth)
	}
}

func (w *markdownWriter) children(n *html.Node, depth int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, depth+1)
	}
}

func (w *markdownWriter) around(n *html.Node, depth int, before, after string) {
	w.b.WriteString(before)
	w.children(n, depth)
	w.b.WriteString(after)
}

// inner is what the children write, apart from the rest.
func (w *markdownWriter) inner(n *html.Node, depth int) string {
	inside := &markdownWriter{lists: w.lists}
	inside.children(n, depth)
	return inside.b.String()
}

func (w *markdownWriter) emphasis(n *html.Node, depth int, mark string) {
	s := w.inner(n, depth)
	trimmed := strings.TrimSpace(s)
	if trimmed == "" || strings.Contains(trimmed, "\n") {
		w.b.WriteString(s)
		return
	}
	start := strings.Index(s, trimmed)
	w.b.WriteString(s[:start] + mark + trimmed + mark + s[start+len(trimmed):])
}

func (w *markdownWriter) link(n *html.Node, depth int) {
	label := strings.TrimSpace(spaces.ReplaceAllString(w.inner(n, depth), " "))
	href := ""
	for _, a := range n.Attr {
		if a.Key == "href" {
			href = strings.TrimSpace(a.Val)
		}
	}
	u, err := url.Parse(href)
	if err != nil || label == "" || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto") {
		w.b.WriteString(label)
		return
	}
	address := strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E").Replace(u.String())
	w.b.WriteString("[" + label + "](" + address + ")")
}

func (w *markdownWriter) list(n *html.Node, depth int) {
	number := 0
	if n.DataAtom == atom.Ol {
		number = 1
	}
	if len(w.lists) == 0 {
		w.b.WriteString("\n\n")
	}
	w.lists = append(w.lists, number)
	w.children(n, depth)
	w.lists = w.lists[:len(w.lists)-1]
	if len(w.lists) == 0 {
		w.b.WriteString("\n\n")
	}
}

func (w *markdownWriter) item(n *html.Node, depth int) {
	mark, level := "- ", max(len(w.lists)-1, 0)
	if len(w.lists) > 0 && w.lists[level] > 0 {
		mark = strconv.Itoa(w.lists[level]) + ". "
		w.lists[level]++
	}
	inside := tidy(w.inner(n, depth))
	indent := strings.Repeat(" ", 3*level)
	w.b.WriteString("\n" + indent + mark + strings.ReplaceAll(inside, "\n\n", "\n"))
}

// tidy trims every line, keeps the indent of nested list items, and leaves at most one empty line.
func tidy(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		body := strings.TrimSpace(line)
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if indent >= 3 && isItem(body) {
			body = line[:indent-indent%3] + body
		}
		lines[i] = body
	}
	return Clean(strings.Join(lines, "\n"))
}

func isItem(s string) bool {
	digits := strings.TrimLeft(s, "0123456789")
	return strings.HasPrefix(s, "- ") || len(digits) < len(s) && strings.HasPrefix(digits, ". ")
}
