package texts

import (
	"strconv"
	"strings"

	"glas/modules/texts/internal/act"
	"glas/modules/texts/internal/stored"
)

// heatOf is the shade of a number of remarks, from 0 for none to 4. The legend says the steps.
func heatOf(n int64) int {
	switch {
	case n >= 25:
		return 4
	case n >= 10:
		return 3
	case n >= 3:
		return 2
	case n >= 1:
		return 1
	}
	return 0
}

// heats are the steps of the legend.
func heats() []string { return []string{"0", "1–2", "3–9", "10–24", "25+"} }

func itoa(n int) string { return strconv.Itoa(n) }

func itoa64(n int64) string { return strconv.FormatInt(n, 10) }

// part is a chapter with its articles in a table of contents. Articles before the first chapter stand in a part without one.
type part struct {
	chapter  *stored.TextBlock
	articles []*stored.TextBlock
	remarks  int64
}

// contents is the table of contents with the remarks on everything below each entry.
func contents(blocks []*stored.TextBlock) ([]part, map[string]int64) {
	var parts []part
	below := map[string]int64{}
	var article string
	for _, b := range blocks {
		switch b.Kind {
		case act.Chapter:
			parts, article = append(parts, part{chapter: b}), ""
		case act.Article:
			if len(parts) == 0 {
				parts = append(parts, part{})
			}
			last := &parts[len(parts)-1]
			last.articles = append(last.articles, b)
			article = b.Name
		case act.Note:
			article = ""
		}
		if article != "" {
			below[article] += b.RemarkCount
		}
		if len(parts) > 0 {
			parts[len(parts)-1].remarks += b.RemarkCount
		}
	}
	return parts, below
}

// entry is how a chapter or an article is called in a table of contents.
func entry(b *stored.TextBlock) string {
	name := strings.TrimRight(strings.TrimSpace(b.Number), ".–- ")
	if b.Kind == act.Chapter && strings.HasSuffix(b.Label, b.Heading) || name == "" || b.Kind == act.Article {
		name = b.Label
	}
	switch {
	case b.Heading == "" || strings.HasSuffix(name, b.Heading):
		return name
	case name == "":
		return b.Heading
	}
	return name + " " + b.Heading
}

// inChapters reports whether the articles of an act stand below chapters from the beginning, so that their titles are a level deeper.
func inChapters(blocks []*stored.TextBlock) bool {
	for _, b := range blocks {
		if b.Kind == act.Chapter || b.Kind == act.Article {
			return b.Kind == act.Chapter
		}
	}
	return false
}

// lines are the paragraphs within a block.
func lines(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// changeKinds is how a change looks as a pill.
func changePill(c act.Change) string {
	switch c {
	case act.Changed:
		return "soon"
	case act.New:
		return "open"
	case act.Vanished:
		return "danger"
	}
	return "closed"
}

// changes are those that are listed, in the order of the summary.
func changeList() []act.Change {
	return []act.Change{act.Changed, act.New, act.Vanished, act.Renumbered, act.Kept}
}

// told reports whether a pair is worth showing in a list of differences.
func told(p act.Pair) bool { return p.Change != act.Kept }

// either is the block of a pair that there is.
func either(p act.Pair) *act.Block {
	if p.New != nil {
		return p.New
	}
	return p.Old
}

// points writes the corners of a zone for a drawing.
func points(z stored.Zone) string {
	var out []string
	for _, p := range z.Corners() {
		out = append(out, coordinate(p[0])+","+coordinate(p[1]))
	}
	return strings.Join(out, " ")
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
