package paper

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
)

// anchor is the id of a heading, n its number among all headings from 1.
func anchor(h Heading, n int) string {
	if h.Anchor != "" {
		return h.Anchor
	}
	return "h" + strconv.Itoa(n)
}

// styleSheet is the look of a document that stands alone; nothing is fetched from elsewhere.
const styleSheet = `body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:1rem;color:#111;background:#fff;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #777;padding:.3rem .5rem;text-align:start;vertical-align:top}
th{background:#e8edf4}caption{text-align:start;font-weight:700;padding:.3rem 0}.number{text-align:end}.note{border-inline-start:.3rem solid #3c5a8c;background:#f1f4f8;padding:.5rem 1rem}
dt{font-weight:700}dd{margin:0 0 .5rem}.scroll{overflow-x:auto}a{color:#003c8c}@media print{h2,h3{break-after:avoid}}`

// HTML writes the document as one page that stands alone.
func HTML(w io.Writer, d *Document) error {
	out := bufio.NewWriter(w)
	h := &htmlWriter{w: out}
	h.f(`<!doctype html><html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>%s</title><style>%s</style></head><body>`,
		esc(d.Lang), esc(d.Title), styleSheet)
	h.f("<header><p>%s</p><h1>%s</h1><p>%s</p></header>", esc(d.Header), esc(d.Title), esc(d.Subtitle))
	if d.Contents != "" {
		h.f(`<nav aria-labelledby="contents"><h2 id="contents">%s</h2>`, esc(d.Contents))
		h.outline(d.outline())
		h.s("</nav>")
	}
	h.s("<main>")
	h.blocks(d.Blocks)
	h.f("</main><footer><p>%s</p></footer></body></html>\n", esc(d.Footer))
	return h.done()
}

// Fragment writes blocks as a piece of a page; their headings begin at h2. from is how many headings of the document stand
// before, so that the anchors of its pieces differ.
func Fragment(w io.Writer, blocks []Block, from int) error {
	out := bufio.NewWriter(w)
	h := &htmlWriter{w: out, headings: from}
	h.blocks(blocks)
	return h.done()
}

type htmlWriter struct {
	w        *bufio.Writer
	err      error
	headings int
}

func (h *htmlWriter) done() error {
	if h.err == nil {
		h.err = h.w.Flush()
	}
	if h.err != nil {
		return fmt.Errorf("write html: %w", h.err)
	}
	return nil
}

func (h *htmlWriter) s(s string) {
	if h.err == nil {
		_, h.err = h.w.WriteString(s)
	}
}

func (h *htmlWriter) f(format string, args ...any) { h.s(fmt.Sprintf(format, args...)) }

func esc(s string) string { return html.EscapeString(s) }

func (h *htmlWriter) outline(entries []entry) {
	h.s("<ul>")
	inner, open := false, false
	for _, e := range entries {
		switch {
		case e.level == 2 && !inner:
			if !open {
				h.s("<li>")
			}
			h.s("<ul>")
			inner = true
		case e.level == 1:
			if inner {
				h.s("</ul>")
			}
			if open || inner {
				h.s("</li>")
			}
			inner, open = false, true
		}
		if e.level == 1 {
			h.f(`<li><a href="#%s">%s</a>`, esc(e.anchor), esc(e.text))
		} else {
			h.f(`<li><a href="#%s">%s</a></li>`, esc(e.anchor), esc(e.text))
		}
	}
	if inner {
		h.s("</ul>")
	}
	if open || inner {
		h.s("</li>")
	}
	h.s("</ul>")
}

func (h *htmlWriter) blocks(blocks []Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			h.headings++
			level := min(b.Level+1, 6)
			h.f(`<h%d id="%s">%s</h%d>`, level, esc(anchor(b, h.headings)), esc(b.Text), level)
		case Paragraph:
			if b.Small {
				h.s("<p><small>")
				h.spans(b.Spans)
				h.s("</small></p>")
				continue
			}
			h.s("<p>")
			h.spans(b.Spans)
			h.s("</p>")
		case List:
			tag := map[bool]string{true: "ol", false: "ul"}[b.Ordered]
			h.f("<%s>", tag)
			for _, item := range b.Items {
				h.s("<li>")
				h.spans(item)
				h.s("</li>")
			}
			h.f("</%s>", tag)
		case Table:
			h.table(b)
		case Pairs:
			h.s("<dl>")
			for _, pair := range b {
				h.f("<dt>%s</dt><dd>", esc(pair.Key))
				h.spans(pair.Value)
				h.s("</dd>")
			}
			h.s("</dl>")
		case Note:
			h.s(`<div class="note">`)
			if b.Title != "" {
				h.f("<p><strong>%s</strong></p>", esc(b.Title))
			}
			if len(b.Spans) > 0 {
				h.s("<p>")
				h.spans(b.Spans)
				h.s("</p>")
			}
			h.s("</div>")
		}
		h.s("\n")
	}
}

func (h *htmlWriter) table(t Table) {
	// A table wider than the page is scrolled by itself, also with the keyboard.
	h.f(`<div class="scroll" tabindex="0" role="region" aria-label="%s"><table>`, esc(t.Caption))
	if t.Caption != "" {
		h.f("<caption>%s</caption>", esc(t.Caption))
	}
	h.s("<thead><tr>")
	for i, head := range t.Head {
		h.f(`<th scope="col"%s>%s</th>`, numberClass(t, i), esc(head))
	}
	h.s("</tr></thead><tbody>")
	for _, row := range t.Rows {
		h.s("<tr>")
		for i, cell := range row {
			tag, scope := "td", ""
			if i == 0 {
				tag, scope = "th", ` scope="row"`
			}
			h.f("<%s%s%s>", tag, scope, numberClass(t, i))
			h.spans(cell)
			h.f("</%s>", tag)
		}
		h.s("</tr>")
	}
	h.s("</tbody></table></div>")
}

func numberClass(t Table, i int) string {
	if i < len(t.Numbers) && t.Numbers[i] {
		return ` class="number"`
	}
	return ""
}

func (h *htmlWriter) spans(spans []Span) {
	for _, s := range spans {
		text := strings.ReplaceAll(esc(s.Text), "\n", "<br>")
		if s.Italic {
			text = "<em>" + text + "</em>"
		}
		if s.Bold {
			text = "<strong>" + text + "</strong>"
		}
		if s.Link != "" && safeLink(s.Link) {
			text = `<a href="` + esc(s.Link) + `">` + text + "</a>"
		}
		h.s(text)
	}
}

// safeLink lets only addresses through that a reader may follow.
func safeLink(link string) bool {
	for _, prefix := range []string{"https://", "http://", "mailto:", "#", "/"} {
		if strings.HasPrefix(link, prefix) {
			return true
		}
	}
	return false
}
