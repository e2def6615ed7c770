package formats

import (
	"html"
	"regexp"
	"strings"
)

// remarkID is the id of the heading of a remark.
func remarkID(number string) string { return "remark-" + strings.ReplaceAll(number, "/", "-") }

// Conceal leaves of some remarks, in a piece of a page, only their headings with a note beneath.
func Conceal(page string, numbers []string, note string) string {
	heading := regexp.MustCompile(`<h[1-6][ >]`)
	for _, no := range numbers {
		at := strings.Index(page, ` id="`+remarkID(no)+`">`)
		if at < 0 {
			continue
		}
		begin := at + strings.Index(page[at:], "</h") + len("</h3>")
		end := len(page)
		if next := heading.FindStringIndex(page[begin:]); next != nil {
			end = begin + next[0]
		}
		page = page[:begin] + "<p>" + html.EscapeString(note) + "</p>" + page[end:]
	}
	return page
}
